//! What an answer looked at, in words: facts of ours, facts of the world, and parts without findings.

use crate::safe::shown::Shown;
use crate::words::phrase::counted;
use model::answer::{LookedAt, Part};

/// The facts of ours that were looked at, each with its number, without zeros.
pub(crate) fn looked_at(looked: &LookedAt) -> Vec<Shown> {
    let counts = [
        (looked.devices, "device", "devices"),
        (looked.components, "component", "components"),
        (looked.accounts, "account", "accounts"),
        (looked.zones, "zone", "zones"),
        (looked.names, "name", "names"),
        (looked.observations, "observation by others", "observations by others"),
        (looked.events, "event", "events"),
    ];
    counts.into_iter().filter(|(n, ..)| *n > 0).map(|(n, one, many)| counted(n, one, many)).collect()
}

/// The facts of the world that these were compared with.
pub(crate) fn held_against(looked: &LookedAt) -> Vec<Shown> {
    let counts = [
        (looked.vulnerabilities, "vulnerability", "vulnerabilities"),
        (looked.indicators, "indicator", "indicators"),
        (looked.rules, "rule", "rules"),
        (looked.documents, "document", "documents"),
    ];
    counts.into_iter().filter(|(n, ..)| *n > 0).map(|(n, one, many)| counted(n, one, many)).collect()
}

/// The words of a part without findings: nothing was found, or nothing was looked at.
pub(crate) fn nothing_in(part: Part, looked: &LookedAt) -> &'static str {
    match part {
        Part::Hit if looked.events == 0 => "not looked at: no logs were read",
        Part::Reported if looked.observations == 0 => "not looked at: no collections were read",
        Part::Reported if looked.names == 0 => "not looked at: no names of ours were read",
        Part::Exposed if looked.components == 0 && looked.devices == 0 => {
            "not looked at: no inventory was read (--estate)"
        }
        Part::Exposed if looked.vulnerabilities == 0 => {
            "not looked at: no record of vulnerabilities was read (--knowledge)"
        }
        _ => "nothing found",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_that_was_not_looked_at_is_not_called_clean() {
        let mut looked = LookedAt::default();
        assert_eq!(nothing_in(Part::Hit, &looked), "not looked at: no logs were read");
        looked.events = 1;
        looked.observations = 1;
        looked.devices = 1;
        assert_eq!(nothing_in(Part::Hit, &looked), "nothing found");
        assert_eq!(nothing_in(Part::Reported, &looked), "not looked at: no names of ours were read");
        let none = "not looked at: no record of vulnerabilities was read (--knowledge)";
        assert_eq!(nothing_in(Part::Exposed, &looked), none);
        looked.vulnerabilities = 1;
        assert_eq!(nothing_in(Part::Exposed, &looked), "nothing found");
        looked.devices = 0;
        assert_eq!(nothing_in(Part::Exposed, &looked), "not looked at: no inventory was read (--estate)");
    }
}

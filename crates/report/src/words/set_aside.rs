//! An exposure that a statement (VEX) sets aside, in one line: what, on which machines, who states it and why.

use crate::safe::shown::Shown;
use crate::words::phrase::{counted, number};
use model::answer::SetAside;
use model::world::{VexJustification, VexStatus};

/// `CVE-2021-44228 of log4j-core 2.14.1 on app-3: not affected, the vulnerable code is never run (Tidewise, 2026-05-01)`.
pub(crate) fn line(one: &SetAside) -> Shown {
    let on = match (&one.hosts[..], one.host_count) {
        (_, 0) | ([], 1) => Shown::default(),
        ([host], 1) => Shown::of(&[&" on ", &Shown::prose(host)]),
        (_, count) => Shown::of(&[&" on ", &counted(count, "machine", "machines")]),
    };
    let status = match one.status {
        VexStatus::NotAffected => "not affected",
        VexStatus::Fixed => "fixed there",
        VexStatus::Affected => "affected",
        VexStatus::UnderInvestigation => "under investigation",
    };
    let why = one.justification.map(because).map(Shown::from);
    let why = why.or_else(|| one.statement.as_deref().map(Shown::prose));
    let why = why.map_or_else(Shown::default, |why| Shown::of(&[&", ", &why]));
    let who = Shown::prose(one.author.as_deref().unwrap_or(&one.source));
    let day =
        one.stated.map_or_else(Shown::default, |day| Shown::of(&[&", ", &Shown::exact(&day.to_string())]));
    Shown::of(&[
        &Shown::prose(&one.vulnerability),
        &" of ",
        &Shown::prose(&one.component),
        &on,
        &": ",
        &status,
        &why,
        &" (",
        &who,
        &day,
        &")",
    ])
}

/// A justification in words.
fn because(justification: VexJustification) -> &'static str {
    match justification {
        VexJustification::ComponentNotPresent => "the component is not in it",
        VexJustification::CodeNotPresent => "the vulnerable code is not in it",
        VexJustification::CodeNotInExecutePath => "the vulnerable code is never run",
        VexJustification::CodeNotControllable => "an attacker cannot reach the vulnerable code",
        VexJustification::InlineMitigations => "a protection in it prevents exploitation",
    }
}

/// `2 set aside`.
pub(crate) fn headed(count: u64) -> Shown {
    Shown::of(&[&number(count), &" set aside"])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_states_it_and_why_is_in_the_line() {
        let one = SetAside {
            vulnerability: "CVE-2021-44228".into(),
            component: "log4j-core 2.14.1".into(),
            hosts: vec!["app-3".into()],
            host_count: 1,
            status: VexStatus::NotAffected,
            justification: Some(VexJustification::CodeNotInExecutePath),
            statement: None,
            author: Some("Tidewise".into()),
            stated: model::Date::parse("2026-05-01"),
            source: "vex.json".into(),
            record: 2,
        };
        let expected = "CVE-2021-44228 of log4j-core 2.14.1 on app-3: not affected, the vulnerable code is never run \
                        (Tidewise, 2026-05-01)";
        assert_eq!(line(&one).as_str(), expected);
        let many = SetAside { host_count: 40, author: None, stated: None, justification: None, ..one };
        let expected = "CVE-2021-44228 of log4j-core 2.14.1 on 40 machines: not affected (vex.json)";
        assert_eq!(line(&many).as_str(), expected);
    }
}

//! Which fields the readers can give for Sigma's categories of events, so that a rule that asks for another is named.
//!
//! Only for categories that come from nothing but the tables of this room: Sysmon's and their twins in Security,
//! PowerShell, ECS, OCSF and Defender. A web server's log, a firewall's, a cloud's and the other channels of Windows
//! bring names of their own, so there any field may come, and nothing is said.

use crate::names::{defender, ecs, ocsf, own, shapes, windows_events};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// The fields of each category that is closed.
static CLOSED: LazyLock<BTreeMap<&'static str, BTreeSet<&'static str>>> = LazyLock::new(|| {
    let mut closed: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let own_events = || windows_events::EVENTS.iter().filter(|events| is_own(events.service));
    for events in own_events() {
        for category in events.categories {
            let fields = closed.entry(category).or_default();
            fields.extend(own::EVERY);
            fields.extend(windows_events::SYSTEM.iter().map(|(_, name)| *name));
            fields.extend(own_names(events.service, events.ids));
            fields.extend(events.added.iter().map(|(name, _)| *name));
        }
    }
    for (categories, names) in [ecs::names(), defender::names(), ocsf::names()].into_iter().flatten() {
        for category in categories {
            // Categories that only tables of the schemas have are closed as well.
            if closed.contains_key(category) || ecs::ONLY.contains(category) {
                closed.entry(category).or_default().extend(names.iter().copied());
            }
        }
    }
    closed.entry("network_connection").or_default().extend(shapes::VM_CONNECTION);
    closed
});

/// Whether the events of a service bring the names that [`own`] has.
fn is_own(service: &str) -> bool {
    own::EVENTS.iter().any(|(known, _, _)| *known == service)
}

fn own_names(service: &'static str, ids: &[u32]) -> impl Iterator<Item = &'static str> {
    let every: &[&str] = if service == "sysmon" { &own::SYSMON } else { &[] };
    let fits =
        move |known: &str, numbers: &[u32]| known == service && numbers.iter().any(|id| ids.contains(id));
    let names = own::EVENTS.iter().filter(move |(known, numbers, _)| fits(known, numbers));
    names.flat_map(|(_, _, names)| *names).chain(every).copied().collect::<Vec<_>>().into_iter()
}

/// Whether a record of this category may have a field. Names with a full stop are those of another schema, which a
/// record keeps beside Sigma's.
#[must_use]
pub fn gives_field(category: Option<&str>, field: &str) -> bool {
    let known = category.and_then(|category| CLOSED.get(category));
    field.contains('.') || known.is_none_or(|fields| fields.contains(field))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_that_no_table_has_is_not_given() {
        for (category, field, given) in [
            ("process_creation", "ParentImage", true),
            ("process_creation", "GrandParentImage", false),
            ("process_creation", "md5", true),
            ("process_creation", "winlog.event_data.Image", true),
            ("file_event", "CreationUtcTime", true),
            ("file_event", "Sha256", false),
            ("file_access", "FileName", true),
            ("ps_script", "ScriptBlockText", true),
            ("ps_script", "CommandLine", false),
            ("ps_classic_start", "Data", true),
            ("webserver", "anything", true),
        ] {
            assert_eq!(gives_field(Some(category), field), given, "{category} {field}");
        }
        assert!(gives_field(None, "anything"));
    }
}

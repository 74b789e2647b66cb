//! Which rows of inventories are one machine: classes of names, and the canonical name of each.
//!
//! The rules are those of [`super::HostDirectory`]. The canonical name of a class is its full name; without one
//! its least short name; a SID where another class has that short name too. Everything here is a function of the
//! set of rows: their order leaves no trace.

use super::few::Few;
use super::name::{normal, short};
use super::pairs::Pairs;
use crate::ours::Device;
use std::collections::{BTreeSet, HashSet};
use std::net::IpAddr;

/// The names of one row, as they are compared.
#[derive(Clone, Debug, Default)]
pub(super) struct NameRow {
    /// The full name, which only this machine has: the column's, or a name with a full stop in it.
    pub(super) full: Option<String>,
    /// Further full names: aliases.
    pub(super) other_full: Vec<String>,
    /// Short names: of the row and its aliases.
    pub(super) short: Few<String>,
    /// The SID of a computer account in a domain.
    pub(super) sid: Option<String>,
}

impl NameRow {
    pub(super) fn of(device: &Device) -> Self {
        let name = normal(&device.name);
        let is_full = |name: &str| name.contains('.') && name.parse::<IpAddr>().is_err();
        let column = device.fqdn.as_deref().map(normal).filter(|full| !full.is_empty());
        let full = column.or_else(|| Some(name.clone()).filter(|name| is_full(name)));
        let mut row = Self { sid: device.sid.as_deref().and_then(domain_sid), ..Self::default() };
        let mut put = |short: &str| {
            if !short.is_empty() {
                row.short.insert(short.to_owned());
            }
        };
        for name in std::iter::once(name).chain(device.aliases.iter().map(|alias| normal(alias))) {
            put(short(&name));
            if is_full(&name) && Some(&name) != full.as_ref() {
                row.other_full.push(name);
            }
        }
        full.iter().for_each(|full| put(short(full)));
        row.full = full;
        row
    }
}

/// The SID of a computer account in a domain: `S-1-5-21-` with the three numbers of the domain and the account's
/// own. The SID of a machine itself lacks the last and is shared by its clones.
fn domain_sid(sid: &str) -> Option<String> {
    let sid = normal(sid);
    let numbers = sid.strip_prefix("s-1-5-21-")?;
    let parts: Vec<&str> = numbers.split('-').collect();
    let whole = parts.len() == 4 && parts.iter().all(|part| part.parse::<u32>().is_ok());
    whole.then_some(sid)
}

/// Names, each with the names that it leads to.
type Keys<'r> = Pairs<&'r str, &'r str>;

/// The canonical name of each row's class, and the short names that fit several classes.
pub(super) fn keys(rows: &[NameRow]) -> (Vec<Option<&str>>, BTreeSet<String>) {
    let (mut by_sid, mut by_short) = (Vec::new(), Vec::new());
    for row in rows {
        let Some(full) = row.full.as_deref() else { continue };
        by_sid.extend(row.sid.as_deref().map(|sid| (sid, full)));
        by_short.extend(row.short.iter().map(|name| (name.as_str(), full)));
    }
    let (by_sid, by_short) = (Pairs::of(by_sid), Pairs::of(by_short));
    let mut homeless: Vec<usize> = Vec::new();
    let mut keys: Vec<Option<&str>> = Vec::with_capacity(rows.len());
    for (n, row) in rows.iter().enumerate() {
        let key = row.full.as_deref().or_else(|| joined(row, &by_sid, &by_short));
        homeless.extend(key.is_none().then_some(n));
        keys.push(key);
    }
    drop((by_sid, by_short));
    among_themselves(rows, &homeless, &mut keys);
    let mut meant = Vec::with_capacity(rows.len());
    for (row, key) in rows.iter().zip(&keys) {
        meant.extend(row.short.iter().filter_map(|name| Some((name.as_str(), (*key)?))));
    }
    let ambiguous = Pairs::of(meant).shared().map(|name| (*name).to_owned()).collect();
    (keys, ambiguous)
}

/// The class with a full name that a row without one belongs to, if its names lead to exactly one.
fn joined<'r>(row: &NameRow, by_sid: &Keys<'r>, by_short: &Keys<'r>) -> Option<&'r str> {
    let by_sid = row.sid.as_deref().and_then(|sid| by_sid.only(sid)).copied();
    let fulls = row.short.iter().flat_map(|name| by_short.of_key(name.as_str()));
    let shorts: BTreeSet<&str> = fulls.map(|(_, full)| *full).collect();
    match (by_sid, shorts.len()) {
        (Some(full), 0) => Some(full),
        // A SID decides between machines of one short name; against a short name of another it joins nothing.
        (Some(full), _) => shorts.contains(full).then_some(full),
        (None, 1) => shorts.first().copied(),
        (None, _) => None,
    }
}

/// Classes among rows that belong to no full name: by SID, or else by short name where that fits one class.
fn among_themselves<'r>(rows: &'r [NameRow], homeless: &[usize], keys: &mut [Option<&'r str>]) {
    let row = |n: usize| rows.get(n);
    let (mut shorts_of_sid, mut sids_of_short) = (Vec::new(), Vec::new());
    for row in homeless.iter().filter_map(|n| row(*n)) {
        let Some(sid) = row.sid.as_deref() else { continue };
        for name in row.short.iter().map(String::as_str) {
            shorts_of_sid.push((sid, name));
            sids_of_short.push((name, sid));
        }
    }
    let (shorts_of_sid, sids_of_short): (Keys<'r>, Keys<'r>) =
        (Pairs::of(shorts_of_sid), Pairs::of(sids_of_short));
    // Only a SID gives its rows another key than their own short name.
    let has_sids = homeless.iter().filter_map(|n| row(*n)).any(|row| row.sid.is_some());
    let taken: HashSet<&str> = keys.iter().filter(|_| has_sids).flatten().copied().collect();
    let key_of_sid = |sid: &'r str| -> &'r str {
        let mut names = shorts_of_sid.of_key(sid).iter().map(|(_, name)| *name);
        let own = names.find(|name| sids_of_short.of_key(*name).len() < 2 && !taken.contains(name));
        own.unwrap_or(sid)
    };
    for n in homeless {
        let Some(row) = row(*n) else { continue };
        let sids = row.short.iter().flat_map(|name| sids_of_short.of_key(name.as_str()));
        let sids: BTreeSet<&str> = sids.map(|(_, sid)| *sid).collect();
        let key = match (row.sid.as_deref(), sids.len()) {
            (Some(sid), _) => Some(key_of_sid(sid)),
            (None, 1) => sids.first().map(|sid| key_of_sid(sid)),
            (None, _) => row.short.iter().next().map(String::as_str),
        };
        if let Some(slot) = keys.get_mut(*n) {
            *slot = key;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::HostDirectory;
    use super::*;
    use proptest::prelude::*;

    fn device(name: &str, fqdn: Option<&str>, sid: Option<&str>) -> Device {
        let (fqdn, sid) = (fqdn.map(str::to_owned), sid.map(str::to_owned));
        Device { name: name.into(), fqdn, sid, ..Device::default() }
    }

    fn keys_of(devices: &[Device]) -> Vec<String> {
        let keys = HostDirectory::classes(devices).1;
        keys.into_iter().map(|key| key.map(|key| key.to_string()).unwrap_or_default()).collect()
    }

    const A: &str = "S-1-5-21-1-2-3-1104";
    const B: &str = "S-1-5-21-1-2-3-1105";

    #[test]
    fn a_short_name_and_a_full_name_in_two_tables_are_one_machine() {
        let rows = [device("wiki-1", None, None), device("wiki-1", Some("wiki-1.corp.example"), None)];
        assert_eq!(keys_of(&rows), ["wiki-1.corp.example", "wiki-1.corp.example"]);
        let rows = [device("WIKI-1", None, None), device("wiki-1.corp.example", None, None)];
        assert_eq!(keys_of(&rows), ["wiki-1.corp.example", "wiki-1.corp.example"]);
    }

    #[test]
    fn a_short_name_that_two_full_names_share_joins_neither() {
        let rows = [
            device("web", Some("web.a.example"), Some(A)),
            device("web", Some("web.b.example"), None),
            device("web", None, None),
            device("web", None, Some(A)),
        ];
        assert_eq!(keys_of(&rows), ["web.a.example", "web.b.example", "web", "web.a.example"]);
        assert_eq!(HostDirectory::new(&rows).ambiguous().collect::<Vec<_>>(), ["web"]);
    }

    #[test]
    fn a_domain_sid_joins_and_a_machine_sid_does_not() {
        let rows = [device("old-name", None, Some(A)), device("app-1", Some("app-1.a.example"), Some(A))];
        assert_eq!(keys_of(&rows), ["app-1.a.example", "app-1.a.example"]);
        let clone = "S-1-5-21-7-8-9";
        let rows = [device("one", None, Some(clone)), device("two", None, Some(clone))];
        assert_eq!(keys_of(&rows), ["one", "two"]);
        let rows = [device("web", None, Some(A)), device("web", None, Some(B)), device("db", None, Some(B))];
        assert_eq!(keys_of(&rows), [A.to_lowercase().as_str(), "db", "db"]);
    }

    #[test]
    fn a_row_that_contradicts_two_full_names_joins_nothing() {
        let rows = [
            device("one", Some("one.a.example"), Some(A)),
            device("two", Some("two.a.example"), None),
            device("two", None, Some(A)),
        ];
        assert_eq!(keys_of(&rows)[2], "two");
    }

    proptest! {
        #[test]
        fn the_order_of_rows_leaves_no_trace(
            picks in prop::collection::vec((0usize..3, 0usize..4, 0usize..3), 0..12), turn in 0usize..12,
        ) {
            let names = ["web", "db", "app"];
            let fulls = [None, None, Some("web.a.example"), Some("web.b.example")];
            let sids = [None, Some(A), Some(B)];
            let mut rows: Vec<Device> =
                picks.iter().map(|(n, f, s)| device(names[*n], fulls[*f], sids[*s])).collect();
            let pairs = |rows: &[Device]| -> BTreeSet<(Device, String)> {
                rows.iter().cloned().zip(keys_of(rows)).collect()
            };
            let whole = pairs(&rows);
            let turn = turn.min(rows.len());
            rows.rotate_left(turn);
            prop_assert_eq!(pairs(&rows), whole);
        }
    }
}

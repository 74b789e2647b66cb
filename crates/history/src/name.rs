//! Names of files and folders: only `[a-z0-9._-]`, so that every engine and object store reads them alike.
//!
//! The true name of a source is a column and in the metadata. A name that had to be changed gets eight digits of its
//! digest, so that `Gate` and `gate` have a folder each. No part begins with `_` or `.`, which engines pass over.

use model::Date;
use std::fmt::Write as _;

/// How many letters of a source's name are kept in its folder.
const KEPT_MAX: usize = 80;

/// The folder part for a name.
pub(crate) fn part(name: &str) -> String {
    let mut part: String = name
        .chars()
        .take(KEPT_MAX)
        .map(|c| match c {
            'a'..='z' | '0'..='9' | '.' | '_' | '-' => c,
            'A'..='Z' => c.to_ascii_lowercase(),
            _ => '-',
        })
        .collect();
    if part.is_empty() || part.starts_with(['_', '.']) {
        part.insert(0, 'x');
    }
    if part != name {
        let digest = blake3::hash(name.as_bytes()).to_hex();
        let _ = write!(part, "-{}", digest.get(..8).unwrap_or_default());
    }
    part
}

/// The folder of a day of a source.
pub(crate) fn events_folder(source: &str, day: Date) -> String {
    format!("events/source={}/day={day}", part(source))
}

/// The folder of a level of observables.
pub(crate) fn observables_folder(level: u8) -> String {
    format!("observables/l{level}")
}

/// The file of events that begins with this number.
pub(crate) fn events_file(first: u64, digest: &str) -> String {
    format!("{first:012}-{}.parquet", short(digest))
}

/// The file of observables of these transactions.
pub(crate) fn observables_file(first: u64, last: u64, digest: &str) -> String {
    format!("{first:012}-{last:012}-{}.parquet", short(digest))
}

fn short(digest: &str) -> &str {
    digest.get(..16).unwrap_or(digest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    #[test]
    fn names_are_what_every_engine_reads() {
        let names = ["sysmon", "Sysmon", "_hidden", "..", "", "gate/../../etc", "Gerät 1", &"a".repeat(81)];
        let parts: Vec<String> = names.iter().map(|name| part(name)).collect();
        for part in &parts {
            assert!(!part.starts_with(['.', '_']), "{part}");
            assert!(
                part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._-".contains(&b))
            );
        }
        expect![[r#"
            sysmon
            sysmon-d5e7aca3
            x_hidden-2b4dc2ab
            x..-ee7fc388
            x-af1349b9
            gate-..-..-etc-e278e8af
            ger-t-1-308b9627"#]]
        .assert_eq(&parts.get(..7).unwrap_or_default().join("\n"));
        assert_eq!(parts[7].len(), KEPT_MAX + 9);
    }

    #[test]
    fn files_sort_by_number() {
        let digest = "0123456789abcdef0000";
        assert_eq!(events_file(42, digest), "000000000042-0123456789abcdef.parquet");
        assert_eq!(observables_file(1, 20, digest), "000000000001-000000000020-0123456789abcdef.parquet");
        let day = Date::new(2026, 11, 24).unwrap();
        assert_eq!(events_folder("sysmon", day), "events/source=sysmon/day=2026-11-24");
    }
}

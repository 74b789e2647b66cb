//! Which logs may have the content of a file: those beside it that begin alike.
//!
//! A directory may have thousands of files with one header, and each new file would otherwise be compared with all.

use super::content::Way;
use super::log::Log;
use crate::position::Key;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The logs that have a file, by directory and by how they begin.
#[derive(Default)]
pub(super) struct Alike {
    /// Logs whose files are text, by the first bytes of these.
    plain: BTreeMap<PathBuf, BTreeMap<Vec<u8>, Vec<Key>>>,
    /// Logs of which the first bytes of the file say nothing.
    others: BTreeMap<PathBuf, Vec<Key>>,
}

impl Alike {
    /// Adds a log, the first bytes of whose file are these.
    pub(super) fn add(&mut self, key: &Key, log: &Log, first: &[u8]) {
        let Some(seat) = &log.seat else { return };
        let named = Path::new(&key.0).parent();
        let folders: BTreeSet<&Path> = seat.path.parent().into_iter().chain(named).collect();
        for folder in folders {
            if seat.way == Way::Lines {
                let folder = self.plain.entry(folder.to_path_buf()).or_default();
                folder.entry(first.to_vec()).or_default().push(key.clone());
            } else {
                self.others.entry(folder.to_path_buf()).or_default().push(key.clone());
            }
        }
    }

    /// The logs of which one may be the beginning of the other with a file that begins so, in the order of their keys.
    pub(super) fn with(&self, path: &Path, way: Way, first: &[u8]) -> BTreeSet<Key> {
        let Some(folder) = path.parent() else { return BTreeSet::new() };
        let mut keys: BTreeSet<Key> = self.others.get(folder).into_iter().flatten().cloned().collect();
        let Some(plain) = self.plain.get(folder) else { return keys };
        if way != Way::Lines {
            keys.extend(plain.values().flatten().cloned());
            return keys;
        }
        let longer = plain.range(first.to_vec()..).take_while(|(other, _)| other.starts_with(first));
        keys.extend(longer.flat_map(|(_, keys)| keys.clone()));
        let shorter = (0..first.len()).filter_map(|length| plain.get(first.get(..length)?));
        keys.extend(shorter.flatten().cloned());
        keys
    }
}

#[cfg(test)]
mod tests {
    use super::super::log::Seat;
    use super::super::tree::Stat;
    use super::*;
    use crate::position::{Position, Windows};

    #[test]
    fn logs_that_begin_alike_are_found_and_no_others() {
        let mut alike = Alike::default();
        for (name, way, first) in [
            ("/logs/a", Way::Lines, "head\nrow"),
            ("/logs/b", Way::Lines, "head\n"),
            ("/logs/c", Way::Lines, "heat"),
            ("/logs/d.gz", Way::Packed, "\u{1f}"),
            ("/other/e", Way::Lines, "head\n"),
        ] {
            let mut log = Log::of(Position { document: name.into(), generation: 1, ..Position::default() });
            let seat =
                Seat { path: name.into(), stat: Stat::default(), way, marked: false, steady: 0, busy: 0 };
            log.sit(seat, Windows::default());
            alike.add(&(name.into(), 1), &log, first.as_bytes());
        }
        let with = |way, first: &str| {
            let keys = alike.with(Path::new("/logs/new"), way, first.as_bytes());
            keys.into_iter().map(|(name, _)| name.replace("/logs/", "")).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(with(Way::Lines, "head\nrow and more"), "a b d.gz");
        assert_eq!(with(Way::Lines, "head\nother"), "b d.gz");
        assert_eq!(with(Way::Lines, "hea"), "a b c d.gz");
        assert_eq!(with(Way::Packed, "x"), "a b c d.gz");
        assert!(alike.with(Path::new("/none/new"), Way::Lines, b"head").is_empty());
    }
}

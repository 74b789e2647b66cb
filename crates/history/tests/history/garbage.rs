//! What a process leaves that ends halfway is never used, and goes after an hour.

use crate::made::{Owned, addresses, day, scanned, summed, versions, write};
use history::{Ask, EventWriter, Tables, UNREGISTERED_MAX, sweep};
use model::{LogSource, Timestamp};
use observable::Kind;
use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

fn event(number: u64) -> Owned {
    Owned {
        source: "gate",
        number,
        time: Timestamp::from_seconds(1_700_000_000),
        raw: b"allow".to_vec(),
        observables: vec![(Kind::Ipv4, crate::made::address(number))],
    }
}

/// The files below a folder.
fn files(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        if entry.path().is_dir() {
            found.extend(files(&entry.path()));
        } else {
            found.push(entry.path().to_string_lossy().into_owned());
        }
    }
    found.sort();
    found
}

#[test]
#[expect(clippy::disallowed_methods, reason = "files get the time of the clock")]
fn only_what_nobody_registered_goes_and_only_after_an_hour() {
    let folder = tempfile::tempdir().expect("a folder");
    let dir = folder.path();
    let kept = write(dir, &[event(0), event(1)], 1);
    let lost = write(dir, &[event(2)], 2);
    // A writer that ended halfway, a file of somebody else, a link.
    fs::write(dir.join("observables/l0/.unfinished-x"), b"PAR1").expect("a disk");
    fs::write(dir.join("observables/l0/notes.parquet"), b"mine").expect("a disk");
    fs::write(dir.join("notes-000000000001-0123456789abcdef.parquet"), b"mine").expect("a disk");

    let probed = Tables::new(dir, &kept).probe(&addresses(9), Ask { blocks: true, threads: 1 });
    assert_eq!(summed(&probed.seen), scanned(&[event(0), event(1)], &addresses(9)), "garbage is not seen");

    let now = SystemTime::now();
    assert_eq!(sweep(dir, &kept, now).expect("a disk"), [""; 0]);
    let at_bound = now + UNREGISTERED_MAX - Duration::from_secs(60);
    assert_eq!(sweep(dir, &kept, at_bound).expect("a disk"), [""; 0]);
    let past = now + UNREGISTERED_MAX + Duration::from_secs(60);
    let mut expected: Vec<String> = lost.iter().map(|file| file.name.clone()).collect();
    expected.push("observables/l0/.unfinished-x".to_owned());
    expected.sort();
    assert_eq!(sweep(dir, &kept, past).expect("a disk"), expected);
    assert_eq!(files(dir).len(), kept.len() + 2);
    assert_eq!(sweep(dir, &kept, past).expect("a disk"), [""; 0]);
    assert_eq!(sweep(&dir.join("nowhere"), &[], past).expect("no folder is no garbage"), [""; 0]);
}

#[test]
fn a_writer_that_does_not_finish_leaves_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut writer = EventWriter::begin(folder.path(), "gate", day(), 0, &versions()).expect("a disk");
    event(0).with(&LogSource::default(), |event| writer.add(event)).expect("one event");
    assert_eq!(files(folder.path()).len(), 1);
    drop(writer);
    assert_eq!(files(folder.path()), [""; 0]);
}

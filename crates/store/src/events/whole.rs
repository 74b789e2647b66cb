//! Are kept events whole? Every file against its digest, waiting events read, and of each file some events looked up in the
//! tables of what was seen.

use super::catalogue::FOLDER;
use super::packed::lists_all;
use crate::{Fault, Home};
use history::{Ask, Registered, Set, Tables, Wanted, events_of, observable_hash};
use observable::{Extractor, Observable};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Read;
use std::ops::ControlFlow;
use std::path::Path;

/// Of each file the values of so many events are looked up.
const SAMPLE_MAX: u64 = 20;
/// Of an event, so many values.
const VALUES_MAX: usize = 1_000;
/// How many events a block of the tables spans.
const BLOCK: u64 = history::BLOCK_EVENTS;

impl Home {
    /// What is wrong with kept events, a sentence each.
    pub(crate) fn events_whole(&self, faults: &mut Vec<String>) -> Result<(), Fault> {
        let folder = self.directory().join(FOLDER);
        let files = self.files(false)?;
        let mut whole: Vec<Registered> = Vec::new();
        for file in files {
            match digest(&folder.join(&file.name)) {
                Ok(digest) if digest == file.digest => whole.push(file),
                Ok(_) => faults.push(format!(
                    "the file of events {} is not as it was written, and its damaged parts are not asked: restore a backup",
                    file.name
                )),
                Err(error) => {
                    faults.push(format!("the file of events {} ({error}) is not asked: restore a backup", file.name));
                }
            }
        }
        self.each_waiting(None, &mut |row, _| {
            if row.events.each(&mut |_| {}) != row.events.count() {
                faults.push(format!("events of {} that wait are not whole: ingest it again", row.source));
            }
        })?;
        for source in unseen(&folder, &whole) {
            faults.push(format!("the tables of what was seen lack values of {source}: restore a backup"));
        }
        Ok(())
    }
}

/// Sources with events whose values the tables do not have.
fn unseen(folder: &Path, files: &[Registered]) -> BTreeSet<String> {
    let mut wanted: BTreeMap<Observable, BTreeSet<(String, i64)>> = BTreeMap::new();
    let mut extractor = Extractor::default();
    for file in files {
        let Set::Events { source, .. } = &file.set else { continue };
        let of = Wanted { source, blocks: None, times: None, logs: None, texts: None };
        let mut count = 0;
        events_of(folder, std::slice::from_ref(file), &of, &mut |number, event| {
            extractor.clear();
            event.to_record().texts().for_each(|text| extractor.take_in(text));
            // Of an event with more values than are listed, some are not.
            let values = extractor.values().filter(|_| lists_all(&extractor));
            let values: BTreeSet<Observable> =
                values.map(|(kind, value)| Observable { kind, value: value.to_owned() }).collect();
            for value in values.into_iter().take(VALUES_MAX) {
                let place = (source.clone(), (number / BLOCK).cast_signed());
                wanted.entry(value).or_default().insert(place);
            }
            count += 1;
            if count < SAMPLE_MAX { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
    }
    let values: Vec<Observable> = wanted.keys().cloned().collect();
    let probed = Tables::new(folder, files).probe(&values, Ask { blocks: true, threads: 1 });
    let mut found: BTreeSet<(i64, String, i64)> = BTreeSet::new();
    for one in probed.seen {
        let hash = observable_hash(one.observable.kind, &one.observable.value);
        found.extend(one.blocks.into_iter().map(|block| (hash, one.source.clone(), block)));
    }
    let lacks = |(value, places): (Observable, BTreeSet<(String, i64)>)| {
        let hash = observable_hash(value.kind, &value.value);
        let found = &found;
        places.into_iter().filter(move |(source, block)| !found.contains(&(hash, source.clone(), *block)))
    };
    wanted.into_iter().flat_map(lacks).map(|(source, _)| source).collect()
}

/// The digest of a file, as catalogues have it.
fn digest(path: &Path) -> std::io::Result<String> {
    let (mut hasher, mut file) = (blake3::Hasher::new(), File::open(path)?);
    let mut block = vec![0; 1 << 16];
    loop {
        match file.read(&mut block)? {
            0 => return Ok(hasher.finalize().to_hex().to_string()),
            read => _ = hasher.update(block.get(..read).unwrap_or_default()),
        }
    }
}

//! Reading kept events: those of files and those that wait, as if they were one.
//!
//! An [`Archive`] is a view of one state of the catalogue. A file that is damaged is named and costs its rows, never the
//! rest.

use super::catalogue::{FOLDER, is_of};
use super::packed::unlisted;
use super::pending::EventLog;
use crate::{Fault, Home};
use history::{Ask, BLOCK_EVENTS, EVENTS_MAX, Event, OfLogs, OfTexts, Registered, Set, Tables, events_of};
use model::{Date, Problem, Timestamp};
use observable::{Kind, Observable};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::{ControlFlow, Range};
use std::path::PathBuf;

/// How many threads ask the tables of observables.
const THREADS: usize = 2;

/// The kept events, as of now.
pub struct Archive<'h> {
    home: &'h Home,
    folder: PathBuf,
    files: Vec<Registered>,
    logs: BTreeMap<String, EventLog>,
    void: BTreeSet<(String, u64)>,
    next: BTreeMap<String, u64>,
}

/// Which events of a source are wanted.
#[derive(Clone, Debug)]
pub struct EventsWanted<'w> {
    /// The source, as events name it.
    pub source: &'w str,
    /// By number.
    pub numbers: Range<u64>,
    /// From this moment to that, both included; events without a time are given, too, and those beside that lie in one
    /// page of a file.
    pub times: Option<(Timestamp, Timestamp)>,
    /// Only those of these blocks of files; of waiting events, only of batches in which one of these values is seen.
    pub seen: Option<&'w SeenIn>,
    /// Only those of these log sources.
    pub logs: Option<OfLogs<'w>>,
    /// Only those of these texts, and those beside them; waiting events all.
    pub texts: Option<OfTexts<'w>>,
}

/// A value that was seen in events of a source.
#[derive(Clone, Copy, Debug)]
pub struct SeenValue<'s> {
    /// Its kind.
    pub kind: Kind,
    /// In canonical form.
    pub value: &'s str,
    /// The source, as events name it.
    pub source: &'s str,
    /// How many events have it.
    pub count: u64,
    /// When first; none where no event has a time.
    pub first: Option<Timestamp>,
    /// When last.
    pub last: Option<Timestamp>,
}

/// Takes a value that was seen.
pub type EachSeen<'e> = dyn FnMut(&SeenValue<'_>) + 'e;

/// Where some values were seen.
#[derive(Clone, Debug, Default)]
pub struct SeenIn {
    /// By source, the blocks of events.
    pub blocks: BTreeMap<String, BTreeSet<i64>>,
    /// The values, as waiting events list them.
    pub hashes: BTreeSet<i64>,
}

impl std::fmt::Debug for Archive<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Archive").field("files", &self.files.len()).finish_non_exhaustive()
    }
}

impl Home {
    /// The kept events.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn archive(&self) -> Result<Archive<'_>, Fault> {
        let mut statement = self.connection.prepare_cached("select source, event from void_events")?;
        let void = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let void = void.collect::<Result<_, _>>()?;
        let mut statement = self.connection.prepare_cached("select name, next from event_sources")?;
        let next = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let next = next.collect::<Result<_, _>>()?;
        Ok(Archive {
            home: self,
            folder: self.directory().join(FOLDER),
            files: self.files(false)?,
            logs: self.event_logs()?,
            void,
            next,
        })
    }
}

impl Archive<'_> {
    /// The files that count.
    #[must_use]
    pub fn files(&self) -> &[Registered] {
        &self.files
    }

    /// The logs whose events are kept.
    #[must_use]
    pub fn logs(&self) -> &BTreeMap<String, EventLog> {
        &self.logs
    }

    /// The events that do not count, by source and number: their records were cut when they were read.
    #[must_use]
    pub fn void(&self) -> &BTreeSet<(String, u64)> {
        &self.void
    }

    /// Whether no log has events here.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.logs.is_empty()
    }

    /// The sources that have events that count, each with the numbers that its events may have.
    #[must_use]
    pub fn sources(&self) -> BTreeMap<String, Range<u64>> {
        let of = |log: &EventLog| {
            let runs = self.next.get(&log.source).copied().unwrap_or_default();
            (log.source.clone(), 0..runs * EVENTS_MAX)
        };
        self.logs.values().map(of).collect()
    }

    /// Of which days since 1970 events are kept, by source: each day whole. Events without a time are of the day on which
    /// they were read.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn days(&self) -> Result<BTreeMap<String, BTreeSet<i64>>, Fault> {
        let mut days: BTreeMap<String, BTreeSet<i64>> = BTreeMap::new();
        let mut add = |source: &str, day: Date| {
            let number = day.start().seconds().div_euclid(86_400);
            days.entry(source.to_owned()).or_default().insert(number);
        };
        for file in &self.files {
            if let Set::Events { source, day } = &file.set {
                add(source, *day);
            }
        }
        let mut statement = self.home.connection.prepare_cached("select distinct source, day from tail")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (source, day): (String, String) = (row.get(0)?, row.get(1)?);
            let what = || Fault::Damaged { what: format!("events of {source} that wait") };
            add(&source, Date::parse(&day).ok_or_else(what)?);
        }
        Ok(days)
    }

    /// How many events are kept, those that do not count any more included.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn events(&self) -> Result<u64, Fault> {
        let in_files = self.files.iter().filter(|file| matches!(file.set, Set::Events { .. }));
        let sql = "select coalesce(sum(events), 0) from tail";
        let waiting: u64 = self.home.connection.query_row(sql, [], |row| row.get(0))?;
        Ok(in_files.map(|file| file.events).sum::<u64>() + waiting)
    }

    /// Where values were seen, by the tables of observables; what could not be read of these.
    #[must_use]
    pub fn seen(&self, values: &[Observable]) -> (SeenIn, Vec<Problem>) {
        let tables = Tables::new(&self.folder, &self.files);
        let values: Vec<Observable> = values.iter().cloned().chain([unlisted()]).collect();
        let probed = tables.probe(&values, Ask { blocks: true, threads: THREADS });
        let mut seen = SeenIn {
            hashes: values.iter().map(|value| history::observable_hash(value.kind, &value.value)).collect(),
            ..SeenIn::default()
        };
        for one in probed.seen {
            seen.blocks.entry(one.source).or_default().extend(one.blocks);
        }
        (seen, probed.problems)
    }

    /// Says of values how often they were seen: in parts, which are to be added. What could not be read.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn counted(&self, values: &[Observable], each: &mut EachSeen<'_>) -> Result<Vec<Problem>, Fault> {
        let tables = Tables::new(&self.folder, &self.files);
        let probed = tables.probe(values, Ask { blocks: false, threads: THREADS });
        let counts: BTreeSet<&str> = self.logs.values().map(|log| log.source.as_str()).collect();
        for one in probed.seen.iter().filter(|one| counts.contains(one.source.as_str())) {
            each(&SeenValue {
                kind: one.observable.kind,
                value: &one.observable.value,
                source: &one.source,
                count: one.count,
                first: one.first,
                last: one.last,
            });
        }
        let wanted: BTreeSet<&Observable> = values.iter().collect();
        let hashes: BTreeSet<i64> =
            values.iter().map(|value| history::observable_hash(value.kind, &value.value)).collect();
        self.waiting(Some(&hashes), &|seen| wanted.contains(seen), each)?;
        Ok(probed.problems)
    }

    /// Gives every value of these kinds that was seen, in parts, which are to be added. What could not be read.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn each_value(&self, kinds: &[Kind], each: &mut EachSeen<'_>) -> Result<Vec<Problem>, Fault> {
        let tables = Tables::new(&self.folder, &self.files);
        let counts: BTreeSet<&str> = self.logs.values().map(|log| log.source.as_str()).collect();
        let problems = tables.each_value(kinds, &mut |kind, value, seen| {
            if counts.contains(seen.source.as_str()) {
                let (source, count) = (seen.source.as_str(), seen.count);
                each(&SeenValue { kind, value, source, count, first: seen.first, last: seen.last });
            }
        });
        self.waiting(None, &|seen| kinds.contains(&seen.kind), each)?;
        Ok(problems)
    }

    /// Gives the wanted values of events that wait, one event at a time.
    fn waiting(
        &self,
        hashes: Option<&BTreeSet<i64>>,
        is_wanted: &dyn Fn(&Observable) -> bool,
        each: &mut EachSeen<'_>,
    ) -> Result<(), Fault> {
        self.home.each_waiting(None, &mut |row, _| {
            if hashes.is_some_and(|hashes| hashes.is_disjoint(&row.hashes)) {
                return;
            }
            let mut number = row.first;
            row.events.each(&mut |event| {
                event.with(None, &mut |event| {
                    let seen = event.observables.iter().filter(|_| self.counts(&row.source, number, event));
                    for (kind, value) in seen {
                        if is_wanted(&Observable { kind: *kind, value: (*value).to_owned() }) {
                            let (first, last) = (event.time, event.time);
                            each(&SeenValue {
                                kind: *kind,
                                value,
                                source: &row.source,
                                count: 1,
                                first,
                                last,
                            });
                        }
                    }
                });
                number += 1;
            });
        })
    }

    /// Gives each wanted event with its log and number. What could not be read.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn each(
        &self,
        wanted: &EventsWanted<'_>,
        each: &mut dyn FnMut(&EventLog, u64, &Event<'_>),
    ) -> Result<Vec<Problem>, Fault> {
        let mut give = |number: u64, event: &Event<'_>| {
            let counts = wanted.numbers.contains(&number) && self.counts(wanted.source, number, event);
            if let Some(log) = self.logs.get(event.document).filter(|_| counts) {
                each(log, number, event);
            }
        };
        let problems = self.of_files(wanted, &mut give);
        self.home.each_waiting(Some(wanted.source), &mut |row, _| {
            let is_wanted = wanted.seen.is_none_or(|seen| !seen.hashes.is_disjoint(&row.hashes));
            if !is_wanted || row.first >= wanted.numbers.end {
                return;
            }
            let mut number = row.first;
            row.events.each(&mut |event| {
                event.with(None, &mut |event| give(number, event));
                number += 1;
            });
        })?;
        Ok(problems)
    }

    /// Whether an event counts for a log.
    pub(crate) fn counts(&self, source: &str, number: u64, event: &Event<'_>) -> bool {
        self.logs.contains_key(event.document)
            && (self.void.is_empty() || !self.void.contains(&(source.to_owned(), number)))
    }

    fn of_files(&self, wanted: &EventsWanted<'_>, give: &mut dyn FnMut(u64, &Event<'_>)) -> Vec<Problem> {
        let files: Vec<Registered> = self
            .files
            .iter()
            .filter(|file| is_of(file, wanted.source))
            .filter(|file| file.first < wanted.numbers.end && file.last >= wanted.numbers.start)
            .cloned()
            .collect();
        let in_numbers = |block: &i64| {
            let first = block.cast_unsigned() * BLOCK_EVENTS;
            first < wanted.numbers.end && first + BLOCK_EVENTS > wanted.numbers.start
        };
        let blocks: Option<Vec<i64>> = wanted.seen.map(|seen| {
            let of_source = seen.blocks.get(wanted.source).into_iter().flatten();
            of_source.copied().filter(in_numbers).collect()
        });
        if blocks.as_ref().is_some_and(Vec::is_empty) {
            return Vec::new();
        }
        let of = history::Wanted {
            source: wanted.source,
            blocks: blocks.as_deref(),
            times: wanted.times,
            logs: wanted.logs,
            texts: wanted.texts,
        };
        let given = events_of(&self.folder, &files, &of, &mut |number, event| {
            give(number, event);
            ControlFlow::Continue(())
        });
        given.problems
    }
}

//! The options of a run, for the run itself and for the readers of formats.

use crate::names::user_mapping::Mapping;
use crate::record::clock::Yearless;
use crate::record::zone::Zone;
use model::Timestamp;
use std::num::NonZero;
use std::sync::Arc;

/// How a run is done.
#[derive(Clone, Debug)]
pub struct Options {
    /// How many threads parse; with one, the feeding thread parses as well.
    pub threads: usize,
    /// How many bytes of a line or value are looked at; the rest of a longer one is passed over.
    pub line_bytes_max: usize,
    /// About how large the pieces are that a document is cut into.
    pub chunk_bytes: usize,
    /// The year of the newest lines of logs that name no year (RFC 3164). It goes before [`Options::latest`]. When
    /// the head of a document contains a turn of the year, the lines before the turn are from the year before. A
    /// turn behind the head is seen too late for that: the lines behind it go into the next year.
    pub year: Option<i32>,
    /// A moment that no line of a log without years is later than: now, or when the file was last written. Each
    /// line then has the latest year that keeps it before that moment.
    pub latest: Option<Timestamp>,
    /// The zones of logs that write times without one: for the documents below a file or folder of this name and for
    /// records of a machine of this name, or for all. The first that fits holds; without one these times are UTC.
    pub zones: Vec<(Option<String>, Zone)>,
    /// The machine of records that name none.
    pub host: Option<String>,
    /// The user's own mapping of records of JSON, tables and `key=value` logs, beside the built-in tables.
    pub mappings: Arc<Mapping>,
}

impl Default for Options {
    /// All cores, lines of at most 1 MiB (the longest honest ones, script blocks and cloud audit records,
    /// have some 300 kB), chunks of 1 MiB.
    fn default() -> Self {
        Self {
            threads: std::thread::available_parallelism().map_or(1, NonZero::get),
            line_bytes_max: 1 << 20,
            chunk_bytes: 1 << 20,
            year: None,
            latest: None,
            zones: Vec::new(),
            host: None,
            mappings: Arc::default(),
        }
    }
}

impl Options {
    /// The moment of a time whose year is not written.
    pub(crate) fn dated(&self, time: Yearless) -> Option<Timestamp> {
        match self.year {
            Some(year) => time.at(year),
            None => time.before(self.latest?),
        }
    }

    /// The zone of records without one in a document of this name; `host` is the machine that a record names.
    pub(crate) fn zone(&self, document: &str, host: Option<&str>) -> Option<Zone> {
        let fits = |name: &String| {
            host.is_some_and(|host| host.eq_ignore_ascii_case(name))
                || document.split(['/', '\\', '!']).any(|part| part.eq_ignore_ascii_case(name))
        };
        self.zones.iter().find(|(name, _)| name.as_ref().is_none_or(fits)).map(|(_, zone)| *zone)
    }
}

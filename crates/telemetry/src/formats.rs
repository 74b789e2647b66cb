//! The formats, one line each, and how a document is recognised.
//!
//! Formats are recognised by content, never by the name: logs are renamed, rotated and packed. The recognisers are
//! asked in the order of the lines, the surest first.

mod access;
pub(crate) mod appliance;
mod cef;
mod csv_log;
mod dns_log;
mod error_log;
mod event_xml;
mod evtx;
mod flow_log;
mod json;
mod key_values;
mod linux;
mod plain;
mod syslog;
mod w3c;
mod zeek;

use crate::cut::Cut;
use crate::cut::head::Head;
use crate::cut::scanner::Scanner;
use crate::names::user_mapping::Mapping;
use crate::reader::Reader;
use crate::reader::options::Options;
use json::values::Values;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// A line of the registry.
pub(crate) struct Entry {
    /// The name of the format, for people.
    pub(crate) name: &'static str,
    /// Whether a document is in this format.
    pub(crate) recognise: fn(&Head<'_>) -> bool,
    /// How its documents are cut.
    pub(crate) cut: Cut,
    /// Makes the reader of a document.
    pub(crate) reader: fn(&Head<'_>, &Options) -> Arc<dyn Reader>,
}

static FORMATS: [Entry; 16] = [
    Entry {
        name: "Windows event log",
        recognise: evtx::recognise,
        cut: Cut::Blocks(evtx::BLOCKS),
        reader: evtx::reader,
    },
    Entry {
        name: "Windows event XML",
        recognise: event_xml::recognise,
        cut: Cut::Scanned(|_, bound| Scanner::new(event_xml::Events::default(), bound)),
        reader: event_xml::reader,
    },
    Entry { name: "Zeek log", recognise: zeek::recognise, cut: Cut::Lines, reader: zeek::reader },
    Entry { name: "W3C extended log", recognise: w3c::recognise, cut: Cut::Lines, reader: w3c::reader },
    Entry { name: "JSON lines", recognise: json::recognise_lines, cut: Cut::Lines, reader: json::reader },
    Entry {
        name: "JSON records",
        recognise: json::recognise_values,
        cut: Cut::Scanned(|_, bound| Scanner::new(Values::default(), bound)),
        reader: json::reader,
    },
    Entry {
        name: "CEF or LEEF log",
        recognise: cef::recognise,
        cut: Cut::Scanned(|_, bound| Scanner::new(cef::Events::default(), bound)),
        reader: cef::reader,
    },
    Entry {
        name: "web access log",
        recognise: |head| access::recognise(head, syslog::head::is_headed),
        cut: Cut::Lines,
        reader: access::reader,
    },
    Entry {
        name: "DNS server log",
        recognise: |head| plain::mostly(head, dns_log::line),
        cut: Cut::Lines,
        reader: |_, _| plain::reader(dns_log::line),
    },
    Entry {
        name: "web server error log",
        recognise: |head| plain::mostly(head, error_log::line),
        cut: Cut::Lines,
        reader: |_, _| plain::reader(error_log::line),
    },
    Entry {
        name: "Squid log",
        recognise: |head| plain::mostly(head, error_log::squid),
        cut: Cut::Lines,
        reader: |_, _| plain::reader(error_log::squid),
    },
    Entry { name: "flow log", recognise: flow_log::recognise, cut: Cut::Lines, reader: flow_log::reader },
    Entry { name: "syslog", recognise: syslog::recognise, cut: Cut::Lines, reader: syslog::reader },
    Entry {
        name: "messages of appliances",
        recognise: |head| plain::mostly(head, appliance::line),
        cut: Cut::Lines,
        reader: |_, _| plain::reader(appliance::line),
    },
    Entry {
        name: "key=value log",
        recognise: key_values::recognise,
        cut: Cut::Lines,
        reader: key_values::reader,
    },
    Entry {
        name: "table of events",
        recognise: csv_log::recognise,
        cut: Cut::Scanned(csv_log::scanner),
        reader: csv_log::reader,
    },
];

/// A log format that can be read.
#[derive(Clone, Copy)]
pub struct Format(&'static Entry);

impl Format {
    /// Its name, for people.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.0.name
    }

    pub(crate) fn entry(self) -> &'static Entry {
        self.0
    }
}

impl fmt::Debug for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Format({})", self.0.name)
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.name)
    }
}

impl PartialEq for Format {
    fn eq(&self, other: &Self) -> bool {
        self.0.name == other.0.name
    }
}

impl Eq for Format {}

impl Hash for Format {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.name.hash(state);
    }
}

impl PartialOrd for Format {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Format {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.name.cmp(other.0.name)
    }
}

/// The formats that can be read, in the order in which they are asked.
pub fn formats() -> impl Iterator<Item = Format> {
    FORMATS.iter().map(Format)
}

/// The format of a document, by its first bytes (the more the better, [`input::Document::HEAD_MAX`] are
/// enough); `None` when no format is known for it. The name is used in messages only.
#[must_use]
pub fn recognise(name: &str, head: &[u8]) -> Option<Format> {
    let head = Head::new(name, head);
    FORMATS.iter().find(|entry| (entry.recognise)(&head)).map(Format)
}

/// The same with the user's mapping: a JSON document that the built-in tables do not take for a log is a log when the
/// mapping fits.
pub(crate) fn recognise_mapped(name: &str, head: &[u8], mapping: &Mapping) -> Option<Format> {
    recognise(name, head).or_else(|| {
        let lines = if mapping.is_empty() { None } else { json::is_mapped(&Head::new(name, head), mapping) }?;
        let name = if lines { "JSON lines" } else { "JSON records" };
        FORMATS.iter().find(|entry| entry.name == name).map(Format)
    })
}

//! The formats, one line each, and how a document is recognised.
//!
//! Formats are recognised by content, never by the name: logs are renamed, rotated and packed. The recognisers are
//! asked in the order of the lines, the surest first.

mod access;
pub(crate) mod appliance;
mod audit;
mod aws_lb;
mod aws_s3;
mod bash_history;
mod cef;
mod container;
mod cri;
mod csv_log;
mod dns_log;
mod error_log;
mod event_xml;
mod evtx;
mod exchange;
mod flow_log;
mod journal_export;
mod json;
mod key_values;
mod last;
pub(crate) mod line;
mod linux;
mod message;
mod plain;
mod snort;
mod syslog;
mod tcpdump;
mod text;
mod w3c;
mod windows_dhcp;
mod windows_text;
mod zeek;
mod zscaler;

use crate::cut::Cut;
use crate::cut::chunk::without_hole;
use crate::cut::scanner::Scanner;
use crate::names::user_mapping::Mapping;
use crate::reader::Reader;
use crate::reader::options::Options;
use input::{Head, Registered};
use json::values::Values;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;
pub(crate) use text::any_line;

/// Which format it is: formats are compared by this.
#[derive(Clone, Copy, PartialEq, Eq)]
enum FormatKind {
    Evtx,
    EventXml,
    Zeek,
    W3c,
    JsonLines,
    JsonRecords,
    Cef,
    Journal,
    Container,
    Access,
    Dns,
    Error,
    Squid,
    Flow,
    Syslog,
    Appliance,
    LoadBalancer,
    ObjectStore,
    Exchange,
    Alerts,
    Fail2ban,
    Last,
    ShellHistory,
    KeyValues,
    Table,
    Text,
}

/// How documents of a format become records.
pub(crate) struct Way {
    /// How its documents are cut.
    pub(crate) cut: Cut,
    /// Makes the reader of a document.
    pub(crate) reader: fn(&Head<'_>, &Options) -> Arc<dyn Reader>,
}

type FormatLine = Registered<FormatKind, Way>;

static FORMATS: [FormatLine; 26] = [
    FormatLine {
        format: FormatKind::Evtx,
        name: "Windows event log",
        recognise: evtx::recognise,
        read: Way { cut: Cut::Blocks(evtx::BLOCKS), reader: evtx::reader },
    },
    FormatLine {
        format: FormatKind::EventXml,
        name: "Windows event XML",
        recognise: event_xml::recognise,
        read: Way {
            cut: Cut::Scanned(|_, bound| Scanner::new(event_xml::Events::default(), bound)),
            reader: event_xml::reader,
        },
    },
    FormatLine {
        format: FormatKind::Zeek,
        name: "Zeek log",
        recognise: zeek::recognise,
        read: Way { cut: Cut::Lines, reader: zeek::reader },
    },
    FormatLine {
        format: FormatKind::W3c,
        name: "W3C extended log",
        recognise: w3c::recognise,
        read: Way { cut: Cut::Lines, reader: w3c::reader },
    },
    FormatLine {
        format: FormatKind::JsonLines,
        name: "JSON lines",
        recognise: json::recognise_lines,
        read: Way { cut: Cut::Lines, reader: json::reader },
    },
    FormatLine {
        format: FormatKind::JsonRecords,
        name: "JSON records",
        recognise: json::recognise_values,
        read: Way {
            cut: Cut::Scanned(|_, bound| Scanner::new(Values::default(), bound)),
            reader: json::reader,
        },
    },
    FormatLine {
        format: FormatKind::Cef,
        name: "CEF or LEEF log",
        recognise: cef::recognise,
        read: Way {
            cut: Cut::Scanned(|_, bound| Scanner::new(cef::Events::default(), bound)),
            reader: cef::reader,
        },
    },
    FormatLine {
        format: FormatKind::Journal,
        name: "journal export",
        recognise: journal_export::recognise,
        read: Way {
            cut: Cut::Scanned(|_, bound| Scanner::new(journal_export::Entries, bound)),
            reader: journal_export::reader,
        },
    },
    FormatLine {
        format: FormatKind::Container,
        name: "container log",
        recognise: cri::recognise,
        read: Way { cut: Cut::Lines, reader: container::reader },
    },
    FormatLine {
        format: FormatKind::Access,
        name: "web access log",
        recognise: |head| access::recognise(head, line::is_headed),
        read: Way { cut: Cut::Lines, reader: access::reader },
    },
    FormatLine {
        format: FormatKind::Dns,
        name: "DNS server log",
        recognise: |head| plain::mostly(head, dns_log::line),
        read: Way { cut: Cut::Lines, reader: |_, _| plain::reader(dns_log::line) },
    },
    FormatLine {
        format: FormatKind::Error,
        name: "web server error log",
        recognise: |head| plain::mostly(head, error_log::line),
        read: Way { cut: Cut::Lines, reader: |_, _| plain::reader(error_log::line) },
    },
    FormatLine {
        format: FormatKind::Squid,
        name: "Squid log",
        recognise: |head| plain::mostly(head, error_log::squid),
        read: Way { cut: Cut::Lines, reader: |_, _| plain::reader(error_log::squid) },
    },
    FormatLine {
        format: FormatKind::Flow,
        name: "flow log",
        recognise: flow_log::recognise,
        read: Way { cut: Cut::Lines, reader: flow_log::reader },
    },
    FormatLine {
        format: FormatKind::Syslog,
        name: "syslog",
        recognise: syslog::recognise,
        read: Way { cut: Cut::Lines, reader: syslog::reader },
    },
    FormatLine {
        format: FormatKind::Appliance,
        name: "messages of appliances",
        recognise: |head| plain::mostly(head, appliance::line),
        read: Way { cut: Cut::Lines, reader: |_, _| plain::reader(appliance::line) },
    },
    FormatLine {
        format: FormatKind::LoadBalancer,
        name: "load balancer log",
        recognise: |head| plain::mostly(head, aws_lb::line),
        read: Way { cut: Cut::Lines, reader: |_, _| plain::reader(aws_lb::line) },
    },
    FormatLine {
        format: FormatKind::ObjectStore,
        name: "S3 access log",
        recognise: |head| plain::mostly(head, aws_s3::line),
        read: Way { cut: Cut::Lines, reader: |_, _| plain::reader(aws_s3::line) },
    },
    FormatLine {
        format: FormatKind::Exchange,
        name: "Exchange log",
        recognise: exchange::recognise,
        read: Way { cut: Cut::Lines, reader: exchange::reader },
    },
    FormatLine {
        format: FormatKind::Alerts,
        name: "Snort alerts",
        recognise: |head| plain::mostly(head, snort::line),
        read: Way { cut: Cut::Lines, reader: |_, _| plain::reader(snort::line) },
    },
    FormatLine {
        format: FormatKind::Fail2ban,
        name: "fail2ban log",
        recognise: |head| plain::mostly(head, appliance::fail2ban::line),
        read: Way { cut: Cut::Lines, reader: |_, _| plain::reader(appliance::fail2ban::line) },
    },
    FormatLine {
        format: FormatKind::Last,
        name: "last",
        recognise: |head| plain::mostly(head, last::line),
        read: Way { cut: Cut::Lines, reader: |_, _| plain::reader(last::line) },
    },
    FormatLine {
        format: FormatKind::ShellHistory,
        name: "shell history",
        recognise: bash_history::recognise,
        read: Way {
            cut: Cut::Scanned(|_, bound| Scanner::new(bash_history::Commands, bound)),
            reader: bash_history::reader,
        },
    },
    FormatLine {
        format: FormatKind::KeyValues,
        name: "key=value log",
        recognise: key_values::recognise,
        read: Way { cut: Cut::Lines, reader: key_values::reader },
    },
    FormatLine {
        format: FormatKind::Table,
        name: "table of events",
        recognise: csv_log::recognise,
        read: Way { cut: Cut::Scanned(csv_log::scanner), reader: csv_log::reader },
    },
    FormatLine {
        format: FormatKind::Text,
        name: "text of any form",
        recognise: text::recognise,
        read: Way { cut: Cut::Lines, reader: text::reader },
    },
];

/// A log format that can be read.
#[derive(Clone, Copy)]
pub struct Format(&'static FormatLine);

impl Format {
    /// Its name, for people.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.0.name
    }

    /// Whether it is text that no other format knows.
    #[must_use]
    pub fn is_text(self) -> bool {
        self.0.format == FormatKind::Text
    }

    /// Whether it is a way to write anything: what its records are about, only their fields say.
    #[must_use]
    pub fn is_general(self) -> bool {
        use FormatKind::{JsonLines, JsonRecords, KeyValues, Table, Text};
        matches!(self.0.format, JsonLines | JsonRecords | KeyValues | Table | Text)
    }

    pub(crate) fn way(self) -> &'static Way {
        &self.0.read
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
    input::recognised(&FORMATS, &Head::of_bytes(name, without_hole(head))).map(Format)
}

/// The same with the user's mapping: a JSON document that the built-in tables do not take for a log is a log when the
/// mapping fits.
pub(crate) fn recognise_mapped(name: &str, head: &[u8], mapping: &Mapping) -> Option<Format> {
    let known = recognise(name, head);
    if mapping.is_empty() || known.is_some_and(|known| !known.is_text()) {
        return known;
    }
    let head = Head::of_bytes(name, head);
    let lines = json::is_mapped(&head, mapping);
    let mapped = lines.and_then(|lines| {
        input::line_of(&FORMATS, if lines { FormatKind::JsonLines } else { FormatKind::JsonRecords })
    });
    mapped.map(Format).or(known)
}

//! What happened: one record of a log, borrowed from the bytes it was read from.
//!
//! The hot path of the program. A record lives as long as its chunk of the file; whoever wants to keep
//! something (a finding's evidence) copies it. Fields are flat pairs under the names that Sigma rules use for
//! the record's log source, in the source's order; nested fields have their path joined by dots, a field with
//! several values is there several times.

use crate::{EventId, Timestamp};
use serde::{Deserialize, Serialize};
use std::net::IpAddr;

/// Where a record comes from, in Sigma's taxonomy of log sources. Made once a document or once a channel.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct LogSource {
    /// `windows`, `linux`, `zeek`, `apache` …
    pub product: Option<String>,
    /// `sysmon`, `security`, `sshd`, `dns` …
    pub service: Option<String>,
    /// `process_creation`, `webserver`, `firewall` …; a record may belong to several.
    pub categories: Vec<String>,
}

/// A value: text, or null. Numbers and truth values are the text their source wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value<'a> {
    /// Text.
    Text(&'a str),
    /// The source said null.
    Null,
}

/// A field of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its value.
    pub value: Value<'a>,
}

/// Where observables are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Text {
    /// In the bytes of the record as they are: it is plain text.
    Raw,
    /// In the values of the fields: the bytes are binary, or escaped.
    Fields,
}

/// One record of a log.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    /// Its number in the document, from 1: the line of a text, the record of a table or event log.
    pub number: u64,
    /// When it happened, by its own account.
    pub time: Option<Timestamp>,
    /// Where it comes from.
    pub log: &'a LogSource,
    /// The machine it happened on, by its own account.
    pub host: Option<&'a str>,
    /// The account that acted, as written (`DOMAIN\user`, `user@domain`, `user`, a SID).
    pub account: Option<&'a str>,
    /// The other side: where a connection or request came from.
    pub from: Option<IpAddr>,
    /// Where a connection went.
    pub to: Option<IpAddr>,
    /// The fields.
    pub fields: &'a [Field<'a>],
    /// The bytes of the record as they were written.
    pub raw: &'a [u8],
    /// Where to look for observables.
    pub text: Text,
}

impl<'a> Record<'a> {
    /// The first text value of a field.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&'a str> {
        self.fields.iter().find(|field| field.name == name).and_then(|field| match field.value {
            Value::Text(text) => Some(text),
            Value::Null => None,
        })
    }

    /// The texts in which observables are looked for.
    pub fn texts(&self) -> impl Iterator<Item = &'a [u8]> {
        let (raw, fields) = match self.text {
            Text::Raw => (Some(self.raw), &[][..]),
            Text::Fields => (None, self.fields),
        };
        raw.into_iter().chain(fields.iter().filter_map(|field| match field.value {
            Value::Text(text) => Some(text.as_bytes()),
            Value::Null => None,
        }))
    }

    /// The record's identity: equal bytes are one event.
    #[must_use]
    pub fn id(&self) -> EventId {
        EventId::of(self.raw)
    }
}

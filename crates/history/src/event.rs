//! One event: a record of a log, kept exactly, with what was read from it.
//!
//! It borrows everything, as events pass by the million in both directions. It has its fields, so that rules are asked of
//! it years later without the format of its log. The observables that a reader found go to the tables of observables
//! only; an event that is read back has none, its bytes have them.

use model::{Field, LogSource, Record, Text, Timestamp};
use observable::Kind;
use std::net::IpAddr;

/// How many events one file takes: what a transaction writes.
pub const EVENTS_MAX: u64 = 1 << 20;

/// How long a record may be; readers cut longer ones long before.
pub const RAW_BYTES_MAX: usize = 16 << 20;

/// How many fields an event may have: as many as readers of logs give.
pub const FIELDS_MAX: usize = 4096;

/// How many bytes the names and values of an event's fields may have together.
pub const FIELD_BYTES_MAX: usize = 16 << 20;

/// How many numbers of events one block spans. Tables of observables name blocks, not events: a page of events must be
/// decoded anyway.
pub const BLOCK_EVENTS: u64 = 1024;

/// An event.
#[derive(Clone, Copy, Debug)]
pub struct Event<'a> {
    /// When it happened, by its own account.
    pub time: Option<Timestamp>,
    /// The log source, in Sigma's taxonomy.
    pub log: &'a LogSource,
    /// The machine that it happened on.
    pub host: Option<&'a str>,
    /// The account that acted.
    pub account: Option<&'a str>,
    /// Where a connection or request came from.
    pub from: Option<IpAddr>,
    /// Where a connection went.
    pub to: Option<IpAddr>,
    /// The document that it was read from.
    pub document: &'a str,
    /// Its number in the document.
    pub record: u64,
    /// Its fields, in the order of the record; a name may be there several times.
    pub fields: &'a [Field<'a>],
    /// The bytes of the record as they were written.
    pub raw: &'a [u8],
    /// Where observables are looked for.
    pub text: Text,
    /// What can be seen in it, in canonical form.
    pub observables: &'a [(Kind, &'a str)],
}

impl<'a> Event<'a> {
    /// The record that it is, for rules and indicators.
    #[must_use]
    pub fn to_record(&self) -> Record<'a> {
        Record {
            number: self.record,
            time: self.time,
            log: self.log,
            host: self.host,
            account: self.account,
            from: self.from,
            to: self.to,
            fields: self.fields,
            raw: self.raw,
            text: self.text,
        }
    }
}

/// The versions of what made a file, kept in its metadata: a file of last year says by which rules it was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Versions {
    /// Of the reader of logs.
    pub reader: String,
    /// Of the set of rules for finding observables.
    pub rules: String,
}

/// The block of an event number.
pub(crate) fn block(number: u64) -> i64 {
    (number / BLOCK_EVENTS).cast_signed()
}

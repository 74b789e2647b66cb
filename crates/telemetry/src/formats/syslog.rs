//! Syslog: RFC 3164 (BSD), RFC 5424, the ISO times of rsyslog and systemd, octet-counted frames (RFC 6587).
//!
//! The message of the program is the field `message`. Other readers take it apart, in this order: CEF and LEEF, a
//! record in JSON, a sentence of an appliance ([`crate::formats::appliance`]), a line of a web or DNS server,
//! `key=value` pairs, and last the prose of Linux' own programs ([`crate::formats::linux`]).

pub(crate) mod head;
mod years;

use crate::cut::chunk::{self, Chunk, Line};
use crate::formats::{access, appliance, cef, dns_log, error_log, event_xml, json, key_values, linux};
use crate::reader::options::Options;
use crate::reader::{Out, Reader};
use crate::record::draft::{Draft, Facts, Piece};
use crate::record::flatten;
use crate::record::trouble::Trouble;
use head::{CHECK_POINT, HeadParts, Stamp, parse};
use input::Head;
use model::{Text, Timestamp};
use std::sync::Arc;
use years::Years;

/// How many of the first lines are looked at, and more than half of them must be syslog.
const LOOKED_AT: usize = 10;

pub(crate) fn recognise(head: &Head<'_>) -> bool {
    let (mut good, mut all) = (0, 0);
    for line in head.lines(LOOKED_AT) {
        let parsed = parse(line);
        // Many logs start with a time; a line of syslog also has a program, or a priority.
        good += usize::from(parsed.is_some_and(|parts| {
            parts.priority
                || parts.program.is_some()
                || cef::starts(parts.message)
                || parts.host.is_some() && parts.message.starts_with('{')
                || appliance::message(None, None, parts.message, &mut Draft::default()).is_some()
        }));
        all += 1;
    }
    all > 0 && good * 2 > all
}

pub(crate) fn reader(head: &Head<'_>, options: &Options) -> Arc<dyn Reader> {
    Arc::new(Syslog { years: Years::new(head, options) })
}

/// A syslog file, read from the year in which the chunk starts.
struct Syslog {
    years: Years,
}

impl Reader for Syslog {
    fn read(&self, chunk: &Chunk, out: &mut Out<'_>) {
        let text = chunk::text(chunk, out.line_bytes_max, &mut out.tally.troubles);
        let mut draft = Draft::default();
        let mut years = self.years;
        for line in chunk::lines(chunk, &text, out.line_bytes_max) {
            record(&line, &mut years, &mut draft, out);
        }
    }

    fn after(&self, chunk: &Chunk) -> Option<Arc<dyn Reader>> {
        let mut years = self.years;
        years.pass(&chunk.bytes);
        (years != self.years).then(|| Arc::new(Syslog { years }) as Arc<dyn Reader>)
    }
}

fn record<'c>(line: &Line<'c>, years: &mut Years, draft: &mut Draft<'c>, out: &mut Out<'_>) {
    draft.clear();
    if line.cut {
        out.tally.troubles.add(Trouble::TooLong, line.number);
    }
    let Some(parts) = parse(line.text) else {
        out.tally.troubles.add(Trouble::NotOfFormat, line.number);
        out.bare(line, &linux::LINUX);
        return;
    };
    if let Some(program) = parts.program {
        draft.push_text("program", program);
    }
    if let Some(pid) = parts.pid {
        draft.push_text("pid", pid);
    }
    if event_xml::starts(parts.message) {
        sysmon(&parts, line, draft, out);
        return;
    }
    draft.push_text("message", parts.message);
    if !parts.structured.starts_with(CHECK_POINT) {
        key_values::push(parts.structured, draft);
    }
    let (mut facts, whose) = meaning(&parts, draft);
    facts.time = time(&parts, whose, facts.time, line.number, years, out);
    facts.host = facts.host.or(parts.host.map(Piece::Chunk));
    if matches!(whose, Whose::Syslog) {
        facts.account = facts.account.or(linux::account(parts.message).map(Piece::Chunk));
        facts.from = facts.from.or_else(|| linux::from(parts.message));
    }
    if draft.overfull {
        out.tally.troubles.add(Trouble::TooManyFields, line.number);
    }
    out.draft(draft, line.number, line.raw, Text::Raw, &facts);
}

/// Where the facts of a message come from, and so whose clock goes first.
#[derive(Clone, Copy)]
enum Whose {
    /// Syslog's head.
    Syslog,
    /// A sentence of an appliance or program; it has the time of the event, but often not the zone.
    Sentence,
    /// A record that was put into a message.
    Record,
}

/// What a message says: the forms that are known by their first bytes are tried first.
fn meaning<'c>(parts: &HeadParts<'c>, draft: &mut Draft<'c>) -> (Facts<'c, 'static>, Whose) {
    let (log, text) = (linux::source(parts.program), parts.message);
    if cef::starts(text) {
        cef::push(text, draft);
        // An appliance: a device that speaks syslog need not be a Linux host.
        return (cef::facts(draft, &cef::UNKNOWN), Whose::Syslog);
    }
    if text.starts_with('{')
        && let Some(facts) = body(text, draft)
    {
        let unknown = facts.log.product.is_none() && facts.log.categories.is_empty();
        return (Facts { log: if unknown { log } else { facts.log }, ..facts }, Whose::Record);
    }
    if let Some(facts) = sentence(parts, draft) {
        return (facts, Whose::Sentence);
    }
    if parts.program.is_some_and(|program| dns_log::PROGRAMS.contains(&program))
        && let Some(facts) = dns_log::message(text, draft)
    {
        return (facts, Whose::Syslog);
    }
    if key_values::mostly(text) {
        key_values::push(text, draft);
        return (key_values::facts(draft, log), Whose::Syslog);
    }
    if let Some(facts) = appliance::structured(parts.structured, draft) {
        return (facts, Whose::Syslog);
    }
    if parts.structured.len() > 1 {
        return (key_values::facts(draft, log), Whose::Syslog);
    }
    (Facts::of(log), Whose::Syslog)
}

/// A message of an appliance, a web server or a DNS server.
fn sentence<'c>(parts: &HeadParts<'c>, draft: &mut Draft<'c>) -> Option<Facts<'c, 'static>> {
    let text = parts.message;
    if let Some(facts) = appliance::message(parts.program, parts.pid, text, draft) {
        return Some(facts);
    }
    // What looks like a program may be the beginning of the message.
    let whole = (parts.pid.is_none() && parts.body.len() > text.len()).then_some(parts.body);
    if let Some(facts) = whole.and_then(|whole| appliance::message(None, None, whole, draft)) {
        return Some(facts);
    }
    if parts.structured.starts_with(CHECK_POINT)
        && let Some(facts) = appliance::message(None, None, parts.structured, draft)
    {
        return Some(facts);
    }
    access::message(text, draft)
        .or_else(|| dns_log::line(whole.unwrap_or(text), draft))
        .or_else(|| error_log::squid(text, draft))
}

/// When the line was written: by syslog's clock, or by the sender's own, if that says more.
fn time(
    parts: &HeadParts<'_>,
    whose: Whose,
    own: Option<Timestamp>,
    number: u64,
    years: &mut Years,
    out: &mut Out<'_>,
) -> Option<Timestamp> {
    let (time, zoned) = match parts.stamp {
        Some(Stamp::Whole(time)) => (Some(time), parts.zoned),
        // Every line counts for the year, also when its own clock is not used.
        Some(Stamp::Month(month, clock)) => (years.time(month, clock), false),
        None => return own,
    };
    if time.is_none() && own.is_none() {
        out.tally.troubles.add(Trouble::NoYear, number);
    }
    let time = time.map(|time| time.plus_seconds(-parts.ahead_seconds));
    match whose {
        Whose::Record => own.or(time),
        Whose::Sentence if !zoned => own.or(time),
        Whose::Sentence | Whose::Syslog => time.or(own),
    }
}

/// A message that is a record in JSON, as forwarders of Windows events and applications write it. The fields of
/// the record go before those of syslog: a field `message` of its own is the message.
fn body<'c>(message: &'c str, draft: &mut Draft<'c>) -> Option<Facts<'c, 'static>> {
    let heads = std::mem::take(&mut draft.fields);
    if flatten::flatten(message, Piece::Chunk(""), draft).is_err() {
        draft.fields = heads;
        return None;
    }
    let facts = json::map(draft);
    for head in heads {
        if draft.piece(draft.text(head.name)).is_none() {
            draft.push(head.name, head.value);
        }
    }
    Some(facts)
}

/// An event of Sysmon for Linux. Its own clock is finer than that of syslog.
fn sysmon<'c>(parts: &HeadParts<'c>, line: &Line<'c>, draft: &mut Draft<'c>, out: &mut Out<'_>) {
    if !event_xml::push(parts.message, draft) {
        out.tally.troubles.add(Trouble::EventCutOff, line.number);
    }
    if draft.overfull {
        out.tally.troubles.add(Trouble::TooManyFields, line.number);
    }
    let mut facts = event_xml::facts(draft);
    facts.host = facts.host.or(parts.host.map(Piece::Chunk));
    if let Some(Stamp::Whole(time)) = parts.stamp {
        facts.time = facts.time.or(Some(time));
    }
    out.draft(draft, line.number, line.raw, Text::Fields, &facts);
}

//! A line by itself, whichever form it is in, and records that carry a line in a field.
//!
//! Files mix forms, and collectors put the line of one program into the record of another: then the record is that of
//! the program, with what the envelope adds (machine, time, and its own fields). The readers of lines are asked in the
//! order of the formats; [`crate::names::envelopes`] has the envelopes with their makers.
//!
//! Invariants: an envelope in an envelope is opened, one in that is not; what no reader knows stays what it was; which
//! line is read does not depend on the lines around it, but for the year of a log without years.

use crate::formats::appliance::fail2ban;
use crate::formats::json::mapped::{self, Mapped};
use crate::formats::message::{self, Meaning, Message};
use crate::formats::syslog::{head, line as syslog, years::Years};
use crate::formats::{
    access, appliance, aws_lb, aws_s3, cef, cri, dns_log, error_log, event_xml, key_values, last, snort,
    tcpdump, windows_dhcp, windows_text,
};
use crate::names::envelopes::{ENVELOPES, Envelope, Sealed};
use crate::names::log_source::Table;
use crate::names::zeek;
use crate::reader::options::Options;
use crate::record::draft::{Draft, Facts, Parse, Piece};
use crate::record::{address, clock, flatten};
use model::{Date, LogSource, Text, Timestamp};
use std::sync::LazyLock;

/// How many envelopes are opened, one in the other.
const LAYERS_MAX: usize = 2;
/// How long the name of a container may be: 253 bytes for a pod, 63 for a container.
const NAME_BYTES_MAX: usize = 320;
/// How long a line in an envelope may be.
const CARRIED_BYTES_MAX: usize = 1 << 20;

/// By the name of a carrier: the kinds of envelopes that have it, in their order.
static CARRIERS: LazyLock<Table<Vec<usize>>> = LazyLock::new(|| {
    let mut carriers: Table<Vec<usize>> = Table::default();
    for (index, envelope) in ENVELOPES.iter().enumerate() {
        carriers.entry(envelope.carrier).or_default().push(index);
    }
    carriers
});

/// What a line says.
pub(crate) struct Found<'c> {
    pub(crate) facts: Facts<'c, 'static>,
    pub(crate) text: Text,
    /// How often it happened.
    pub(crate) times: u64,
}

/// Readers of lines that are sure by themselves, in the order of the formats.
const LINES: [Parse; 12] = [
    access_line,
    aws_lb::line,
    aws_s3::line,
    dns_log::line,
    error_log::line,
    error_log::squid,
    snort::line,
    fail2ban::line,
    last::line,
    tcpdump::line,
    windows_dhcp::line,
    windows_text::read,
];

/// Adds what a line says; `None`, and nothing added, when no reader knows it.
pub(crate) fn read<'c>(text: &'c str, years: &mut Years, draft: &mut Draft<'c>) -> Option<Found<'c>> {
    read_in(text, years, 0, draft)
}

/// Reads a line; that nothing panics, and that a reader that gives up leaves nothing, is all that is asked.
pub(crate) fn fuzz(text: &str) {
    let mut draft = Draft::default();
    if read(text, &mut Years::unknown(), &mut draft).is_none() {
        assert!(draft.fields.is_empty(), "a reader that gave up left fields");
    }
    for program in ["gate", "Security-Auditing"] {
        let sent = Message { program: Some(program), text, body: text, ..Message::default() };
        let _ = message::read(&sent, &mut Draft::default());
    }
}

fn read_in<'c>(text: &'c str, years: &mut Years, layer: usize, draft: &mut Draft<'c>) -> Option<Found<'c>> {
    let text = text.trim();
    let first = *text.as_bytes().first()?;
    match first {
        b'{' => return json(text, layer, draft),
        b'[' if let Some((time, record)) = timed(text) => {
            let mut found = json(record, layer, draft)?;
            found.facts.time = found.facts.time.or(Some(time));
            return Some(found);
        }
        b'<' if event_xml::starts(text) => {
            event_xml::push(text, draft);
            return Some(Found { facts: event_xml::facts(draft), text: Text::Fields, times: 1 });
        }
        _ => {}
    }
    if cef::starts(text) {
        cef::push(text, draft);
        return Some(found(cef::facts(draft, &cef::UNKNOWN)));
    }
    if let Some(parts) = cri::parts(text).filter(|_| layer < LAYERS_MAX) {
        return Some(container(&parts, layer, draft));
    }
    if let Some(found) = prefixed(text, years, layer, draft) {
        return Some(found);
    }
    if let Some(facts) = LINES.iter().find_map(|parse| parse(text, draft)) {
        return Some(found(facts));
    }
    if let Some(line) = syslog::read_sure(text, years, draft) {
        return Some(meant(line.meaning, None, layer, draft));
    }
    if let Some(facts) = appliance::line(text, draft).or_else(|| key_values::line(text, draft)) {
        return Some(found(facts));
    }
    stamped(text, layer, draft)
}

/// A line behind the name of its container. Only what a reader knows.
fn prefixed<'c>(text: &'c str, years: &mut Years, layer: usize, draft: &mut Draft<'c>) -> Option<Found<'c>> {
    let (name, rest) = container_name(text).filter(|_| layer < LAYERS_MAX)?;
    let found = read_in(rest, years, layer + 1, draft)?;
    draft.push_text("container", name);
    Some(found)
}

/// The name of the container that a line begins with, and what follows it: `web-1  | …` of `docker compose logs`,
/// `[pod/web-0/app] …` of `kubectl logs --prefix`, `web-0 app 192.0.2.7 …` of stern.
fn container_name(text: &str) -> Option<(&str, &str)> {
    let is_name = |name: &str| {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'/');
        !name.is_empty() && name.len() <= NAME_BYTES_MAX && name.bytes().all(fits)
    };
    if let Some((name, rest)) = text.strip_prefix("[pod/").and_then(|rest| rest.split_once("] ")) {
        return is_name(name).then_some((name, rest));
    }
    let (name, rest) = text.split_once(' ')?;
    let barred = rest.trim_start_matches(' ').strip_prefix("| ");
    if let Some(rest) = barred.filter(|_| is_name(name)) {
        return Some((name, rest));
    }
    // The pod of a deployment or of a set ends in a part of its own.
    let (container, rest) = rest.split_once(' ').filter(|_| name.contains('-'))?;
    let client = rest.split(' ').next().and_then(address::parse);
    (client.is_some() && is_name(name) && is_name(container) && container != "-").then_some((name, rest))
}

/// A line that says when it was written first, and then something else: CloudWatch exports the lines of others so, and
/// programs write their own so. What nobody knows is its message.
fn stamped<'c>(text: &'c str, layer: usize, draft: &mut Draft<'c>) -> Option<Found<'c>> {
    let (stamp, time, rest) = stamp(text)?;
    let local = !clock::is_zoned(stamp);
    let inner =
        if layer < LAYERS_MAX { read_in(rest, &mut Years::sent_at(time), layer + 1, draft) } else { None };
    let mut found = inner.unwrap_or_else(|| {
        draft.push_text("message", rest);
        found(Facts::of(&mapped::UNKNOWN))
    });
    if found.facts.time.is_none() || found.facts.local && !local {
        (found.facts.time, found.facts.local) = (Some(time), local);
    }
    Some(found)
}

/// The time that a line begins with, with or without brackets, and what follows it.
fn stamp(text: &str) -> Option<(&str, Timestamp, &str)> {
    let open = text.strip_prefix('[').unwrap_or(text);
    if !is_year_first(open) {
        return named_month(open);
    }
    // With a blank in place of the `T` there are two words.
    let blanks = open.match_indices([' ', ']', '\t']).map(|(at, _)| at);
    let found = blanks.take(3).filter_map(|at| {
        let stamp = open.get(..at)?;
        Some((stamp, Timestamp::parse(stamp.trim_end_matches(','))?, open.get(at + 1..)?))
    });
    let (stamp, time, rest) = found.last()?;
    Some((stamp, time, rest.trim_start_matches([' ', '\t', ']'])))
}

/// `12-Jun-2024 03:14:15.123 …` of Tomcat and Java, `Wed Jun 12 03:14:15 2024 …` of the C library.
fn named_month(text: &str) -> Option<(&str, Timestamp, &str)> {
    let bytes = text.as_bytes();
    if bytes.get(2) == Some(&b'-') && bytes.get(6) == Some(&b'-') {
        let end = text.match_indices(' ').map(|(at, _)| at).nth(1)?;
        let (stamp, rest) = text.split_at_checked(end)?;
        let (date, time) = stamp.split_once(' ')?;
        let mut parts = date.split('-');
        let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
        let date = Date::new(year.parse().ok()?, clock::month(month.as_bytes())?, day.parse().ok()?)?;
        return Some((stamp, clock::at(date, time)?, rest.trim_start()));
    }
    let end = "Wed Jun 12 03:14:15 2024".len();
    let (stamp, rest) = text.split_at_checked(end)?;
    let time = clock::week_day_first(stamp)?;
    rest.starts_with([' ', ']']).then(|| (stamp, time, rest.trim_start_matches([' ', ']'])))
}

/// Whether a text begins with a year, a dash and a month.
fn is_year_first(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.get(4) == Some(&b'-') && bytes.get(7) == Some(&b'-') && bytes.iter().take(4).all(u8::is_ascii_digit)
}

/// Whether another reader's head begins a line: syslog's, a container's, or a time.
pub(crate) fn is_headed(text: &str) -> bool {
    head::is_headed(text) || is_year_first(text) || container_name(text).is_some()
}

fn found<'c>(facts: Facts<'c, 'static>) -> Found<'c> {
    Found { facts, text: Text::Raw, times: 1 }
}

/// A line of an access log; one with a head of syslog is for syslog's reader.
fn access_line<'c>(text: &'c str, draft: &mut Draft<'c>) -> Option<Facts<'c, 'static>> {
    if is_headed(text) { None } else { access::message(text, draft) }
}

/// A record behind its time, `[1781234055.1, {…}]`, as Fluent Bit and Fluentd write it.
fn timed(text: &str) -> Option<(Timestamp, &str)> {
    let (time, record) = text.strip_prefix('[')?.strip_suffix(']')?.split_once(',')?;
    let record = record.trim().strip_prefix('{').map(|_| record.trim())?;
    Some((clock::epoch(time.trim())?, record))
}

/// A record in JSON.
fn json<'c>(text: &'c str, layer: usize, draft: &mut Draft<'c>) -> Option<Found<'c>> {
    let before = draft.fields.len();
    let used = flatten::flatten(text, Piece::Chunk(""), draft).ok();
    let whole = used.is_some_and(|used| text.get(used..).is_some_and(|rest| rest.trim().is_empty()));
    if !whole || draft.fields.len() == before {
        draft.fields.truncate(before);
        return None;
    }
    mapped::unwrap(draft);
    let Mapped { facts, carrier } = mapped::mapped(draft, &zeek::Paths::of_name(""));
    let opened = if carrier { open(draft, &facts, None, layer) } else { None };
    Some(opened.unwrap_or(Found { facts, text: Text::Fields, times: 1 }))
}

/// A message, or the record whose line is in the record that it is.
fn meant<'c>(
    meaning: Meaning<'c>,
    options: Option<&Options>,
    layer: usize,
    draft: &mut Draft<'c>,
) -> Found<'c> {
    let Meaning { facts, text, times, carrier, .. } = meaning;
    let Some(own) = carrier else { return Found { facts, text, times } };
    // What carries the record is no field of it.
    let around = draft.fields.split_off(own.min(draft.fields.len()));
    let opened = open(draft, &facts, options, layer);
    draft.append(&around);
    opened.unwrap_or(Found { facts, text, times })
}

/// The same for a message that a file of syslog has.
pub(crate) fn of_message<'c>(meaning: Meaning<'c>, options: &Options, draft: &mut Draft<'c>) -> Found<'c> {
    meant(meaning, Some(options), 0, draft)
}

/// A line of a container.
fn container<'c>(parts: &cri::CriLine<'c>, layer: usize, draft: &mut Draft<'c>) -> Found<'c> {
    let mut years = Years::sent_at(parts.time);
    let mut found = read_in(parts.text, &mut years, layer + 1, draft).unwrap_or_else(|| {
        draft.push_text("message", parts.text);
        found(Facts::of(&mapped::UNKNOWN))
    });
    draft.push_text("stream", parts.stream);
    if found.facts.time.is_none() || found.facts.local {
        (found.facts.time, found.facts.local) = (Some(parts.time), false);
    }
    found
}

/// A record that came as fields: itself, or the record whose line it carries.
pub(crate) fn opened<'c>(draft: &mut Draft<'c>, mapped: Mapped<'c>, options: &Options) -> Found<'c> {
    let Mapped { facts, carrier } = mapped;
    let opened = if carrier { open(draft, &facts, Some(options), 0) } else { None };
    opened.unwrap_or(Found { facts, text: Text::Fields, times: 1 })
}

/// The record whose line a record carries, with what the envelope adds; `None` when it carries none.
fn open<'c>(
    draft: &mut Draft<'c>,
    facts: &Facts<'c, 'static>,
    options: Option<&Options>,
    layer: usize,
) -> Option<Found<'c>> {
    (layer < LAYERS_MAX).then_some(())?;
    let (envelope, text) = envelope(draft, facts.log)?;
    let sealed = envelope.time.iter().find_map(|name| clock::parse(draft.get(name)?));
    let mut years = match (sealed, options) {
        (Some(sealed), _) => Years::sent_at(sealed),
        (None, Some(options)) => Years::of_line(options),
        (None, None) => Years::unknown(),
    };
    let named = |names: &[&str]| names.iter().find_map(|name| draft.get(name)).map(str::to_owned);
    let (tag, process) = (named(envelope.program), named(envelope.process));
    let tag = tag.as_deref().map(|tag| message::tag(tag.trim_end_matches(':')));
    let process = process.as_deref().or(tag.and_then(|(_, process)| process));
    let program = tag.map(|(program, _)| program);
    let sent = Message { program, process, structured: "", body: &text, text: &text };
    let mut inner = Draft::default();
    let found = carried(envelope.message, &sent, &mut years, layer + 1, &mut inner)?;
    let around = std::mem::take(&mut draft.fields);
    let mut own = draft.take(&inner, &found.facts);
    draft.append(&around);
    add(envelope, draft, facts, sealed, &mut own);
    Some(Found { facts: own, text: Text::Fields, times: found.times })
}

/// Whether a text begins as a line of a log does: a short look, for most messages of programs are sentences.
fn begins_as_line(text: &str) -> bool {
    let first = text.as_bytes().first().copied().unwrap_or_default();
    match first {
        b'{' | b'<' | b'%' => true,
        b'0'..=b'9' | b'a'..=b'f' => {
            let word = text.split(' ').next().unwrap_or_default();
            is_year_first(text) || word.len() <= 45 && address::parse(word).is_some()
        }
        b'A'..=b'Z' => head::is_headed(text) || cef::starts(text),
        b't' => text.starts_with("type="),
        _ => false,
    }
}

/// The envelope that a record is, and the line in it.
fn envelope(draft: &Draft<'_>, log: &LogSource) -> Option<(&'static Envelope, String)> {
    let known = log.service.is_some() || !log.categories.is_empty();
    let fits = |index: &usize| {
        ENVELOPES.get(*index).is_some_and(|envelope| {
            (envelope.message || !known)
                && match envelope.beside {
                    [] => draft.get(envelope.carrier).is_some_and(begins_as_line),
                    beside => beside.iter().any(|name| draft.get(name).is_some()),
                }
        })
    };
    let names = draft.fields.iter().filter(|field| field.value.is_some());
    let kinds = names.filter_map(|field| CARRIERS.get(draft.text(field.name)));
    // The first kind holds, whichever field comes first.
    let index = kinds.filter_map(|kinds| kinds.iter().copied().find(|index| fits(index))).min()?;
    let envelope = ENVELOPES.get(index)?;
    let text = draft.get(envelope.carrier)?.trim_end_matches(['\r', '\n']);
    (!text.is_empty() && text.len() <= CARRIED_BYTES_MAX).then(|| (envelope, text.to_owned()))
}

/// Reads the line in an envelope, in its own form or as the message of the program that the envelope names.
fn carried<'i>(
    sure: bool,
    sent: &Message<'i>,
    years: &mut Years,
    layer: usize,
    inner: &mut Draft<'i>,
) -> Option<Found<'i>> {
    let text = sent.text;
    // A program's message is read with the program, unless it has a head or is a record.
    let bare = sent.program.is_some() && !text.starts_with('{') && !head::is_headed(text);
    if !bare && let Some(line) = read_in(text, years, layer, inner) {
        if let Some(program) = sent.program.filter(|_| inner.get("program").is_none()) {
            inner.push_text("program", program);
        }
        return Some(line);
    }
    if !(sure || sent.program.is_some()) {
        return None;
    }
    Some(meant(message::read(sent, inner), None, layer, inner))
}

/// Adds what the envelope knows: the machine, and the time where the line does not say it for sure.
fn add<'c>(
    envelope: &Envelope,
    draft: &Draft<'c>,
    around: &Facts<'c, 'static>,
    sealed: Option<Timestamp>,
    own: &mut Facts<'c, 'static>,
) {
    let named = |names: &[&str]| {
        names.iter().find_map(|name| draft.piece(name).filter(|piece| !draft.text(*piece).contains('/')))
    };
    own.time = own.time.or_else(|| own.yearless?.before(sealed?));
    if own.time.is_none() && sealed.is_none() {
        let written = envelope.time.iter().find_map(|name| head::yearless(draft.get(name)?));
        own.yearless = own.yearless.or(written);
        own.local |= written.is_some();
    }
    own.host = own.host.or_else(|| named(envelope.host)).or(around.host);
    if *own.log == mapped::UNKNOWN {
        own.log = around.log;
    }
    own.account = own.account.or(around.account);
    own.from = own.from.or(around.from);
    own.to = own.to.or(around.to);
    if own.time.is_none() || own.local && envelope.sealed == Sealed::Written && sealed.is_some() {
        let time = sealed.map(|time| (Some(time), false)).unwrap_or((around.time, around.local));
        (own.time, own.local) = time;
    }
}

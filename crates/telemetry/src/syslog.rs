//! Syslog: RFC 3164 (BSD), RFC 5424, the ISO times of rsyslog and systemd, octet-counted frames (RFC 6587).
//!
//! RFC 3164 names no year. [`crate::Options::latest`] or [`crate::Options::year`] tell it, else a line of the
//! head that has one. A log that goes from December to January goes into the next year; which year a chunk is
//! in is told by the feeding thread, so chunks can be read in any order.
//!
//! What the program said is the field `message`. What it means is asked of others: CEF and LEEF, a record in
//! JSON, a sentence of an appliance ([`crate::appliance`]), a line of a web or DNS server, `key=value` pairs, and
//! at last the prose of Linux' own programs ([`crate::linux`]).

use crate::appliance::words;
use crate::chunk::{self, Chunk, Line};
use crate::draft::{Draft, Facts, Piece};
use crate::registry::Head;
use crate::run::{Options, Out, Reader};
use crate::trouble::Trouble;
use crate::{access, appliance, cef, clock, dns_log, error_log, event_xml, flatten, json, key_values, linux};
use model::{Date, Text, Timestamp};
use std::sync::Arc;

/// How many of the first lines are looked at, and more than half of them must be syslog.
const LOOKED_AT: usize = 10;
/// How far ahead of the known latest moment a line may be: clocks and time zones disagree.
const AHEAD_SECONDS: i64 = 86_400;
/// How far into a line its time, and Cisco's mark, are looked for.
const HEAD_BYTES_MAX: usize = 256;
/// How far into what follows the priority Cisco's mark is looked for; below [`HEAD_BYTES_MAX`] by more than a
/// priority and a count take.
const CISCO_BYTES_MAX: usize = 128;

pub(crate) fn recognise(head: &Head<'_>) -> bool {
    let (mut good, mut all) = (0, 0);
    for line in head.lines(LOOKED_AT) {
        let parsed = parse(line);
        // A time alone is the start of many a log; a syslog line has a program as well, or a priority.
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

/// Which year it is, line by line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Years {
    year: Option<i32>,
    /// The month of the line before, 0 at the start.
    month: u32,
    latest: Option<Timestamp>,
}

impl Years {
    fn new(head: &Head<'_>, options: &Options) -> Self {
        let mut years = Self { year: Some(0), month: 0, latest: options.latest };
        let mut named = None;
        for line in head.lines(usize::MAX) {
            match leading(line) {
                Some(Stamp::Month(month, _)) => {
                    years.step(month);
                }
                Some(Stamp::Whole(time)) if named.is_none() => {
                    named = i32::try_from(time.date().civil().0).ok();
                }
                _ => {}
            }
        }
        let turned = years.year.unwrap_or(0);
        let first = options.year.or(named).map(|year| year - turned);
        Self { year: first, month: 0, latest: if first.is_some() { None } else { options.latest } }
    }

    /// The year of a line in this month.
    fn step(&mut self, month: u32) -> Option<i32> {
        let year = self.year?;
        // A line of December among those of January is late, not eleven months ahead.
        if self.month != 0 && month > self.month + 6 {
            return Some(year - 1);
        }
        let turned = month + 6 < self.month;
        self.month = month;
        self.year = Some(if turned { year + 1 } else { year });
        self.year
    }

    fn time(&mut self, month: u32, clock: Clock) -> Option<Timestamp> {
        let (day, hour, minute, second) = clock;
        let at = |year| Timestamp::from_civil(Date::new(year, month, day)?, hour, minute, second, 0);
        if let Some(latest) = self.latest {
            let year = i32::try_from(latest.date().civil().0).ok()?;
            let limit = latest.plus_seconds(AHEAD_SECONDS);
            // A 29 February is in the last leap year.
            return (year - 8..=year).rev().find_map(|year| at(year).filter(|time| *time <= limit));
        }
        at(self.step(month)?)
    }
}

/// Day, hour, minute, second.
type Clock = (u32, u32, u32, u32);

/// The time a line starts with.
#[derive(Clone, Copy)]
enum Stamp {
    /// Month, and the rest, of an unknown year.
    Month(u32, Clock),
    /// Complete.
    Whole(Timestamp),
}

impl Reader for Syslog {
    fn read(&self, chunk: &Chunk, out: &mut Out<'_>) {
        let text = chunk::text(chunk, out.line_bytes_max, out.tally);
        let mut draft = Draft::default();
        let mut years = self.years;
        for line in chunk::lines(chunk, &text, out.line_bytes_max) {
            record(&line, &mut years, &mut draft, out);
        }
    }

    fn after(&self, chunk: &Chunk) -> Option<Arc<dyn Reader>> {
        self.years.year?;
        let mut years = self.years;
        let mut rest: &[u8] = &chunk.bytes;
        while !rest.is_empty() {
            let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
            let (line, after) = rest.split_at_checked(end).unwrap_or((rest, &[]));
            rest = after.get(1..).unwrap_or_default();
            // Most lines are of the month of the line before, which changes nothing.
            if clock::in_month(line, years.month) {
                continue;
            }
            let start = line.get(..HEAD_BYTES_MAX.min(line.len())).unwrap_or_default();
            let ascii = start.iter().take_while(|byte| byte.is_ascii()).count();
            let start = std::str::from_utf8(start.get(..ascii).unwrap_or_default()).unwrap_or_default();
            if let Some(Stamp::Month(month, _)) = leading(start) {
                years.step(month);
            }
        }
        (years != self.years).then(|| Arc::new(Syslog { years }) as Arc<dyn Reader>)
    }
}

/// Whether a line begins as one of syslog's does: with a priority, or a month.
pub(crate) fn is_headed(line: &str) -> bool {
    let (priority, rest) = frame(line);
    priority || rest.starts_with(|first: char| first.is_ascii_uppercase()) && stamp(rest).is_some()
}

/// The time that a line has first.
fn leading(line: &str) -> Option<Stamp> {
    let rest = frame(line).1;
    stamp(rest).map(|(stamp, _)| stamp).or_else(|| cisco(rest)?.stamp)
}

/// What Cisco's routers and switches put before a message.
struct Marked<'t> {
    stamp: Option<Stamp>,
    /// How far the clock is ahead of UTC.
    ahead_seconds: i64,
    host: Option<&'t str>,
    /// With its `%`.
    mark: &'t str,
    message: &'t str,
}

/// `000123: sw1: *Jun 12 03:14:15.123 CET: %SYS-5-CONFIG_I: …`, each part but the mark may be missing; NX-OS has
/// the year first. Only the first bytes are looked at, and only while they are ASCII: the feeding thread, which
/// counts the years, sees no more.
fn cisco(text: &str) -> Option<Marked<'_>> {
    let bytes = text.as_bytes();
    let bytes = bytes.get(..bytes.len().min(CISCO_BYTES_MAX))?;
    let percent = memchr::memchr(b'%', bytes)?;
    let ascii = bytes.iter().take_while(|byte| byte.is_ascii()).count();
    (percent < ascii).then_some(())?;
    let (head, rest) = text.split_at_checked(percent)?;
    (head.is_empty() || head.ends_with(": ")).then_some(())?;
    let end = rest.get(..ascii - percent)?.find(':')?;
    let mark = rest.get(..end)?;
    crate::appliance::is_mark(mark.strip_prefix('%')?).then_some(())?;
    let message = rest.get(end + 1..)?.trim_start_matches(' ');
    let mut marked = Marked { stamp: None, ahead_seconds: 0, host: None, mark, message };
    for part in head.split(": ").map(|part| part.trim().trim_start_matches(['*', '.'])) {
        if let Some((stamp, zone)) = dated(part) {
            marked.stamp = Some(stamp);
            marked.ahead_seconds = clock::zone(zone.trim_matches([' ', ':'])).unwrap_or(0);
            continue;
        }
        // `sw1`, `000123`, or what a collector writes: `192.0.2.1 6705`.
        let host = match part.split_once(' ') {
            Some((host, number)) if number.bytes().all(|byte| byte.is_ascii_digit()) => host,
            Some(_) => continue,
            None => part,
        };
        if host.bytes().any(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'.' | b':')) {
            marked.host = Some(host);
        }
    }
    Some(marked)
}

/// A time that may have the year first.
fn dated(part: &str) -> Option<(Stamp, &str)> {
    let year = part.get(..4).filter(|_| part.as_bytes().get(4) == Some(&b' '));
    let Some(year) = year.and_then(|year| year.parse().ok()) else { return stamp(part) };
    match stamp(part.get(5..)?)? {
        (Stamp::Month(month, (day, hour, minute, second)), zone) => {
            let date = Date::new(year, month, day)?;
            Some((Stamp::Whole(Timestamp::from_civil(date, hour, minute, second, 0)?), zone))
        }
        (Stamp::Whole(_), _) => None,
    }
}

/// The parts of a line.
#[derive(Clone, Copy)]
struct Parts<'t> {
    priority: bool,
    stamp: Option<Stamp>,
    /// How far its clock is ahead of UTC.
    ahead_seconds: i64,
    host: Option<&'t str>,
    program: Option<&'t str>,
    pid: Option<&'t str>,
    /// Whether its time has a zone.
    zoned: bool,
    structured: &'t str,
    message: &'t str,
    /// The message with what was taken for a program before it.
    body: &'t str,
}

/// Takes octet count and priority off: whether there was one, and the rest.
fn frame(line: &str) -> (bool, &str) {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let counted = line.get(digits..).and_then(|rest| rest.strip_prefix(' '));
    let rest = counted.filter(|rest| (1..=9).contains(&digits) && rest.starts_with('<')).unwrap_or(line);
    let Some(inside) = rest.strip_prefix('<') else { return (false, rest) };
    match inside.split_once('>') {
        Some((priority, rest)) if (1..=3).contains(&priority.len()) && priority.parse::<u8>().is_ok() => {
            (true, rest)
        }
        _ => (false, rest),
    }
}

/// The time that a text starts with, and what follows it.
fn stamp(text: &str) -> Option<(Stamp, &str)> {
    let bytes = text.as_bytes();
    if bytes.first().is_some_and(u8::is_ascii_digit) {
        if bytes.get(4) != Some(&b'-') {
            return None;
        }
        let end = text.find(' ').unwrap_or(text.len());
        let (mut word, mut rest) = text.split_at_checked(end)?;
        if word.len() == 10 {
            // A blank for the `T`.
            let end = rest.get(1..)?.find(' ').map_or(text.len(), |at| end + 1 + at);
            (word, rest) = text.split_at_checked(end)?;
        }
        let time = Timestamp::parse(word)?;
        return Some((Stamp::Whole(time), rest.trim_start_matches(' ')));
    }
    let month = clock::month(bytes.get(..3)?)?;
    if bytes.get(3) != Some(&b' ') {
        return None;
    }
    let day_digits = if bytes.get(5) == Some(&b' ') { 1 } else { 2 };
    let day = clock::number(bytes, 4, day_digits)?;
    let mut at = 4 + day_digits + 1;
    // Cisco and others put the year after the day.
    let year = clock::number(bytes, at, 4).filter(|_| bytes.get(at + 4) == Some(&b' '));
    at += if year.is_some() { 5 } else { 0 };
    let (hour, minute, second) =
        (clock::number(bytes, at, 2)?, clock::number(bytes, at + 3, 2)?, clock::number(bytes, at + 6, 2)?);
    if bytes.get(at + 2) != Some(&b':') || bytes.get(at + 5) != Some(&b':') {
        return None;
    }
    // A fraction, a zone or a colon may follow; the year, once more.
    let rest = text.get(at + 8..)?;
    let rest = rest.trim_start_matches(|c: char| c == '.' || c == ':' || c.is_ascii_digit());
    let rest = rest.trim_start_matches(' ');
    let later = rest.get(..5).filter(|word| word.ends_with(' ')).and_then(|word| word.trim().parse().ok());
    let (year, rest) = match later.filter(|year| (1970..=9999).contains(year)) {
        Some(later) => (Some(later), rest.get(5..).unwrap_or_default()),
        None => (year, rest),
    };
    let stamp = match year.and_then(|year| Date::new(i32::try_from(year).ok()?, month, day)) {
        Some(date) => Stamp::Whole(Timestamp::from_civil(date, hour, minute, second, 0)?),
        None => Stamp::Month(month, (day, hour, minute, second)),
    };
    Some((stamp, rest))
}

fn parse(line: &str) -> Option<Parts<'_>> {
    let outer = parse_one(line)?;
    // A relay may put its own head before the sender's; the sender's tells more.
    if !outer.body.starts_with('<') || !frame(outer.body).0 {
        return Some(outer);
    }
    let Some(inner) = parse_one(outer.body) else { return Some(outer) };
    let (stamp, zoned, ahead_seconds) = match outer.stamp {
        // Which year it is is counted by what stands first.
        Some(_) => (outer.stamp, outer.zoned, outer.ahead_seconds),
        None => {
            let whole = inner.stamp.filter(|stamp| matches!(stamp, Stamp::Whole(_)));
            (whole, inner.zoned, inner.ahead_seconds)
        }
    };
    Some(Parts { stamp, zoned, ahead_seconds, host: inner.host.or(outer.host), ..inner })
}

fn parse_one(line: &str) -> Option<Parts<'_>> {
    let (priority, rest) = frame(line);
    if priority && let Some(rest) = rest.strip_prefix("1 ") {
        return parse_5424(rest);
    }
    let Some((stamp, rest)) = stamp(rest) else {
        if let Some(marked) = cisco(rest) {
            return Some(Parts {
                priority,
                stamp: marked.stamp,
                ahead_seconds: marked.ahead_seconds,
                host: marked.host,
                program: Some(marked.mark),
                pid: None,
                zoned: false,
                structured: "",
                message: marked.message,
                body: marked.message,
            });
        }
        // Appliances put their pairs right after the priority.
        return priority.then_some(Parts {
            priority,
            stamp: None,
            ahead_seconds: 0,
            host: None,
            program: None,
            pid: None,
            zoned: false,
            structured: "",
            message: rest,
            body: rest,
        });
    };
    let (first, after) = rest.split_once(' ').unwrap_or((rest, ""));
    // The log of an application has a level where syslog has a host; to believe it would invent hosts.
    let is_level = |word: &str| LEVELS.iter().any(|level| level.eq_ignore_ascii_case(word));
    if !priority
        && (is_level(first.trim_matches(['[', ']', ':']))
            || line.as_bytes().get(10) == Some(&b' ') && iso(line))
    {
        return None;
    }
    // Without a host the program comes first.
    let (host, body) = if first.ends_with(':') || first.contains('=') || first.starts_with('%') {
        (None, rest)
    } else {
        (Some(first), after.trim_start_matches(' '))
    };
    // Fields of RFC 5424 that are empty, in a line that has lost its priority and version.
    let body = if body.starts_with("- - - ") { body.trim_start_matches("- ") } else { body };
    let marked = cisco(body);
    // `Jun 12 03:14:15.123 CET: %SYS-5-CONFIG_I: …`: what stands before the mark is a zone, not a host.
    let zone = marked.as_ref().and_then(|_| clock::zone(first.trim_end_matches(':')));
    let host = if zone.is_some() { None } else { host.or(marked.as_ref().and_then(|marked| marked.host)) };
    let (program, pid, message) = match marked {
        Some(marked) => (Some(marked.mark), None, marked.message),
        None => tag(body),
    };
    let ahead_seconds = zone.unwrap_or(0);
    let (stamp, zoned) = (Some(stamp), iso(rest_of(line)) || zone.is_some());
    Some(Parts { priority, stamp, ahead_seconds, host, program, pid, zoned, structured: "", message, body })
}

/// A line without what stands before its time.
fn rest_of(line: &str) -> &str {
    frame(line).1
}

/// How Check Point's pairs begin, which stand where structured data do, and are none.
const CHECK_POINT: &str = "[action:";

/// Words for levels, as applications write them.
const LEVELS: [&str; 11] =
    ["TRACE", "DEBUG", "INFO", "NOTICE", "WARN", "WARNING", "ERROR", "ERR", "FATAL", "CRITICAL", "SEVERE"];

/// Whether a line starts with a year and a dash.
fn iso(line: &str) -> bool {
    let bytes = line.as_bytes();
    bytes.get(4) == Some(&b'-') && bytes.iter().take(4).all(u8::is_ascii_digit)
}

/// `program[pid]: message`, `program(module)[pid]: message`, `program: message`.
fn tag(body: &str) -> (Option<&str>, Option<&str>, &str) {
    let none = (None, None, body);
    if cef::starts(body) {
        return none;
    }
    let Some(colon) = words::find(body, ": ").or_else(|| body.strip_suffix(':').map(str::len)) else {
        return none;
    };
    let Some((tag, message)) = body.split_at_checked(colon) else { return none };
    let message = message.trim_start_matches(':').trim_start_matches(' ');
    if tag.is_empty() || tag.len() > 128 || tag.contains([' ', '=', '"']) {
        return none;
    }
    let (name, pid) = match tag.split_once('[') {
        Some((name, pid)) => (name, Some(pid.trim_end_matches(']')).filter(|pid| !pid.is_empty())),
        None => (tag, None),
    };
    (Some(name), pid, message)
}

/// Behind `<priority>1 `: time, host, program, process, message identifier, structured data, message.
fn parse_5424(text: &str) -> Option<Parts<'_>> {
    let mut rest = text;
    let mut word = || {
        let (word, after) = rest.split_once(' ').unwrap_or((rest, ""));
        rest = after;
        Some(word).filter(|word| *word != "-" && !word.is_empty())
    };
    let (time, host, program, pid, _id) = (word(), word(), word(), word(), word());
    let length = structured(rest);
    let (structured, message) = rest.split_at_checked(length)?;
    let message = message.trim_start_matches(' ');
    Some(Parts {
        priority: true,
        stamp: time.and_then(Timestamp::parse).map(Stamp::Whole),
        ahead_seconds: 0,
        host,
        program,
        pid,
        zoned: true,
        structured,
        message: message.strip_prefix('\u{feff}').unwrap_or(message),
        body: message,
    })
}

/// How many bytes of a text are structured data (RFC 5424 section 6.3): `-` or `[…]` elements.
fn structured(text: &str) -> usize {
    if text.starts_with('-') {
        return 1;
    }
    let (mut at, mut quoted, mut open) = (0, false, false);
    let bytes = text.as_bytes();
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' if quoted => at += 1,
            b'"' => quoted = !quoted,
            b'[' if !quoted => open = true,
            b']' if !quoted => open = false,
            _ if !open => return at,
            _ => {}
        }
        at += 1;
    }
    if open || quoted { 0 } else { bytes.len() }
}

fn record<'c>(line: &Line<'c>, years: &mut Years, draft: &mut Draft<'c>, out: &mut Out<'_>) {
    draft.clear();
    if line.cut {
        out.tally.troubles.add(Trouble::TooLong, line.number);
    }
    let Some(parts) = parse(line.text) else {
        out.tally.troubles.add(Trouble::NotOfFormat, line.number);
        out.record(&access::bare(line, &linux::LINUX));
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
    draft.emit(line.number, line.raw, Text::Raw, &facts, out);
}

/// Who told what is known of a message, and whose clock is believed.
#[derive(Clone, Copy)]
enum Whose {
    /// Syslog's head.
    Syslog,
    /// A sentence of an appliance or program; it knows when it happened, but often not the zone.
    Sentence,
    /// A record that was put into a message.
    Record,
}

/// What a message says: the forms that tell themselves by their first bytes are asked first.
fn meaning<'c>(parts: &Parts<'c>, draft: &mut Draft<'c>) -> (Facts<'c, 'static>, Whose) {
    let (log, text) = (linux::source(parts.program), parts.message);
    if cef::starts(text) {
        cef::push(text, draft);
        // An appliance; that it speaks syslog does not make it a Linux host.
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
fn sentence<'c>(parts: &Parts<'c>, draft: &mut Draft<'c>) -> Option<Facts<'c, 'static>> {
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

/// When the line was written: by syslog's clock, or by the sender's own, if that tells more.
fn time(
    parts: &Parts<'_>,
    whose: Whose,
    told: Option<Timestamp>,
    number: u64,
    years: &mut Years,
    out: &mut Out<'_>,
) -> Option<Timestamp> {
    let (time, zoned) = match parts.stamp {
        Some(Stamp::Whole(time)) => (Some(time), parts.zoned),
        // Every line counts, whoever is believed: the year goes on with them.
        Some(Stamp::Month(month, clock)) => (years.time(month, clock), false),
        None => return told,
    };
    if time.is_none() && told.is_none() {
        out.tally.troubles.add(Trouble::NoYear, number);
    }
    let time = time.map(|time| time.plus_seconds(-parts.ahead_seconds));
    match whose {
        Whose::Record => told.or(time),
        Whose::Sentence if !zoned => told.or(time),
        Whose::Sentence | Whose::Syslog => time.or(told),
    }
}

/// A message that is a record in JSON, as forwarders of Windows events and applications write it. What stands in
/// the record goes before what syslog says: a field `message` of its own is the message.
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
fn sysmon<'c>(parts: &Parts<'c>, line: &Line<'c>, draft: &mut Draft<'c>, out: &mut Out<'_>) {
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
    draft.emit(line.number, line.raw, Text::Fields, &facts, out);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_of_cisco_and_of_relays() {
        let shown = |line: &str| {
            let parts = parse(line)?;
            let time = match parts.stamp {
                Some(Stamp::Whole(time)) => time.plus_seconds(-parts.ahead_seconds).to_string(),
                Some(Stamp::Month(month, (day, hour, ..))) => {
                    format!("{month}-{day} {hour} {}", parts.ahead_seconds)
                }
                None => "-".to_owned(),
            };
            Some(format!("{time} {} {}", parts.host.unwrap_or("-"), parts.program.unwrap_or("-")))
        };
        for (line, expected) in [
            (
                "<189>83: sw1: *Jun 12 2024 03:14:15.123 UTC: %SYS-5-CONFIG_I: by mo",
                "2024-06-12T03:14:15Z sw1 %SYS-5-CONFIG_I",
            ),
            (
                "192.0.2.1 6705: Jun 12 2024 03:14:15.6: %SYS-5-CONFIG_I: by mo",
                "2024-06-12T03:14:15Z 192.0.2.1 %SYS-5-CONFIG_I",
            ),
            ("000123: Jun 12 03:14:15.123 CET: %SYS-5-CONFIG_I: by mo", "6-12 3 3600 - %SYS-5-CONFIG_I"),
            (
                "2024 Jun 12 03:14:15 CEST: %AAA-6-AAA_ACCOUNTING_MESSAGE: start",
                "2024-06-12T01:14:15Z - %AAA-6-AAA_ACCOUNTING_MESSAGE",
            ),
            ("Jun 12 2024 03:14:15 CEST: %LINK-3-UPDOWN: down", "2024-06-12T01:14:15Z - %LINK-3-UPDOWN"),
            (
                "<166>Jun 12 2024 03:14:15 fw1 : %ASA-6-302013: Built",
                "2024-06-12T03:14:15Z fw1 %ASA-6-302013",
            ),
            ("<134>Jun 12 03:14:15 relay <14>Jun 12 03:14:14 fw1 app[7]: text", "6-12 3 0 fw1 app"),
        ] {
            assert_eq!(shown(line).as_deref(), Some(expected), "{line}");
        }
    }
}

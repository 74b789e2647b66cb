//! What the message of a program says: a record that was put into it, a sentence of an appliance, pairs, prose.
//!
//! Syslog's head, the journal, and collectors name the program and hand the message on. The forms that are known by
//! their first bytes are asked first: an event of Sysmon for Linux, CEF and LEEF, a record in JSON; then sentences of
//! appliances ([`crate::formats::appliance`]), lines of web and DNS servers, `key=value` pairs, and last the prose of
//! Linux' own programs ([`crate::formats::linux`]). RFC 5424, section 6.3: structured data.
//!
//! Invariant: nothing here is an error; a message that nobody knows is the field `message` of its program.

use crate::formats::json::mapped::{self, Mapped};
use crate::formats::{
    access, appliance, cef, dns_log, error_log, event_xml, key_values, linux, windows_text,
};
use crate::names::zeek;
use crate::record::draft::{Draft, Facts, Piece};
use crate::record::flatten;
use crate::record::pairs::mostly;
use model::Text;

/// How the pairs of Check Point begin; they are at the place of structured data, and are none.
pub(crate) const CHECK_POINT: &str = "[action:";
/// How often a message may be repeated: a greater number is taken for this one.
const REPEATED_MAX: u64 = 10_000;

/// A message, with what its carrier says of it.
#[derive(Clone, Copy, Default)]
pub(crate) struct Message<'t> {
    pub(crate) program: Option<&'t str>,
    pub(crate) process: Option<&'t str>,
    pub(crate) structured: &'t str,
    /// The message, and before it the word that was taken for a program.
    pub(crate) body: &'t str,
    pub(crate) text: &'t str,
}

/// Where the facts of a message come from, and so whose clock goes first.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Whose {
    /// The program that wrote the message, which leaves the time to its carrier.
    Carrier,
    /// A sentence of an appliance or program; it has the time of the event, but often not the zone.
    Sentence,
    /// A record that was put into a message.
    Record,
}

/// What a message means.
pub(crate) struct Meaning<'c> {
    pub(crate) facts: Facts<'c, 'static>,
    pub(crate) whose: Whose,
    /// Where observables are looked for.
    pub(crate) text: Text,
    /// Whether a record in it ends too early.
    pub(crate) cut_off: bool,
    /// How often it happened.
    pub(crate) times: u64,
    /// How many of the first fields are those of a record one of which may carry the line of another.
    pub(crate) carrier: Option<usize>,
}

/// Adds what a message says.
pub(crate) fn read<'c>(message: &Message<'c>, draft: &mut Draft<'c>) -> Meaning<'c> {
    if let Some(program) = message.program {
        draft.push_text("program", program);
    }
    if let Some(process) = message.process {
        draft.push_text("pid", process);
    }
    if event_xml::starts(message.text) {
        let whole = event_xml::push(message.text, draft);
        let facts = event_xml::facts(draft);
        return Meaning {
            facts,
            whose: Whose::Record,
            text: Text::Fields,
            cut_off: !whole,
            times: 1,
            carrier: None,
        };
    }
    let (times, once) = repeated(message.text);
    let message = match times {
        1 => *message,
        _ => Message { text: once, body: once, ..*message },
    };
    draft.push_text("message", message.text);
    if !message.structured.starts_with(CHECK_POINT) {
        structured(message.structured, draft);
    }
    let Said { mut facts, whose, carrier } = meaning(&message, draft);
    if whose == Whose::Carrier {
        facts.account = facts.account.or(linux::account(message.text).map(Piece::Chunk));
        facts.from = facts.from.or_else(|| linux::from(message.text));
    }
    if facts.log.service.as_deref() == Some("sshd") {
        log_on(&facts, draft);
    }
    Meaning { facts, whose, text: Text::Raw, cut_off: false, times, carrier }
}

/// Adds who logs on and from where under names that rules can count by: `sshd` has them in its prose only.
fn log_on<'c>(facts: &Facts<'c, 'static>, draft: &mut Draft<'c>) {
    if facts.account.is_some() {
        draft.push(Piece::Chunk("user"), facts.account);
    }
    if let Some(from) = facts.from {
        let from = draft.print(from);
        draft.push(Piece::Chunk("src_ip"), Some(from));
    }
}

/// `message repeated 5 times: [ … ]`, as rsyslog writes it for messages that it got again: how often, and which.
fn repeated(text: &str) -> (u64, &str) {
    let found = || {
        let (count, rest) = text.strip_prefix("message repeated ")?.split_once(" times: [")?;
        Some((count.parse::<u64>().ok()?, rest.strip_suffix(']')?.trim()))
    };
    found().filter(|(count, _)| *count > 0).map_or((1, text), |(count, once)| (count.min(REPEATED_MAX), once))
}

/// Adds the parameters of structured data. What is not written as RFC 5424 has it is read as pairs.
fn structured<'c>(text: &'c str, draft: &mut Draft<'c>) {
    let before = draft.fields.len();
    let mut rest = text;
    while let Some(open) = rest.strip_prefix('[') {
        let length = open.find([' ', ']']).unwrap_or(open.len());
        rest = open.get(length..).unwrap_or_default();
        while let Some((name, value)) = rest.trim_start_matches(' ').split_once("=\"") {
            if name.contains([' ', ']', '"']) {
                break;
            }
            let end = end_of_value(value);
            let (inside, after) = value.split_at_checked(end).unwrap_or((value, ""));
            let value =
                if inside.contains('\\') { draft.keep(&unescaped(inside)) } else { Piece::Chunk(inside) };
            draft.push(Piece::Chunk(name), Some(value));
            rest = after.get(1..).unwrap_or_default();
        }
        let Some(after) = rest.trim_start_matches(' ').strip_prefix(']') else { break };
        rest = after;
    }
    if draft.fields.len() == before {
        key_values::push(text, draft);
    }
}

/// Where the quote is that closes a value.
fn end_of_value(text: &str) -> usize {
    let mut escaped = false;
    let end = text.bytes().position(|byte| {
        let ends = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    });
    end.unwrap_or(text.len())
}

/// `\"`, `\\` and `\]` without the backslash; before any other character it is a character of the value.
fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(one) = characters.next() {
        let next = characters.peek().copied().filter(|next| matches!(next, '"' | '\\' | ']'));
        match next {
            Some(next) if one == '\\' => {
                plain.push(next);
                characters.next();
            }
            _ => plain.push(one),
        }
    }
    plain
}

/// The facts of a message.
struct Said<'c> {
    facts: Facts<'c, 'static>,
    whose: Whose,
    carrier: Option<usize>,
}

fn said<'c>(facts: Facts<'c, 'static>, whose: Whose) -> Said<'c> {
    Said { facts, whose, carrier: None }
}

/// The forms that are known by their first bytes are tried first.
fn meaning<'c>(message: &Message<'c>, draft: &mut Draft<'c>) -> Said<'c> {
    let (log, text) = (linux::source(message.program), message.text);
    if cef::starts(text) {
        cef::push(text, draft);
        // An appliance: a device that speaks syslog need not be a Linux host.
        return said(cef::facts(draft, &cef::UNKNOWN), Whose::Carrier);
    }
    if text.starts_with('{')
        && let Some((Mapped { facts, carrier }, own)) = body(text, draft)
    {
        let unknown = facts.log.product.is_none() && facts.log.categories.is_empty();
        let facts = Facts { log: if unknown { log } else { facts.log }, ..facts };
        return Said { facts, whose: Whose::Record, carrier: carrier.then_some(own) };
    }
    let windows = windows_text::of_provider(message.program, text, draft);
    if let Some(facts) = windows.or_else(|| windows_text::read(text, draft)) {
        return said(facts, Whose::Record);
    }
    if let Some(facts) = sentence(message, draft) {
        return said(facts, Whose::Sentence);
    }
    if message.program.is_some_and(|program| dns_log::PROGRAMS.contains(&program))
        && let Some(facts) = dns_log::message(text, draft)
    {
        return said(facts, Whose::Carrier);
    }
    if mostly(text) {
        key_values::push(text, draft);
        return said(key_values::facts(draft, log), Whose::Carrier);
    }
    if let Some(facts) = appliance::structured(message.structured, draft) {
        return said(facts, Whose::Carrier);
    }
    if message.structured.len() > 1 {
        return said(key_values::facts(draft, log), Whose::Carrier);
    }
    said(Facts::of(log), Whose::Carrier)
}

/// A message of an appliance, a web server or a DNS server.
fn sentence<'c>(message: &Message<'c>, draft: &mut Draft<'c>) -> Option<Facts<'c, 'static>> {
    let text = message.text;
    if let Some(facts) = appliance::message(message.program, message.process, text, draft) {
        return Some(facts);
    }
    // What looks like a program may be the beginning of the message.
    let whole = (message.process.is_none() && message.body.len() > text.len()).then_some(message.body);
    if let Some(facts) = whole.and_then(|whole| appliance::message(None, None, whole, draft)) {
        return Some(facts);
    }
    if message.structured.starts_with(CHECK_POINT)
        && let Some(facts) = appliance::message(None, None, message.structured, draft)
    {
        return Some(facts);
    }
    access::message(text, draft)
        .or_else(|| dns_log::line(whole.unwrap_or(text), draft))
        .or_else(|| error_log::squid(text, draft))
}

/// A message that is a record in JSON, as forwarders of Windows events and applications write it. The fields of
/// the record go before those of its carrier: a field `message` of its own is the message. Also, how many are its own.
fn body<'c>(message: &'c str, draft: &mut Draft<'c>) -> Option<(Mapped<'c>, usize)> {
    let heads = std::mem::take(&mut draft.fields);
    if flatten::flatten(message, Piece::Chunk(""), draft).is_err() {
        draft.fields = heads;
        return None;
    }
    mapped::unwrap(draft);
    let mapped = mapped::mapped(draft, &zeek::Paths::of_name(""));
    let own = draft.fields.len();
    draft.append(&heads);
    Some((mapped, own))
}

/// The program and the process of a tag: `program[pid]`, `program(module)[pid]`.
pub(crate) fn tag(text: &str) -> (&str, Option<&str>) {
    match text.split_once('[') {
        Some((name, pid)) => (name, Some(pid.trim_end_matches(']')).filter(|pid| !pid.is_empty())),
        None => (text, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn structured_data_has_escapes_of_its_own() {
        let mut draft = Draft::default();
        structured(r#"[a@1 q="x \"y\" \] z" w="C:\\W\d" e=""][b@1 k="v"]"#, &mut draft);
        let got: Vec<_> =
            draft.fields.iter().map(|field| field.value.map(|value| draft.text(value))).collect();
        assert_eq!(got, [Some(r#"x "y" ] z"#), Some(r"C:\W\d"), Some(""), Some("v")]);
    }

    #[test]
    fn a_message_may_be_said_to_have_come_again() {
        assert_eq!(repeated("message repeated 3 times: [ up]"), (3, "up"));
        assert_eq!(repeated("message repeated 99999999 times: [ up]").0, REPEATED_MAX);
        for text in ["message repeated 0 times: [ up]", "message repeated x times: [ up]", "up"] {
            assert_eq!(repeated(text), (1, text));
        }
    }
}

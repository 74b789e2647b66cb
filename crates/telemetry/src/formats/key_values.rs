//! `key=value` pairs in a text, and lines that are nothing else: firewalls, proxies, the Linux audit log.
//!
//! There is no standard. What is read: keys of letters, digits and `_ . - / :`, values up to a blank or in
//! quotes (with `\"` inside), pairs set off by blanks, commas or semicolons. A text counts as pairs when most
//! of its bytes are in pairs.

use crate::cut::chunk::{self, Chunk, Line};
use crate::names::log_source::log_source;
use crate::names::mapping;
use crate::reader::options::Options;
use crate::reader::{Out, Reader};
use crate::record::draft::{Draft, Facts, Piece};
use crate::record::trouble::Trouble;
use crate::record::{address, clock, words};
use input::Head;
use model::{LogSource, Text, Timestamp};
use std::sync::{Arc, LazyLock};

/// How many pairs a text has at least to count as pairs.
const PAIRS_MIN: usize = 4;

/// How long a key may be; what is longer is no key.
const KEY_BYTES_MAX: usize = 64;

/// The next pair of a text, and how many bytes it took with the text before it.
pub(crate) struct Pair<'t> {
    pub(crate) key: &'t str,
    pub(crate) value: &'t str,
    quoted: bool,
}

/// The pairs of a text, in order; what is between them is passed over.
pub(crate) fn pairs(text: &str) -> impl Iterator<Item = Pair<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let rest = text.get(at..)?;
            let equals = memchr::memchr(b'=', rest.as_bytes())?;
            let before = rest.get(..equals)?;
            let key_start = before.rfind(|c: char| !is_key(c)).map_or(0, |end| {
                end + before.get(end..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8)
            });
            let key = before.get(key_start..)?;
            let after = rest.get(equals + 1..)?;
            // `sudo` writes the command last, with its arguments.
            let (value, used) = if key == "COMMAND" { (after, after.len()) } else { value(after) };
            let quoted = after.starts_with(['"', '\'']);
            at += equals + 1 + used;
            if !key.is_empty() && key.len() <= KEY_BYTES_MAX {
                return Some(Pair { key, value, quoted });
            }
        }
    })
}

fn is_key(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-' | '/' | ':')
}

/// The value that a text starts with, and how many bytes it takes.
fn value(text: &str) -> (&str, usize) {
    let quote = match text.bytes().next() {
        Some(quote @ (b'"' | b'\'')) => quote,
        _ => {
            let end = text.find([' ', '\t', '\r', '\n', '\u{1d}']).unwrap_or(text.len());
            let value = text.get(..end).unwrap_or_default();
            let mut separators = value.match_indices([',', ';']).map(|(at, _)| at);
            let end = separators.find(|at| starts_pair(value, *at)).unwrap_or(end);
            let value = value.get(..end).unwrap_or_default();
            return (value.trim_end_matches([',', ';']), end);
        }
    };
    let bytes = text.as_bytes();
    let mut at = 1;
    while let Some(found) = bytes.get(at..).and_then(|rest| memchr::memchr2(quote, b'\\', rest)) {
        at += found;
        if bytes.get(at) == Some(&quote) {
            return (text.get(1..at).unwrap_or_default(), at + 1);
        }
        at += 2;
    }
    // The quote is never closed.
    let end = text.find([' ', '\t']).unwrap_or(text.len());
    (text.get(1..end).unwrap_or_default(), end.max(1))
}

/// Whether a pair follows the separator at this place: `proto=6,action=deny`, but not `path=a,b`.
fn starts_pair(text: &str, separator: usize) -> bool {
    let after = text.as_bytes().get(separator + 1..).unwrap_or_default();
    let key = after.iter().take(KEY_BYTES_MAX + 1).take_while(|byte| is_key(char::from(**byte))).count();
    key > 0 && after.get(key) == Some(&b'=')
}

/// Whether most of a text is pairs.
pub(crate) fn mostly(text: &str) -> bool {
    let (mut count, mut bytes) = (0, 0);
    for pair in pairs(text) {
        count += 1;
        bytes += pair.key.len() + pair.value.len() + 2;
    }
    count >= PAIRS_MIN && bytes * 10 >= text.len() * 6
}

/// Adds every pair as a field.
pub(crate) fn push<'c>(text: &'c str, draft: &mut Draft<'c>) {
    let audit = text.contains("msg=audit(");
    let arguments = audit && text.contains("type=EXECVE ");
    for pair in pairs(text) {
        let hex = (audit && !pair.quoted && is_encoded(pair.key, arguments)).then(|| decoded(pair.value));
        let value = if let Some(text) = hex.flatten() {
            draft.keep(&text)
        } else if pair.value.contains("\\\"") {
            draft.keep(&pair.value.replace("\\\"", "\""))
        } else {
            Piece::Chunk(pair.value)
        };
        draft.push(Piece::Chunk(pair.key), Some(value));
        // The audit log has pairs inside of a quoted value.
        if pair.key == "msg" && pair.value.contains('=') {
            for inner in pairs(pair.value) {
                draft.push_text(inner.key, inner.value);
            }
        }
    }
}

/// Whether the audit log writes this field in hexadecimal digits when its text has blanks or quotes.
fn is_encoded(key: &str, arguments: bool) -> bool {
    let digits = key.strip_prefix('a').filter(|_| arguments);
    matches!(key, "proctitle" | "exe" | "comm" | "cwd" | "name" | "cmd" | "acct")
        || digits.is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The text of hexadecimal digits, without quotes around them; the zero bytes between arguments are blanks.
fn decoded(digits: &str) -> Option<String> {
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    let encoded = digits.len() >= 2
        && digits.len().is_multiple_of(2)
        && digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'A'..=b'F'));
    let bytes: Option<Vec<u8>> = digits.as_bytes().chunks(2).map(byte).collect();
    let bytes = bytes.filter(|_| encoded)?;
    Some(String::from_utf8_lossy(&bytes).replace('\0', " "))
}

/// The facts in the pairs: log source, addresses, account, device, and the time when the text has its own.
pub(crate) fn facts<'c>(draft: &mut Draft<'c>, otherwise: &'static LogSource) -> Facts<'c, 'static> {
    let mut facts = Facts::of(otherwise);
    facts.time = time(draft);
    let audit = draft.get("type").is_some() && draft.get("msg").is_some_and(|msg| msg.starts_with("audit("));
    if audit {
        facts.log = &AUDITD;
        let serial = draft.get("msg").and_then(|msg| msg.split_once(':')?.1.split(')').next()?.parse().ok());
        facts.sequence = serial.map(|serial| (Piece::Chunk("auditd"), serial));
        facts.host = draft.piece("node");
        facts.account = ["acct", "AUID", "UID"].iter().find_map(|name| draft.piece(name));
        facts.from = draft.get("addr").and_then(address::parse);
        return facts;
    }
    let first = |draft: &Draft<'c>, name: &str| {
        let row = mapping::FIREWALL.iter().find(|(known, _)| *known == name);
        row.into_iter().flat_map(|(_, from)| from.iter()).find_map(|from| draft.piece(from))
    };
    facts.from = first(draft, "src_ip").and_then(|piece| address::parse(draft.text(piece)));
    facts.to = first(draft, "dst_ip").and_then(|piece| address::parse(draft.text(piece)));
    if facts.from.is_none() {
        // FortiGate says from where its own pages and shells were used: `ui="https(192.0.2.1)"`.
        let inside = |ui: &str| address::parse(ui.split_once('(')?.1.trim_end_matches(')'));
        facts.from = draft.get("ui").and_then(inside);
    }
    if facts.to.is_none() && draft.get("vpn").is_some() {
        // Ivanti's gateways (Pulse) have a field for it, and say it in the sentence.
        facts.to = draft.get("msg").and_then(|msg| words::address_after(msg, &[" to '", " to "]));
    }
    facts.host = first(draft, "host");
    facts.account = first(draft, "user");
    let firewall = facts.from.is_some() && facts.to.is_some();
    if firewall {
        let names = mapping::FIREWALL.iter().filter(|(name, _)| !matches!(*name, "user" | "host"));
        for (name, from) in names {
            draft.add(name, from);
        }
        facts.log = &FIREWALL;
    }
    if draft.get("logid").is_some() && draft.get("devid").is_some() {
        let kind = draft.get("type").unwrap_or_default();
        let of_kind = FORTIGATE.iter().find(|log| log.service.as_deref() == Some(kind));
        facts.log = of_kind.unwrap_or(facts.log);
    }
    facts
}

/// The time in the pairs.
fn time(draft: &Draft<'_>) -> Option<Timestamp> {
    if let Some(audit) = draft.get("msg").and_then(|msg| msg.strip_prefix("audit(")) {
        return clock::epoch(audit.split(':').next()?);
    }
    if let Some(time) = draft.get("eventtime").and_then(clock::epoch) {
        return Some(time);
    }
    if let Some(time) = draft.get("timestamp").and_then(clock::epoch) {
        return Some(time);
    }
    if let (Some(date), Some(time)) = (draft.get("date"), draft.get("time")) {
        let zone = draft.get("tz").or_else(|| draft.get("timezone")).unwrap_or_default();
        let zone = if zone.starts_with(['+', '-']) { zone } else { "" };
        let both = Timestamp::parse(&format!("{date}T{time}{zone}"));
        return both.or_else(|| Timestamp::parse(&format!("{date}T{time}")));
    }
    let names = ["time", "timestamp", "ts", "start", "rt", "devtime", "date_time", "date", "_time"];
    names.iter().find_map(|name| draft.get(name).and_then(clock::parse))
}

static UNKNOWN: LogSource = LogSource { product: None, service: None, categories: Vec::new() };
static AUDITD: LazyLock<LogSource> = LazyLock::new(|| log_source(Some("linux"), Some("auditd"), &[]));
static FIREWALL: LazyLock<LogSource> = LazyLock::new(|| log_source(None, None, &["firewall"]));
static FORTIGATE: LazyLock<[LogSource; 3]> = LazyLock::new(|| {
    [("traffic", &["firewall"] as &[&str]), ("event", &[]), ("utm", &["firewall"])]
        .map(|(service, categories)| log_source(Some("fortigate"), Some(service), categories))
});

/// Lines of pairs without a syslog head.
struct KeyValues;

/// Whether a pair says where something came from: a firewall's line whose time a collector keeps elsewhere.
fn is_source(key: &str) -> bool {
    let row = mapping::FIREWALL.iter().find(|(name, _)| *name == "src_ip");
    row.is_some_and(|(_, from)| from.contains(&key))
}

pub(crate) fn recognise(head: &Head<'_>) -> bool {
    let (mut good, mut all) = (0, 0);
    for line in head.lines(10) {
        let timed = |key: &str| matches!(key, "time" | "date" | "timestamp" | "ts" | "eventtime" | "msg");
        all += 1;
        good += usize::from(mostly(line) && pairs(line).any(|pair| timed(pair.key) || is_source(pair.key)));
    }
    all > 0 && good * 2 > all
}

pub(crate) fn reader(_: &Head<'_>, _: &Options) -> Arc<dyn Reader> {
    Arc::new(KeyValues)
}

impl Reader for KeyValues {
    fn read(&self, chunk: &Chunk, out: &mut Out<'_>) {
        let text = chunk::text(chunk, out.line_bytes_max, &mut out.tally.troubles);
        let mut draft = Draft::default();
        for line in chunk::lines(chunk, &text, out.line_bytes_max) {
            record(&line, &mut draft, out);
        }
    }
}

fn record<'c>(line: &Line<'c>, draft: &mut Draft<'c>, out: &mut Out<'_>) {
    draft.clear();
    if line.cut {
        out.tally.troubles.add(Trouble::TooLong, line.number);
    }
    push(line.text, draft);
    if draft.fields.is_empty() {
        out.tally.troubles.add(Trouble::NotOfFormat, line.number);
        out.bare(line, &UNKNOWN);
        return;
    }
    if draft.overfull {
        out.tally.troubles.add(Trouble::TooManyFields, line.number);
    }
    let facts = facts(draft, &UNKNOWN);
    let facts = out.mapping.apply(draft, facts);
    out.draft(draft, line.number, line.raw, Text::Raw, &facts);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<String> {
        pairs(text).map(|pair| format!("{}|{}", pair.key, pair.value)).collect()
    }

    #[test]
    fn pairs_with_and_without_quotes() {
        assert_eq!(
            shown(r#"a=1 b="x y" c=, d='q' e="say \"hi\"" f="open g=2"#),
            ["a|1", "b|x y", "c|", "d|q", r#"e|say \"hi\""#, "f|open", "g|2"]
        );
        assert_eq!(shown("a=1,b=x,y;c=\"z\",d="), ["a|1", "b|x,y", "c|z", "d|"]);
        assert_eq!(shown("no pairs here"), Vec::<String>::new());
        assert_eq!(shown("== = \u{e4}=1"), Vec::<String>::new());
    }

    #[test]
    fn the_audit_log_encodes_what_has_blanks() {
        let line = "type=PROCTITLE msg=audit(1718163300.155:9): proctitle=746172002D78 exe=\"ABCD\" a0=7F";
        let mut draft = Draft::default();
        push(line, &mut draft);
        let got = ["proctitle", "exe", "a0"].map(|name| draft.get(name).unwrap_or_default());
        assert_eq!(got, ["tar -x", "ABCD", "7F"]);
        assert_eq!(shown("key=(null)\u{1d}UID=\"mo\""), ["key|(null)", "UID|mo"]);
    }

    #[test]
    fn a_gateway_says_in_its_sentence_where_to() {
        let mut draft = Draft::default();
        let text = "id=firewall time=\"2024-06-12 03:14:15\" fw=203.0.113.1 vpn=gw1 user=mo src=192.0.2.1 dst= msg=\"AUT24604: client at source IP '192.0.2.1' was trying to connect to '198.51.100.1'.\"";
        push(text, &mut draft);
        let facts = facts(&mut draft, &UNKNOWN);
        assert_eq!(
            facts.from.zip(facts.to).map(|(from, to)| format!("{from} {to}")).as_deref(),
            Some("192.0.2.1 198.51.100.1")
        );
    }

    #[test]
    fn prose_with_a_pair_in_it_is_not_pairs() {
        assert!(mostly("IN=eth0 OUT= SRC=192.0.2.1 DST=192.0.2.2 LEN=40 DF PROTO=TCP"));
        assert!(!mostly("session opened for user root by (uid=0) from tty=1 and some more words a=1 b=2"));
    }
}

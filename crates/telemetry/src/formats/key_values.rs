//! `key=value` pairs in a text, and lines that are nothing else: firewalls, proxies, the Linux audit log.
//!
//! There is no standard; [`crate::record::pairs`] says what is read as a pair. The makers' manuals name the fields.

use crate::cut::chunk::{self, Chunk, Line};
use crate::formats::{audit, zscaler};
use crate::names::log_source::log_source;
use crate::names::mapping;
use crate::reader::options::Options;
use crate::reader::{Out, Reader};
use crate::record::draft::{Draft, Facts, Piece};
use crate::record::pairs::{mostly, pairs};
use crate::record::trouble::Trouble;
use crate::record::{address, clock, words};
use input::Head;
use model::{LogSource, Text, Timestamp};
use std::sync::{Arc, LazyLock};

/// Adds every pair as a field.
pub(crate) fn push<'c>(text: &'c str, draft: &mut Draft<'c>) {
    if audit::is_record(text) {
        audit::push(text, draft);
        return;
    }
    if is_quoted(text) {
        for (key, value) in quoted(text) {
            draft.push_text(key, value);
        }
        return;
    }
    // The time may be before the pairs, without a name.
    if let Some(stamp) = stamp(text) {
        draft.push_text("datetime", stamp);
    }
    for pair in pairs(text) {
        let value = if pair.value.contains("\\\"") {
            draft.keep(&pair.value.replace("\\\"", "\""))
        } else {
            Piece::Chunk(pair.value)
        };
        draft.push(Piece::Chunk(pair.key), Some(value));
        if pair.key == "msg" && pair.value.contains('=') {
            for inner in pairs(pair.value) {
                draft.push_text(inner.key, inner.value);
            }
        }
    }
}

/// Whether each pair of a line is in quotes, `"date=2024-06-12","vd=""root"""`: FortiAnalyzer's download.
fn is_quoted(text: &str) -> bool {
    text.starts_with('"')
        && text.contains("\",\"")
        && text.split('"').nth(1).is_some_and(|cell| cell.contains('='))
}

/// The pairs of a line whose pairs are in quotes.
fn quoted(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let inside = text.trim_end().trim_start_matches('"');
    inside.split("\",\"").filter_map(|cell| {
        let (key, value) = cell.split_once('=')?;
        let key_fits =
            !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        key_fits.then(|| (key, value.trim_matches('"')))
    })
}

/// The time that a text begins with, set off by a tab or a comma: `2024-06-12 03:14:15`.
fn stamp(text: &str) -> Option<&str> {
    (text.as_bytes().get(4) == Some(&b'-')).then_some(())?;
    let (stamp, _) = text.split_once(['\t', ',']).filter(|(stamp, _)| (19..=35).contains(&stamp.len()))?;
    Timestamp::parse(stamp).map(|_| stamp)
}

/// The facts in the pairs: log source, addresses, account, device, and the time when the text has its own.
pub(crate) fn facts<'c>(draft: &mut Draft<'c>, otherwise: &'static LogSource) -> Facts<'c, 'static> {
    if let Some(facts) = audit::facts(draft) {
        return facts;
    }
    let mut facts = Facts::of(otherwise);
    (facts.time, facts.local) = time(draft).map_or((None, false), |(time, local)| (Some(time), local));
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
    if zscaler::is_feed(draft) {
        zscaler::map(draft, &mut facts);
        return facts;
    }
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

/// The time in the pairs, and whether it lacks its zone.
fn time(draft: &Draft<'_>) -> Option<(Timestamp, bool)> {
    let counted = ["eventtime", "timestamp"].iter().find_map(|name| draft.get(name).and_then(clock::epoch));
    if let Some(time) = counted {
        return Some((time, false));
    }
    if let (Some(date), Some(time)) = (draft.get("date"), draft.get("time")) {
        let both = Timestamp::parse(&format!("{date}T{time}"))?;
        let named = || ["tz", "timezone"].iter().find_map(|name| draft.get(name).and_then(clock::offset));
        let ahead = if clock::is_zoned(time) { Some(0) } else { named() };
        return Some((both.plus_seconds(-ahead.unwrap_or(0)), ahead.is_none()));
    }
    let names =
        ["time", "timestamp", "ts", "start", "rt", "devtime", "date_time", "date", "_time", "datetime"];
    names.iter().find_map(|name| {
        let text = draft.get(name)?;
        Some((clock::parse(text)?, !clock::is_zoned(text)))
    })
}

static UNKNOWN: LogSource = LogSource { product: None, service: None, categories: Vec::new() };
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

/// Whether a line is pairs, and says when it was written or where it came from.
fn is_line(text: &str) -> bool {
    let timed =
        |key: &str| matches!(key, "time" | "date" | "timestamp" | "ts" | "eventtime" | "msg" | "datetime");
    audit::is_record(text)
        || is_quoted(text) && quoted(text).any(|(key, _)| timed(key) || is_source(key))
        || mostly(text)
            && (stamp(text).is_some() || pairs(text).any(|pair| timed(pair.key) || is_source(pair.key)))
}

/// A line of pairs by itself.
pub(crate) fn line<'c>(text: &'c str, draft: &mut Draft<'c>) -> Option<Facts<'c, 'static>> {
    is_line(text).then(|| {
        push(text, draft);
        facts(draft, &UNKNOWN)
    })
}

pub(crate) fn recognise(head: &Head<'_>) -> bool {
    let (mut good, mut all) = (0, 0);
    for line in head.lines(10) {
        all += 1;
        good += usize::from(is_line(line));
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
        out.foreign(line, &UNKNOWN);
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

    #[test]
    fn pairs_may_be_in_quotes_each() {
        let mut draft = Draft::default();
        let text = r#""itime=1718162055","date=2024-06-12","time=03:14:15","devid=""FG1""","logid=""1""","type=""traffic""","msg=""a b""","srcip=192.0.2.1","dstip=198.51.100.1""#;
        let facts = line(text, &mut draft).unwrap();
        assert_eq!(draft.get("msg"), Some("a b"));
        assert_eq!(facts.time.unwrap().to_string(), "2024-06-12T03:14:15Z");
        assert_eq!(
            (facts.log.product.as_deref(), facts.log.service.as_deref()),
            (Some("fortigate"), Some("traffic"))
        );
        assert!(line(r#""a=b","c""#, &mut Draft::default()).is_none());
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
}

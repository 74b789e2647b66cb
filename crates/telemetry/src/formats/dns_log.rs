//! What DNS servers log of queries and answers: BIND, unbound, dnsmasq and Pi-hole, the Windows DNS server.
//!
//! BIND's "queries" category, unbound's `log-queries` and `log-replies`, dnsmasq's `log-queries` (which Pi-hole
//! keeps), and the packets of the Windows "DNS debug log". Alone with their own times, or as the message of
//! syslog. Sigma's category `dns`, with `query`, `record_type` and `answer`; the client is the other side.

use crate::record::draft::{Draft, Facts, Piece};
use crate::record::{address, clock, words};
use model::{Date, LogSource, Timestamp};
use std::sync::LazyLock;

/// Programs whose messages in syslog are looked at.
pub(crate) const PROGRAMS: [&str; 4] = ["named", "dnsmasq", "unbound", "pihole-FTL"];

/// A line of a log with its own times.
pub(crate) fn line<'c>(text: &'c str, draft: &mut Draft<'c>) -> Option<Facts<'c, 'static>> {
    // The time may be missing: a collector may have put it elsewhere.
    if client_first(text) {
        return bind(text, draft);
    }
    if text.strip_prefix('[').is_some_and(|rest| rest.split(']').next().is_some_and(is_thread)) {
        return unbound(text, draft);
    }
    if words::find(text, "#53").is_some()
        && [" resolving '", "transfer of '"].iter().any(|said| text.contains(said))
    {
        return server(text, draft);
    }
    let (time, message) = stamped(text)?;
    // unbound counts seconds; the others write the clock of the machine.
    let local = !text.starts_with('[');
    let mut facts = match message {
        Message::Text(message) => self::message(message, draft)?,
        Message::Packet(packet) => packet_of(packet, draft)?,
    };
    (facts.time, facts.local) = (Some(time), local);
    Some(facts)
}

/// `client 192.0.2.1#53211`, with the category of BIND before it or not.
fn client_first(text: &str) -> bool {
    let head = text.get(..64).unwrap_or(text);
    let Some(at) = words::find(head, "client ") else { return false };
    let (Some(before), Some(rest)) = (text.get(..at), text.get(at + "client ".len()..)) else { return false };
    let category = before.is_empty()
        || before.ends_with(": ")
            && before.len() <= 48
            && !before.trim_end().trim_end_matches(':').contains([' ', '='])
        || before.ends_with(": info: ") && before.starts_with(|first: char| first.is_ascii_alphabetic());
    let mut words = rest.split(' ');
    let first = words.next().unwrap_or_default();
    let client = if first.starts_with("@0x") { words.next().unwrap_or_default() } else { first };
    category && client.split_once('#').is_some_and(|(address, _)| address::parse(address).is_some())
}

/// `12:0`, process and thread of unbound.
fn is_thread(text: &str) -> bool {
    text.split_once(':').is_some_and(|(process, thread)| {
        !process.is_empty()
            && process.bytes().all(|byte| byte.is_ascii_digit())
            && (1..=2).contains(&thread.len())
            && thread.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

enum Message<'t> {
    Text(&'t str),
    /// Of the Windows debug log.
    Packet(&'t str),
}

/// The time that a line starts with, and its message.
fn stamped(text: &str) -> Option<(Timestamp, Message<'_>)> {
    if let Some(rest) = text.strip_prefix('[') {
        // `[1718162055] unbound[123:0] info: …`
        let (time, rest) = words::split(rest, "] ")?;
        let message = rest.strip_prefix("unbound[")?;
        return Some((clock::epoch(time)?, Message::Text(words::split(message, "] ")?.1)));
    }
    // Every other form, and this, begins with a digit.
    text.as_bytes().first().filter(|first| first.is_ascii_digit())?;
    if let Some((before, packet)) = words::split(text, " PACKET ") {
        // `6/12/2024 3:14:15 AM 0E5C PACKET …`: the thread is before the word.
        let (time, _) = before.trim_end().rsplit_once(' ')?;
        return Some((clock::local(time, false).or_else(|| clock::parse(time))?, Message::Packet(packet)));
    }
    // `12-Jun-2024 03:14:15.123 queries: info: client …`
    let (day, rest) = text.split_once(' ')?;
    let (time, rest) = rest.split_once(' ')?;
    let mut parts = day.split('-');
    let (day, month, year) =
        (parts.next()?.parse().ok()?, clock::month(parts.next()?.as_bytes())?, parts.next()?.parse().ok()?);
    Some((clock::at(Date::new(year, month, day)?, time)?, Message::Text(rest)))
}

/// What a server says, without time.
pub(crate) fn message<'c>(text: &'c str, draft: &mut Draft<'c>) -> Option<Facts<'c, 'static>> {
    bind(text, draft)
        .or_else(|| dnsmasq(text, draft))
        .or_else(|| unbound(text, draft))
        .or_else(|| server(text, draft))
}

/// Sentences of BIND about other servers: one that was asked (`timed out resolving 'a.example/A/IN': 192.0.2.53#53`),
/// one that gave (`transfer of 'a.example/IN' from 192.0.2.53#53: …`).
fn server<'c>(text: &'c str, draft: &mut Draft<'c>) -> Option<Facts<'c, 'static>> {
    let mut facts = Facts::of(&DNS);
    if let Some((_, rest)) = words::split(text, "transfer of '") {
        let (zone, rest) = words::split(rest, "' ")?;
        let side = rest.strip_prefix("from ").or_else(|| rest.strip_prefix("to "))?;
        let side = address::parse(side.split(['#', ':']).next().filter(|_| side.contains('#'))?);
        side?;
        if rest.starts_with("from ") {
            facts.from = side
        } else {
            facts.to = side
        }
        draft.push_text("query", zone.split('/').next().unwrap_or(zone));
        return Some(facts);
    }
    let (_, rest) = words::split(text, " resolving '")?;
    let (question, rest) = rest.split_once('\'')?;
    let (server, _) = rest.rsplit_once(": ")?.1.split_once('#')?;
    facts.to = Some(address::parse(server)?);
    let mut parts = question.split('/');
    draft.push_text("query", parts.next().unwrap_or_default());
    if let Some(kind) = parts.next() {
        draft.push_text("record_type", kind);
    }
    Some(facts)
}

/// `client @0x7f 192.0.2.1#53211 (a.example): query: a.example IN A +E(0)K (198.51.100.1)`, with `answer:` and
/// `response:` of the category responses; other sentences about a client give its address and question.
fn bind<'c>(text: &'c str, draft: &mut Draft<'c>) -> Option<Facts<'c, 'static>> {
    let (_, rest) = words::split(text, "client ")?;
    let (client, said) = words::split(rest, ": ")?;
    let (address, question) = client.split_once('#')?;
    let address = address.rsplit(' ').next()?;
    address::parse(address)?;
    // Infoblox says over which protocol.
    let said = ["UDP: ", "TCP: "].iter().find_map(|protocol| said.strip_prefix(protocol)).unwrap_or(said);
    let asked = ["query: ", "answer: ", "response: "].iter().find_map(|word| said.strip_prefix(word));
    let mut words = asked.unwrap_or_default().split_ascii_whitespace();
    if let (Some(query), Some(_class), Some(kind)) = (words.next(), words.next(), words.next()) {
        if let Some((_, answer)) = words::split(said, " -> ") {
            draft.push_text("answer", answer);
        }
        return Some(asked_by(address, query, kind, draft));
    }
    let question = question.split_once('(').and_then(|(_, rest)| rest.split_once(')')).map(|(name, _)| name);
    draft.push_text("message", said);
    question.inspect(|question| draft.push_text("query", question));
    draft.push_text("src_ip", address);
    Some(Facts { from: address::parse(address), ..Facts::of(&DNS) })
}

/// `query[A] a.example from 192.0.2.1`, `reply a.example is 198.51.100.1`, `gravity blocked a.example is 0.0.0.0`.
fn dnsmasq<'c>(text: &'c str, draft: &mut Draft<'c>) -> Option<Facts<'c, 'static>> {
    // With `log-queries=extra`: serial and client first.
    let text = match text.split_once(' ') {
        Some((serial, rest)) if serial.bytes().all(|byte| byte.is_ascii_digit()) => rest.split_once(' ')?.1,
        _ => text,
    };
    if let Some(rest) = text.strip_prefix("query[") {
        let (kind, rest) = words::split(rest, "] ")?;
        let (query, client) = words::split(rest, " from ")?;
        return Some(asked_by(client, query, kind, draft));
    }
    let (said, answer) = words::split(text, " is ")?;
    let (how, query) = said.rsplit_once(' ')?;
    let known = [
        "reply",
        "cached",
        "config",
        "validation",
        "/etc/hosts",
        "gravity blocked",
        "exactly denied",
        "regex denied",
    ];
    if !known.contains(&how) && !how.starts_with('/') {
        return None;
    }
    draft.push_text("query", query);
    draft.push_text("answer", answer);
    draft.push_text("action", how);
    Some(Facts::of(&DNS))
}

/// `info: 192.0.2.1 a.example. A IN`, with `NOERROR 0.01 0 45` behind it when it is a reply.
fn unbound<'c>(text: &'c str, draft: &mut Draft<'c>) -> Option<Facts<'c, 'static>> {
    // With `log-tag-queryreply` the kind is at the place of the level.
    let marks = ["info: ", "] reply: ", "] query: "];
    let (_, rest) = marks.iter().find_map(|mark| text.split_once(mark))?;
    // With `log-local-actions` zone and action are before `192.0.2.1@53433`.
    let mut words = rest.split_ascii_whitespace().peekable();
    for _ in 0..2 {
        words.next_if(|word| address::parse(word.split('@').next().unwrap_or(word)).is_none());
    }
    let (client, query, kind, class) = (words.next()?, words.next()?, words.next()?, words.next()?);
    let client = client.split('@').next().unwrap_or(client);
    address::parse(client)?;
    (class == "IN" || class == "CH").then_some(())?;
    let facts = asked_by(client, query, kind, draft);
    if let Some(code) = words.next() {
        draft.push_text("rcode", code);
    }
    Some(facts)
}

/// `000002B4 UDP Rcv 192.0.2.1 0002 Q [0001 D NOERROR] A (3)www(7)example(3)com(0)`.
fn packet_of<'c>(text: &'c str, draft: &mut Draft<'c>) -> Option<Facts<'c, 'static>> {
    let (head, rest) = text.split_once('[')?;
    let (flags, asked) = rest.split_once(']')?;
    let mut words = head.split_ascii_whitespace().skip_while(|word| !matches!(*word, "Rcv" | "Snd"));
    let (_, client) = (words.next()?, words.next()?);
    let mut words = asked.split_ascii_whitespace();
    let (kind, name) = (words.next()?, words.next()?);
    let labels: Vec<&str> =
        name.split([')', '(']).skip(2).step_by(2).filter(|label| !label.is_empty()).collect();
    let query = draft.keep(&labels.join("."));
    draft.push(Piece::Chunk("query"), Some(query));
    draft.push_text("record_type", kind);
    if let Some(code) = flags.split_ascii_whitespace().last() {
        draft.push_text("rcode", code);
    }
    Some(Facts { from: address::parse(client), ..Facts::of(&DNS) })
}

fn asked_by<'c>(client: &'c str, query: &'c str, kind: &'c str, draft: &mut Draft<'c>) -> Facts<'c, 'static> {
    draft.push_text("query", query.strip_suffix('.').filter(|name| !name.is_empty()).unwrap_or(query));
    draft.push_text("record_type", kind);
    draft.push_text("src_ip", client);
    Facts { from: address::parse(client), ..Facts::of(&DNS) }
}

static DNS: LazyLock<LogSource> =
    LazyLock::new(|| LogSource { product: None, service: None, categories: vec!["dns".into()] });

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let mut draft = Draft::default();
        let Some(facts) = line(text, &mut draft).or_else(|| message(text, &mut draft)) else {
            return String::new();
        };
        let get = |name| draft.get(name).unwrap_or("-").to_owned();
        let time = facts.time.map_or("-".into(), |time| time.to_string());
        let from = facts.from.map_or("-".into(), |from| from.to_string());
        format!("{time} {from} {} {} {}", get("query"), get("record_type"), get("answer"))
    }

    #[test]
    fn queries_and_answers_of_each_server() {
        let time = "2024-06-12T03:14:15Z";
        for (text, expected) in [
            (
                "12-Jun-2024 03:14:15.000 queries: info: client @0x7f 192.0.2.1#53211 (a.example): query: a.example IN A +E(0)K (198.51.100.1)",
                format!("{time} 192.0.2.1 a.example A -"),
            ),
            (
                "12-Jun-2024 03:14:15.000 client 2001:db8::1#53211: query: a.example IN AAAA +",
                format!("{time} 2001:db8::1 a.example AAAA -"),
            ),
            (
                "[1718162055] unbound[12:0] info: 192.0.2.1 a.example. A IN NOERROR 0.000 0 45",
                format!("{time} 192.0.2.1 a.example A -"),
            ),
            (
                "6/12/2024 3:14:15 AM 0E5C PACKET  000002B4E0B0A5C0 UDP Rcv 192.0.2.1       0002   Q [0001   D   NOERROR] A      (3)www(7)example(0)",
                format!("{time} 192.0.2.1 www.example A -"),
            ),
            (
                "client @0x7f 192.0.2.1#53211 (a.example): answer: a.example IN A +EDC (198.51.100.1) -> NOERROR",
                "- 192.0.2.1 a.example A NOERROR".into(),
            ),
            (
                "12-Jun-2024 03:14:15.000 client @0x7f 192.0.2.1#53211 (a.example): query failed (timed out) for a.example/IN/A",
                format!("{time} 192.0.2.1 a.example - -"),
            ),
            ("query[A] a.example from 192.0.2.1", "- 192.0.2.1 a.example A -".into()),
            ("17 192.0.2.1/53211 query[A] a.example from 192.0.2.1", "- 192.0.2.1 a.example A -".into()),
            ("reply a.example is 198.51.100.1", "- - a.example - 198.51.100.1".into()),
            ("gravity blocked ads.example is 0.0.0.0", "- - ads.example - 0.0.0.0".into()),
            (
                "client 192.0.2.1#12337: UDP: query: a.example IN A response: NOERROR + a.example. 365 IN A 198.51.100.1",
                "- 192.0.2.1 a.example A -".into(),
            ),
            (
                "queries: client @0x7f 192.0.2.1#53211 (a.example): query: a.example IN AAAA +ET (198.51.100.1)",
                "- 192.0.2.1 a.example AAAA -".into(),
            ),
            (
                "[12:e] info: a.example. transparent 192.0.2.1@53433 b.a.example. A IN",
                "- 192.0.2.1 b.a.example A -".into(),
            ),
            (
                "[12:1] reply: 192.0.2.1 a.example. A IN SERVFAIL 0.017 0 51",
                "- 192.0.2.1 a.example A -".into(),
            ),
            ("timed out resolving 'a.example/A/IN': 192.0.2.53#53", "- - a.example A -".into()),
            (
                "transfer of 'a.example/IN' from 192.0.2.53#53: Transfer status: success",
                "- 192.0.2.53 a.example - -".into(),
            ),
            ("client error: this is not a query", String::new()),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }
}

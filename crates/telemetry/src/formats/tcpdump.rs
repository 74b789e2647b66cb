//! Packets as `tcpdump` prints them, one a line: both ends with their ports behind a full stop.
//!
//! `tcpdump(1)`, OUTPUT FORMAT: a time (of the day alone, with its date by `-tttt`, or seconds by `-tt`), with `-i any` the
//! interface and the direction, `IP` or `IP6`, `source.port > destination.port:`, and what the packet says. As
//! `192.0.2.1.22` is no address, observables are looked for in the fields.

use crate::record::clock;
use crate::record::draft::{Draft, Facts};
use model::{LogSource, Timestamp};
use std::net::IpAddr;

static PACKET: LogSource = LogSource { product: None, service: None, categories: Vec::new() };

/// A line of the output.
pub(crate) fn line<'c>(text: &'c str, draft: &mut Draft<'c>) -> Option<Facts<'c, 'static>> {
    let first = *text.as_bytes().first()?;
    first.is_ascii_digit().then_some(())?;
    let (head, rest) = text.split_once(" IP ").or_else(|| text.split_once(" IP6 "))?;
    let time = time(head)?;
    let (from, rest) = rest.split_once(" > ")?;
    let (to, said) = rest.split_once(": ")?;
    (!from.contains(' ') && !to.contains(' ')).then_some(())?;
    let mut facts = Facts::of(&PACKET);
    facts.from = end(from, ["src_ip", "src_port"], draft);
    facts.to = end(to, ["dst_ip", "dst_port"], draft);
    draft.push_text("message", said);
    draft.decoded = true;
    (facts.time, facts.local) = (time, time.is_some() && head.contains('-'));
    Some(facts)
}

/// The time of a packet, which may be only that of a day; `None` when the head is another.
fn time(head: &str) -> Option<Option<Timestamp>> {
    let mut words = head.split(' ');
    let (first, second) = (words.next()?, words.next().unwrap_or_default());
    let of_day = |text: &str| {
        let digits = |byte: u8| byte.is_ascii_digit() || matches!(byte, b':' | b'.');
        text.as_bytes().get(2) == Some(&b':') && text.bytes().all(digits)
    };
    if of_day(first) {
        return Some(None);
    }
    let whole = head.get(..first.len() + 1 + second.len()).filter(|_| of_day(second));
    let found =
        whole.and_then(Timestamp::parse).or_else(|| clock::epoch(first).filter(|_| first.contains('.')));
    found.map(Some)
}

/// One end: an address or a name, and a port or its service behind the last full stop.
fn end<'c>(text: &'c str, [name, port]: [&'static str; 2], draft: &mut Draft<'c>) -> Option<IpAddr> {
    let (address, number) = match text.parse::<IpAddr>() {
        Ok(_) => (text, None),
        Err(_) => text.rsplit_once('.').map_or((text, None), |(address, port)| (address, Some(port))),
    };
    draft.push_text(name, address);
    if let Some(number) = number {
        draft.push_text(port, number);
    }
    address.parse::<IpAddr>().ok().map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ends_have_their_ports_behind_a_full_stop() {
        let shown = |text: &str| {
            let mut draft = Draft::default();
            let facts = line(text, &mut draft)?;
            let get = |name: &str| draft.get(name).unwrap_or("-").to_owned();
            let time = facts.time.map_or("-".to_owned(), |time| time.to_string());
            Some(
                [time, get("src_ip"), get("src_port"), get("dst_ip"), get("dst_port"), get("message")]
                    .join(" "),
            )
        };
        for (text, expected) in [
            (
                "03:14:15.123456 IP 203.0.113.7.4444 > 192.0.2.1.22: Flags [S], seq 1",
                "- 203.0.113.7 4444 192.0.2.1 22 Flags [S], seq 1",
            ),
            (
                "2024-06-12 03:14:15.5 IP 192.0.2.1.5 > 192.0.2.2.53: 7+ A? a.example. (30)",
                "2024-06-12T03:14:15.5Z 192.0.2.1 5 192.0.2.2 53 7+ A? a.example. (30)",
            ),
            (
                "1718162055.5 eth0  In  IP6 2001:db8::7.22 > 2001:db8::1.4: UDP, length 1",
                "2024-06-12T03:14:15.5Z 2001:db8::7 22 2001:db8::1 4 UDP, length 1",
            ),
            (
                "03:14:15.1 IP 203.0.113.7 > 192.0.2.1: ICMP echo request",
                "- 203.0.113.7 - 192.0.2.1 - ICMP echo request",
            ),
        ] {
            assert_eq!(shown(text).as_deref(), Some(expected));
        }
        for text in ["03:14:15 the IP a > b", "07 IP 192.0.2.1.4 > 192.0.2.2.5: x", "IP 1 > 2: x"] {
            assert_eq!(shown(text), None, "{text}");
        }
    }
}

//! A message as one line of a log.
//!
//! It is kept word for word. Only what would end the line is escaped, as rsyslog does (`#012`), so that one message
//! stays one record.
//!
//! Who sent it: RFC 3164, 4.3, lets a relay put a time and the sender's address before a message that names no host, and
//! forbids to change one that does. So a message that names its host stays as it is, and the address is not kept: it is
//! that of a relay, or says the same. Before one that names none comes when it came and from where, as `2026-06-12T03:14:15Z 192.0.2.7`;
//! the readers of logs know this head of a relay, and take from the message behind it what it says itself.

use model::Timestamp;
use std::net::IpAddr;

/// The months as RFC 3164 writes them.
const MONTHS: [&[u8; 3]; 12] =
    [b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec"];

/// The line of a message, with its end; `None` when there is nothing in it.
pub(crate) fn line(message: &[u8], from: IpAddr, received: Timestamp) -> Option<Vec<u8>> {
    let end = message.iter().rposition(|byte| !matches!(byte, b'\n' | b'\r' | 0))?;
    let message = message.get(..=end)?;
    let mut line = Vec::with_capacity(message.len() + 48);
    if !names_host(message) {
        line.extend_from_slice(format!("{received} {} ", from.to_canonical()).as_bytes());
    }
    for byte in message {
        match byte {
            b'\n' => line.extend_from_slice(b"#012"),
            b'\r' => line.extend_from_slice(b"#015"),
            0 => line.extend_from_slice(b"#000"),
            byte => line.push(*byte),
        }
    }
    line.push(b'\n');
    Some(line)
}

/// Whether a message names the machine that it is from: behind the time, in RFC 5424 and RFC 3164.
fn names_host(message: &[u8]) -> bool {
    let rest = behind_priority(message);
    let mut words = rest.split(|byte| *byte == b' ').filter(|word| !word.is_empty());
    let Some(first) = words.next() else { return false };
    let digits = |word: &[u8]| word.iter().all(u8::is_ascii_digit);
    // RFC 5424: version, time, host.
    if rest.len() < message.len() && digits(first) && first.len() <= 2 {
        return words.nth(1).is_some_and(|host| host != b"-");
    }
    let host = if MONTHS.iter().any(|month| *month == first) {
        // The day and the time, before or behind which may be the year.
        let is_year = |word: &&[u8]| word.len() == 4 && digits(word);
        let mut behind_day = words.by_ref().skip(1).filter(|word| !is_year(word));
        let time = behind_day.next().filter(|time| time.contains(&b':'));
        time.and_then(|_| behind_day.next())
    } else if first.len() >= 10 && first.get(4) == Some(&b'-') && first.iter().take(4).all(u8::is_ascii_digit)
    {
        words.next()
    } else {
        None
    };
    // What ends in a colon or names a process is a program.
    host.is_some_and(|host| !host.ends_with(b":") && !host.contains(&b'[') && words.next().is_some())
}

/// What follows the priority; all, when there is none.
fn behind_priority(message: &[u8]) -> &[u8] {
    let inside = message.strip_prefix(b"<").and_then(|rest| {
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        rest.get(digits..)?.strip_prefix(b">").filter(|_| (1..=3).contains(&digits))
    });
    inside.unwrap_or(message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(message: &[u8]) -> String {
        let received = Timestamp::parse("2026-06-12T03:14:15Z").unwrap();
        let line = line(message, "::ffff:192.0.2.7".parse().unwrap(), received);
        line.map_or("nothing".into(), |line| String::from_utf8_lossy(&line).into_owned())
    }

    #[test]
    fn a_message_that_names_its_host_stays_word_for_word() {
        for message in [
            "<34>Oct 11 22:14:15 mymachine su: 'su root' failed",
            "<34>Oct  1 2:14:15 mymachine su: x",
            "<34>Oct 11 2026 22:14:15 mymachine : %ASA-6-302013: x",
            "<165>1 2003-10-11T22:14:15.003Z mymachine.example.com evntslog - ID47 - x",
            "<13>2026-06-12T03:14:15+02:00 gate-1 sshd[1]: x",
            "Jun 12 03:14:15 gate-1 sshd[1]: x",
        ] {
            assert_eq!(shown(message.as_bytes()), format!("{message}\n"));
        }
    }

    #[test]
    fn before_a_message_without_host_comes_when_it_came_and_from_where() {
        for message in [
            "<34>Oct 11 22:14:15 su: 'su root' failed",
            "<34>Oct 11 22:14:15 su[12]: x",
            "<165>1 2003-10-11T22:14:15.003Z - evntslog - ID47 - x",
            "<13>no head at all",
            "no priority",
            "{\"a\":1}",
            "<189>000123: *Jun 12 03:14:15: %SYS-5-CONFIG_I: by mo",
            "CEF:0|a|b|1|2|c|3|src=192.0.2.1",
        ] {
            assert_eq!(shown(message.as_bytes()), format!("2026-06-12T03:14:15Z 192.0.2.7 {message}\n"));
        }
    }

    #[test]
    fn what_would_end_the_line_is_escaped_and_what_ends_the_message_is_cut() {
        let message = b"<13>Jun 12 03:14:15 gate-1 a: b\nc\r\nd\0e\xff\r\n\0";
        assert_eq!(shown(message), "<13>Jun 12 03:14:15 gate-1 a: b#012c#015#012d#000e\u{fffd}\n");
        assert_eq!((shown(b"\r\n\0"), shown(b"")), ("nothing".into(), "nothing".into()));
    }
}

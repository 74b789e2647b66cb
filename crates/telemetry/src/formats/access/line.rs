//! A line of an access log, cut into its parts.
//!
//! Most lines begin `192.0.2.1 - mo [12/Jun/2026:03:14:07 +0000] "`, so client, time and status are first looked
//! for at the places that this form gives them, and searched for only when they are elsewhere. Both ways give
//! the same parts. Nothing is copied.

use crate::record::{address, clock};
use model::Timestamp;
use std::net::IpAddr;

/// The parts of a line, as written; the logger writes `-` for nothing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct LineParts<'t> {
    pub(super) host: Option<&'t str>,
    pub(super) client: &'t str,
    /// The client's address, when it is one.
    pub(super) from: Option<IpAddr>,
    pub(super) user: &'t str,
    pub(super) time: Option<Timestamp>,
    pub(super) request: &'t str,
    pub(super) status: &'t str,
    pub(super) bytes: &'t str,
    pub(super) referer: Option<&'t str>,
    pub(super) agent: Option<&'t str>,
    pub(super) time_taken: Option<&'t str>,
    /// Whether a text in quotes has escapes of the logger.
    pub(super) escaped: bool,
}

/// `[host[:port]] client ident user [time] "request" status bytes ["referer" ["agent"] …]`
pub(super) fn parse(line: &str) -> Option<LineParts<'_>> {
    // Some collectors put the whole line in quotes.
    let line = match line.strip_prefix('"') {
        Some(inside) if line.ends_with("\"\"") => inside.strip_suffix('"').unwrap_or(inside),
        _ => line,
    };
    let (who, rest) = who_at_start(line).or_else(|| who_searched(line))?;
    let (time, rest) = time_in_place(rest).or_else(|| time_searched(rest))?;
    let mut request = quoted(without_blanks(rest))?;
    let mut rest = without_blanks(request.rest);
    // A proxy may put a text of the client in quotes before the request.
    if let Some(next) = quoted(rest)
        && next.text.contains(" HTTP/")
    {
        rest = without_blanks(next.rest);
        request = next;
    }
    let (status, rest) = status(rest)?;
    let (bytes, rest) = word(rest);
    let mut parts = LineParts {
        host: who.host,
        client: who.client,
        from: who.from,
        user: who.user,
        time,
        request: request.text,
        status,
        bytes: if bytes.is_empty() { "-" } else { bytes },
        referer: None,
        agent: None,
        time_taken: None,
        escaped: request.escaped,
    };
    parts.add_rest(rest);
    Some(parts)
}

impl<'t> LineParts<'t> {
    /// Adds what follows the number of bytes: texts in quotes, of which the first two are known, and words.
    fn add_rest(&mut self, rest: &'t str) {
        let mut rest = without_blanks(rest);
        let mut quotes = 0;
        while !rest.is_empty() {
            if let Some(quoted) = quoted(rest) {
                match quotes {
                    0 => self.referer = Some(quoted.text),
                    1 => self.agent = Some(quoted.text),
                    _ => {}
                }
                self.escaped |= quoted.escaped;
                quotes += 1;
                rest = without_blanks(quoted.rest);
            } else {
                let (one, after) = word(rest);
                // `$request_time` or `%D`, as people append them.
                if self.time_taken.is_none() && one.parse::<f64>().is_ok() {
                    self.time_taken = Some(one);
                }
                rest = without_blanks(after);
            }
        }
    }
}

/// Virtual host, client and user.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Who<'t> {
    host: Option<&'t str>,
    client: &'t str,
    from: Option<IpAddr>,
    user: &'t str,
}

/// An IPv4 address, `-` for the ident, a user of one word; and what follows the bracket of the time.
fn who_at_start(line: &str) -> Option<(Who<'_>, &str)> {
    let (from, length) = address::leading_v4(line.as_bytes())?;
    let (client, rest) = line.split_at_checked(length)?;
    let rest = rest.strip_prefix(" - ")?;
    let from = Some(IpAddr::V4(from));
    if let Some(after) = rest.strip_prefix("- [") {
        return Some((Who { host: None, client, from, user: "-" }, after));
    }
    let (user, after) = rest.split_once('[')?;
    let user = user.strip_suffix(' ').filter(|user| !user.is_empty())?;
    user.bytes()
        .all(|byte| byte.is_ascii_graphic())
        .then_some((Who { host: None, client, from, user }, after))
}

/// The text before the first bracket, cut into its parts, and the text after it.
fn who_searched(line: &str) -> Option<(Who<'_>, &str)> {
    let open = memchr::memchr(b'[', line.as_bytes())?;
    let (before, after) = line.split_at_checked(open)?;
    Some((who(before)?, after.get(1..)?))
}

/// Virtual host, client and user, from the text before the time. User names may hold blanks.
fn who(before: &str) -> Option<Who<'_>> {
    let (first, after_first) = word(before.trim_matches(' '));
    if let Some(found) = list(None, first, after_first) {
        return Some(found);
    }
    let (second, after_second) = word(after_first);
    if second.is_empty() {
        return None;
    }
    // With a virtual host there are four words, and the second is the client.
    if let Some(found) = list(Some(first), second, after_second) {
        return Some(found);
    }
    let is_client = |text: &str| text.contains(['.', ':']) && address::parse(text).is_some();
    if after_second.trim_start().contains(' ') && !is_client(first) && is_client(second) {
        let host = first.rsplit_once(':').filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()));
        let (_ident, user) = word(after_second);
        let host = Some(host.map_or(first, |(host, _)| host)).filter(|host| *host != "-");
        return Some(Who { host, client: second, from: address::parse(second), user: user.trim() });
    }
    let (_ident, user) = word(after_first);
    let user = user.trim();
    let user = if user.is_empty() { "-" } else { user };
    Some(Who { host: None, client: first, from: address::parse(first), user })
}

/// Client and user, where a list is in the place of the client: proxies add to `X-Forwarded-For`, and the first address
/// in it is the client.
fn list<'t>(host: Option<&'t str>, first: &'t str, after: &'t str) -> Option<Who<'t>> {
    const AROUND: [char; 2] = ['"', ' '];
    first.contains(',').then_some(())?;
    let (mut one, mut rest) = (first, after);
    let (mut client, mut from) = ("", None);
    loop {
        let mut parts = one.split(',').map(|part| part.trim_matches(AROUND));
        if from.is_none()
            && let Some(part) = parts.find(|part| address::parse(part).is_some())
        {
            (client, from) = (part, address::parse(part));
        }
        if !one.ends_with(',') {
            break;
        }
        (one, rest) = word(rest);
    }
    from?;
    let (_ident, user) = word(rest);
    let user = user.trim();
    Some(Who { host, client, from, user: if user.is_empty() { "-" } else { user } })
}

/// The time of 26 bytes that a text starts with, and what follows its bracket.
fn time_in_place(text: &str) -> Option<(Option<Timestamp>, &str)> {
    let time = clock::common_log_whole(text.as_bytes().first_chunk()?)?;
    Some((Some(time), text.get(26..)?.strip_prefix(']')?))
}

/// The text before the next bracket as a time, if it looks like one, and the text after it.
fn time_searched(text: &str) -> Option<(Option<Timestamp>, &str)> {
    let (time, rest) = text.split_once(']')?;
    let time = time.as_bytes();
    (time.get(2) == Some(&b'/')).then(|| (clock::common_log(time), rest))
}

/// The status that a text starts with, and what follows it.
fn status(text: &str) -> Option<(&str, &str)> {
    if let Some([a, b, c, b' ']) = text.as_bytes().first_chunk()
        && [a, b, c].into_iter().all(u8::is_ascii_digit)
    {
        return text.split_at_checked(3);
    }
    let (status, rest) = word(text);
    let known = status == "-" || status.len() == 3;
    (known && status.bytes().all(|b| b.is_ascii_digit() || b == b'-')).then_some((status, rest))
}

/// The first word of a text, and what follows it.
fn word(text: &str) -> (&str, &str) {
    let text = without_blanks(text);
    let end = memchr::memchr(b' ', text.as_bytes()).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

fn without_blanks(text: &str) -> &str {
    let blanks = text.bytes().take_while(|byte| *byte == b' ').count();
    text.get(blanks..).unwrap_or_default()
}

/// A text in quotes.
struct Quoted<'t> {
    text: &'t str,
    /// Whether there is a backslash in it.
    escaped: bool,
    /// What follows the quotes.
    rest: &'t str,
}

/// The text in the quotes that a text starts with.
fn quoted(text: &str) -> Option<Quoted<'_>> {
    let inside = text.strip_prefix('"')?;
    let (mut from, mut escaped) = (0, false);
    loop {
        let rest = inside.as_bytes().get(from..)?;
        let at = from + memchr::memchr2(b'"', b'\\', rest)?;
        if inside.as_bytes().get(at) == Some(&b'"') {
            return Some(Quoted { text: inside.get(..at)?, escaped, rest: inside.get(at + 1..)? });
        }
        escaped = true;
        from = at + 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_quote_ends_at_the_first_quote_that_is_not_escaped() {
        let shown = |text| quoted(text).map(|quoted| (quoted.text, quoted.escaped, quoted.rest));
        assert_eq!(shown(r#""a\"b" c"#), Some((r#"a\"b"#, true, " c")));
        assert_eq!(shown(r#""a\\" c"#), Some((r#"a\\"#, true, " c")));
        assert_eq!(shown(r#""a" \"#), Some(("a", false, r" \")));
        assert_eq!(shown(r#""a\"#), None);
        assert_eq!(shown("a"), None);
    }

    #[test]
    fn a_proxy_may_put_a_text_before_the_request() {
        let parts = parse(
            "192.0.2.1 - - [04/Aug/2025:09:52:56 +0200] \"-\" \"GET /a HTTP/1.1\" 200 25 0 \"-\" \"curl\"",
        )
        .unwrap();
        assert_eq!((parts.request, parts.status, parts.agent), ("GET /a HTTP/1.1", "200", Some("curl")));
    }

    #[test]
    fn a_virtual_host_may_come_before_the_client() {
        let shown = |before| who(before).map(|who| (who.host, who.client, who.user));
        assert_eq!(shown("192.0.2.1 - - "), Some((None, "192.0.2.1", "-")));
        assert_eq!(shown("192.0.2.1 - Jo Doe "), Some((None, "192.0.2.1", "Jo Doe")));
        assert_eq!(
            shown("www.port.example:443 192.0.2.1 - mo "),
            Some((Some("www.port.example"), "192.0.2.1", "mo"))
        );
        assert_eq!(shown("client.example - - "), Some((None, "client.example", "-")));
        assert_eq!(shown(""), None);
        assert_eq!(shown("192.0.2.1, 198.51.100.1 - mo "), Some((None, "192.0.2.1", "mo")));
        assert_eq!(shown("unknown, 2001:db8::1,192.0.2.9 - - "), Some((None, "2001:db8::1", "-")));
        assert_eq!(shown("\"192.0.2.1,198.51.100.1\" - - "), Some((None, "192.0.2.1", "-")));
        assert_eq!(
            shown("a.example 192.0.2.1, 198.51.100.1 - - "),
            Some((Some("a.example"), "192.0.2.1", "-"))
        );
    }

    #[test]
    fn the_usual_line_is_read_in_place() {
        let line = "192.0.2.1 - mo [12/Jun/2026:03:14:07 +0000] \"GET / HTTP/1.1\" 200 5";
        let (who, rest) = who_at_start(line).unwrap();
        assert_eq!((who.client, who.user), ("192.0.2.1", "mo"));
        assert_eq!(time_in_place(rest).unwrap().1, " \"GET / HTTP/1.1\" 200 5");
    }

    proptest! {
        #[test]
        fn what_is_read_in_place_is_what_a_search_finds(
            client in "[0-9.:]{7,9}|192\\.0\\.2\\.1|10\\.200\\.30\\.255|www\\.a\\.example(:1)? 1\\.2\\.3\\.4",
            user in "-|[a-z \\[\u{a0}]{0,3}|[ -~]{1,3}",
            time in "12/Jun/2026:03:14:07 [+-]0[0-9]30|[ 0-3][0-9]/[FJ][ea][bn]/20[0-9]{2}:[0-9]{2}.[0-9]{2}.[0-9]{2}( [-+ ][0-9]{3,5})?",
        ) {
            let line = format!("{client} - {user} [{time}] \"-\" 200 5");
            if let Some(placed) = who_at_start(&line) {
                prop_assert_eq!(Some(placed), who_searched(&line));
            }
            let rest = format!("{time}] \"-\" 200 5");
            if let Some(placed) = time_in_place(&rest) {
                prop_assert_eq!(Some(placed), time_searched(&rest));
            }
        }
    }
}

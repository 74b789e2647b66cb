//! Web access logs: Common, Combined, with virtual host before or after, nginx's default and its relatives.
//!
//! Apache's `mod_log_config` and nginx's `ngx_http_log_module` describe the forms. Fields are named as in
//! the W3C Extended Log Format, which Sigma's `webserver` category uses. Many SigmaHQ rules ask
//! `cs-uri-query` for the path as well (most exporters put the whole request target there), so that field
//! stands twice when it can: with the query, and with the whole target.
//!
//! A request that is no request line (`-`, TLS bytes) is a record all the same: it is what scanners send.

use crate::appliance::words;
use crate::chunk::{self, Chunk, Line};
use crate::draft::{Draft, Facts, Piece};
use crate::registry::Head;
use crate::run::{Options, Out, Reader};
use crate::trouble::Trouble;
use crate::{address, clock, syslog};
use model::{Field, LogSource, Record, Text, Value};
use std::sync::{Arc, LazyLock};

/// How many fields a line gives at the most.
const FIELDS: usize = 14;
/// How many of the first lines are looked at, and how many of them must be of this format.
const LOOKED_AT: usize = 10;

/// A web access log.
struct Access {
    log: LogSource,
}

pub(crate) fn recognise(head: &Head<'_>) -> bool {
    let (good, all) = head.lines(LOOKED_AT).fold((0, 0), |(good, all), line| {
        // Behind a head of syslog, the message is for the reader of syslog.
        let own = !syslog::is_headed(line) && parse(line).is_some_and(|parts| parts.status != "-");
        (good + usize::from(own), all + 1)
    });
    all > 0 && good * 2 > all
}

pub(crate) fn reader(_: &Head<'_>, _: &Options) -> Arc<dyn Reader> {
    let log = LogSource { product: None, service: None, categories: vec!["webserver".into()] };
    Arc::new(Access { log })
}

impl Reader for Access {
    fn read(&self, chunk: &Chunk, out: &mut Out<'_>) {
        let text = chunk::text(chunk, out.line_bytes_max, out.tally);
        let mut unescaped = Unescaped::default();
        for line in chunk::lines(chunk, &text, out.line_bytes_max) {
            if line.cut {
                out.tally.troubles.add(Trouble::TooLong, line.number);
            }
            match parse(line.text) {
                Some(parts) => self.record(&line, &parts, &mut unescaped, out),
                None => {
                    if !line.cut {
                        out.tally.troubles.add(Trouble::NotOfFormat, line.number);
                    }
                    out.record(&bare(&line, &self.log));
                }
            }
        }
    }
}

/// A record of nothing but its bytes.
pub(crate) fn bare<'l>(line: &Line<'l>, log: &'l LogSource) -> Record<'l> {
    Record {
        number: line.number,
        time: None,
        log,
        host: None,
        account: None,
        from: None,
        to: None,
        fields: &[],
        raw: line.raw,
        text: Text::Raw,
    }
}

/// A line that came as the message of syslog.
pub(crate) fn message<'c>(text: &'c str, draft: &mut Draft<'c>) -> Option<Facts<'c, 'static>> {
    memchr::memmem::find(text.as_bytes(), b"] \"")?;
    let parts = parse(text)?;
    let piece = |text: &'c str, draft: &mut Draft<'c>| {
        let mut told = String::new();
        if escaped(text) {
            unescape(text, &mut told);
            draft.keep(&told)
        } else {
            Piece::Chunk(text)
        }
    };
    let line = piece(parts.request, draft);
    let written = draft.text(line).to_owned();
    let request = Request::of(&written);
    let target = Some(request.target).filter(|target| *target != "-");
    for (name, part) in [
        ("cs-method", request.method),
        ("cs-uri", target),
        ("cs-uri-stem", target.map(|_| request.stem)),
        ("cs-uri-query", request.query),
        ("cs-uri-query", target),
        ("cs-version", request.version),
    ] {
        if let Some((start, end)) = part.and_then(|part| words::place(&written, part)) {
            let value = draft.part(line, start, end);
            draft.push(Piece::Chunk(name), Some(value));
        }
    }
    for (name, value) in [
        ("c-ip", Some(parts.client)),
        ("cs-username", Some(parts.user)),
        ("sc-status", Some(parts.status)),
        ("sc-bytes", Some(parts.bytes)),
        ("cs-referer", parts.referer),
        ("cs-user-agent", parts.agent),
        ("cs-host", parts.host),
        ("time-taken", parts.time_taken),
    ] {
        if let Some(value) = value.filter(|value| *value != "-") {
            let value = piece(value, draft);
            draft.push(Piece::Chunk(name), Some(value));
        }
    }
    let mut facts = Facts::of(&WEB);
    facts.time = clock::common_log(parts.time.as_bytes());
    facts.account = Some(parts.user).filter(|user| *user != "-").map(Piece::Chunk);
    facts.from = address::parse(parts.client);
    Some(facts)
}

static WEB: LazyLock<LogSource> =
    LazyLock::new(|| LogSource { product: None, service: None, categories: vec!["webserver".into()] });

impl Access {
    fn record(&self, line: &Line<'_>, parts: &Parts<'_>, unescaped: &mut Unescaped, out: &mut Out<'_>) {
        unescaped.set(parts);
        let request = unescaped.or(0, parts.request);
        let referer = parts.referer.map(|text| unescaped.or(1, text));
        let agent = parts.agent.map(|text| unescaped.or(2, text));
        let request = Request::of(request);
        let target = Some(request.target).filter(|target| *target != "-");
        let mut fields = Fields::default();
        let some = |text| if text == "-" { None } else { Some(text) };
        fields.push("c-ip", Some(parts.client));
        fields.push("cs-username", some(parts.user));
        fields.push("cs-method", request.method);
        fields.push("cs-uri", target);
        fields.push("cs-uri-stem", target.map(|_| request.stem));
        fields.push("cs-uri-query", request.query);
        fields.push("cs-uri-query", target);
        fields.push("cs-version", request.version);
        fields.push("sc-status", some(parts.status));
        fields.push("sc-bytes", some(parts.bytes));
        fields.push("cs-referer", referer.and_then(some));
        fields.push("cs-user-agent", agent.and_then(some));
        fields.push("cs-host", parts.host);
        fields.push("time-taken", parts.time_taken);
        out.record(&Record {
            number: line.number,
            time: clock::common_log(parts.time.as_bytes()),
            log: &self.log,
            host: None,
            account: some(parts.user),
            from: address::parse(parts.client),
            to: None,
            fields: fields.all(),
            raw: line.raw,
            text: Text::Raw,
        });
    }
}

/// The fields of a line, without the heap.
struct Fields<'t> {
    fields: [Field<'t>; FIELDS],
    count: usize,
}

impl Default for Fields<'_> {
    fn default() -> Self {
        Self { fields: [Field { name: "", value: Value::Null }; FIELDS], count: 0 }
    }
}

impl<'t> Fields<'t> {
    fn push(&mut self, name: &'static str, value: Option<&'t str>) {
        if let (Some(value), Some(field)) = (value, self.fields.get_mut(self.count)) {
            *field = Field { name, value: Value::Text(value) };
            self.count += 1;
        }
    }

    fn all(&self) -> &[Field<'t>] {
        self.fields.get(..self.count).unwrap_or_default()
    }
}

/// The parts of a line, as they stand there.
#[derive(Clone, Copy)]
struct Parts<'t> {
    host: Option<&'t str>,
    client: &'t str,
    user: &'t str,
    time: &'t str,
    request: &'t str,
    status: &'t str,
    bytes: &'t str,
    referer: Option<&'t str>,
    agent: Option<&'t str>,
    time_taken: Option<&'t str>,
}

/// `[host[:port]] client ident user [time] "request" status bytes ["referer" ["agent"] …]`
fn parse(line: &str) -> Option<Parts<'_>> {
    // Some collectors put the whole line in quotes.
    let line = match line.strip_prefix('"') {
        Some(inside) if line.ends_with("\"\"") => inside.strip_suffix('"').unwrap_or(inside),
        _ => line,
    };
    let open = memchr::memchr(b'[', line.as_bytes())?;
    let (before, after) = line.split_at_checked(open)?;
    let (host, client, user) = who(before)?;
    let close = memchr::memchr(b']', after.as_bytes())?;
    let time = after.get(1..close)?;
    if !matches!(time.as_bytes().get(2), Some(b'/')) {
        return None;
    }
    let (mut request, mut rest) = quoted(after.get(close + 1..)?.trim_start_matches(' '))?;
    // What a proxy told of the client may stand in quotes before the request.
    if let Some((next, after)) = quoted(rest.trim_start_matches(' '))
        && next.contains(" HTTP/")
    {
        (request, rest) = (next, after);
    }
    let mut words = rest.trim_start_matches(' ');
    let status = word(&mut words);
    if status.len() != 3 && status != "-" || !status.bytes().all(|b| b.is_ascii_digit() || b == b'-') {
        return None;
    }
    let bytes = word(&mut words);
    let mut parts = Parts {
        host,
        client,
        user,
        time,
        request,
        status,
        bytes: if bytes.is_empty() { "-" } else { bytes },
        referer: None,
        agent: None,
        time_taken: None,
    };
    let mut rest = words.trim_start_matches(' ');
    let mut quotes = 0;
    while !rest.is_empty() {
        if let Some((text, after)) = quoted(rest) {
            match quotes {
                0 => parts.referer = Some(text),
                1 => parts.agent = Some(text),
                _ => {}
            }
            quotes += 1;
            rest = after.trim_start_matches(' ');
        } else {
            let mut words = rest;
            let one = word(&mut words);
            // `$request_time` or `%D`, as people append them.
            if parts.time_taken.is_none() && one.parse::<f64>().is_ok() {
                parts.time_taken = Some(one);
            }
            rest = words.trim_start_matches(' ');
        }
    }
    Some(parts)
}

/// Virtual host, client and user, from what stands before the time. User names may hold blanks.
fn who(before: &str) -> Option<(Option<&str>, &str, &str)> {
    let mut rest = before.trim_matches(' ');
    let first = word(&mut rest);
    let rest_after_first = rest;
    let second = word(&mut rest);
    if second.is_empty() {
        return None;
    }
    // With a virtual host there are four words, and the second is the client.
    let is_client = |text: &str| text.contains(['.', ':']) && address::parse(text).is_some();
    if rest.trim_start().contains(' ') && !is_client(first) && is_client(second) {
        let host = first.rsplit_once(':').filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()));
        let mut rest = rest;
        let _ident = word(&mut rest);
        let host = Some(host.map_or(first, |(host, _)| host)).filter(|host| *host != "-");
        return Some((host, second, rest.trim()));
    }
    let mut rest = rest_after_first;
    let _ident = word(&mut rest);
    let user = rest.trim();
    Some((None, first, if user.is_empty() { "-" } else { user }))
}

/// Takes the next word off a text.
fn word<'t>(text: &mut &'t str) -> &'t str {
    let trimmed = text.trim_start_matches(' ');
    let end = memchr::memchr(b' ', trimmed.as_bytes()).unwrap_or(trimmed.len());
    let (word, rest) = trimmed.split_at_checked(end).unwrap_or((trimmed, ""));
    *text = rest;
    word
}

/// What stands in the quotes that a text starts with, and what follows them.
fn quoted(text: &str) -> Option<(&str, &str)> {
    let inside = text.strip_prefix('"')?;
    let mut from = 0;
    loop {
        let rest = inside.as_bytes().get(from..)?;
        let at = from + memchr::memchr2(b'"', b'\\', rest)?;
        if inside.as_bytes().get(at) == Some(&b'"') {
            return Some((inside.get(..at)?, inside.get(at + 1..)?));
        }
        from = at + 2;
    }
}

/// A request line, taken apart.
struct Request<'t> {
    method: Option<&'t str>,
    target: &'t str,
    stem: &'t str,
    query: Option<&'t str>,
    version: Option<&'t str>,
}

impl<'t> Request<'t> {
    fn of(line: &'t str) -> Self {
        let (method, rest) = match line.split_once(' ') {
            Some((method, rest)) if !method.is_empty() && method.bytes().all(is_token) => {
                (Some(method), rest)
            }
            _ => (None, line),
        };
        let (target, version) = match rest.rsplit_once(' ') {
            Some((target, version)) if version.starts_with("HTTP/") => (target, Some(version)),
            _ => (rest, None),
        };
        let (stem, query) = match target.split_once('?') {
            Some((stem, query)) => (stem, Some(query)),
            None => (target, None),
        };
        Self { method, target, stem, query, version }
    }
}

/// RFC 9110 section 5.6.2, as far as methods use it.
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'!' | b'.' | b'*')
}

/// Request, referer and agent of a line without the escapes of the logger.
#[derive(Default)]
struct Unescaped([String; 3]);

impl Unescaped {
    fn set(&mut self, parts: &Parts<'_>) {
        let texts = [parts.request, parts.referer.unwrap_or_default(), parts.agent.unwrap_or_default()];
        for (slot, text) in self.0.iter_mut().zip(texts) {
            if escaped(text) {
                slot.clear();
                unescape(text, slot);
            }
        }
    }

    /// The text, or what was made of it.
    fn or<'t>(&'t self, slot: usize, text: &'t str) -> &'t str {
        if escaped(text) { self.0.get(slot).map_or("", String::as_str) } else { text }
    }
}

fn escaped(text: &str) -> bool {
    memchr::memchr(b'\\', text.as_bytes()).is_some()
}

/// `\"`, `\\` and `\x22` (only where it is a printable ASCII character) become what they stand for; other
/// escapes are left as they are, since what they stand for need not be text.
fn unescape(text: &str, to: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        to.push_str(rest.get(..at).unwrap_or_default());
        let after = rest.get(at + 1..).unwrap_or_default();
        let hex = after.strip_prefix('x').and_then(|hex| u8::from_str_radix(hex.get(..2)?, 16).ok());
        let (character, used) = match (after.as_bytes().first(), hex) {
            (Some(b'"'), _) => ('"', 1),
            (Some(b'\\'), _) => ('\\', 1),
            (_, Some(byte)) if matches!(byte, b' '..=b'~') => (char::from(byte), 3),
            _ => ('\\', 0),
        };
        to.push(character);
        rest = after.get(used..).unwrap_or_default();
    }
    to.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_of_the_logger_are_resolved_and_others_are_kept() {
        let mut text = String::new();
        unescape(r#"a\"b\\c\x22d\x16e\n\"#, &mut text);
        assert_eq!(text, r#"a"b\c"d\x16e\n\"#);
    }

    #[test]
    fn a_quote_ends_at_the_first_quote_that_is_not_escaped() {
        assert_eq!(quoted(r#""a\"b" c"#), Some((r#"a\"b"#, " c")));
        assert_eq!(quoted(r#""a\\" c"#), Some((r#"a\\"#, " c")));
        assert_eq!(quoted(r#""a\"#), None);
        assert_eq!(quoted("a"), None);
    }

    #[test]
    fn what_a_proxy_told_may_stand_before_the_request() {
        let parts = parse(
            "192.0.2.1 - - [04/Aug/2025:09:52:56 +0200] \"-\" \"GET /a HTTP/1.1\" 200 25 0 \"-\" \"curl\"",
        )
        .unwrap();
        assert_eq!((parts.request, parts.status, parts.agent), ("GET /a HTTP/1.1", "200", Some("curl")));
    }

    #[test]
    fn a_virtual_host_stands_before_the_client() {
        assert_eq!(who("192.0.2.1 - - "), Some((None, "192.0.2.1", "-")));
        assert_eq!(who("192.0.2.1 - Jo Doe "), Some((None, "192.0.2.1", "Jo Doe")));
        assert_eq!(
            who("www.port.example:443 192.0.2.1 - mo "),
            Some((Some("www.port.example"), "192.0.2.1", "mo"))
        );
        assert_eq!(who("client.example - - "), Some((None, "client.example", "-")));
        assert_eq!(who(""), None);
    }
}

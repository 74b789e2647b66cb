//! Messages of HAProxy.
//!
//! "HAProxy Configuration Manual", chapter 8, "Logging": the default (`Connect from … to …`), TCP, HTTP and error
//! formats begin with the client and the time of acceptance.

use crate::names::log_source::log_source as source;
use crate::record::draft::{Draft, Facts};
use crate::record::words::{self, address_after, word};
use crate::record::{address, clock};
use model::LogSource;
use std::sync::LazyLock;

/// `192.0.2.1:65276 [29/Feb/2024:15:01:18.909] http~ backend/server 0/0/0/5/5 200 7500 … "GET / HTTP/1.1"`.
pub(crate) fn read<'c>(text: &'c str, draft: &mut Draft<'c>) -> Option<Facts<'c, 'static>> {
    let text = text.trim_start();
    if text.starts_with("Connect from ") && text.contains(" to ") {
        let mut facts = Facts::of(&HAPROXY);
        facts.from = address_after(text, &["Connect from "]);
        facts.to = address_after(text, &[" to "]);
        facts.from?;
        return Some(facts);
    }
    let (client, rest) = words::split(text, " [")?;
    // The port is last, also behind an address of version 6 without brackets.
    let (address, port) = client.rsplit_once(':')?;
    (!port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit())).then_some(())?;
    let from = address::parse(address)?;
    let (time, rest) = words::split(rest, "] ")?;
    let time = clock::common_log(time.get(..20)?.as_bytes())?;
    let mut words = rest.split(' ');
    let frontend = words.next()?;
    draft.push_text("frontend", frontend.trim_end_matches(['~', ':']));
    let mut facts = Facts::of(&WEB);
    facts.from = Some(from);
    (facts.time, facts.local) = (Some(time), true);
    draft.push_text("c-ip", client);
    let server = words.next().unwrap_or_default();
    if server.contains('/') {
        draft.push_text("backend", server);
    }
    let (times, status) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    // Of a connection that is not HTTP there are three times, and bytes follow them.
    if times.split('/').count() == 5 && status.len() == 3 && status.bytes().all(|byte| byte.is_ascii_digit())
    {
        draft.push_text("sc-status", status);
    }
    request(rest, draft);
    Some(facts)
}

/// The request in quotes.
fn request<'c>(text: &'c str, draft: &mut Draft<'c>) {
    let Some((_, quoted)) = words::split(text, " \"") else { return };
    let end = quoted.rfind('"').unwrap_or(quoted.len());
    let mut words = quoted.get(..end).unwrap_or_default().split_ascii_whitespace();
    let (Some(method), Some(target)) = (words.next(), words.next()) else { return };
    draft.push_text("cs-method", method);
    draft.push_text("cs-uri", target);
    let stem = target.split('?').next().unwrap_or(target);
    draft.push_text("cs-uri-stem", stem);
    if let Some((_, query)) = target.split_once('?') {
        draft.push_text("cs-uri-query", query);
    }
    draft.push_text("cs-uri-query", word(target));
}

static WEB: LazyLock<LogSource> = LazyLock::new(|| source(None, None, &["webserver"]));
static HAPROXY: LazyLock<LogSource> = LazyLock::new(|| source(Some("haproxy"), None, &[]));

#[cfg(test)]
mod tests {
    use super::super::tests::time_host_and_sides;
    use super::*;

    #[test]
    fn requests_connections_and_errors() {
        for (text, expected) in [
            (
                "192.0.2.1:65276 [29/Feb/2024:15:01:18.909] http~ be/s1 0/0/0/5/5 200 7500 - - ---- 1/1/0/0/0 0/0 \"GET /a?b=c HTTP/1.1\"",
                "2024-02-29T15:01:18Z - - 192.0.2.1 -",
            ),
            (
                "2001:db8::1:443 [06/Feb/2009:12:12:51.443] fnt bck/srv1 0/0/5007 212 -- 0/0/0/0/3 0/0",
                "2009-02-06T12:12:51Z - - 2001:db8::1 -",
            ),
            (
                "192.0.2.1:53994 [25/Jan/2023:04:05:30.143] ft-https/1: SSL handshake failure",
                "2023-01-25T04:05:30Z - - 192.0.2.1 -",
            ),
            (
                "Connect from 192.0.2.1:49780 to 198.51.100.1:443 (HTTPS-IN/HTTP)",
                "- - - 192.0.2.1 198.51.100.1",
            ),
        ] {
            assert_eq!(time_host_and_sides(text), expected, "{text}");
        }
        let mut draft = Draft::default();
        read(
            "192.0.2.1:1 [29/Feb/2024:15:01:18.909] h b/s 0/0/0/5/5 404 7 - - ---- 1/1/0/0/0 0/0 \"GET /a?b=c HTTP/1.1\"",
            &mut draft,
        );
        assert_eq!((draft.get("sc-status"), draft.get("cs-uri-stem")), (Some("404"), Some("/a")));
        let mut draft = Draft::default();
        read("192.0.2.1:1 [06/Feb/2009:12:12:51.443] fnt bck/srv1 0/0/5007 212 -- 0/0/0/0/3 0/0", &mut draft);
        assert_eq!(draft.get("sc-status"), None, "bytes are no status");
    }
}

//! Messages of Postfix, and of programs that work beside it: SPF and greylisting policies, SpamAssassin.
//!
//! Postfix' own sources: `queue-id: key=value, …`, sessions (`connect from name[192.0.2.1]`), `NOQUEUE`. The one
//! who connects is `client=`, the next server `relay=`; both are `name[address]`.

use crate::formats::key_values;
use crate::names::log_source::log_source as source;
use crate::record::draft::{Draft, Facts, Piece};
use crate::record::words::{self, address_after, after, between, endpoint, name_after, word};
use model::LogSource;
use std::net::IpAddr;
use std::sync::LazyLock;

/// The beginnings of messages that no other program writes.
const STARTS: [&str; 26] = [
    "NOQUEUE: ",
    "connect from ",
    "connect to ",
    "disconnect from ",
    "lost connection after ",
    "timeout after ",
    "too many errors after ",
    "improper command pipelining after ",
    "SSL_accept error from ",
    "setting up TLS connection from ",
    "statistics: max ",
    "Anonymous TLS connection established ",
    "Trusted TLS connection established ",
    "Untrusted TLS connection established ",
    "Verified TLS connection established ",
    "action=greylist, ",
    "action=pass, ",
    "whitelisted: ",
    "proxy-accept: ",
    "prepend Received-SPF: ",
    "Action: prepend",
    "warning: hostname ",
    "spamd: result: ",
    "spamd: connection from ",
    "spamd: processing message ",
    "spamd: clean message ",
];
/// The results of an SPF policy, which names the address next.
const SPF: [&str; 7] =
    ["Pass; ", "Fail; ", "None; ", "Neutral; ", "Softfail; ", "Permerror; ", "Temperror; "];

/// A message that is Postfix's by its beginning.
pub(crate) fn read<'c>(text: &'c str, draft: &mut Draft<'c>) -> Option<Facts<'c, 'static>> {
    let text = text.trim_start();
    let starts = |starts: &[&str]| starts.iter().any(|start| text.starts_with(start));
    let queued = words::split(text, ": ").filter(|(id, rest)| is_queue_id(id) && is_about_mail(rest));
    let spf = starts(&SPF) && text.contains("identity=");
    let sasl = text.starts_with("warning: ") && text.contains(": SASL ");
    (queued.is_some() || spf || sasl || starts(&STARTS)).then(|| facts(text, queued, draft))
}

/// A message of one of Postfix' programs.
pub(crate) fn of_program<'c>(text: &'c str, draft: &mut Draft<'c>) -> Option<Facts<'c, 'static>> {
    let queued = words::split(text, ": ").filter(|(id, _)| is_queue_id(id));
    Some(facts(text, queued, draft))
}

/// Short identifiers are hexadecimal in capitals, long ones of letters and digits without vowels.
fn is_queue_id(text: &str) -> bool {
    let short = (6..=12).contains(&text.len())
        && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'A'..=b'F'))
        && text.bytes().any(|byte| byte.is_ascii_digit());
    let long = (12..=20).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && text.bytes().any(|byte| byte.is_ascii_digit())
        && text.bytes().any(|byte| byte.is_ascii_lowercase())
        && text.bytes().any(|byte| byte.is_ascii_uppercase());
    short || long
}

fn is_about_mail(text: &str) -> bool {
    const STARTS: [&str; 18] = [
        "client=",
        "from=<",
        "to=<",
        "to=",
        "message-id=",
        "uid=",
        "removed",
        "host ",
        "warning: ",
        "reject: ",
        "filter: ",
        "prepend: ",
        "replace: ",
        "hold: ",
        "Used TLS ",
        "action=",
        "sender ",
        "lost connection with ",
    ];
    STARTS.iter().any(|start| text.starts_with(start))
}

fn facts<'c>(text: &'c str, queued: Option<(&'c str, &'c str)>, draft: &mut Draft<'c>) -> Facts<'c, 'static> {
    let body = queued.map_or(text, |(_, body)| body);
    if let Some((id, _)) = queued {
        draft.push_text("queue_id", id);
    }
    let listed = ["client=", "to=", "from=<", "action=", "uid="].iter().any(|start| body.starts_with(start));
    if listed {
        key_values::push(body, draft);
    }
    let mut facts = Facts::of(&POSTFIX);
    let account = name_after(text, &["sasl_username="]);
    let account = account.or_else(|| is_spamd(text).then(|| name_after(text, &[",user=", "for "]))?);
    facts.account = account.map(|name| Piece::Chunk(name.split(':').next().unwrap_or(name)));
    facts.to = to(body);
    facts.from = from(body);
    facts
}

/// Whether a text is of SpamAssassin, which names itself in the text, or in syslog's head alone.
fn is_spamd(text: &str) -> bool {
    ["spamd: ", "result: ", "processing message "].iter().any(|start| text.starts_with(start))
}

/// Of `name[192.0.2.1]:25` after a mark.
fn bracketed(text: &str, marks: &[&str]) -> Option<IpAddr> {
    marks.iter().find_map(|mark| {
        let rest = word(after(text, mark)?);
        endpoint(between(rest, "[", "]").unwrap_or(rest))
    })
}

fn to(body: &str) -> Option<IpAddr> {
    if body.starts_with("host ") {
        return bracketed(body, &["host "]);
    }
    if body.starts_with("connect to ") || body.contains("TLS connection established to ") {
        return bracketed(body, &["connect to ", "established to "]);
    }
    if body.starts_with("Used TLS for ") {
        return bracketed(body, &["Used TLS for "]);
    }
    bracketed(body, &["relay="])
}

fn from(body: &str) -> Option<IpAddr> {
    // `warning: a.example[192.0.2.1]: SASL LOGIN authentication failed`
    if let Some((before, _)) = words::split(body, ": SASL ") {
        return bracketed(before, &["warning: "]);
    }
    // A header may hold anything, also `from`: what Postfix adds is last.
    if body.contains("header ")
        && let Some((before, _)) = body.rsplit_once("; from=")
    {
        return endpoint(before.rsplit('[').next()?.trim_end_matches(']'));
    }
    if let Some(connection) = between(body, "spamd: connection from ", " to port") {
        return endpoint(connection.rsplit('[').next()?.split(']').next()?);
    }
    let marks = ["client=", "client-ip=", "client_address=", "RCPT from ", "rhost=", " to address "];
    if let Some(address) = bracketed(body, &marks) {
        return Some(address);
    }
    if body.starts_with("statistics: ") {
        return endpoint(between(body, "(", ")")?);
    }
    if body.starts_with("whitelisted: ") {
        return bracketed(body, &["whitelisted: "]);
    }
    bracketed(body, &[" from ", "from "]).or_else(|| address_after(body, &["raddr="]))
}

static POSTFIX: LazyLock<LogSource> = LazyLock::new(|| source(Some("linux"), Some("postfix"), &[]));

#[cfg(test)]
mod tests {
    use super::super::tests::account_and_sides;

    #[test]
    fn clients_relays_and_accounts() {
        for (text, expected) in [
            (
                "486D13F8B7: client=a.example[192.0.2.1], sasl_method=LOGIN, sasl_username=mo@a.example",
                "mo@a.example 192.0.2.1 -",
            ),
            (
                "7B3643F820: to=<mo@a.example>, relay=mx.example[198.51.100.1]:25, delay=1, status=sent (250 ok)",
                "- - 198.51.100.1",
            ),
            ("connect from unknown[2001:db8::1]", "- 2001:db8::1 -"),
            (
                "warning: unknown[192.0.2.1]: SASL LOGIN authentication failed: no, sasl_username=mo",
                "mo 192.0.2.1 -",
            ),
            (
                "NOQUEUE: reject: RCPT from a.example[192.0.2.1]: 554 5.7.1 <b>: no; from=<c@d.example> to=<e@f.example>",
                "- 192.0.2.1 -",
            ),
            (
                "53C2C140E40: host mx.example[198.51.100.1] said: 432 4.3.2 limit (in reply to end of DATA command)",
                "- - 198.51.100.1",
            ),
            (
                "Pass; identity=mailfrom; client-ip=192.0.2.1; helo=a.example; envelope-from=b@c.example",
                "- 192.0.2.1 -",
            ),
            (
                "7B3643F820: warning: header Subject: from [203.0.113.9] me from a.example[192.0.2.1]; from=<b@c.example> to=<d@e.example>",
                "- 192.0.2.1 -",
            ),
            ("DEADBEEF: something else", ""),
        ] {
            assert_eq!(account_and_sides(text), expected, "{text}");
        }
    }
}

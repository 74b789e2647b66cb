//! Error logs of Apache and nginx.
//!
//! Apache's `ErrorLogFormat` as it is by default (2.2 and 2.4) and nginx's `error_log`. Both write local time
//! without zone, read as UTC, which the document's problems say once. Sigma's category `webserver`, with the
//! services `apache` and `nginx`, which SigmaHQ's rules on error logs ask for; those look for words in `message`.

use crate::names::log_source::log_source;
use crate::record::draft::{Draft, Facts, Piece};
use crate::record::{address, clock, words};
use model::{Date, LogSource};
use std::sync::LazyLock;

/// A line of either.
pub(crate) fn line<'c>(text: &'c str, draft: &mut Draft<'c>) -> Option<Facts<'c, 'static>> {
    if text.starts_with('[') { apache(text, draft) } else { nginx(text, draft) }
}

/// `[Wed Jun 12 03:14:15.123456 2024] [core:error] [pid 12:tid 34] [client 192.0.2.1:54321] AH00126: …`.
fn apache<'c>(text: &'c str, draft: &mut Draft<'c>) -> Option<Facts<'c, 'static>> {
    let (time, mut rest) = text.strip_prefix('[')?.split_once("] ")?;
    let mut words = time.split_ascii_whitespace().skip(1);
    let (month, day) = (clock::month(words.next()?.as_bytes())?, words.next()?.parse().ok()?);
    let (clock, year) = (words.next()?, words.next()?.parse().ok()?);
    let mut facts = Facts { local: true, ..Facts::of(&APACHE) };
    facts.time = clock::at(Date::new(year, month, day)?, clock);
    let (level, after) = rest.strip_prefix('[')?.split_once(']')?;
    rest = after.trim_start();
    let (module, level) = level.split_once(':').unwrap_or(("", level));
    if !module.is_empty() {
        draft.push_text("module", module);
    }
    draft.push_text("level", level);
    while let Some((inside, after)) = rest.strip_prefix('[').and_then(|inside| inside.split_once(']')) {
        if let Some(pid) = inside.strip_prefix("pid ") {
            draft.push_text("pid", pid.split(':').next().unwrap_or(pid));
        } else if let Some(client) = inside.strip_prefix("client ") {
            draft.push_text("c-ip", client);
            facts.from = address::parse(client);
        } else {
            break;
        }
        rest = after.trim_start();
    }
    draft.push_text("message", rest);
    Some(facts)
}

/// `2024/06/12 03:14:15 [error] 12#34: *5 open() … failed, client: 192.0.2.1, server: _, request: "GET / …"`.
fn nginx<'c>(text: &'c str, draft: &mut Draft<'c>) -> Option<Facts<'c, 'static>> {
    let (stamp, rest) = words::split(text, " [")?;
    let (day, clock) = stamp.split_once(' ')?;
    let mut parts = day.split('/').map(|part| part.parse::<u32>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    let (level, rest) = words::split(rest, "] ")?;
    let (process, message) = words::split(rest, ": ")?;
    let (pid, _) = process.split_once('#')?;
    let mut facts = Facts { local: true, ..Facts::of(&NGINX) };
    facts.time = clock::at(Date::new(i32::try_from(year).ok()?, month, day)?, clock);
    facts.time?;
    draft.push_text("level", level);
    draft.push_text("pid", pid);
    draft.push_text("message", message);
    for (before, name) in [
        (", client: ", "c-ip"),
        (", server: ", "server"),
        (", upstream: ", "upstream"),
        (", host: ", "cs-host"),
        (", referrer: ", "cs-referer"),
    ] {
        if let Some((_, after)) = message.split_once(before) {
            let end = after.find(", ").unwrap_or(after.len());
            draft.push_text(name, after.get(..end).unwrap_or_default().trim_matches('"'));
        }
    }
    if let Some((_, request)) = words::split(message, ", request: \"") {
        let request = request.split_once('"').map_or(request, |(request, _)| request);
        let mut words = request.split(' ');
        if let (Some(method), Some(target)) = (words.next(), words.next()) {
            draft.push_text("cs-method", method);
            draft.push_text("cs-uri", target);
        }
    }
    facts.from = draft.get("c-ip").and_then(address::parse);
    Some(facts)
}

fn source(service: &str) -> LogSource {
    log_source(None, Some(service), &["webserver"])
}

static APACHE: LazyLock<LogSource> = LazyLock::new(|| source("apache"));
static NGINX: LazyLock<LogSource> = LazyLock::new(|| source("nginx"));

/// A line of Squid's native log: time, milliseconds, client, result/status, bytes, method, target, user, peer.
pub(crate) fn squid<'c>(text: &'c str, draft: &mut Draft<'c>) -> Option<Facts<'c, 'static>> {
    text.as_bytes().first().filter(|first| first.is_ascii_digit())?;
    let mut words = text.split_ascii_whitespace();
    let time = words.next().filter(|time| time.contains('.')).and_then(clock::epoch)?;
    let elapsed = words.next().filter(|word| word.bytes().all(|byte| byte.is_ascii_digit()))?;
    let (client, result) = (words.next()?, words.next()?);
    let (result, status) = result.split_once('/').filter(|(result, _)| result.contains('_'))?;
    let (bytes, method, target) = (words.next()?, words.next()?, words.next()?);
    let user = words.next()?;
    let mut facts = Facts { time: Some(time), from: address::parse(client), ..Facts::of(&PROXY) };
    for (name, value) in [
        ("src_ip", client),
        ("time-taken", elapsed),
        ("action", result),
        ("sc-status", status),
        ("sc-bytes", bytes),
        ("cs-method", method),
        ("c-uri", target),
        ("cs-username", user),
    ] {
        if value != "-" {
            draft.push_text(name, value);
        }
    }
    let host = target.split_once("://").map_or(target, |(_, rest)| rest);
    let host = host.split(['/', '?']).next().unwrap_or(host);
    let host =
        host.rsplit_once(':').filter(|(_, port)| port.parse::<u16>().is_ok()).map_or(host, |(host, _)| host);
    draft.push_text("cs-host", host);
    // Without a peer, the target itself may be an address.
    let peer = words.next().and_then(|peer| address::parse(peer.split_once('/')?.1));
    facts.to = peer.or_else(|| address::parse(host));
    facts.account = Some(user).filter(|user| *user != "-").map(Piece::Chunk);
    Some(facts)
}

static PROXY: LazyLock<LogSource> = LazyLock::new(|| log_source(None, None, &["proxy"]));

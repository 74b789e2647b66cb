//! Messages of VMware ESXi and vCenter Server.
//!
//! "VMware vSphere Monitoring": agents (`hostd`, `vpxa`, `vpxd`, …) write `level name[thread] [Originator@6876
//! sub=… opID=… user=…] text`; vCenter's events are `Event [id] [part] [time] [type] [level] [user] [datacenter]
//! [chain] [text]`. The text says who logs on and from where.

use crate::names::log_source::log_source as source;
use crate::record::draft::{Draft, Facts, Piece};
use crate::record::words::{self, address_after, after, between, endpoint, name_after, named, word};
use crate::record::{address, clock};
use model::{LogSource, Timestamp};
use std::net::IpAddr;
use std::sync::LazyLock;

/// How far into a text its head may go.
const HEAD_BYTES_MAX: usize = 256;

/// A text that is VMware's by its beginning.
pub(crate) fn read<'c>(text: &'c str, draft: &mut Draft<'c>) -> Option<Facts<'c, 'static>> {
    let text = text.trim_start();
    if let Some(rest) = text.strip_prefix("Event [") {
        return event(rest, draft);
    }
    let mut head = text.len().min(HEAD_BYTES_MAX);
    while !text.is_char_boundary(head) {
        head -= 1;
    }
    let head = text.get(..head)?;
    let marks = ["[Originator@", "[vSAN@", "[vob.user.", "[GenericCorrelator]", "vmware.sso.", "com.vmware."];
    if let Some(facts) = bracketed(text) {
        return Some(facts);
    }
    let named = words::find(head, "vmware").is_some();
    let bracket = memchr::memchr(b'[', head.as_bytes()).is_some();
    let known = (named || bracket) && marks.iter().any(|mark| head.contains(mark))
        || bracket && head.contains("[auditlogger]") && text.contains("\"type\":\"com.vmware.sso.");
    known.then(|| agent(text, draft))
}

/// A message of one of VMware's own programs.
pub(crate) fn of_program<'c>(text: &'c str, draft: &mut Draft<'c>) -> Option<Facts<'c, 'static>> {
    read(text, draft).or_else(|| Some(agent(text, draft)))
}

/// A command in ESXi's shell: `[root]: esxcli network ip connection list`.
pub(crate) fn shell<'c>(text: &'c str, draft: &mut Draft<'c>) -> Option<Facts<'c, 'static>> {
    let (name, command) = text.strip_prefix('[')?.split_once("]: ")?;
    let name = named(name).filter(|name| !name.contains(' '))?;
    draft.push_text("command", command);
    let mut facts = Facts::of(&VMWARE);
    facts.account = Some(Piece::Chunk(name));
    Some(facts)
}

/// The head of an agent's line, then its text.
fn agent<'c>(text: &'c str, draft: &mut Draft<'c>) -> Facts<'c, 'static> {
    let mut facts = Facts::of(&VMWARE);
    let first = word(text);
    facts.time = first.as_bytes().get(10).filter(|byte| **byte == b'T').and_then(|_| Timestamp::parse(first));
    let mut body = text;
    if let Some((_, rest)) = words::split(text, "[Originator@").or_else(|| words::split(text, "[vSAN@"))
        && let Some((head, rest)) = words::split(rest, "] ")
    {
        for (key, mark) in [("sub", " sub="), ("opID", " opID="), ("sid", " sid="), ("user", " user=")] {
            if let Some(value) = after(head, mark).map(word).and_then(named) {
                draft.push_text(key, value);
            }
        }
        body = rest;
    }
    let (account, from) = who(body);
    // `user=mo:DOMAIN`
    let acting = draft.get("user").map(|user| user.split(':').next().unwrap_or(user).len());
    let acting = draft.piece("user").zip(acting).map(|(user, length)| draft.part(user, 0, length));
    facts.account = account.map(Piece::Chunk).or(acting);
    facts.from = from;
    if from.is_none() {
        (facts.from, facts.to) = connection(body);
    }
    facts
}

/// The account and the address that a sentence names.
fn who(text: &str) -> (Option<&str>, Option<IpAddr>) {
    // `User CORP\mo@192.0.2.1 logged in as …`, `closed for 'root@192.0.2.1'`, `Cannot login mo@192.0.2.1`
    let at = [
        "User ",
        "closed for '",
        "opened for '",
        "closed for ",
        "opened for ",
        "Cannot login ",
        "login for ",
    ];
    let both = at.iter().find_map(|mark| {
        let (name, address) = word(after(text, mark)?).rsplit_once('@')?;
        Some((named(name)?, endpoint(address)?))
    });
    if let Some((name, address)) = both {
        return (Some(name), Some(address));
    }
    // vCenter's single sign-on writes its audit as JSON.
    if let Some(user) = between(text, "\"user\":\"", "\"").and_then(named) {
        return (Some(user), between(text, "\"client\":\"", "\"").and_then(address::parse));
    }
    if let Some(name) = between(text, "{Name: ", ",").and_then(named) {
        return (Some(name), None);
    }
    let words = [
        "login ",
        "password for user ",
        "User '",
        "[after add]: ",
        "[Auth]: User ",
        "] User ",
        "ticket for ",
    ];
    let name =
        name_after(text, &words).or_else(|| text.strip_prefix("User ").and_then(|rest| named(word(rest))));
    (name.map(|name| name.trim_end_matches(['\'', ':'])), address_after(text, &[" from "]))
}

/// `<TCP '127.0.0.1 : 8307'>, <TCP '127.0.0.1 : 19402'>`, and the addresses at the end of a line of the proxy.
fn connection(text: &str) -> (Option<IpAddr>, Option<IpAddr>) {
    let mut ends = text.split("<TCP '").skip(1).map(|rest| address::parse(rest.split(' ').next()?));
    if let (Some(first), Some(second)) = (ends.next().flatten(), ends.next().flatten()) {
        return (Some(first), Some(second));
    }
    if text.contains(" via_upstream ") || text.contains(" HTTP/") {
        let mut addresses = text.split(' ').filter_map(endpoint);
        return (addresses.next(), addresses.next());
    }
    (None, None)
}

/// vCenter's web servers and clients begin with a time in brackets: `[11/May/2023:10:22:24 +0000] tomcat-http--47
/// [Request] 192.0.2.1:48866 to local 1080 …`, `[2023-05-11T13:05:44.744Z] [INFO ] thread c.v.v.a.Class …`.
fn bracketed(text: &str) -> Option<Facts<'_, 'static>> {
    let (time, rest) = text.strip_prefix('[')?.split_once("] ")?;
    let mut facts = Facts::of(&VMWARE);
    facts.time = clock::parse(time);
    facts.time?;
    if let Some((before, request)) = words::split(rest, " [Request] ") {
        (before.contains("http-") && request.contains(" [Response] ")).then_some(())?;
        facts.from = endpoint(word(request));
        return Some(facts);
    }
    let (level, rest) = rest.strip_prefix('[')?.split_once("] ")?;
    let vendors = [" c.v.", " com.vmware."].iter().any(|package| rest.contains(package));
    (vendors && level.trim().bytes().all(|byte| byte.is_ascii_uppercase())).then_some(facts)
}

/// An event of vCenter, behind `Event [`.
fn event<'c>(text: &'c str, draft: &mut Draft<'c>) -> Option<Facts<'c, 'static>> {
    let mut parts = text.splitn(9, "] [");
    let (id, _part, time) = (parts.next()?, parts.next()?, parts.next()?);
    let (kind, level, user) = (parts.next()?, parts.next()?, parts.next()?);
    let (place, _chain) = (parts.next()?, parts.next()?);
    let body = parts.next().unwrap_or_default();
    let time = Timestamp::parse(time)?;
    for (name, value) in
        [("event_id", id), ("type", kind), ("level", level), ("user", user), ("message", body)]
    {
        draft.push_text(name, value);
    }
    let mut facts = Facts::of(&VMWARE);
    facts.time = Some(time);
    let (account, from) = who(body);
    facts.account = named(user).or(account).map(Piece::Chunk);
    facts.host = Some(place).filter(|place| !place.is_empty()).map(Piece::Chunk);
    facts.from = from;
    Some(facts)
}

static VMWARE: LazyLock<LogSource> = LazyLock::new(|| source(Some("vmware"), None, &[]));

#[cfg(test)]
mod tests {
    use super::super::tests::{account_and_sides, time_host_and_sides};

    #[test]
    fn agents_of_a_host() {
        for (text, expected) in [
            (
                "info hostd[2099656] [Originator@6876 sub=Default opID=a] Accepted password for user root from 192.0.2.1",
                "root 192.0.2.1 -",
            ),
            (
                "info hostd[2099656] [Originator@6876 sub=Vimsvc.ha-eventmgr] Event 7 : User root@192.0.2.1 logged in as pyvmomi",
                "root 192.0.2.1 -",
            ),
            (
                "[Originator@6876 sub=Hostsvc opID=a sid=b user=mo:CORP] WOL capability for nic cannot be turned on.",
                "mo - -",
            ),
            ("shell[2100]: [root]: esxcli network ip connection list", "root - -"),
            (
                "[GenericCorrelator] 3087878379676us: [vob.user.ssh.session.closed] SSH session was closed for 'root@192.0.2.1'.",
                "root 192.0.2.1 -",
            ),
        ] {
            assert_eq!(account_and_sides(text), expected, "{text}");
        }
    }

    #[test]
    fn events_of_vcenter() {
        assert_eq!(
            time_host_and_sides(
                "Event [7] [1-1] [2023-02-13T18:07:37.243162Z] [vim.event.UserLoginSessionEvent] [info] [CORP\\mo] [dc1] [7] [User CORP\\mo@192.0.2.1 logged in as a]"
            ),
            "2023-02-13T18:07:37.243162Z dc1 CORP\\mo 192.0.2.1 -"
        );
    }
}

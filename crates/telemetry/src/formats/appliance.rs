//! Messages of appliances and daemons: the facts in a line whose program is known, or the mark that it begins with.
//!
//! Syslog carries the messages, and each maker writes them in a form of its own. A reader takes the text of a
//! message, without syslog's head, and adds fields and facts. It is asked when the program is its own, or when it
//! knows the text by its beginning. So one reader serves syslog, the journal, and files whose heads a collector has
//! taken off.
//!
//! Invariants: a reader that does not know a text leaves the draft as it is; it looks at the beginning of the text
//! first, so that it is cheap to ask all readers; it copies nothing of the text.

pub(crate) mod checkpoint;
pub(crate) mod cisco;
mod citrix;
mod clavister;
mod dhcp;
mod f5;
pub(crate) mod fail2ban;
mod haproxy;
mod huawei;
mod ise;
mod juniper;
mod ldap;
mod meraki;
mod openvpn;
mod packet_filter;
pub(crate) mod panos;
mod postfix;
mod radius;
mod sshd;
mod switch;
mod vmware;

use crate::formats::linux;
use crate::names::mapping;
use crate::record::draft::{Draft, Facts, Parse, Piece};
use crate::record::words;

/// Readers by program, as syslog names it.
const PROGRAMS: [(&str, Parse); 26] = [
    ("kernel", packet_filter::netfilter),
    ("rshd", juniper::read),
    ("sshd", sshd::read),
    ("sshd-session", sshd::read),
    ("openvpn", openvpn::of_program),
    ("ovpn-server", openvpn::of_program),
    ("haproxy", haproxy::read),
    ("hapee-lb", haproxy::read),
    ("dhcpd", dhcp::read),
    ("filterlog", packet_filter::filterlog),
    ("slapd", ldap::read),
    ("radiusd", radius::read),
    ("freeradius", radius::read),
    ("hostd", vmware::of_program),
    ("Hostd", vmware::of_program),
    ("vpxa", vmware::of_program),
    ("Vpxa", vmware::of_program),
    ("vpxd", vmware::of_program),
    ("shell", vmware::shell),
    ("ESXShell", vmware::shell),
    ("vobd", vmware::of_program),
    ("rhttpproxy", vmware::of_program),
    ("apmd", f5::of_program),
    ("tmm", f5::of_program),
    ("postgrey", postfix::of_program),
    ("spamd", postfix::of_program),
];

/// How a text begins.
#[derive(Clone, Copy)]
enum First {
    /// With one of these bytes.
    Of(&'static [u8]),
    /// With a digit, or one of these.
    DigitOr(&'static [u8]),
    /// With an ASCII letter or digit, or one of these.
    WordOr(&'static [u8]),
    /// Anyhow.
    Any,
}

impl First {
    fn fits(self, byte: u8) -> bool {
        match self {
            Self::Of(bytes) => bytes.contains(&byte),
            Self::DigitOr(bytes) => byte.is_ascii_digit() || bytes.contains(&byte),
            Self::WordOr(bytes) => byte.is_ascii_alphanumeric() || bytes.contains(&byte),
            Self::Any => true,
        }
    }
}

/// Who may have sent a text that a reader knows by its beginning.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sender {
    /// Anybody: the programs of the maker have many names.
    Anyone,
    /// Its own programs, which [`PROGRAMS`] names; or no program, when the word at its place has no process.
    Own,
}

/// Readers that know their texts by the beginning, with its first byte, so that most are never asked; the surest
/// first.
const MARKS: [(First, Sender, Parse); 21] = [
    (First::Of(b"%"), Sender::Anyone, huawei::read),
    (First::Of(b"%GT"), Sender::Anyone, cisco::read),
    (First::DigitOr(b""), Sender::Own, panos::read),
    (First::Of(b"RIAWSUKCLJt"), Sender::Anyone, juniper::read),
    (First::DigitOr(b"CIWE"), Sender::Own, ise::read),
    (First::Of(b"[s\""), Sender::Anyone, checkpoint::read),
    (First::DigitOr(b"i[E"), Sender::Own, clavister::read),
    (First::DigitOr(b""), Sender::Own, meraki::read),
    (First::DigitOr(b""), Sender::Own, packet_filter::filterlog),
    (First::Any, Sender::Own, packet_filter::netfilter),
    (First::WordOr(b"["), Sender::Anyone, vmware::read),
    (First::WordOr(b"\""), Sender::Own, citrix::read),
    (First::DigitOr(b"abcdefABCDEFR/["), Sender::Anyone, f5::read),
    (First::DigitOr(b"abcdefABCDEF:["), Sender::Own, haproxy::read),
    (First::WordOr(b""), Sender::Own, sshd::read),
    (First::Of(b"DrO"), Sender::Own, dhcp::read),
    (First::Of(b"(LIMA"), Sender::Own, radius::read),
    (First::Of(b"c"), Sender::Own, ldap::read),
    (First::WordOr(b""), Sender::Own, postfix::read),
    (First::WordOr(b"["), Sender::Own, openvpn::read),
    (First::WordOr(b"<"), Sender::Anyone, switch::read),
];

/// Asks the readers that know a text by its beginning. When the program is another's, only readers whose programs
/// have many names are asked.
fn marked<'c>(another: bool, text: &'c str, draft: &mut Draft<'c>) -> Option<Facts<'c, 'static>> {
    let text = text.trim_start();
    let first = *text.as_bytes().first()?;
    let asked = MARKS
        .iter()
        .filter(|(begins, sender, _)| begins.fits(first) && (!another || *sender == Sender::Anyone));
    asked.map(|(_, _, parse)| parse).find_map(|parse| parse(text, draft))
}

/// The reader of a program.
fn of_program(program: &str) -> Option<Parse> {
    let name = program.rsplit('/').next().unwrap_or(program);
    let name = name.split(['(', '[']).next().unwrap_or(name);
    if name.starts_with("fail2ban") {
        return Some(fail2ban::of_program);
    }
    if name.starts_with("postfix") || program.starts_with("postfix/") {
        return Some(postfix::of_program);
    }
    let found = PROGRAMS.iter().find(|(known, _)| *known == name).map(|(_, parse)| *parse);
    // Processes of F5 and of OpenVPN's servers are numbered: `tmm3`, `openvpn@server`.
    let numbered = |start: &str| {
        name.strip_prefix(start).is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()))
    };
    found
        .or_else(|| numbered("tmm").then_some(f5::of_program as Parse))
        .or_else(|| name.starts_with("ovpn-").then_some(openvpn::of_program as Parse))
}

/// Adds what the message of a program says; `None`, and nothing added, when no reader knows it. A name with
/// a process is a program for sure.
pub(crate) fn message<'c>(
    program: Option<&'c str>,
    process: Option<&str>,
    text: &'c str,
    draft: &mut Draft<'c>,
) -> Option<Facts<'c, 'static>> {
    // Cisco puts its mark where others put the program.
    if let Some(mark) =
        program.and_then(|program| program.strip_prefix('%')).filter(|mark| cisco::is_mark(mark))
    {
        return Some(with_sides(cisco::message(mark, text, draft), draft));
    }
    let own = program.and_then(of_program);
    let facts = own.and_then(|parse| parse(text, draft));
    // The kernel has no process, and is no appliance.
    let another = own.is_none() && program.is_some() && process.is_some() || program == Some("kernel");
    let facts = match facts {
        Some(facts) => facts,
        None => marked(another, text, draft)?,
    };
    Some(with_sides(facts, draft))
}

/// A line without syslog's head; `program[pid]: ` may be left of it.
pub(crate) fn line<'c>(text: &'c str, draft: &mut Draft<'c>) -> Option<Facts<'c, 'static>> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    if let Some(facts) = message(None, None, text, draft) {
        return Some(facts);
    }
    let tagged = words::split(text, ": ").and_then(|(tag, rest)| {
        let (name, process) = tag.split_once('[').map_or((tag, None), |(name, rest)| (name, Some(rest)));
        let is_name = !name.is_empty()
            && name.len() <= 48
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'/' | b'.' | b'@'));
        // Only a number in brackets or a known program counts: any word may be before a colon.
        let sure = process.is_some() || of_program(name).is_some();
        (is_name && sure).then(|| message(Some(name), process, rest.trim_start(), draft)).flatten()
    });
    tagged.or_else(|| known_to_syslog(text))
}

/// Reads a message in both ways; that nothing panics is all that is asked.
pub(crate) fn fuzz(program: Option<&str>, text: &str) {
    let mut draft = Draft::default();
    let facts = message(program, None, text, &mut draft);
    if facts.is_none() {
        assert!(draft.fields.is_empty(), "a reader that gave up left fields");
    }
    let _ = line(text, &mut Draft::default());
}

/// The facts in structured data of a known maker, whose pairs are fields already.
pub(crate) fn structured<'c>(data: &str, draft: &mut Draft<'c>) -> Option<Facts<'c, 'static>> {
    if data.starts_with("[junos@") {
        return Some(juniper::of_fields(draft));
    }
    // The number of Check Point among enterprises.
    data.starts_with("[Fields@1.3.6.1.4.1.2620 ").then(|| checkpoint::of_fields(draft))
}

/// A message of a program that Sigma has a service for, with its process: `sudo[12]: mo : TTY=…`.
fn known_to_syslog(text: &str) -> Option<Facts<'_, 'static>> {
    let (tag, rest) = words::split(text, "]: ")?;
    let (name, process) = tag.split_once('[')?;
    let known = mapping::PROGRAMS.iter().any(|(program, _)| *program == name);
    (known && !process.is_empty() && process.bytes().all(|byte| byte.is_ascii_digit())).then_some(())?;
    let mut facts = Facts::of(linux::source(Some(name)));
    facts.account = linux::account(rest).map(Piece::Chunk);
    facts.from = linux::from(rest);
    Some(facts)
}

/// Adds both sides under the names of Sigma's category `firewall`, when the message is of one.
fn with_sides<'c>(facts: Facts<'c, 'static>, draft: &mut Draft<'c>) -> Facts<'c, 'static> {
    if facts.log.categories.iter().any(|category| category == "firewall") {
        for (name, side) in [("src_ip", facts.from), ("dst_ip", facts.to)] {
            if let Some(side) = side
                && draft.piece(name).is_none()
            {
                let value = draft.print(side);
                draft.push(Piece::Chunk(name), Some(value));
            }
        }
    }
    facts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, all: bool) -> String {
        let mut draft = Draft::default();
        let Some(facts) = line(text, &mut draft) else {
            assert!(draft.fields.is_empty(), "{text}: fields of a reader that gave up");
            return String::new();
        };
        let piece =
            |piece: Option<Piece<'_>>| piece.map_or("-".to_owned(), |piece| draft.text(piece).to_owned());
        let side = |side: Option<std::net::IpAddr>| side.map_or("-".to_owned(), |side| side.to_string());
        let sides = format!("{} {} {}", piece(facts.account), side(facts.from), side(facts.to));
        if !all {
            return sides;
        }
        let time = facts.time.map_or("-".to_owned(), |time| time.to_string());
        format!("{time} {} {sides}", piece(facts.host))
    }

    /// Account, from and to of a line.
    pub(super) fn account_and_sides(text: &str) -> String {
        shown(text, false)
    }

    /// Time and host before them.
    pub(super) fn time_host_and_sides(text: &str) -> String {
        shown(text, true)
    }

    #[test]
    fn a_text_of_nobody_is_left_alone() {
        for text in ["", "hello", "a: b", "1,2,3,4,5", "{\"a\":1}", "GET / HTTP/1.1", "key=value other=1"] {
            assert_eq!(account_and_sides(text), "", "{text}");
        }
    }

    #[test]
    fn the_program_before_the_message_is_looked_at() {
        assert_eq!(
            account_and_sides("sshd[12]: Accepted password for mo from 192.0.2.1 port 22 ssh2"),
            "mo 192.0.2.1 -"
        );
        assert_eq!(
            account_and_sides("postfix/smtpd[7]: connect from mail.example[192.0.2.1]"),
            "- 192.0.2.1 -"
        );
    }
}

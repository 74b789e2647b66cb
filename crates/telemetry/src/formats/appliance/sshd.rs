//! Messages of OpenSSH's server, and of PAM when it speaks for it.
//!
//! The sentences are those of `auth.c`, `packet.c` and `monitor.c`: the address is before ` port `, the name
//! of the account is after words that show that it is one.

use crate::formats::linux;
use crate::record::draft::{Draft, Facts, Piece};
use crate::record::words::{self, address_after, after, endpoint, name_after, word};
use std::net::IpAddr;

/// The beginnings of messages that no other program writes.
const SURE: [&str; 32] = [
    "Accepted password for ",
    "Accepted publickey for ",
    "Accepted keyboard-interactive",
    "Accepted google_authenticator for ",
    "Accepted gssapi-with-mic for ",
    "Accepted hostbased for ",
    "Accepted certificate ",
    "Accepted key ",
    "Failed password for ",
    "Failed none for ",
    "Failed publickey for ",
    "Failed keyboard-interactive",
    "Invalid user ",
    "Postponed publickey for ",
    "Postponed keyboard-interactive",
    "Received disconnect from ",
    "Did not receive identification string from ",
    "Bad protocol version identification",
    "input_userauth_request: ",
    "ssh_dispatch_run_fatal: ",
    "pam_unix(sshd:",
    "pam_sss(sshd:",
    "pam_faillock(sshd:",
    "pam_tally2(sshd:",
    "PAM service(sshd)",
    "PAM unable to dlopen(",
    "Unable to negotiate with ",
    "banner exchange: Connection from ",
    "kex_exchange_identification: ",
    "error: kex_exchange_identification: ",
    "error: maximum authentication attempts exceeded for ",
    "main: sshd: ",
];
/// The beginnings of messages that others may write too; ` port ` or a word of sshd's must follow.
const WITH_PORT: [&str; 12] = [
    "Connection closed by ",
    "Connection reset by ",
    "Connection from ",
    "Disconnected from ",
    "Disconnecting ",
    "Starting session: ",
    "fatal: Timeout before authentication for ",
    "Timeout before authentication for ",
    "error: Received disconnect from ",
    "User ",
    "PAM ",
    "error: PAM: ",
];
const SAID: [&str; 6] =
    [" port ", "[preauth]", " not allowed because ", "authentication failure", "closed by ", "PAM: "];

/// Texts before the name of an account; the longer ones first.
const ACCOUNTS: [&str; 14] = [
    "for invalid user ",
    "for illegal user ",
    "by invalid user ",
    "invalid user ",
    "illegal user ",
    "authenticating user ",
    "failures for user ",
    "opened for user ",
    "closed for user ",
    "nvalid user ",
    "from user ",
    " user=",
    "Consecutive login failures for user ",
    "authentication failure for ",
];

/// A message of sshd.
pub(crate) fn read<'c>(text: &'c str, _: &mut Draft<'c>) -> Option<Facts<'c, 'static>> {
    let text = text.trim_start();
    let starts = |starts: &[&str]| starts.iter().any(|start| text.starts_with(start));
    let known = starts(&SURE) || starts(&WITH_PORT) && SAID.iter().any(|said| text.contains(said));
    known.then_some(())?;
    let mut facts = Facts::of(linux::source(Some("sshd")));
    if let Some((name, from)) = attempt(text) {
        (facts.account, facts.from) = (Some(Piece::Chunk(name)), Some(from));
        return Some(facts);
    }
    facts.from = from(text);
    facts.account = account(text).filter(|name| endpoint(name).is_none()).map(Piece::Chunk);
    Some(facts)
}

/// Name and address of an attempt to log on: `Failed METHOD for [invalid user ]NAME from ADDRESS port PORT ssh2`, as
/// `auth_log()` writes it. The client chooses the name, which may be blank, hold blanks, or look like the rest of the
/// sentence: so the last address counts.
fn attempt(text: &str) -> Option<(&str, IpAddr)> {
    const BEFORE: [&str; 6] = [
        "Accepted ",
        "Failed ",
        "Postponed ",
        "Partial ",
        "error: maximum authentication attempts exceeded ",
        "maximum authentication attempts exceeded ",
    ];
    let rest = match text.strip_prefix("Invalid user ") {
        Some(rest) => rest,
        None => {
            let rest = BEFORE.iter().find_map(|before| text.strip_prefix(before))?;
            let rest = rest.strip_prefix("for ").or_else(|| Some(rest.split_once(" for ")?.1))?;
            let unknown = ["invalid user ", "illegal user "];
            unknown.iter().find_map(|unknown| rest.strip_prefix(unknown)).unwrap_or(rest)
        }
    };
    // A name that is blank leaves nothing but a blank before `from`.
    const FROM: &str = "from ";
    let starts = |at: &usize| {
        rest.get(*at..).is_some_and(|after| after.starts_with(FROM))
            && (*at == 0 || rest.as_bytes().get(*at - 1) == Some(&b' '))
    };
    let mut places = memchr::memrchr_iter(b'f', rest.as_bytes()).filter(starts);
    places.find_map(|at| {
        let (address, after) =
            rest.get(at + FROM.len()..)?.split_once(' ').unwrap_or((rest.get(at + FROM.len()..)?, ""));
        let port =
            after.strip_prefix("port ").is_some_and(|port| port.starts_with(|c: char| c.is_ascii_digit()));
        (port || after.is_empty()).then_some(())?;
        let name = rest.get(..at)?;
        Some((name.strip_suffix(' ').unwrap_or(name), endpoint(address)?))
    })
}

fn from(text: &str) -> Option<IpAddr> {
    let before_port = spoken(text).and_then(|(before, _)| endpoint(before.rsplit(' ').next()?));
    before_port
        .or_else(|| address_after(text, &["rhost=", " from ", " by ", "authentication for ", " with "]))
}

/// A sentence before and after ` port `. Where the name comes before the address, the last one counts: the client
/// chooses the name.
fn spoken(text: &str) -> Option<(&str, &str)> {
    let named = words::find(text, " user ").is_some();
    if named { text.rsplit_once(" port ") } else { words::split(text, " port ") }
}

fn account(text: &str) -> Option<&str> {
    if let Some(rest) = text.strip_prefix("User ") {
        return Some(word(rest));
    }
    let named = name_after(text, &ACCOUNTS).or_else(|| {
        let after_method = ["Accepted ", "Failed ", "Postponed "].iter().any(|start| text.starts_with(start));
        let starting = text.starts_with("Starting session: ");
        (after_method || starting).then(|| name_after(text, &[" for "])).flatten()
    });
    let named = named.or_else(|| after(text, "PAM: ").and_then(|rest| name_after(rest, &[" for "])));
    // `opened for user mo(uid=1000) by (uid=0)`
    let name = named?.split('(').next()?;
    (!name.is_empty() && name != "from").then_some(name)
}

#[cfg(test)]
mod tests {
    use super::super::tests::account_and_sides;

    #[test]
    fn accounts_and_addresses() {
        for (text, expected) in [
            ("Accepted publickey for mo from 192.0.2.1 port 51826 ssh2: RSA SHA256:a", "mo 192.0.2.1 -"),
            ("Failed password for invalid user mo from 2001:db8::1 port 51894 ssh2", "mo 2001:db8::1 -"),
            (
                "Disconnecting invalid user mo 192.0.2.1 port 51219: Too many failures [preauth]",
                "mo 192.0.2.1 -",
            ),
            ("Connection closed by invalid user  192.0.2.1 port 36797 [preauth]", "- 192.0.2.1 -"),
            ("Connection closed by authenticating user root 192.0.2.1 port 1 [preauth]", "root 192.0.2.1 -"),
            ("Connection closed by 192.0.2.1 port 1", "- 192.0.2.1 -"),
            ("User root from 192.0.2.1 not allowed because not listed in AllowUsers", "root 192.0.2.1 -"),
            ("pam_unix(sshd:session): session opened for user mo(uid=1) by (uid=0)", "mo - -"),
            (
                "PAM 2 more authentication failures; logname= uid=0 ruser= rhost=192.0.2.1  user=mo",
                "mo 192.0.2.1 -",
            ),
            ("fatal: Timeout before authentication for 192.0.2.1 port 52076", "- 192.0.2.1 -"),
            ("User mo wrote a letter", ""),
            ("Failed password for invalid user  from 192.0.2.1 port 7 ssh2", " 192.0.2.1 -"),
            ("Failed none for invalid user  guest from 192.0.2.1 port 7 ssh2", " guest 192.0.2.1 -"),
            ("Failed password for invalid user from from 192.0.2.1 port 7 ssh2", "from 192.0.2.1 -"),
            (
                "Failed password for invalid user 198.51.100.1 from 192.0.2.1 port 7 ssh2",
                "198.51.100.1 192.0.2.1 -",
            ),
            (
                "Failed password for a from 198.51.100.1 port 22 ssh2 from 192.0.2.1 port 7 ssh2",
                "a from 198.51.100.1 port 22 ssh2 192.0.2.1 -",
            ),
            (
                "Disconnected from invalid user x 198.51.100.1 port 22 192.0.2.1 port 7 [preauth]",
                "x 192.0.2.1 -",
            ),
            ("Invalid user  from 192.0.2.1 port 7", " 192.0.2.1 -"),
        ] {
            assert_eq!(account_and_sides(text), expected, "{text}");
        }
    }
}

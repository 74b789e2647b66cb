//! Messages of Linux' own programs: the log source of each, and the account and the other side that its prose names.
//!
//! `sshd`, PAM, `su`, `sudo`, `cron`, `login`, shadow's tools and the like write sentences with fixed beginnings.

use crate::names::log_source::{Table, log_source};
use crate::names::mapping;
use crate::record::{address, words};
use memchr::memmem::Finder;
use model::LogSource;
use std::sync::LazyLock;

/// The log source of a program's messages.
pub(crate) fn source(program: Option<&str>) -> &'static LogSource {
    let name = program.map(|program| program.split(['(', '/']).next().unwrap_or(program));
    name.and_then(|name| PROGRAMS.get(name)).unwrap_or(&LINUX)
}

/// Texts before the name of an account in the messages of `sshd`, PAM, `su`, `cron`; the first that is
/// there holds, so the longer ones come first.
const BEFORE_ACCOUNT: [&str; 20] = [
    "password changed for ",
    "new user: name=",
    "delete user '",
    "FOR '",
    " of user ",
    "for invalid user ",
    "for illegal user ",
    "authenticating user ",
    "illegal user ",
    "failures for user ",
    "_authenticator for ",
    "Disconnected from user ",
    "opened for user ",
    "closed for user ",
    "nvalid user ",
    "Accepted password for ",
    "Accepted publickey for ",
    "Accepted keyboard-interactive/pam for ",
    "Failed password for ",
    " user=",
];

/// Searchers for these, built once: to build one costs more than to search a line.
fn finders(words: &[&'static str]) -> Vec<Finder<'static>> {
    words.iter().map(|word| Finder::new(*word)).collect()
}

static ACCOUNTS: LazyLock<Vec<Finder<'static>>> = LazyLock::new(|| finders(&BEFORE_ACCOUNT));
static ADDRESSES: LazyLock<Vec<Finder<'static>>> = LazyLock::new(|| finders(&BEFORE_ADDRESS));
/// Every message that names an account has one of these.
static NAMING: LazyLock<Vec<Finder<'static>>> =
    LazyLock::new(|| finders(&["ser", "for ", "FOR ", "COMMAND=", "(to ", ") CMD "]));

/// What follows the first of these that is there.
fn after_any<'t>(message: &'t str, finders: &[Finder<'static>]) -> Option<&'t str> {
    finders.iter().find_map(|finder| {
        let at = finder.find(message.as_bytes())?;
        message.get(at + finder.needle().len()..)
    })
}

/// The account that a message is about.
pub(crate) fn account(message: &str) -> Option<&str> {
    NAMING.iter().find(|finder| finder.find(message.as_bytes()).is_some())?;
    // `mo : TTY=pts/0 ; PWD=/home/mo ; USER=root ; COMMAND=/bin/id`
    if let Some((account, _)) = words::split(message, " : ").filter(|(_, rest)| rest.contains("COMMAND=")) {
        return Some(account.trim()).filter(|account| !account.contains(' '));
    }
    // `(root) CMD (…)`
    if let Some((account, _)) = message.strip_prefix('(').and_then(|rest| words::split(rest, ") CMD ")) {
        return Some(account);
    }
    // `(to root) mo on pts/0`, `Successful su for root by mo`: the one who becomes another.
    let becomes = message.strip_prefix("FAILED SU ").unwrap_or(message).strip_prefix("(to ");
    let becomes = becomes.and_then(|rest| words::split(rest, ") "));
    let becomes = becomes.or_else(|| {
        let said = message.starts_with("Successful su for ") || message.starts_with("FAILED su for ");
        said.then(|| words::split(message, " by ")).flatten()
    });
    if let Some((_, account)) = becomes {
        return account.split(' ').next().filter(|account| !account.is_empty());
    }
    let rest = after_any(message, &ACCOUNTS)?;
    let end = rest.find([' ', '(', ',', ';', '\'']).unwrap_or(rest.len());
    rest.get(..end)
        .map(|account| account.trim_end_matches('.').trim_matches(['<', '>']))
        .filter(|account| !account.is_empty() && *account != "from")
}

/// Texts before the address of the other side.
const BEFORE_ADDRESS: [&str; 7] =
    [" from ", "rhost=", " by ", "rip=", "client=", "user ", "authentication for "];

/// The address of the other side that a message names.
pub(crate) fn from(message: &str) -> Option<std::net::IpAddr> {
    ADDRESSES.iter().find_map(|before| {
        let at = before.find(message.as_bytes())?;
        let rest = message.get(at + before.needle().len()..)?;
        // `from user 192.0.2.1 port 22`: the name of the account may come between.
        rest.split([' ', ',', ';']).take(3).find_map(|word| {
            let inside = word.split_once('[').map_or(word, |(_, inside)| inside.trim_end_matches(']'));
            let inside = inside.trim_matches(['(', ')', ':']);
            inside.contains(['.', ':']).then(|| address::parse(inside)).flatten()
        })
    })
}

pub(crate) static LINUX: LazyLock<LogSource> = LazyLock::new(|| log_source(Some("linux"), None, &[]));

static PROGRAMS: LazyLock<Table<LogSource>> = LazyLock::new(|| {
    let source = |(program, service)| (program, log_source(Some("linux"), Some(service), &[]));
    mapping::PROGRAMS.into_iter().map(source).collect()
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_in_the_messages_of_linux() {
        for (message, expected) in [
            ("mo : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/id", Some("mo")),
            ("mo : user NOT in sudoers ; TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/id", Some("mo")),
            ("(root) CMD (run-parts /etc/cron.hourly)", Some("root")),
            ("(to root) mo on pts/0", Some("mo")),
            ("FAILED SU (to root) mo on pts/0", Some("mo")),
            ("Successful su for root by mo", Some("mo")),
            ("pam_unix(passwd:chauthtok): password changed for mo", Some("mo")),
            ("new user: name=mo, UID=1001, GID=1001, home=/home/mo, shell=/bin/sh", Some("mo")),
            ("delete user 'mo'", Some("mo")),
            ("FAILED LOGIN (1) on '/dev/tty1' FOR 'mo', Authentication failure", Some("mo")),
            ("New session 4 of user mo.", Some("mo")),
            ("imap-login: Login: user=<mo>, method=PLAIN, rip=192.0.2.1, lip=198.51.100.1", Some("mo")),
            ("pam_unix(login:session): session opened for user mo(uid=1000) by (uid=0)", Some("mo")),
            ("Started Daily apt download activities.", None),
        ] {
            assert_eq!(account(message), expected, "{message}");
        }
    }
}

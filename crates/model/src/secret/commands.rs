//! Secrets on command lines that no name announces: `sshpass -p …`, `mysql -p…`, `curl -u user:…`, `net user NAME …`.
//!
//! The same letter means a password for one program and a port for another, so flags are known for each program.
//! Words are cut as shells do, and as records of arguments are written: `a0="sshpass" a1="-p"` of auditd, and arrays
//! of JSON. Invariant: a program and what follows it is looked at up to the end of the command, [`WORDS_MAX`] words at most.

use super::names::is_name;
use super::value::{closed, is_innocent};
use std::ops::Range;

/// How many words of a command, and how many bytes behind its name, are looked at.
const WORDS_MAX: usize = 80;
const COMMAND_BYTES_MAX: usize = 4_000;

/// Where the secret of a flag is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Flag {
    /// The next word.
    Next,
    /// Directly behind the flag.
    Glued,
    /// Behind the flag, or the next word.
    Either,
    /// In the next word or behind the flag, after a colon: `-u user:password`.
    Login,
    /// In the next word or behind the flag, after a percent sign: `-U user%password`.
    Percent,
    /// In any word, between a colon and the host: `realm/user:password@host`.
    Host,
}

/// What is looked for in the words behind a program.
enum Program {
    /// Flags, and the word without which they mean something else: `docker login -p`.
    Flags(&'static [(&'static str, Flag)], Option<&'static str>),
    /// The word with this number that is no flag.
    Word(usize),
    /// `user/password@service`.
    Slash,
    /// `net use DEVICE SHARE PASSWORD`, `net user NAME PASSWORD`.
    Net,
    /// `echo PASSWORD | sudo -S`.
    Piped,
    /// `ConvertTo-SecureString PASSWORD`, `PASSWORD | ConvertTo-SecureString`.
    SecureString,
    /// `reg add … /v DefaultPassword /d PASSWORD`.
    Registry,
    /// `setx NAME VALUE`.
    Variable,
}

/// Programs by name, in lower case, as they are written on command lines.
#[rustfmt::skip]
const PROGRAMS: &[(&[&str], Program)] = &[
    (&["sshpass"], Program::Flags(&[("-p", Flag::Either)], None)),
    (&["mysql", "mysqldump", "mysqladmin", "mysqlimport", "mysqlshow", "mysqlcheck", "mariadb", "mariadb-dump", "mariadb-admin"],
        Program::Flags(&[("-p", Flag::Glued)], None)),
    (&["curl"], Program::Flags(&[("--user", Flag::Login), ("--proxy-user", Flag::Login), ("-u", Flag::Login), ("-U", Flag::Login),
        ("-b", Flag::Next), ("--oauth2-bearer", Flag::Next)], None)),
    (&["psexec", "psexec64", "paexec", "psservice", "pskill", "pslist", "csexec"], Program::Flags(&[("-p", Flag::Next), ("-hashes", Flag::Next), ("", Flag::Host)], None)),
    (&["plink", "pscp", "psftp", "putty", "kitty", "klink"], Program::Flags(&[("-pw", Flag::Next)], None)),
    (&["xfreerdp", "wfreerdp", "freerdp", "sdl-freerdp", "xfreerdp3"], Program::Flags(&[("/p:", Flag::Glued), ("-p", Flag::Next)], None)),
    (&["rdesktop"], Program::Flags(&[("-p", Flag::Either)], None)),
    (&["ldapsearch", "ldapmodify", "ldapadd", "ldapdelete", "ldappasswd", "ldapwhoami", "ldapcompare"],
        Program::Flags(&[("-w", Flag::Either), ("-s", Flag::Next), ("-a", Flag::Next)], None)),
    (&["smbclient", "smbmap", "rpcclient", "winexe", "smbget", "smbcacls", "pth-winexe"],
        Program::Flags(&[("-U", Flag::Percent), ("-p", Flag::Next)], None)),
    (&["crackmapexec", "cme", "netexec", "nxc", "evil-winrm", "enum4linux", "enum4linux-ng", "bloodhound-python", "hydra", "medusa",
        "ncrack", "kerbrute", "certipy", "ldapdomaindump", "bloodyad", "winrs", "sharphound", "wmiexec2"],
        Program::Flags(&[("-p", Flag::Next), ("-p:", Flag::Glued), ("-H", Flag::Next), ("-hashes", Flag::Next)], None)),
    (&["secretsdump", "wmiexec", "smbexec", "atexec", "dcomexec", "getst", "gettgt", "getuserspns", "getnpusers", "getadusers",
        "mssqlclient", "lookupsid", "ticketer", "ntlmrelayx", "samrdump", "rpcdump"],
        Program::Flags(&[("-hashes", Flag::Next), ("-nthash", Flag::Next), ("-aesKey", Flag::Next), ("", Flag::Host)], None)),
    (&["7z", "7za", "7zr", "7zz", "rar", "unrar", "winrar"], Program::Flags(&[("-hp", Flag::Glued), ("-p", Flag::Glued)], None)),
    (&["zip", "unzip"], Program::Flags(&[("-P", Flag::Either)], None)),
    (&["docker", "podman", "nerdctl", "oc", "helm", "az", "skopeo", "buildah", "npm", "vault"],
        Program::Flags(&[("-p", Flag::Next)], Some("login"))),
    (&["openssl"], Program::Flags(&[("-k", Flag::Next), ("-K", Flag::Next), ("-pass", Flag::Next), ("-passin", Flag::Next),
        ("-passout", Flag::Next)], None)),
    (&["schtasks", "tasklist", "taskkill", "systeminfo", "driverquery", "getmac"],
        Program::Flags(&[("/rp", Flag::Next), ("/p", Flag::Next)], None)),
    (&["sqlcmd", "osql", "isql", "bcp"], Program::Flags(&[("-P", Flag::Either)], None)),
    (&["mongo", "mongosh", "mongodump", "mongorestore", "mongoexport", "mongoimport"], Program::Flags(&[("-p", Flag::Either)], None)),
    (&["redis-cli"], Program::Flags(&[("-a", Flag::Next)], None)),
    (&["snmpwalk", "snmpget", "snmpset", "snmpbulkwalk", "snmptrap"],
        Program::Flags(&[("-c", Flag::Either), ("-A", Flag::Either), ("-X", Flag::Either)], None)),
    (&["useradd", "usermod"], Program::Flags(&[("-p", Flag::Next)], None)),
    (&["certutil", "certreq"], Program::Flags(&[("-p", Flag::Next)], None)),
    (&["ipmitool"], Program::Flags(&[("-P", Flag::Either)], None)),
    (&["vncviewer", "x11vnc", "vncconnect"], Program::Flags(&[("-passwd", Flag::Next)], None)),
    (&["wget", "lftp", "ncftpput", "ncftpget"], Program::Flags(&[("-u", Flag::Login), ("-p", Flag::Next)], None)),
    (&["htpasswd"], Program::Word(3)),
    (&["wpa_passphrase"], Program::Word(2)),
    (&["sqlplus", "expdp", "impdp", "rman"], Program::Slash),
    (&["echo", "printf"], Program::Piped),
    (&["convertto-securestring"], Program::SecureString),
    (&["reg"], Program::Registry),
    (&["setx"], Program::Variable),
    (&["net", "net1"], Program::Net),
];

/// The names of programs, each with its number.
pub(super) fn names() -> impl Iterator<Item = (&'static str, usize)> {
    PROGRAMS.iter().enumerate().flat_map(|(number, (names, _))| names.iter().map(move |name| (*name, number)))
}

/// The secrets behind the program with this number, whose name is at `at..end`.
pub(super) fn secrets(text: &str, at: usize, end: usize, number: usize, found: &mut Vec<Range<usize>>) {
    let Some((_, program)) = PROGRAMS.get(number) else { return };
    let before = text.get(..at).and_then(|head| head.chars().next_back());
    if before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.')) {
        return;
    }
    let text = text.get(..text.floor_char_boundary(end.saturating_add(COMMAND_BYTES_MAX).min(text.len())));
    let text = text.unwrap_or_default();
    let rest = text.get(end..).unwrap_or_default();
    let skipped =
        [".exe", ".py", ".EXE", ".bat"].iter().find(|end| rest.starts_with(**end)).map_or(0, |end| end.len());
    let rest = rest.get(skipped..).unwrap_or_default();
    if !rest.starts_with([' ', '"', '\'', '\t', ',', '\\']) {
        return;
    }
    let words = words(text, end + skipped);
    let word = |range: &Range<usize>| text.get(range.clone()).unwrap_or_default();
    match program {
        Program::Flags(flags, needs) => {
            let is_there = needs.is_none_or(|needed| words.iter().any(|range| word(range) == needed));
            if is_there {
                flagged(text, &words, flags, found);
            }
        }
        Program::Word(number) => {
            // `-b` takes the password from the command line.
            let plain = words.iter().filter(|range| !word(range).starts_with('-'));
            found.extend(plain.skip(number - 1).take(1).cloned());
        }
        Program::SecureString => {
            let first = words.iter().find(|range| !word(range).starts_with('-'));
            found.extend(
                first
                    .filter(|range| !word(range).starts_with('$'))
                    .map(|range| unquoted(text, range.clone())),
            );
            found.extend(string_before(text, at));
        }
        Program::Slash => found.extend(words.iter().find_map(|range| slash(text, range))),
        Program::Net => match words.split_first() {
            Some((verb, rest)) if word(verb).eq_ignore_ascii_case("use") => net_use(text, rest, found),
            Some((verb, rest))
                if ["user", "users"].iter().any(|user| word(verb).eq_ignore_ascii_case(user)) =>
            {
                net_user(text, rest, found);
            }
            _ => {}
        },
        Program::Piped => piped(text, end, found),
        Program::Registry => {
            let adds = words.first().is_some_and(|verb| word(verb).eq_ignore_ascii_case("add"));
            let is_secret = adds && words.windows(2).any(|pair| {
                matches!(pair, [flag, name] if word(flag).eq_ignore_ascii_case("/v") && is_name(word(name)))
            });
            if is_secret {
                flagged(text, &words, &[("/d", Flag::Next), ("/D", Flag::Next)], found);
            }
        }
        Program::Variable => {
            if let [name, value, ..] = words.as_slice()
                && is_name(word(name))
            {
                found.push(value.clone());
            }
        }
    }
}

fn flagged(text: &str, words: &[Range<usize>], flags: &[(&str, Flag)], found: &mut Vec<Range<usize>>) {
    let word = |range: &Range<usize>| text.get(range.clone()).unwrap_or_default();
    let mut next = words.iter().peekable();
    while let Some(range) = next.next() {
        let written = word(range);
        // Flags of Windows are written in any case.
        let same = |flag: &str| {
            if flag.starts_with('/') { written.eq_ignore_ascii_case(flag) } else { written == flag }
        };
        let starts = |flag: &str| {
            written.len() > flag.len()
                && written.get(..flag.len()).is_some_and(|head| {
                    if flag.starts_with('/') { head.eq_ignore_ascii_case(flag) } else { head == flag }
                })
        };
        for (flag, how) in flags {
            if *how == Flag::Host {
                found.extend(before_host(text, range));
                continue;
            }
            let glued = (*how != Flag::Next && starts(flag) && !written.starts_with("--"))
                .then(|| range.start + flag.len()..range.end);
            let follows = (*how != Flag::Glued && same(flag))
                .then(|| next.peek().map(|next| (*next).clone()))
                .flatten();
            let Some(value) = glued.or(follows).map(|value| unquoted(text, value)) else { continue };
            let secret = match how {
                Flag::Login => behind(text, value, ':'),
                Flag::Percent => behind(text, value, '%'),
                _ => Some(value).filter(|value| !word(value).starts_with("--")),
            };
            found.extend(secret.filter(|range| !is_innocent(word(range))));
            break;
        }
    }
}

/// A value without the quotes around it: `-p'a b'` is one word with quotes inside.
fn unquoted(text: &str, value: Range<usize>) -> Range<usize> {
    let written = text.get(value.clone()).unwrap_or_default();
    let quote = written.chars().next().filter(|c| matches!(c, '"' | '\''));
    match quote {
        Some(quote) if written.len() > 1 && written.ends_with(quote) => value.start + 1..value.end - 1,
        _ => value,
    }
}

/// What is behind the first of a sign in a word.
fn behind(text: &str, word: Range<usize>, sign: char) -> Option<Range<usize>> {
    let at = text.get(word.clone())?.find(sign)?;
    let from = word.start + at + 1;
    (from < word.end).then_some(from..word.end)
}

/// The password of `realm/user:password@host`.
fn before_host(text: &str, word: &Range<usize>) -> Option<Range<usize>> {
    let written = text.get(word.clone())?;
    let (colon, host) = (written.find(':')?, written.rfind('@')?);
    (!written.starts_with('-') && colon + 1 < host).then(|| word.start + colon + 1..word.start + host)
}

/// The password of `user/password@service`.
fn slash(text: &str, word: &Range<usize>) -> Option<Range<usize>> {
    let written = text.get(word.clone())?;
    let at = written.find('/').filter(|at| *at > 0)?;
    let end = written.rfind('@').filter(|end| end > &at).unwrap_or(written.len());
    (at + 1 < end && !written.starts_with('-')).then(|| word.start + at + 1..word.start + end)
}

/// `net use X: \\host\share PASSWORD /user:NAME`, and the password behind the name.
fn net_use(text: &str, words: &[Range<usize>], found: &mut Vec<Range<usize>>) {
    let word = |range: &Range<usize>| text.get(range.clone()).unwrap_or_default();
    let is_share = |word: &str| word.starts_with("\\\\") || word.starts_with("//");
    let is_device = |word: &str| word == "*" || word.len() == 2 && word.ends_with(':');
    let mut seen_share = false;
    for range in words {
        let written = word(range);
        if is_share(written) {
            seen_share = true;
        } else if seen_share && !written.starts_with('/') && !is_device(written) && !is_innocent(written) {
            found.push(range.clone());
        }
    }
}

/// `net user NAME PASSWORD /add`. A sentence about the command goes on with plain words.
fn net_user(text: &str, words: &[Range<usize>], found: &mut Vec<Range<usize>>) {
    let word = |range: &Range<usize>| text.get(range.clone()).unwrap_or_default();
    let [name, secret, rest @ ..] = words else { return };
    let (name, written) = (word(name), word(secret));
    if name.starts_with('/') || written.starts_with('/') || is_innocent(written) {
        return;
    }
    let plain = written.bytes().all(|byte| byte.is_ascii_lowercase());
    let ends = rest.first().is_none_or(|next| word(next).starts_with(['/', '&', '|', '>']));
    if !plain || ends {
        found.push(secret.clone());
    }
}

/// `echo PASSWORD | sudo -S …`: what is written to a program that asks for a password.
fn piped(text: &str, end: usize, found: &mut Vec<Range<usize>>) {
    const NEAR_BYTES: usize = 80;
    const ASKING: &[&str] =
        &["sudo -S", "sudo -kS", "chpasswd", "passwd", "kinit", "--password-stdin", "su ", "smbpasswd"];
    let rest = text.get(end..).unwrap_or_default();
    let Some(pipe) = rest.find('|') else { return };
    let from = end + pipe;
    let near = text.get(from..text.floor_char_boundary(from.saturating_add(NEAR_BYTES).min(text.len())));
    if near.is_some_and(|near| ASKING.iter().any(|program| near.contains(program))) {
        let words = words(text, end);
        let word = |range: &Range<usize>| text.get(range.clone()).unwrap_or_default();
        found.extend(
            words.iter().filter(|range| range.start < from && !word(range).starts_with('-')).cloned(),
        );
    }
}

/// The string before a pipe.
fn string_before(text: &str, at: usize) -> Option<Range<usize>> {
    let head = text.get(..at)?.trim_end().strip_suffix('|')?.trim_end();
    let quote = head.chars().next_back().filter(|c| matches!(c, '"' | '\''))?;
    let end = head.len() - 1;
    let start = head.get(..end)?.rfind(quote)? + 1;
    (start < end).then_some(start..end)
}

/// The words of a command from a place on, without their quotes.
fn words(text: &str, from: usize) -> Vec<Range<usize>> {
    let mut words: Vec<Range<usize>> = Vec::new();
    // The quote that ends the program's name.
    let start = text.get(from..).unwrap_or_default();
    let mut at = from + usize::from(start.starts_with(['"', '\'']));
    while words.len() < WORDS_MAX {
        let rest = text.get(at..).unwrap_or_default();
        let bare = rest.trim_start_matches([' ', '\t', ',', '\u{a0}']);
        at = text.len() - bare.len();
        let Some(first) = bare.chars().next() else { break };
        if matches!(first, '\n' | '\r' | '|' | '<' | ']') || bare.starts_with("&&") || bare.starts_with("; ")
        {
            break;
        }
        // `a1="-p"` of auditd.
        let numbered =
            bare.strip_prefix('a').map(|rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()));
        let lead = numbered
            .filter(|rest| rest.starts_with('=') && bare.len() - rest.len() > 1)
            .map_or(0, |rest| bare.len() - rest.len() + 1);
        at += lead;
        let bare = bare.get(lead..).unwrap_or_default();
        let slash = usize::from(bare.starts_with("\\\"") || bare.starts_with("\\'"));
        let bare = bare.get(slash..).unwrap_or_default();
        if let Some(quote @ ('"' | '\'')) = bare.chars().next() {
            let (body, close) = (bare.get(1..).unwrap_or_default(), if quote == '"' { "\"" } else { "'" });
            let close = match (slash, close) {
                (0, close) => close,
                (_, "\"") => "\\\"",
                _ => "\\'",
            };
            let length = closed(body, close);
            words.push(at + slash + 1..at + slash + 1 + length);
            at = at + slash + 1 + (length + close.len()).min(body.len());
        } else {
            let length = bare_word(bare);
            if length == 0 {
                at += slash + first.len_utf8();
                continue;
            }
            words.push(at + slash..at + slash + length);
            at += slash + length;
        }
    }
    words.retain(|range| !range.is_empty());
    words
}

/// How long a word without quotes around it is. A quote inside opens a part of it only directly behind a flag.
fn bare_word(text: &str) -> usize {
    const FLAG_BYTES_MAX: usize = 16;
    let mut quoted: Option<char> = None;
    for (at, c) in text.char_indices() {
        match quoted {
            Some(open) if c == open => return at + c.len_utf8(),
            Some(_) if c == '\n' => return at,
            Some(_) => {}
            None if matches!(c, '"' | '\'') => {
                let closes = text.get(at + 1..).is_some_and(|rest| rest.contains(c));
                let flag = text.starts_with(['-', '/']) && at <= FLAG_BYTES_MAX && closes;
                let inside = c == '\''
                    && text.get(at + 1..).is_some_and(|rest| rest.starts_with(|c: char| c.is_alphanumeric()));
                if flag {
                    quoted = Some(c);
                } else if !inside || at == 0 {
                    return at;
                }
            }
            None if c.is_whitespace() || matches!(c, '|' | '<' | '>') => return at,
            None if c == ',' && text.get(at + 1..).is_some_and(|rest| rest.starts_with(['"', '\''])) => {
                return at;
            }
            None => {}
        }
    }
    text.len()
}

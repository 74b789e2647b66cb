//! Documents of lines that are known by their words: messages of commands that failed, logs, lists of names or indicators,
//! prose.

use super::seems::{AS_KNOWLEDGE, AS_LOG, Seems};
use crate::packages::dpkg_query;
use crate::tables::systeminfo;
use input::Head;
use std::net::IpAddr;

/// How many lines are looked at.
const LOOKED_AT: usize = 50;

/// What shells and commands write when they fail, in lower case.
const NOT_FOUND: &[&str] = &[
    "command not found",
    ": not found",
    "is not recognized as an internal or external command",
    "is not recognized as the name of a cmdlet",
    "is not recognized as a name of a cmdlet",
    "commandnotfoundexception",
    " file or directory",
    "wurde nicht als name eines cmdlet",
    "ist entweder falsch geschrieben oder",
    "n'est pas reconnu",
    "no se reconoce como",
    "% invalid input detected",
    "unknown command",
];
const REFUSED: &[&str] = &[
    "permission denied",
    "access is denied",
    "access denied",
    "zugriff verweigert",
    "accès refusé",
    "acceso denegado",
    "unauthorizedaccessexception",
    "operation not permitted",
    "must be root",
    "requires elevation",
    "are you root?",
    "insufficient privileges",
];

/// The message of a command instead of what it should write: some lines, and one of the first says so.
pub(crate) fn of_failed(head: &Head<'_>) -> Option<Seems> {
    if head.is_json() || head.text.trim_start().starts_with('<') || head.lines(LOOKED_AT).count() > 20 {
        return None;
    }
    let lower = head.lines(5).collect::<Vec<_>>().join("\n").to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    if says(REFUSED) {
        let help = "run the command again as an administrator, or with sudo";
        return Some(Seems::new("the message of a command that had no permission", help));
    }
    says(NOT_FOUND).then(|| {
        Seems::new(
            "the message of a command that is not there",
            "run it where it is installed, and check its name",
        )
    })
}

/// Names of packages alone.
const WITHOUT_VERSIONS: Seems = Seems::new(
    "names without versions",
    "give `dpkg-query -W`, `rpm -qa`, `apk info -v` or `pip freeze`, which have versions",
);

/// What says something of a machine, and not enough.
pub(crate) fn of_system(head: &Head<'_>) -> Option<Seems> {
    if dpkg_query::is_selections(head) {
        return Some(WITHOUT_VERSIONS);
    }
    if head.lines(6).any(|line| line.to_ascii_lowercase().contains("hotfixid")) {
        return Some(Seems::new(
            "a list of updates, which names no installed version",
            "give `systeminfo` or `Get-ComputerInfo`, which have the build",
        ));
    }
    if head.lines(4).any(|line| line.starts_with("PID: ") && line.contains("VID: ")) {
        return Some(Seems::new("a list of hardware, which has no version", "give `show version`"));
    }
    const PROCESSES: &[&str] =
        &["Image Name  ", "Abbildname ", "Active Connections", "Netid ", "Status   Name", "USER         PID"];
    let of_processes =
        |line: &str| PROCESSES.iter().any(|start| line.starts_with(start)) || line.contains(" PID TTY ");
    if head.lines(3).any(of_processes) {
        return Some(Seems::new(
            "a list of processes, services or connections, which has no versions",
            "give the list of what is installed",
        ));
    }
    systeminfo::is_part(head).then(|| {
        Seems::new(
            "a part of `systeminfo`, without the name of the machine and of the system",
            "give all of what `systeminfo` writes",
        )
    })
}

/// Whether a line begins with a time, as those of logs do.
fn is_of_log(line: &str) -> bool {
    let line = line.trim_start();
    let line = line.strip_prefix('<').and_then(|rest| rest.split_once('>')).map_or(line, |(_, rest)| rest);
    let line = line.trim_start_matches(['[', '"', '\'']);
    let digits = |range: std::ops::Range<usize>| {
        line.get(range).is_some_and(|text| text.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let mark = |at: usize, marks: &[char]| line.get(at..).is_some_and(|text| text.starts_with(marks));
    let iso = digits(0..4)
        && mark(4, &['-', '/'])
        && digits(5..7)
        && mark(7, &['-', '/'])
        && digits(8..10)
        && mark(10, &['T', ' ', ',', '\t', ';'])
        && digits(11..13)
        && mark(13, &[':']);
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let of_syslog = months.iter().any(|month| line.starts_with(month)) && mark(3, &[' ']) && mark(9, &[':']);
    // `203.0.113.9 - - [12/Jun/2026:03:14:15 +0000]`.
    let of_access = line.split_once('[').is_some_and(|(_, rest)| {
        let rest = rest.as_bytes();
        rest.get(2) == Some(&b'/') && rest.get(6) == Some(&b'/') && rest.get(11) == Some(&b':')
    });
    let marks = ["CEF:", "LEEF:", "type=", "date=", "#Fields:", "#separator"];
    iso || of_syslog
        || of_access
        || marks.iter().any(|mark| line.starts_with(mark))
            && line.contains([':', '='])
            && (line.contains("msg=")
                || line.contains("time=")
                || line.contains('|')
                || line.starts_with('#'))
}

pub(crate) fn of_log(head: &Head<'_>) -> Option<Seems> {
    mostly(head, |_| true, is_of_log).then(|| Seems::new("a log", AS_LOG))
}

/// Whether more than half of the first lines that count are of a kind, and there is one.
fn mostly(head: &Head<'_>, counts: impl Fn(&str) -> bool, is: impl Fn(&str) -> bool) -> bool {
    let (mut fitting, mut others) = (0_usize, 0_usize);
    for line in head.lines(LOOKED_AT).filter(|line| counts(line)) {
        *if is(line) { &mut fitting } else { &mut others } += 1;
    }
    fitting > others
}

fn is_comment(line: &str) -> bool {
    line.starts_with(['#', ';']) || line.starts_with("//")
}

fn is_indicator(line: &str) -> bool {
    let word = line.trim().split([',', ';', '\t', ' ']).next().unwrap_or("").trim_matches('"');
    let is_hash =
        matches!(word.len(), 32 | 40 | 64 | 128) && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    let address = word.split_once('/').map_or(word, |(address, _)| address);
    let scheme = ["hxxp", "http://", "https://", "ftp://"].iter().any(|scheme| word.starts_with(scheme));
    is_hash || scheme || word.contains("[.]") || word.contains("(.)") || address.parse::<IpAddr>().is_ok()
}

pub(crate) fn of_indicators(head: &Head<'_>) -> Option<Seems> {
    mostly(head, |line| !is_comment(line), is_indicator).then(|| {
        Seems::new(
            "a list of addresses, hashes or links",
            "give indicators as an advisory before --estate, own machines as a table with `hostname` and `ip`",
        )
    })
}

/// Sentences: long lines of words, or headings of Markdown above them.
pub(crate) fn of_prose(head: &Head<'_>) -> Option<Seems> {
    let is_mail = |line: &str| {
        ["From: ", "Received: ", "Return-Path: ", "Subject: "].iter().any(|field| line.starts_with(field))
    };
    if head.lines(3).any(is_mail) && head.lines(40).filter(|line| is_mail(line)).count() >= 2 {
        return Some(Seems::new("a mail", AS_KNOWLEDGE));
    }
    let is_sentence = |line: &str| {
        let words = line.split_whitespace().filter(|word| word.chars().any(char::is_alphabetic)).count();
        let cells = line.matches([',', ';', '\t', '|', '=']).count();
        // Columns are set off by blanks.
        words >= 8 && words > cells * 3 && line.trim().matches("   ").count() < 2
    };
    let title = |line: &str| line.starts_with('#') || line.starts_with('*') || line.starts_with("- ");
    let prose = mostly(head, |line| !title(line) && line.len() > 20, is_sentence);
    prose.then(|| Seems::new("a text of sentences", AS_KNOWLEDGE))
}

/// Names of packages or programs, one a line.
pub(crate) fn of_names(head: &Head<'_>) -> Option<Seems> {
    let is_name = |line: &str| {
        let line = line.trim().trim_matches('"');
        line.starts_with(|c: char| c.is_alphanumeric() || c == '@')
            && line.split_whitespace().count() <= 6
            && line.len() <= 80
            && !line.ends_with([':', '.', '!', '?', ','])
            && !line.contains([':', '=', '{', '}', '<', '>'])
            || line.rsplit_once(':').is_some_and(|(name, of)| {
                !name.contains(' ') && matches!(of, "amd64" | "i386" | "arm64" | "all")
            })
    };
    let (all, fitting) = head
        .lines(LOOKED_AT)
        .filter(|line| !is_comment(line))
        .fold((0_usize, 0_usize), |(all, fitting), line| (all + 1, fitting + usize::from(is_name(line))));
    if fitting == 0 || fitting * 5 < all * 4 {
        return None;
    }
    let of_words = head.lines(LOOKED_AT).filter(|line| line.trim().contains(' ')).count();
    Some(match of_words * 3 > all {
        true => Seems::new(
            "names without versions",
            "give `winget list`, or the names and versions of the registry's Uninstall keys as CSV",
        ),
        false => WITHOUT_VERSIONS,
    })
}

//! What a list says of itself before its first value: title, publisher, day, marking, and whether its words
//! say that it is a list of indicators.
//!
//! Only comments count, and the file's name. A title is what the list calls its title, or the first line of a
//! banner; a single comment line above the first value is about the values below it.

use super::line::comment;
use crate::prose::article::{dates_in, title_of, tlp};
use model::{Date, Tlp};

/// How many lines before the first value are looked at.
const LINES_MAX: usize = 500;

/// The head of a list.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Preface {
    pub(super) title: Option<String>,
    pub(super) publisher: Option<String>,
    pub(super) published: Option<Date>,
    pub(super) tlp: Option<Tlp>,
    /// Whether the file's name or a comment says that the values are signs of a threat.
    pub(super) says_indicators: bool,
}

/// Words that lists of indicators call themselves, in comments and in names of files.
const WORDS: [&str; 49] = [
    "ioc",
    "iocs",
    "indicator",
    "indicators",
    "intel",
    "blocklist",
    "blocklists",
    "blacklist",
    "blacklists",
    "blocklisted",
    "blacklisted",
    "denylist",
    "badips",
    "c2",
    "c2s",
    "c2server",
    "cnc",
    "c&c",
    "c&cs",
    "botnet",
    "botnets",
    "malware",
    "malicious",
    "malwareurl",
    "maldomains",
    "phish",
    "phishing",
    "phishtank",
    "openphish",
    "ransomware",
    "trojan",
    "threat",
    "threats",
    "threatfox",
    "urlhaus",
    "feodo",
    "sslbl",
    "malwarebazaar",
    "cobaltstrike",
    "attacker",
    "attackers",
    "scanners",
    "bruteforce",
    "compromised",
    "spam",
    "spamhaus",
    "dga",
    "coinminer",
    "infected",
];

/// Reads the head of a list; `file` is the document's name without directories, in lower case.
pub(super) fn of(head: &str, file: &str) -> Preface {
    let mut preface = Preface { says_indicators: says_indicators(file), ..Preface::default() };
    // The first block of comments: its first line, and how many lines it has.
    let (mut first, mut lines, mut open) = (None, 0_usize, true);
    let mut comments = String::new();
    for line in head.lines().take(LINES_MAX).map(str::trim) {
        if line.is_empty() {
            open &= lines == 0;
            lines += usize::from(lines > 0);
            continue;
        }
        let Some(text) = comment(line) else { break };
        comments.push_str(text);
        comments.push('\n');
        preface.field(text);
        if open && !text.is_empty() && !is_header(text) {
            lines += 1;
            if first.is_none() && !says_when(text) {
                first = Some(text);
            }
        }
    }
    preface.says_indicators |= comments.lines().any(says_indicators);
    preface.tlp = tlp(&comments);
    let banner = first.filter(|_| lines > 1);
    preface.title = preface.title.take().or_else(|| banner.and_then(title_of));
    preface
}

impl Preface {
    /// A line that gives one of the fields by name.
    fn field(&mut self, text: &str) {
        if self.published.is_none() && says_when(text) {
            self.published = dates_in(text).next().or_else(|| compact_day(text));
        }
        if let Some((key, value)) = text.split_once(':') {
            let value = value.trim();
            match key.trim().to_ascii_lowercase().as_str() {
                "title" if self.title.is_none() => self.title = title_of(value),
                "publisher" | "published by" | "provider" | "provided by" | "feed provided by"
                | "issued by" | "author" | "maintainer" | "maintained by"
                    if self.publisher.is_none() =>
                {
                    self.publisher = title_of(value);
                }
                _ => {}
            }
        }
        if self.publisher.is_none()
            && let Some((_, holder)) = text.split_once("(c)")
        {
            let name =
                holder.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, ' ' | '-' | ','));
            self.publisher = title_of(name);
        }
    }
}

/// Whether a line says when the list was made.
fn says_when(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let cues = ["date:", "updated", "modified", "generated", "published", "created", "written at", "as of"];
    cues.iter().any(|cue| lower.contains(cue))
}

/// `20170226235356`: the day of a time in digits alone.
fn compact_day(text: &str) -> Option<Date> {
    let digits =
        text.split(|c: char| !c.is_ascii_digit()).find(|digits| matches!(digits.len(), 8 | 12 | 14))?;
    let part = |from: usize, to: usize| digits.get(from..to).and_then(|part| part.parse::<u32>().ok());
    let year = i32::try_from(part(0, 4)?).ok().filter(|year| (1990..2100).contains(year))?;
    Date::new(year, part(4, 6)?, part(6, 8)?)
}

/// Whether a comment is a line of names of columns.
fn is_header(text: &str) -> bool {
    let separators = text.bytes().filter(|byte| matches!(byte, b',' | b';' | b'|' | b'\t')).count();
    separators >= 2 && !text.contains(". ") && text.split_whitespace().count() <= separators * 3 + 1
}

/// Whether a text calls its values signs of a threat.
fn says_indicators(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let mut words = lower.split(|c: char| !(c.is_alphanumeric() || c == '&')).filter(|word| !word.is_empty());
    words.any(|word| WORDS.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(head: &str, file: &str) -> String {
        let preface = of(head, file);
        let day = preface.published.map(|day| day.to_string());
        format!(
            "{:?} {:?} {:?} {:?} {}",
            preface.title.as_deref().unwrap_or("-"),
            preface.publisher.as_deref().unwrap_or("-"),
            day.as_deref().unwrap_or("-"),
            preface.tlp.map_or("-", Tlp::name),
            preface.says_indicators
        )
    }

    #[test]
    fn heads_as_lists_have_them() {
        let banner = "########\n# Quay Botnet C2 IP Blocklist (TXT) #\n# Last updated: 2026-11-27 02:35:00 (UTC) #\n\
                      #\n# DstIP\n203.0.113.66\n";
        assert_eq!(
            shown(banner, "x.txt"),
            r#""Quay Botnet C2 IP Blocklist (TXT)" "-" "2026-11-27" "-" true"#
        );
        let titled = "# Title: a list\n# Date: 27 November 2026\n# TLP:AMBER\n# Provider: Port CERT\n0.0.0.0 a.example";
        assert_eq!(shown(titled, "x.txt"), r#""a list" "Port CERT" "2026-11-27" "TLP:AMBER" false"#);
        let semicolons = "; Quay DROP List 2015/09/14 - (c) 2015 The Quay Project\n\
                          ; Last-Modified: Mon, 14 Sep 2015 04:39:22 GMT\n192.0.2.0/24 ; Q1\n";
        let shown_semicolons = shown(semicolons, "x.txt");
        assert!(
            shown_semicolons.contains(r#""The Quay Project" "2015-09-14" "-" false"#),
            "{shown_semicolons}"
        );
        let digits = "# Quay list\n# Generated at: 20170226235356 UTC\n203.0.113.66\n";
        assert_eq!(shown(digits, "x.txt"), r#""Quay list" "-" "2017-02-26" "-" false"#);
    }

    #[test]
    fn one_comment_above_the_values_is_about_them() {
        assert_eq!(shown("# from a colleague\n203.0.113.66\n", "x.txt"), r#""-" "-" "-" "-" false"#);
        assert_eq!(
            shown("# a list\n\n# group one\n203.0.113.66\n", "x.txt"),
            r#""a list" "-" "-" "-" false"#
        );
        assert_eq!(shown("# ip,port,malware\n203.0.113.66,1,x\n", "x.txt"), r#""-" "-" "-" "-" true"#);
        assert_eq!(shown("203.0.113.66\n", "local_ip_intel.csv"), r#""-" "-" "-" "-" true"#);
    }
}

//! As what a document is read, by its content: so that a folder of exports can be given as it is.
//!
//! Each wall knows its own forms and no other's. Here they are asked together, and where several claim a document,
//! the surer claim decides: a form with a name of its own before a table, a table before lines of text.

use input::{Document, Head};
use intel::Format;

/// As what a document is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sort {
    /// What is ours.
    Estate,
    /// Advisories, reports and lists of indicators: what is asked about.
    Intel,
    /// What the world knows of flaws and groups, and what it saw of us.
    Knowledge,
    /// What happened.
    Logs,
    /// Sigma rules.
    Rules,
    /// What is known here about rules.
    Tuning,
    /// The user's names for log sources and fields.
    Mapping,
}

impl Sort {
    /// All of them, in the order of reading.
    pub const ALL: [Self; 7] =
        [Self::Estate, Self::Intel, Self::Knowledge, Self::Rules, Self::Tuning, Self::Mapping, Self::Logs];

    /// Its name, as the command line writes it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Estate => "estate",
            Self::Intel => "intel",
            Self::Knowledge => "knowledge",
            Self::Logs => "logs",
            Self::Rules => "rules",
            Self::Tuning => "tuning",
            Self::Mapping => "mapping",
        }
    }

    /// The sort of a name; collections are knowledge of us.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let name = if name == "collections" { "knowledge" } else { name };
        Self::ALL.into_iter().find(|sort| sort.name() == name)
    }

    /// The sort of a document; `None`: no wall knows it.
    #[must_use]
    pub fn of(document: &Document<'_>) -> Option<Self> {
        let text = document.head_decoded();
        let (name, head) = (&*document.name, Head::of_text(&document.name, &text));
        if let Some(sort) = configuration(name, &head) {
            return Some(sort);
        }
        let intel = intel::recognise(name, &text).or_else(|| intel::recognise_bytes(name, &document.head));
        let estate = estate::recognise(name, &text);
        let telemetry = telemetry::recognise(name, &document.head);
        let is_log = telemetry.is_some_and(|format| !format.is_text());
        let is_named_log = telemetry.is_some_and(|format| !format.is_general());
        match (intel, estate) {
            // A bill of materials may state which flaws do not affect it: it is ours. A vendor's statement bears none.
            (Some(Format::CycloneDxVex), Some(_)) if head.has_key("components") => Some(Self::Estate),
            (Some(Format::LeakTable), Some(_)) => Some(Self::Estate),
            (Some(format), None) if is_table(format) && is_log => Some(Self::Logs),
            (Some(format), _) if format != Format::Html => Some(of_intel(format, &head)),
            (_, Some(format)) if !(is_named_log || is_loose(format) && is_called_log(name)) => {
                Some(Self::Estate)
            }
            _ if is_log => Some(Self::Logs),
            (Some(_), _) => Some(Self::Intel),
            _ if has_prose_name(name) && !head.is_json() && !starts_with_time(&head) => Some(Self::Intel),
            _ => telemetry.filter(|_| starts_with_time(&head) || is_called_log(name)).map(|_| Self::Logs),
        }
    }
}

/// A form that nearly any table or list would fit.
fn is_table(format: Format) -> bool {
    format.is_list()
        || matches!(format, Format::AlertTable | Format::MailTable | Format::LeakTable | Format::StolenText)
}

/// As what a document of this room is read: feeds and collections are knowledge, the rest is asked about.
fn of_intel(format: Format, head: &Head<'_>) -> Sort {
    match format {
        Format::Stix if is_attack(head) => Sort::Knowledge,
        Format::Kev
        | Format::KevTable
        | Format::CveRecord
        | Format::OsvRecord
        | Format::EndOfLife
        | Format::Nvd
        | Format::GithubAdvisory
        | Format::Epss
        | Format::VulnCheckKev
        | Format::Euvd
        | Format::Csaf
        | Format::OpenVex
        | Format::CycloneDxVex
        | Format::DebianTracker
        | Format::UbuntuNotices
        | Format::ExploitStatus
        | Format::Shadowserver
        | Format::HaveIBeenPwned
        | Format::IntelMq
        | Format::LeakTable
        | Format::StealerJson
        | Format::StolenText
        | Format::N6
        | Format::Bars
        | Format::AbuseReport
        | Format::AlertTable
        | Format::MailTable
        | Format::WarningList => Sort::Knowledge,
        _ => Sort::Intel,
    }
}

/// Whether a bundle is ATT&CK itself or a part of it, and not a report that refers to it.
fn is_attack(head: &Head<'_>) -> bool {
    let has = |words: &[&str]| words.iter().any(|word| head.contains(word));
    has(&["x_mitre_domains", "x-mitre-collection", "x-mitre-matrix"])
        || (has(&["\"attack-pattern\"", "\"intrusion-set\""]) && !has(&["\"report\"", "\"indicator\""]))
}

/// Rules, tuning and mapping: YAML, distinguished by the keys at the beginnings of lines.
fn configuration(name: &str, head: &Head<'_>) -> Option<Sort> {
    let end = name.rsplit('.').next().unwrap_or_default();
    let is_yaml = end.eq_ignore_ascii_case("yml") || end.eq_ignore_ascii_case("yaml");
    if !is_yaml {
        return None;
    }
    let has = |keys: &[&str]| head.lines(2_000).any(|line| keys.iter().any(|key| line.starts_with(key)));
    if has(&["detection:", "correlation:", "filter:", "logsource:"]) {
        return Some(Sort::Rules);
    }
    if has(&["- when:"]) {
        return Some(Sort::Mapping);
    }
    has(&["disable:", "levels:", "exceptions:", "critical_hosts:", "placeholders:"]).then_some(Sort::Tuning)
}

/// Whether a name is one that people give to texts that they wrote.
fn has_prose_name(name: &str) -> bool {
    let name = name.rsplit(['/', '!']).next().unwrap_or_default().to_ascii_lowercase();
    [".md", ".txt", ".html", ".htm", ".rst", ".adoc"].iter().any(|end| name.ends_with(end))
}

/// A form that lines of two words fit, whatever they mean.
fn is_loose(format: estate::Format) -> bool {
    matches!(format, estate::Format::Named | estate::Format::Described)
}

/// Whether a name is one that logs have.
fn is_called_log(name: &str) -> bool {
    name.to_ascii_lowercase().contains(".log")
}

/// Whether most lines begin with a moment: a log.
fn starts_with_time(head: &Head<'_>) -> bool {
    let lines = || head.lines(20).filter(|line| !line.trim().is_empty());
    let timed = lines().filter(|line| {
        line.trim_start_matches(['[', '<', '"'])
            .get(..4)
            .is_some_and(|year| year.bytes().all(|b| b.is_ascii_digit()))
    });
    timed.count() * 2 > lines().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_what_its_content_says() {
        let of = |name: &str, text: &str| {
            Document::open(name, text.as_bytes()).ok().and_then(|one| Sort::of(&one))
        };
        let line = "nova-api.log.1.2017-05-16_13:53:08 2017-05-16 00:00:00.008 25746 INFO nova.osapi [req-1] 10.11.10.1\n";
        for (name, text, expected) in [
            (
                "devices.csv",
                "name,ip,vendor,product,version\napp-1,10.20.1.5,Apache,log4j-core,2.14.1\n",
                Some(Sort::Estate),
            ),
            ("OpenStack.log", &line.repeat(30), Some(Sort::Logs)),
            ("report.md", "# A group\n\nIts server is evil[.]harbour[.]example.\n", Some(Sort::Intel)),
            ("list.txt", "203.0.113.7\n203.0.113.77\nharbour-crane.example\n", Some(Sort::Intel)),
            ("kev.json", "{\"vulnerabilities\": [{\"cveID\": \"CVE-2021-44228\"}]}", Some(Sort::Knowledge)),
            ("a.yml", "title: x\ndetection:\n  s: {a: b}\n  condition: s\n", Some(Sort::Rules)),
            ("t.yml", "disable:\n  - x\n", Some(Sort::Tuning)),
            ("m.yml", "- when: {a: b}\n  host: c\n", Some(Sort::Mapping)),
            ("NOTICE", "Nothing that anybody reads.\n", None),
        ] {
            assert_eq!(of(name, text), expected, "{name}");
        }
    }
}

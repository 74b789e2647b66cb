//! What a report mentions, each distinct value once: its group, its text for people, its first sentence and place.
//!
//! The forms of `extract` take values and their order from here, so that all show the same values in the same
//! order.

use crate::safe::shown::Shown;
use crate::words::phrase::{and, and_more, count_of, counted, day};
use model::Place;
use model::world::{Mention, Mentioned, Report};
use std::collections::{BTreeMap, HashMap};

/// The kinds of indicators in the order in which people read them: addresses, then hashes, then traces on a
/// machine. A kind that is not listed comes last.
const KINDS: [&str; 15] = [
    "ipv4",
    "ipv6",
    "network",
    "domain",
    "url",
    "email",
    "md5",
    "sha1",
    "sha256",
    "sha512",
    "file-name",
    "path",
    "registry-key",
    "user-agent",
    "autonomous-system",
];

/// The group of a mention for people; the number sorts the groups.
pub(crate) fn group(what: &Mentioned) -> (usize, &'static str) {
    match what {
        Mentioned::Observable(o) => match o.kind.name() {
            "cve" => (101, "vulnerability"),
            "technique" => (102, "technique"),
            name => (KINDS.iter().position(|kind| *kind == name).unwrap_or(100), name),
        },
        Mentioned::Actor { .. } => (103, "actor"),
        Mentioned::Software(_) => (104, "software"),
        Mentioned::Control(_) => (105, "control"),
    }
}

/// The names of all groups, in order.
pub(crate) fn types() -> impl Iterator<Item = &'static str> {
    KINDS.into_iter().chain(["vulnerability", "technique", "actor", "software", "control"])
}

/// The exact value.
pub(crate) fn value(what: &Mentioned) -> &str {
    match what {
        Mentioned::Observable(o) => &o.value,
        Mentioned::Actor { written, .. } => written,
        Mentioned::Software(name) | Mentioned::Control(name) => name,
    }
}

/// What is said of an indicator that a report names without a word of harm: the publisher's own address, a product's
/// page.
pub(crate) const NOT_CALLED_MALICIOUS: &str = "not called malicious";

/// A distinct value of a report.
pub(crate) struct Distinct<'a> {
    /// Its first mention.
    pub(crate) first: &'a Mention,
    /// How often it is mentioned.
    pub(crate) count: u64,
    /// Whether any mention calls it malicious.
    pub(crate) malicious: bool,
}

impl Distinct<'_> {
    /// For people: defanged; a group with the names that sources give it.
    pub(crate) fn shown(&self) -> Shown {
        let value = match &self.first.what {
            // No mail program makes a file name clickable, and its last part is no domain.
            Mentioned::Observable(o) if matches!(o.kind.name(), "file-name" | "path" | "registry-key") => {
                Shown::exact(&o.value)
            }
            what => Shown::prose(value(what)),
        };
        let Mentioned::Actor { written, groups } = &self.first.what else { return value };
        let others: Vec<Shown> =
            groups.iter().filter(|group| *group != written).map(|group| Shown::prose(group)).collect();
        if others.is_empty() {
            value
        } else {
            Shown::of(&[&value, &" (", &Shown::joined(others, ", "), &")"])
        }
    }

    /// Whether it is an indicator that the report names and does not call malicious.
    pub(crate) fn is_only_named(&self) -> bool {
        // CVEs and techniques are named, not looked for.
        !self.malicious && group(&self.first.what).0 <= 100
    }

    /// The first sentence.
    pub(crate) fn sentence(&self) -> Shown {
        Shown::prose(&self.first.sentence)
    }

    /// The first place, and how many more there are.
    pub(crate) fn place(&self) -> Shown {
        let place = match self.first.origin.place {
            Place::Whole => Shown::default(),
            place => Shown::of(&[&place]),
        };
        if self.count > 1 {
            return Shown::of(&[&place, &" ", &and_more(self.count - 1)]);
        }
        place
    }
}

/// The distinct values of a report by group, in the order of the groups, then of their first place.
pub(crate) fn distinct(report: &Report) -> Vec<(&'static str, Vec<Distinct<'_>>)> {
    let mut places: HashMap<(usize, &str), usize> = HashMap::new();
    let mut all: Vec<((usize, &'static str), Distinct<'_>)> = Vec::new();
    for mention in &report.mentions {
        let group = group(&mention.what);
        let next = all.len();
        let at = *places.entry((group.0, value(&mention.what))).or_insert(next);
        match all.get_mut(at) {
            Some((_, known)) => {
                known.count += 1;
                known.malicious |= mention.malicious;
            }
            None => all.push((group, Distinct { first: mention, count: 1, malicious: mention.malicious })),
        }
    }
    let mut groups: BTreeMap<(usize, &'static str), Vec<Distinct<'_>>> = BTreeMap::new();
    for (group, distinct) in all {
        groups.entry(group).or_default().push(distinct);
    }
    groups.into_iter().map(|((_, name), values)| (name, values)).collect()
}

/// Title, publisher, day and marking of a report, for people.
pub(crate) fn about(report: &Report) -> Vec<Shown> {
    let mut about = Vec::new();
    about.extend(report.publisher.as_deref().map(Shown::prose));
    about.extend(report.published.map(day));
    about.extend(report.tlp.map(|tlp| Shown::from(tlp.name())));
    about.push(Shown::exact(&report.origin.source));
    about
}

/// The title of the report, else its file.
pub(crate) fn title(report: &Report) -> Shown {
    if report.name.is_empty() { Shown::exact(&report.origin.source) } else { Shown::prose(&report.name) }
}

/// How many distinct values of what, in words: `3 indicators, 2 CVEs`.
pub(crate) fn summary(report: &Report) -> Shown {
    let groups = distinct(report);
    let of = |names: &[&str]| -> u64 {
        let found = groups.iter().filter(|(name, _)| names.contains(name));
        found.map(|(_, values)| count_of(values)).sum()
    };
    let all: u64 = groups.iter().map(|(_, values)| count_of(values)).sum();
    let rest = ["vulnerability", "technique", "actor", "software", "control"];
    let counts = [
        (all - of(&rest), "indicator", "indicators"),
        (of(&["vulnerability"]), "CVE", "CVEs"),
        (of(&["technique"]), "technique", "techniques"),
        (of(&["actor"]), "actor", "actors"),
        (of(&["software"]), "piece of software", "pieces of software"),
        (of(&["control"]), "control", "controls"),
    ];
    let counts_in_words: Vec<Shown> =
        counts.into_iter().filter(|(n, ..)| *n > 0).map(|(n, one, many)| counted(n, one, many)).collect();
    if counts_in_words.is_empty() { "nothing found in it".into() } else { and(counts_in_words) }
}

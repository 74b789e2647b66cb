//! The fields of a filter: their names, the words that their values may be, and how a turn answers.
//!
//! Three sorts: a field with ordered words (`severity`), one with words without order (`kind`), and one with free text
//! (`host`). A value of the first two is checked when the filter is saved, so that a mistyped word is never a filter
//! that matches nothing.
//!
//! Invariant: of ordered words the greater is the worse, surer, sooner or narrower, so that `>=` reads as people mean it.

use crate::turned::{Strength, Turned, Working};
use model::{Certainty, Decision, Severity, Tlp};

/// A field that a filter may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// What it is about.
    Kind,
    /// What happened.
    Happened,
    /// How bad.
    Severity,
    /// How far it went.
    Strength,
    /// How sure.
    Certainty,
    /// How soon.
    Decision,
    /// Who may see it.
    Tlp,
    /// What people do about it.
    Work,
    /// Whether somebody does it.
    Claimed,
    /// Whether an account of ours was used by somebody else.
    Misused,
    /// Whether an analyst released it.
    Released,
    /// Whether it came in a bulk import.
    Bulk,
    /// Who does it.
    Holder,
    /// The zone.
    Zone,
    /// A tag.
    Tag,
    /// A group.
    Actor,
    /// A flaw.
    Cve,
    /// A rule or indicator.
    Rule,
    /// A party.
    Party,
    /// A collection.
    Collection,
    /// An owner.
    Owner,
    /// A machine.
    Host,
    /// An account.
    Account,
    /// A story.
    Story,
    /// A remedy.
    Remedy,
    /// An advisory.
    Advisory,
    /// The title.
    Title,
}

/// Every field, by its name.
pub const FIELDS: &[(&str, Field)] = &[
    ("kind", Field::Kind),
    ("happened", Field::Happened),
    ("severity", Field::Severity),
    ("strength", Field::Strength),
    ("certainty", Field::Certainty),
    ("decision", Field::Decision),
    ("tlp", Field::Tlp),
    ("work", Field::Work),
    ("claimed", Field::Claimed),
    ("misused", Field::Misused),
    ("released", Field::Released),
    ("bulk", Field::Bulk),
    ("holder", Field::Holder),
    ("zone", Field::Zone),
    ("tag", Field::Tag),
    ("actor", Field::Actor),
    ("cve", Field::Cve),
    ("rule", Field::Rule),
    ("party", Field::Party),
    ("collection", Field::Collection),
    ("owner", Field::Owner),
    ("host", Field::Host),
    ("account", Field::Account),
    ("story", Field::Story),
    ("remedy", Field::Remedy),
    ("advisory", Field::Advisory),
    ("title", Field::Title),
];

const KINDS: &[&str] = &["chain", "sighting", "compromise", "exposure", "gap", "service", "story"];
const HAPPENED: &[&str] = &["opened", "raised", "active-again", "closed", "corrected", "withdrawn", "quiet"];
const SEVERITIES: &[&str] = &["informational", "low", "medium", "high", "critical"];
const STRENGTHS: &[&str] =
    &["contact", "touched", "tried", "tried-outward", "logged-on", "succeeded", "acted"];
const CERTAINTIES: &[&str] = &["possible", "likely", "certain"];
const DECISIONS: &[&str] = &["track", "track*", "attend", "act"];
const TLPS: &[&str] = &["unmarked", "clear", "green", "amber", "amber+strict", "red"];
const WORKS: &[&str] = &["new", "acknowledged", "in-work", "accepted", "false-positive", "resolved"];
const YES_NO: &[&str] = &["no", "yes"];

/// A value of a condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    /// The place of a word in the words of its field.
    Rank(u8),
    /// Free text, in lower case.
    Text(String),
}

impl Field {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        FIELDS.iter().find(|(_, field)| *field == self).map_or("", |(name, _)| name)
    }

    /// The words that its values may be; empty where any text may be one.
    #[must_use]
    pub fn words(self) -> &'static [&'static str] {
        match self {
            Self::Kind => KINDS,
            Self::Happened => HAPPENED,
            Self::Severity => SEVERITIES,
            Self::Strength => STRENGTHS,
            Self::Certainty => CERTAINTIES,
            Self::Decision => DECISIONS,
            Self::Tlp => TLPS,
            Self::Work => WORKS,
            Self::Claimed | Self::Misused | Self::Released | Self::Bulk => YES_NO,
            _ => &[],
        }
    }

    /// Whether one of its words is more than another.
    #[must_use]
    pub fn is_ordered(self) -> bool {
        matches!(self, Self::Severity | Self::Strength | Self::Certainty | Self::Decision | Self::Tlp)
    }

    /// A value of this field; `None` where the field has words and this is none of them.
    pub(super) fn value(self, text: &str) -> Option<Value> {
        let text = text.to_lowercase();
        let words = self.words();
        if words.is_empty() {
            let is_value = self != Self::Cve || is_cve(&text);
            return is_value.then_some(Value::Text(text));
        }
        let word = match (self, text.as_str()) {
            // People read a chain as a story.
            (Self::Kind, "story") => "chain",
            (Self::Tlp, text) => text.strip_prefix("tlp:").unwrap_or(text),
            (_, text) => text,
        };
        rank_of(words, word).map(Value::Rank)
    }

    /// The place of a turn's word among the words of this field.
    pub(super) fn rank(self, turned: &Turned) -> Option<u8> {
        let word = match self {
            Self::Kind => turned.topic.name(),
            Self::Happened => turned.happened.name(),
            Self::Severity => return of(Severity::ALL, turned.severity),
            Self::Certainty => return of(Certainty::ALL, turned.certainty),
            Self::Decision => return of(Decision::ALL, turned.decision?),
            Self::Strength => {
                let strength = turned.strength?;
                return Strength::ALL.iter().zip(0..).find(|((s, _), _)| *s == strength).map(|(_, n)| n);
            }
            Self::Tlp => {
                return Tlp::ALL.iter().zip(0..).find(|(tlp, _)| **tlp == turned.tlp).map(|(_, n)| n);
            }
            Self::Work => {
                return Working::ALL.iter().zip(0..).find(|((w, _), _)| *w == turned.working).map(|(_, n)| n);
            }
            Self::Claimed => return Some(u8::from(turned.holder.is_some())),
            Self::Misused => return Some(u8::from(turned.is_misuse)),
            Self::Released => return Some(u8::from(turned.is_released)),
            Self::Bulk => return Some(u8::from(turned.bulk.is_some())),
            _ => return None,
        };
        rank_of(self.words(), word)
    }

    /// What a turn says of a field with free text: one text, or several.
    fn texts(self, turned: &Turned) -> (Option<&str>, &[String]) {
        match self {
            Self::Holder => (turned.holder.as_deref(), &[]),
            Self::Zone => (turned.zone.as_deref(), &[]),
            Self::Party => (turned.party.as_deref(), &[]),
            Self::Collection => (turned.collection.as_deref(), &[]),
            Self::Story => (turned.story.as_deref(), &[]),
            Self::Remedy => (turned.remedy.as_deref(), &[]),
            Self::Advisory => (turned.advisory.as_deref(), &[]),
            Self::Title => (Some(turned.title.as_str()), &[]),
            Self::Tag => (None, &turned.tags),
            Self::Actor => (None, &turned.actors),
            Self::Cve => (None, &turned.cves),
            Self::Rule => (None, &turned.rules),
            Self::Owner => (None, &turned.owners),
            Self::Host => (None, &turned.hosts),
            Self::Account => (None, &turned.accounts),
            _ => (None, &[]),
        }
    }

    /// Whether a turn says anything of this field.
    pub(super) fn is_known(self, turned: &Turned) -> bool {
        let (one, several) = self.texts(turned);
        one.is_some_and(|text| !text.is_empty()) || !several.is_empty() || self.rank(turned).is_some()
    }

    /// Whether a turn has this value.
    pub(super) fn is(self, turned: &Turned, value: &Value) -> bool {
        match value {
            Value::Rank(rank) => self.rank(turned) == Some(*rank),
            Value::Text(wanted) => self.any(turned, |text| {
                same(text, wanted)
                    || self == Self::Host && text.split('.').next().is_some_and(|label| same(label, wanted))
            }),
        }
    }

    /// Whether a turn has a value with this part, in lower case.
    pub(super) fn contains(self, turned: &Turned, part: &str) -> bool {
        self.any(turned, |text| text.to_lowercase().contains(part))
    }

    fn any(self, turned: &Turned, holds: impl Fn(&str) -> bool) -> bool {
        let (one, several) = self.texts(turned);
        one.is_some_and(&holds) || several.iter().any(|text| holds(text))
    }
}

/// Whether a text is one in lower case, whatever its own case.
fn same(text: &str, lower: &str) -> bool {
    text.eq_ignore_ascii_case(lower) || !text.is_ascii() && text.to_lowercase() == lower
}

/// `cve-2021-44228`.
fn is_cve(text: &str) -> bool {
    let digits = |part: &str, least: usize| part.len() >= least && part.bytes().all(|b| b.is_ascii_digit());
    let year_number = text.strip_prefix("cve-").and_then(|rest| rest.split_once('-'));
    year_number.is_some_and(|(year, number)| year.len() == 4 && digits(year, 4) && digits(number, 4))
}

fn rank_of(words: &[&str], word: &str) -> Option<u8> {
    words.iter().zip(0..).find(|(known, _)| known.eq_ignore_ascii_case(word)).map(|(_, rank)| rank)
}

/// The place from the end: the words of model begin with the worst, surest, soonest.
fn of<T: PartialEq + Copy>(all: &[T], value: T) -> Option<u8> {
    all.iter().rev().zip(0..).find(|(known, _)| **known == value).map(|(_, rank)| rank)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_what_they_mean_are_in_the_same_order() {
        let names = |words: Vec<&'static str>| words;
        assert_eq!(names(Severity::ALL.iter().rev().map(|s| s.name()).collect()), SEVERITIES);
        assert_eq!(names(Certainty::ALL.iter().rev().map(|s| s.name()).collect()), CERTAINTIES);
        assert_eq!(names(Decision::ALL.iter().rev().map(|s| s.name()).collect()), DECISIONS);
        assert_eq!(names(Strength::ALL.iter().map(|(_, word)| *word).collect()), STRENGTHS);
        assert_eq!(names(Working::ALL.iter().map(|(_, word)| *word).collect()), WORKS);
        let tlps: Vec<String> =
            Tlp::ALL.iter().map(|t| t.name().to_lowercase().replace("tlp:", "")).collect();
        assert_eq!(tlps, TLPS);
    }

    #[test]
    fn every_field_is_named_once() {
        let names: std::collections::BTreeSet<&str> = FIELDS.iter().map(|(name, _)| *name).collect();
        assert_eq!(names.len(), FIELDS.len());
        assert!(FIELDS.iter().all(|(name, field)| field.name() == *name));
    }
}

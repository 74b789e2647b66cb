//! A filter: which turns a subscription is about, in a small language that is checked when it is saved.
//!
//! `kind = exposure and decision = act`, `strength in (acted, succeeded)`, `zone = dmz or tag = crown-jewel`,
//! `not actor = APT40`, `collection ~ sinkhole`, `has party`. Conditions of `outpace triage --where` are filters too:
//! `severity:high kind:gap` asks for both. Words are compared without regard to case; a host is meant by its full name
//! and by its first label. What is not known of a turn equals nothing, so `!=` holds of it.
//!
//! Invariants: a filter that was read matches without failing, allocates only for `~` and names outside ASCII, and looks
//! at each of its at most [`CONDITIONS_MAX`] conditions once.

mod fields;
mod parse;

pub use fields::{FIELDS, Field};
pub use parse::{CONDITIONS_MAX, DEPTH_MAX, FilterError, LENGTH_MAX};

use crate::turned::Turned;
use fields::Value;
use parse::Test;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// A filter, with the text that it was read from.
#[derive(Clone, Debug)]
pub struct Filter {
    text: String,
    test: Test,
}

impl Filter {
    /// Reads a filter.
    ///
    /// # Errors
    /// With the place of the first fault, what was expected there, and the nearest word.
    pub fn parse(text: &str) -> Result<Self, FilterError> {
        Ok(Self { text: text.trim().to_owned(), test: parse::parse(text)? })
    }

    /// The filter as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether a turn is meant.
    #[must_use]
    pub fn matches(&self, turned: &Turned) -> bool {
        holds(&self.test, turned)
    }
}

/// As deep as the parser allowed.
fn holds(test: &Test, turned: &Turned) -> bool {
    match test {
        Test::All => true,
        Test::Not(inner) => !holds(inner, turned),
        Test::And(parts) => parts.iter().all(|part| holds(part, turned)),
        Test::Or(parts) => parts.iter().any(|part| holds(part, turned)),
        Test::Has(field) => field.is_known(turned),
        Test::In(field, values) => values.iter().any(|value| field.is(turned, value)),
        Test::Contains(field, part) => field.contains(turned, part),
        Test::Compare(field, order, value) => match value {
            Value::Rank(rank) => field.rank(turned).is_some_and(|own| order.holds(own.cmp(rank))),
            Value::Text(_) => false,
        },
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Two filters are the same when they are written the same.
impl PartialEq for Filter {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Filter {}

impl Serialize for Filter {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for Filter {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::turned::{Strength, Working};
    use model::{Decision, FindingKind, Happened, Severity, Timestamp, Tlp, Topic};

    fn turned() -> Turned {
        Turned {
            severity: Severity::High,
            strength: Some(Strength::Succeeded),
            decision: Some(Decision::TrackStar),
            tlp: Tlp::AmberStrict,
            working: Working::InWork,
            holder: Some("bo".to_owned()),
            zone: Some("dmz".to_owned()),
            tags: vec!["edge".to_owned(), "crown-jewel".to_owned()],
            actors: vec!["APT40".to_owned()],
            cves: vec!["CVE-2021-44228".to_owned()],
            hosts: vec!["App-1.seaward.example".to_owned()],
            party: Some("Tidewise \"Ä\" Cranes".to_owned()),
            collection: Some("sector-sinkhole".to_owned()),
            title: "Log4j on app-1".to_owned(),
            ..Turned::new(7, Timestamp::EPOCH, "1", Topic::Finding(FindingKind::Exposure), Happened::Opened)
        }
    }

    #[test]
    fn what_is_meant_and_what_is_not() {
        for (text, is_meant) in [
            ("all", true),
            ("not all", false),
            ("kind = exposure", true),
            ("KIND = Exposure", true),
            ("kind = story", false),
            ("kind in (story, exposure)", true),
            ("kind not in (story, exposure)", false),
            ("severity >= high", true),
            ("severity > high", false),
            ("severity >= medium and severity <= high", true),
            ("severity < high", false),
            ("strength >= succeeded", true),
            ("strength in (acted, tried)", false),
            ("decision = track*", true),
            ("decision < attend", true),
            ("decision >= act", false),
            ("tlp > amber", true),
            ("tlp = TLP:AMBER+STRICT", true),
            ("work = in-work and holder = bo and claimed = yes", true),
            ("claimed = no", false),
            ("zone = dmz or tag = missing", true),
            ("tag = crown-jewel", true),
            ("tag != crown-jewel", false),
            ("not actor = apt40", false),
            ("actor != APT41", true),
            ("cve = cve-2021-44228", true),
            ("host = app-1", true),
            ("host = APP-1.SEAWARD.example", true),
            ("host = app", false),
            ("host ~ seaward", true),
            ("collection ~ SINKHOLE", true),
            ("title ~ \"on app\"", true),
            ("party = \"tidewise \\\"ä\\\" cranes\"", true),
            ("has party and not has story", true),
            ("has decision and has zone", true),
            ("has story", false),
            ("story = x", false),
            ("story != x", true),
            ("account ~ x", false),
            // As `triage --where` is written.
            ("severity:high kind:exposure host:app-1", true),
            ("severity:high kind:gap", false),
            ("rule:a:b", false),
            // `and` binds before `or`.
            ("kind = gap and zone = dmz or severity = high", true),
            ("kind = gap and (zone = dmz or severity = high)", false),
            ("not kind = gap or kind = exposure and zone = ot", true),
            ("misused = no and released = no and bulk = no", true),
            ("happened in (opened, raised)", true),
        ] {
            let filter = Filter::parse(text).unwrap_or_else(|fault| panic!("{text}: {fault}"));
            assert_eq!(filter.matches(&turned()), is_meant, "{text}");
        }
    }

    #[test]
    fn what_is_not_known_is_neither_more_nor_less() {
        let unknown = Turned { strength: None, decision: None, ..turned() };
        for text in ["strength >= contact", "strength <= acted", "decision < act", "has strength"] {
            assert!(!Filter::parse(text).expect("a filter").matches(&unknown), "{text}");
        }
        assert!(Filter::parse("strength != acted").expect("a filter").matches(&unknown));
    }

    #[test]
    fn it_is_kept_as_it_was_written() {
        let filter = Filter::parse("  kind = exposure  and decision=act ").expect("a filter");
        let json = serde_json::to_string(&filter).expect("JSON");
        assert_eq!(json, "\"kind = exposure  and decision=act\"");
        assert_eq!(serde_json::from_str::<Filter>(&json).expect("read back"), filter);
        let fault = serde_json::from_str::<Filter>("\"kind = \"").expect_err("no filter").to_string();
        assert!(fault.starts_with("column 8: the value is missing"), "{fault}");
    }
}

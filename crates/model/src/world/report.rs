//! An advisory or report, and what it mentions, each with its sentence and place.

use super::Origin;
use crate::{Date, Tlp};
use observable::Observable;
use serde::{Deserialize, Serialize};

/// An advisory (STIX `report`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Its identifier: the STIX or MISP one, else derived from its content.
    pub id: String,
    /// Its title.
    pub name: String,
    /// Who published it, where that is said.
    pub publisher: Option<String>,
    /// When.
    pub published: Option<Date>,
    /// Who may see it; absent markings are absent, not clear.
    pub tlp: Option<Tlp>,
    /// What it mentions, in order of place.
    pub mentions: Vec<Mention>,
    /// Indicators that it lists beside its mentions, by kind, with their number: a list of a million values
    /// has no million mentions. In order of kind.
    pub listed: Vec<(observable::Kind, u64)>,
    /// Where it was read.
    pub origin: Origin,
}

/// One thing a report mentions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mention {
    /// What.
    pub what: Mentioned,
    /// Whether the report holds it for malicious (an indicator) or mentions it in passing.
    pub malicious: bool,
    /// The sentence or row that names it, one line, at most 400 characters.
    pub sentence: String,
    /// Where in the report.
    pub origin: Origin,
}

/// What a report mentions.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Mentioned {
    /// An observable, a CVE or a technique number.
    Observable(Observable),
    /// A group by one of its names, as written; and the names of groups in the lexicon that carry it.
    Actor {
        /// As the report writes it.
        written: String,
        /// The preferred names of all groups that are known by it; more than one when sources disagree.
        groups: Vec<String>,
    },
    /// Malware or a tool, by the preferred name.
    Software(String),
    /// An advised control: an ATT&CK mitigation number, `M1051`, or a control the text advises
    /// (`multi-factor authentication`).
    Control(String),
}

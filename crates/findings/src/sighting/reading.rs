//! What the record shows, and what is read into it: two different certainties, in one sentence.
//!
//! A log holds the events of a hit, and that is certain. That an intruder caused them is a reading of them; how sure it is
//! depends on what hit. People who must report an incident need the two apart.

use model::{Certainty, Finding, IntelType};

/// The sentence; the certainty of the reading is the finding's. `engine`: another engine that detected it; `held`: whether
/// an indicator held at the time.
pub(super) fn reading(finding: &Finding, engine: Option<&str>, held: bool) -> String {
    let because = match (finding.intel.kind, finding.certainty) {
        _ if !held => "the value was no longer, or not yet, a sign at that time".to_owned(),
        (IntelType::Indicator, Certainty::Certain) => "the hash is the same".to_owned(),
        (IntelType::Indicator, Certainty::Likely) => "a source names the value".to_owned(),
        (IntelType::Indicator, Certainty::Possible) => "many things bear this name".to_owned(),
        _ => match engine {
            Some(engine) => format!("{engine} detected it"),
            None => "a rule describes it".to_owned(),
        },
    };
    let read = match (finding.intel.kind, finding.certainty) {
        (IntelType::Indicator, Certainty::Certain) => "that it is the file that is meant",
        _ => "that an intruder did it",
    };
    let sure = finding.certainty.name();
    format!("the record is certain: the log holds the events; {read} is {sure} because {because}")
}

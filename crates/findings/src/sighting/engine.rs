//! Detections that other engines made, Hayabusa and Chainsaw: sightings as these engines report them.
//!
//! Their results are read like any log; a record of category `detection` says what fired on which machine.
//! The verdict is the engine's, so the finding names the engine as its source.

use model::{Record, Severity};
use serde::{Deserialize, Serialize};

/// What another engine says fired.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Detection {
    pub(crate) title: String,
    pub(crate) id: String,
    pub(crate) engine: String,
    pub(crate) author: String,
    pub(crate) level: Severity,
    pub(crate) tags: Vec<String>,
}

impl Detection {
    /// The detection that the record reports; `None` when it reports none.
    pub(crate) fn of(record: &Record<'_>) -> Option<Self> {
        let title = record.get("detection.title").filter(|title| !title.is_empty())?;
        let text = |name| record.get(name).unwrap_or_default().to_owned();
        let level = record.get("detection.level").and_then(Severity::parse);
        let tags = record.get("detection.tags").unwrap_or_default();
        let mut tags: Vec<String> = tags
            .split([',', ' ', '¦'])
            .map(|tag| tag.trim().to_ascii_lowercase())
            .filter(|tag| !tag.is_empty())
            .collect();
        tags.sort();
        tags.dedup();
        Some(Self {
            title: title.to_owned(),
            id: text("detection.id"),
            engine: text("detection.tool"),
            author: text("detection.author"),
            level: level.unwrap_or(Severity::Medium),
            tags,
        })
    }

    /// Its identifier, or its title where it has none.
    pub(crate) fn name(&self) -> &str {
        if self.id.is_empty() { &self.title } else { &self.id }
    }

    /// ATT&CK techniques in its tags: `attack.t1059.001` or plain `T1059.001`.
    pub(crate) fn techniques(&self) -> Vec<String> {
        let mut found: Vec<String> = self
            .tags
            .iter()
            .map(|tag| tag.strip_prefix("attack.").unwrap_or(tag))
            .filter(|tag| {
                let mut parts = tag.strip_prefix('t').unwrap_or_default().split('.');
                let digits = |part: Option<&str>, length| {
                    part.is_some_and(|part| part.len() == length && part.bytes().all(|b| b.is_ascii_digit()))
                };
                let (main, sub) = (parts.next(), parts.next());
                digits(main, 4) && (sub.is_none() || digits(sub, 3)) && parts.next().is_none()
            })
            .map(str::to_ascii_uppercase)
            .collect();
        found.dedup();
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn techniques_are_found_in_both_ways_of_writing_tags() {
        let tags = ["attack.t1059.001", "t1003", "attack.execution", "t12", "car.2013-04-002"];
        let detection = Detection {
            title: String::new(),
            id: String::new(),
            engine: String::new(),
            author: String::new(),
            level: Severity::Low,
            tags: tags.map(str::to_owned).to_vec(),
        };
        assert_eq!(detection.techniques(), ["T1059.001", "T1003"]);
    }
}

//! The first line of a saved answer: by which version of the form, when, of what, and how many findings follow.
//!
//! A file that was cut off between two lines is whole findings and nothing else; only a number that is written before
//! them shows that some are missing. What the run looked at is there, because an earlier run that read no logs says
//! nothing about hits.

use crate::safe::json;
use model::answer::LookedAt;
use model::{Answer, Timestamp};
use serde::{Deserialize, Serialize};
use std::io;

/// What a line with a head begins with.
const BEGINNING: &[u8] = br#"{"saved":"#;

/// What a saved answer says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedHead {
    /// The moment of the run.
    pub asked: Option<Timestamp>,
    /// How many findings follow.
    pub findings: u64,
    /// How much was looked at, in those numbers that decide what a comparison means; absent where a document is read.
    pub looked_at: Option<LookedAt>,
}

/// Why a head cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum NoHead {
    /// The form has another version.
    Version(u64),
    /// It is no head, though it begins as one.
    Broken,
}

#[derive(Serialize, Deserialize)]
struct Line {
    saved: Shape,
}

#[derive(Serialize, Deserialize)]
struct Shape {
    version: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    asked: Option<Timestamp>,
    findings: u64,
    looked_at: LookedAtShape,
}

#[derive(Serialize, Deserialize)]
struct LookedAtShape {
    devices: u64,
    components: u64,
    names: u64,
    vulnerabilities: u64,
    observations: u64,
    events: u64,
}

/// What every version of the line has.
#[derive(Deserialize)]
struct AnyLine {
    saved: AnyShape,
}

#[derive(Deserialize)]
struct AnyShape {
    version: u64,
}

impl SavedHead {
    /// The version of the form: raised when identifiers are derived in another way, or findings cannot be read by what
    /// reads those of today.
    pub const VERSION: u64 = 1;

    /// Whether a line begins as a head.
    pub(super) fn is_in(line: &[u8]) -> bool {
        line.starts_with(BEGINNING)
    }

    /// The line of an answer.
    pub(super) fn line(answer: &Answer) -> io::Result<Vec<u8>> {
        let looked = &answer.looked_at;
        let shape = Shape {
            version: Self::VERSION,
            asked: answer.now,
            findings: u64::try_from(answer.finding_count()).unwrap_or(u64::MAX),
            looked_at: LookedAtShape {
                devices: looked.devices,
                components: looked.components,
                names: looked.names,
                vulnerabilities: looked.vulnerabilities,
                observations: looked.observations,
                events: looked.events,
            },
        };
        let mut line = Vec::new();
        json::append(&Line { saved: shape }, &mut line)?;
        line.push(b'\n');
        Ok(line)
    }

    /// Reads the line.
    pub(super) fn read(line: &[u8]) -> Result<Self, NoHead> {
        let any: AnyLine = serde_json::from_slice(line).map_err(|_| NoHead::Broken)?;
        if any.saved.version != Self::VERSION {
            return Err(NoHead::Version(any.saved.version));
        }
        let Line { saved } = serde_json::from_slice(line).map_err(|_| NoHead::Broken)?;
        let looked = saved.looked_at;
        let looked_at = LookedAt {
            devices: looked.devices,
            components: looked.components,
            names: looked.names,
            vulnerabilities: looked.vulnerabilities,
            observations: looked.observations,
            events: looked.events,
            ..LookedAt::default()
        };
        Ok(Self { asked: saved.asked, findings: saved.findings, looked_at: Some(looked_at) })
    }
}

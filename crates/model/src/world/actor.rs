//! Who attacks and how: intrusion sets, software, techniques, advised controls, and what ties them.
//!
//! Aliases are assertions with a source, never merges: two sources may disagree, and an alias that two
//! groups share links neither to the other.

use super::Origin;
use serde::{Deserialize, Serialize};

/// Somebody says that a group is also called this.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct AliasAssertion {
    /// The other name.
    pub name: String,
    /// Who says so.
    pub source: String,
}

/// A group (STIX `intrusion-set`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IntrusionSet {
    /// The STIX identifier.
    pub stix_id: String,
    /// The ATT&CK identifier, `G0065`.
    pub attack_id: Option<String>,
    /// The name its source prefers.
    pub name: String,
    /// Other names, each with its source.
    pub aliases: Vec<AliasAssertion>,
    /// Where it was read.
    pub origin: Origin,
}

/// Malware or a tool (STIX `malware`, `tool`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Software {
    /// The STIX identifier.
    pub stix_id: String,
    /// The ATT&CK identifier, `S0154`.
    pub attack_id: Option<String>,
    /// The name its source prefers.
    pub name: String,
    /// Other names.
    pub aliases: Vec<String>,
    /// Where it was read.
    pub origin: Origin,
}

/// A technique or sub-technique (STIX `attack-pattern`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttackPattern {
    /// The STIX identifier.
    pub stix_id: String,
    /// The ATT&CK identifier, `T1505.003`.
    pub attack_id: String,
    /// Its name.
    pub name: String,
    /// Tactics, as `kill_chain_phases` names them (`initial-access`).
    pub tactics: Vec<String>,
    /// Revoked or deprecated.
    pub retired: bool,
    /// Where it was read.
    pub origin: Origin,
}

/// An advised control (STIX `course-of-action`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CourseOfAction {
    /// The STIX identifier.
    pub stix_id: String,
    /// The ATT&CK identifier, `M1051`.
    pub attack_id: Option<String>,
    /// Its name.
    pub name: String,
    /// Where it was read.
    pub origin: Origin,
}

/// How two objects are related.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Relation {
    /// A group or software uses a technique or software.
    Uses,
    /// A course of action mitigates a technique.
    Mitigates,
    /// An indicator indicates a group or software.
    Indicates,
    /// Anything is attributed to a group.
    AttributedTo,
    /// A sub-technique belongs to a technique.
    SubtechniqueOf,
}

/// A STIX relationship between two objects, by identifier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Relationship {
    /// How.
    pub relation: Relation,
    /// The STIX identifier of the source object.
    pub from: String,
    /// The STIX identifier of the target object.
    pub to: String,
    /// Where it was read.
    pub origin: Origin,
}

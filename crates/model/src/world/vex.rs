//! A statement whether a product is affected by a vulnerability, made by somebody who looked.
//!
//! Shapes follow OpenVEX 0.2, CSAF 2.0 (profile VEX) and CycloneDX; statuses and justifications are those of CISA's
//! "Minimum Requirements for VEX" (2023). A statement counts only for its product, its versions and, where it names
//! one, the product around it.

use super::{Origin, Product, Versions};
use crate::Timestamp;
use serde::{Deserialize, Serialize};

/// What a statement says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum VexStatus {
    /// The vulnerability has no effect there.
    NotAffected,
    /// It has one.
    Affected,
    /// These versions have the fix.
    Fixed,
    /// Nobody knows yet.
    UnderInvestigation,
}

impl VexStatus {
    /// The word in data: OpenVEX's.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::NotAffected => "not_affected",
            Self::Affected => "affected",
            Self::Fixed => "fixed",
            Self::UnderInvestigation => "under_investigation",
        }
    }
}

/// Why a product is not affected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum VexJustification {
    /// The component is not in the product.
    ComponentNotPresent,
    /// The vulnerable code is not in the component.
    CodeNotPresent,
    /// The vulnerable code is never run.
    CodeNotInExecutePath,
    /// An attacker cannot reach the vulnerable code.
    CodeNotControllable,
    /// A protection that is always there prevents it.
    InlineMitigations,
}

impl VexJustification {
    /// The word in data: OpenVEX's.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::ComponentNotPresent => "component_not_present",
            Self::CodeNotPresent => "vulnerable_code_not_present",
            Self::CodeNotInExecutePath => "vulnerable_code_not_in_execute_path",
            Self::CodeNotControllable => "vulnerable_code_cannot_be_controlled_by_adversary",
            Self::InlineMitigations => "inline_mitigations_already_exist",
        }
    }
}

/// One statement about one product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vex {
    /// The vulnerability: its CVE, or the identifier that the statement uses.
    pub vulnerability: String,
    /// Other identifiers of it.
    pub aliases: Vec<String>,
    /// The product.
    pub product: Product,
    /// Which versions of it.
    pub versions: Versions,
    /// The product around it: the statement counts only for the component inside of this one.
    pub inside: Option<Product>,
    /// What is said.
    pub status: VexStatus,
    /// Why it is not affected, in the words of the standard.
    pub justification: Option<VexJustification>,
    /// Why, in words.
    pub statement: Option<String>,
    /// Who says so.
    pub author: Option<String>,
    /// When: the newest statement of an author about one product counts.
    pub stated: Option<Timestamp>,
    /// Where it was read.
    pub origin: Origin,
}

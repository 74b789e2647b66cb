//! What the readers of VEX documents share: a product by its package URL or CPE, states and justifications.
//!
//! A product without a version means all of its versions. Sources: OpenVEX 0.2.0; CycloneDX 1.4 on
//! (`vulnerabilities[].analysis`); CSAF 2.0, 3.2.3.5 (labels of flags, which OpenVEX shares).

use super::{cpe, package};
use model::world::{Product, Versions, VexJustification, VexStatus};
use version::{Range, Scheme};

/// The product of an identifier and its versions: a package URL, a CPE 2.3 name, or a name of the author's own.
pub(super) fn product(id: &str) -> Option<(Product, Versions)> {
    let id = id.trim();
    if let Some(package) = package::from_purl(id) {
        let scheme = Scheme::from_purl_type(&package.ecosystem).unwrap_or(Scheme::Generic);
        let versions = exact(scheme, package::purl_version(id));
        let name = Some(package.name.clone());
        return Some((Product { name, package: Some(package), ..Product::default() }, versions));
    }
    if id.starts_with("cpe:2.3:") {
        return Some((cpe::product(id)?, exact(Scheme::Generic, cpe::version(id))));
    }
    (!id.is_empty()).then(|| (Product { name: Some(id.to_owned()), ..Product::default() }, Versions::All))
}

/// One version, or all of them.
pub(super) fn exact(scheme: Scheme, version: Option<String>) -> Versions {
    version.map_or(Versions::All, |version| Versions::In(vec![Range::exact(scheme, version)], Vec::new()))
}

/// A status or state by its word.
pub(super) fn status(word: &str) -> Option<VexStatus> {
    Some(match &*word.trim().to_ascii_lowercase() {
        "not_affected" | "false_positive" => VexStatus::NotAffected,
        "affected" | "exploitable" => VexStatus::Affected,
        "fixed" | "resolved" | "resolved_with_pedigree" => VexStatus::Fixed,
        "under_investigation" | "in_triage" => VexStatus::UnderInvestigation,
        _ => return None,
    })
}

/// A justification by its word.
pub(super) fn justification(word: &str) -> Option<VexJustification> {
    Some(match &*word.trim().to_ascii_lowercase() {
        "component_not_present" => VexJustification::ComponentNotPresent,
        "vulnerable_code_not_present" | "code_not_present" => VexJustification::CodeNotPresent,
        "vulnerable_code_not_in_execute_path" | "code_not_reachable" => {
            VexJustification::CodeNotInExecutePath
        }
        "vulnerable_code_cannot_be_controlled_by_adversary" => VexJustification::CodeNotControllable,
        "inline_mitigations_already_exist"
        | "protected_by_mitigating_control"
        | "protected_at_runtime"
        | "protected_at_perimeter"
        | "protected_by_compiler" => VexJustification::InlineMitigations,
        _ => return None,
    })
}

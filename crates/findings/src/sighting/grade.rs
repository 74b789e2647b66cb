//! How bad and how sure a hit is, and which pairs of cause and machine are kept where not all are.

use super::bounded::Rank;
use super::cause::CauseId;
use super::written::Written;
use model::{Certainty, Severity};
use observable::{Kind, Observable};

/// How bad a hit of a rule is: its level; medium where it says none.
pub(super) fn severity(rule: &sigma::Rule) -> Severity {
    match rule.level {
        Some(sigma::Level::Critical) => Severity::Critical,
        Some(sigma::Level::High) => Severity::High,
        Some(sigma::Level::Medium) | None => Severity::Medium,
        Some(sigma::Level::Low) => Severity::Low,
        Some(sigma::Level::Informational) => Severity::Informational,
    }
}

/// How bad and how sure a hit of an indicator is, by its sort.
pub(super) fn grade(observable: &Observable) -> (Severity, Certainty) {
    match observable.kind {
        Kind::Md5 | Kind::Sha1 | Kind::Sha256 | Kind::Sha512 => (Severity::Critical, Certainty::Certain),
        Kind::Url | Kind::Domain | Kind::Email | Kind::Ipv4 | Kind::Ipv6 => {
            (Severity::High, Certainty::Likely)
        }
        Kind::Network | Kind::RegistryKey => (Severity::Medium, Certainty::Likely),
        _ => (Severity::Medium, Certainty::Possible),
    }
}

/// The order in which pairs of cause and machine are kept: the gravest causes first, then by hash.
pub(super) fn rank(gravity: Severity, cause: &CauseId, written: &Written) -> Rank {
    let place = Severity::ALL.iter().position(|known| *known == gravity).unwrap_or(Severity::ALL.len());
    let mut bytes = cause.name().as_bytes().to_vec();
    bytes.push(0);
    bytes.extend_from_slice(written.named.as_deref().unwrap_or_default().as_bytes());
    bytes.extend(written.ends.iter().flat_map(|end| format!("\u{0}{end:?}").into_bytes()));
    (u64::try_from(place).unwrap_or(7) << 56) | (xxhash_rust::xxh3::xxh3_64(&bytes) >> 8)
}

//! The identifiers of the checks, which answers, gaps and the user's own notes name.
//!
//! Invariant: a name never changes, since the identifiers of gaps follow from it.

use model::{Finding, FindingKind};

/// Which check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CheckId {
    /// Multi-factor authentication of privileged accounts.
    Mfa,
    /// Privileged accounts that nobody uses.
    Dormant,
    /// How many privileged accounts there are.
    PrivilegedCount,
    /// Devices at the edge without support.
    EndOfSupport,
    /// Consumer routers.
    Soho,
    /// Flaws that are open to the internet for too long.
    Patch,
    /// Ways to the crown jewels.
    Reach,
    /// Machines without logs.
    LogCoverage,
}

impl CheckId {
    /// Every check, in the order of an answer.
    const ALL: [Self; 8] = [
        Self::Mfa,
        Self::Dormant,
        Self::PrivilegedCount,
        Self::EndOfSupport,
        Self::Soho,
        Self::Patch,
        Self::Reach,
        Self::LogCoverage,
    ];

    /// The identifier in data and text.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Mfa => "identity.mfa.privileged",
            Self::Dormant => "identity.dormant.privileged",
            Self::PrivilegedCount => "identity.privileged.count",
            Self::EndOfSupport => "devices.edge.end-of-support",
            Self::Soho => "devices.soho",
            Self::Patch => "devices.patch.internet-facing",
            Self::Reach => "network.reach.crown-jewels",
            Self::LogCoverage => "logging.coverage",
        }
    }

    /// How much it weighs among equals: the first check the most.
    pub(crate) fn weight(self) -> usize {
        let place = Self::ALL.iter().position(|id| *id == self).unwrap_or(Self::ALL.len());
        Self::ALL.len() - place
    }

    /// The check whose gap this finding is.
    pub(crate) fn of(finding: &Finding) -> Option<Self> {
        let is_gap = finding.kind == FindingKind::Gap;
        Self::ALL.into_iter().find(|id| is_gap && id.name() == finding.intel.id)
    }
}

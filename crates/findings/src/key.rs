//! What findings are joined by: each identifier of a finding is made by exactly one key.
//!
//! A change touches keys; what the keys give is joined anew and compared with what was. Keys that come later are
//! added, none is redefined.

use crate::touched::{Touched, Touches};
use model::identity::EntityKey;
use model::{Certainty, Decision, FindingId, FindingKind, Severity, Timestamp};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A part of the answer that is joined as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Key {
    /// All exposures of a product, by its name without version.
    Exposure(Arc<str>),
    /// A cause on a machine: the cause's name and the machine's key.
    Sighting(String, EntityKey),
    /// Reports about one of our names, or a partner's: the value that was reported.
    Compromise(String),
    /// A check.
    Gap(String),
    /// A story: the machine of its entry (with more, if people split it off another), and the day of the entry since
    /// 1970.
    Story(String, i64),
}

impl Key {
    /// The kind of its findings.
    #[must_use]
    pub fn kind(&self) -> FindingKind {
        match self {
            Self::Exposure(_) => FindingKind::Exposure,
            Self::Sighting(..) => FindingKind::Sighting,
            Self::Compromise(_) => FindingKind::Compromise,
            Self::Gap(_) => FindingKind::Gap,
            Self::Story(..) => FindingKind::Chain,
        }
    }
}

impl Key {
    /// Whether it is among what is touched.
    #[must_use]
    pub fn is_touched(&self, touched: &Touched) -> bool {
        match self {
            Self::Exposure(product) => match &touched.exposures {
                Touches::None => false,
                Touches::These(products) => products.contains(product),
                Touches::All => true,
            },
            Self::Sighting(..) | Self::Story(..) => touched.sightings,
            Self::Compromise(_) => touched.compromises,
            Self::Gap(_) => touched.gaps,
        }
    }
}

/// How bad, how sure, how soon.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Grade {
    /// How bad.
    pub severity: Severity,
    /// How sure.
    pub certainty: Certainty,
    /// How soon, of exposures.
    pub decision: Option<Decision>,
}

/// The core of findings: what is joined, stored and compared. How they read is put on when somebody looks.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Core {
    /// One finding.
    One {
        /// Its identifier.
        id: FindingId,
        /// Its title, for those who read what happened.
        title: Arc<str>,
        /// Its grade.
        grade: Grade,
        /// When it was last active.
        last: Option<Timestamp>,
        /// Identifiers that it would have under fewer names of its machine.
        formerly: Vec<FindingId>,
        /// Of a story, those that people joined into it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        joined: Vec<FindingId>,
        /// A digest of everything else but places.
        digest: u64,
    },
    /// A flaw of a product on machines of one class.
    Spread {
        /// The flaw, or what else it is exposed by.
        fact: Arc<str>,
        /// The product.
        product: Arc<str>,
        /// The grade on each machine.
        grade: Grade,
        /// Keys of the machines, in order.
        on: Vec<EntityKey>,
    },
}

impl Core {
    /// Every finding of it: identifier, grade, moment of the last activity.
    pub fn each(&self, each: &mut dyn FnMut(FindingId, Grade, Option<Timestamp>)) {
        self.each_titled(&mut |id, _, _, grade, last| each(id, grade, last));
    }

    /// The same, with titles, and of exposures the machines.
    pub(crate) fn each_titled(&self, each: &mut EachTitled<'_>) {
        match self {
            Self::One { id, title, grade, last, .. } => {
                each(id.clone(), Arc::clone(title), None, *grade, *last)
            }
            Self::Spread { fact, product, grade, on } => {
                for host in on {
                    let name = host.host_name().unwrap_or(host.as_str());
                    let title = Arc::from(format!("{fact} in {product} on {name}"));
                    each(exposure_id(fact, host.as_str(), product), title, Some(host), *grade, None);
                }
            }
        }
    }
}

/// Takes a finding: identifier, title, machine, grade, moment of the last activity.
type EachTitled<'e> = dyn FnMut(FindingId, Arc<str>, Option<&EntityKey>, Grade, Option<Timestamp>) + 'e;

/// The identifier of an exposure.
#[must_use]
pub fn exposure_id(fact: &str, host: &str, product: &str) -> FindingId {
    FindingId::derive(&[FindingKind::Exposure.name(), fact, host, product])
}

//! A sign to look for, and a value that is known to be good.

use super::Origin;
use crate::{Timestamp, Tlp};
use observable::Observable;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// An indicator (STIX `indicator`), one observable each. Its validity is judged at the time of the event,
/// not of the run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Indicator {
    /// What to look for.
    pub observable: Observable,
    /// The name its source gives, or the sentence that names it.
    pub context: String,
    /// Who says so: a report's title, a feed's name.
    pub source: String,
    /// The group or software its source ties it to.
    pub attributed_to: Vec<String>,
    /// Valid from, if its source says so.
    pub valid_from: Option<Timestamp>,
    /// Valid until (exclusive), if its source says so.
    pub valid_until: Option<Timestamp>,
    /// Taken back by its source.
    pub revoked: bool,
    /// Who may see it.
    pub tlp: Tlp,
    /// Where it was read.
    pub origin: Origin,
}

/// A value that is known to be innocent or too common to mean anything (a public resolver, a large web site,
/// MISP's warning lists). An indicator with this value is kept and suppressed visibly, never hunted silently.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct KnownGood {
    /// The value: a domain, an address, a network, a hash, a URL.
    pub value: Observable,
    /// Whether everything below the value is meant as well (names below a domain). Networks always mean the
    /// addresses inside.
    pub below: bool,
    /// The list that says so, for people: `public DNS resolvers`.
    pub list: Arc<str>,
    /// Where it was read.
    pub origin: Origin,
}

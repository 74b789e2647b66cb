//! A sign to look for.

use super::Origin;
use crate::{Timestamp, Tlp};
use observable::Observable;

/// An indicator (STIX `indicator`), one observable each. Its validity is judged at the time of the event,
/// not of the run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Indicator {
    /// What to look for.
    pub observable: Observable,
    /// The name its source gives, or the sentence it stands in.
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
    /// Where it stands.
    pub origin: Origin,
}

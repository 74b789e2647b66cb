//! What others saw of us: collections and their observations.
//!
//! A collection is a named stream (a sinkhole, a leak, a stealer log, a scan). Passwords, cookies and tokens
//! in it never reach this type; a fingerprint recognises repeats.

use super::Origin;
use crate::{Fingerprint, Timestamp, Tlp};
use observable::Observable;
use serde::{Deserialize, Serialize};

/// How grave an observation is by its nature: the split that notification services make.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ObservationNature {
    /// Compromise is likely: a machine talks to a sinkhole, a stealer log names an account.
    Malicious,
    /// Needs a look: an open port, a look-alike name, an old leak.
    Suspicious,
}

/// The part a term plays in an observation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum TermRole {
    /// The victim's side: source of a sinkhole contact, the leaked account.
    Subject,
    /// The other side: the sinkhole, the lure's sender.
    Counterpart,
}

/// A searchable value of an observation.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Term {
    /// Which side it is on.
    pub role: TermRole,
    /// The value.
    pub observable: Observable,
}

/// One record of a collection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Observation {
    /// The collection: `shadowserver event4_sinkhole_http`, `hibp`, a feed's name.
    pub collection: String,
    /// What was seen, in a few words: `contact with a sinkhole (avalanche-andromeda)`.
    pub what: String,
    /// IntelMQ / RSIT classification type, where given: `infected-system`.
    pub classification: Option<String>,
    /// How grave by its nature.
    pub nature: ObservationNature,
    /// When it happened, as the source says.
    pub time: Option<Timestamp>,
    /// When the collection was published or the record was last changed: since then we could know.
    pub known_since: Option<Timestamp>,
    /// The values by which it is found.
    pub terms: Vec<Term>,
    /// Words by which keywords find it: subject lines, host names, product names.
    pub words: Vec<String>,
    /// The record's fields, secrets left out, in the source's order.
    pub fields: Vec<(String, String)>,
    /// The fingerprint of the secret it held, if any.
    pub secret: Option<Fingerprint>,
    /// Whether it held a secret: that is known without a key, too.
    pub held_secret: bool,
    /// Who may see it.
    pub tlp: Tlp,
    /// Where it was read.
    pub origin: Origin,
}

impl Observation {
    /// The collection of mails that were handed over one by one.
    pub const MAIL: &str = "mail";
}

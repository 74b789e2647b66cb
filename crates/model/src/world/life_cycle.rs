//! When a product's release cycle ends (as endoflife.date publishes it).

use super::Origin;
use crate::Date;
use serde::{Deserialize, Serialize};

/// How a release cycle ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum CycleEnd {
    /// On this day.
    On(Date),
    /// It has ended, nobody wrote down when.
    Ended,
    /// Not ended, no day known.
    NotYet,
}

/// One release cycle of a product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LifeCycle {
    /// The product's short name, `debian`, `confluence`, `routeros`.
    pub product: String,
    /// The product's title, `Debian`.
    pub label: String,
    /// The cycle, `11`, `8.3`, `6`.
    pub cycle: String,
    /// When security support ends.
    pub end: CycleEnd,
    /// The newest release of the cycle.
    pub latest: Option<String>,
    /// Identifiers of the product: purls, CPEs, repology names.
    pub identifiers: Vec<String>,
    /// Where it was read.
    pub origin: Origin,
}

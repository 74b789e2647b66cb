//! What a change touches: by kind of finding, and of exposures by product.

use std::collections::BTreeSet;
use std::sync::Arc;

/// Keys of one kind that a change touches.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Touches<K: Ord> {
    /// None.
    #[default]
    None,
    /// These.
    These(BTreeSet<K>),
    /// All.
    All,
}

/// What a change touches: what may read differently after it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Touched {
    /// Exposures, by product.
    pub exposures: Touches<Arc<str>>,
    /// Sightings and the stories made of them.
    pub sightings: bool,
    /// What others saw of us.
    pub compromises: bool,
    /// Checks.
    pub gaps: bool,
}

impl Touched {
    /// Everything.
    #[must_use]
    pub fn all() -> Self {
        Self { exposures: Touches::All, sightings: true, compromises: true, gaps: true }
    }

    /// What either touches.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        let exposures = match (self.exposures, other.exposures) {
            (Touches::All, _) | (_, Touches::All) => Touches::All,
            (Touches::None, one) | (one, Touches::None) => one,
            (Touches::These(mut one), Touches::These(other)) => {
                one.extend(other);
                Touches::These(one)
            }
        };
        Self {
            exposures,
            sightings: self.sightings || other.sightings,
            compromises: self.compromises || other.compromises,
            gaps: self.gaps || other.gaps,
        }
    }
}

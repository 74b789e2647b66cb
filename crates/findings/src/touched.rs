//! What a change touches: by kind of finding, and of exposures by product.

use crate::facts::products::Products;
use crate::facts::said::Said;
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

    /// What is touched by what was seen in logs.
    #[must_use]
    pub fn by_logs() -> Self {
        Self { sightings: true, compromises: true, gaps: true, ..Self::default() }
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

impl Said {
    /// What it touches by coming or going: what may read differently after it.
    #[must_use]
    pub fn touches(&self) -> Touched {
        let mut touched = Touched::default();
        if self.says_who_is_who() {
            touched = Touched::all();
        } else if self.is_ours() {
            touched.gaps = true;
            // The folders of documents beside rows without a machine may name machines from now on.
            touched.exposures = match self.has_unnamed_rows() {
                true => Touches::All,
                false => Touches::These(Products::keys_of(self)),
            };
        }
        if self.says_of_flaws() {
            touched = touched.union(Touched { exposures: Touches::All, gaps: true, ..Touched::default() });
        }
        // An attempt weighs more where its flaw is open, and a gap as the story that went through it.
        touched.sightings |= touched.exposures != Touches::None;
        touched.gaps |= touched.sightings;
        if self.signs.len() > 0 || !self.known_good.is_empty() {
            touched.sightings = true;
            // What a story went through weighs as the story.
            touched.gaps = true;
            touched.compromises |= !self.known_good.is_empty();
        }
        touched.compromises |= !self.observations.is_empty();
        touched
    }
}

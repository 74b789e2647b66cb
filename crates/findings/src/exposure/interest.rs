//! Which records of a large feed are kept: those that can be about something of ours, or about what scanners report.

use crate::facts::products::Products;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Which vulnerabilities can matter here: so that of a feed of hundreds of thousands only those are kept.
#[derive(Debug, Default)]
pub struct Interest {
    products: Arc<Products>,
    identifiers: BTreeSet<String>,
}

impl Interest {
    /// What is ours, and what the advisories name.
    pub(crate) fn new(products: &Arc<Products>, advised: BTreeSet<String>) -> Self {
        Self { products: Arc::clone(products), identifiers: advised }
    }

    /// Whether a vulnerability may be about something of ours, is named by an advisory, or takes something
    /// back.
    #[must_use]
    pub fn wants(&self, fact: &model::world::Vulnerability) -> bool {
        let scanned = self.products.scanned();
        let mut named = std::iter::once(&fact.id).chain(&fact.aliases);
        let named = named.any(|id| self.identifiers.contains(id) || scanned.contains_key(id.as_str()));
        named || fact.withdrawn || fact.affected.iter().any(|one| self.products.reaches(&one.product))
    }

    /// Whether a statement (VEX) may be about something of ours: feeds hold millions.
    #[must_use]
    pub fn wants_statement(&self, fact: &model::world::Vex) -> bool {
        self.products.reaches(&fact.product)
    }
}

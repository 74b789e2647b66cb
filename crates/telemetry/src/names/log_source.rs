//! Log sources of Sigma's taxonomy, made of the names in tables.

use foldhash::fast::FixedState;
use model::LogSource;
use std::collections::HashMap;

/// A map whose keys come from the tables; names from outside are looked up in it, but never added.
pub(crate) type Table<V> = HashMap<&'static str, V, FixedState>;

/// A log source of Sigma's taxonomy.
pub(crate) fn log_source(product: Option<&str>, service: Option<&str>, categories: &[&str]) -> LogSource {
    LogSource {
        product: product.map(str::to_owned),
        service: service.map(str::to_owned),
        categories: categories.iter().map(|one| (*one).to_owned()).collect(),
    }
}

/// Products of Sigma that are operating systems, as schemas for all of them name them.
pub(crate) const SYSTEMS: [&str; 3] = ["windows", "macos", "linux"];

/// The log sources of these categories for each of [`SYSTEMS`], and last without a system.
pub(crate) fn by_system<'k>(kinds: impl Iterator<Item = &'k [&'k str]> + Clone) -> Vec<Vec<LogSource>> {
    let of = |product| kinds.clone().map(|categories| log_source(product, None, categories)).collect();
    SYSTEMS.into_iter().map(Some).chain([None]).map(of).collect()
}

//! What readers make of public logs is among the log sources that the room says it gives.

use crate::shared::walked;
use std::collections::BTreeSet;

#[test]
fn every_log_source_that_public_logs_have_is_given() {
    let mut missing = BTreeSet::new();
    for folder in ["telemetry", "evtx"] {
        for document in walked(folder).into_iter().flatten() {
            for log in document.log_sources.keys() {
                let (product, service) = (log.product.as_deref(), log.service.as_deref());
                let categories = log.categories.iter().map(|category| Some(category.as_str()));
                for category in categories.chain([None]) {
                    if !telemetry::gives(product, service, category) {
                        missing.insert(format!("{product:?} {service:?} {category:?}"));
                    }
                }
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

/// The page for people names every format by the name that the program gives it.
#[test]
fn the_page_about_logs_names_every_format() {
    let page = include_str!("../../../../docs/logs.md");
    for format in telemetry::formats() {
        assert!(page.contains(format.name()), "docs/logs.md does not name {}", format.name());
    }
}

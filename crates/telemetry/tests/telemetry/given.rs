//! What readers make of public logs is among the log sources that the room says it gives.

use crate::goldens::FIXTURES;
use crate::shared::{data, walked};
use crate::{options, read_with};
use std::collections::BTreeSet;
use telemetry::{Options, Source, run};

/// Log sources that the room does not say it gives, each as a rule would name it.
fn missing<'l>(logs: impl Iterator<Item = &'l model::LogSource>) -> BTreeSet<String> {
    let mut missing = BTreeSet::new();
    for log in logs {
        let (product, service) = (log.product.as_deref(), log.service.as_deref());
        let categories = log.categories.iter().map(|category| Some(category.as_str()));
        for category in categories.chain([None]) {
            if !telemetry::gives(product, service, category) {
                missing.insert(format!("{product:?} {service:?} {category:?}"));
            }
        }
    }
    missing
}

#[test]
fn every_log_source_that_fixtures_have_is_given() {
    let (_, documents) = read_with(&options(), FIXTURES, |_| String::new());
    let missing = missing(documents.iter().flat_map(|document| document.log_sources.keys()));
    assert!(missing.is_empty(), "write these into `WRITTEN` of `names/given.rs`: {missing:#?}");
}

#[test]
fn every_log_source_that_public_logs_have_is_given() {
    let mut missing = BTreeSet::new();
    for folder in ["telemetry", "evtx"] {
        for document in walked(folder).into_iter().flatten() {
            missing.extend(self::missing(document.log_sources.keys()));
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

/// The names that events of Sysmon and PowerShell have in public recordings are among those that a rule may ask for.
#[test]
fn every_field_that_public_recordings_have_is_given() {
    let mut missing = BTreeSet::new();
    for folder in ["evtx", "sigma-regression"] {
        let Some(data) = data() else { return };
        let record = |missing: &mut BTreeSet<String>, _: &Source<'_>, record: &model::Record<'_>| {
            let service = record.log.service.as_deref().unwrap_or_default();
            for category in
                record.log.categories.iter().filter(|_| matches!(service, "sysmon" | "powershell"))
            {
                for field in record.fields {
                    if !telemetry::gives_field(Some(category), field.name) {
                        missing.insert(format!("{category} {}", field.name));
                    }
                }
            }
        };
        let outcome = run(&Options { threads: 2, ..options() }, &BTreeSet::new, &record, &mut |feeder| {
            let folder = data.join(folder);
            input::walk(std::slice::from_ref(&folder), &input::Limits::default(), &|_| {}, &mut |document| {
                feeder.document(document);
            });
        });
        missing.extend(outcome.sinks.into_iter().flatten());
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

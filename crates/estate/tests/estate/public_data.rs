//! Public inventories, where they are at hand: everything reads, and counts agree with a count made by other
//! means.

use input::{Document, Limits, walk};
use model::Fault;
use model::ours::Fact;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// A folder of the public data, or `None` with a message where it is absent.
fn data(path: &str) -> Option<PathBuf> {
    let base = std::env::var_os("OUTPACE_DATA").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")),
        PathBuf::from,
    );
    let path = base.join(path);
    if path.exists() {
        return Some(path);
    }
    #[expect(clippy::print_stderr, reason = "a test that is skipped says so")]
    {
        eprintln!("skipped: {} is not there", path.display());
    }
    None
}

/// Components and problems of every CycloneDX document below a path.
fn bills(path: PathBuf) -> BTreeMap<String, (Vec<Fact>, Vec<String>)> {
    let mut bills = BTreeMap::new();
    walk(&[path], &Limits::default(), &|_| {}, &mut |mut document| {
        if estate::recognise(&document.name, document.head_text()) != Some(estate::Format::CycloneDx) {
            return;
        }
        let mut facts = Vec::new();
        let (_, problems) = estate::read(&mut document, &mut |fact| facts.push(fact));
        let problems = problems.into_vec();
        // That a component has no version is no fault of the reader.
        let counts =
            |one: &&model::Problem| one.fault != Fault::Note && !one.what.contains("without a version");
        let texts = problems.iter().filter(counts).map(ToString::to_string).collect();
        bills.insert(document.name.to_string(), (facts, texts));
    });
    bills
}

/// Counted once with Python over the same files: 828 elements of `components` at any depth in 54 documents,
/// and those that are described by `metadata.component` with a version (application, device …, no library).
/// None of them is of a type that is passed over, except the keys and algorithms.
#[test]
fn every_example_of_cyclonedx_reads() {
    let Some(path) = data("assets/sbom/cyclonedx-examples") else { return };
    let (documents, inside, described, passed_over) = EXAMPLES;
    let bills = bills(path);
    assert_eq!(bills.len(), documents);
    let count: usize = bills.values().map(|(facts, _)| facts.len()).sum();
    assert_eq!(count, inside + described - passed_over);
    for (name, (_, problems)) in &bills {
        // Statements about flaws (VEX) may list no component.
        let expected = ["no software", "nothing in it could be used"];
        let known = |problem: &String| expected.iter().any(|what| problem.contains(what));
        assert!(problems.iter().all(known), "{name}: {problems:?}");
    }
}

/// The bigger examples and the documents of Red Hat and others, counted in the same way.
#[test]
fn bigger_documents_and_odd_ones_read() {
    for (path, counts) in [
        ("assets/sbom/cyclonedx-examples-big.tar.zst", (5, 4645, 3, 0)),
        ("assets/sbom/redhat-and-others.tar.zst", (75, 7256, 14, 34)),
    ] {
        let Some(path) = data(path) else { return };
        let bills = bills(path);
        let (documents, inside, described, passed_over) = counts;
        let count: usize = bills.values().map(|(facts, _)| facts.len()).sum();
        assert_eq!((bills.len(), count), (documents, inside + described - passed_over));
        for (name, (_, problems)) in &bills {
            assert!(problems.iter().all(|text| !text.contains("JSON")), "{name}: {problems:?}");
        }
    }
}

/// Documents; elements of `components`; described by the metadata; of a type that is passed over.
const EXAMPLES: (usize, usize, usize, usize) = (54, 828, 24, 18);

/// The specification's own cases: what parses gives its type, namespace, name and version. Two types whose
/// names hold strokes or whose case hangs on a qualifier are left out.
#[test]
fn package_urls_of_the_specification() {
    let Some(path) = data("spec-suites/purl/tests/types") else { return };
    let (mut right, mut wrong) = (0, Vec::new());
    walk(&[path], &Limits::default(), &|_| {}, &mut |mut document: Document<'_>| {
        let suite: serde_json::Value = serde_json::from_reader(&mut document.reader).unwrap();
        for case in suite["tests"].as_array().unwrap() {
            let kind = case["expected_output"]["type"].as_str();
            let left_out = matches!(kind, Some("git" | "mlflow"));
            if case["test_type"] != "parse" || case["expected_failure"] == true || left_out {
                continue;
            }
            let text = |part: &str| case["expected_output"][part].as_str().filter(|text| !text.is_empty());
            let found = estate::parse_purl(case["input"].as_str().unwrap());
            let same = found.as_ref().is_some_and(|purl| {
                Some(purl.package.ecosystem.as_str()) == text("type")
                    && purl.package.namespace.as_deref() == text("namespace")
                    && Some(purl.package.name.as_str()) == text("name")
                    && purl.version.as_deref() == text("version")
            });
            if same {
                right += 1;
            } else {
                wrong.push(format!("{} gave {found:?}", case["input"]));
            }
        }
    });
    assert_eq!(wrong.join("\n"), "");
    assert!(right > 150, "only {right} cases");
}

/// Counted by hand: five users in each, one of them in an administrative group.
#[test]
fn users_of_the_lab_domains() {
    for file in ["assets/accounts/shire_users.csv", "assets/accounts/erebor_users.csv"] {
        let Some(path) = data(file) else { return };
        let (mut accounts, mut privileged) = (0, 0);
        walk(&[path], &Limits::default(), &|_| {}, &mut |mut document| {
            let (format, problems) = estate::read(&mut document, &mut |fact| {
                let Fact::Account(account) = fact else { return };
                accounts += 1;
                privileged += u32::from(account.privileged == Some(true));
            });
            assert_eq!(format, Some(estate::Format::Accounts));
            assert!(problems.is_empty());
        });
        assert_eq!((accounts, privileged), (5, 1), "{file}");
    }
}

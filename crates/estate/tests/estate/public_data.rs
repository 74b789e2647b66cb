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

/// What the suite refuses by rules of one type (a namespace that is missing or too much, letters of an identifier): it
/// names a package all the same, so that it is read.
const REFUSED_BY_TYPE: &[&str] = &[
    "pkg:chrome-extension/44444algnefjeiefhmpklpfiohadpglk",
    "pkg:chrome-extension/dogs",
    "pkg:chrome-extension/dlpngalgnefjeiefhmpklpfiohadpglk@1.2.3.4.5",
    "pkg:chrome-extension/dlpngalgnefjeiefhmpklpfiohadpglk@1.2.3-beta",
    "pkg:otp/namespace/hex@2.1.1",
    "pkg:vcpkg/boost/asio@1.84.0",
    "pkg:julia/Dates",
    "pkg:cpan/LWP::UserAgent@6.7.6",
    "pkg:cpan/GDT/URI::PackageURL",
    "pkg:cpan/URI::PackageURL",
    "pkg:vscode-extension/java@1.46.2025091308",
    "pkg:swift/Alamofire@5.4.3",
];

/// Keys of qualifiers in capitals, which the suite refuses: they name no package, and nothing else is wrong.
const REFUSED_BY_CASE: &[&str] = &[
    "pkg:gem/jruby-launcher@1.1.2?Platform=java",
    "pkg:Rpm/fedora/curl@7.50.3-1.fc25?Arch=i386&Distro=fedora-25",
];

/// Types of which the suite cuts namespace and name otherwise (`git`, whose key is the same), or writes the name in the case
/// that a qualifier decides (`mlflow`, in which nothing is installed).
const CUT_OTHERWISE: &[&str] = &["pkg:git/", "pkg:mlflow/CreditFraud@3?repository_url=https://adb-"];

/// The specification's own cases, 586: what parses gives its type, namespace, name and version, and what does not is
/// refused; the canonical form of a package URL names the same package. No package URL is written here, so that cases of
/// building are read the other way round, and those that must not be built are passed.
#[test]
fn package_urls_of_the_specification() {
    let Some(path) = data("spec-suites/purl/tests") else { return };
    let (mut right, mut wrong) = (0, Vec::new());
    walk(&[path], &Limits::default(), &|_| {}, &mut |mut document: Document<'_>| {
        let suite: serde_json::Value = serde_json::from_reader(&mut document.reader).unwrap();
        for case in suite["tests"].as_array().unwrap() {
            match of_specification(case) {
                Ok(()) => right += 1,
                Err(found) => wrong.push(format!("{}: {} gave {found}", case["test_type"], case["input"])),
            }
        }
    });
    assert_eq!(wrong.join("\n"), "");
    assert_eq!(right, 586);
}

fn of_specification(case: &serde_json::Value) -> Result<(), String> {
    let text = |part: &str| case["expected_output"][part].as_str().filter(|text| !text.is_empty());
    match (case["test_type"].as_str().unwrap(), case["expected_failure"] == true) {
        ("parse", true) => {
            let input = case["input"].as_str().unwrap();
            let found = estate::parse_purl(input);
            if found.is_none() || REFUSED_BY_TYPE.contains(&input) || REFUSED_BY_CASE.contains(&input) {
                Ok(())
            } else {
                Err(format!("{found:?}"))
            }
        }
        ("parse", false) => {
            let input = case["input"].as_str().unwrap();
            let found = estate::parse_purl(input);
            let otherwise = CUT_OTHERWISE.iter().any(|start| input.starts_with(start));
            let same = found.as_ref().is_some_and(|purl| {
                Some(purl.package.ecosystem.as_str()) == text("type")
                    && purl.package.namespace.as_deref() == text("namespace")
                    && Some(purl.package.name.as_str()) == text("name")
                    && purl.version.as_deref() == text("version")
            });
            if same || otherwise { Ok(()) } else { Err(format!("{found:?}")) }
        }
        ("validate", false) => {
            let input = case["input"].as_str().unwrap();
            let found =
                (estate::parse_purl(input), case["expected_output"].as_str().and_then(estate::parse_purl));
            let otherwise = CUT_OTHERWISE.iter().any(|start| input.starts_with(start));
            if (found.0.is_some() && found.0 == found.1) || otherwise {
                Ok(())
            } else {
                Err(format!("{found:?}"))
            }
        }
        ("build", false) => {
            let written = case["expected_output"].as_str().unwrap();
            let found = estate::parse_purl(written);
            let alike = |ours: Option<&str>, part: &str| {
                let given = case["input"][part].as_str().unwrap_or_default().trim_matches('/');
                let plain = |text: &str| text.to_lowercase().replace('_', "-");
                plain(ours.unwrap_or_default()) == plain(given)
            };
            let same = found.as_ref().is_some_and(|purl| {
                alike(Some(&purl.package.ecosystem), "type")
                    && alike(purl.package.namespace.as_deref(), "namespace")
                    && alike(Some(&purl.package.name), "name")
                    && alike(purl.version.as_deref(), "version")
            });
            let otherwise = CUT_OTHERWISE.iter().any(|start| written.starts_with(start));
            if same || otherwise { Ok(()) } else { Err(format!("{found:?}")) }
        }
        ("build", true) => Ok(()),
        (kind, _) => Err(format!("an unknown kind {kind}")),
    }
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

/// What each document of the specification's suite gave: names of components, and whether there was a problem.
type Suite = BTreeMap<String, (Vec<String>, bool)>;

/// Names below `components`, as the suite's JSON has them, counted without the reader: what is software or a device, and
/// what the document describes if it is installed with a version.
fn names_in(bill: &serde_json::Value) -> Vec<String> {
    fn add(component: &serde_json::Value, names: &mut Vec<String>) {
        let kind = component["type"].as_str().unwrap_or_default();
        let identified = component["purl"].is_string() || component["cpe"].is_string();
        if identified || !matches!(kind, "file" | "data" | "cryptographic-asset") {
            names.extend(component["name"].as_str().filter(|name| !name.is_empty()).map(str::to_owned));
        }
        for inner in component["components"].as_array().into_iter().flatten() {
            add(inner, names);
        }
    }
    let mut names = Vec::new();
    let described = &bill["metadata"]["component"];
    let installed = ["application", "operating-system", "device", "firmware", "platform", "container"];
    if described["version"].is_string()
        && described["type"].as_str().is_some_and(|kind| installed.contains(&kind))
    {
        add(described, &mut names);
    }
    for component in bill["components"].as_array().into_iter().flatten() {
        add(component, &mut names);
    }
    names.sort();
    names
}

/// Documents that the suite wrote otherwise in its two forms.
const NO_TWINS: &[&str] = &[
    "/valid-bom-1",
    "/valid-component-ref-1",
    "/valid-dependency-1",
    "/valid-cryptography-implementation-1.7",
];

/// 1.0 to 1.7, JSON and XML: a valid document gives every component that it has, in both forms the same; an invalid one is
/// read as far as it goes or named, and none is silent.
#[test]
fn every_document_of_the_cyclonedx_suite() {
    let Some(path) = data("spec-suites/cyclonedx/cyclonedx-tests.tar.zst") else { return };
    let (mut suite, mut counted) = (Suite::new(), 0);
    walk(&[path], &Limits::default(), &|_| {}, &mut |mut document| {
        let name = document.name.rsplit('!').next().unwrap().to_owned();
        // Protocol buffers as text are a form that no tool exports.
        if name.ends_with(".textproto") {
            return;
        }
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut document.reader, &mut bytes).unwrap();
        let mut document = Document::open(&name, bytes.as_slice()).unwrap();
        let mut names = Vec::new();
        let (format, problems) = estate::read(&mut document, &mut |fact| {
            if let Fact::Component(component) = fact {
                names.push(component.name);
            }
        });
        names.sort();
        let valid = name.contains("/valid-");
        assert!(!valid || format.is_some(), "{name} was not recognised");
        assert!(!names.is_empty() || !problems.is_empty(), "{name} is silent");
        if valid && name.ends_with(".json") {
            counted += 1;
            assert_eq!(names, names_in(&serde_json::from_slice(&bytes).unwrap()), "{name}");
        }
        suite.insert(name, (names, problems.is_empty()));
    });
    let (mut twins, mut differ) = (0, Vec::new());
    for (name, (names, _)) in suite
        .iter()
        .filter(|(name, _)| name.contains("/valid-") && !NO_TWINS.iter().any(|one| name.contains(one)))
    {
        if let Some((in_xml, _)) =
            name.strip_suffix(".json").and_then(|stem| suite.get(&format!("{stem}.xml")))
        {
            twins += 1;
            differ.extend((names != in_xml).then(|| format!("{name}: {names:?} {in_xml:?}")));
        }
    }
    assert_eq!(differ.join("\n"), "");
    assert!(suite.len() > 770 && counted > 150 && twins > 150, "{} {counted} {twins}", suite.len());
}

/// 996 names, as formatted string and as URI: a row that has nothing else is the product, its maker and its version.
#[test]
fn cpe_names_of_the_suite() {
    let Some(path) = data("spec-suites/cpe/cpe-data.json") else { return };
    let suite: serde_json::Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let cases = suite.as_array().unwrap();
    for (case, form) in cases.iter().flat_map(|case| [(case, "cpe-string"), (case, "cpe-url")]) {
        let written = case[form].as_str().unwrap();
        let table = format!("cpe,rack\n\"{}\",1\n", written.replace('"', "\"\""));
        let mut document = Document::open("f", table.as_bytes()).unwrap();
        let mut found = Vec::new();
        let _ = estate::read(&mut document, &mut |fact| {
            if let Fact::Component(it) = fact {
                let bare = |text: Option<String>| text.map(|text| text.replace('\\', ""));
                found.push([bare(Some(it.name)), bare(it.vendor), bare(it.version)]);
            }
        });
        // The suite leaves escapes in some of its parts.
        let part = |name: &str| {
            let text = case["wfn"][name].as_str().unwrap().replace('\\', "");
            Some(text).filter(|text| !matches!(text.as_str(), "" | "-" | "*"))
        };
        assert_eq!(found, [[part("Product"), part("Vendor"), part("Version")]], "{written}");
    }
    assert_eq!(cases.len(), 996);
}

//! The comparison suites of others: osv-scalibr, rpm, dpkg and package-url `vers`.
//!
//! The files are no part of this repository: without them each test says so and passes. Every line must
//! agree with us, except those listed here with their cause.

use std::cmp::Ordering;
use std::path::PathBuf;

use crate::exceptions;
use version::{Range, Scheme, Within};

/// One comparison of a suite.
struct Line {
    left: String,
    right: String,
    expected: Ordering,
}

/// Where the data lies: `OUTPACE_DATA`, or beside the workspace.
#[expect(clippy::disallowed_methods, reason = "a test may look for its data")]
fn data(path: &str) -> Option<String> {
    let root = std::env::var("OUTPACE_DATA").map_or_else(
        |_| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        PathBuf::from,
    );
    let text = std::fs::read_to_string(root.join("spec-suites").join(path));
    if text.is_err() {
        println!("skipped: {path} is not there");
    }
    text.ok()
}

/// Reads `1.0 < 1.1` lines; comments and empty lines are passed over.
fn scalibr(text: &str) -> Vec<Line> {
    let comment = |line: &&str| !line.is_empty() && !line.starts_with("//") && !line.starts_with('#');
    let lines = text.lines().map(str::trim).filter(comment);
    lines
        .map(|line| {
            let words: Vec<&str> = line.split(' ').collect();
            let [left, sign, right] = words.as_slice() else { panic!("not a comparison: {line}") };
            let expected = match *sign {
                "<" => Ordering::Less,
                "=" => Ordering::Equal,
                ">" => Ordering::Greater,
                _ => panic!("not a sign: {line}"),
            };
            Line { left: (*left).to_owned(), right: (*right).to_owned(), expected }
        })
        .collect()
}

/// Reads `left TAB right TAB -1|0|1` lines.
fn tsv(text: &str) -> Vec<Line> {
    text.lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let words: Vec<&str> = line.split('\t').collect();
            let [left, right, order] = words.as_slice() else { panic!("not a comparison: {line}") };
            let expected = order.trim().parse::<i8>().expect("a number").cmp(&0);
            Line { left: (*left).to_owned(), right: (*right).to_owned(), expected }
        })
        .collect()
}

/// Every line must agree, in both directions; of the versions `unread` we must say that
/// we cannot read them, and the lines `contradicted` we must answer the other way round.
fn check(name: &str, scheme: Scheme, lines: &[Line], unread: &[&str], contradicted: &[&str]) {
    let mut failures = Vec::new();
    let mut met = 0_usize;
    for Line { left, right, expected } in lines {
        let sign = match expected {
            Ordering::Less => "<",
            Ordering::Equal => "=",
            Ordering::Greater => ">",
        };
        let line = format!("{left} {sign} {right}");
        let excepted = unread.contains(&left.as_str()) || unread.contains(&right.as_str());
        met += usize::from(excepted);
        let expected = if excepted {
            None
        } else if contradicted.contains(&line.as_str()) {
            met += 1;
            Some(expected.reverse())
        } else {
            Some(*expected)
        };
        let agrees = scheme.compare(left, right) == expected
            && scheme.compare(right, left) == expected.map(Ordering::reverse);
        if !agrees {
            let unread = [left, right].into_iter().filter(|version| !scheme.reads(version));
            let unread: Vec<&String> = unread.collect();
            failures.push(format!("{line}   we say {:?}, unread {unread:?}", scheme.compare(left, right)));
        }
    }
    println!("{name}: {} of {} lines agree, {met} excepted", lines.len() - met - failures.len(), lines.len());
    assert!(failures.is_empty(), "{name}: {} lines differ:\n{}", failures.len(), failures.join("\n"));
}

fn check_scalibr(file: &str, scheme: Scheme, unread: &[&str], contradicted: &[&str]) {
    if let Some(text) = data(&format!("versions/osv-scalibr/{file}")) {
        check(file, scheme, &scalibr(&text), unread, contradicted);
    }
}

#[test]
fn scalibr_semver() {
    check_scalibr("semver-versions.txt", Scheme::SemVer, &[], &[]);
}

#[test]
fn scalibr_maven() {
    check_scalibr("maven-versions.txt", Scheme::Maven, &[], &[]);
}

#[test]
fn scalibr_maven_generated() {
    check_scalibr("maven-versions-generated.txt", Scheme::Maven, &[], exceptions::MAVEN_BEFORE_3_9);
}

#[test]
fn scalibr_debian() {
    check_scalibr("debian-versions.txt", Scheme::Debian, &[], &[]);
}

#[test]
fn scalibr_debian_generated() {
    check_scalibr("debian-versions-generated.txt", Scheme::Debian, &[], &[]);
}

#[test]
fn scalibr_pypi() {
    check_scalibr("pypi-versions.txt", Scheme::Pypi, exceptions::PYPI_LEGACY, &[]);
}

#[test]
fn scalibr_pypi_generated() {
    check_scalibr("pypi-versions-generated.txt", Scheme::Pypi, exceptions::PYPI_LEGACY, &[]);
}

#[test]
fn scalibr_rpm() {
    check_scalibr("redhat-versions.txt", Scheme::Rpm, exceptions::RPM_SEPARATORS, &[]);
}

#[test]
fn scalibr_alpine() {
    check_scalibr("alpine-versions.txt", Scheme::Alpine, exceptions::ALPINE_INVALID, &[]);
}

#[test]
fn scalibr_alpine_generated() {
    check_scalibr("alpine-versions-generated.txt", Scheme::Alpine, &[], &[]);
}

#[test]
fn scalibr_rubygems() {
    check_scalibr("rubygems-versions.txt", Scheme::RubyGems, &[], &[]);
}

#[test]
fn scalibr_rubygems_generated() {
    check_scalibr("rubygems-versions-generated.txt", Scheme::RubyGems, &[], &[]);
}

#[test]
fn scalibr_nuget() {
    check_scalibr("nuget-versions.txt", Scheme::NuGet, &[], &[]);
}

#[test]
fn scalibr_packagist() {
    check_scalibr("packagist-versions.txt", Scheme::Packagist, exceptions::PACKAGIST_PLACEHOLDER, &[]);
}

#[test]
fn scalibr_packagist_generated() {
    check_scalibr("packagist-versions-generated.txt", Scheme::Packagist, &[], &[]);
}

#[test]
fn scalibr_dotted_cran() {
    check_scalibr("cran-versions.txt", Scheme::Dotted, &[], &[]);
}

#[test]
fn scalibr_dotted_cran_generated() {
    check_scalibr("cran-versions-generated.txt", Scheme::Dotted, &[], &[]);
}

#[test]
fn scalibr_dotted_hackage() {
    check_scalibr("hackage-versions.txt", Scheme::Dotted, &[], &[]);
}

#[test]
fn scalibr_pub() {
    check_scalibr("pub-versions.txt", Scheme::Pub, &[], &[]);
}

#[test]
fn dpkg_s_own_suite() {
    if let Some(text) = data("versions/dpkg-version.tsv") {
        check("dpkg-version.tsv", Scheme::Debian, &tsv(&text), &[], &[]);
    }
}

#[test]
fn rpm_s_own_suite() {
    if let Some(text) = data("versions/rpmvercmp.tsv") {
        check("rpmvercmp.tsv", Scheme::Rpm, &tsv(&text), exceptions::RPM_SEPARATORS, &[]);
    }
}

/// One test of the `vers` suite.
#[derive(Default)]
struct VersTest {
    kind: String,
    scheme: String,
    versions: Vec<String>,
    range: String,
    version: String,
    expected: Vec<String>,
}

/// Reads the suite, which has one JSON string or key a line and no escapes in what concerns us.
fn vers_tests(text: &str) -> Vec<VersTest> {
    let mut tests: Vec<VersTest> = Vec::new();
    let mut list = "";
    for line in text.lines().map(|line| line.trim().trim_end_matches(',')) {
        if line.starts_with("\"description\"") {
            tests.push(VersTest::default());
        }
        let Some(test) = tests.last_mut() else { continue };
        let (key, value) = line.split_once(": ").unwrap_or(("", line));
        let value = value.trim_matches('"').to_owned();
        match key.trim_matches('"') {
            "test_type" => test.kind = value,
            "input_scheme" => test.scheme = value,
            "vers" => test.range = value,
            "version" => test.version = value,
            "versions" => list = "versions",
            "expected_output" if value == "[" => list = "expected",
            "expected_output" => test.expected.push(value),
            "" if line.starts_with('"') && list == "versions" => test.versions.push(value),
            "" if line.starts_with('"') && list == "expected" => test.expected.push(value),
            _ => {}
        }
        if line.starts_with(']') {
            list = "";
        }
    }
    tests
}

/// Every comparison and equality must hold; of the pairs `unsure` we must answer nothing, and `contradicted`
/// the other way round.
fn check_vers(file: &str, kind: &str, scheme: Scheme, unsure: &[&str], contradicted: &[&str]) {
    let Some(text) = data(&format!("vers/tests/{file}")) else { return };
    let (mut total, mut met, mut failures) = (0_usize, 0_usize, Vec::new());
    for test in vers_tests(&text) {
        assert_eq!(test.scheme, kind);
        let [left, right] = test.versions.as_slice() else { panic!("{file}: not two versions") };
        total += 1;
        let order = scheme.compare(left, right);
        let agrees = if unsure.contains(&format!("{left} {right}").as_str()) {
            met += 1;
            order.is_none()
        } else if test.kind == "equality" && contradicted.contains(&format!("{left} = {right}").as_str()) {
            met += 1;
            order.is_some_and(Ordering::is_ne)
        } else if test.kind == "equality" {
            order.map(|order| order.is_eq().to_string()).as_ref() == test.expected.first()
        } else {
            assert_eq!(test.kind, "comparison");
            let [low, high] = test.expected.as_slice() else { panic!("{file}: not two versions") };
            if contradicted.contains(&format!("{low} < {high}").as_str()) {
                met += 1;
                scheme.compare(low, high) == Some(Ordering::Greater)
            } else {
                // The suite writes some answers in lower case.
                let as_given = low.eq_ignore_ascii_case(left) && high.eq_ignore_ascii_case(right);
                order.is_some_and(|order| if as_given { order.is_le() } else { order.is_ge() })
            }
        };
        if !agrees {
            failures.push(format!("{} {left} {right} {:?}   we say {order:?}", test.kind, test.expected));
        }
    }
    println!("{file}: {} of {total} tests agree, {met} excepted", total - met - failures.len());
    assert!(failures.is_empty(), "{file}: {} tests differ:\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn vers_maven() {
    check_vers(
        "maven_version_cmp_test.json",
        "maven",
        Scheme::Maven,
        &[],
        exceptions::MAVEN_BEFORE_3_9_QUALIFIERS,
    );
}

#[test]
fn vers_nuget() {
    check_vers("nuget_version_cmp_test.json", "nuget", Scheme::NuGet, &[], &[]);
}

#[test]
fn vers_alpine() {
    check_vers("alpine_version_cmp_test.json", "apk", Scheme::Alpine, &[], &[]);
}

#[test]
fn vers_openssl() {
    check_vers("openssl_version_cmp_test.json", "openssl", Scheme::Generic, exceptions::OPENSSL_UNKNOWN, &[]);
}

#[test]
fn vers_containment() {
    for file in ["npm_range_containment_test.json", "pypi_range_containment_test.json"] {
        let Some(text) = data(&format!("vers/tests/{file}")) else { continue };
        let tests = vers_tests(&text);
        for test in &tests {
            let range = Range::from_vers(&test.range).expect("a range");
            let expected = if test.expected == ["true"] { Within::Yes } else { Within::No };
            assert_eq!(range.contains(&test.version), expected, "{} in {}", test.version, test.range);
        }
        println!("{file}: {} of {} tests agree", tests.len(), tests.len());
    }
}

/// Ranges in the notation of each ecosystem, as the suite itself rewrites them, can be read. The notations themselves are
/// not read here: records bring ranges as `vers`, as events or as bounds.
#[test]
fn vers_ranges_are_read() {
    let files = [
        ("npm_range_from_native", 491),
        ("pypi_range_from_native", 3),
        ("nginx_range_from_native", 4),
        ("openssl_range_from_native", 8),
        ("conan_range_from_native", 209),
        ("conan_range_from_native_basic", 20),
        ("gem_range_from_native", 1),
        ("nuget_range_from_native", 1),
        ("pypi_range_validate", 19),
    ];
    for (name, count) in files {
        let Some(text) = data(&format!("vers/tests/{name}_test.json")) else { return };
        let tests = vers_tests(&text);
        assert_eq!(tests.len(), count, "{name}");
        let ranges = tests.iter().flat_map(|test| &test.expected).filter(|range| range.starts_with("vers:"));
        let unread = ranges.filter(|range| Range::from_vers(range).is_none());
        let unread: Vec<&String> =
            unread.filter(|range| !exceptions::VERS_WITHOUT_CONSTRAINTS.contains(&range.as_str())).collect();
        assert!(unread.is_empty(), "{name}: {unread:?}");
    }
}

/// What the suite wants refused as not canonical is read as far as it has one meaning; what is broken is not.
#[test]
fn vers_canonical_parse() {
    let Some(text) = data("vers/tests/vers_canonical_parse_test.json") else { return };
    let field = |line: &str, key: &str| {
        let value = line.trim().strip_prefix(&format!("\"{key}\": "))?;
        Some(value.trim_end_matches(',').trim_matches('"').to_owned())
    };
    let (mut tests, mut refused) = (Vec::new(), Vec::new());
    for line in text.lines() {
        tests.extend(field(line, "input"));
        refused.extend(field(line, "expected_failure").and_then(|_| tests.last().cloned()));
    }
    assert_eq!((tests.len(), refused.len()), (12, 10));
    for test in tests {
        let expected = !refused.contains(&test) || exceptions::VERS_READ_LENIENTLY.contains(&test.as_str());
        assert_eq!(Range::from_vers(&test).is_some(), expected, "{test}");
    }
}

#[test]
fn vers_alpm() {
    check_vers("alpm_version_cmp_test.json", "alpm", Scheme::Alpm, &[], exceptions::ALPM_WITHOUT_RELEASE);
}

#[test]
fn vers_gentoo() {
    check_vers("gentoo_version_cmp_test.json", "gentoo", Scheme::Alpine, &[], &[]);
}

#[test]
fn vers_conan() {
    let (unsure, contradicted) = (exceptions::CONAN_WORDS, exceptions::CONAN_EMPTY);
    check_vers("conan_version_cmp_test.json", "conan", Scheme::Generic, unsure, contradicted);
}

/// Two kinds that no ecosystem uses have no order of their own: the generic one answers what it is sure of, which is
/// nothing in the suites `lexicographic-test.json` (8) and `datetime_version_cmp_test.json` (7, moments).
#[test]
fn vers_kinds_without_an_ecosystem() {
    for (kind, left, right) in
        [("lexicographic", "a", "b"), ("datetime", "2024-01-01T00:00:00Z", "2023-12-31T19:00:00-05:00")]
    {
        assert_eq!(Scheme::from_purl_type(kind), Some(Scheme::Generic));
        assert_ne!(Scheme::Generic.compare(left, right), Some(Ordering::Equal), "{left} {right}");
    }
}

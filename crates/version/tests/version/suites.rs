//! The comparison suites of others: osv-scalibr, rpm, dpkg and package-url `vers`.
//!
//! The files are no part of this repository: without them each test says so and passes. Every line must
//! agree with us, except those listed here with their cause.

use std::cmp::Ordering;
use std::path::PathBuf;

use version::Scheme;

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

/// Every line must agree, in both directions; `exceptions` are the lines that must not.
fn check(name: &str, scheme: Scheme, lines: &[Line], exceptions: &[&str]) {
    let mut failures = Vec::new();
    let mut met = 0_usize;
    for Line { left, right, expected } in lines {
        let sign = match expected {
            Ordering::Less => "<",
            Ordering::Equal => "=",
            Ordering::Greater => ">",
        };
        let line = format!("{left} {sign} {right}");
        let agrees = scheme.compare(left, right) == Some(*expected)
            && scheme.compare(right, left) == Some(expected.reverse());
        let excepted = exceptions.contains(&line.as_str());
        met += usize::from(excepted);
        if agrees == excepted {
            failures.push(format!("{line}   we say {:?}", scheme.compare(left, right)));
        }
    }
    println!("{name}: {} of {} lines agree, {met} excepted", lines.len() - met - failures.len(), lines.len());
    assert!(failures.is_empty(), "{name}: {} lines differ:\n{}", failures.len(), failures.join("\n"));
}

fn check_scalibr(file: &str, scheme: Scheme, exceptions: &[&str]) {
    if let Some(text) = data(&format!("versions/osv-scalibr/{file}")) {
        check(file, scheme, &scalibr(&text), exceptions);
    }
}

#[test]
fn scalibr_semver() {
    check_scalibr("semver-versions.txt", Scheme::SemVer, &[]);
}

#[test]
fn scalibr_maven() {
    check_scalibr("maven-versions.txt", Scheme::Maven, &[]);
    check_scalibr("maven-versions-generated.txt", Scheme::Maven, &[]);
}

#[test]
fn scalibr_debian() {
    check_scalibr("debian-versions.txt", Scheme::Debian, &[]);
    check_scalibr("debian-versions-generated.txt", Scheme::Debian, &[]);
}

#[test]
fn scalibr_pypi() {
    check_scalibr("pypi-versions.txt", Scheme::Pypi, &[]);
    check_scalibr("pypi-versions-generated.txt", Scheme::Pypi, &[]);
}

#[test]
fn scalibr_rpm() {
    check_scalibr("redhat-versions.txt", Scheme::Rpm, &[]);
}

#[test]
fn scalibr_alpine() {
    check_scalibr("alpine-versions.txt", Scheme::Alpine, &[]);
    check_scalibr("alpine-versions-generated.txt", Scheme::Alpine, &[]);
}

#[test]
fn scalibr_rubygems() {
    check_scalibr("rubygems-versions.txt", Scheme::RubyGems, &[]);
    check_scalibr("rubygems-versions-generated.txt", Scheme::RubyGems, &[]);
}

#[test]
fn scalibr_nuget() {
    check_scalibr("nuget-versions.txt", Scheme::NuGet, &[]);
}

#[test]
fn scalibr_packagist() {
    check_scalibr("packagist-versions.txt", Scheme::Packagist, &[]);
    check_scalibr("packagist-versions-generated.txt", Scheme::Packagist, &[]);
}

#[test]
fn scalibr_generic_as_cran() {
    check_scalibr("cran-versions.txt", Scheme::Generic, &[]);
    check_scalibr("cran-versions-generated.txt", Scheme::Generic, &[]);
}

#[test]
fn scalibr_generic_as_hackage() {
    check_scalibr("hackage-versions.txt", Scheme::Generic, &[]);
}

#[test]
fn scalibr_semver_as_pub() {
    check_scalibr("pub-versions.txt", Scheme::SemVer, &[]);
}

#[test]
fn dpkg_s_own_suite() {
    if let Some(text) = data("versions/dpkg-version.tsv") {
        check("dpkg-version.tsv", Scheme::Debian, &tsv(&text), &[]);
    }
}

#[test]
fn rpm_s_own_suite() {
    if let Some(text) = data("versions/rpmvercmp.tsv") {
        check("rpmvercmp.tsv", Scheme::Rpm, &tsv(&text), &[]);
    }
}

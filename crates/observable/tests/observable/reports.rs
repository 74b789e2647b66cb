//! Published reports, read whole: every promise holds on them, and what they name is found.
//!
//! The data is not part of the repository; without it the tests say so and pass.
#![expect(
    clippy::disallowed_methods,
    reason = "test data: small files of a known folder, named by the environment"
)]

use observable::{Kind, Role, fuzz, scan_text};
use std::path::PathBuf;

fn reports() -> Vec<(PathBuf, String)> {
    let root = std::env::var("OUTPACE_DATA").map_or_else(
        |_| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")),
        PathBuf::from,
    );
    let mut files = Vec::new();
    for folder in ["reports/unit42-single", "reports/tram-single"] {
        let Ok(entries) = std::fs::read_dir(root.join(folder)) else {
            eprintln!("skipped: no {folder} below {}", root.display());
            continue;
        };
        files.extend(entries.flatten().map(|entry| entry.path()));
    }
    files.sort();
    files
        .into_iter()
        .filter_map(|path| {
            Some((path.clone(), String::from_utf8_lossy(&std::fs::read(path).ok()?).into_owned()))
        })
        .collect()
}

#[test]
fn every_promise_holds_on_published_reports() {
    for (_, text) in reports() {
        fuzz::fuzz_prose(text.as_bytes());
        fuzz::fuzz_set(text.as_bytes());
    }
}

/// A dot in brackets is the author's own mark of an observable; what surrounds one is found, but for
/// templates and for names with parts left out.
#[test]
fn what_authors_marked_is_found() {
    let (mut marked, mut seen) = (0_u32, 0_u32);
    for (_, text) in reports() {
        let found = scan_text(&text);
        for (at, _) in text.match_indices("[.]") {
            let line = text[..at].rfind('\n').map_or(0, |start| start + 1);
            let end = text[at..].find(['\n', ' ']).map_or(text.len(), |end| at + end);
            let word = text[line..at].rfind(' ').map_or(line, |blank| line + blank + 1);
            let word = &text[word..end];
            if word.replace("[.]", "").replace("[:]", "").replace("[@]", "").contains(['[', '{', '*', '<']) {
                continue;
            }
            marked += 1;
            seen += u32::from(found.iter().any(|found| found.span.contains(&at) && found.defanged));
        }
    }
    assert!(seen * 1000 >= marked * 995, "{seen} of {marked} marked places found");
}

#[test]
fn hashes_are_indicators_and_identifiers_are_context() {
    for (path, text) in reports() {
        for found in scan_text(&text) {
            match found.observable.kind {
                Kind::Md5 | Kind::Sha1 | Kind::Sha256 | Kind::Sha512 => {
                    assert_eq!(found.role, Role::Indicator, "{}", path.display())
                }
                Kind::Cve | Kind::Technique => assert_eq!(found.role, Role::Context, "{}", path.display()),
                _ => {}
            }
        }
    }
}

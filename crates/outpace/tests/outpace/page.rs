//! The report page in a real browser: no console error, no request to any host, nothing that scrolls sideways,
//! enough contrast in light and dark. Skipped with a word where there is no Chromium, Node or playwright-core.

use crate::program::{Folder, outpace};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where `.ci/run` puts playwright-core, unless `PLAYWRIGHT` names another place.
fn playwright() -> Option<PathBuf> {
    let built = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/page/node_modules/playwright-core");
    let path = std::env::var_os("PLAYWRIGHT").map_or(built, PathBuf::from);
    path.is_dir().then_some(path)
}

fn chromium() -> Option<PathBuf> {
    let known = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
    known.iter().map(PathBuf::from).find(|path| path.is_file())
}

#[test]
fn a_short_page_is_shorter_and_says_so_and_is_a_page() {
    let folder = Folder::new();
    let path = folder.path().join("short.html");
    let run = outpace(&["demo", "--short", "--html", &path.display().to_string(), "--format", "ndjson"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let file = std::fs::read_to_string(&path).expect("a page");
    let short = outpace(&["demo", "--short", "--format", "html"]).out;
    let whole = outpace(&["demo", "--format", "html"]).out;
    assert_eq!(file, short);
    assert!(short.contains("This is the short page") && !whole.contains("This is the short page"));
    assert!(short.contains("<svg") && !short.contains("<details") && short.len() * 4 < whole.len());
    let refused = outpace(&["demo", "--short"]);
    assert_eq!((refused.code, refused.out.as_str()), (2, ""));
    assert!(refused.err.contains("--short") && refused.err.contains("help: add --html"), "{}", refused.err);
}

#[test]
fn the_page_opens_in_a_browser_without_a_fault() {
    let (Some(playwright), Some(chromium)) = (playwright(), chromium()) else {
        eprintln!("skipped: needs Chromium, Node and playwright-core (see .ci/run)");
        return;
    };
    let folder = Folder::new();
    let page = folder.path().join("report.html");
    let run = outpace(&["demo", "--html", &page.display().to_string(), "--format", "ndjson"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/outpace/page.mjs");
    let output = Command::new("node")
        .arg(script)
        .arg(&page)
        .arg(folder.path())
        .env("PLAYWRIGHT", playwright.canonicalize().expect("there"))
        .env("CHROMIUM", chromium)
        .output();
    let Ok(output) = output else {
        eprintln!("skipped: needs Node");
        return;
    };
    let report = String::from_utf8_lossy(&output.stdout).into_owned();
    let report: serde_json::Value = serde_json::from_str(&report)
        .unwrap_or_else(|_| panic!("{report}{}", String::from_utf8_lossy(&output.stderr)));
    for fault in ["console", "requests", "overflow", "landmarks", "contrast"] {
        assert_eq!(report[fault], serde_json::json!([]), "{fault}: {report}");
    }
    assert!(report["details"].as_u64() > Some(20), "evidence behind a click: {report}");
    assert!(report["opened"].as_u64() >= Some(1), "a detail opens by the keyboard: {report}");
    assert!(report["text"].as_u64() > Some(5000), "the page has a text: {report}");
}

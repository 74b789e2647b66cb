//! The page in a real browser: it opens without a word on the console and asks nobody for anything.
//!
//! Headless Chromium, where it is installed; else the test says that it was skipped. A second page that does
//! complain and does send requests shows that the test notices both.

use crate::{rendered, sample};
use report::{Form, Style};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where Debian, Ubuntu and Fedora put it.
const BROWSERS: [&str; 4] =
    ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/snap/bin/chromium"];

/// How the network log names a request that a page from a file made.
const ASKED_BY_PAGE: &str = r#""network_isolation_key":"file://"#;

/// What the browser logged and requested of a page.
struct Seen {
    console: Vec<String>,
    asked: bool,
    dom: String,
}

#[expect(clippy::disallowed_methods, reason = "the browser is the judge; outpace itself executes nothing")]
fn open(browser: &str, name: &str, page: &str) -> Seen {
    let folder = PathBuf::from(concat!(env!("CARGO_TARGET_TMPDIR"), "/browser"))
        .join(format!("{name}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("the build's own folder");
    let (file, log) = (folder.join("page.html"), folder.join("net.json"));
    std::fs::write(&file, page).expect("the build's own folder");
    let output = Command::new(browser)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--dump-dom"])
        .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
        // Whatever the browser wants for itself, it does not leave this machine.
        .args(["--host-resolver-rules=MAP * ~NOTFOUND", "--enable-logging=stderr"])
        .arg(format!("--user-data-dir={}", folder.join("profile").display()))
        .arg(format!("--log-net-log={}", log.display()))
        .arg(format!("file://{}", file.display()))
        .output()
        .expect("the browser starts");
    let seen = Seen {
        console: String::from_utf8_lossy(&output.stderr)
            .lines()
            .filter(|line| line.contains(":CONSOLE"))
            .map(str::to_owned)
            .collect(),
        asked: std::fs::read_to_string(&log).expect("a network log").contains(ASKED_BY_PAGE),
        dom: String::from_utf8_lossy(&output.stdout).into_owned(),
    };
    let _ = std::fs::remove_dir_all(&folder);
    seen
}

#[test]
fn the_page_opens_silently_and_asks_nobody() {
    let Some(browser) = BROWSERS.into_iter().find(|browser| Path::new(browser).exists()) else {
        println!("skipped: no Chromium here");
        return;
    };
    let loud = r#"<!DOCTYPE html><title>x</title><img src="http://198.51.100.1/x"><script>console.error("logged")</script>"#;
    let loud = open(browser, "loud", loud);
    assert!(loud.console.iter().any(|line| line.contains("logged")), "the console is not read");
    assert!(loud.asked, "the request is not seen");

    let page = rendered(&sample::answer(), Form::Html, &Style::default());
    let seen = open(browser, "report", &page);
    assert_eq!(seen.console, Vec::<String>::new());
    assert!(!seen.asked, "the page asked for something");
    assert!(seen.dom.contains("id=\"race-title\"") && seen.dom.contains("</footer>"), "not all of it came");
}

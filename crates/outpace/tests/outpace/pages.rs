//! The pages of every verb in a real browser, with somebody listening: nothing in them runs, nothing is asked for.
//!
//! Each hostile value would ask a listener on this machine, or name the page anew. A page made by hand that does both
//! shows first that the browser would do it and that the test notices. Skipped with a word without Chromium.

use crate::poison::Poison;
use crate::program::{Folder, NOW, outpace};
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// Somebody who counts who asks.
struct Listener {
    port: u16,
    asked: Arc<AtomicUsize>,
}

impl Listener {
    fn new() -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = socket.local_addr().expect("an address").port();
        let asked = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&asked);
        // It ends with the test.
        std::thread::spawn(move || {
            for mut stream in socket.incoming().flatten() {
                count.fetch_add(1, Ordering::SeqCst);
                let _ = stream.set_read_timeout(Some(Duration::from_millis(200)));
                let _ = stream.read(&mut [0; 512]);
                let _ = stream.write_all(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
            }
        });
        Self { port, asked }
    }

    /// Values that ask it, or that run.
    fn baits(&self) -> Vec<String> {
        let url = format!("http://127.0.0.1:{}/", self.port);
        vec![
            format!("<img src={url}a><img src=x onerror=\"document.title='owned'\">"),
            format!("\"'><script>document.title='owned';fetch('{url}b')</script>"),
            format!(
                "</title></style></code></td></text></svg><svg onload=\"document.title='owned'\"><image href={url}c />"
            ),
            format!("<style>@import '{url}d'; body {{ background: url({url}e) }}</style>"),
            format!(
                "<link rel=stylesheet href={url}f><iframe src={url}g></iframe><meta http-equiv=refresh content=0;url={url}h>"
            ),
            format!("<object data={url}i></object><video src={url}j></video><base href={url}k>"),
            format!("]]>--><form action={url}l><input autofocus onfocus=\"document.title='owned'\">"),
            "javascript:document.title='owned'".to_owned(),
        ]
    }
}

fn chromium() -> Option<PathBuf> {
    let known = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
    known.iter().map(PathBuf::from).find(|path| path.is_file())
}

/// The document after it was opened and had time to do what it does.
fn opened(chromium: &Path, folder: &Folder, page: &str) -> String {
    let file = folder.file("page.html", page);
    let output = Command::new(chromium)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--dump-dom"])
        .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
        .args(["--virtual-time-budget=2000"])
        .arg(format!("--user-data-dir={}", folder.path().join("profile").display()))
        .arg(format!("file://{}", file.display()))
        .output()
        .expect("the browser starts");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn title(document: &str) -> &str {
    let after = document.split_once("<title>").map_or("", |(_, after)| after);
    after.split_once("</title>").map_or("", |(title, _)| title)
}

#[test]
fn nothing_in_the_page_of_any_verb_runs_or_asks_for_anything() {
    let Some(chromium) = chromium() else {
        eprintln!("skipped: no Chromium here");
        return;
    };
    let (folder, listener) = (Folder::new(), Listener::new());
    for bait in listener.baits().iter().take(3) {
        let before = listener.asked.load(Ordering::SeqCst);
        let alive = opened(&chromium, &folder, &format!("<!DOCTYPE html><title>x</title><body>{bait}"));
        assert_eq!(title(&alive), "owned", "the browser runs what is on a page: {bait}");
        assert!(listener.asked.load(Ordering::SeqCst) > before, "and asks: {bait}");
    }
    let before = listener.asked.load(Ordering::SeqCst);
    let poison = Poison::of(&listener.baits());
    let mut pages = Vec::new();
    for (verb, arguments, forms) in poison.verbs().iter().filter(|(_, _, forms)| forms.contains(&"html")) {
        let has_short = forms.contains(&"timeline");
        for short in [false, true].into_iter().filter(|short| !short || has_short) {
            let mut arguments = arguments.clone();
            arguments.extend(["--format", "html", "--now", NOW]);
            arguments.extend(short.then_some("--short"));
            let run = outpace(&arguments);
            assert_eq!(run.code, 0, "{verb}: {}", run.err);
            assert!(run.out.contains("127[.]0[.]0[.]1") || run.out.contains("owned"), "{verb} shows no bait");
            pages.push((format!("{verb}, short: {short}"), run.out));
        }
    }
    assert!(pages.len() >= 9, "{}", pages.len());
    for (verb, page) in &pages {
        let document = opened(&chromium, &folder, page);
        assert!(
            document.contains("</footer>") || document.contains("</main>"),
            "{verb} was opened: {document}"
        );
        let written = title(page).replace("&quot;", "\"");
        assert_eq!(title(&document), written, "{verb}: something ran");
        assert_eq!(listener.asked.load(Ordering::SeqCst), before, "{verb}: something was asked for");
    }
}

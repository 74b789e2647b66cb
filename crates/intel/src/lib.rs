//! What the world knows, and what it saw of us: bytes → facts and problems, one file a format.
//!
//! Three sorts of documents come in here: *advisories* (prose, STIX, MISP), *knowledge* (KEV, CVE, OSV,
//! ATT&CK, end-of-life and exploit dates) and *collections* (what others saw: sinkholes, leaks, scans). A
//! format is recognised by content ([`recognise`]), read record by record, and told as [`model::world`]
//! facts. Content is never an error: what could not be read is a problem with file, place and remedy.
//!
//! Invariants: every fact has its place; secrets of collections (passwords, cookies, tokens) never reach a
//! fact, a keyed fingerprint does; nothing is attributed to a group unless its source names exactly one.

mod advisory;
mod article;
mod body;
mod collection;
mod controls;
mod cve5;
mod endoflife;
mod exploit_status;
mod format;
#[doc(hidden)]
pub mod fuzz;
mod head;
mod kev;
mod lexicon;
mod misp;
mod osv;
mod package;
mod passages;
mod prose;
mod sentences;
mod sink;
mod spoken;
mod stix;
mod wire;

pub use controls::{CONTROLS, Control, of_mitigation};
pub use format::{Format, recognise};
pub use lexicon::{GroupNamed, Lexicon, NAMES_MAX};

use head::Head;
use input::Document;
use model::world::Fact;
use model::{Fault, Place, Problems};
use sink::Sink;

/// Reads a document of any format of this room. Facts go to `each` one by one; the format is `None`, and
/// nothing is read, when the document is none of this room's.
pub fn read(
    document: &mut Document<'_>,
    lexicon: &Lexicon,
    each: &mut dyn FnMut(Fact),
) -> (Option<Format>, Problems) {
    let name = std::sync::Arc::clone(&document.name);
    let mut problems = Problems::new(&name);
    let format = recognise(&name, document.head_text());
    let mut sink = Sink::new(&name, lexicon, false, each);
    if let Some(row) = format.and_then(format::row_of) {
        (row.read)(document, &mut sink, &mut problems);
    }
    (format, problems)
}

/// Reads a document of which the caller knows that it is an advisory: what is not recognised is prose, and
/// STIX and MISP give a [`Fact::Report`] beside their indicators.
pub fn read_report(
    document: &mut Document<'_>,
    lexicon: &Lexicon,
    each: &mut dyn FnMut(Fact),
) -> (Option<Format>, Problems) {
    let name = std::sync::Arc::clone(&document.name);
    let mut problems = Problems::new(&name);
    if let Some((what, help)) = not_text(&document.head) {
        problems.add(Place::Whole, Fault::Unreadable, what, Some(help));
        return (None, problems);
    }
    let head = document.head_text();
    let recognised = recognise(&name, head);
    if recognised.is_none()
        && let Some(what) = broken_json(head)
    {
        problems.add(Place::Whole, Fault::Unreadable, what, Some("give the whole file"));
        return (None, problems);
    }
    let format = recognised.unwrap_or_else(|| {
        let shape = Head::of(&name, head);
        if shape.is_json() {
            let help = "give a STIX bundle, a MISP event or the advisory's text";
            problems.add(Place::Whole, Fault::Note, "JSON of an unknown shape, read as text", Some(help));
        }
        if shape.is_markdown() && !shape.is_json() { Format::Markdown } else { Format::Text }
    });
    let mut sink = Sink::new(&name, lexicon, true, each);
    if let Some(row) = format::row_of(format) {
        (row.read)(document, &mut sink, &mut problems);
    }
    (Some(format), problems)
}

/// Why a short document that begins as JSON is none.
fn broken_json(head: &str) -> Option<String> {
    let begins = head.trim_start();
    let short = head.len() < Document::HEAD_MAX / 2;
    if !short || !(begins.starts_with('{') || begins.starts_with("[{") || begins.starts_with("[\"")) {
        return None;
    }
    let error = serde_json::from_str::<serde::de::IgnoredAny>(begins).err()?;
    error.is_eof().then(|| format!("begins as JSON and ends too early: {error}"))
}

/// Why bytes are no text, and what to do about it.
fn not_text(head: &[u8]) -> Option<(&'static str, &'static str)> {
    const SIGNS: [(&[u8], &str, &str); 7] = [
        (b"<stix:STIX_Package", "STIX 1 (XML), which is not read", "convert it to STIX 2.1 or MISP JSON"),
        (b"%PDF", "a PDF; its text cannot be read yet", "save it as text or HTML and give that"),
        (b"\xd0\xcf\x11\xe0", "an old Office document; its text cannot be read", "save it as text or HTML"),
        (b"PK\x03\x04", "an Office or archive file that could not be opened", "save it as text or HTML"),
        (b"-----BEGIN PGP MESSAGE-----", "encrypted with OpenPGP", "decrypt it first"),
        (b"\x89PNG", "a picture", "give the text that it shows"),
        (b"\xff\xd8\xff", "a picture", "give the text that it shows"),
    ];
    if let Some((_, what, help)) = SIGNS.iter().find(|(sign, _, _)| head.starts_with(sign)) {
        return Some((what, help));
    }
    // Text with a few stray control characters is still text; one of which one byte in fifty is such is not.
    let looked = head.iter().take(4096);
    let control =
        |byte: &&u8| byte.is_ascii_control() && !matches!(**byte, b'\t' | b'\n' | b'\r' | 0x0c | 0x1b);
    let (all, controls) = (looked.clone().count(), looked.filter(control).count());
    (controls > 2 && controls * 50 > all)
        .then_some(("binary data, not text", "give text, Markdown, HTML, a STIX bundle or a MISP event"))
}

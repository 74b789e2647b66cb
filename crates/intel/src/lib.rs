//! What the world knows, and what it saw of us: bytes → facts and problems, one file a format.
//!
//! | folder | what it reads |
//! |---|---|
//! | `knowledge/` | feeds of vulnerabilities (CVE, OSV), exploits, ends of life, known good values |
//! | `prose/` | advisories in words: HTML, Markdown, text; names, controls, sentences |
//! | `stix/`, `misp/` | advisories and knowledge as STIX bundles (ATT&CK too) and MISP events |
//! | `foreign/` | indicators in documents of other tools: OpenIOC, STIX 1, rules |
//! | `list/` | indicators one a line, row or object |
//! | `publication/` | a report of our own, before it is published |
//! | `collection/` | what others saw: sinkholes, leaks, scans |
//!
//! [`recognise`] asks the registry in `format.rs` which format a document is of, by its first bytes. That format's
//! `read` gets the document and a `Sink` (`sink.rs`), gives it [`model::world`] facts one by one, each with its place,
//! and adds problems. `body.rs` opens JSON bounded and lenient, `wire.rs` has the shapes that all JSON shares. Content
//! is never an error: what could not be read is a problem with file, place and remedy.
//!
//! ```
//! use intel::{Lexicon, read_report};
//! use model::world::Fact;
//!
//! let text = b"APT40 logged in from 203.0.113[.]7 and used CVE-2021-44228.\n";
//! let mut document = input::Document::open("advisory.txt", text.as_slice())?;
//! let (mut indicators, mut mentions) = (Vec::new(), 0);
//! let (format, problems) = read_report(&mut document, &Lexicon::built_in(), &mut |fact| match fact {
//!     Fact::Indicator(indicator) => indicators.push(indicator),
//!     Fact::Report(report) => mentions += report.mentions.len(),
//!     _ => {}
//! });
//! assert_eq!(format.map(|format| format.name()), Some("text"));
//! assert_eq!(indicators[0].observable.value, "203.0.113.7");
//! assert_eq!(indicators[0].attributed_to, ["APT40"]);
//! assert_eq!((mentions, problems.count()), (3, 0));
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! For a new form of intelligence copy the nearest: `knowledge/kev.rs` for a feed of knowledge,
//! `collection/shadowserver.rs` for a collection, `list/table.rs` for a list. It needs a line
//! in `FORMATS` of `format.rs` and a fixture with its golden in `tests/intel/golden/`.
//!
//! Invariants: every fact has its place; secrets of collections (passwords, cookies, tokens) never reach a
//! fact, a keyed fingerprint does; nothing is attributed to a group unless its source names exactly one.

mod body;
mod collection;
mod foreign;
mod format;
#[doc(hidden)]
pub mod fuzz;
mod knowledge;
mod list;
mod misp;
mod prose;
mod publication;
mod sink;
mod stix;
mod wire;
mod xml;

pub use collection::mail_table::{MAIL_FOUND, MAIL_RECIPIENTS, MAIL_SENDERS, MAIL_SUBJECTS};
pub use collection::without::without_secrets;
pub use format::{Format, of_bytes as recognise_bytes, recognise};
pub use knowledge::known_good::known_good_built_in;
pub use prose::controls::{CONTROLS, Control, of_mitigation};
pub use prose::lexicon::{GroupNamed, Lexicon, NAMES_MAX};
pub use prose::mail::subject_of_header;
pub use publication::{first_words, for_audience, named_in, read_publication};

use input::Document;
use input::Head;
use model::world::Fact;
use model::{Fault, Place, Problems};
use sink::Sink;

/// The number of these readers: one more whenever one of them says something else of a document than before. A document that
/// is kept word for word and was read by another number is worth reading again.
pub const READERS: u32 = 1;

/// Reads a document of any format of this room. Facts go to `each` one by one; the format is `None`, and
/// nothing is read, when the document is none of this room's.
pub fn read(
    document: &mut Document<'_>,
    lexicon: &Lexicon,
    each: &mut dyn FnMut(Fact),
) -> (Option<Format>, Problems) {
    let name = std::sync::Arc::clone(&document.name);
    let mut problems = Problems::new(&name);
    let format =
        format::of_bytes(&name, &document.head).or_else(|| recognise(&name, &document.head_decoded()));
    let Some(format) = format else {
        if !document.head.is_empty() {
            problems.add(Place::Whole, Fault::Unreadable, NOT_RECOGNISED, Some(WHAT_IS_READ));
        }
        return (None, problems);
    };
    read_as(format, document, lexicon, false, each, &mut problems);
    (Some(format), problems)
}

/// Reads a document of which the caller knows that it is an advisory or a list of indicators: what is not
/// recognised is prose; STIX and MISP give a [`Fact::Report`] beside their indicators, and so do lists, with the
/// number of their values by kind in place of mentions.
pub fn read_report(
    document: &mut Document<'_>,
    lexicon: &Lexicon,
    each: &mut dyn FnMut(Fact),
) -> (Option<Format>, Problems) {
    let name = std::sync::Arc::clone(&document.name);
    let mut problems = Problems::new(&name);
    if let Some(format) = format::of_bytes(&name, &document.head) {
        read_as(format, document, lexicon, true, each, &mut problems);
        return (Some(format), problems);
    }
    if let Some((what, help)) = not_text(&document.head) {
        problems.add(Place::Whole, Fault::Unreadable, what, Some(help));
        return (None, problems);
    }
    let format = {
        let head = document.head_decoded();
        let recognised = format::recognise_given(&name, &head);
        if recognised.is_none()
            && let Some(what) = broken_json(&head)
        {
            problems.add(Place::Whole, Fault::Unreadable, what, Some("give the whole file"));
            return (None, problems);
        }
        recognised.unwrap_or_else(|| {
            let shape = Head::of_text(&name, &head);
            if shape.is_json() {
                let help = "give a STIX bundle, a MISP event, a list of indicators or the advisory's text";
                let what = "JSON of an unknown shape, read as text";
                problems.add(Place::Whole, Fault::Note, what, Some(help));
            }
            if shape.is_markdown() && !shape.is_json() { Format::Markdown } else { Format::Text }
        })
    };
    read_as(format, document, lexicon, true, each, &mut problems);
    (Some(format), problems)
}

/// Reads the statements (VEX) of a CycloneDX document that is given as an inventory: its components are another room's.
pub fn read_statements(document: &mut Document<'_>, each: &mut dyn FnMut(Fact)) -> Problems {
    let name = std::sync::Arc::clone(&document.name);
    let (mut problems, nobody) = (Problems::new(&name), Lexicon::default());
    // Most inventories state nothing, and that is no loss.
    if let Some(read) = format::reader_of(Format::CycloneDxVex) {
        read(document, &mut Sink::new(&name, &nobody, false, each), &mut problems);
    }
    problems
}

/// Whether [`read_report`] takes a document for a list of indicators, by its head. A list may be of any size and
/// is read as a stream, so a caller who holds advisories need not hold it.
#[must_use]
pub fn is_list(document: &Document<'_>) -> bool {
    format::recognise_given(&document.name, &document.head_decoded()).is_some_and(Format::is_list)
}

const NOT_RECOGNISED: &str =
    "not recognised: no advisory, knowledge, collection or list of indicators in a form that is read";
const WHAT_IS_READ: &str = "the forms are listed in README.md; a list of indicators has one value a line, or a header \
                            with a column `indicator`";
const NAMES_NOTHING: &str = "nothing in it is known here: it was read as {} and names no indicator, vulnerability, \
                             technique, group, software or control";
const MARK_VALUES: &str = "give indicators one a line, in a table with a column `indicator`, as STIX or MISP, or \
                           defanged in the text";

/// Reads a document as one format, and says when nothing came of it.
fn read_as(
    format: Format,
    document: &mut Document<'_>,
    lexicon: &Lexicon,
    advisory: bool,
    each: &mut dyn FnMut(Fact),
    problems: &mut Problems,
) {
    let name = std::sync::Arc::clone(&document.name);
    let mut said_something = false;
    let before = problems.count();
    let mut counting = |fact: Fact| {
        said_something |= match &fact {
            // A list says itself that it is empty.
            Fact::Report(report) => !report.mentions.is_empty() || format.is_list(),
            _ => true,
        };
        each(fact);
    };
    let mut sink = Sink::new(&name, lexicon, advisory, &mut counting);
    if let Some(read) = format::reader_of(format) {
        read(document, &mut sink, problems);
    }
    let attached = std::mem::take(&mut sink.attached);
    let around = !attached.is_empty() || format == Format::OfficePart;
    attachments(&name, attached, lexicon, advisory, &mut counting, problems);
    if !said_something && !around && problems.count() == before {
        let what = NAMES_NOTHING.replace("{}", format.name());
        problems.add(Place::Whole, Fault::Partial, what, Some(MARK_VALUES));
    }
}

/// Reads the documents inside of a document, each with its name after `!`.
fn attachments(
    name: &str,
    attached: Vec<(String, Vec<u8>)>,
    lexicon: &Lexicon,
    advisory: bool,
    each: &mut dyn FnMut(Fact),
    problems: &mut Problems,
) {
    let deep = name.matches('!').count() >= ATTACHED_DEPTH_MAX;
    for (inner, bytes) in attached {
        let inner = format!("{name}!{inner}");
        if deep {
            let what =
                format!("{inner} is nested deeper than {ATTACHED_DEPTH_MAX} documents and was not read");
            problems.add(Place::Whole, Fault::Partial, what, Some("save it and give it by itself"));
        } else if let Ok(mut document) = Document::open(&inner, bytes.as_slice()) {
            // A mail that is no advisory carries reports for machines; what else is in it is for people.
            let (format, found) = if advisory {
                read_report(&mut document, lexicon, each)
            } else {
                read(&mut document, lexicon, each)
            };
            if format.is_none() && !advisory {
                continue;
            }
            for problem in found.into_vec() {
                let what = format!("{inner}: {}", problem.what);
                problems.add(Place::Whole, problem.fault, what, problem.help.as_deref());
            }
        }
    }
}

/// How deep documents may nest in each other: a mail in a mail in an archive.
const ATTACHED_DEPTH_MAX: usize = 6;

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
    const SIGNS: [(&[u8], &str, &str); 4] = [
        (b"PK\x03\x04", "an Office or archive file that could not be opened", "save it as text or HTML"),
        (b"-----BEGIN PGP MESSAGE-----", "encrypted with OpenPGP", "decrypt it first"),
        (b"\x89PNG", "a picture", "give the text that it shows"),
        (b"\xff\xd8\xff", "a picture", "give the text that it shows"),
    ];
    if let Some((_, what, help)) = SIGNS.iter().find(|(sign, _, _)| head.starts_with(sign)) {
        return Some((what, help));
    }
    // Text with a few stray control characters is still text; with one control character in fifty bytes it is not.
    let looked = head.iter().take(4096);
    let control =
        |byte: &&u8| byte.is_ascii_control() && !matches!(**byte, b'\t' | b'\n' | b'\r' | 0x0c | 0x1b);
    let (all, controls) = (looked.clone().count(), looked.filter(control).count());
    (controls > 2 && controls * 50 > all).then_some((
        "binary data, not text",
        "give text, Markdown, HTML, a STIX bundle, a MISP event or a list",
    ))
}

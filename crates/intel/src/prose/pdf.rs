//! PDF, read as an advisory: its text in reading order, a page after the other (ISO 32000-2).
//!
//! The objects, filters and fonts are read here and not by a library, for none bounds what a stream may unfold into. The
//! file's table of references is not needed, so damaged files are read as far as they go. Places are pages. Invariant:
//! a file that gives no text is said to be encrypted, made of pictures, without a map to text, or damaged, with what to
//! do about it.

mod cmap;
mod content;
mod file;
mod filter;
mod font;
mod names;
mod rows;
mod syntax;

use crate::prose;
use crate::prose::article::Article;
use crate::sink::Sink;
use content::{Reader, Run};
use file::File;
use input::{Document, Head};
use model::{Fault, Place, Problems};
use syntax::{Dict, Value};

/// How large a file may be: 64 MiB; reports with many pictures stay below 30.
const FILE_BYTES_MAX: u64 = 64 << 20;

/// How many pages are read.
const PAGES_MAX: usize = 3000;

/// How deep the tree of pages may be.
const TREE_DEEP_MAX: usize = 40;

/// How far from the beginning the mark of a PDF may be (annex I.2: within the first 1024 bytes).
const MARK_WITHIN: usize = 1024;

/// Whether a document is a PDF.
pub(crate) fn claims(head: &Head<'_>) -> bool {
    let mark = head.text.find("%PDF-").filter(|at| *at < MARK_WITHIN);
    let before = mark.and_then(|at| head.text.get(..at));
    before.is_some_and(|before| before.lines().count() < 4 && !before.contains(['{', '<', '@']))
}

pub(crate) fn read(document: &mut Document<'_>, sink: &mut Sink<'_>, problems: &mut Problems) {
    let Some(whole) = document.whole(FILE_BYTES_MAX, problems) else { return };
    let bytes = whole.beginning(problems, "split the PDF, or save its text and give that");
    let file = File::read(&bytes);
    if file.encrypted {
        let help = "open it, print it to a new PDF or save its text, and give that";
        problems.add(
            Place::Whole,
            Fault::Unreadable,
            "an encrypted PDF; its text cannot be read",
            Some(help),
        );
        return;
    }
    let pages = pages(&file);
    let beyond = pages.len() > PAGES_MAX;
    let mut reader = Reader::new(&file);
    let shown: Vec<Vec<Run>> =
        pages.iter().take(PAGES_MAX).map(|(page, resources)| reader.page(page, resources)).collect();
    let body = rows::body_of(&shown);
    let mut article = Article::default();
    article.paged = true;
    article.title = shown.first().and_then(|first| title(first, body));
    for (number, runs) in (1..).zip(shown) {
        rows::write(runs, body, number, &mut article);
    }
    if file.bounded.get() || reader.bounded || beyond {
        let what = "the PDF unfolds into more than is read, or has more pages; the rest was not read";
        problems.add(Place::Whole, Fault::Partial, what, Some("split it, or save its text and give that"));
    }
    if reader.unknown > reader.known / 8 && reader.unknown > 20 {
        let what = format!("{} characters are of fonts that do not say which text they are", reader.unknown);
        let help = "save it as text, or print it to a new PDF and recognise its text";
        problems.add(Place::Whole, Fault::Partial, what, Some(help));
    }
    if article.text.trim().is_empty() {
        nothing(pages.len(), &reader, problems);
        return;
    }
    prose::read(&article, sink, problems);
}

/// Why a PDF gave no text.
fn nothing(pages: usize, reader: &Reader<'_, '_>, problems: &mut Problems) {
    let (what, help) = if pages == 0 {
        ("a PDF in which no page was found; it is damaged or cut off", "get it again from its source")
    } else if reader.pictures {
        ("a PDF of pictures without text (a scan)", "recognise its text (OCR) and give the result")
    } else if reader.unknown > 0 {
        ("a PDF whose fonts do not say which text they are", "save it as text, or recognise its text (OCR)")
    } else {
        ("a PDF without text", "give the text that it shows")
    };
    problems.add(Place::Whole, Fault::Unreadable, what, Some(help));
}

/// The title: what the first page writes largest, where that is larger than the text.
fn title(first: &[Run], body: f64) -> Option<String> {
    let largest = first.iter().map(|run| run.size).fold(0.0, f64::max);
    let alike = |run: &&Run| (run.size - largest).abs() < 0.01 * largest;
    let runs = first.iter().skip_while(|run| !alike(run)).take_while(alike).take(200);
    let words: Vec<&str> = runs.map(|run| run.text.trim()).collect();
    (largest > rows::HEADING * body).then(|| prose::article::title_of(&words.join(" "))).flatten()
}

/// The pages in order, each with the resources that it has or inherits (7.7.3).
fn pages(file: &File<'_>) -> Vec<(Dict, Dict)> {
    let mut found = Vec::new();
    let mut seen = std::collections::HashSet::new();
    let root = file.root().and_then(|root| root.get("Pages").cloned());
    // What is still to be visited, the next one last.
    let mut open: Vec<(Value, Dict, usize)> =
        root.into_iter().map(|root| (root, Dict::default(), 0)).collect();
    while let Some((value, inherited, deep)) = open.pop() {
        if found.len() > PAGES_MAX {
            break;
        }
        if let Value::Ref(number) = &value
            && !seen.insert(*number)
        {
            continue;
        }
        let Some(node) = file.dict(&value) else { continue };
        let own = node.get("Resources").and_then(|own| file.dict(own));
        let resources = own.unwrap_or(inherited);
        match file.entry(&node, "Kids") {
            Some(Value::Array(kids)) if deep < TREE_DEEP_MAX => {
                let kids = kids.into_iter().rev().take(200_000);
                open.extend(kids.map(|kid| (kid, resources.clone(), deep + 1)));
            }
            Some(_) => {}
            None => found.push((node, resources)),
        }
    }
    if found.is_empty() {
        let all = file.of_type("Page", PAGES_MAX).into_iter();
        let with = |page: Dict| {
            let resources = page.get("Resources").and_then(|own| file.dict(own)).unwrap_or_default();
            (page, resources)
        };
        return all.map(with).collect();
    }
    found
}

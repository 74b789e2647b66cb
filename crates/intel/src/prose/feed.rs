//! RSS 2.0 and Atom feeds, read as advisories: each item is an article of its own.
//!
//! The content of an item is HTML, escaped or in CDATA (`content:encoded`, `content`), else its summary. Sources: RSS
//! 2.0 (rssboard.org), RFC 4287.

use crate::body;
use crate::prose;
use crate::prose::article::{self, ARTICLE_BYTES_MAX, Article};
use crate::sink::Sink;
use crate::xml::{self, Piece};
use input::{Document, Head};
use model::{Date, Fault, Place, Problems};

/// How many items of one feed are read.
const ITEMS_MAX: u64 = 20_000;

/// Whether a document is a feed.
pub(crate) fn claims(head: &Head<'_>) -> bool {
    let text = head.text.trim_start_matches('\u{feff}').trim_start();
    let begins = ["<?xml", "<rss", "<feed", "<rdf:RDF", "<!--"].iter().any(|mark| text.starts_with(mark));
    let rss = text.contains("<rss") && text.contains("<channel");
    let atom = text.contains("<feed") && text.contains("http://www.w3.org/2005/Atom");
    begins && (rss || atom || text.contains("http://purl.org/rss/1.0/"))
}

/// An item as it is read.
#[derive(Default)]
struct Item {
    line: u64,
    title: String,
    content: String,
    summary: String,
    date: String,
}

pub(crate) fn read(document: &mut Document<'_>, sink: &mut Sink<'_>, problems: &mut Problems) {
    let Some(text) = body::text(document, ARTICLE_BYTES_MAX, problems) else { return };
    let (mut item, mut items, mut publisher) = (None::<Item>, 0_u64, String::new());
    let mut path: Vec<String> = Vec::new();
    let mut done: Vec<Item> = Vec::new();
    xml::walk(&text, problems, &mut |piece, line| match piece {
        Piece::Open(name, _) => {
            if matches!(name, "item" | "entry") && item.is_none() {
                item = Some(Item { line, ..Item::default() });
                path.clear();
            } else {
                path.push(name.to_owned());
            }
        }
        Piece::Text(text) => match (&mut item, path.first().map(String::as_str)) {
            (Some(item), Some("title")) => item.title.push_str(text),
            (Some(item), Some("encoded" | "content")) => {
                item.content.push_str(text);
            }
            (Some(item), Some("description" | "summary")) => item.summary.push_str(text),
            (Some(item), Some("pubDate" | "published" | "date")) => item.date.push_str(text),
            (Some(item), Some("updated")) if item.date.is_empty() => item.date.push_str(text),
            (None, _) if path.last().is_some_and(|name| name == "title") && publisher.is_empty() => {
                publisher = text.trim().to_owned();
            }
            _ => {}
        },
        Piece::Close(name) => {
            if matches!(name, "item" | "entry") {
                items += 1;
                done.extend(item.take().filter(|_| items <= ITEMS_MAX));
            }
            path.pop();
        }
    });
    if items > ITEMS_MAX {
        let what = format!("more than {ITEMS_MAX} items; the rest was not read");
        problems.add(Place::Whole, Fault::Partial, what, None);
    }
    if done.is_empty() {
        problems.add(Place::Whole, Fault::Partial, "a feed without items: nothing was read", None);
    }
    for item in done {
        one(&item, &publisher, sink, problems);
    }
}

fn one(item: &Item, publisher: &str, sink: &mut Sink<'_>, problems: &mut Problems) {
    let body = if item.content.trim().is_empty() { &item.summary } else { &item.content };
    let mut article = Article::default();
    article.title = article::title_of(&item.title);
    article.publisher = article::title_of(publisher);
    article.published = Date::parse(item.date.trim()).or_else(|| article::dates_in(&item.date).next());
    article.block(item.line, &item.title);
    article.append(&article::html(body, problems), item.line, false);
    if !article.text.trim().is_empty() {
        prose::read(&article, sink, problems);
    }
}

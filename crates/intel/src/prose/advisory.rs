//! Advisories in words, by their wrapping: plain text, Markdown, HTML, and the text in a TRAM file.

use crate::prose::article::{self, ARTICLE_BYTES_MAX};
use crate::sink::Sink;
use crate::wire::Text;
use crate::{body, prose};
use input::Document;
use model::{Fault, Place, Problems};
use serde::Deserialize;

pub(crate) fn read_text(document: &mut Document<'_>, sink: &mut Sink<'_>, problems: &mut Problems) {
    if let Some(text) = body::text(document, ARTICLE_BYTES_MAX, problems) {
        prose::read(&article::plain(&text), sink, problems);
    }
}

pub(crate) fn read_markdown(document: &mut Document<'_>, sink: &mut Sink<'_>, problems: &mut Problems) {
    if let Some(text) = body::text(document, ARTICLE_BYTES_MAX, problems) {
        prose::read(&article::markdown(&text), sink, problems);
    }
}

pub(crate) fn read_html(document: &mut Document<'_>, sink: &mut Sink<'_>, problems: &mut Problems) {
    if let Some(text) = body::text(document, ARTICLE_BYTES_MAX, problems) {
        let article = article::html(&text, problems);
        prose::read(&article, sink, problems);
    }
}

#[derive(Deserialize)]
struct Tram<'a> {
    #[serde(borrow, default)]
    signal: Text<'a>,
}

/// A TRAM file is one JSON object whose `signal` is the report's text. Lines are those of the text.
pub(crate) fn read_tram(document: &mut Document<'_>, sink: &mut Sink<'_>, problems: &mut Problems) {
    let Some(text) = body::text(document, ARTICLE_BYTES_MAX, problems) else { return };
    match serde_json::from_str::<Tram<'_>>(&text) {
        Ok(tram) => prose::read(&article::plain(&tram.signal), sink, problems),
        Err(error) => {
            let what = format!("not the JSON of a TRAM report: {}", body::reason(&error));
            problems.add(
                Place::Whole,
                Fault::Unreadable,
                what,
                Some("get the document again from its source"),
            );
        }
    }
}

//! Slides as one HTML file: one statement a slide, 16:9, read by scrolling and printed one a sheet.
//!
//! There is no script: a slide is as high as the window is wide allows, and the window stops at each. What the speaker says
//! is folded under the slide and is not printed.

use super::{blocks, page, sheets_of_slides, title};
use crate::document::{Deck, Head, Slide, Text};
use crate::ready;
use maud::{Markup, html};

const STYLE: &str = include_str!("slides.css");

/// The deck as one HTML file.
#[must_use]
pub fn slides_html(deck: &Deck) -> String {
    let ready = ready::deck(deck);
    let all = ready.slides.len();
    let body = html! {
        h1.hidden { (title(&ready.head)) }
        main {
            @for (index, each) in ready.slides.iter().enumerate() { (slide(each, &ready.head, index + 1, all)) }
        }
    };
    page(&ready.head, &format!("{STYLE}{}", sheets_of_slides()), &body)
}

fn slide(slide: &Slide, head: &Head, number: usize, all: usize) -> Markup {
    let spoken: Vec<&Text> = slide.spoken.iter().filter(|line| !line.is_empty()).collect();
    html! {
        section {
            div.slide {
                p.top { span { (head.organisation) } span.tlp { (head.marking) } }
                div.body {
                    @if !slide.statement.is_empty() { h2 { (blocks::text(&slide.statement)) } }
                    (blocks::blocks(&slide.support))
                }
                p.bottom {
                    span.tlp { (head.marking) }
                    span { (head.title) @if !head.dateline.is_empty() { " · " (head.dateline) } }
                    span { (number) " of " (all) }
                }
            }
            @if !spoken.is_empty() {
                details.spoken { summary { "for the speaker" } @for line in spoken { p { (blocks::text(line)) } } }
            }
        }
    }
}

//! A document as one HTML file: own style inside, no script, nothing remote.
//!
//! It is read on a screen, light or dark as the reader's system is, and it prints: margins of 18 mm, the marking and the
//! page number on each sheet. The policy in the file forbids every request, so that a reader who opens it offline loses
//! nothing and one who is online is not seen.
//!
//! Invariant: text reaches the page through maud, which escapes it; into the style only through [`css_string`].

mod blocks;
mod slides;

pub(crate) use blocks::{height, last, spoken};
pub use slides::slides_html;

use crate::document::{Document, Head};
use crate::ready;
use maud::{DOCTYPE, Markup, PreEscaped, html};

/// Only the page's own style; no script, no picture, no font, no request, no form.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";
const TOKENS: &str = include_str!("html/tokens.css");
const STYLE: &str = include_str!("html/page.css");

/// The document as one HTML file.
#[must_use]
pub fn html(document: &Document) -> String {
    let ready = ready::document(document);
    let body = html! {
        header { (mast(&ready.head)) }
        main { (blocks::sections(&ready.blocks)) }
        footer { (foot(&ready.head)) }
    };
    let printed = format!("{STYLE}{}", sheets(&ready.head));
    page(&ready.head, &printed, &body)
}

/// The frame of a file: head, policy, style.
fn page(head: &Head, style: &str, body: &Markup) -> String {
    let markup = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="referrer" content="no-referrer";
                meta name="color-scheme" content="light dark";
                title { (title(head)) }
                style { (PreEscaped(TOKENS)) (PreEscaped(style)) }
            }
            body { (body) }
        }
    };
    let mut out = markup.into_string();
    out.push('\n');
    out
}

/// What the file is called in a window: organisation and title, or that it is a page.
fn title(head: &Head) -> String {
    let parts: Vec<&str> = [&head.organisation, &head.title, &head.dateline]
        .into_iter()
        .map(String::as_str)
        .filter(|part| !part.is_empty())
        .collect();
    if parts.is_empty() { "page".to_owned() } else { parts.join(", ") }
}

/// The lines above the first block: whose, what, when, who may see it.
fn mast(head: &Head) -> Markup {
    html! {
        @if !head.marking.is_empty() { p.tlp { (head.marking) } }
        @if !head.organisation.is_empty() { p.organisation { (head.organisation) } }
        @if !head.title.is_empty() { h1 { (head.title) } }
        (line(&[&head.dateline, &head.id, &head.remark]))
    }
}

fn foot(head: &Head) -> Markup {
    html! {
        (line(&[&head.organisation, &head.title, &head.id]))
        @if !head.marking.is_empty() { p.tlp { (head.marking) } }
    }
}

/// Parts of a line with a dot between them.
fn line(parts: &[&String]) -> Markup {
    let parts: Vec<&str> = parts.iter().map(|part| part.as_str()).filter(|part| !part.is_empty()).collect();
    html! { @if !parts.is_empty() { p.line { (parts.join(" · ")) } } }
}

/// Printed sheets: the marking above and below, the page number below.
fn sheets(head: &Head) -> String {
    let marking = css_string(&head.marking);
    let name = css_string(&[head.organisation.as_str(), &head.id].join(" "));
    let small = "9pt system-ui, sans-serif";
    format!(
        "@page {{ margin: 18mm; \
         @top-right {{ content: {marking}; font: 600 {small}; }} \
         @bottom-left {{ content: {marking}; font: 600 {small}; }} \
         @bottom-center {{ content: {name}; font: {small}; }} \
         @bottom-right {{ content: \"page \" counter(page) \" of \" counter(pages); font: {small}; }} }}"
    )
}

/// Printed slides: 16:9, the size of a wide slide in other programs. The marking is on the slide itself.
fn sheets_of_slides() -> &'static str {
    "@page { size: 338.67mm 190.5mm; margin: 0; }"
}

/// A string of CSS (CSS Syntax 3, 4.3.7): whatever is no letter, digit or space is written by its number, so that nothing
/// can end the string or the style.
fn css_string(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        if c.is_ascii_alphanumeric() || c == ' ' {
            out.push(c);
        } else {
            out.push_str(&format!("\\{:x} ", u32::from(c)));
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_a_string_of_the_style() {
        assert_eq!(css_string("TLP:RED"), "\"TLP\\3a RED\"");
        assert_eq!(css_string("\"}</style>"), "\"\\22 \\7d \\3c \\2f style\\3e \"");
    }
}

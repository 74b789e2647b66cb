//! The frame of a page: head, policy, style, masthead; and how a value is written.

use crate::safe::shown::Shown;
use maud::{DOCTYPE, Markup, PreEscaped, Render, html};
use model::Tlp;

/// Only the page's own style; no script, no picture, no font, no request, no form.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";
const STYLE: &str = include_str!("page.css");

impl Render for Shown {
    fn render_to(&self, buffer: &mut String) {
        self.as_str().render_to(buffer);
    }
}

/// A whole page.
pub(crate) fn page(title: &Shown, marking: Option<Tlp>, body: &Markup) -> String {
    let markup = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="referrer" content="no-referrer";
                meta name="color-scheme" content="light dark";
                title { (title) }
                style { (PreEscaped(STYLE)) (PreEscaped(paper(marking))) }
            }
            body {
                a.skip href="#answer" { "Skip to the answer" }
                (body)
            }
        }
    };
    markup.into_string()
}

/// Printed sheets: the marking and the page number in the margins. Only our own words enter the style.
fn paper(marking: Option<Tlp>) -> String {
    let marking = marking.map(Tlp::name).unwrap_or_default();
    format!(
        "@page {{ margin: 18mm; \
         @top-right {{ content: \"{marking}\"; font: 600 9pt system-ui, sans-serif; }} \
         @bottom-left {{ content: \"{marking}\"; font: 600 9pt system-ui, sans-serif; }} \
         @bottom-right {{ content: counter(page) \" / \" counter(pages); font: 9pt system-ui, sans-serif; }} }}"
    )
}

/// The line above the headline: program, organisation, marking, time.
pub(crate) fn mast(organisation: Option<&Shown>, marking: Option<Tlp>, when: Option<&Shown>) -> Markup {
    html! {
        div.mast {
            span {
                strong { "outpace" }
                @if let Some(organisation) = organisation { span.soft { " for " } (organisation) }
            }
            @if let Some(marking) = marking { span.tlp { (marking.name()) } }
            @if let Some(when) = when { span.soft { (when) } }
        }
    }
}

/// Values up to this length are not broken at hyphens: most host names and identifiers are shorter.
const SHORT_CHARS: usize = 24;

/// A value from outside: monospaced; a long one has places where a line may break.
pub(crate) fn value(shown: &Shown) -> Markup {
    let short = shown.as_str().chars().count() <= SHORT_CHARS;
    html! {
        @if short { code.short { (shown) } } @else { code { (breakable(shown)) } }
    }
}

/// Text in which a line may break after `.`, `/`, `\\`, `:` and similar signs, but not within `[.]`.
pub(crate) fn breakable(shown: &Shown) -> Markup {
    let mut pieces = vec![String::new()];
    let mut chars = shown.as_str().chars().peekable();
    let mut last = ' ';
    while let Some(c) = chars.next() {
        if let Some(piece) = pieces.last_mut() {
            piece.push(c);
        }
        let ends = matches!(c, '/' | '\\' | '.' | ':' | '=' | ',' | ';' | '&')
            || (c == ']' && matches!(last, '.' | ':'));
        let next = chars.peek().copied();
        let goes_on = next.is_some_and(|next| !matches!(next, ']' | '/' | '.' | ' '));
        // A version is one word.
        let in_number = c == '.' && last.is_ascii_digit() && next.is_some_and(|next| next.is_ascii_digit());
        if ends && goes_on && !in_number {
            pieces.push(String::new());
        }
        last = c;
    }
    html! {
        @for (index, piece) in pieces.iter().enumerate() {
            @if index > 0 { wbr; }
            (piece)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_may_break_between_the_parts_of_a_value() {
        let broken = |text| breakable(&Shown::exact(text)).into_string();
        assert_eq!(broken("203[.]0[.]113"), "203[.]<wbr>0[.]<wbr>113");
        assert_eq!(broken("hxxp://a[.]b/c"), "hxxp://<wbr>a[.]<wbr>b/<wbr>c");
        assert_eq!(broken("a. b, c"), "a. b, c");
        assert_eq!(broken("fixed in 15.02.0858.010"), "fixed in 15.02.0858.010");
        assert_eq!(broken("<a&b>"), "&lt;a&amp;<wbr>b&gt;");
    }
}

//! The frame of a page: head, policy, style, masthead; and how a value is set.

use crate::shown::Shown;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use model::Tlp;

/// Only the page's own style; no script, no picture, no font, no request, no form.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";
const STYLE: &str = include_str!("page.css");

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

/// Sheets: the marking and the page number in the margins. Only our own words enter the style.
fn paper(marking: Option<Tlp>) -> String {
    let marking = marking.map(Tlp::name).unwrap_or_default();
    format!(
        "@page {{ margin: 18mm; \
         @top-right {{ content: \"{marking}\"; font: 600 9pt system-ui, sans-serif; }} \
         @bottom-left {{ content: \"{marking}\"; font: 600 9pt system-ui, sans-serif; }} \
         @bottom-right {{ content: counter(page) \" / \" counter(pages); font: 9pt system-ui, sans-serif; }} }}"
    )
}

/// The line over the sentence: who made it, for whom, how it may be shared, when.
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

/// A value from outside: monospaced, with places where a line may break.
pub(crate) fn value(shown: &Shown) -> Markup {
    html! { code { (breakable(shown)) } }
}

/// Text that may be broken after `.`, `/`, `\`, `:` and `=`.
pub(crate) fn breakable(shown: &Shown) -> Markup {
    html! {
        @for piece in shown.as_str().split_inclusive(['/', '\\', '.', ':', '=', ',', ';']) { (piece) wbr; }
    }
}

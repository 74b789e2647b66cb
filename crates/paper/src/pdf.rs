//! A document, or a deck of slides, as PDF.
//!
//! The layout is ours, because a page of text, lists and tables needs little: blocks become a flow of items (`flow.rs`,
//! `grid.rs`), items are put on pages (`pages.rs`), pages are painted and tagged by krilla (`paint.rs`). Glyphs are shaped
//! once, before they are measured, and what was measured is drawn.
//!
//! Invariants: the same document gives the same bytes; nothing is clipped; each page has the marking twice.

mod face;
mod flow;
mod frame;
mod grid;
mod item;
mod line;
mod look;
mod not_set;
mod pages;
mod paint;

use crate::document::{Deck, Document, Sheet, Slide};
use crate::ready;
use face::Faces;
use flow::Flow;
use item::Tree;
use look::Look;
use pages::Page;
use paint::Painting;

pub use not_set::NotSet;

/// The sizes of type that are tried until a slide holds what supports its statement.
const SCALES: &[f32] = &[1.0, 0.9, 0.8, 0.7, 0.6];

/// The document as PDF on sheets of this size.
///
/// # Errors
/// [`NotSet`] when the program's own faces cannot be read or the file cannot be written.
pub fn pdf(document: &Document, sheet: Sheet) -> Result<Vec<u8>, NotSet> {
    let ready = ready::document(document);
    let mut faces = Faces::load()?;
    let look = Look::sheet(sheet);
    let (pages, tree) = laid_out(&ready, &mut faces, look);
    let all = pages.len();
    let frames = (1..=all).map(|page| frame::of_page(&mut faces, &look, &ready.head, page, all)).collect();
    paint::paint(&faces, &Painting { head: &ready.head, look, pages, frames, tree })
}

/// How many pages the document has on sheets of this size: for a caller whose page has a bound.
///
/// # Errors
/// [`NotSet`] when the program's own faces cannot be read.
pub fn pdf_pages(document: &Document, sheet: Sheet) -> Result<usize, NotSet> {
    let mut faces = Faces::load()?;
    Ok(laid_out(&ready::document(document), &mut faces, Look::sheet(sheet)).0.len())
}

/// The document on pages, with the tree of its tags.
fn laid_out(ready: &Document, faces: &mut Faces, look: Look) -> (Vec<Page>, Tree) {
    let mut flow = Flow::new(faces, look);
    flow.masthead(&ready.head);
    flow.blocks(&ready.blocks);
    let missing = flow.faces.without_glyph;
    if missing > 0 {
        let (letters, are) =
            if missing == 1 { ("letter has", "it is") } else { ("letters have", "they are") };
        let note = format!(
            "{missing} {letters} no shape in the type of this file; {are} written by number, like \\u{{6e2f}}. The same page \
             as HTML or Markdown has {}.",
            if missing == 1 { "it" } else { "them" }
        );
        flow.paragraph(&note.into(), look.small.soft(), look.gap * 2.0);
    }
    let Flow { items, tree, heads, .. } = flow;
    (pages::pages(items, &heads, look.room()), tree)
}

/// The deck as PDF: one slide a page, 16:9.
///
/// # Errors
/// [`NotSet`] when the program's own faces cannot be read or the file cannot be written.
pub fn slides_pdf(deck: &Deck) -> Result<Vec<u8>, NotSet> {
    let ready = ready::deck(deck);
    let mut faces = Faces::load()?;
    let mut tree = Tree::default();
    let mut pages = Vec::new();
    for slide in &ready.slides {
        pages.extend(slide_pages(&mut faces, slide, &mut tree));
    }
    if pages.is_empty() {
        pages.push(Page::default());
    }
    let look = Look::slide(1.0);
    let all = pages.len();
    let frames = (1..=all).map(|page| frame::of_slide(&mut faces, &look, &ready.head, page, all)).collect();
    paint::paint(&faces, &Painting { head: &ready.head, look, pages, frames, tree })
}

/// A slide on one page if a size of type allows it, else on as many as it needs.
fn slide_pages(faces: &mut Faces, slide: &Slide, tree: &mut Tree) -> Vec<Page> {
    let mut last = Vec::new();
    for scale in SCALES {
        let look = Look::slide(*scale);
        let mut flow = Flow::new(faces, look);
        // Nodes of earlier slides stay before those of this one.
        flow.tree = tree.clone();
        if !slide.statement.is_empty() {
            flow.statement(&slide.statement);
        }
        flow.blocks(&slide.support);
        let Flow { items, tree: grown, heads, .. } = flow;
        last = pages::pages(items, &heads, look.room());
        if last.len() == 1 || Some(scale) == SCALES.last() {
            *tree = grown;
            break;
        }
    }
    last
}

//! A page, set as Markdown, HTML, PDF and slides.
//!
//! A caller builds a [`Document`]: a head, and blocks of text, lists, tables and bars. This room sets it, and knows nothing
//! of what it says: no finding, no indicator, no severity. So a briefing, a report that an analyst publishes and a deck of
//! slides look the same, and a form is corrected for all of them in one place.
//!
//! What holds for every form: text is text (nothing that is given becomes markup, a link or a script); letters that act on
//! their neighbours are written out; what is over a bound is cut, and the page says so; the same document gives the same
//! bytes, because nothing here reads a clock or draws a number.
//!
//! ```
//! use paper::{Block, Column, Document, Head, Table, Text};
//!
//! let document = Document {
//!     head: Head {
//!         organisation: "Seaward Harbour Authority".to_owned(),
//!         title: "Weekly briefing".to_owned(),
//!         marking: "TLP:AMBER+STRICT".to_owned(),
//!         ..Head::default()
//!     },
//!     blocks: vec![
//!         Block::Lead("We were broken into on 12 June.".into()),
//!         Block::Heading("What touches us".into()),
//!         Block::Table(Table {
//!             columns: vec![Column::words("kind", 4), Column::numbers("open", 1)],
//!             rows: vec![vec![Text::new().plain("Intrusions: ").value("e4d82c85"), "1".into()]],
//!             ..Table::default()
//!         }),
//!     ],
//! };
//! let text = paper::markdown(&document);
//! assert!(text.contains("| Intrusions: `e4d82c85` | 1 |"));
//! let file = paper::pdf(&document, paper::Sheet::A4)?;
//! assert!(file.starts_with(b"%PDF-1.7"));
//! # Ok::<(), paper::NotSet>(())
//! ```
//!
//! | what | where |
//! |---|---|
//! | the tree | `document.rs` |
//! | bounds, and letters that act | `ready.rs`, `visible.rs` |
//! | where a long value may break | `breaks.rs` |
//! | Markdown | `markdown.rs` |
//! | HTML, slides as HTML | `html.rs`, `html/` |
//! | PDF, slides as PDF | `pdf.rs`, `pdf/`; the faces: `fonts/` |

mod breaks;
mod document;
mod html;
mod markdown;
mod pdf;
mod ready;
mod visible;

pub use document::{
    Align, Bars, Block, Column, Deck, Document, Head, KeyValue, Series, Sheet, Slide, Span, Table, Text,
};
pub use html::{html, slides_html};
pub use markdown::markdown;
pub use pdf::{NotSet, pdf, pdf_pages, slides_pdf};
pub use ready::{
    BLOCKS_MAX, COLUMNS_MAX, HEAD_LETTERS_MAX, ITEMS_MAX, LETTERS_MAX, LINE_LETTERS, PERIODS_MAX, ROWS_MAX,
    SERIES_MAX, SLIDES_MAX, SUPPORT_MAX, TEXT_LETTERS_MAX,
};

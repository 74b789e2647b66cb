//! The parts of a Word document (`.docx`, ECMA-376 Part 1, WordprocessingML), which is a zip of XML.
//!
//! `word/document.xml` and its notes are text: a paragraph a line, a row of a table a line with ` | ` between cells.
//! The other parts (styles, fonts, relations) say nothing and are passed over. What is deleted under change tracking
//! is not text. Invariant: a value that is wrapped over two paragraphs of one cell is joined without a blank.

use crate::body;
use crate::prose;
use crate::prose::article::{ARTICLE_BYTES_MAX, Article};
use crate::prose::glue;
use crate::sink::Sink;
use crate::xml::{self, Piece};
use input::{Document, Head};
use model::Problems;

/// Whether a document is a part of a Word document that has text.
pub(crate) fn claims(head: &Head<'_>) -> bool {
    let roots = ["<w:document", "<w:footnotes", "<w:endnotes", "<w:comments"];
    head.contains("wordprocessingml") && roots.iter().any(|root| head.contains(root))
}

/// Whether a document is another part of an Office document.
pub(crate) fn claims_other(head: &Head<'_>) -> bool {
    let text = head.text.trim_start_matches('\u{feff}').trim_start();
    text.starts_with('<')
        && ["schemas.openxmlformats.org/", "schemas.microsoft.com/office/word/"]
            .iter()
            .any(|name| text.contains(name))
}

/// Passes a part over that says nothing.
pub(crate) fn pass_over(_: &mut Document<'_>, _: &mut Sink<'_>, _: &mut Problems) {}

#[derive(Default)]
struct Writer {
    article: Article,
    line: String,
    cell: String,
    cells: usize,
    rows: usize,
    /// The cells of a table's first row, whether this row is it, and the column reached.
    heads: Vec<String>,
    first: bool,
    column: usize,
    text: bool,
    style: bool,
}

pub(crate) fn read(document: &mut Document<'_>, sink: &mut Sink<'_>, problems: &mut Problems) {
    let Some(text) = body::text(document, ARTICLE_BYTES_MAX, problems) else { return };
    let mut writer = Writer::default();
    xml::walk(&text, problems, &mut |piece, line| writer.piece(&piece, line));
    prose::read(&writer.article, sink, problems);
}

impl Writer {
    fn piece(&mut self, piece: &Piece<'_>, line: u64) {
        match piece {
            Piece::Open(name, attributes) => match *name {
                "t" => self.text = true,
                "tbl" => self.heads.clear(),
                "tr" => {
                    self.rows += 1;
                    (self.column, self.first) = (0, self.heads.is_empty());
                }
                "tc" => self.cells += 1,
                "tab" => self.push("\t"),
                "br" | "cr" => self.push("\n"),
                "pStyle" => {
                    let value =
                        attributes.iter().find(|(name, _)| name == "val").map(|(_, value)| value.as_str());
                    self.style = value.is_some_and(|value| value.starts_with("Heading") || value == "Title");
                }
                _ => {}
            },
            Piece::Text(text) if self.text => self.push(text),
            Piece::Text(_) => {}
            Piece::Close(name) => match *name {
                "t" => self.text = false,
                "p" if self.rows > 0 => self.cell.push('\n'),
                "p" => self.end_line(line),
                "tc" => {
                    self.cells = self.cells.saturating_sub(1);
                    let cell = std::mem::take(&mut self.cell);
                    let head = self.heads.get(self.column).map_or("", String::as_str);
                    let named = glue::named(&self.line).or_else(|| glue::named(head));
                    let cell = glue::cell(cell.lines(), named);
                    if self.first {
                        self.heads.push(cell.clone());
                    }
                    self.column += 1;
                    if !self.line.is_empty() {
                        self.line.push_str(" | ");
                    }
                    self.line.push_str(&cell);
                }
                "tr" => {
                    self.rows = self.rows.saturating_sub(1);
                    self.end_line(line);
                }
                _ => {}
            },
        }
    }

    fn push(&mut self, text: &str) {
        let text: &str = &glue::unbroken(text);
        if self.rows > 0 {
            self.cell.push_str(text);
        } else {
            self.line.push_str(text);
        }
    }

    fn end_line(&mut self, line: u64) {
        let text = std::mem::take(&mut self.line);
        let heading = std::mem::take(&mut self.style);
        let text = if heading { format!("# {text}") } else { text };
        if self.article.title.is_none() && heading {
            self.article.title = crate::prose::article::title_of(text.trim_start_matches('#'));
        }
        self.article.line(line, &text);
    }
}

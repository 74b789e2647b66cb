//! The parts of a Word document (`.docx`, ECMA-376 Part 1, WordprocessingML), which is a zip of XML.
//!
//! `word/document.xml` and its notes are text: a paragraph a line, a row of a table a line with ` | ` between cells.
//! The other parts (styles, fonts, relations) say nothing and are passed over. What is deleted under change tracking
//! is not text. Invariant: a value that is wrapped over two paragraphs of one cell is joined without a blank.

use crate::body;
use crate::prose;
use crate::prose::article::{ARTICLE_BYTES_MAX, Article};
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
                "tr" => self.rows += 1,
                "tc" => self.cells += 1,
                "tab" => self.push("\t"),
                "br" | "cr" => self.push(if self.rows > 0 { " " } else { "\n" }),
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
                    let cell = joined(&std::mem::take(&mut self.cell), &self.line);
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

/// The paragraphs of a cell on one line. Parts of a hash join without a blank: those that make up the hash that the row
/// names in a cell before, else those that are no hash by themselves and one together.
fn joined(cell: &str, row: &str) -> String {
    let row: String = row.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    let named = [("sha256", 64), ("sha512", 128), ("sha1", 40), ("md5", 32)];
    let named = named.iter().find(|(name, _)| row.contains(name)).map(|(_, length)| *length);
    let hex = |text: &str| text.len() >= 4 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let mut all: Vec<String> = Vec::new();
    for part in cell.lines().map(str::trim).filter(|part| !part.is_empty()) {
        match all.last_mut().filter(|before| hex(before) && hex(part)) {
            Some(before) if named.map_or(!is_hash(before.len()), |length| before.len() < length) => {
                before.push_str(part);
            }
            _ => all.push(part.to_owned()),
        }
    }
    all.join(" ")
}

/// Whether a hash has so many digits.
fn is_hash(digits: usize) -> bool {
    matches!(digits, 32 | 40 | 64 | 96 | 128)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrapped_hash_is_one_value() {
        let half = "9f86d081884c7d659a2feaa0c55ad015";
        assert_eq!(joined(&format!("{half}\n{half}\n"), "SHA-256"), format!("{half}{half}"));
        assert_eq!(joined(&format!("{half}\n{half}\n"), "Hashes"), format!("{half} {half}"));
        assert_eq!(joined("9f86d081884c7d65\n9a2feaa0c55ad015\nand more", ""), format!("{half} and more"));
        assert_eq!(joined("one\ntwo", "SHA-256"), "one two");
    }
}

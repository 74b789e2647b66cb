//! HTML as an article, streamed through a tokenizer with bounded memory.
//!
//! No tree is built: tree builders are quadratic on a million nested tags. Block elements end lines, a table
//! row is one line with ` | ` between cells, scripts and styles are dropped, character references are
//! undone after a text node is complete. A value that a cell breaks over lines is one value (`glue`).

use super::text::{Article, title_of};
use crate::prose::glue;
use crate::prose::sentences::one_line;
use lol_html::html_content::{Element, TextChunk, TextType};
use lol_html::{
    DocumentContentHandlers, ElementContentHandlers, HtmlRewriter, MemorySettings, Selector, Settings,
};
use model::{Date, Fault, Place, Problems};
use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;

/// How much memory the tokenizer may use: 256 MiB, enough for two million open elements; a page of a person has
/// some dozens, and uses nothing of it.
const MEMORY_BYTES_MAX: usize = 256 << 20;

/// How many bytes are fed at once.
const CHUNK_BYTES: usize = 64 << 10;

/// Elements that end a line where they start.
const BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "br",
    "caption",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "li",
    "main",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "summary",
    "table",
    "tbody",
    "tfoot",
    "thead",
    "tr",
    "ul",
];

/// Elements that also end a line where they end.
const ENDED: &[&str] = &["h1", "h2", "h3", "h4", "h5", "h6", "li", "p", "pre", "table", "title", "tr"];

/// Renders HTML text.
pub(crate) fn html(text: &str, problems: &mut Problems) -> Article {
    let page = Rc::new(RefCell::new(HtmlPage::new(text)));
    if let Err(reason) = feed(text, &page) {
        let what = format!("the page was read only in part: {reason}");
        problems.add(Place::Whole, Fault::Partial, what, Some("save the page's text and give that instead"));
    }
    Rc::into_inner(page).map(|page| page.into_inner().finish()).unwrap_or_default()
}

/// Runs the tokenizer over the text; the error says why it stopped.
fn feed(text: &str, page: &Rc<RefCell<HtmlPage>>) -> Result<(), String> {
    let everything = "*".parse::<Selector>().map_err(|error| error.to_string())?;
    let on_text = DocumentContentHandlers::default().text(|chunk: &mut TextChunk<'_>| {
        page.borrow_mut().text(chunk);
        Ok(())
    });
    let on_element = ElementContentHandlers::default().element(|element: &mut Element<'_, '_>| {
        page.borrow_mut().element(element);
        if ENDED.contains(&element.tag_name().as_str()) && element.can_have_content() {
            let page = Rc::clone(page);
            element.on_end_tag(Box::new(move |end| {
                page.borrow_mut().end(&end.name());
                Ok(())
            }))?;
        }
        Ok(())
    });
    let memory = MemorySettings::new().with_max_allowed_memory_usage(MEMORY_BYTES_MAX);
    let settings = Settings::new()
        .append_document_content_handler(on_text)
        .append_element_content_handler((Cow::Owned(everything), on_element))
        .with_memory_settings(memory)
        .with_strict(false);
    let mut rewriter = HtmlRewriter::new(settings, |_: &[u8]| {});
    for chunk in text.as_bytes().chunks(CHUNK_BYTES) {
        rewriter.write(chunk).map_err(|error| error.to_string())?;
    }
    rewriter.end().map_err(|error| error.to_string())
}

/// The page so far.
struct HtmlPage {
    article: Article,
    /// Where the source's lines end, in bytes; and the line reached so far.
    line_ends: Vec<usize>,
    line: usize,
    /// The text node being read, undecoded, and where it began.
    node: String,
    node_start: usize,
    /// Whether blanks are kept: inside `pre`.
    verbatim: bool,
    in_title: bool,
    cells: u32,
    in_row: bool,
    /// Where the cell begins in the text, and where its lines after the first do.
    cell_start: usize,
    breaks: Vec<usize>,
    /// The cells of the table's first row: heads of columns.
    heads: Vec<String>,
    /// Blank to be written before the next word.
    blank: bool,
}

/// How many lines of one cell, and how many heads of columns, are looked at.
const BREAKS_MAX: usize = 4096;
const HEADS_MAX: usize = 256;

impl HtmlPage {
    fn new(text: &str) -> Self {
        let line_ends = memchr_newlines(text);
        Self {
            article: Article::default(),
            line_ends,
            line: 0,
            node: String::new(),
            node_start: 0,
            verbatim: false,
            in_title: false,
            cells: 0,
            in_row: false,
            cell_start: 0,
            breaks: Vec::new(),
            heads: Vec::new(),
            blank: false,
        }
    }

    /// What is written next is from this byte of the source.
    fn locate(&mut self, byte: usize) {
        while self.line_ends.get(self.line).is_some_and(|end| *end < byte) {
            self.line += 1;
        }
        self.article.on_line(u64::try_from(self.line + 1).unwrap_or(u64::MAX));
    }

    fn element(&mut self, element: &Element<'_, '_>) {
        let name = element.tag_name();
        self.in_title = name == "title";
        match name.as_str() {
            "meta" => self.meta(element),
            "time" if self.article.published.is_none() => {
                let day = element.get_attribute("datetime");
                self.article.published = day.as_deref().and_then(Date::parse);
            }
            "td" | "th" => {
                self.end_cell();
                if self.cells > 0 {
                    self.article.text.push_str(" | ");
                    self.blank = false;
                }
                self.cells += 1;
                self.cell_start = self.article.text.len();
            }
            // A cell's own blocks do not break its row.
            name if BLOCKS.binary_search(&name).is_ok() => self.block(name, element),
            _ => {}
        }
    }

    fn block(&mut self, name: &str, element: &Element<'_, '_>) {
        match name {
            "table" | "tbody" | "thead" | "tfoot" => {
                self.end_cell();
                if name == "table" {
                    self.heads.clear();
                }
                self.in_row = false;
            }
            "tr" => {
                self.end_cell();
                self.in_row = false;
                self.end_line();
                self.in_row = true;
                self.cells = 0;
                return;
            }
            _ if self.in_row && self.cells > 0 => {
                self.broken();
                return;
            }
            _ => {}
        }
        self.end_line();
        self.verbatim = name == "pre";
        if let Some(level) = name.strip_prefix('h').and_then(|level| level.parse::<usize>().ok()) {
            self.locate(element.source_location().bytes().start);
            self.article.text.push_str("######".get(..level).unwrap_or("######"));
            self.article.text.push(' ');
            self.blank = false;
        }
    }

    fn end(&mut self, name: &str) {
        match name {
            "title" => self.in_title = false,
            "table" | "tr" => {
                self.end_cell();
                self.in_row = false;
                self.cells = 0;
                self.end_line();
            }
            _ if self.in_row => self.broken(),
            _ => self.end_line(),
        }
    }

    /// A line of a cell ends here.
    fn broken(&mut self) {
        self.blank = true;
        if self.breaks.len() < BREAKS_MAX && self.article.text.len() > self.cell_start {
            self.breaks.push(self.article.text.len());
        }
    }

    /// Joins what the cell broke over lines, and notes the head of a column.
    fn end_cell(&mut self) {
        let breaks = std::mem::take(&mut self.breaks);
        let cell = self.article.text.get(self.cell_start..).filter(|_| self.in_row && self.cells > 0);
        let Some(cell) = cell else { return };
        let column = usize::try_from(self.cells.saturating_sub(1)).unwrap_or(usize::MAX);
        if !breaks.is_empty() {
            let before = self.article.text.get(..self.cell_start).unwrap_or_default();
            let row = before.rsplit('\n').next().unwrap_or_default();
            let head = self.heads.get(column).map_or("", String::as_str);
            let named = glue::named(row).or_else(|| glue::named(head));
            let mut from = self.cell_start;
            let ends = breaks.into_iter().chain([self.article.text.len()]);
            let lines = ends.map(|end| {
                let line = self.article.text.get(from..end).unwrap_or_default();
                from = end;
                line
            });
            let glued = glue::cell(lines, named);
            if glued.len() < cell.trim().len() {
                self.article.truncate(self.cell_start);
                self.article.text.push_str(&glued);
            }
        }
        if column == self.heads.len() && column < HEADS_MAX {
            let cell = self.article.text.get(self.cell_start..).unwrap_or_default();
            self.heads.push(cell.chars().take(64).collect());
        }
        self.cell_start = self.article.text.len();
    }

    fn meta(&mut self, element: &Element<'_, '_>) {
        let key = element.get_attribute("property").or_else(|| element.get_attribute("name"));
        let (Some(key), Some(content)) = (key, element.get_attribute("content")) else { return };
        let content = htmlize::unescape(content.as_str());
        match key.to_ascii_lowercase().as_str() {
            "og:site_name" | "citation_publisher" | "dc.publisher" => {
                self.article.publisher = title_of(&content);
            }
            "article:published_time" | "date" | "dc.date" | "datepublished" => {
                self.article.published = Date::parse(content.trim()).or(self.article.published);
            }
            "og:title" => self.article.title = title_of(&content).or(self.article.title.take()),
            _ => {}
        }
    }

    fn text(&mut self, chunk: &TextChunk<'_>) {
        match chunk.text_type() {
            TextType::Data => {}
            TextType::RCData => {
                if self.in_title {
                    self.node.push_str(chunk.as_str());
                    if chunk.last_in_text_node() {
                        let title = std::mem::take(&mut self.node);
                        let title = htmlize::unescape(title.as_str());
                        if self.article.title.is_none() {
                            self.article.title = title_of(&title);
                        }
                    }
                }
                return;
            }
            _ => return,
        }
        if self.node.is_empty() {
            self.node_start = chunk.source_location().bytes().start;
        }
        self.node.push_str(chunk.as_str());
        if chunk.last_in_text_node() {
            let node = std::mem::take(&mut self.node);
            let start = self.node_start;
            self.write(&node, start);
        }
    }

    /// Writes a text node line by line, so that each line has its place.
    fn write(&mut self, node: &str, start: usize) {
        let mut at = start;
        for line in node.split_inclusive('\n') {
            self.locate(at);
            at += line.len();
            let text = htmlize::unescape(line);
            let text = glue::unbroken(&text);
            if self.verbatim {
                self.article.text.push_str(text.trim_end_matches(['\n', '\r']));
                if line.ends_with('\n') {
                    self.article.text.push('\n');
                }
                continue;
            }
            self.blank |= text.starts_with(char::is_whitespace);
            let words = one_line(&text);
            if words.is_empty() {
                continue;
            }
            let fresh = self.article.text.is_empty() || self.article.text.ends_with(['\n', ' ']);
            if self.blank && !fresh {
                self.article.text.push(' ');
            }
            self.article.text.push_str(&words);
            self.blank = text.ends_with(char::is_whitespace);
        }
    }

    fn end_line(&mut self) {
        self.blank = false;
        self.verbatim = false;
        if !self.article.text.is_empty() && !self.article.text.ends_with('\n') {
            self.article.text.push('\n');
        }
    }

    fn finish(mut self) -> Article {
        let node = std::mem::take(&mut self.node);
        if !self.in_title {
            let start = self.node_start;
            self.write(&node, start);
        }
        self.end_line();
        self.article
    }
}

fn memchr_newlines(text: &str) -> Vec<usize> {
    text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(page: &str) -> String {
        html(page, &mut Problems::new("page.html")).text
    }

    #[test]
    fn blocks_end_lines_rows_are_one_line_and_scripts_are_dropped() {
        let page = "<html><head><title>A &amp; B</title><style>p{}</style><script>var x='<p>no';</script></head>\n\
            <body><h2>Indicators</h2>\n<p>One <b>evil[.]</b>example\nand&nbsp;two.</p>\n\
            <table><tr><th>IP</th><th>Note</th></tr><tr><td><p>198.51.100.7</p></td><td>x &lt; y</td></tr></table>\
            <ul><li>a<li>b</ul><pre>x\n  y</pre>end</body></html>";
        assert_eq!(
            rendered(page),
            "## Indicators\nOne evil[.]example and two.\nIP | Note\n198.51.100.7 | x < y\na\nb\nx\n  y\nend\n"
        );
        let article = html(page, &mut Problems::new("page.html"));
        assert_eq!(article.title.as_deref(), Some("A & B"));
        assert_eq!(article.line_at(article.text.find("and two").expect("there")), 4);
        assert_eq!(article.line_at(article.text.find("198").expect("there")), 5);
    }

    #[test]
    fn values_that_a_cell_breaks_are_one_and_values_that_it_lists_are_two() {
        let half = "0123456789abcdef0123456789abcdef";
        let page = format!(
            "<table><tr><th>SHA-256<th>Host<tr><td>{half}<br>{half}<td>a.example<br/>b.example\
             <tr><td>{half}<wbr>{half}<td>qu&shy;ay.&#8203;example\
             <tr><td><p>{half}</p><p>{half}</p><td>hxxp://quay[.]example/a/<br>b.bin</table>\
             <table><tr><td>{half}<br>{half}</table>"
        );
        let whole = format!("{half}{half}");
        assert_eq!(
            rendered(&page),
            format!(
                "SHA-256 | Host\n{whole} | a.example b.example\n{whole} | quay.example\n\
                 {whole} | hxxp://quay[.]example/a/b.bin\n{half} {half}\n"
            )
        );
    }

    #[test]
    fn blocks_are_sorted_so_that_they_can_be_searched() {
        let mut sorted = BLOCKS.to_vec();
        sorted.sort_unstable();
        assert_eq!(sorted, BLOCKS);
    }

    #[test]
    fn a_million_nested_tags_do_no_harm() {
        let page = format!("{}evil[.]example", "<div>".repeat(1_000_000));
        let mut problems = Problems::new("page.html");
        let article = html(&page, &mut problems);
        assert!(article.text.contains("evil[.]example") || !problems.is_empty());
    }
}

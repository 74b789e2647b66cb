//! The text of a report cut into passages, each with the strictest marking that holds for it.
//!
//! A subset of Markdown (CommonMark 0.31): headings, paragraphs, lists, quotes, fenced code, and tables of GitHub. Where a
//! marking could mean more than one thing, it means the stricter: a section holds for all below it, a point of a list for
//! all that is indented below it, a paragraph for a list that follows without an empty line, the first row of a table for
//! all rows. A marking that stays alone marks the table or code that follows, and is a mistake before anything else.
//!
//! Invariants: each line is looked at once; a passage is never less strict than what it is in.

use super::inline;
use super::marking::{self, Marked};
use model::publication::{Passage, PassageSort, Piece};
use model::{Fault, Place, Problems, Tlp};

/// Passages of a report: a thick one has some hundreds.
const PASSAGES_MAX: usize = 2_000;
/// Letters of a passage that a message quotes.
const QUOTED: usize = 48;

const ALONE: &str =
    "begin the paragraph, the point or the heading with the marking; alone it marks a table or code";
const BEGIN: &str = "begin a paragraph, a point, a row or a heading with `[TLP:AMBER]`";

/// Cuts the lines behind the head into passages; `None` when there are mistakes.
pub(super) fn read(lines: &[(u64, &str)], report: Tlp, problems: &mut Problems) -> Option<Vec<Passage>> {
    let before = problems.count();
    let mut reader = Reader {
        report,
        sections: Vec::new(),
        lists: Vec::new(),
        group: (0, Tlp::Unmarked),
        alone: None,
        table: None,
        open: None,
        fence: None,
        passages: Vec::new(),
        problems,
    };
    for (number, line) in lines {
        reader.line(*number, line);
    }
    reader.end_fence();
    reader.flush();
    reader.no_alone();
    let Reader { passages, .. } = reader;
    if passages.len() > PASSAGES_MAX {
        let what = format!("{} passages: at most {PASSAGES_MAX} are published", passages.len());
        problems.add(Place::Whole, Fault::Unreadable, what, Some("publish it in parts"));
    }
    (problems.count() == before).then_some(passages)
}

/// A passage whose lines still come.
struct Open {
    sort: PassageSort,
    first: u64,
    last: u64,
    indent: usize,
    text: String,
}

/// Code whose lines still come.
struct Fence {
    mark: char,
    length: usize,
    first: u64,
    last: u64,
    indent: usize,
    lines: Vec<String>,
}

struct Reader<'p> {
    report: Tlp,
    /// The markings of the sections that we are in, by level.
    sections: Vec<(u8, Tlp)>,
    /// The markings of the points of lists that we are in, by indent.
    lists: Vec<(usize, Tlp)>,
    /// The marking of a paragraph that is not ended by an empty line, with its indent.
    group: (usize, Tlp),
    /// A marking that is a paragraph of its own.
    alone: Option<(u64, Tlp)>,
    /// The marking of the table that we are in.
    table: Option<Tlp>,
    open: Option<Open>,
    fence: Option<Fence>,
    passages: Vec<Passage>,
    problems: &'p mut Problems,
}

impl Reader<'_> {
    fn line(&mut self, number: u64, line: &str) {
        if self.in_fence(number, line) {
            return;
        }
        let text = line.trim_start();
        let indent =
            line.chars().take_while(|c| c.is_whitespace()).map(|c| if c == '\t' { 4 } else { 1 }).sum();
        if !text.starts_with('|') {
            self.table = None;
        }
        if text.trim_end().is_empty() {
            self.flush();
            self.group = (0, Tlp::Unmarked);
        } else if let Some((level, words)) = heading(text) {
            self.flush();
            self.open(PassageSort::Heading(level), number, indent, words);
            self.flush();
        } else if self.underlines(text) {
        } else if is_rule(text) {
            self.flush();
        } else if text.starts_with('|') {
            self.flush();
            self.row(number, indent, text);
        } else if let Some((sort, words)) =
            point(text).filter(|(sort, _)| self.may_begin(*sort, indent, text))
        {
            self.flush();
            self.open(sort, number, indent, words);
        } else if let Some(words) = text.strip_prefix('>') {
            self.quote(number, indent, words.trim_start_matches(['>', ' ']));
        } else {
            self.words(PassageSort::Paragraph, number, indent, text);
        }
    }

    fn open(&mut self, sort: PassageSort, number: u64, indent: usize, words: &str) {
        let text = words.trim_end().to_owned();
        self.open = Some(Open { sort, first: number, last: number, indent, text });
    }

    /// Adds words to the passage that is open, or begins one.
    fn words(&mut self, sort: PassageSort, number: u64, indent: usize, words: &str) {
        match &mut self.open {
            Some(open) => {
                open.last = number;
                open.text.push(' ');
                open.text.push_str(words.trim_end());
            }
            None => self.open(sort, number, indent, words),
        }
    }

    fn quote(&mut self, number: u64, indent: usize, words: &str) {
        if words.trim().is_empty() {
            self.flush();
            return;
        }
        if self.open.as_ref().is_some_and(|open| open.sort != PassageSort::Quote) {
            self.flush();
        }
        self.words(PassageSort::Quote, number, indent, words);
    }

    /// Whether the line underlines the paragraph above it, which is a heading then.
    fn underlines(&mut self, text: &str) -> bool {
        let text = text.trim_end();
        let level = match text.chars().next() {
            Some('=') => 1,
            Some('-') => 2,
            _ => return false,
        };
        let sign = if level == 1 { '=' } else { '-' };
        let Some(open) = self.open.as_mut().filter(|open| open.sort == PassageSort::Paragraph) else {
            return false;
        };
        if text.len() < 3 || !text.chars().all(|c| c == sign) {
            return false;
        }
        open.sort = PassageSort::Heading(level);
        self.flush();
        true
    }

    /// A line that begins with a number is a point only where a list can begin: `on\n12. June` is one sentence.
    fn may_begin(&self, sort: PassageSort, indent: usize, text: &str) -> bool {
        let Some(open) = &self.open else { return true };
        let ends_nested = open.sort == PassageSort::Bullet && indent < open.indent;
        sort == PassageSort::Bullet
            || open.sort == PassageSort::Numbered
            || ends_nested
            || text.starts_with("1.")
    }

    /// Whether the line is of code, its beginning or its end.
    fn in_fence(&mut self, number: u64, line: &str) -> bool {
        let text = line.trim();
        let mark = text.chars().next().filter(|c| matches!(c, '`' | '~'));
        let length = mark.map_or(0, |mark| text.chars().take_while(|c| *c == mark).count());
        match &mut self.fence {
            Some(fence) => {
                let is_end = Some(fence.mark) == mark && length >= fence.length && text.len() == length;
                if is_end {
                    fence.last = number;
                    self.end_fence();
                } else {
                    fence.last = number;
                    fence.lines.push(line.trim_end().to_owned());
                }
                true
            }
            None => {
                let Some(mark) =
                    mark.filter(|_| length >= 3 && !text.get(length..).unwrap_or_default().contains('`'))
                else {
                    return false;
                };
                self.flush();
                let indent = line.len() - line.trim_start().len();
                self.fence =
                    Some(Fence { mark, length, first: number, last: number, indent, lines: Vec::new() });
                true
            }
        }
    }

    fn end_fence(&mut self) {
        let Some(fence) = self.fence.take() else { return };
        for (number, line) in (fence.first + 1..).zip(&fence.lines) {
            if !matches!(marking::at(line), Marked::Not) {
                self.wrong(number, "a marking inside of code marks nothing", "write it alone above the code");
            }
        }
        let tlp = self.inherited(fence.indent).max(self.take_alone());
        let cells = fence.lines.into_iter().map(|line| vec![Piece::Value(line)]).collect();
        self.passages.push(Passage {
            first: fence.first,
            last: fence.last,
            tlp,
            sort: PassageSort::Code,
            cells,
        });
    }

    fn row(&mut self, number: u64, indent: usize, text: &str) {
        if text.chars().all(|c| matches!(c, '|' | '-' | ':' | ' ' | '\t')) && text.contains('-') {
            return;
        }
        let mut cells = cells_of(text);
        let own = cells.first_mut().map_or(Tlp::Unmarked, |first| self.own(first, number));
        for cell in cells.iter().skip(1) {
            if !matches!(marking::at(cell), Marked::Not) {
                self.wrong(number, "a marking in a later cell marks nothing", BEGIN);
            }
        }
        let is_first = self.table.is_none();
        let above = match self.table {
            Some(tlp) => tlp,
            None => self.inherited(indent).max(self.take_alone()),
        };
        let tlp = above.max(own);
        if is_first {
            self.table = Some(tlp);
        }
        let cells = cells.iter().map(|cell| inline::pieces(cell)).collect();
        let sort = PassageSort::Row { is_first };
        self.passages.push(Passage { first: number, last: number, tlp, sort, cells });
    }

    /// The marking that a text begins with, which is taken off it.
    fn own(&mut self, text: &mut String, number: u64) -> Tlp {
        let own = match marking::at(text) {
            Marked::Not => Tlp::Unmarked,
            Marked::As(tlp, rest) => {
                *text = rest.to_owned();
                tlp
            }
            Marked::Unknown(written) => {
                let what = format!("`{written}` is no marking of TLP 2.0");
                let help =
                    "write one of [TLP:CLEAR], [TLP:GREEN], [TLP:AMBER], [TLP:AMBER+STRICT], [TLP:RED]";
                self.wrong(number, &what, help);
                Tlp::Red
            }
        };
        if marking::is_inside(text) {
            self.wrong(number, "a marking inside of a passage marks nothing", BEGIN);
        }
        own
    }

    /// What holds for a block with this indent, whatever its own marking is.
    fn inherited(&mut self, indent: usize) -> Tlp {
        while self.lists.last().is_some_and(|(of, _)| *of >= indent) {
            self.lists.pop();
        }
        let section = self.sections.last().map(|(_, tlp)| *tlp).unwrap_or_default();
        let list = self.lists.last().map(|(_, tlp)| *tlp).unwrap_or_default();
        let group = if indent >= self.group.0 { self.group.1 } else { Tlp::Unmarked };
        self.report.max(section).max(list).max(group)
    }

    /// Ends the passage that is open.
    fn flush(&mut self) {
        let Some(Open { sort, first, last, indent, mut text }) = self.open.take() else { return };
        let own = self.own(&mut text, first);
        if text.trim().is_empty() {
            if own != Tlp::Unmarked {
                self.no_alone();
                self.alone = Some((first, own));
            }
            return;
        }
        self.no_alone();
        let tlp = match sort {
            PassageSort::Heading(level) => {
                while self.sections.last().is_some_and(|(of, _)| *of >= level) {
                    self.sections.pop();
                }
                self.lists.clear();
                self.group = (0, Tlp::Unmarked);
                let tlp = self.inherited(0).max(own);
                self.sections.push((level, tlp));
                tlp
            }
            _ => self.inherited(indent).max(own),
        };
        match sort {
            PassageSort::Bullet | PassageSort::Numbered => self.lists.push((indent, tlp)),
            PassageSort::Paragraph | PassageSort::Quote => self.group = (indent, tlp),
            _ => {}
        }
        let cells = vec![inline::pieces(text.trim())];
        self.passages.push(Passage { first, last, tlp, sort, cells });
    }

    fn take_alone(&mut self) -> Tlp {
        self.alone.take().map(|(_, tlp)| tlp).unwrap_or_default()
    }

    /// A marking that is alone marks no passage of words.
    fn no_alone(&mut self) {
        if let Some((line, _)) = self.alone.take() {
            self.wrong(line, "a marking alone marks nothing here", ALONE);
        }
    }

    fn wrong(&mut self, line: u64, what: &str, help: &str) {
        self.problems.add(Place::Line(line), Fault::Unreadable, what, Some(help));
    }
}

/// The level and the words of a heading.
fn heading(text: &str) -> Option<(u8, &str)> {
    let words = text.trim_start_matches('#');
    let level = text.len() - words.len();
    let is_heading = (1..=6).contains(&level) && (words.is_empty() || words.starts_with([' ', '\t']));
    is_heading.then(|| (u8::try_from(level).unwrap_or(6), words.trim().trim_end_matches('#').trim_end()))
}

/// The words of a point of a list.
fn point(text: &str) -> Option<(PassageSort, &str)> {
    let behind = |rest: &str| rest.starts_with([' ', '\t']);
    if let Some(rest) = text.strip_prefix(['-', '*', '+']).filter(|rest| behind(rest)) {
        return Some((PassageSort::Bullet, rest.trim()));
    }
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = text.len() - rest.len();
    let rest = rest.strip_prefix(['.', ')']).filter(|rest| (1..=9).contains(&digits) && behind(rest))?;
    Some((PassageSort::Numbered, rest.trim()))
}

/// Whether the line only sets apart.
fn is_rule(text: &str) -> bool {
    let signs: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).collect();
    let first = signs.first().copied().unwrap_or(' ');
    signs.len() >= 3 && matches!(first, '-' | '*' | '_') && signs.iter().all(|c| *c == first)
}

/// The cells of a row; `\|` and a bar inside of backticks are part of a cell.
fn cells_of(text: &str) -> Vec<String> {
    let inside = text.trim().trim_start_matches('|');
    let (mut cells, mut cell) = (Vec::new(), String::new());
    let (mut in_value, mut escaped) = (false, false);
    for c in inside.chars() {
        match c {
            '|' if escaped => _ = cell.pop(),
            '|' if !in_value => {
                cells.push(std::mem::take(&mut cell).trim().to_owned());
                escaped = false;
                continue;
            }
            '`' => in_value = !in_value,
            _ => {}
        }
        escaped = c == '\\';
        cell.push(c);
    }
    if !cell.trim().is_empty() {
        cells.push(cell.trim().to_owned());
    }
    cells
}

/// The first words of a passage, for a message about it.
#[must_use]
pub fn first_words(passage: &Passage) -> String {
    let words = passage.words();
    let mut shown: String = words.chars().take(QUOTED).collect();
    if words.chars().count() > QUOTED {
        shown.push('…');
    }
    shown
}

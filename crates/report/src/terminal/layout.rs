//! Lines for a terminal: pieces of text with their ink, wrapped and cut by cells, a label at the left.
//!
//! Widths are terminal cells (Unicode TR 11), not bytes or characters. No line is wider than the style allows,
//! however long a word from outside is.

use crate::Style;
use crate::safe::shown::Shown;
use crate::terminal::ansi::{Ink, RESET};
use crate::terminal::shorten::{
    InkedChar, broken_off, cells_of, fitting, kept_cells, may_end_behind, shortened,
};
use std::io::{self, Write};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The cells of the label and the two blanks after it, as wide as `looked at` needs; after a longer label
/// the first line begins later.
const LABEL_CELLS: usize = 11;
/// The narrowest page: on a narrower terminal lines are this wide.
const WIDTH_MIN: usize = 48;
/// The widest: longer lines are hard to read.
const WIDTH_MAX: usize = 200;

/// A run of text in inks.
#[derive(Clone, Debug, Default)]
pub(crate) struct InkText(Vec<(Shown, Ink)>);

impl InkText {
    /// Text in one ink.
    pub(crate) fn new(text: impl Into<Shown>, ink: Ink) -> Self {
        Self(vec![(text.into(), ink)])
    }

    /// In plain ink.
    pub(crate) fn plain(text: impl Into<Shown>) -> Self {
        Self::new(text, Ink::Plain)
    }

    /// In soft ink.
    pub(crate) fn dim(text: impl Into<Shown>) -> Self {
        Self::new(text, Ink::Dim)
    }

    /// With more text after it.
    #[must_use]
    pub(crate) fn and(mut self, text: impl Into<Shown>, ink: Ink) -> Self {
        self.0.push((text.into(), ink));
        self
    }

    /// With another text after it.
    #[must_use]
    pub(crate) fn then(mut self, other: InkText) -> Self {
        self.0.extend(other.0);
        self
    }

    /// How many cells it takes.
    pub(crate) fn cells(&self) -> usize {
        self.0.iter().map(|(text, _)| text.as_str().width()).sum()
    }

    fn prepared(self, style: &Style) -> Self {
        if style.unicode {
            return self;
        }
        Self(self.0.into_iter().map(|(text, ink)| (text.into_ascii(), ink)).collect())
    }

    /// Every character with its ink and cells.
    fn characters(&self) -> impl Iterator<Item = (char, Ink, usize)> {
        self.0.iter().flat_map(|(text, ink)| text.as_str().chars().map(|c| (c, *ink, c.width().unwrap_or(0))))
    }

    fn from_characters(characters: &[(char, Ink, usize)]) -> Self {
        let mut runs: Vec<(String, Ink)> = Vec::new();
        for (c, ink, _) in characters {
            match runs.last_mut() {
                Some((run, its)) if its == ink => run.push(*c),
                _ => runs.push((c.to_string(), *ink)),
            }
        }
        Self(runs.into_iter().map(|(run, ink)| (Shown::exact(&run), ink)).collect())
    }

    /// At most so many cells, with a sign where something was left out.
    fn shortened(&self, cells_max: usize, unicode: bool) -> Self {
        Self::from_characters(&shortened(&self.characters().collect::<Vec<_>>(), cells_max, unicode))
    }

    /// Whether a line of so many cells would hold little but the values of this sentence.
    fn is_crowded(&self, cells: usize) -> bool {
        self.cells() > cells && kept_cells(&self.characters().collect::<Vec<_>>()) * 2 > cells
    }

    /// At most so many lines of a sentence; what is left for the last one is shortened.
    fn in_lines(
        &self,
        first_max: usize,
        further_max: usize,
        lines_max: usize,
        unicode: bool,
    ) -> Vec<InkText> {
        let mut lines = self.wrapped(first_max, further_max);
        let lines_max = lines_max.max(1);
        if lines.len() > lines_max {
            let rest = lines.split_off(lines_max - 1);
            let room = if lines.is_empty() { first_max } else { further_max };
            let mut last = InkText::default();
            for (index, line) in rest.into_iter().enumerate() {
                last = if index > 0 { last.and(" ", Ink::Plain).then(line) } else { line };
            }
            lines.push(last.shortened(room, unicode));
        }
        lines
    }

    /// At most so many lines of a list, the last one with a sign if more was left out.
    fn begun(&self, first_max: usize, further_max: usize, lines_max: usize, unicode: bool) -> Vec<InkText> {
        let mut lines = self.wrapped(first_max, further_max);
        let lines_max = lines_max.max(1);
        if lines.len() > lines_max {
            lines.truncate(lines_max);
            if let Some(last) = lines.pop() {
                let room = if lines.is_empty() { first_max } else { further_max };
                let last: Vec<InkedChar> = last.characters().collect();
                lines.push(Self::from_characters(&broken_off(&last, room, unicode)));
            }
        }
        lines
    }

    /// Lines of at most so many cells, broken at blanks; a word that is longer than a line is broken between its
    /// parts, and inside a part only when that is longer too.
    fn wrapped(&self, first_max: usize, further_max: usize) -> Vec<InkText> {
        let mut lines = Vec::new();
        let mut cells_max = first_max;
        let mut line: Vec<(char, Ink, usize)> = Vec::new();
        let mut cells = 0;
        for character in self.characters() {
            if character.0 == ' ' && line.is_empty() && !lines.is_empty() {
                continue;
            }
            line.push(character);
            cells += character.2;
            while cells > cells_max && line.len() > 1 {
                let fitting = fitting(&line, cells_max).clamp(1, line.len() - 1);
                let inside = line.iter().take_while(|(c, ..)| *c == ' ').count();
                let blank = line.iter().take(fitting + 1).rposition(|(c, ..)| *c == ' ');
                let at = blank.filter(|at| *at > inside).or_else(|| between_parts(&line, inside, fitting));
                let rest = line.split_off(at.unwrap_or(fitting));
                while line.last().is_some_and(|(c, ..)| *c == ' ') {
                    line.pop();
                }
                lines.push(Self::from_characters(&line));
                cells_max = further_max;
                line = rest.into_iter().skip_while(|(c, ..)| *c == ' ').collect();
                cells = cells_of(&line);
            }
        }
        if !line.is_empty() || lines.is_empty() {
            lines.push(Self::from_characters(&line));
        }
        lines
    }
}

/// A page of lines for a terminal.
#[derive(Debug)]
pub(crate) struct TerminalPage {
    unicode: bool,
    colour: bool,
    width: usize,
    lines: Vec<InkText>,
}

impl TerminalPage {
    /// An empty page.
    pub(crate) fn new(style: &Style) -> Self {
        let width = style.width.clamp(WIDTH_MIN, WIDTH_MAX);
        Self { unicode: style.unicode, colour: style.colour, width, lines: Vec::new() }
    }

    /// How many cells are right of the label.
    pub(crate) fn room(&self) -> usize {
        self.width - LABEL_CELLS
    }

    /// How many cells a column of names, of machines or accounts, may take: a third, so that prose keeps as many.
    pub(crate) fn name_cells(&self) -> usize {
        (self.room() / 3).max(14)
    }

    /// How many lines there are.
    pub(crate) fn len(&self) -> usize {
        self.lines.len()
    }

    fn style(&self) -> Style {
        Style { width: self.width, colour: self.colour, unicode: self.unicode, ..Style::default() }
    }

    /// An empty line.
    pub(crate) fn blank(&mut self) {
        self.lines.push(InkText::default());
    }

    /// Text over the whole width.
    pub(crate) fn whole(&mut self, text: InkText) {
        let lines = text.prepared(&self.style()).wrapped(self.width, self.width);
        self.lines.extend(lines);
    }

    /// Text over the whole width, set in by so many blanks.
    pub(crate) fn indented(&mut self, text: InkText, blanks: usize) {
        let pad = Shown::exact(&" ".repeat(blanks));
        let room = self.width.saturating_sub(blanks);
        for line in text.prepared(&self.style()).wrapped(room, room) {
            self.lines.push(InkText::plain(pad.clone()).then(line));
        }
    }

    /// Text behind a label (none for the lines that follow), wrapped; `hang` more blanks before its further
    /// lines; at most so many lines, the last one cut.
    pub(crate) fn row(&mut self, label: &'static str, text: InkText, hang: usize, lines_max: usize) {
        let first = self.width - front_cells(label);
        let further = self.room().saturating_sub(hang);
        let lines = text.prepared(&self.style()).begun(first, further, lines_max, self.unicode);
        self.put_lines(label, lines, hang);
    }

    fn put_lines(&mut self, label: &'static str, lines: Vec<InkText>, hang: usize) {
        for (index, line) in lines.into_iter().enumerate() {
            let front = if index == 0 { label } else { "" };
            let hang = if index == 0 { 0 } else { hang };
            self.put(front, hang, line);
        }
    }

    /// A text of at most so many cells with a tail that is never cut.
    pub(crate) fn cut_before(&self, text: InkText, tail: InkText, cells_max: usize) -> InkText {
        let tail = tail.prepared(&self.style());
        text.prepared(&self.style())
            .shortened(cells_max.saturating_sub(tail.cells()), self.unicode)
            .then(tail)
    }

    /// A front, a text, and after it the first of `abouts` that fits into so many lines; wrapped lines begin under
    /// the text. The text is cut only after every one of `abouts` was left out.
    pub(crate) fn ended(
        &mut self,
        label: &'static str,
        front: &InkText,
        text: &InkText,
        abouts: &[InkText],
        lines_max: usize,
    ) {
        let hang = front.cells();
        let (first, further) = (self.width - front_cells(label), self.room().saturating_sub(hang));
        let bare = front.clone().then(text.clone());
        let whole = abouts
            .iter()
            .map(|about| bare.clone().then(about.clone()))
            .find(|whole| whole.clone().prepared(&self.style()).wrapped(first, further).len() <= lines_max);
        let whole = whole.unwrap_or(bare).prepared(&self.style());
        self.put_lines(label, whole.in_lines(first, further, lines_max, self.unicode), hang);
    }

    /// Columns behind a label, two blanks between. A value is wrapped in its column and never cut; prose gets as many
    /// lines as the values need and is shortened to these.
    pub(crate) fn columns(&mut self, label: &'static str, columns: Vec<(InkText, Column)>) {
        self.wrapped_columns(label, columns, 1);
    }

    /// The same, with at least so many lines for prose.
    pub(crate) fn wrapped_columns(
        &mut self,
        label: &'static str,
        columns: Vec<(InkText, Column)>,
        prose_lines: usize,
    ) {
        let widths =
            widths(columns.iter().map(|(_, column)| *column).collect(), self.width - front_cells(label));
        let columns: Vec<(InkText, bool, usize)> = columns
            .into_iter()
            .zip(widths)
            .filter(|(_, width)| *width > 0)
            .map(|((text, column), width)| (text.prepared(&self.style()), column == Column::Prose, width))
            .collect();
        let values = columns.iter().filter(|(_, is_prose, _)| !is_prose);
        let height = values.map(|(text, _, width)| text.wrapped(*width, *width).len()).max().unwrap_or(1);
        let cell = |(text, is_prose, width): &(InkText, bool, usize)| {
            let crowded = if text.is_crowded(*width) { CROWDED_LINES } else { 1 };
            let lines = if *is_prose { height.max(prose_lines).max(crowded) } else { usize::MAX };
            (text.in_lines(*width, *width, lines, self.unicode), *width)
        };
        let cells: Vec<(Vec<InkText>, usize)> = columns.iter().map(cell).collect();
        let height = cells.iter().map(|(lines, _)| lines.len()).max().unwrap_or(1);
        for at in 0..height {
            let mut line = InkText::default();
            for (index, (cell, width)) in cells.iter().enumerate() {
                if index > 0 {
                    line = line.and("  ", Ink::Plain);
                }
                let text = cell.get(at).cloned().unwrap_or_default();
                let pad = width.saturating_sub(text.cells());
                line = line.then(text).and(Shown::exact(&" ".repeat(pad)), Ink::Plain);
            }
            self.put(if at == 0 { label } else { "" }, 0, line);
        }
    }

    fn put(&mut self, label: &'static str, hang: usize, line: InkText) {
        let shouts = label.chars().any(|c| c.is_ascii_uppercase());
        let ink = if shouts { Ink::Bold } else { Ink::Dim };
        let pad = " ".repeat(front_cells(label) - label.len() + hang);
        let front = InkText::new(label, ink).and(Shown::exact(&pad), Ink::Plain);
        self.lines.push(front.then(line));
    }

    /// Writes the page.
    pub(crate) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        for line in &self.lines {
            let mut text = String::new();
            for (run, ink) in &line.0 {
                let start = if self.colour { ink.start() } else { "" };
                let bare = run.as_str().trim_end_matches(' ');
                if bare.is_empty() || start.is_empty() {
                    text.push_str(run.as_str());
                } else {
                    text.push_str(start);
                    text.push_str(bare);
                    text.push_str(RESET);
                    text.extend(run.as_str().get(bare.len()..));
                }
            }
            // No-break spaces kept words together; a terminal gets plain ones.
            let text = text.replace('\u{a0}', " ");
            out.write_all(text.trim_end_matches(' ').as_bytes())?;
            out.write_all(b"\n")?;
        }
        Ok(())
    }
}

/// Where a word that is longer than a line may be broken: behind the last of its parts that fits, unless that leaves
/// less than half a line.
fn between_parts(line: &[InkedChar], inside: usize, fitting: usize) -> Option<usize> {
    let ends = |at: &usize| {
        let c = line.get(at.checked_sub(1)?)?.0;
        Some(may_end_behind(c, line.get(*at).map(|(c, ..)| *c)))
    };
    (inside + 1..=fitting).rev().find(|at| ends(at) == Some(true)).filter(|at| *at * 2 > fitting)
}

/// How wide a column is, and what gives way where the line is too short.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Column {
    /// So many cells: a time, a number, digits. It gives way last.
    Fixed(usize),
    /// So many cells for a name or an address, which can be wrapped.
    Value(usize),
    /// What is left, for a sentence.
    Prose,
}

/// Prose beside values has at least so many cells.
const PROSE_CELLS_LEAST: usize = 10;
/// A name in a narrow column has at least so many cells, as long as anything else can give way.
const VALUE_CELLS_LEAST: usize = 8;
/// Lines of a sentence that would hold little but its value in one.
const CROWDED_LINES: usize = 3;

/// The width of each column: prose shares what is left; the widest names give way until prose can be read, then the
/// widest of all.
fn widths(columns: Vec<Column>, room: usize) -> Vec<usize> {
    let room = room.saturating_sub(columns.len().saturating_sub(1) * 2);
    let flexible = columns.iter().filter(|column| **column == Column::Prose).count();
    let least = (PROSE_CELLS_LEAST * flexible).min(room / 3);
    let mut widths: Vec<usize> = columns
        .iter()
        .map(|column| match column {
            Column::Fixed(cells) | Column::Value(cells) => *cells,
            Column::Prose => 0,
        })
        .collect();
    while widths.iter().sum::<usize>() + least > room {
        let is_name = |(width, column): &(&mut usize, &Column)| {
            matches!(column, Column::Value(_)) && **width > VALUE_CELLS_LEAST
        };
        let widest_name = widths.iter_mut().zip(&columns).filter(is_name).map(|(width, _)| width).max();
        if let Some(width) = widest_name {
            *width -= 1;
        } else if let Some(width) = widths.iter_mut().max().filter(|width| **width > 1) {
            *width -= 1;
        } else {
            break;
        }
    }
    let left = room.saturating_sub(widths.iter().sum());
    let each = left.checked_div(flexible).unwrap_or(0);
    widths
        .iter()
        .zip(&columns)
        .map(|(width, column)| if *column == Column::Prose { each } else { *width })
        .collect()
}

/// How many cells a label and the blanks after it take.
fn front_cells(label: &str) -> usize {
    LABEL_CELLS.max(label.len() + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(width: usize) -> TerminalPage {
        TerminalPage::new(&Style { width, ..Style::default() })
    }

    fn written(page: &TerminalPage) -> String {
        let mut out = Vec::new();
        page.write(&mut out).expect("memory");
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn a_long_word_is_broken_and_wide_letters_count_twice() {
        let mut page = page(48);
        page.row("HIT", InkText::plain(Shown::exact(&"漢".repeat(40))), 0, 9);
        page.row("", InkText::plain(Shown::exact(&"x".repeat(80))), 2, 9);
        let text = written(&page);
        assert!(text.lines().all(|line| line.width() <= 48), "{text}");
        assert_eq!(text.matches('漢').count(), 40);
        assert_eq!(text.matches('x').count(), 80);
    }

    #[test]
    fn what_is_left_out_leaves_a_sign() {
        let mut page = page(48);
        page.row("", InkText::plain(Shown::exact(&"word ".repeat(30))), 0, 2);
        let text = written(&page);
        assert_eq!(text.lines().count(), 2);
        assert!(text.lines().nth(1).is_some_and(|line| line.ends_with('…')), "{text}");
    }

    #[test]
    fn a_column_of_values_is_wrapped_and_prose_gets_its_lines() {
        let mut page = page(48);
        let prose = "a long sentence about what happened there in the night and after it";
        for name in ["dc-prod-web-03.harbour", "short"] {
            let columns = vec![(InkText::plain(name), Column::Value(12)), (prose.into_text(), Column::Prose)];
            page.columns("", columns);
        }
        let expected = "           dc-prod-web-  a long sentence about\n           \
                        03.harbour    what happened there in…\n           \
                        short         a long sentence about…\n";
        assert_eq!(written(&page), expected);
    }

    #[test]
    fn the_widest_columns_give_way_until_prose_can_be_read() {
        use Column::{Fixed, Prose, Value};
        assert_eq!(widths(vec![Fixed(12), Prose, Value(14), Fixed(9)], 69), [12, 28, 14, 9]);
        assert_eq!(widths(vec![Fixed(12), Prose, Value(60), Fixed(9)], 69), [12, 10, 32, 9]);
        assert_eq!(widths(vec![Fixed(12), Prose, Value(9), Value(20)], 37), [7, 10, 7, 7]);
        assert_eq!(widths(vec![Prose, Prose], 41), [19, 19]);
        assert_eq!(widths(vec![Fixed(9), Value(9)], 3), [1, 1]);
        assert_eq!(widths(vec![], 3), Vec::<usize>::new());
    }

    #[test]
    fn a_sign_is_no_wider_than_its_column() {
        for unicode in [true, false] {
            for cells in 0..5 {
                let cut = InkText::plain("CVE-2021-44228").shortened(cells, unicode);
                assert!(cut.cells() <= cells, "{cut:?} in {cells}");
            }
        }
    }

    trait IntoText {
        fn into_text(self) -> InkText;
    }

    impl IntoText for &'static str {
        fn into_text(self) -> InkText {
            InkText::plain(self)
        }
    }
}

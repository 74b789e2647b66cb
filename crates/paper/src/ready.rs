//! A document made ready for every form: within bounds, each row as long as its table is wide, each letter visible.
//!
//! Forms get only what comes from here, so that none of them has bounds of its own and all of them say the same. What is
//! over a bound is cut, and the document says at that place what is missing and how much.
//!
//! Invariant: what is ready has at most [`BLOCKS_MAX`] blocks and [`LETTERS_MAX`] letters, so that a page of any form is
//! set in bounded time and memory.

use crate::document::{
    Bars, Block, Column, Deck, Document, Head, KeyValue, Series, Slide, Span, Table, Text,
};
use crate::visible::visible;

/// Blocks of a document: a thick report has some hundreds.
pub const BLOCKS_MAX: usize = 2_000;
/// Rows of a table, pairs of names and values: a hundred pages of them are read by nobody.
pub const ROWS_MAX: usize = 5_000;
/// Points of a list.
pub const ITEMS_MAX: usize = 1_000;
/// Columns of a table: a page has room for no more.
pub const COLUMNS_MAX: usize = 12;
/// Letters of one text: two pages.
pub const TEXT_LETTERS_MAX: usize = 8_000;
/// Letters of a line of the head.
pub const HEAD_LETTERS_MAX: usize = 200;
/// Letters of a document, about five hundred pages.
pub const LETTERS_MAX: usize = 1_500_000;
/// What a block, a row, a point or a slide costs of them beside its letters: it takes a line at least.
pub const LINE_LETTERS: usize = 80;
/// What an empty cell costs, because it takes room too.
const LETTERS_MIN: usize = 8;
/// Rows of bars in one block.
pub const SERIES_MAX: usize = 24;
/// Bars of a row: a year of weeks.
pub const PERIODS_MAX: usize = 53;
/// Slides of a deck: ten are good, sixty are an evening.
pub const SLIDES_MAX: usize = 60;
/// Blocks below one statement.
pub const SUPPORT_MAX: usize = 20;

/// A document within bounds.
pub(crate) fn document(from: &Document) -> Document {
    let mut budget = Budget { left: LETTERS_MAX };
    Document { head: head(&from.head), blocks: budget.blocks(&from.blocks, BLOCKS_MAX) }
}

/// A deck within bounds.
pub(crate) fn deck(from: &Deck) -> Deck {
    let mut budget = Budget { left: LETTERS_MAX };
    let (mut slides, left) = budget.first(&from.slides, SLIDES_MAX, |budget, slide| Slide {
        statement: budget.text(&slide.statement),
        support: budget.blocks(&slide.support, SUPPORT_MAX),
        spoken: budget.first(&slide.spoken, ITEMS_MAX, Budget::text).0,
    });
    if let Some(note) = missing(left, "slide", "slides") {
        slides.push(Slide { support: vec![note], ..Slide::default() });
    }
    Deck { head: head(&from.head), slides }
}

fn head(from: &Head) -> Head {
    let line = |line: &String| {
        let line = visible(line);
        match line.char_indices().nth(HEAD_LETTERS_MAX) {
            Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
            None => line,
        }
    };
    Head {
        organisation: line(&from.organisation),
        title: line(&from.title),
        dateline: line(&from.dateline),
        marking: line(&from.marking),
        id: line(&from.id),
        remark: line(&from.remark),
    }
}

/// What is said at the place of what was cut; nothing if nothing was.
fn missing(left: usize, one: &str, many: &str) -> Option<Block> {
    let (what, are) = if left == 1 { (one, "is") } else { (many, "are") };
    (left > 0)
        .then(|| Block::Note(format!("{left} more {what} {are} not shown here: the page is full.").into()))
}

/// How many letters may still come.
struct Budget {
    left: usize,
}

impl Budget {
    /// The first of these, as many as the bound and the letters that are left allow; and how many are left out.
    fn first<T, R>(
        &mut self,
        from: &[T],
        max: usize,
        mut make: impl FnMut(&mut Self, &T) -> R,
    ) -> (Vec<R>, usize) {
        let mut out = Vec::new();
        for item in from.iter().take(max) {
            if self.left == 0 {
                break;
            }
            self.left = self.left.saturating_sub(LINE_LETTERS);
            out.push(make(self, item));
        }
        let left = from.len().saturating_sub(out.len());
        (out, left)
    }

    fn blocks(&mut self, from: &[Block], max: usize) -> Vec<Block> {
        let (made, left) = self.first(from, max, Self::block);
        let mut out: Vec<Block> = made.into_iter().flatten().collect();
        out.extend(missing(left, "block", "blocks"));
        out
    }

    /// A block, and a note behind it if something was cut. One without words says nothing and is left out.
    fn block(&mut self, from: &Block) -> Vec<Block> {
        let mut note = None;
        let block = match from {
            Block::Lead(text) => self.words(text).map(Block::Lead),
            Block::Heading(text) => self.words(text).map(Block::Heading),
            Block::Subheading(text) => self.words(text).map(Block::Subheading),
            Block::Paragraph(text) => self.words(text).map(Block::Paragraph),
            Block::Note(text) => self.words(text).map(Block::Note),
            Block::Bullets(items) => {
                let (kept, left) = self.first(items, ITEMS_MAX, Self::text);
                note = missing(left, "point", "points");
                Some(Block::Bullets(kept)).filter(|_| !items.is_empty())
            }
            Block::Numbered(items) => {
                let (kept, left) = self.first(items, ITEMS_MAX, Self::text);
                note = missing(left, "point", "points");
                Some(Block::Numbered(kept)).filter(|_| !items.is_empty())
            }
            Block::KeyValues(pairs) => {
                let (kept, left) = self.first(pairs, ROWS_MAX, |budget, pair| KeyValue {
                    key: budget.text(&pair.key),
                    value: budget.text(&pair.value),
                });
                note = missing(left, "row", "rows");
                Some(Block::KeyValues(kept)).filter(|_| !pairs.is_empty())
            }
            Block::Table(table) => {
                let (table, missing) = self.table(table);
                note = missing;
                Some(Block::Table(table))
                    .filter(|block| !matches!(block, Block::Table(t) if t.columns.is_empty()))
            }
            Block::Bars(bars) => {
                let (bars, missing) = self.bars(bars);
                note = missing;
                Some(Block::Bars(bars))
                    .filter(|block| !matches!(block, Block::Bars(b) if b.series.is_empty()))
            }
            Block::PageBreak => Some(Block::PageBreak),
        };
        block.into_iter().chain(note).collect()
    }

    fn words(&mut self, from: &Text) -> Option<Text> {
        if from.is_empty() { None } else { Some(self.text(from)) }
    }

    /// A text with visible letters only, cut at its bound or at what is left; the cut says how much is missing.
    fn text(&mut self, from: &Text) -> Text {
        let mut room = TEXT_LETTERS_MAX.min(self.left);
        let (mut used, mut missing) = (0, 0);
        let mut out = Text::new();
        for span in &from.0 {
            let words = visible(span.words());
            let letters = words.chars().count();
            let kept = letters.min(room);
            room -= kept;
            used += kept;
            missing += letters - kept;
            if kept == letters && letters > 0 {
                out.0.push(span.with(words));
            } else if kept > 0 {
                out.0.push(span.with(words.chars().take(kept).collect()));
            }
        }
        if missing > 0 {
            let letters = if missing == 1 { "letter" } else { "letters" };
            out.0.push(Span::Soft(format!(" … ({missing} more {letters})")));
        }
        self.left = self.left.saturating_sub(used.max(LETTERS_MIN));
        out
    }

    /// A table whose rows are all as long as it is wide.
    fn table(&mut self, from: &Table) -> (Table, Option<Block>) {
        let cells = from.rows.iter().chain(&from.totals).map(Vec::len).max().unwrap_or(0);
        let width = from.columns.len().max(cells);
        let cut = width.saturating_sub(COLUMNS_MAX);
        let width = width.min(COLUMNS_MAX);
        let columns = (0..width)
            .map(|n| match from.columns.get(n) {
                Some(column) => Column { title: self.text(&column.title), ..*column },
                None => Column::default(),
            })
            .collect();
        let row = |budget: &mut Self, row: &Vec<Text>| -> Vec<Text> {
            (0..width).map(|n| row.get(n).map_or_else(Text::new, |cell| budget.text(cell))).collect()
        };
        let caption = self.text(&from.caption);
        let totals = from.totals.as_ref().map(|totals| row(self, totals));
        let (rows, left) = self.first(&from.rows, ROWS_MAX, row);
        let note = missing(left, "row", "rows").or_else(|| missing(cut, "column", "columns"));
        (Table { caption, columns, rows, totals }, note)
    }

    /// Bars of which each row has a count for each period; of too many periods the last are kept.
    fn bars(&mut self, from: &Bars) -> (Bars, Option<Block>) {
        let counts = from.series.iter().map(|series| series.counts.len()).max().unwrap_or(0);
        let all = counts.max(from.periods.len());
        let kept = all.min(PERIODS_MAX);
        let caption = self.text(&from.caption);
        let periods = last(&from.periods, kept).into_iter();
        let periods =
            periods.map(|name| name.map(|name| self.text(&name.into()).words()).unwrap_or_default());
        let periods = periods.collect();
        let (series, left) = self.first(&from.series, SERIES_MAX, |budget, series| Series {
            label: budget.text(&series.label),
            counts: last(&series.counts, kept).into_iter().map(Option::flatten).collect(),
            before: series.before,
        });
        let note = missing(left, "row of bars", "rows of bars")
            .or_else(|| missing(all - kept, "earlier period", "earlier periods"));
        (Bars { caption, periods, series }, note)
    }
}

/// The last so many, with nothing before them where there are fewer.
fn last<T: Clone>(items: &[T], many: usize) -> Vec<Option<T>> {
    let absent = many.saturating_sub(items.len());
    let skipped = items.len().saturating_sub(many);
    std::iter::repeat_n(None, absent).chain(items.iter().skip(skipped).cloned().map(Some)).collect()
}

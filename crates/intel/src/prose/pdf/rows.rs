//! Runs of text as lines, columns and rows of tables, in reading order.
//!
//! The order in which a page draws is the order in which it was written, so it is kept: what is on one height is one
//! line; what comes back up to the height of the line before, to its right, is the next cell of a row; what goes up
//! further is the next column. Cells are parted by ` | `. A line that a paragraph wraps is joined with the next, and so
//! are words with a hyphen and values that had no room.

use super::content::Run;
use crate::prose::article::Article;
use crate::prose::glue;

/// How many lines a cell may have; what is longer is a column of text.
const CELL_LINES_MAX: usize = 12;

/// Gaps in ems: from here on words are apart, and columns.
const WORD_GAP: f64 = 0.14;
const COLUMN_GAP: f64 = 1.1;

/// How far apart lines of one paragraph are at most, in ems.
const LEADING_MAX: f64 = 1.45;

/// How much larger than the text a heading is.
pub(super) const HEADING: f64 = 1.12;

/// How long a heading may be, in bytes.
const HEADING_BYTES_MAX: usize = 160;

/// A stretch of a line without a wide gap.
struct Cell {
    from: f64,
    to: f64,
    size: f64,
    text: String,
}

struct Line {
    height: f64,
    size: f64,
    cells: Vec<Cell>,
}

/// A cell of a row: its lines one below the other.
#[derive(Default)]
struct Block {
    from: f64,
    to: f64,
    size: f64,
    lines: Vec<(f64, f64, String)>,
}

/// Writes the runs of a page as text of an article.
pub(super) fn write(runs: Vec<Run>, body: f64, page: u64, article: &mut Article) {
    let mut writer = Writer { body, page, row: Vec::new(), size: 0.0, heads: Vec::new(), article };
    let mut line = None::<Line>;
    for run in runs {
        line = match line {
            Some(mut line) if line.takes(&run) => {
                line.add(run);
                Some(line)
            }
            other => {
                if let Some(line) = other {
                    writer.line(line);
                }
                let mut line = Line { height: run.height, size: run.size, cells: Vec::new() };
                line.add(run);
                Some(line)
            }
        };
    }
    if let Some(line) = line {
        writer.line(line);
    }
    writer.flush();
}

/// The size that most of the text has.
pub(super) fn body_of(pages: &[Vec<Run>]) -> f64 {
    let mut sizes: Vec<(f64, usize)> = Vec::new();
    for run in pages.iter().flatten() {
        let known = sizes.iter_mut().find(|(size, _)| (*size - run.size).abs() < 0.3);
        if let Some((_, count)) = known {
            *count += run.text.len();
        } else if sizes.len() < 64 {
            sizes.push((run.size, run.text.len()));
        }
    }
    sizes.into_iter().max_by_key(|(_, count)| *count).map_or(0.0, |(size, _)| size)
}

impl Line {
    /// Whether a run is on this line, and not before its end.
    fn takes(&self, run: &Run) -> bool {
        let size = self.size.max(run.size);
        let end = self.cells.last().map_or(run.from, |cell| cell.to);
        (run.height - self.height).abs() < 0.4 * size && run.from > end - 0.8 * size
    }

    fn add(&mut self, run: Run) {
        let text = glue::unbroken(&run.text);
        if text.trim().is_empty() {
            // Blanks between words, or between columns: the gap says which.
            if let Some(cell) = self.cells.last_mut().filter(|cell| !cell.text.ends_with(' '))
                && run.from - cell.to < COLUMN_GAP * run.size
                && run.to - cell.to < 2.0 * run.size
            {
                cell.text.push(' ');
                cell.to = cell.to.max(run.to);
            }
            return;
        }
        if run.text.len() > 1 {
            self.size = self.size.max(run.size);
        }
        match self.cells.last_mut() {
            Some(cell) if run.from - cell.to < COLUMN_GAP * run.size => {
                let apart = run.from - cell.to > WORD_GAP * run.size;
                if apart && !cell.text.ends_with(' ') && !text.starts_with(' ') {
                    cell.text.push(' ');
                }
                cell.text.push_str(&text);
                cell.to = cell.to.max(run.to);
            }
            _ => {
                self.cells.push(Cell { from: run.from, to: run.to, size: run.size, text: text.into_owned() })
            }
        }
    }
}

struct Writer<'a> {
    body: f64,
    page: u64,
    row: Vec<Block>,
    size: f64,
    /// The row before, where it had several cells: it may be the head of a table.
    heads: Vec<String>,
    article: &'a mut Article,
}

impl Writer<'_> {
    fn line(&mut self, line: Line) {
        if line.cells.is_empty() {
            return;
        }
        let first = line.cells.first().map_or(0.0, |cell| cell.from);
        if let Some(start) = self.beside(&line, first) {
            self.split(start);
            self.push(line);
        } else if self.below(&line, first) {
            if let (Some(block), Some(cell)) = (self.row.last_mut(), line.cells.into_iter().next()) {
                block.to = block.to.max(cell.to);
                block.lines.push((line.height, cell.to, cell.text));
            }
        } else {
            self.flush();
            self.push(line);
        }
    }

    fn push(&mut self, line: Line) {
        self.size = line.size;
        for cell in line.cells {
            let lines = vec![(line.height, cell.to, cell.text)];
            self.row.push(Block { from: cell.from, to: cell.to, size: cell.size, lines });
        }
    }

    /// Which line of the last block a line is beside, where it goes back up to it.
    fn beside(&self, line: &Line, from: f64) -> Option<usize> {
        let last = self.row.last()?;
        let right = from > last.to - 0.5 * line.size;
        let lines = last.lines.len();
        // A row begins at the height of its first cell; of a single block any line may be the first of a row.
        let level = |height: f64| (height - line.height).abs() < 0.45 * line.size.max(self.size);
        if !right {
            return None;
        }
        if self.row.len() > 1 {
            let top =
                self.row.iter().filter_map(|block| block.lines.first()).any(|(height, _, _)| level(*height));
            let inside = last.lines.first().is_some_and(|(top, _, _)| line.height <= *top + 0.45 * line.size)
                && last.lines.last().is_some_and(|(low, _, _)| line.height >= *low - 0.45 * line.size);
            return (top || (inside && lines > 1)).then_some(0);
        }
        let start = last.lines.iter().position(|(height, _, _)| level(*height));
        // A cell in the middle of the height of its neighbour.
        let between = || {
            let above = last.lines.first().is_some_and(|(top, _, _)| line.height < *top);
            let under = last.lines.last().is_some_and(|(low, _, _)| line.height > *low);
            (above && under && lines <= 4).then_some(0)
        };
        start.or_else(between).filter(|start| lines - start <= CELL_LINES_MAX)
    }

    /// Whether a line is the next of the last block.
    fn below(&self, line: &Line, from: f64) -> bool {
        let Some(last) = self.row.last() else { return false };
        let Some((height, _, _)) = last.lines.last() else { return false };
        let down = height - line.height;
        let size = line.size.max(last.size);
        let like = (line.size - last.size).abs() < 0.12 * size;
        // Cells keep their left edge, or are set in their middle.
        let middle =
            ((from + line.cells.last().map_or(from, |cell| cell.to)) - (last.from + last.to)).abs() < size;
        let aligned = (from - last.from).abs() < 1.6 * size || (self.row.len() > 1 && middle);
        line.cells.len() == 1 && like && aligned && down > 0.5 * size && down < LEADING_MAX * size
    }

    /// Lines before the first line of a row are a paragraph of their own.
    fn split(&mut self, start: usize) {
        if start == 0 || self.row.len() != 1 {
            return;
        }
        let Some(mut block) = self.row.pop() else { return };
        let lines = block.lines.split_off(start);
        let (from, size) = (block.from, block.size);
        let to = lines.iter().map(|(_, to, _)| *to).fold(f64::MIN, f64::max);
        self.row.push(block);
        self.flush();
        self.row.push(Block { from, to, size, lines });
    }

    /// Writes what is held.
    fn flush(&mut self) {
        let row = std::mem::take(&mut self.row);
        if let [block] = row.as_slice() {
            self.heads.clear();
            self.paragraph(block);
            return;
        }
        let mut cells: Vec<String> = Vec::new();
        for (number, block) in row.iter().enumerate() {
            let head = self.heads.get(number).map_or("", String::as_str);
            let named = glue::named(&cells.join(" ")).or_else(|| glue::named(head));
            let lines: Vec<&str> = block.lines.iter().map(|(_, _, text)| text.trim()).collect();
            cells.push(forced(&lines, block, self.size, named));
        }
        if !cells.is_empty() {
            self.article.line(self.page, &cells.join(" | "));
        }
        if self.heads.len() != cells.len() {
            self.heads = cells;
        }
    }

    fn paragraph(&mut self, block: &Block) {
        let heading = self.size > HEADING * self.body && block.lines.len() <= 3;
        let length: usize = block.lines.iter().map(|(_, _, text)| text.len()).sum();
        let mut text = String::new();
        if heading && length <= HEADING_BYTES_MAX {
            text.push_str("# ");
        }
        let mut end = None;
        for (_, to, line) in &block.lines {
            let line = line.trim();
            if let Some(end) = end {
                let word = line.split(' ').next().unwrap_or_default();
                #[expect(clippy::cast_precision_loss, reason = "a word is short")]
                let needed = word.chars().take(200).count() as f64 * 0.5 * self.size;
                let full: bool = end + needed > block.to - 0.3 * self.size;
                join(&mut text, line, full, heading);
            } else {
                text.push_str(line);
            }
            end = Some(*to);
        }
        for line in text.split('\n') {
            self.article.line(self.page, line);
        }
        self.article.line(self.page, "");
    }
}

/// The lines of a cell as one text: a line that reaches the edge of its cell had no room for more.
fn forced(lines: &[&str], block: &Block, size: f64, named: Option<usize>) -> String {
    let mut joined: Vec<String> = Vec::new();
    for (number, line) in lines.iter().enumerate() {
        let full = number
            .checked_sub(1)
            .and_then(|before| block.lines.get(before))
            .is_some_and(|(_, to, _)| *to > block.to - size);
        match joined.last_mut() {
            Some(before) if hex_run(before, line) => joined.push((*line).to_owned()),
            Some(before) if glue::joins(before, line, full) => before.push_str(line),
            _ => joined.push((*line).to_owned()),
        }
    }
    glue::cell(joined.iter().map(String::as_str), named)
}

/// Whether both lines are digits of a hash alone, which are joined by their number.
fn hex_run(before: &str, line: &str) -> bool {
    let hex = |text: &str| text.len() >= 4 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    hex(before) && hex(line)
}

/// Adds the next line of a paragraph. `full`: its first word had no room on the line before.
fn join(text: &mut String, line: &str, full: bool, heading: bool) {
    let last_line = text.rsplit('\n').next().unwrap_or_default();
    if glue::joins(last_line, line, full) {
        text.push_str(line);
        return;
    }
    let lower = |c: Option<char>| c.is_some_and(char::is_lowercase);
    let word = last_line.strip_suffix('-').and_then(|before| before.chars().next_back());
    let first = line.split(' ').next().unwrap_or_default();
    if full && lower(word) && lower(line.chars().next()) {
        // A hyphen of a value stays; that of a broken word goes.
        if !first.contains(['.', '/', '@', '[', '-']) {
            text.pop();
        }
        text.push_str(line);
    } else if (full || heading) && (last_line.contains(' ') || line.contains(' ')) && !item(line) {
        text.push(' ');
        text.push_str(line);
    } else {
        text.push('\n');
        text.push_str(line);
    }
}

/// Whether a line begins an item of a list.
fn item(line: &str) -> bool {
    let number = line.trim_start_matches(|c: char| c.is_ascii_digit());
    line.starts_with(['•', '-', '–', '▪', '◦', '·', '*', '\u{f0b7}'])
        || (number.len() < line.len()
            && line.len() - number.len() < 4
            && number.starts_with([')', '.'])
            && number.get(1..).is_some_and(|rest| rest.starts_with(' ')))
}

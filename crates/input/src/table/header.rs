//! Finds the header of a table, and the delimiter of its cells.
//!
//! Comments (`#`) may come before it, and it may be one itself: Zeek-like logs and the abuse.ch feeds write
//! their column names into the last comment. Spreadsheets may say the delimiter (`sep=;`). A report may come before it,
//! set off by an empty line: then the header is the widest line of names that follows one.

use super::split;

/// Delimiters in the order of preference where they give equally many cells.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// How long the name of a column is, at the most, in a header that is a comment.
const COMMENTED_NAME_CHARS_MAX: usize = 40;

/// How many lines a report above a table may have.
const REPORT_LINES_MAX: usize = 100;
/// How many lines a title has that no empty line sets off, like a name, a day and an author.
const TITLE_LINES_MAX: usize = 4;

/// The header of a table.
pub(crate) struct TableHeader {
    /// Its line, from 1.
    pub(crate) line: u64,
    pub(crate) delimiter: u8,
    /// As written, blanks around them dropped.
    pub(crate) cells: Vec<String>,
}

/// The header in the first bytes of a document.
pub(crate) fn find(head: &str) -> Option<TableHeader> {
    let head = head.trim_start_matches('\u{feff}');
    let mut said = None;
    let mut comments = Vec::new();
    let mut first = None;
    for (index, line) in head.lines().enumerate() {
        let text = line.trim();
        if text.is_empty() || split::is_rule(text.as_bytes()) {
            continue;
        }
        if let Some([delimiter]) = text.strip_prefix("sep=").map(str::as_bytes) {
            said = Some(*delimiter);
        } else if let Some(comment) = text.strip_prefix('#') {
            comments.push((index, comment.trim_start_matches('#').trim_start()));
        } else {
            first = Some((index, line));
            break;
        }
    }
    let commented = |width: Option<usize>, words_max: usize| {
        comments.iter().rev().find_map(|(index, text)| {
            let header = header(*index, text, said);
            let fits = width.map_or(header.cells.len() > 2, |width| header.cells.len() == width);
            (fits && header.cells.iter().all(|cell| is_column_name(cell, words_max))).then_some(header)
        })
    };
    let Some((index, line)) = first else { return commented(None, 2) };
    if line.contains('\0') || line.trim_start().starts_with(['{', '[', '<']) {
        return None;
    }
    let first = header(index, line, said);
    let plain = after_report(head, &first, said).unwrap_or(first);
    // Where the first line could be a header itself, the comment must look more like one than prose does.
    let words_max = if plain.cells.iter().all(|cell| is_column_name(cell, 3)) { 1 } else { 2 };
    match plain.cells.len() {
        width @ 2.. => Some(commented(Some(width), words_max).unwrap_or(plain)),
        _ => Some(plain),
    }
}

/// The header of a table below a report: a title, or lines that are no table themselves, an empty line, and then a wider
/// line of names. Blanks of quoted cells cannot lead here: what follows them is narrower than the header before.
fn after_report(head: &str, first: &TableHeader, said: Option<u8>) -> Option<TableHeader> {
    let start = usize::try_from(first.line).ok()?;
    let mut lines = head.lines().enumerate().skip(start).peekable();
    let below = |line: &str| split::count(line.as_bytes(), first.delimiter);
    let filled = |header: &TableHeader| header.cells.iter().filter(|cell| !cell.trim().is_empty()).count();
    // Spreadsheets write a title with the delimiters of the cells that it does not fill; one without them has words, and
    // the table is close below it.
    let is_padded = first.cells.len() > 2 && filled(first) == 1;
    let is_title = is_padded || first.cells.len() == 1;
    let title_ends = if is_padded { start + REPORT_LINES_MAX } else { start + TITLE_LINES_MAX };
    // A line as wide as the first one follows it: it is a table already.
    if !is_title
        && first.cells.len() > 1
        && lines.peek().is_some_and(|(_, line)| below(line) == first.cells.len())
    {
        return None;
    }
    let (mut after_blank, mut widest) = (is_title, None::<TableHeader>);
    while let Some((index, line)) = lines.next().filter(|(index, _)| *index < start + REPORT_LINES_MAX) {
        let is_blank = line.trim().trim_matches([',', ';']).is_empty();
        if after_blank && !is_blank {
            let found = header(index, line, said);
            let width = filled(widest.as_ref().unwrap_or(first));
            let fits = found.cells.len() >= 3
                && found.cells.len() > width
                && found.cells.iter().all(|cell| is_column_name(cell, 5));
            let goes_on = lines.peek().is_some_and(|(_, next)| {
                split::count(next.as_bytes(), found.delimiter) * 2 > found.cells.len()
            });
            if fits && goes_on {
                widest = Some(found);
            }
        }
        let in_title = is_title && after_blank && widest.is_none() && index + 1 < title_ends;
        after_blank = is_blank || in_title;
    }
    widest
}

fn header(index: usize, line: &str, said: Option<u8>) -> TableHeader {
    let delimiter = said.unwrap_or_else(|| delimiter_of(line));
    let line_number = u64::try_from(index).unwrap_or(u64::MAX).saturating_add(1);
    TableHeader { line: line_number, delimiter, cells: split::cells(line, delimiter) }
}

/// The delimiter that gives the most cells.
fn delimiter_of(line: &str) -> u8 {
    let mut best = (1, b',');
    for delimiter in DELIMITERS {
        let count = split::count(line.as_bytes(), delimiter);
        if count > best.0 {
            best = (count, delimiter);
        }
    }
    best.1
}

/// Whether a cell of a comment names a column: prose has longer cells, and data has numbers.
fn is_column_name(cell: &str, words_max: usize) -> bool {
    cell.chars().next().is_some_and(char::is_alphabetic)
        && cell.chars().count() <= COMMENTED_NAME_CHARS_MAX
        && cell.split_whitespace().count() <= words_max
}

//! Zeek logs: tab-separated text with a header.
//!
//! Directives: `#separator`, `#set_separator`, `#empty_field`, `#unset_field`, `#path`, `#fields`, `#types`
//! (Zeek manual, "Zeek log formats"). A field that is unset is absent, an empty one is empty, sets and
//! vectors give a field for each element. A new header may come anywhere: logs are concatenated.

use crate::cut::chunk::{self, Chunk, Line};
use crate::names::mapping::{Added, Role};
use crate::names::zeek;
use crate::reader::options::Options;
use crate::reader::state::State;
use crate::reader::{Out, Reader};
use crate::record::draft::{Draft, Facts, Piece};
use crate::record::trouble::Trouble;
use crate::record::{address, clock};
use input::Head;
use model::{LogSource, Text};
use std::sync::Arc;

/// How many columns a header may have; Zeek's widest log has 90.
const COLUMNS_MAX: usize = 1024;
/// How many of the first lines are looked at.
const LINES_LOOKED_AT: usize = 200;

pub(crate) fn recognise(head: &Head<'_>) -> bool {
    // Other lines may come before the header.
    let mut lines = head.lines(LINES_LOOKED_AT);
    lines.any(|line| line.starts_with("#separator ") || line.starts_with("#fields\t"))
}

pub(crate) fn reader(_: &Head<'_>, _: &Options) -> Arc<dyn Reader> {
    Arc::new(Zeek { header: ZeekHeader::default() })
}

/// A log in text form, read with the header that holds where the chunk starts.
struct Zeek {
    header: ZeekHeader,
}

/// What a header says.
#[derive(Clone)]
struct ZeekHeader {
    separator: u8,
    set_separator: String,
    empty: String,
    unset: String,
    columns: Vec<ZeekColumn>,
    log: LogSource,
    added: &'static [Added],
    /// The lines that say all this, the last of each kind.
    lines: Vec<String>,
}

/// The kinds of lines of a header, in the order in which Zeek writes them.
const LINES: [&str; 7] =
    ["#separator", "#set_separator", "#empty_field", "#unset_field", "#path", "#fields", "#types"];

/// A column of a log.
#[derive(Clone)]
struct ZeekColumn {
    name: String,
    /// Whether its cells are sets or vectors.
    set: bool,
    /// What it means for the record.
    role: Option<Role>,
    /// The name that it has in Sigma beside its own.
    added: Option<&'static str>,
}

impl Default for ZeekHeader {
    fn default() -> Self {
        Self {
            separator: b'\t',
            set_separator: ",".into(),
            empty: "(empty)".into(),
            unset: "-".into(),
            columns: Vec::new(),
            log: zeek::source(None),
            added: &[],
            lines: Vec::new(),
        }
    }
}

impl ZeekHeader {
    /// Keeps a line in the place of the one before it of its kind.
    fn keep(&mut self, key: &str, line: &str) {
        let place = |line: &str| LINES.iter().position(|known| line.starts_with(known));
        let Some(own) = LINES.iter().position(|known| *known == key) else { return };
        self.lines.retain(|kept| place(kept) != Some(own));
        let at = self.lines.partition_point(|kept| place(kept) < Some(own));
        self.lines.insert(at, line.to_owned());
    }

    /// Takes a header line in.
    fn line(&mut self, line: &str) {
        let separator = char::from(self.separator);
        let (key, value) = line.split_once([separator, ' ', '\t']).unwrap_or((line, ""));
        self.keep(key, line);
        match key {
            "#separator" => {
                let hex =
                    value.strip_prefix("\\x").and_then(|hex| u8::from_str_radix(hex.get(..2)?, 16).ok());
                let byte = hex.or(value.bytes().next()).filter(u8::is_ascii);
                self.separator = byte.unwrap_or(b'\t');
            }
            "#set_separator" => self.set_separator = value.to_owned(),
            "#empty_field" => self.empty = value.to_owned(),
            "#unset_field" => self.unset = value.to_owned(),
            "#path" => {
                self.log = zeek::source(Some(value));
                self.added = zeek::added(value);
            }
            "#fields" => {
                let names = value.split(separator).take(COLUMNS_MAX);
                self.columns = names.map(|name| column(name, self.added)).collect();
            }
            "#types" => {
                for (column, kind) in self.columns.iter_mut().zip(value.split(separator)) {
                    column.set = kind.starts_with("set[") || kind.starts_with("vector[");
                }
            }
            _ => {}
        }
    }
}

/// A column with this name in a log that has these names added.
fn column(name: &str, added: &[Added]) -> ZeekColumn {
    let added = added.iter().find(|(_, from)| from.contains(&name)).map(|(added, _)| *added);
    let role = match name {
        "ts" => Some(Role::Time),
        "id.orig_h" => Some(Role::From),
        "id.resp_h" => Some(Role::To),
        _ if zeek::ACCOUNTS.contains(&name) => Some(Role::Account),
        _ => None,
    };
    ZeekColumn { name: name.to_owned(), set: false, role, added }
}

impl Reader for Zeek {
    fn read(&self, chunk: &Chunk, out: &mut Out<'_>) {
        let text = chunk::text(chunk, out.line_bytes_max, &mut out.tally.troubles);
        // Headers are few: the rows between two of them share one.
        let mut headers = vec![self.header.clone()];
        let mut rows: Vec<(Line<'_>, usize)> = Vec::new();
        for line in chunk::lines(chunk, &text, out.line_bytes_max) {
            if line.text.starts_with('#') {
                let mut header = headers.last().cloned().unwrap_or_default();
                header.line(line.text);
                if rows.last().is_none_or(|(_, last)| *last + 1 < headers.len()) {
                    // No row has used the last one yet.
                    headers.pop();
                }
                headers.push(header);
            } else {
                rows.push((line, headers.len() - 1));
            }
        }
        for (index, header) in headers.iter().enumerate() {
            let mut draft = Draft::default();
            let from = rows.partition_point(|(_, of)| *of < index);
            let rows = rows.get(from..).unwrap_or_default();
            for (line, _) in rows.iter().take_while(|(_, of)| *of == index) {
                row(header, line, &mut draft, out);
            }
        }
    }

    fn after(&self, chunk: &Chunk) -> Option<Arc<dyn Reader>> {
        let mut lines = chunk::starting_with(chunk, b'#').peekable();
        lines.peek()?;
        let mut header = self.header.clone();
        for line in lines {
            header.line(String::from_utf8_lossy(line).trim_end_matches('\r'));
        }
        Some(Arc::new(Zeek { header }))
    }

    fn state(&self) -> State {
        State::Zeek { lines: self.header.lines.clone() }
    }

    fn restored(&self, state: &State, _: &Options) -> Option<Arc<dyn Reader>> {
        let State::Zeek { lines } = state else { return None };
        let mut header = ZeekHeader::default();
        lines.iter().for_each(|line| header.line(line));
        Some(Arc::new(Zeek { header }))
    }
}

/// A row of the table.
fn row<'c>(header: &'c ZeekHeader, line: &Line<'c>, draft: &mut Draft<'c>, out: &mut Out<'_>) {
    draft.clear();
    if line.cut {
        out.tally.troubles.add(Trouble::TooLong, line.number);
    }
    if header.columns.is_empty() {
        out.foreign(line, &header.log);
        return;
    }
    let escaped = memchr::memchr(b'\\', line.raw).is_some();
    let mut facts = Facts::of(&header.log);
    let mut rest = Some(line.text);
    let mut cells = 0;
    while let Some(text) = rest {
        let end = memchr::memchr(header.separator, text.as_bytes());
        let (cell, after) = text.split_at_checked(end.unwrap_or(text.len())).unwrap_or((text, ""));
        rest = end.map(|_| after.get(1..).unwrap_or_default());
        let column = header.columns.get(cells);
        cells += 1;
        let Some(column) = column.filter(|_| cell != header.unset) else { continue };
        self::cell(header, column, cell, escaped, draft);
        match column.role {
            Some(Role::Time) => facts.time = clock::parse(cell),
            Some(Role::From) => facts.from = address::parse(cell),
            Some(Role::To) => facts.to = address::parse(cell),
            Some(Role::Account) if facts.account.is_none() => facts.account = Some(Piece::Chunk(cell)),
            _ => {}
        }
    }
    if cells != header.columns.len() && !line.cut {
        out.tally.troubles.add(Trouble::OddRow, line.number);
    }
    out.draft(draft, line.number, line.raw, Text::Raw, &facts);
}

/// Adds the values of a cell, under each name of its column.
fn cell<'c>(
    header: &ZeekHeader,
    column: &'c ZeekColumn,
    cell: &'c str,
    escaped: bool,
    draft: &mut Draft<'c>,
) {
    let names = std::iter::once(column.name.as_str()).chain(column.added);
    for name in names {
        if cell == header.empty {
            draft.push_text(name, "");
        } else if column.set && !header.set_separator.is_empty() {
            for element in cell.split(header.set_separator.as_str()) {
                let element = if escaped { unescaped(element, draft) } else { Piece::Chunk(element) };
                draft.push(Piece::Chunk(name), Some(element));
            }
        } else {
            let cell = if escaped { unescaped(cell, draft) } else { Piece::Chunk(cell) };
            draft.push(Piece::Chunk(name), Some(cell));
        }
    }
}

/// Bytes that Zeek escaped: `\x2c` for a separator inside a value, `\\` for a backslash. Bytes that are no text stay
/// as they are written.
fn unescaped<'c>(cell: &'c str, draft: &mut Draft<'c>) -> Piece<'c> {
    let mut bytes = Vec::with_capacity(cell.len());
    let mut rest = cell;
    while let Some((before, after)) = rest.split_once('\\') {
        bytes.extend_from_slice(before.as_bytes());
        let hex = after.strip_prefix('x').and_then(|after| u8::from_str_radix(after.get(..2)?, 16).ok());
        rest = if let Some(byte) = hex {
            bytes.push(byte);
            after.get(3..).unwrap_or_default()
        } else {
            bytes.push(b'\\');
            after.strip_prefix('\\').unwrap_or(after)
        };
    }
    bytes.extend_from_slice(rest.as_bytes());
    let from = draft.arena.len();
    for chunk in bytes.utf8_chunks() {
        draft.arena.push_str(chunk.valid());
        for byte in chunk.invalid() {
            draft.arena.push_str(&format!("\\x{byte:02x}"));
        }
    }
    Piece::Arena(from, draft.arena.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_column_past_the_bound_is_left_out() {
        let columns = |count: usize| {
            let mut header = ZeekHeader::default();
            header.line(&format!("#fields\t{}", vec!["a"; count].join("\t")));
            header.columns.len()
        };
        assert_eq!((columns(COLUMNS_MAX), columns(COLUMNS_MAX + 1)), (COLUMNS_MAX, COLUMNS_MAX));
    }

    #[test]
    fn escapes_of_text_are_resolved_and_of_other_bytes_kept() {
        let mut draft = Draft::default();
        for (written, expected) in
            [("a\\x2cb\\xffc\\x", "a,b\\xffc\\x"), ("a\\x09\\xc3\\xa4\\\\d", "a\t\u{e4}\\d"), ("a\\", "a\\")]
        {
            let piece = unescaped(written, &mut draft);
            assert_eq!(draft.text(piece), expected);
        }
    }
}

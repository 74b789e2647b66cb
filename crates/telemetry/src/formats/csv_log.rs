//! Logs as tables with a header: exports of Get-WinEvent, Event Viewer, EvtxECmd, Sentinel, Defender, Purview,
//! Splunk, Hayabusa, and others.
//!
//! RFC 4180, more tolerant: comma, semicolon, tab or bar between cells, as the header has it; `#TYPE` and
//! `sep=` lines before it. A table is a log only when a column that is named as a time holds times of day:
//! inventories and what others report of us have dates. A cell becomes a field under the name of its column
//! ([`RENAMED`] has those that exporters call otherwise); a cell that holds the record itself, as JSON or XML,
//! is taken apart; then the row goes the way of JSON records. The header is row 1.
//!
//! Times without a zone are read as UTC and counted, since most exporters write local time.

mod rows;

use crate::cut::chunk::{Chunk, Line, Scanned};
use crate::cut::scanner::Scanner;
use crate::formats::json::mapped;
use crate::formats::line::{self, Found};
use crate::formats::syslog::head;
use crate::formats::windows_text;
use crate::names::{defender, windows, zeek};
use crate::reader::options::Options;
use crate::reader::state::State;
use crate::reader::{Out, Reader};
use crate::record::draft::{Draft, Piece};
use crate::record::trouble::Trouble;
use crate::record::{clock, flatten};
use input::Head;
use model::Text;
use std::sync::Arc;

/// How many columns a header may have; the widest of Sentinel have some 250.
const COLUMNS_MAX: usize = 1024;
/// How many lines may come before the header.
const LINES_BEFORE_MAX: usize = 8;
/// How many of the first rows are looked at.
const ROWS_LOOKED_AT: usize = 20;
/// Columns that hold when something happened, in small letters, without blanks and signs.
const TIMES: [&str; 26] = [
    "timestamp",
    "timecreated",
    "timegenerated",
    "time",
    "datetime",
    "dateandtime",
    "dateetheure",
    "datumunduhrzeit",
    "eventtime",
    "eventtimestamp",
    "timecreatedutc",
    "timestamputc",
    "utctime",
    "creationdate",
    "creationtime",
    "createddatetime",
    "activitydatetime",
    "dateutc",
    "logtime",
    "logdate",
    "ts",
    "date",
    "receivetime",
    "generatedtime",
    "starttime",
    "eventdatetime",
];
/// Columns of what the world knows or saw of us: those tables are no logs.
const NOT_LOGS: [&str; 19] = [
    "toids",
    "objectuuid",
    "sourceurl",
    "cve",
    "cveid",
    "indicator",
    "indicatorvalue",
    "ioc",
    "ioctype",
    "iocvalue",
    "infection",
    "password",
    "passwd",
    "breach",
    "leak",
    "stealer",
    "geo",
    "urlstatus",
    "firstseenutc",
];
/// Columns that Windows events have under other names: `Get-WinEvent | Export-Csv`, EvtxECmd, Event Viewer.
const RENAMED: [(&str, &str); 9] = [
    ("Id", "EventID"),
    ("Event ID", "EventID"),
    ("EventId", "EventID"),
    ("LogName", "Channel"),
    ("Log Name", "Channel"),
    ("Source", "Provider_Name"),
    ("EventRecordId", "EventRecordID"),
    ("ProcessId", "Execution_ProcessID"),
    ("ThreadId", "Execution_ThreadID"),
];
/// The layout of a table, from its head.
struct CsvTable {
    delimiter: u8,
    columns: Vec<String>,
    /// The number of the header's row.
    header: u64,
    /// The column of the time.
    time: usize,
    /// Whether `12/06/2024` is a day in June.
    day_first: bool,
    /// Whether its rows are Windows events.
    windows: bool,
}

impl CsvTable {
    /// The table that a document is; other lines may come before its header.
    fn of(head: &Head<'_>) -> Option<Self> {
        let lines = head.text.lines().filter(|line| !line.trim().is_empty()).take(LINES_BEFORE_MAX + 1);
        let mut named = None;
        for (line, header) in lines.zip(1..) {
            if header == 1 && line.starts_with(['{', '[', '<']) {
                return None;
            }
            if line.starts_with("#TYPE ") || line.starts_with("sep=") {
                named = line.strip_prefix("sep=").and_then(|rest| rest.bytes().next()).or(named);
            } else if let Some(table) = Self::of_header(head, line, header, named) {
                return Some(table);
            }
        }
        None
    }

    /// The table whose header is this line and this row.
    fn of_header(head: &Head<'_>, line: &str, header: u64, named: Option<u8>) -> Option<Self> {
        if line.starts_with(['{', '[', '<', '#']) {
            return None;
        }
        let most = [b',', b';', b'\t', b'|']
            .into_iter()
            .max_by_key(|byte| memchr::memchr_iter(*byte, line.as_bytes()).count());
        let delimiter = named.or(most).filter(|byte| line.as_bytes().contains(byte))?;
        let whole = head.bytes.len() < input::Document::HEAD_MAX;
        let rows = rows::first_rows(head.text, delimiter, whole);
        let mut rows = rows.into_iter().skip(usize::try_from(header).ok()?.saturating_sub(1));
        let columns: Vec<String> = rows::cells(&rows.next()?, char::from(delimiter))
            .take(COLUMNS_MAX)
            .map(|(cell, _)| cell.trim().trim_end_matches(" [UTC]").to_owned())
            .collect();
        let normal: Vec<String> = columns.iter().map(|name| normal(name)).collect();
        if columns.len() < 2 || normal.iter().any(|name| NOT_LOGS.contains(&name.as_str())) {
            return None;
        }
        let rows: Vec<String> = rows.take(ROWS_LOOKED_AT).collect();
        let values = |column: usize| {
            rows.iter().filter_map(move |row| {
                rows::cells(row, char::from(delimiter)).nth(column).map(|(cell, _)| cell)
            })
        };
        let day_first = (0..columns.len()).any(|column| values(column).any(|cell| first_number(cell) > 12));
        let timed = |column: &usize| {
            let (mut good, mut all) = (0, 0);
            for cell in values(*column).filter(|cell| !cell.is_empty()) {
                let moment = clock::parse(cell).or_else(|| clock::local(cell, day_first));
                // A day alone is no time, and a small number is an identifier.
                let precise = cell.contains(':') || cell.len() >= 10 && clock::epoch(cell).is_some();
                good += usize::from(moment.is_some() && precise);
                all += 1;
            }
            good * 2 > all
        };
        let mut named: Vec<(usize, usize)> = (normal.iter().enumerate())
            .filter_map(|(column, name)| Some((TIMES.iter().position(|time| time == name)?, column)))
            .collect();
        named.sort_unstable();
        let time = named.into_iter().map(|(_, column)| column).find(timed)?;
        let has = |names: &[&str]| columns.iter().any(|column| names.contains(&column.as_str()));
        let windows = has(&["Id", "Event ID", "EventId", "EventID"])
            && has(&[
                "LogName",
                "ProviderName",
                "Channel",
                "Log Name",
                "Provider",
                "Task Category",
                "SourceName",
            ])
            && !has(&["RuleTitle"]);
        Some(Self { delimiter, columns, header, time, day_first, windows })
    }

    /// The name that a column has as a field.
    fn name(&self, column: usize) -> &str {
        let Some(name) = self.columns.get(column) else { return "Message" };
        let renamed = RENAMED.iter().find(|(theirs, _)| self.windows && theirs == name);
        renamed.map_or(name.as_str(), |(_, ours)| ours)
    }
}

/// A name in small letters, without blanks and signs.
fn normal(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The first number of a date with slashes, to see whether days come first.
fn first_number(cell: &str) -> u32 {
    let digits = cell.bytes().take_while(u8::is_ascii_digit).count();
    let rest = cell.get(digits..).unwrap_or_default();
    if !(1..=2).contains(&digits) || !rest.starts_with('/') || !cell.contains(':') {
        return 0;
    }
    cell.get(..digits).and_then(|digits| digits.parse().ok()).unwrap_or(0)
}

pub(crate) fn recognise(head: &Head<'_>) -> bool {
    CsvTable::of(head).is_some()
}

pub(crate) fn scanner(head: &Head<'_>, bound: usize) -> Scanner {
    Scanner::new(rows::Rows::new(CsvTable::of(head).map_or(b',', |table| table.delimiter)), bound)
}

pub(crate) fn reader(head: &Head<'_>, _: &Options) -> Arc<dyn Reader> {
    let none = || CsvTable {
        delimiter: b',',
        columns: Vec::new(),
        header: 1,
        time: 0,
        day_first: false,
        windows: false,
    };
    Arc::new(CsvTable::of(head).unwrap_or_else(none))
}

impl Reader for CsvTable {
    fn read(&self, chunk: &Chunk, out: &mut Out<'_>) {
        let values = Scanned::of(chunk, &mut out.tally.troubles);
        for row in values.lines().filter(|row| row.number != self.header) {
            if row.number > self.header {
                self.row(&row, out);
            } else if !(row.text.starts_with("#TYPE ") || row.text.starts_with("sep=")) {
                out.foreign(&row, &mapped::UNKNOWN);
            }
        }
    }

    fn state(&self) -> State {
        State::Table {
            delimiter: self.delimiter,
            columns: self.columns.clone(),
            header: self.header,
            time: u64::try_from(self.time).unwrap_or(0),
            day_first: self.day_first,
            windows: self.windows,
        }
    }

    fn restored(&self, state: &State, _: &Options) -> Option<Arc<dyn Reader>> {
        let State::Table { delimiter, columns, header, time, day_first, windows } = state.clone() else {
            return None;
        };
        let time = usize::try_from(time).unwrap_or(0);
        Some(Arc::new(Self { delimiter, columns, header, time, day_first, windows }))
    }
}

impl CsvTable {
    fn row(&self, row: &Line<'_>, out: &mut Out<'_>) {
        let (number, raw) = (row.number, row.raw);
        let text = row.text.trim_start_matches('\0');
        let mut draft = Draft::default();
        let mut count = 0;
        let mut moment = "";
        for (column, (cell, doubled)) in rows::cells(text, char::from(self.delimiter)).enumerate() {
            count += 1;
            if column == self.time {
                moment = cell;
            }
            // Event Viewer gives the message a cell and no header.
            if cell.is_empty() || column > self.columns.len() {
                continue;
            }
            let value = if doubled { draft.keep(&cell.replace("\"\"", "\"")) } else { Piece::Chunk(cell) };
            let name = draft.keep(self.name(column));
            draft.push(name, Some(value));
        }
        let odd = count != self.columns.len() && !(self.windows && count == self.columns.len() + 1);
        if odd && (text.starts_with(['{', '<']) || head::is_headed(text)) && out.other(row) {
            return;
        }
        if odd {
            out.tally.troubles.add(Trouble::OddRow, number);
        }
        let found = unpacked(&mut draft, self.windows, out.options);
        let facts = out.mapping.apply(&mut draft, found.facts);
        if draft.overfull {
            out.tally.troubles.add(Trouble::TooManyFields, number);
        }
        let mut facts = facts;
        if facts.time.is_none() {
            facts.time = clock::parse(moment);
            facts.local = facts.time.is_some() && !clock::is_zoned(moment);
        }
        if facts.time.is_none() {
            facts.time = clock::local(moment, self.day_first);
            facts.local = facts.time.is_some();
            if facts.local {
                out.tally.troubles.add(Trouble::LocalTime, number);
            }
        }
        for _ in 0..found.times {
            // What no column holds is searched too.
            out.draft(&draft, number, raw, if odd { Text::Raw } else { Text::Fields }, &facts);
        }
    }
}

/// Takes cells apart that hold the record itself; gives the facts of the row.
fn unpacked<'c>(draft: &mut Draft<'c>, windows: bool, options: &Options) -> Found<'c> {
    // Microsoft Purview: the record is the JSON in one cell.
    if let Some(cell) =
        draft.get("AuditData").filter(|cell| cell.trim_start().starts_with('{')).map(str::to_owned)
    {
        take_json(&cell, draft);
    }
    if windows {
        if let Some(payload) =
            draft.get("Payload").filter(|payload| payload.starts_with('{')).map(str::to_owned)
        {
            windows_text::push_payload(&payload, draft);
        }
        if let Some(message) = draft.get("Message").map(str::to_owned) {
            windows_text::push_message(&message, draft);
        }
        return Found { facts: windows::map(draft), text: Text::Fields, times: 1 };
    }
    let found = |facts| Found { facts, text: Text::Fields, times: 1 };
    if let Some(facts) = defender::map(draft) {
        return found(facts);
    }
    mapped::unwrap(draft);
    let mapped = mapped::mapped(draft, &zeek::Paths::of_name(""));
    line::opened(draft, mapped, options)
}

/// Puts the fields of a JSON object in the place of those that are there.
fn take_json(text: &str, draft: &mut Draft<'_>) {
    let mut inner = Draft::default();
    if flatten::flatten(text.trim_start(), Piece::Chunk(""), &mut inner).is_ok() {
        draft.fields.clear();
        draft.adopt(&inner, "");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_log(text: &str) -> bool {
        recognise(&Head::of_bytes("a.csv", text.as_bytes()))
    }

    #[test]
    fn a_table_is_a_log_when_a_time_column_holds_times() {
        assert!(is_log("TimeGenerated [UTC],Computer\n\"6/12/2024, 3:14:15.123 AM\",wiki-1\n"));
        assert!(is_log("time;host\n2024-06-12T03:14:15Z;wiki-1\n"));
        for other in [
            "name,address\nwiki-1,192.0.2.1\n",
            "date,host\n2024-06-12,wiki-1\n",
            "time,host\nsoon,wiki-1\n",
            "cve,timestamp\nCVE-2024-1,2024-06-12T03:14:15Z\n",
            "\"timestamp\",\"ip\",\"asn\",\"geo\",\"tag\"\n2024-06-12 03:14:15,192.0.2.1,1,DE,x\n",
            "hostname,last_seen\nwiki-1,2024-06-12T03:14:15Z\n",
        ] {
            assert!(!is_log(other), "{other}");
        }
    }
}

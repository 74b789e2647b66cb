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

use crate::cut::chunk::{Chunk, Scanned};
use crate::cut::scanner::Scanner;
use crate::formats::{event_xml, json, key_values};
use crate::names::{defender, windows};
use crate::reader::options::Options;
use crate::reader::{Out, Reader};
use crate::record::draft::{Draft, DraftField, Facts, Piece};
use crate::record::trouble::Trouble;
use crate::record::{clock, flatten};
use input::Head;
use model::Text;
use std::sync::Arc;

/// How many columns a header may have; the widest of Sentinel have some 250.
const COLUMNS_MAX: usize = 1024;
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
/// Lines of rendered messages of the Security log: the section (or its start), the label, the field.
const MESSAGE_LINES: [(&str, &str, &str); 16] = [
    ("Subject", "Account Name", "SubjectUserName"),
    ("Subject", "Account Domain", "SubjectDomainName"),
    ("New Logon", "Account Name", "TargetUserName"),
    ("New Logon", "Account Domain", "TargetDomainName"),
    ("Account For Which Logon Failed", "Account Name", "TargetUserName"),
    ("Account For Which Logon Failed", "Account Domain", "TargetDomainName"),
    ("Account Whose Credentials Were Used", "Account Name", "TargetUserName"),
    ("Target Account", "Account Name", "TargetUserName"),
    ("", "Logon Type", "LogonType"),
    ("", "Source Network Address", "IpAddress"),
    ("", "Client Address", "IpAddress"),
    ("", "Workstation Name", "WorkstationName"),
    ("", "New Process Name", "NewProcessName"),
    ("", "Creator Process Name", "ParentProcessName"),
    ("", "Process Command Line", "CommandLine"),
    ("", "Service File Name", "ImagePath"),
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
    fn of(head: &Head<'_>) -> Option<Self> {
        let mut lines = head.text.lines().filter(|line| !line.trim().is_empty());
        let mut header = 1;
        let mut line = lines.next()?;
        let named = line.strip_prefix("sep=").and_then(|rest| rest.bytes().next());
        while line.starts_with("#TYPE ") || line.starts_with("sep=") {
            header += 1;
            line = lines.next()?;
        }
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
        for row in values.lines().filter(|row| row.number > self.header) {
            self.row(row.number, row.text, row.raw, out);
        }
    }
}

impl CsvTable {
    fn row(&self, number: u64, text: &str, raw: &[u8], out: &mut Out<'_>) {
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
        if count != self.columns.len() && !(self.windows && count == self.columns.len() + 1) {
            out.tally.troubles.add(Trouble::OddRow, number);
        }
        let facts = unpacked(&mut draft, self.windows);
        let facts = out.mapping.apply(&mut draft, facts);
        if draft.overfull {
            out.tally.troubles.add(Trouble::TooManyFields, number);
        }
        let mut facts = facts;
        if facts.time.is_none() {
            facts.time = clock::parse(moment);
        }
        if facts.time.is_none() {
            facts.time = clock::local(moment, self.day_first);
            if facts.time.is_some() {
                out.tally.troubles.add(Trouble::LocalTime, number);
            }
        }
        out.draft(&draft, number, raw, Text::Fields, &facts);
    }
}

/// Takes cells apart that hold the record itself; gives the facts of the row.
fn unpacked<'c>(draft: &mut Draft<'c>, windows: bool) -> Facts<'c, 'static> {
    // Microsoft Purview: the record is the JSON in one cell. Splunk: it is the text in `_raw`.
    for name in ["AuditData", "_raw"] {
        let Some(cell) = draft.get(name).map(str::to_owned) else { continue };
        let json = cell.trim_start().starts_with('{') && take_json(&cell, name == "AuditData", draft);
        if !json && event_xml::starts(cell.trim_start()) {
            let mut inner = Draft::default();
            event_xml::push(cell.trim_start(), &mut inner);
            draft.adopt(&inner, "");
            return event_xml::facts(draft);
        }
        if !json && key_values::mostly(&cell) {
            let mut inner = Draft::default();
            key_values::push(&cell, &mut inner);
            draft.adopt(&inner, "");
        }
    }
    if windows {
        if let Some(payload) =
            draft.get("Payload").filter(|payload| payload.starts_with('{')).map(str::to_owned)
        {
            take_payload(&payload, draft);
        }
        if let Some(message) = draft.get("Message").map(str::to_owned) {
            take_message(&message, draft);
        }
        return windows::map(draft);
    }
    if let Some(facts) = defender::map(draft) {
        return facts;
    }
    json::map(draft)
}

/// Adds the fields of a JSON object, in place of those that are there when it is the whole record.
fn take_json<'c>(text: &str, whole: bool, draft: &mut Draft<'c>) -> bool {
    let mut inner = Draft::default();
    if flatten::flatten(text.trim_start(), Piece::Chunk(""), &mut inner).is_err() {
        return false;
    }
    if whole {
        draft.fields.clear();
    }
    draft.adopt(&inner, "");
    true
}

/// EvtxECmd's payload: the data of the event as its own JSON of XML.
fn take_payload<'c>(text: &str, draft: &mut Draft<'c>) {
    let mut inner = Draft::default();
    if flatten::flatten(text, Piece::Chunk(""), &mut inner).is_err() {
        return;
    }
    let mut name: Option<&DraftField<'_>> = None;
    for field in &inner.fields {
        let path = inner.text(field.name);
        let Some(value) = field.value else { continue };
        if path.ends_with("Data.@Name") {
            name = Some(field);
            continue;
        }
        let text = inner.text(value);
        let named = name.take().filter(|_| path.ends_with("Data.#text"));
        let own = match named.and_then(|named| named.value) {
            Some(named) => draft.keep(inner.text(named)),
            None if path == "EventData.Data" => draft.keep("Data"),
            None if path.contains("@xmlns") => continue,
            None => draft.keep(path),
        };
        let value = draft.keep(text);
        draft.push(own, Some(value));
    }
}

/// Adds the fields in a rendered message: Sysmon writes `Name: value` lines, the Security log sections of labels.
fn take_message<'c>(message: &str, draft: &mut Draft<'c>) {
    let sysmon = ["ProviderName", "Provider_Name"]
        .iter()
        .any(|name| draft.get(name).is_some_and(|one| one.contains("Sysmon")));
    let mut section = "";
    for line in message.lines() {
        let Some((label, value)) = line.split_once(':') else { continue };
        let value = value.trim();
        if !line.starts_with([' ', '\t']) && value.is_empty() {
            section = label;
            continue;
        }
        let label = label.trim();
        let known =
            MESSAGE_LINES.iter().find(|(of, name, _)| *name == label && (of.is_empty() || *of == section));
        let plain = sysmon && !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let Some(name) = known.map(|(_, _, name)| *name).or(plain.then_some(label)) else { continue };
        let name = draft.keep(name);
        let value = draft.keep(value);
        draft.push(name, Some(value));
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

//! JSON: one record a line, several documents in a row, an array of records, an array in a wrapper.
//!
//! A record is made flat ([`crate::record::flatten`]), then mapped by its kind: a Windows event, a Zeek record, a
//! web log, a record of a known service, or none of these; one file may hold several kinds. The names of its fields
//! show the kind of a record.

mod service_facts;
pub(crate) mod values;

use crate::cut::chunk::{self, Chunk, Line, Scanned};
use crate::formats::{appliance, event_xml, linux};
use crate::names::log_source::{Table, log_source};
use crate::names::mapping::{self, Role};
use crate::names::user_mapping::Mapping;
use crate::names::{cloud, defender, detections, ecs, ocsf, shapes, windows, zeek};
use crate::reader::options::Options;
use crate::reader::{Out, Reader};
use crate::record::draft::{Draft, DraftField, Facts, Piece};
use crate::record::flatten::{self, JsonFault};
use crate::record::trouble::Trouble;
use crate::record::{address, clock};
use input::Head;
use model::{LogSource, Text};
use std::sync::{Arc, LazyLock};

/// JSON records.
struct Json {
    /// The path of a Zeek log by the name of its file, for Zeek records that do not name it.
    zeek: zeek::Paths,
}

pub(crate) fn reader(head: &Head<'_>, _: &Options) -> Arc<dyn Reader> {
    Arc::new(Json { zeek: zeek::Paths::of_name(head.name) })
}

/// The first line is an object that looks like an event.
pub(crate) fn recognise_lines(head: &Head<'_>) -> bool {
    first_line(head).is_some_and(|draft| is_event(&draft))
}

/// The first value, which may go on beyond the head, is an object that looks like an event.
pub(crate) fn recognise_values(head: &Head<'_>) -> bool {
    first_value(head).is_some_and(|draft| is_event(&draft))
}

/// Whether a user's mapping knows the first line (true) or the first value (false) for an event.
pub(crate) fn is_mapped(head: &Head<'_>, mapping: &Mapping) -> Option<bool> {
    let fits = |draft: Option<Draft<'_>>| draft.is_some_and(|draft| mapping.fits(&draft));
    if fits(first_line(head)) {
        return Some(true);
    }
    fits(first_value(head)).then_some(false)
}

fn first_line<'h>(head: &Head<'h>) -> Option<Draft<'h>> {
    let line = head.lines(1).next().filter(|line| line.starts_with('{'))?;
    let mut draft = Draft::default();
    let used = flatten::flatten(line, Piece::Chunk(""), &mut draft).ok()?;
    let alone = line.get(used..).is_some_and(|rest| rest.trim().is_empty());
    hit(&mut draft);
    (alone && values::wrapper(line.as_bytes()).is_none()).then_some(draft)
}

fn first_value<'h>(head: &Head<'h>) -> Option<Draft<'h>> {
    let text = head.text.trim_start();
    let inside = match values::wrapper(text.as_bytes()) {
        Some(at) => text.get(at..).unwrap_or_default(),
        None => text.strip_prefix('[').unwrap_or(text).trim_start(),
    };
    if !inside.starts_with('{') {
        return None;
    }
    let mut draft = Draft::default();
    match flatten::flatten(inside, Piece::Chunk(""), &mut draft) {
        Ok(_) | Err(JsonFault::Ends) => {
            hit(&mut draft);
            Some(draft)
        }
        Err(_) => None,
    }
}

/// Whether the fields are those of an event: an event says when it happened; reports about the world and inventories
/// do not.
fn is_event(draft: &Draft<'_>) -> bool {
    let seen = SeenFields::of(draft);
    let times =
        mapping::ROLES.iter().find(|(role, _)| *role == Role::Time).map_or(0, |(_, names)| names.len());
    let enough = times.saturating_sub(mapping::TIMES_NOT_ENOUGH);
    let timed = seen.roles.iter().any(|(role, rank, _)| *role == Role::Time && *rank < enough);
    seen.windows || seen.raw || seen.zeek || seen.ocsf || timed || seen.shape().is_some()
}

impl Reader for Json {
    fn read(&self, chunk: &Chunk, out: &mut Out<'_>) {
        if chunk.values.is_empty() {
            let mut draft = Draft::default();
            let text = chunk::text(chunk, out.line_bytes_max, &mut out.tally.troubles);
            for line in chunk::lines(chunk, &text, out.line_bytes_max) {
                self.record(&line, &mut draft, out);
            }
            return;
        }
        let values = Scanned::of(chunk, &mut out.tally.troubles);
        let mut draft = Draft::default();
        for line in values.lines() {
            self.record(&line, &mut draft, out);
        }
    }
}

impl Json {
    fn record<'c>(&self, line: &Line<'c>, draft: &mut Draft<'c>, out: &mut Out<'_>) {
        draft.clear();
        if line.text.trim().is_empty() {
            return;
        }
        if line.cut {
            out.tally.troubles.add(Trouble::TooLong, line.number);
            out.bare(line, &UNKNOWN);
            return;
        }
        let fault = match flatten::flatten(line.text, Piece::Chunk(""), draft) {
            Ok(used) if line.text.get(used..).is_some_and(|rest| !rest.trim().is_empty()) => {
                Some(JsonFault::Syntax(used))
            }
            Ok(_) => None,
            Err(fault) => Some(fault),
        };
        if let Some(fault) = fault {
            out.tally.troubles.add_with(Trouble::NotJson, line.number, || fault.reason());
            out.bare(line, &UNKNOWN);
            return;
        }
        if draft.overfull {
            out.tally.troubles.add(Trouble::TooManyFields, line.number);
        }
        hit(draft);
        let facts = mapped(draft, &self.zeek);
        let facts = out.mapping.apply(draft, facts);
        out.draft(draft, line.number, line.raw, Text::Fields, &facts);
    }
}

/// Elasticsearch and OpenSearch export each document as a hit, with the document itself in `_source`: the fields
/// are then called as they are there.
fn hit(draft: &mut Draft<'_>) {
    const SOURCE: &str = "_source.";
    if draft.get("_index").is_none() {
        return;
    }
    let mut fields = std::mem::take(&mut draft.fields);
    for field in &mut fields {
        if draft.text(field.name).starts_with(SOURCE) {
            field.name = draft.tail(field.name, SOURCE.len());
        }
    }
    draft.fields = fields;
}

/// Maps a record that did not come as JSON, by the names of its fields.
pub(crate) fn map<'c>(draft: &mut Draft<'c>) -> Facts<'c, 'static> {
    mapped(draft, &zeek::Paths::of_name(""))
}

/// Maps a record by the names of its fields.
fn mapped<'c>(draft: &mut Draft<'c>, zeek: &zeek::Paths) -> Facts<'c, 'static> {
    let seen = SeenFields::of(draft);
    if seen.windows && detections::is_hayabusa(draft) {
        detections::hayabusa(draft)
    } else if seen.action && defender::is_row(draft) {
        defender::map(draft).unwrap_or(Facts::of(&UNKNOWN))
    } else if seen.chainsaw && detections::is_chainsaw(draft) {
        detections::chainsaw(draft)
    } else if seen.raw {
        raw(draft)
    } else if seen.windows {
        windows::map(draft)
    } else if seen.zeek {
        zeek::map(draft, zeek)
    } else {
        other(draft, &seen)
    }
}

/// A Windows event as Azure's diagnostics extension exports it: one of the fields is the event's own XML, which has
/// all that the other fields have.
fn raw<'c>(draft: &mut Draft<'c>) -> Facts<'c, 'static> {
    let names = ["properties.RawXml", "RawXml"];
    let xml = names.iter().find_map(|name| draft.get(name)).map(str::to_owned).unwrap_or_default();
    let mut event = Draft::default();
    if !event_xml::push(&xml, &mut event) {
        draft.overfull = true;
    }
    draft.adopt(&event, "");
    windows::map(draft)
}

/// Maps a record of no special kind by the well-known names.
fn other<'c>(draft: &mut Draft<'c>, seen: &SeenFields<'c>) -> Facts<'c, 'static> {
    let shape = seen.shape();
    let mut facts = Facts::of(shape.map_or(&UNKNOWN, |log| cloud::map(draft, log)));
    if shape.is_none() && seen.status && web(draft) {
        facts.log = &WEB;
    }
    if seen.ocsf {
        facts.log = ocsf::map(draft).unwrap_or(facts.log);
    } else if seen.ecs && shape.is_none() && !std::ptr::eq(facts.log, &*WEB) {
        facts.log = ecs::map(draft).unwrap_or(facts.log);
    }
    let mut times = seen.all(Role::Time);
    facts.time = times.find_map(|piece| clock::parse(draft.text(piece)));
    facts.host = seen.best(Role::Host);
    facts.account = seen.best(Role::Account);
    facts.from = seen.all(Role::From).find_map(|piece| address::parse(draft.text(piece)));
    facts.to = seen.all(Role::To).find_map(|piece| address::parse(draft.text(piece)));
    if facts.to.is_none() && std::ptr::eq(facts.log, &*WEB) {
        facts.to = draft.get("cs-host").and_then(address::parse);
    }
    service_facts::correct(draft, &mut facts);
    if shape.is_none() && draft.get("__REALTIME_TIMESTAMP").is_some() {
        journal(draft, &mut facts);
    }
    facts
}

/// A record of systemd's journal ("Journal Export Formats", "Journal JSON Format"): mapped as syslog is. A
/// message that is not plain text is an array of bytes there.
fn journal<'c>(draft: &mut Draft<'c>, facts: &mut Facts<'c, 'static>) {
    let is_message = |draft: &Draft<'c>, field: &DraftField<'c>| draft.text(field.name) == "MESSAGE";
    let values = draft.fields.iter().filter(|field| is_message(draft, field));
    let bytes: Option<Vec<u8>> =
        values.map(|field| field.value.and_then(|value| draft.text(value).parse().ok())).collect();
    if let Some(bytes) = bytes.filter(|bytes| bytes.len() > 1) {
        let mut fields = std::mem::take(&mut draft.fields);
        fields.retain(|field| !is_message(draft, field));
        draft.fields = fields;
        let message = draft.keep(&String::from_utf8_lossy(&bytes));
        draft.push(Piece::Chunk("MESSAGE"), Some(message));
    }
    draft.add("program", &["SYSLOG_IDENTIFIER", "_COMM"]);
    draft.add("pid", &["_PID", "SYSLOG_PID"]);
    draft.add("message", &["MESSAGE"]);
    facts.log = linux::source(draft.get("program"));
    facts.host = draft.piece("_HOSTNAME").or(facts.host);
    let Some(message) = draft.piece("MESSAGE") else { return };
    let program = draft.get("program").map(str::to_owned);
    let process = draft.get("pid").map(str::to_owned);
    if let Some(found) = appliance::within(program.as_deref(), process.as_deref(), message, draft) {
        let (time, host) = (found.time.or(facts.time), facts.host.or(found.host));
        *facts = Facts { time, host, ..found };
        return;
    }
    let text = draft.text(message);
    facts.from = linux::from(text).or(facts.from);
    let place = linux::account(text).and_then(|account| Some((text.find(account)?, account.len())));
    facts.account = place.map(|(at, length)| draft.part(message, at, at + length)).or(facts.account);
}

/// Adds Sigma's names to a record of a web log; false when it is none.
fn web(draft: &mut Draft<'_>) -> bool {
    let found = mapping::WEB.map(|(name, from)| (name, from.iter().find_map(|from| draft.piece(from))));
    let has = |name: &str| found.iter().any(|(known, value)| *known == name && value.is_some());
    let line = found.iter().find(|(name, _)| *name == "request").and_then(|(_, value)| *value);
    if !has("sc-status") || !(has("cs-method") && has("cs-uri") || line.is_some()) {
        return false;
    }
    for (name, value) in found.iter().filter(|(name, _)| *name != "request") {
        if value.is_some() && draft.piece(name).is_none() {
            draft.push(Piece::Chunk(name), *value);
        }
    }
    let mut target = draft.piece("cs-uri");
    if let Some(line) = line {
        let text = draft.text(line);
        let method = text.find(' ').unwrap_or(0);
        let end = text.rfind(" HTTP/").filter(|end| *end > method).unwrap_or(text.len());
        let start = if method == 0 { 0 } else { method + 1 };
        if target.is_none() {
            target = Some(draft.part(line, start, end));
            draft.push(Piece::Chunk("cs-uri"), target);
        }
        if method > 0 && draft.piece("cs-method").is_none() {
            let method = draft.part(line, 0, method);
            draft.push(Piece::Chunk("cs-method"), Some(method));
        }
    }
    if let Some(target) = target {
        let text = draft.text(target);
        let (length, query) = (text.len(), text.find('?'));
        let stem = draft.part(target, 0, query.unwrap_or(length));
        draft.push(Piece::Chunk("cs-uri-stem"), Some(stem));
        if let Some(query) = query {
            let query = draft.part(target, query + 1, length);
            draft.push(Piece::Chunk("cs-uri-query"), Some(query));
        }
        draft.push(Piece::Chunk("cs-uri-query"), Some(target));
    }
    true
}

static UNKNOWN: LogSource = LogSource { product: None, service: None, categories: Vec::new() };
static WEB: LazyLock<LogSource> = LazyLock::new(|| log_source(None, None, &["webserver"]));

/// What the name of a field suggests about its record.
#[derive(Clone, Copy)]
enum Hint {
    Windows,
    Zeek,
    /// It has a Windows event as XML in a field.
    Raw,
    /// It may be of a device table of Defender.
    Action,
    /// It may be an event of OCSF.
    Ocsf,
    /// It may be an event of ECS.
    Ecs,
    /// It may be a hit of Chainsaw.
    Chainsaw,
    /// It may be the status of a web request.
    Status,
    Role(Role, usize),
    Shape(u128),
}

/// Names that only Windows events have, or Zeek records.
const WINDOWS: [&str; 9] = [
    "EventID",
    "Event.System.EventID",
    "Event.System.EventID.#text",
    "System.EventID.Value",
    "System.EventID",
    "winlog.event_id",
    "winlog.channel",
    "log_name",
    "event_data.SubjectUserName",
];
const ZEEK: [&str; 4] = ["_path", "@stream", "id.orig_h", "id_orig_h"];

static HINTS: LazyLock<Table<Vec<Hint>>> = LazyLock::new(|| {
    let mut hints: Table<Vec<Hint>> = Table::default();
    for name in WINDOWS {
        hints.entry(name).or_default().push(Hint::Windows);
    }
    for name in ZEEK {
        hints.entry(name).or_default().push(Hint::Zeek);
    }
    hints.entry("RawXml").or_default().push(Hint::Raw);
    hints.entry("class_uid").or_default().push(Hint::Ocsf);
    hints.entry("event.category").or_default().push(Hint::Ecs);
    hints.entry("ActionType").or_default().push(Hint::Action);
    for name in ["document.kind", "documents.kind"] {
        hints.entry(name).or_default().push(Hint::Chainsaw);
    }
    let status = mapping::WEB.iter().filter(|(name, _)| *name == "sc-status");
    for name in status.flat_map(|(_, from)| from.iter()) {
        hints.entry(name).or_default().push(Hint::Status);
    }
    for (role, names) in mapping::ROLES {
        for (name, rank) in names.iter().zip(0..) {
            hints.entry(name).or_default().push(Hint::Role(role, rank));
        }
    }
    for (name, bit) in shape_names().iter().zip(0..SHAPE_NAMES_MAX) {
        hints.entry(name).or_default().push(Hint::Shape(1 << bit));
    }
    hints
});

/// The fields that shapes ask for, each once.
fn shape_names() -> Vec<&'static str> {
    let mut names: Vec<_> = shapes::SHAPES.iter().flat_map(|shape| shape.fields).copied().collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// How many different fields shapes may ask for: each is a bit.
const SHAPE_NAMES_MAX: usize = 128;

/// The log sources of the shapes, with the bits of the fields they need.
static SHAPES: LazyLock<Vec<(u128, LogSource)>> = LazyLock::new(|| {
    let names = shape_names();
    let bit = |name: &&str| names.binary_search(name).map_or(0, |bit| 1_u128 << bit);
    let source = |shape: &shapes::Shape| {
        let log = log_source(shape.product, shape.service, shape.categories);
        (shape.fields.iter().map(bit).sum(), log)
    };
    shapes::SHAPES.iter().map(source).collect()
});

/// What the names of a record's fields suggest about it, found in one pass.
#[derive(Default)]
struct SeenFields<'c> {
    windows: bool,
    raw: bool,
    zeek: bool,
    chainsaw: bool,
    action: bool,
    ocsf: bool,
    ecs: bool,
    status: bool,
    hints: u128,
    roles: Vec<(Role, usize, Piece<'c>)>,
}

impl<'c> SeenFields<'c> {
    fn of(draft: &Draft<'c>) -> Self {
        let mut seen = Self::default();
        for field in &draft.fields {
            let Some(value) = field.value else { continue };
            let name = draft.text(field.name);
            // Azure's exports have the record of the service inside.
            let name = name.strip_prefix("properties.").unwrap_or(name);
            for hint in HINTS.get(name).into_iter().flatten() {
                match hint {
                    Hint::Windows => {
                        // A Windows event is not looked at further here.
                        seen.windows = true;
                        return seen;
                    }
                    Hint::Raw => seen.raw |= event_xml::starts(draft.text(value)),
                    Hint::Zeek => seen.zeek = true,
                    Hint::Action => seen.action = true,
                    Hint::Ocsf => seen.ocsf = true,
                    Hint::Ecs => seen.ecs = true,
                    Hint::Chainsaw => seen.chainsaw = true,
                    Hint::Status => seen.status = true,
                    Hint::Shape(bit) => seen.hints |= bit,
                    Hint::Role(role, rank) => {
                        if !matches!(draft.text(value), "" | "-") {
                            seen.roles.push((*role, *rank, value));
                        }
                    }
                }
            }
        }
        seen.roles.sort_by_key(|(_, rank, _)| *rank);
        seen
    }

    /// The log source of the shape that the record has.
    fn shape(&self) -> Option<&'static LogSource> {
        let mut shapes = SHAPES.iter();
        shapes.find(|(needed, _)| *needed != 0 && self.hints & needed == *needed).map(|(_, log)| log)
    }

    fn all(&self, role: Role) -> impl Iterator<Item = Piece<'c>> {
        self.roles.iter().filter(move |(known, _, _)| *known == role).map(|(_, _, piece)| *piece)
    }

    fn best(&self, role: Role) -> Option<Piece<'c>> {
        self.all(role).next()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_of_a_shape_has_a_bit() {
        assert!(shape_names().len() <= SHAPE_NAMES_MAX);
    }

    #[test]
    fn an_event_as_xml_in_a_field_is_an_event_of_windows() {
        let record = r#"{"time":"2024-06-12T04:00:00Z","category":"WindowsEventLogsTable","properties":{"EventId":4624,"RawXml":"<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='Microsoft-Windows-Security-Auditing'/><EventID>4624</EventID><TimeCreated SystemTime='2024-06-12T03:14:15.000Z'/><Channel>Security</Channel><Computer>dc-1.a.example</Computer></System><EventData><Data Name='TargetUserName'>mo</Data><Data Name='TargetDomainName'>A</Data><Data Name='IpAddress'>::ffff:192.0.2.1</Data></EventData></Event>"}}"#;
        let mut draft = Draft::default();
        flatten::flatten(record, Piece::Chunk(""), &mut draft).unwrap();
        let facts = map(&mut draft);
        assert_eq!(facts.log.service.as_deref(), Some("security"));
        assert_eq!(facts.host.map(|host| draft.text(host)), Some("dc-1.a.example"));
        assert_eq!(facts.account.map(|account| draft.text(account)), Some("A\\mo"));
        assert_eq!(facts.from.map(|from| from.to_string()).as_deref(), Some("192.0.2.1"));
        assert_eq!(draft.get("EventID"), Some("4624"));
    }

    #[test]
    fn only_the_message_names_who_was_denied() {
        let record = r#"{"EventID":4825,"SourceName":"Microsoft-Windows-Security-Auditing","Channel":"Security","Hostname":"a","Message":"A user was denied.\r\n\tUser Name:\tmo\r\n\tDomain:\tA\r\n\tClient Address:\t192.0.2.1\r\n"}"#;
        let mut draft = Draft::default();
        flatten::flatten(record, Piece::Chunk(""), &mut draft).unwrap();
        let facts = map(&mut draft);
        assert_eq!(facts.account.map(|account| draft.text(account)), Some("mo"));
        assert_eq!(facts.from.map(|from| from.to_string()).as_deref(), Some("192.0.2.1"));
    }

    #[test]
    fn blank_lines_before_the_first_record_are_passed_over() {
        let log = "\t\r\n\n{\"time\":\"2024-06-12T03:14:15Z\",\"a\":1}\n";
        assert!(recognise_lines(&Head::of_bytes("a.log", log.as_bytes())));
    }
}

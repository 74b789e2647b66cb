//! A record that is flat fields, mapped by their names: to its log source, to the names that rules use, to its facts.
//!
//! A Windows event, a Zeek record, a web log, a record of a known service, or none of these; one file may hold
//! several kinds. The names of the fields show the kind, and are looked at in one pass. The names themselves are
//! tables in [`crate::names`], which cite their makers.

use crate::formats::json::service_facts;
use crate::formats::{event_xml, linux, windows_text};
use crate::names::log_source::{Table, log_source};
use crate::names::mapping::{self, Role};
use crate::names::{cloud, defender, detections, ecs, envelopes, ocsf, shapes, wazuh, windows, zeek};
use crate::record::draft::{Draft, Facts, Piece};
use crate::record::{address, clock};
use model::LogSource;
use std::sync::LazyLock;

/// Whether the fields are those of an event: an event says when it happened; reports about the world and inventories
/// do not.
pub(crate) fn is_event(draft: &Draft<'_>) -> bool {
    let seen = SeenFields::of(draft);
    let times =
        mapping::ROLES.iter().find(|(role, _)| *role == Role::Time).map_or(0, |(_, names)| names.len());
    let enough = times.saturating_sub(mapping::TIMES_NOT_ENOUGH);
    let timed = seen.roles.iter().any(|(role, rank, _)| *role == Role::Time && *rank < enough);
    seen.windows || seen.wazuh || seen.raw || seen.zeek || seen.ocsf || timed || seen.shape().is_some()
}

/// Takes off what exporters put around a record, before its names are looked at. Whether it is a delivery of several
/// messages, by the name of a field.
pub(crate) fn unwrap(draft: &mut Draft<'_>) -> bool {
    let (mut wrapper, mut journal, mut delivery) = (None, false, false);
    for field in &draft.fields {
        let name = draft.text(field.name);
        if !matches!(name.as_bytes().first(), Some(b'_' | b'r' | b'm')) {
            continue;
        }
        match name {
            "messageType" => delivery = true,
            // Elasticsearch and OpenSearch export each document as a hit, with the document itself in `_source`.
            "_index" => wrapper = Some("_source."),
            // Splunk's `export` puts each event into `result`.
            "result._raw" | "result._time" => wrapper = Some("result."),
            "__REALTIME_TIMESTAMP" => journal = true,
            _ => {}
        }
    }
    if let Some(wrapper) = wrapper {
        let mut fields = std::mem::take(&mut draft.fields);
        for field in &mut fields {
            if draft.text(field.name).starts_with(wrapper) {
                field.name = draft.tail(field.name, wrapper.len());
            }
        }
        draft.fields = fields;
    }
    if journal {
        bytes(draft);
    }
    delivery
}

/// The journal writes a value that is not plain text as an array of its bytes ("Journal JSON Format").
fn bytes(draft: &mut Draft<'_>) {
    let mut fields = std::mem::take(&mut draft.fields);
    let mut kept = 0;
    let mut at = 0;
    while let Some(first) = fields.get(at).copied() {
        let name = draft.text(first.name);
        let rest = fields.get(at..).unwrap_or_default();
        let run = rest.iter().take_while(|field| draft.text(field.name) == name).count();
        let values = rest.iter().take(run).map(|field| draft.text(field.value?).parse::<u8>().ok());
        let bytes: Option<Vec<u8>> = if run > 1 { values.collect() } else { None };
        let count = if let Some(bytes) = bytes {
            let value = draft.keep(&String::from_utf8_lossy(&bytes));
            if let Some(field) = fields.get_mut(at) {
                field.value = Some(value);
            }
            1
        } else {
            run
        };
        fields.copy_within(at..at + count, kept);
        kept += count;
        at += run;
    }
    fields.truncate(kept);
    draft.fields = fields;
}

/// For tests: maps a record by the names of its fields.
#[cfg(test)]
pub(crate) fn map<'c>(draft: &mut Draft<'c>) -> Facts<'c, 'static> {
    mapped(draft, &zeek::Paths::of_name("")).facts
}

/// A record that was mapped.
pub(crate) struct Mapped<'c> {
    pub(crate) facts: Facts<'c, 'static>,
    /// Whether a field of it may carry the line of another record.
    pub(crate) carrier: bool,
}

/// Maps a record by the names of its fields.
pub(crate) fn mapped<'c>(draft: &mut Draft<'c>, zeek: &zeek::Paths) -> Mapped<'c> {
    let seen = SeenFields::of(draft);
    let facts = if seen.windows && detections::is_hayabusa(draft) {
        detections::hayabusa(draft)
    } else if seen.action && defender::is_row(draft) {
        defender::map(draft).unwrap_or(Facts::of(&UNKNOWN))
    } else if seen.chainsaw && detections::is_chainsaw(draft) {
        detections::chainsaw(draft)
    } else if seen.raw {
        raw(draft)
    } else if seen.wazuh {
        wazuh::rename(draft);
        windows::map(draft)
    } else if seen.windows {
        windows::map(draft)
    } else if seen.event_id && windows_text::is_evtxecmd(draft) {
        windows_text::evtxecmd(draft);
        windows::map(draft)
    } else if seen.zeek {
        zeek::map(draft, zeek)
    } else {
        return Mapped { facts: other(draft, &seen), carrier: seen.carrier };
    };
    Mapped { facts, carrier: false }
}

/// A Windows event as Azure's diagnostics extension and Plaso export it: one of the fields is the event's own XML, which has
/// all that the other fields have.
fn raw<'c>(draft: &mut Draft<'c>) -> Facts<'c, 'static> {
    let names = ["properties.RawXml", "RawXml", "xml_string"];
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
    let time = times.find_map(|piece| {
        let text = draft.text(piece);
        // Services write UTC, with a zone or without.
        Some((clock::parse(text)?, shape.is_none() && !clock::is_zoned(text)))
    });
    (facts.time, facts.local) = time.map_or((None, false), |(time, local)| (Some(time), local));
    facts.host = seen.best(Role::Host);
    facts.account = seen.best(Role::Account);
    facts.from = seen.all(Role::From).find_map(|piece| address::parse(draft.text(piece)));
    facts.to = seen.all(Role::To).find_map(|piece| address::parse(draft.text(piece)));
    if facts.to.is_none() && std::ptr::eq(facts.log, &*WEB) {
        facts.to = draft.get("cs-host").and_then(address::parse);
    }
    service_facts::correct(draft, &mut facts);
    if shape.is_none() && draft.get("__REALTIME_TIMESTAMP").is_some() {
        // A record of systemd's journal ("Journal Export Formats").
        draft.add("program", &["SYSLOG_IDENTIFIER", "_COMM"]);
        draft.add("pid", &["_PID", "SYSLOG_PID"]);
        draft.add("message", &["MESSAGE"]);
        facts.log = linux::source(draft.get("program"));
        facts.host = draft.piece("_HOSTNAME").or(facts.host);
    }
    facts
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

/// The log source of records of no known kind.
pub(crate) static UNKNOWN: LogSource = LogSource { product: None, service: None, categories: Vec::new() };
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
    /// It is an event of Windows that Wazuh forwarded.
    Wazuh,
    /// It may be an event of EvtxECmd.
    EventId,
    /// It may carry the line of another record.
    Carrier,
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
    for name in ["RawXml", "xml_string"] {
        hints.entry(name).or_default().push(Hint::Raw);
    }
    hints.entry(wazuh::MARK).or_default().push(Hint::Wazuh);
    hints.entry("EventId").or_default().push(Hint::EventId);
    for envelope in &envelopes::ENVELOPES {
        hints.entry(envelope.carrier).or_default().push(Hint::Carrier);
    }
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
    wazuh: bool,
    event_id: bool,
    carrier: bool,
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
                    Hint::Wazuh => seen.wazuh = true,
                    Hint::EventId => seen.event_id = true,
                    Hint::Carrier => seen.carrier = true,
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
    use crate::record::flatten;

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
}

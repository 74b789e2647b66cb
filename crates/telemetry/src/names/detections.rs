//! What other hunters found: the results of Hayabusa and Chainsaw, as records of product `hayabusa` or
//! `chainsaw`, category `detection`.
//!
//! Hayabusa (`json-timeline`, JSON and JSON lines; `csv-timeline`): one flat object a hit, levels and channels
//! abbreviated, several values of a cell set off by `¦`. Chainsaw (`hunt --json`, `--jsonl`): the rule's head
//! around `document.data`, the event. Time and host are those of the event. Their own fields are kept; beside them
//! are `detection.title`, `detection.id`, `detection.level`, `detection.status`, `detection.author`,
//! `detection.tags`, `detection.tool`, `detection.record`, `detection.channel`, `detection.event_id`.

use crate::names::log_source::log_source;
use crate::record::clock;
use crate::record::draft::{Draft, Facts, Piece};
use model::LogSource;
use std::sync::LazyLock;

/// Hayabusa's abbreviations of levels, and Sigma's words. Hayabusa calls `emergency` what is critical on a
/// critical host.
const LEVELS: [(&str, &str); 11] = [
    ("undef", "informational"),
    ("info", "informational"),
    ("informational", "informational"),
    ("low", "low"),
    ("med", "medium"),
    ("medium", "medium"),
    ("high", "high"),
    ("crit", "critical"),
    ("critical", "critical"),
    ("emer", "critical"),
    ("emergency", "critical"),
];

/// Hayabusa's abbreviations of channels (its `channel_abbreviations.txt`), as far as common.
const CHANNELS: [(&str, &str); 12] = [
    ("App", "Application"),
    ("Sec", "Security"),
    ("Sys", "System"),
    ("Sysmon", "Microsoft-Windows-Sysmon/Operational"),
    ("PwSh", "Microsoft-Windows-PowerShell/Operational"),
    ("PwShClassic", "Windows PowerShell"),
    ("Defender", "Microsoft-Windows-Windows Defender/Operational"),
    ("TaskSch", "Microsoft-Windows-TaskScheduler/Operational"),
    ("BitsCli", "Microsoft-Windows-Bits-Client/Operational"),
    ("WMI", "Microsoft-Windows-WMI-Activity/Operational"),
    ("NTLM", "Microsoft-Windows-NTLM/Operational"),
    ("RDS-LSM", "Microsoft-Windows-TerminalServices-LocalSessionManager/Operational"),
];

/// A name of ours, and theirs.
type NameWithKeys = (&'static str, &'static [&'static str]);

/// Hayabusa's columns.
const HAYABUSA: [NameWithKeys; 7] = [
    ("detection.title", &["RuleTitle"]),
    ("detection.id", &["RuleID"]),
    ("detection.status", &["Status"]),
    ("detection.author", &["RuleAuthor"]),
    ("detection.record", &["RecordID"]),
    ("detection.event_id", &["EventID"]),
    ("detection.tags", &["MitreTactics", "MitreTags", "OtherTags"]),
];

/// Chainsaw's names; the event may be one of several.
const CHAINSAW: [NameWithKeys; 8] = [
    ("detection.title", &["name"]),
    ("detection.id", &["id"]),
    ("detection.status", &["status"]),
    ("detection.author", &["authors"]),
    (
        "detection.record",
        &["document.data.Event.System.EventRecordID", "documents.data.Event.System.EventRecordID"],
    ),
    ("detection.event_id", &["document.data.Event.System.EventID", "documents.data.Event.System.EventID"]),
    ("detection.channel", &["document.data.Event.System.Channel", "documents.data.Event.System.Channel"]),
    ("detection.tags", &["tags"]),
];

/// Names that hold lists, of which each value counts.
const LISTS: [&str; 2] = ["detection.tags", "detection.author"];

/// Whether a record that starts with a time is a hit of Hayabusa.
pub(crate) fn is_hayabusa(draft: &Draft<'_>) -> bool {
    let first = draft.fields.first().is_some_and(|field| draft.text(field.name) == "Timestamp");
    first
        && draft.piece("RuleTitle").is_some()
        && draft.piece("Level").is_some()
        && draft.piece("Computer").is_some()
}

/// Whether a record around an event is a hit of Chainsaw.
pub(crate) fn is_chainsaw(draft: &Draft<'_>) -> bool {
    ["group", "name", "timestamp"].iter().all(|name| draft.piece(name).is_some())
}

/// Adds our names to a hit of Hayabusa.
pub(crate) fn hayabusa<'c>(draft: &mut Draft<'c>) -> Facts<'c, 'static> {
    let mut facts = Facts::of(&HAYABUSA_SOURCE);
    add(&HAYABUSA, draft);
    level("Level", draft);
    if let Some(channel) = draft.piece("Channel") {
        let long = CHANNELS.iter().find(|(short, _)| *short == draft.text(channel));
        let channel = long.map_or(channel, |(_, long)| Piece::Chunk(long));
        draft.push(Piece::Chunk("detection.channel"), Some(channel));
    }
    draft.push_text("detection.tool", "hayabusa");
    facts.time = draft.get("Timestamp").and_then(time);
    facts.host = draft.piece("Computer");
    facts
}

/// Adds our names to a hit of Chainsaw.
pub(crate) fn chainsaw<'c>(draft: &mut Draft<'c>) -> Facts<'c, 'static> {
    let mut facts = Facts::of(&CHAINSAW_SOURCE);
    add(&CHAINSAW, draft);
    level("level", draft);
    draft.push_text("detection.tool", "chainsaw");
    facts.time = draft.get("timestamp").and_then(time);
    let hosts = ["document.data.Event.System.Computer", "documents.data.Event.System.Computer"];
    facts.host = hosts.iter().find_map(|name| draft.piece(name));
    facts
}

/// The zone may be behind a blank.
fn time(text: &str) -> Option<model::Timestamp> {
    clock::parse(text).or_else(|| {
        let (moment, zone) = text.rsplit_once(' ')?;
        clock::parse(&format!("{moment}{zone}"))
    })
}

fn add(names: &[NameWithKeys], draft: &mut Draft<'_>) {
    for (name, from) in names {
        if LISTS.contains(name) {
            let values = draft.fields.iter().filter(|field| from.contains(&draft.text(field.name)));
            let values =
                values.filter_map(|field| field.value).flat_map(|value| draft.text(value).split('¦'));
            let values: Vec<_> = values.map(str::trim).filter(|value| !matches!(*value, "" | "-")).collect();
            let list = values.join(if *name == "detection.tags" { "," } else { ", " });
            if !list.is_empty() {
                let list = draft.keep(&list);
                draft.push(Piece::Chunk(name), Some(list));
            }
        } else if let Some(value) = from.iter().find_map(|from| draft.piece(from)) {
            draft.push(Piece::Chunk(name), Some(value));
        }
    }
}

fn level(name: &str, draft: &mut Draft<'_>) {
    let Some(written) = draft.get(name).map(str::to_ascii_lowercase) else { return };
    if let Some((_, level)) = LEVELS.iter().find(|(short, _)| *short == written) {
        draft.push_text("detection.level", level);
    }
}

fn source(product: &str) -> LogSource {
    log_source(Some(product), None, &["detection"])
}

static HAYABUSA_SOURCE: LazyLock<LogSource> = LazyLock::new(|| source("hayabusa"));
static CHAINSAW_SOURCE: LazyLock<LogSource> = LazyLock::new(|| source("chainsaw"));

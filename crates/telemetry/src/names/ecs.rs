//! Events of processes, files, the registry and the network in the Elastic Common Schema (ECS 8) → the names that
//! Sigma rules use.
//!
//! Elastic Defend, Auditbeat, Packetbeat and collectors that follow the schema say what an event is about in
//! `event.category` and `event.type` (both may be lists), and where it happened in `host.os`. Windows event
//! logs of Winlogbeat are known by their `winlog` fields before and do not come here. Names: "ECS Field
//! Reference"; which Sigma name each is: the Sigma taxonomy appendix.

use crate::names::log_source::{SYSTEMS, by_system};
use crate::names::mapping::Added;
use crate::record::draft::{Draft, Piece};
use model::LogSource;
use std::sync::LazyLock;

/// An event: its `event.category`, the values of which `event.type` or `event.action` must have one (an empty list
/// fits all), a field that it must have, and its Sigma categories. The first kind that fits is used.
type EcsKind = (&'static str, &'static [&'static str], Option<&'static str>, &'static [&'static str]);

const KINDS: [EcsKind; 18] = [
    ("process", &["end"], None, &["process_termination"]),
    ("process", &["access"], None, &["process_access"]),
    ("process", &["start", "exec", "executed", "creation"], None, &["process_creation"]),
    ("library", &[], None, &["image_load"]),
    ("driver", &[], None, &["driver_load"]),
    ("file", &["rename"], None, &["file_rename", "file_event"]),
    ("file", &["deletion"], None, &["file_delete"]),
    ("file", &["creation"], None, &["file_event"]),
    ("file", &["access"], None, &["file_access"]),
    ("file", &["change"], None, &["file_change", "file_event"]),
    ("registry", &["creation"], None, &["registry_event", "registry_add"]),
    ("registry", &["deletion"], None, &["registry_event", "registry_delete"]),
    ("registry", &[], None, &["registry_event", "registry_set"]),
    ("network", &[], Some("dns.question.name"), &["dns", "dns_query"]),
    ("network", &[], Some("process.executable"), &["network_connection"]),
    ("network", &[], Some("url.full"), &["proxy"]),
    ("network", &[], None, &["firewall", "network_connection"]),
    ("authentication", &[], None, &["authentication"]),
];

/// Names added, whatever the kind.
const ADDED: [Added; 45] = [
    ("Image", &["process.executable"]),
    ("CommandLine", &["process.command_line"]),
    ("CurrentDirectory", &["process.working_directory"]),
    ("ProcessId", &["process.pid"]),
    ("ProcessGuid", &["process.entity_id"]),
    ("OriginalFileName", &["process.pe.original_file_name"]),
    ("Product", &["process.pe.product"]),
    ("Company", &["process.pe.company"]),
    ("Description", &["process.pe.description"]),
    ("FileVersion", &["process.pe.file_version"]),
    ("IntegrityLevel", &["process.Ext.token.integrity_level_name"]),
    ("md5", &["process.hash.md5", "file.hash.md5"]),
    ("sha1", &["process.hash.sha1", "file.hash.sha1"]),
    ("sha256", &["process.hash.sha256", "file.hash.sha256"]),
    ("Imphash", &["process.pe.imphash"]),
    ("ParentImage", &["process.parent.executable"]),
    ("ParentCommandLine", &["process.parent.command_line"]),
    ("ParentProcessId", &["process.parent.pid"]),
    ("ParentProcessGuid", &["process.parent.entity_id"]),
    ("User", &["user.domain\\user.name", "user.name"]),
    ("ImageLoaded", &["dll.path"]),
    ("Signed", &["dll.code_signature.exists"]),
    ("Signature", &["dll.code_signature.subject_name"]),
    ("TargetFilename", &["file.path"]),
    // As the kernel's provider of file events calls it, which rules of `file_access` ask.
    ("FileName", &["file.path"]),
    ("SourceFilename", &["file.Ext.original.path"]),
    ("TargetObject", &["registry.path"]),
    ("Details", &["registry.data.strings"]),
    ("SourceIp", &["source.ip"]),
    ("SourcePort", &["source.port"]),
    ("SourceHostname", &["source.domain"]),
    ("DestinationIp", &["destination.ip"]),
    ("DestinationPort", &["destination.port"]),
    ("DestinationHostname", &["destination.domain"]),
    ("Protocol", &["network.transport"]),
    ("QueryName", &["dns.question.name"]),
    ("QueryResults", &["dns.answers.data", "dns.resolved_ip"]),
    ("query", &["dns.question.name"]),
    ("record_type", &["dns.question.type"]),
    ("answer", &["dns.answers.data", "dns.resolved_ip"]),
    ("src_ip", &["source.ip"]),
    ("src_port", &["source.port"]),
    ("dst_ip", &["destination.ip"]),
    ("dst_port", &["destination.port"]),
    ("action", &["event.action"]),
];

/// Names of values that are made of several fields.
const MADE: [&str; 2] = [INITIATED, HASHES];
const INITIATED: &str = "Initiated";
const HASHES: &str = "Hashes";

/// What `host.os.type`, or before it existed `family` and `platform`, say of Linux.
const LINUX: [&str; 16] = [
    "linux",
    "debian",
    "ubuntu",
    "redhat",
    "rhel",
    "centos",
    "fedora",
    "rocky",
    "almalinux",
    "ol",
    "amzn",
    "suse",
    "sles",
    "opensuse",
    "arch",
    "alpine",
];

/// Which of [`SYSTEMS`] a system is.
fn product(system: &str) -> Option<usize> {
    let is = |names: &[&str]| names.iter().any(|name| system.eq_ignore_ascii_case(name));
    let name = if is(&["windows"]) {
        "windows"
    } else if is(&["macos", "darwin"]) {
        "macos"
    } else if is(&LINUX) {
        "linux"
    } else {
        return None;
    };
    SYSTEMS.iter().position(|known| *known == name)
}

/// The product and categories of all kinds.
pub(crate) fn given() -> impl Iterator<Item = (Option<&'static str>, &'static [&'static str])> {
    let products = || SYSTEMS.into_iter().map(Some).chain([None]);
    KINDS.iter().flat_map(move |(_, _, _, categories)| products().map(|product| (product, *categories)))
}

/// Categories that only this schema gives.
pub(crate) const ONLY: [&str; 2] = ["file_access", "file_rename"];

/// The names that events of each kind may have.
pub(crate) fn names() -> Vec<(&'static [&'static str], Vec<&'static str>)> {
    let names: Vec<&str> = ADDED.iter().map(|(name, _)| *name).chain(MADE).collect();
    KINDS.iter().map(|(_, _, _, categories)| (*categories, names.clone())).collect()
}

/// The log sources of the kinds for each of [`SYSTEMS`], and last without a system.
static SOURCES: LazyLock<Vec<Vec<LogSource>>> =
    LazyLock::new(|| by_system(KINDS.iter().map(|(_, _, _, categories)| *categories)));

/// Adds Sigma's names to an event; gives its log source, when Sigma has a category for its kind.
pub(crate) fn map(draft: &mut Draft<'_>) -> Option<&'static LogSource> {
    let says = |name: &str, wanted: &str| {
        let mut fields = draft.fields.iter().filter(|field| draft.text(field.name) == name);
        fields.any(|field| field.value.is_some_and(|value| draft.text(value).eq_ignore_ascii_case(wanted)))
    };
    let fits = |(category, types, needed, _): &EcsKind| {
        says("event.category", category)
            && (types.is_empty()
                || types.iter().any(|one| says("event.type", one) || says("event.action", one)))
            && needed.is_none_or(|needed| draft.piece(needed).is_some())
    };
    let index = KINDS.iter().position(fits)?;
    let names = ["host.os.type", "host.os.family", "host.os.platform"];
    let product = names.iter().find_map(|name| draft.get(name).and_then(product));
    for (name, from) in &ADDED {
        draft.add(name, from);
    }
    hashes(draft);
    // Sigma's rules ask whether this machine began a connection.
    let initiated = match draft.get("network.direction") {
        Some("egress" | "outbound") => Some("true"),
        Some("ingress" | "inbound") => Some("false"),
        _ => None,
    };
    if let Some(initiated) = initiated {
        draft.push(Piece::Chunk(INITIATED), Some(Piece::Chunk(initiated)));
    }
    SOURCES.get(product.unwrap_or(SYSTEMS.len()))?.get(index)
}

/// Adds the hashes of the program as Sysmon writes them, which is what rules ask for: `MD5=…,SHA256=…`.
fn hashes(draft: &mut Draft<'_>) {
    let mut pieces = Vec::new();
    for (name, from) in [
        ("MD5=", "process.hash.md5"),
        ("SHA1=", "process.hash.sha1"),
        ("SHA256=", "process.hash.sha256"),
        ("IMPHASH=", "process.pe.imphash"),
    ] {
        let Some(value) = draft.piece(from) else { continue };
        if !pieces.is_empty() {
            pieces.push(Piece::Chunk(","));
        }
        pieces.extend([Piece::Chunk(name), value]);
    }
    if !pieces.is_empty() {
        let hashes = draft.join(&pieces);
        draft.push(Piece::Chunk(HASHES), Some(hashes));
    }
}

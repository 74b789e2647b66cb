//! Advanced hunting tables of Microsoft Defender, as exported to CSV or JSON, → the names that Sigma rules use.
//!
//! Microsoft's "Advanced hunting schema tables": `DeviceProcessEvents`, `DeviceFileEvents`,
//! `DeviceNetworkEvents`, `DeviceRegistryEvents`, `DeviceImageLoadEvents`. The `ActionType` of a row shows which
//! table it is from; the acting process is the `InitiatingProcess`.

use crate::names::log_source::log_source;
use crate::names::mapping::Added;
use crate::record::draft::{Draft, Facts};
use crate::record::{address, clock};
use model::LogSource;
use std::sync::LazyLock;

/// The categories of each kind of action.
pub(crate) fn categories() -> impl Iterator<Item = &'static [&'static str]> {
    ACTIONS.iter().map(|(_, categories, _)| *categories)
}

/// The names that rows of each kind may have.
pub(crate) fn names() -> Vec<(&'static [&'static str], Vec<&'static str>)> {
    let names = |added: &[Added]| added.iter().map(|(name, _)| *name).collect();
    ACTIONS.iter().map(|(_, categories, added)| (*categories, names(added))).collect()
}

/// Actions, their Sigma categories, and the names added.
const ACTIONS: [(&[&str], &[&str], &[Added]); 7] = [
    (
        &["ProcessCreated", "OpenProcess"],
        &["process_creation"],
        &[
            ("Image", &["FolderPath"]),
            ("CommandLine", &["ProcessCommandLine"]),
            ("OriginalFileName", &["ProcessVersionInfoOriginalFileName"]),
            ("ParentImage", &["InitiatingProcessFolderPath"]),
            ("ParentCommandLine", &["InitiatingProcessCommandLine"]),
            ("User", &["AccountDomain\\AccountName", "AccountName"]),
            ("IntegrityLevel", &["ProcessIntegrityLevel"]),
        ],
    ),
    (
        &["FileCreated", "FileModified", "FileRenamed"],
        &["file_event"],
        &[("TargetFilename", &["FolderPath"]), ("Image", &["InitiatingProcessFolderPath"])],
    ),
    (
        &["FileDeleted"],
        &["file_delete"],
        &[("TargetFilename", &["FolderPath"]), ("Image", &["InitiatingProcessFolderPath"])],
    ),
    (
        &[
            "ConnectionSuccess",
            "ConnectionAttempt",
            "ConnectionRequest",
            "ConnectionFailed",
            "ConnectionFound",
            "ConnectionAcknowledged",
        ],
        &["network_connection"],
        &[
            ("DestinationIp", &["RemoteIP"]),
            ("DestinationPort", &["RemotePort"]),
            ("DestinationHostname", &["RemoteUrl"]),
            ("SourceIp", &["LocalIP"]),
            ("SourcePort", &["LocalPort"]),
            ("Image", &["InitiatingProcessFolderPath"]),
            ("CommandLine", &["InitiatingProcessCommandLine"]),
        ],
    ),
    (
        &["InboundConnectionAccepted", "InboundConnectionAttempt", "InboundConnectionAcknowledged"],
        &["network_connection"],
        &[
            ("DestinationIp", &["LocalIP"]),
            ("DestinationPort", &["LocalPort"]),
            ("SourceIp", &["RemoteIP"]),
            ("SourcePort", &["RemotePort"]),
            ("Image", &["InitiatingProcessFolderPath"]),
            ("CommandLine", &["InitiatingProcessCommandLine"]),
        ],
    ),
    (
        &["RegistryValueSet", "RegistryKeyCreated", "RegistryValueDeleted", "RegistryKeyDeleted"],
        &["registry_event", "registry_set"],
        &[
            ("TargetObject", &["RegistryKey\\RegistryValueName", "RegistryKey"]),
            ("Details", &["RegistryValueData"]),
            ("Image", &["InitiatingProcessFolderPath"]),
        ],
    ),
    (
        &["ImageLoaded"],
        &["image_load"],
        &[("ImageLoaded", &["FolderPath"]), ("Image", &["InitiatingProcessFolderPath"])],
    ),
];

static SOURCES: LazyLock<Vec<LogSource>> = LazyLock::new(|| {
    ACTIONS.iter().map(|(_, categories, _)| log_source(Some("windows"), None, categories)).collect()
});

/// Whether a record is a row of a device table.
pub(crate) fn is_row(draft: &Draft<'_>) -> bool {
    let get = |name: &str| draft.get(name).or_else(|| draft.get(&format!("properties.{name}")));
    get("DeviceName").is_some()
        && get("ActionType")
            .is_some_and(|action| ACTIONS.iter().any(|(actions, _, _)| actions.contains(&action)))
}

/// Maps a row of a device table; `None` when it is none. Streamed to storage, it is in `properties`.
pub(crate) fn map<'c>(draft: &mut Draft<'c>) -> Option<Facts<'c, 'static>> {
    for index in 0..draft.fields.len() {
        let name = draft.fields.get(index)?.name;
        if draft.text(name).starts_with("properties.") {
            let name = draft.tail(name, "properties.".len());
            draft.fields.get_mut(index)?.name = name;
        }
    }
    let action = draft.get("ActionType")?;
    let index = ACTIONS.iter().position(|(actions, _, _)| actions.contains(&action))?;
    draft.piece("DeviceName")?;
    let ((_, _, added), log) = (ACTIONS.get(index)?, SOURCES.get(index)?);
    for (name, from) in *added {
        draft.add(name, from);
    }
    let mut facts = Facts::of(log);
    let times = ["Timestamp", "TimeGenerated"];
    facts.time = times.iter().find_map(|name| draft.get(name).and_then(clock::parse));
    facts.host = draft.piece("DeviceName");
    let accounts = ["User", "InitiatingProcessAccountName", "AccountName"];
    facts.account = accounts.iter().find_map(|name| draft.piece(name));
    let inbound = draft.get("ActionType").is_some_and(|action| action.starts_with("Inbound"));
    let sides = if inbound { ["RemoteIP", "LocalIP"] } else { ["LocalIP", "RemoteIP"] };
    [facts.from, facts.to] = sides.map(|side| draft.get(side).and_then(address::parse));
    Some(facts)
}

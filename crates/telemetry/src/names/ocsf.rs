//! Events of the Open Cybersecurity Schema Framework (OCSF 1.x) as JSON → the names that Sigma rules use.
//!
//! A class has a number (`class_uid`); host, account and addresses are where the schema's objects `device`,
//! `actor`, `src_endpoint` and `dst_endpoint` have them ([`mapping::ROLES`] knows those).

use crate::names::log_source::{SYSTEMS, by_system};
use crate::names::mapping::Added;
use crate::record::draft::Draft;
use model::LogSource;
use std::sync::LazyLock;

/// The categories of each class.
pub(crate) fn categories() -> impl Iterator<Item = &'static [&'static str]> {
    CLASSES.iter().map(|(_, _, categories)| *categories)
}

/// The names that events of each class may have.
pub(crate) fn names() -> Vec<(&'static [&'static str], Vec<&'static str>)> {
    let names: Vec<&str> = ADDED.iter().map(|(name, _)| *name).collect();
    CLASSES.iter().map(|(_, _, categories)| (*categories, names.clone())).collect()
}

/// A class, its activities (none means all), its Sigma categories.
const CLASSES: [(&str, &[&str], &[&str]); 12] = [
    ("1007", &["1"], &["process_creation"]),
    ("1007", &["2"], &["process_termination"]),
    ("1001", &["4"], &["file_delete"]),
    ("1001", &[], &["file_event"]),
    ("1005", &["1"], &["image_load"]),
    ("201001", &[], &["registry_event"]),
    ("201002", &[], &["registry_event", "registry_set"]),
    ("3002", &[], &["authentication"]),
    ("4001", &[], &["network_connection", "firewall"]),
    ("4002", &[], &["proxy"]),
    ("4003", &[], &["dns", "dns_query"]),
    ("2004", &[], &["antivirus"]),
];

/// Names added, whatever the class.
const ADDED: [Added; 20] = [
    ("Image", &["process.file.path", "actor.process.file.path"]),
    ("CommandLine", &["process.cmd_line", "actor.process.cmd_line"]),
    ("ProcessId", &["process.pid", "actor.process.pid"]),
    ("ParentImage", &["process.parent_process.file.path", "actor.process.file.path"]),
    ("ParentCommandLine", &["process.parent_process.cmd_line", "actor.process.cmd_line"]),
    ("User", &["process.user.name", "actor.user.name", "user.name"]),
    ("TargetFilename", &["file.path"]),
    ("ImageLoaded", &["module.file.path"]),
    ("TargetObject", &["reg_key.path"]),
    ("Details", &["reg_value.data"]),
    ("SourceIp", &["src_endpoint.ip"]),
    ("SourcePort", &["src_endpoint.port"]),
    ("DestinationIp", &["dst_endpoint.ip"]),
    ("DestinationPort", &["dst_endpoint.port"]),
    ("DestinationHostname", &["dst_endpoint.hostname"]),
    ("src_ip", &["src_endpoint.ip"]),
    ("dst_ip", &["dst_endpoint.ip"]),
    ("query", &["query.hostname"]),
    ("record_type", &["query.type"]),
    ("answer", &["answers.rdata"]),
];

/// The log sources of the classes for each product, and last without a product.
static SOURCES: LazyLock<Vec<Vec<LogSource>>> =
    LazyLock::new(|| by_system(CLASSES.iter().map(|(_, _, categories)| *categories)));

/// Adds Sigma's names to an event; gives its log source, when its class has one.
pub(crate) fn map(draft: &mut Draft<'_>) -> Option<&'static LogSource> {
    let class = draft.get("class_uid")?;
    let activity = draft.get("activity_id").unwrap_or_default();
    let index = CLASSES.iter().position(|(uid, activities, _)| {
        *uid == class && (activities.is_empty() || activities.contains(&activity))
    })?;
    let system = ["device.os.type", "device.os.name"].iter().find_map(|name| draft.get(name));
    let system = system.map(str::to_ascii_lowercase).unwrap_or_default();
    let product = SYSTEMS.iter().position(|product| system.contains(product)).unwrap_or(SYSTEMS.len());
    for (name, from) in &ADDED {
        draft.add(name, from);
    }
    SOURCES.get(product)?.get(index)
}

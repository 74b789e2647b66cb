//! What Zeek calls its logs and fields, and what Sigma calls them: for text and JSON alike.
//!
//! Sigma names a log by its path (`product: zeek`, `service: conn`), and fields as Zeek does (`id.orig_h`).

use crate::names::log_source::{Table, log_source};
use crate::names::mapping::{self, Added};
use crate::record::draft::{Draft, Facts, Piece};
use crate::record::{address, clock};
use model::LogSource;
use std::sync::LazyLock;

/// Columns that name the account: NTLM and SOCKS, FTP and others, Kerberos.
pub(crate) const ACCOUNTS: [&str; 3] = ["username", "user", "client"];

/// The log source of a path.
pub(crate) fn source(path: Option<&str>) -> LogSource {
    let known = mapping::ZEEK.iter().find(|(known, _, _)| path == Some(*known));
    let categories = known.map_or(&[] as &[&str], |(_, categories, _)| categories);
    log_source(Some("zeek"), path, categories)
}

pub(crate) fn added(path: &str) -> &'static [Added] {
    mapping::ZEEK.iter().find(|(known, _, _)| path == *known).map_or(&[], |(_, _, added)| added)
}

/// Logs that Zeek and its common packages write, so that JSON records share their log sources.
pub(crate) const PATHS: [&str; 72] = [
    "analyzer",
    "broker",
    "capture_loss",
    "cluster",
    "config",
    "conn",
    "conn-summary",
    "dce_rpc",
    "dhcp",
    "dnp3",
    "dnp3_control",
    "dnp3_objects",
    "dns",
    "dpd",
    "files",
    "ftp",
    "http",
    "intel",
    "irc",
    "kerberos",
    "known_certs",
    "known_hosts",
    "known_modbus",
    "known_services",
    "ldap",
    "ldap_search",
    "loaded_scripts",
    "modbus",
    "modbus_register_change",
    "mqtt_connect",
    "mqtt_publish",
    "mqtt_subscribe",
    "mysql",
    "netcontrol",
    "netcontrol_catch_release",
    "netcontrol_drop",
    "netcontrol_shunt",
    "notice",
    "notice_alarm",
    "ntlm",
    "ntp",
    "ocsp",
    "openflow",
    "packet_filter",
    "pe",
    "postgresql",
    "print",
    "quic",
    "radius",
    "rdp",
    "redis",
    "reporter",
    "rfb",
    "signatures",
    "sip",
    "smb_cmd",
    "smb_files",
    "smb_mapping",
    "smtp",
    "snmp",
    "socks",
    "software",
    "ssh",
    "ssl",
    "stats",
    "syslog",
    "telemetry",
    "traceroute",
    "tunnel",
    "weird",
    "weird_stats",
    "x509",
];

static SOURCES: LazyLock<Table<LogSource>> =
    LazyLock::new(|| PATHS.iter().map(|path| (*path, source(Some(path)))).collect());
static UNKNOWN: LazyLock<LogSource> = LazyLock::new(|| source(None));

/// The path of a log whose records do not have it: Zeek's own JSON writer leaves it to the name of the file.
pub(crate) struct Paths(Option<&'static str>);

impl Paths {
    /// By the name: `conn.log`, `archive.zip!logs/conn.00:00:00-01:00:00.log`.
    pub(crate) fn of_name(name: &str) -> Self {
        let file = name.rsplit(['/', '\\', '!']).next().unwrap_or(name);
        let stem = file.split('.').next().unwrap_or(file);
        Self(PATHS.iter().copied().find(|path| *path == stem))
    }
}

/// Gives the fields of a Zeek record in JSON Zeek's own names; gives its facts.
pub(crate) fn map<'c>(draft: &mut Draft<'c>, paths: &Paths) -> Facts<'c, 'static> {
    for index in 0..draft.fields.len() {
        let name = draft.fields.get(index).map_or("", |field| draft.text(field.name));
        // Some shippers cannot have dots in names.
        let own = match name {
            "id_orig_h" => "id.orig_h",
            "id_orig_p" => "id.orig_p",
            "id_resp_h" => "id.resp_h",
            "id_resp_p" => "id.resp_p",
            _ => continue,
        };
        if let Some(field) = draft.fields.get_mut(index) {
            field.name = Piece::Chunk(own);
        }
    }
    let path = draft.get("_path").or_else(|| draft.get("@stream")).or(paths.0).unwrap_or_default();
    let mut facts = Facts::of(SOURCES.get(path).unwrap_or(&UNKNOWN));
    for (name, from) in added(path) {
        draft.add(name, from);
    }
    let mut times = ["ts", "@timestamp"].iter();
    facts.time = times.find_map(|name| draft.get(name).and_then(clock::parse));
    facts.from = draft.get("id.orig_h").and_then(address::parse);
    facts.to = draft.get("id.resp_h").and_then(address::parse);
    facts.account = ACCOUNTS.iter().find_map(|name| draft.piece(name));
    facts.host = draft.piece("@system");
    facts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_file_gives_the_path_of_the_log() {
        let path = |name: &str| Paths::of_name(name).0;
        assert_eq!(path("conn.log"), Some("conn"));
        assert_eq!(path("a.zip!2024-06-12/dns.03:00:00-04:00:00.log"), Some("dns"));
        assert_eq!(path("events.json"), None);
    }
}

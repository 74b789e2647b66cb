//! Files that the binary carries: the demo organisation and our own rules. Written by `cargo xtask embed`.

/// A file: its path in the repository and its bytes.
type File = (&'static str, &'static [u8]);

/// The demo's files whose path begins so.
pub fn demo(folder: &str) -> impl Iterator<Item = File> {
    DEMO.iter().copied().filter(move |(name, _)| name.starts_with(folder))
}

/// The demo organisation.
#[rustfmt::skip]
pub const DEMO: &[File] = &[
    ("demo/NOTICE", include_bytes!("../../../demo/NOTICE")),
    ("demo/advisory.md", include_bytes!("../../../demo/advisory.md")),
    ("demo/collections/2026-06-20-event4_sinkhole_http-seaward.csv", include_bytes!("../../../demo/collections/2026-06-20-event4_sinkhole_http-seaward.csv")),
    ("demo/collections/hibp-seaward.example.json", include_bytes!("../../../demo/collections/hibp-seaward.example.json")),
    ("demo/collections/intelmq-events.jsonl", include_bytes!("../../../demo/collections/intelmq-events.jsonl")),
    ("demo/collections/stealer-log-2026-06-11.csv", include_bytes!("../../../demo/collections/stealer-log-2026-06-11.csv")),
    ("demo/estate/accounts.csv", include_bytes!("../../../demo/estate/accounts.csv")),
    ("demo/estate/devices.csv", include_bytes!("../../../demo/estate/devices.csv")),
    ("demo/estate/firewall.csv", include_bytes!("../../../demo/estate/firewall.csv")),
    ("demo/estate/names.csv", include_bytes!("../../../demo/estate/names.csv")),
    ("demo/estate/packages/git-1/status", include_bytes!("../../../demo/estate/packages/git-1/status")),
    ("demo/estate/packages/sensor-1/status", include_bytes!("../../../demo/estate/packages/sensor-1/status")),
    ("demo/estate/sbom/app-1.cdx.json", include_bytes!("../../../demo/estate/sbom/app-1.cdx.json")),
    ("demo/estate/sbom/app-2.cdx.json", include_bytes!("../../../demo/estate/sbom/app-2.cdx.json")),
    ("demo/estate/sbom/db-1.cdx.json", include_bytes!("../../../demo/estate/sbom/db-1.cdx.json")),
    ("demo/estate/sbom/mail-1.cdx.json", include_bytes!("../../../demo/estate/sbom/mail-1.cdx.json")),
    ("demo/estate/sbom/monitor-1.cdx.json", include_bytes!("../../../demo/estate/sbom/monitor-1.cdx.json")),
    ("demo/estate/sbom/portal-1.cdx.json", include_bytes!("../../../demo/estate/sbom/portal-1.cdx.json")),
    ("demo/estate/sbom/portal-2.cdx.json", include_bytes!("../../../demo/estate/sbom/portal-2.cdx.json")),
    ("demo/estate/sbom/proxy-1.cdx.json", include_bytes!("../../../demo/estate/sbom/proxy-1.cdx.json")),
    ("demo/estate/sbom/tickets-1.cdx.json", include_bytes!("../../../demo/estate/sbom/tickets-1.cdx.json")),
    ("demo/estate/sbom/wiki-1.cdx.json", include_bytes!("../../../demo/estate/sbom/wiki-1.cdx.json")),
    ("demo/estate/zones.csv", include_bytes!("../../../demo/estate/zones.csv")),
    ("demo/knowledge/attack-g0065.json", include_bytes!("../../../demo/knowledge/attack-g0065.json")),
    ("demo/knowledge/cve5.jsonl", include_bytes!("../../../demo/knowledge/cve5.jsonl")),
    ("demo/knowledge/endoflife.jsonl", include_bytes!("../../../demo/knowledge/endoflife.jsonl")),
    ("demo/knowledge/exploits.csv", include_bytes!("../../../demo/knowledge/exploits.csv")),
    ("demo/knowledge/known_exploited_vulnerabilities.json", include_bytes!("../../../demo/knowledge/known_exploited_vulnerabilities.json")),
    ("demo/knowledge/osv.jsonl", include_bytes!("../../../demo/knowledge/osv.jsonl")),
    ("demo/logs/app-1/auth.log.gz", include_bytes!("../../../demo/logs/app-1/auth.log.gz")),
    ("demo/logs/backup-1/sysmon.json.gz", include_bytes!("../../../demo/logs/backup-1/sysmon.json.gz")),
    ("demo/logs/db-1/auth.log.gz", include_bytes!("../../../demo/logs/db-1/auth.log.gz")),
    ("demo/logs/dc-1/security.json.gz", include_bytes!("../../../demo/logs/dc-1/security.json.gz")),
    ("demo/logs/dc-2/security.json.gz", include_bytes!("../../../demo/logs/dc-2/security.json.gz")),
    ("demo/logs/files-1/security.json.gz", include_bytes!("../../../demo/logs/files-1/security.json.gz")),
    ("demo/logs/files-2/security.json.gz", include_bytes!("../../../demo/logs/files-2/security.json.gz")),
    ("demo/logs/files-2/sysmon.json.gz", include_bytes!("../../../demo/logs/files-2/sysmon.json.gz")),
    ("demo/logs/files-3/security.json.gz", include_bytes!("../../../demo/logs/files-3/security.json.gz")),
    ("demo/logs/fw-1/traffic.log.gz", include_bytes!("../../../demo/logs/fw-1/traffic.log.gz")),
    ("demo/logs/git-1/auth.log.gz", include_bytes!("../../../demo/logs/git-1/auth.log.gz")),
    ("demo/logs/jump-1/security.json.gz", include_bytes!("../../../demo/logs/jump-1/security.json.gz")),
    ("demo/logs/mail-1/access.log.gz", include_bytes!("../../../demo/logs/mail-1/access.log.gz")),
    ("demo/logs/mail-1/security.json.gz", include_bytes!("../../../demo/logs/mail-1/security.json.gz")),
    ("demo/logs/portal-1/access.log.gz", include_bytes!("../../../demo/logs/portal-1/access.log.gz")),
    ("demo/logs/portal-1/security.json.gz", include_bytes!("../../../demo/logs/portal-1/security.json.gz")),
    ("demo/logs/portal-1/sysmon.json.gz", include_bytes!("../../../demo/logs/portal-1/sysmon.json.gz")),
    ("demo/logs/portal-2/access.log.gz", include_bytes!("../../../demo/logs/portal-2/access.log.gz")),
    ("demo/logs/portal-2/security.json.gz", include_bytes!("../../../demo/logs/portal-2/security.json.gz")),
    ("demo/logs/portal-2/sysmon.json.gz", include_bytes!("../../../demo/logs/portal-2/sysmon.json.gz")),
    ("demo/logs/remote-1/signin.json.gz", include_bytes!("../../../demo/logs/remote-1/signin.json.gz")),
    ("demo/logs/sensor-1/dns.log.gz", include_bytes!("../../../demo/logs/sensor-1/dns.log.gz")),
    ("demo/logs/wiki-1/access.log.gz", include_bytes!("../../../demo/logs/wiki-1/access.log.gz")),
    ("demo/logs/wiki-1/auth.log.gz", include_bytes!("../../../demo/logs/wiki-1/auth.log.gz")),
];

/// Our own Sigma rules.
#[rustfmt::skip]
pub const RULES: &[File] = &[
    ("rules/administration-port-from-internet.yml", include_bytes!("../../../rules/administration-port-from-internet.yml")),
    ("rules/archive-with-password.yml", include_bytes!("../../../rules/archive-with-password.yml")),
    ("rules/confluence-setup-endpoint.yml", include_bytes!("../../../rules/confluence-setup-endpoint.yml")),
    ("rules/credential-store-dump-commands.yml", include_bytes!("../../../rules/credential-store-dump-commands.yml")),
    ("rules/directory-enumeration-commands.yml", include_bytes!("../../../rules/directory-enumeration-commands.yml")),
    ("rules/exchange-proxyshell-request.yml", include_bytes!("../../../rules/exchange-proxyshell-request.yml")),
    ("rules/host-firewall-opened-9998-9999-linux.yml", include_bytes!("../../../rules/host-firewall-opened-9998-9999-linux.yml")),
    ("rules/host-firewall-opened-9998-9999-windows.yml", include_bytes!("../../../rules/host-firewall-opened-9998-9999-windows.yml")),
    ("rules/large-outbound-transfer.yml", include_bytes!("../../../rules/large-outbound-transfer.yml")),
    ("rules/log4shell-probe.yml", include_bytes!("../../../rules/log4shell-probe.yml")),
    ("rules/lsass-memory-access.yml", include_bytes!("../../../rules/lsass-memory-access.yml")),
    ("rules/privileged-group-read-on-controller.yml", include_bytes!("../../../rules/privileged-group-read-on-controller.yml")),
    ("rules/rc4-service-ticket.yml", include_bytes!("../../../rules/rc4-service-ticket.yml")),
    ("rules/script-written-into-web-root-linux.yml", include_bytes!("../../../rules/script-written-into-web-root-linux.yml")),
    ("rules/script-written-into-web-root-windows.yml", include_bytes!("../../../rules/script-written-into-web-root-windows.yml")),
    ("rules/service-account-ntlm-logon.yml", include_bytes!("../../../rules/service-account-ntlm-logon.yml")),
    ("rules/smb-from-dmz.yml", include_bytes!("../../../rules/smb-from-dmz.yml")),
    ("rules/upload-of-script-accepted.yml", include_bytes!("../../../rules/upload-of-script-accepted.yml")),
    ("rules/web-server-starts-shell-linux.yml", include_bytes!("../../../rules/web-server-starts-shell-linux.yml")),
    ("rules/web-server-starts-shell-windows.yml", include_bytes!("../../../rules/web-server-starts-shell-windows.yml")),
    ("rules/web-shell-request.yml", include_bytes!("../../../rules/web-shell-request.yml")),
];

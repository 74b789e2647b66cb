//! The tables: which field says what, and which log source a record belongs to. Data only.
//!
//! Sources: the Sigma taxonomy appendix and SigmaHQ's log source list (service names and their channels,
//! categories and their event IDs), the Elastic Common Schema, the exporters' own manuals. A table that a
//! reader can see, so that a user's own file can extend it.

/// What a field says of a record, whatever its source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// When it happened.
    Time,
    /// On which machine.
    Host,
    /// Which account acted.
    Account,
    /// Where it came from.
    From,
    /// Where it went.
    To,
}

/// Field names by role, the most telling first.
pub(crate) const ROLES: [(Role, &[&str]); 5] = [
    (
        Role::Time,
        &[
            "@timestamp",
            "isotimestamp",
            "utc_time",
            "eventTime",
            "EventTime",
            "timestamp",
            "Timestamp",
            "time",
            "Time",
            "ts",
            "_time",
            "time_iso8601",
            "time_local",
            "TimeCreated",
            "TimeGenerated",
            "UtcTime",
            "CreationTime",
            "createdDateTime",
            "activityDateTime",
            "requestReceivedTimestamp",
            "eventTimestamp",
            "event.created",
            "event_time",
            "eventtime",
            "id.time",
            "__REALTIME_TIMESTAMP",
            "published",
            "date",
            "datetime",
            "dateTime",
            "StartTime",
            "start_time",
            "created_at",
            "createdAt",
            "start",
            "msec",
        ],
    ),
    (
        Role::Host,
        &[
            "host.name",
            "host.hostname",
            "host_name",
            "Computer",
            "computer_name",
            "Hostname",
            "HostName",
            "hostname",
            "DeviceHostName",
            "DeviceName",
            "LogSourceName",
            "deviceDetail.displayName",
            "device.hostname",
            "beat.hostname",
            "agent.hostname",
            "MachineName",
            "_HOSTNAME",
            "@system",
            "host",
            "node_id",
            "devname",
            "observer.name",
        ],
    ),
    (
        Role::Account,
        &[
            "user.name",
            "impersonatedUser.username",
            "userIdentity.arn",
            "userIdentity.userName",
            "userPrincipalName",
            "UserPrincipalName",
            "Actor.UPN",
            "UserId",
            "actor.alternateId",
            "actor.user.name",
            "actor.email",
            "protoPayload.authenticationInfo.principalEmail",
            "user.username",
            "User",
            "username",
            "userName",
            "UserName",
            "AccountName",
            "account",
            "actor",
            "remote_user",
            "user",
            "caller",
            "initiatedBy.user.userPrincipalName",
            "initiatedBy.app.displayName",
            "resource.accessKeyDetails.userName",
            "USERNAME",
            "logdata.USERNAME",
            "SourceUser",
        ],
    ),
    (
        Role::From,
        &[
            "source.ip",
            "source.address",
            "src_endpoint.ip",
            "sourceIPAddress",
            "callerIpAddress",
            "initiatedBy.user.ipAddress",
            "ipAddress",
            "IPAddress",
            "client.ipAddress",
            "ClientIP",
            "ClientIPAddress",
            "client.ip",
            "clientIp",
            "client_ip",
            "clientip",
            "actor_ip",
            "SourceIp",
            "src_ip",
            "srcip",
            "src",
            "source_ip",
            "remote_addr",
            "remote_ip",
            "remoteAddr",
            "request.client_ip",
            "request.remote_ip",
            "ClientHost",
            "sourceIPs",
            "id.orig_h",
            "id_orig_h",
            "IpAddress",
            "SourceAddress",
            "protoPayload.requestMetadata.callerIp",
            "httpRequest.clientIp",
            "httpRequest.remoteIp",
            "srcaddr",
            "sourceIPv4Address",
            "sourceIPv6Address",
            "IPV4_SRC_ADDR",
            "IPV6_SRC_ADDR",
            "access_device.ip",
            "src_host",
            "request.ipSrc",
            "client_address",
            "SenderIPv4",
            "SenderIPv6",
            "LocalIP",
            "properties.ipAddress",
            "service.action.awsApiCallAction.remoteIpDetails.ipAddressV4",
            "service.action.networkConnectionAction.remoteIpDetails.ipAddressV4",
            "service.action.portProbeAction.portProbeDetails.remoteIpDetails.ipAddressV4",
            "service.action.kubernetesApiCallAction.remoteIpDetails.ipAddressV4",
            "service.action.rdsLoginAttemptAction.remoteIpDetails.ipAddressV4",
            "PublicIP",
        ],
    ),
    (
        Role::To,
        &[
            "destination.ip",
            "destination.address",
            "dst_endpoint.ip",
            "DestinationIp",
            "dst_ip",
            "dstip",
            "dest_ip",
            "destination_ip",
            "dst",
            "server.ip",
            "id.resp_h",
            "id_resp_h",
            "DestAddress",
            "DestinationAddress",
            "DestinationIPAddress",
            "dstaddr",
            "destinationIPv4Address",
            "destinationIPv6Address",
            "IPV4_DST_ADDR",
            "IPV6_DST_ADDR",
            "dst_host",
            "RemoteIP",
            "server_addr",
            "upstream_addr",
            "request.ipDst",
            "service.action.networkConnectionAction.localIpDetails.ipAddressV4",
            "service.action.portProbeAction.portProbeDetails.localIpDetails.ipAddressV4",
        ],
    ),
];

/// How many of the names of times at the end of their list do not make a record an event by themselves: what
/// is published or inventoried has them as well.
pub(crate) const TIMES_NOT_ENOUGH: usize = 10;

/// A field that is added under the name that Sigma rules use, from the first of these that is there;
/// `domain\name` stands for two fields that are joined.
pub(crate) type Added = (&'static str, &'static [&'static str]);

/// Web logs as JSON (nginx and Apache templates, Caddy, Traefik, ECS). A record is a web log when it has a
/// method, a target and a status, or a request line and a status.
pub(crate) const WEB: [Added; 10] = [
    (
        "c-ip",
        &[
            "remote_addr",
            "remote_ip",
            "client_ip",
            "clientip",
            "clientIp",
            "client",
            "ClientHost",
            "request.client_ip",
            "request.remote_ip",
            "remoteAddr",
            "remoteIp",
            "remote_host",
            "source.ip",
            "client.ip",
            "httpRequest.clientIp",
            "httpRequest.remoteIp",
            "ip",
        ],
    ),
    (
        "cs-method",
        &[
            "request_method",
            "method",
            "verb",
            "RequestMethod",
            "request.method",
            "http.request.method",
            "httpMethod",
            "httpRequest.httpMethod",
            "httpRequest.requestMethod",
            "req.method",
        ],
    ),
    (
        "cs-uri",
        &[
            "request_uri",
            "uri",
            "RequestPath",
            "request.uri",
            "url.original",
            "url",
            "path",
            "req.url",
            "httpRequest.uri",
            "httpRequest.requestUrl",
            "http.url",
            "url.path",
        ],
    ),
    (
        "sc-status",
        &[
            "status",
            "status_code",
            "statusCode",
            "response",
            "DownstreamStatus",
            "response_status",
            "http.response.status_code",
            "httpRequest.status",
            "res.statusCode",
            "code",
        ],
    ),
    ("request", &["request", "request_line", "requestLine"]),
    (
        "cs-user-agent",
        &[
            "http_user_agent",
            "user_agent",
            "userAgent",
            "agent",
            "request_User-Agent",
            "request.headers.User-Agent",
            "user_agent.original",
            "httpRequest.userAgent",
            "req.headers.user-agent",
            "useragent",
        ],
    ),
    (
        "cs-referer",
        &[
            "http_referer",
            "http_referrer",
            "referer",
            "referrer",
            "request_Referer",
            "request.headers.Referer",
            "http.request.referrer",
            "httpRequest.referer",
        ],
    ),
    ("cs-host", &["http_host", "host", "server_name", "RequestHost", "request.host", "url.domain", "vhost"]),
    ("cs-username", &["remote_user", "user", "ClientUsername", "user_id", "user.name"]),
    (
        "sc-bytes",
        &[
            "body_bytes_sent",
            "bytes_sent",
            "bytes",
            "size",
            "DownstreamContentSize",
            "http.response.body.bytes",
            "httpRequest.responseSize",
        ],
    ),
];

/// Firewalls that write `key=value` pairs: FortiGate, Sophos, SonicWall, Cisco Meraki, netfilter, pf and
/// others. A record is a firewall's when it has both addresses.
pub(crate) const FIREWALL: [Added; 12] = [
    (
        "src_ip",
        &[
            "srcip",
            "src_ip",
            "src",
            "SRC",
            "source_ip",
            "sourceip",
            "sourceAddress",
            "SrcIP",
            "source-address",
            "ip_client",
            "remip",
            "userip",
        ],
    ),
    (
        "dst_ip",
        &[
            "dstip",
            "dst_ip",
            "dst",
            "DST",
            "dest_ip",
            "destination_ip",
            "destip",
            "DstIP",
            "destination-address",
            "locip",
        ],
    ),
    ("src_port", &["srcport", "src_port", "sport", "SPT", "source_port", "spt", "SrcPort", "srcPort"]),
    (
        "dst_port",
        &[
            "dstport",
            "dst_port",
            "dport",
            "DPT",
            "dest_port",
            "destination_port",
            "dpt",
            "DstPort",
            "dstPort",
        ],
    ),
    ("action", &["action", "log_subtype", "pattern", "disposition", "act", "Action"]),
    ("protocol", &["proto", "protocol", "PROTO"]),
    ("bytes_out", &["sentbyte", "sent_bytes", "bytes_out", "sent", "out"]),
    ("bytes_in", &["rcvdbyte", "recv_bytes", "bytes_in", "rcvd", "received_bytes", "in"]),
    ("src_zone", &["srczone", "src_zone", "srczonetype", "srcintfrole", "srcintf", "from_zone"]),
    ("dst_zone", &["dstzone", "dst_zone", "dstzonetype", "dstintfrole", "dstintf", "to_zone"]),
    ("user", &["user", "srcuser", "user_name", "username", "usr", "unauthuser"]),
    ("host", &["devname", "device_name", "fw_name", "unit_hostname", "hostname"]),
];

/// A maker and its product, as CEF and LEEF name them, and what its events are in Sigma's taxonomy.
pub(crate) struct Appliance {
    /// How the vendor's name begins, in small letters.
    pub(crate) vendor: &'static str,
    /// What the product's name contains, in small letters.
    pub(crate) product_has: &'static str,
    /// Sigma's product.
    pub(crate) product: Option<&'static str>,
    /// Sigma's service.
    pub(crate) service: Option<&'static str>,
    /// Sigma's categories.
    pub(crate) categories: &'static [&'static str],
}

const fn appliance(
    vendor: &'static str,
    product_has: &'static str,
    product: Option<&'static str>,
    categories: &'static [&'static str],
) -> Appliance {
    Appliance { vendor, product_has, product, service: None, categories }
}

/// The first line that fits holds.
pub(crate) const APPLIANCES: [Appliance; 34] = [
    appliance("fortinet", "fortigate", Some("fortigate"), &["firewall"]),
    appliance("fortinet", "fortiproxy", Some("fortinet"), &["proxy"]),
    appliance("fortinet", "fortiweb", Some("fortinet"), &["webserver"]),
    appliance("palo alto", "pan-os", Some("paloalto"), &["firewall"]),
    appliance("palo alto", "lf", Some("paloalto"), &["firewall"]),
    appliance("check point", "vpn-1", Some("checkpoint"), &["firewall"]),
    appliance("check point", "firewall", Some("checkpoint"), &["firewall"]),
    appliance("check point", "url filtering", Some("checkpoint"), &["proxy"]),
    appliance("check point", "anti", Some("checkpoint"), &["antivirus"]),
    appliance("check point", "", Some("checkpoint"), &["firewall"]),
    appliance("cisco", "asa", Some("cisco"), &["firewall"]),
    appliance("cisco", "firepower", Some("cisco"), &["firewall"]),
    appliance("cisco", "web security", Some("cisco"), &["proxy"]),
    appliance("cisco", "umbrella", Some("cisco"), &["dns"]),
    appliance("juniper", "", Some("juniper"), &["firewall"]),
    appliance("sonicwall", "", Some("sonicwall"), &["firewall"]),
    appliance("sophos", "firewall", Some("sophos"), &["firewall"]),
    appliance("sophos", "", Some("sophos"), &["antivirus"]),
    appliance("stormshield", "", Some("stormshield"), &["firewall"]),
    appliance("watchguard", "", Some("watchguard"), &["firewall"]),
    appliance("barracuda", "", Some("barracuda"), &["firewall"]),
    appliance("forcepoint", "firewall", Some("forcepoint"), &["firewall"]),
    appliance("forcepoint", "", Some("forcepoint"), &["proxy"]),
    appliance("zscaler", "nssfw", Some("zscaler"), &["firewall"]),
    appliance("zscaler", "", Some("zscaler"), &["proxy"]),
    appliance("blue coat", "", Some("bluecoat"), &["proxy"]),
    appliance("bluecoat", "", Some("bluecoat"), &["proxy"]),
    appliance("symantec", "proxysg", Some("bluecoat"), &["proxy"]),
    appliance("squid", "", Some("squid"), &["proxy"]),
    appliance("mcafee", "web gateway", Some("mcafee"), &["proxy"]),
    appliance("netskope", "", Some("netskope"), &["proxy"]),
    appliance("f5", "asm", Some("f5"), &["webserver"]),
    appliance("imperva", "", Some("imperva"), &["webserver"]),
    appliance("incapsula", "", Some("imperva"), &["webserver"]),
];

/// Makers whose events are those of an antivirus when their name, class or category says one of
/// [`MALWARE_WORDS`].
pub(crate) const ANTIVIRUS_VENDORS: [&str; 14] = [
    "trend micro",
    "crowdstrike",
    "symantec",
    "mcafee",
    "trellix",
    "kaspersky",
    "eset",
    "sentinelone",
    "bitdefender",
    "microsoft",
    "cylance",
    "carbon black",
    "withsecure",
    "f-secure",
];
/// See [`ANTIVIRUS_VENDORS`].
pub(crate) const MALWARE_WORDS: [&str; 7] =
    ["malware", "virus", "trojan", "ransom", "spyware", "threat", "infected"];

/// Proxies that write the W3C Extended Log Format, under the names of Sigma's `proxy` category.
pub(crate) const W3C_PROXY: [Added; 6] = [
    ("c-uri", &["cs-uri", "r-uri"]),
    ("c-uri-query", &["cs-uri-query"]),
    ("c-uri-extension", &["cs-uri-extension"]),
    ("c-useragent", &["cs-user-agent"]),
    ("src_ip", &["c-ip"]),
    ("dst_ip", &["r-ip", "s-ip"]),
];

/// What Zeek logs are beside themselves: their path, their Sigma categories, and the names added.
pub(crate) const ZEEK: [(&str, &[&str], &[Added]); 3] = [
    (
        "conn",
        &["firewall"],
        &[
            ("src_ip", &["id.orig_h"]),
            ("dst_ip", &["id.resp_h"]),
            ("src_port", &["id.orig_p"]),
            ("dst_port", &["id.resp_p"]),
            ("bytes_out", &["orig_bytes"]),
            ("bytes_in", &["resp_bytes"]),
        ],
    ),
    ("dns", &["dns"], &[("answer", &["answers"]), ("record_type", &["qtype_name"])]),
    ("http", &[], &[]),
];

/// Programs of Linux systems whose service in Sigma has another name, or is one.
pub(crate) const PROGRAMS: [(&str, &str); 15] = [
    ("sshd", "sshd"),
    ("sshd-session", "sshd"),
    ("sudo", "sudo"),
    ("cron", "cron"),
    ("CRON", "cron"),
    ("CROND", "cron"),
    ("crond", "cron"),
    ("su", "auth"),
    ("login", "auth"),
    ("systemd-logind", "auth"),
    ("polkitd", "auth"),
    ("vsftpd", "vsftpd"),
    ("clamd", "clamav"),
    ("guacd", "guacamole"),
    ("auditd", "auditd"),
];

/// The channel of Sysmon for Linux; its events are those of Sysmon, its product is Linux.
pub(crate) const LINUX_SYSMON_CHANNEL: &str = "Linux-Sysmon/Operational";

/// Channels of the Windows event log and their Sigma services.
pub(crate) const CHANNELS: &[(&str, &str)] = &[
    ("Application", "application"),
    ("Security", "security"),
    ("System", "system"),
    ("Windows PowerShell", "powershell-classic"),
    ("DNS Server", "dns-server"),
    ("MSExchange Management", "msexchange-management"),
    ("OpenSSH/Operational", "openssh"),
    ("PowerShellCore/Operational", "powershell"),
    ("Microsoft-IIS-Configuration/Operational", "iis-configuration"),
    ("Microsoft-ServiceBus-Client/Admin", "microsoft-servicebus-client"),
    ("Microsoft-ServiceBus-Client/Operational", "microsoft-servicebus-client"),
    ("Microsoft-Windows-AppLocker/EXE and DLL", "applocker"),
    ("Microsoft-Windows-AppLocker/MSI and Script", "applocker"),
    ("Microsoft-Windows-AppLocker/Packaged app-Deployment", "applocker"),
    ("Microsoft-Windows-AppLocker/Packaged app-Execution", "applocker"),
    ("Microsoft-Windows-AppModel-Runtime/Admin", "appmodel-runtime"),
    ("Microsoft-Windows-AppXDeploymentServer/Operational", "appxdeployment-server"),
    ("Microsoft-Windows-AppXDeployment-Server/Operational", "appxdeployment-server"),
    ("Microsoft-Windows-AppxPackaging/Operational", "appxpackaging-om"),
    ("Microsoft-Windows-Application-Experience/Program-Compatibility-Assistant", "application-experience"),
    ("Microsoft-Windows-Application-Experience/Program-Telemetry", "application-experience"),
    ("Microsoft-Windows-BitLocker/BitLocker Management", "bitlocker"),
    ("Microsoft-Windows-Bits-Client/Operational", "bits-client"),
    ("Microsoft-Windows-CAPI2/Operational", "capi2"),
    (
        "Microsoft-Windows-CertificateServicesClient-Lifecycle-System/Operational",
        "certificateservicesclient-lifecycle-system",
    ),
    ("Microsoft-Windows-CodeIntegrity/Operational", "codeintegrity-operational"),
    ("Microsoft-Windows-DHCP-Server/Operational", "dhcp"),
    ("Microsoft-Windows-DNS Client Events/Operational", "dns-client"),
    ("Microsoft-Windows-DNS-Client/Operational", "dns-client"),
    ("Microsoft-Windows-DNS-Server/Analytical", "dns-server-analytic"),
    ("Microsoft-Windows-DNS-Server/Audit", "dns-server-audit"),
    ("Microsoft-Windows-DNSServer/Analytical", "dns-server-analytic"),
    ("Microsoft-Windows-DNSServer/Audit", "dns-server-audit"),
    ("Microsoft-Windows-Diagnosis-Scripted/Operational", "diagnosis-scripted"),
    ("Microsoft-Windows-DriverFrameworks-UserMode/Operational", "driver-framework"),
    ("Microsoft-Windows-Hyper-V-Worker", "hyper-v-worker"),
    ("Microsoft-Windows-Kernel-EventTracing", "kernel-event-tracing"),
    ("Microsoft-Windows-Kernel-ShimEngine/Diagnostic", "kernel-shimengine"),
    ("Microsoft-Windows-Kernel-ShimEngine/Operational", "kernel-shimengine"),
    ("Microsoft-Windows-LDAP-Client/Debug", "ldap"),
    ("Microsoft-Windows-LSA/Operational", "lsa-server"),
    ("Microsoft-Windows-NTLM/Operational", "ntlm"),
    ("Microsoft-Windows-Ntfs/Operational", "ntfs"),
    ("Microsoft-Windows-PowerShell/Operational", "powershell"),
    ("Microsoft-Windows-PrintService/Admin", "printservice-admin"),
    ("Microsoft-Windows-PrintService/Operational", "printservice-operational"),
    ("Microsoft-Windows-SENSE/Operational", "sense"),
    ("Microsoft-Windows-SMBServer/Connectivity", "smbserver-connectivity"),
    ("Microsoft-Windows-Security-Mitigations/Kernel Mode", "security-mitigations"),
    ("Microsoft-Windows-Security-Mitigations/User Mode", "security-mitigations"),
    ("Microsoft-Windows-Security-Mitigations/KernelMode", "security-mitigations"),
    ("Microsoft-Windows-Security-Mitigations/UserMode", "security-mitigations"),
    ("Microsoft-Windows-Shell-Core/Operational", "shell-core"),
    ("Microsoft-Windows-SmbClient/Connectivity", "smbclient-connectivity"),
    ("Microsoft-Windows-SmbClient/Security", "smbclient-security"),
    ("Microsoft-Windows-Sysmon/Operational", "sysmon"),
    ("Microsoft-Windows-TaskScheduler/Operational", "taskscheduler"),
    (
        "Microsoft-Windows-TerminalServices-LocalSessionManager/Operational",
        "terminalservices-localsessionmanager",
    ),
    (
        "Microsoft-Windows-TerminalServices-RemoteConnectionManager/Operational",
        "terminalservices-remoteconnectionmanager",
    ),
    ("Microsoft-Windows-VHDMP/Operational", "vhdmp"),
    ("Microsoft-Windows-VHDMP-Operational", "vhdmp"),
    ("Microsoft-Windows-WMI-Activity/Operational", "wmi"),
    ("Microsoft-Windows-Windows Defender/Operational", "windefend"),
    ("Microsoft-Windows-Windows Firewall With Advanced Security/Firewall", "firewall-as"),
];

/// Providers whose events belong to a channel, for exports that leave the channel out.
pub(crate) const PROVIDERS: [(&str, &str); 7] = [
    ("Linux-Sysmon", LINUX_SYSMON_CHANNEL),
    ("Microsoft-Windows-Sysmon", "Microsoft-Windows-Sysmon/Operational"),
    ("Microsoft-Windows-Security-Auditing", "Security"),
    ("Microsoft-Windows-PowerShell", "Microsoft-Windows-PowerShell/Operational"),
    ("PowerShell", "Windows PowerShell"),
    ("Service Control Manager", "System"),
    ("Microsoft-Windows-Windows Defender", "Microsoft-Windows-Windows Defender/Operational"),
];

/// What events of a Windows service are beside themselves.
pub(crate) struct Events {
    /// The service.
    pub(crate) service: &'static str,
    /// Their event IDs.
    pub(crate) ids: &'static [u32],
    /// A field and how its value must begin; the first line that fits holds.
    pub(crate) when: Option<(&'static str, &'static str)>,
    /// Sigma categories.
    pub(crate) categories: &'static [&'static str],
    /// Names added.
    pub(crate) added: &'static [Added],
}

const fn events(service: &'static str, ids: &'static [u32], categories: &'static [&'static str]) -> Events {
    Events { service, ids, when: None, categories, added: &[] }
}

const fn registry(kind: &'static str, categories: &'static [&'static str]) -> Events {
    Events { service: "sysmon", ids: &[12], when: Some(("EventType", kind)), categories, added: &[] }
}

/// Windows events and their categories.
pub(crate) const EVENTS: &[Events] = &[
    events("sysmon", &[1], &["process_creation"]),
    events("sysmon", &[2], &["file_change"]),
    events("sysmon", &[3], &["network_connection"]),
    events("sysmon", &[4, 16], &["sysmon_status"]),
    events("sysmon", &[5], &["process_termination"]),
    events("sysmon", &[6], &["driver_load"]),
    events("sysmon", &[7], &["image_load"]),
    events("sysmon", &[8], &["create_remote_thread"]),
    events("sysmon", &[9], &["raw_access_thread"]),
    events("sysmon", &[10], &["process_access"]),
    events("sysmon", &[11], &["file_event"]),
    registry("Create", &["registry_event", "registry_add"]),
    registry("Delete", &["registry_event", "registry_delete"]),
    events("sysmon", &[12], &["registry_event"]),
    events("sysmon", &[13], &["registry_event", "registry_set"]),
    events("sysmon", &[14], &["registry_event", "registry_rename"]),
    events("sysmon", &[15], &["create_stream_hash"]),
    events("sysmon", &[17, 18], &["pipe_created"]),
    events("sysmon", &[19, 20, 21], &["wmi_event"]),
    events("sysmon", &[22], &["dns_query"]),
    events("sysmon", &[23], &["file_delete"]),
    events("sysmon", &[24], &["clipboard_change"]),
    events("sysmon", &[25], &["process_tampering"]),
    events("sysmon", &[26], &["file_delete", "file_delete_detected"]),
    events("sysmon", &[27], &["file_block_executable"]),
    events("sysmon", &[28], &["file_block_shredding"]),
    events("sysmon", &[29], &["file_executable_detected"]),
    events("sysmon", &[255], &["sysmon_error"]),
    events("powershell", &[4103], &["ps_module"]),
    events("powershell", &[4104], &["ps_script"]),
    events("powershell-classic", &[400], &["ps_classic_start"]),
    events("powershell-classic", &[600], &["ps_classic_provider_start"]),
    events("powershell-classic", &[800], &["ps_classic_script"]),
    Events {
        service: "security",
        ids: &[4688],
        when: None,
        categories: &["process_creation"],
        added: &[
            ("Image", &["NewProcessName"]),
            ("ParentImage", &["ParentProcessName"]),
            ("User", &["SubjectDomainName\\SubjectUserName", "SubjectUserName"]),
            ("LogonId", &["SubjectLogonId"]),
            ("IntegrityLevel", &["MandatoryLabel"]),
        ],
    },
    Events {
        service: "windefend",
        ids: &[1006, 1007, 1008, 1009, 1010, 1011, 1012, 1017, 1018, 1019, 1115, 1116],
        when: None,
        categories: &["antivirus"],
        added: &[("Signature", &["Threat Name", "ThreatName"]), ("Filename", &["Path"])],
    },
];

/// Security events that are about the account that logs on, not about the one that asks for it.
pub(crate) const LOGON_EVENTS: [u32; 11] = [4624, 4625, 4634, 4647, 4768, 4769, 4770, 4771, 4772, 4776, 4777];

/// Domain and name of the account that acted, the most telling first.
pub(crate) const WINDOWS_ACCOUNTS: [(&str, &str); 11] = [
    ("SubjectDomainName", "SubjectUserName"),
    ("", "User"),
    ("", "SourceUser"),
    ("TargetDomainName", "TargetUserName"),
    ("user.domain", "user.name"),
    ("AccountDomain", "AccountName"),
    ("Domain", "AccountName"),
    ("", "Requester"),
    ("", "UserName"),
    ("", "UserContext"),
    ("", "Security_UserID"),
];

/// When a Windows event happened. Exporters disagree: `EventTime` of NXLog is local time, so what is
/// certainly UTC stands before it.
pub(crate) const WINDOWS_TIMES: [&str; 8] = [
    "SystemTime",
    "UtcTime",
    "@timestamp",
    "TimeCreated",
    "EventTime",
    "TimeGenerated",
    "timestamp",
    "EventReceivedTime",
];

/// The number of a Windows event in its channel, in the spellings of exporters.
pub(crate) const WINDOWS_NUMBERS: [&str; 6] =
    ["EventRecordID", "RecordNumber", "RecordId", "RecordID", "EventRecordId", "recordNumber"];

/// Where a Windows event came from and went to.
pub(crate) const WINDOWS_FROM: [&str; 8] = [
    "SourceIp",
    "IpAddress",
    "SourceAddress",
    "ClientAddress",
    "ClientIP",
    "Address",
    "source.ip",
    // Network Policy Server: the station that the user sits at.
    "CallingStationID",
];
/// See [`WINDOWS_FROM`].
pub(crate) const WINDOWS_TO: [&str; 4] =
    ["DestinationIp", "DestAddress", "destination.ip", "AuthenticationServer"];

/// Events whose message alone, in English, tells the other side or the account: their number, what stands before
/// the address, what stands before the account (4825: denied remote desktop; 2946: password of a managed service
/// account fetched; 1200 to 1203, 1210: AD FS, as XML in the message).
pub(crate) const WINDOWS_TOLD: [(&[u32], &str, &str); 3] = [
    (&[4825], "Client Address:", "User Name:"),
    (&[2946], "Caller IP:", ""),
    (&[1200, 1201, 1202, 1203, 1210], "<IpAddress>", "<UserId>"),
];

/// Names of the system part of a Windows event, in the spellings of the exporters, and ours: those that
/// Sigma rules use. The prefixes `Event.`, `System.` and `winlog.` have been taken off.
pub(crate) const WINDOWS_SYSTEM: [(&str, &str); 24] = [
    ("EventID.#text", "EventID"),
    ("EventID.Value", "EventID"),
    ("event_id", "EventID"),
    ("event.code", "EventID"),
    ("channel", "Channel"),
    ("log_name", "Channel"),
    ("computer_name", "Computer"),
    ("provider_name", "Provider_Name"),
    ("source_name", "Provider_Name"),
    ("record_id", "EventRecordID"),
    ("record_number", "EventRecordID"),
    ("provider_guid", "Provider_Guid"),
    ("Provider.#attributes.Name", "Provider_Name"),
    ("Provider.Name", "Provider_Name"),
    ("Provider.#attributes.Guid", "Provider_Guid"),
    ("Provider.Guid", "Provider_Guid"),
    ("TimeCreated.#attributes.SystemTime", "SystemTime"),
    ("TimeCreated.SystemTime", "SystemTime"),
    ("Security.#attributes.UserID", "Security_UserID"),
    ("Security.UserID", "Security_UserID"),
    ("Execution.#attributes.ProcessID", "Execution_ProcessID"),
    ("Execution.#attributes.ThreadID", "Execution_ThreadID"),
    ("Execution.ProcessID", "Execution_ProcessID"),
    ("Execution.ThreadID", "Execution_ThreadID"),
];

/// Names added to flat Windows events of exporters that have their own for the system part.
pub(crate) const WINDOWS_FLAT: [Added; 2] = [
    ("Provider_Name", &["SourceName", "Provider", "ProviderName"]),
    ("Computer", &["Hostname", "HostName", "ComputerName", "host.name", "MachineName", "host"]),
];

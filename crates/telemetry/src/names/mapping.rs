//! The tables: which field says what, and which log source a record belongs to. Data only.
//!
//! Sources: the Sigma taxonomy appendix and SigmaHQ's log source list (service names and their channels,
//! categories and their event IDs), the Elastic Common Schema, the exporters' own manuals. A table that a
//! reader can see, so that a user's own file can extend it.

/// The role of a field in a record of any source.
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

/// Field names by role, the best source first.
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

/// So many of the names of times, at the end of their list, do not make a record an event by themselves: reports and
/// inventories have them as well.
pub(crate) const TIMES_NOT_ENOUGH: usize = 10;

/// A field that is added under the name that Sigma rules use, from the first of these that is there;
/// `domain\name` means two fields that are joined.
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

/// Makers whose events are those of an antivirus when their name, class or category has one of
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

/// Zeek logs by their path: their Sigma categories, and the names added.
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

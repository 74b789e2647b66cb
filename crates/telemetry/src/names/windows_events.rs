//! The tables of Windows events: channels and event IDs with their Sigma services and categories, and which field
//! says what. Data only.
//!
//! Sources: SigmaHQ's log source list (service names and their channels, categories and their event IDs), the
//! exporters' own manuals.

use crate::names::mapping::Added;

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

/// Events of a Windows service: their Sigma categories, and the names added to them.
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

const fn named(service: &'static str, ids: &'static [u32], added: &'static [Added]) -> Events {
    Events { service, ids, when: None, categories: &[], added }
}

/// Events of a service whose data have no names before Windows 11, and the names that they have since, in their order
/// (Windows Error Reporting: "Application Error", event 1000).
pub(crate) const UNNAMED: [(&str, u32, &[&str]); 1] = [(
    "application",
    1000,
    &[
        "AppName",
        "AppVersion",
        "AppTimeStamp",
        "ModuleName",
        "ModuleVersion",
        "ModuleTimeStamp",
        "ExceptionCode",
        "FaultingOffset",
        "ProcessId",
        "ProcessCreationTime",
        "AppPath",
        "ModulePath",
        "IntegratorReportId",
        "PackageFullName",
        "PackageRelativeAppId",
    ],
)];

/// The event that says that a value of the registry was changed (Microsoft, "4657(S): A registry value was modified").
pub(crate) const REGISTRY_VALUE_EVENT: u32 = 4657;

/// Its kinds, as pySigma's pipeline for the Windows audit log and Hayabusa ask for them.
const fn registry_value(kind: &'static str, categories: &'static [&'static str]) -> Events {
    Events {
        service: "security",
        ids: &[REGISTRY_VALUE_EVENT],
        when: Some(("OperationType", kind)),
        categories,
        added: &[
            ("Details", &["NewValue"]),
            ("Image", &["ProcessName"]),
            ("User", &["SubjectDomainName\\SubjectUserName", "SubjectUserName"]),
        ],
    }
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
    // As forwarders of text show the kinds.
    registry_value("New registry value created", &["registry_event", "registry_add"]),
    registry_value("Existing registry value modified", &["registry_event", "registry_set"]),
    registry_value("Registry value deleted", &["registry_event", "registry_delete"]),
    registry_value("%%1904", &["registry_event", "registry_add"]),
    registry_value("%%1905", &["registry_event", "registry_set"]),
    registry_value("%%1906", &["registry_event", "registry_delete"]),
    // Names by which public rules ask for what these events call otherwise.
    named("security", &[4624, 4625], &[("ComputerName", &["Computer"])]),
    named("security", &[5136, 5137], &[("SubjectAccountName", &["SubjectUserName"])]),
    named("windefend", &[3002, 3007], &[("Feature_Name", &["Feature Name"])]),
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

/// Domain and name of the account that acted, the best source first.
pub(crate) const ACCOUNTS: [(&str, &str); 11] = [
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
/// certainly UTC comes before it.
pub(crate) const TIMES: [&str; 8] = [
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
pub(crate) const NUMBERS: [&str; 6] =
    ["EventRecordID", "RecordNumber", "RecordId", "RecordID", "EventRecordId", "recordNumber"];

/// Where a Windows event came from and went to.
pub(crate) const FROM: [&str; 8] = [
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
/// See [`FROM`].
pub(crate) const TO: [&str; 4] = ["DestinationIp", "DestAddress", "destination.ip", "AuthenticationServer"];

/// Events whose other side or account is only in their message, in English: their number, the text before the
/// address, the text before the account (4825: denied remote desktop; 2946: password of a managed service
/// account fetched; 1200 to 1203, 1210: AD FS, as XML in the message).
pub(crate) const IN_MESSAGE: [(&[u32], &str, &str); 3] = [
    (&[4825], "Client Address:", "User Name:"),
    (&[2946], "Caller IP:", ""),
    (&[1200, 1201, 1202, 1203, 1210], "<IpAddress>", "<UserId>"),
];

/// Names of the system part of a Windows event, in the spellings of the exporters, and ours: those that
/// Sigma rules use. The prefixes `Event.`, `System.` and `winlog.` have been taken off.
pub(crate) const SYSTEM: [(&str, &str); 24] = [
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
pub(crate) const FLAT: [Added; 2] = [
    ("Provider_Name", &["SourceName", "Provider", "ProviderName"]),
    ("Computer", &["Hostname", "HostName", "ComputerName", "host.name", "MachineName", "host"]),
];

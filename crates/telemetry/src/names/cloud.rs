//! Audit records of cloud services: which Sigma log source they are, and the names that rules use for them.
//!
//! The same record comes by the service's API, by diagnostic settings (inside `properties`) and as a row of a
//! log workspace (names in Pascal case); rules name its fields in all three ways, so each is added from the
//! others. Sources: Microsoft Graph `directoryAudit`, `signIn`, `riskDetection`; Azure Monitor activity log
//! schema; Google Cloud `AuditLog`; Admin SDK Reports API `activity`.

use crate::names::log_source::log_source;
use crate::names::mapping::Added;
use crate::record::draft::{Draft, Piece};
use model::LogSource;
use std::sync::LazyLock;

/// By service: the names added, each from the first of these that is there.
pub(crate) const SERVICES: [(&str, &[Added]); 12] = [
    (
        "auditlogs",
        &[
            (
                "operationName",
                &["properties.activityDisplayName", "activityDisplayName", "ActivityDisplayName"],
            ),
            (
                "OperationName",
                &["properties.activityDisplayName", "activityDisplayName", "operationName", "Activity"],
            ),
            (
                "properties.message",
                &["properties.activityDisplayName", "activityDisplayName", "OperationName"],
            ),
            ("ActivityDisplayName", &["properties.activityDisplayName", "activityDisplayName", "Activity"]),
            ("Category", &["properties.category", "category"]),
            ("LoggedByService", &["properties.loggedByService", "loggedByService", "Service"]),
            ("Status", &["properties.result", "result", "Result"]),
            ("TargetResources.ModifiedProperties.DisplayName", TARGET_NAMES),
            ("TargetResources.ModifiedProperties.NewValue", TARGET_VALUES),
        ],
    ),
    (
        "signinlogs",
        &[
            (
                "ResultType",
                &["resultType", "properties.status.errorCode", "status.errorCode", "Sign-in error code"],
            ),
            (
                "resultType",
                &["ResultType", "properties.status.errorCode", "status.errorCode", "Sign-in error code"],
            ),
            ("UserPrincipalName", &["userPrincipalName", "properties.userPrincipalName", "Username", "User"]),
            ("IPAddress", &["ipAddress", "properties.ipAddress", "callerIpAddress", "IP address"]),
            ("SessionId", &["sessionId", "properties.sessionId", "Session ID"]),
            ("AppDisplayName", &["appDisplayName", "Application"]),
            ("ClientAppUsed", &["clientAppUsed", "Client app"]),
            ("ConditionalAccessStatus", &["conditionalAccessStatus", "Conditional Access"]),
            (
                "ResultDescription",
                &[
                    "resultDescription",
                    "properties.status.failureReason",
                    "status.failureReason",
                    "Failure reason",
                ],
            ),
            (
                "AuthenticationRequirement",
                &[
                    "properties.authenticationRequirement",
                    "authenticationRequirement",
                    "Authentication requirement",
                ],
            ),
            (
                "properties.authenticationRequirement",
                &["authenticationRequirement", "AuthenticationRequirement"],
            ),
            ("userAgent", &["properties.userAgent", "UserAgent", "User agent"]),
            ("location", &["properties.location.countryOrRegion", "location.countryOrRegion", "Location"]),
            ("properties.appId", &["appId", "AppId"]),
        ],
    ),
    (
        "activitylogs",
        &[
            ("operationName", &["operationName.value", "OperationNameValue"]),
            ("OperationNameValue", &["operationName.value", "operationName"]),
            ("CategoryValue", &["category.value", "category", "Category"]),
            ("ResourceProviderValue", &["resourceProviderName.value", "resourceProviderName"]),
            ("ResourceId", &["resourceId"]),
            ("properties.message", &["operationName.localizedValue", "OperationName"]),
        ],
    ),
    (
        "gcp.audit",
        &[
            ("gcp.audit.method_name", &["protoPayload.methodName"]),
            ("data.protoPayload.methodName", &["protoPayload.methodName"]),
            ("data.protoPayload.serviceName", &["protoPayload.serviceName"]),
            ("data.protoPayload.resource.type", &["resource.type"]),
            ("data.protoPayload.logName", &["logName"]),
            (
                "data.protoPayload.authorizationInfo.permission",
                &["protoPayload.authorizationInfo.permission"],
            ),
            ("data.protoPayload.authorizationInfo.granted", &["protoPayload.authorizationInfo.granted"]),
        ],
    ),
    (
        "okta",
        &[
            ("eventType", &["event_type"]),
            ("displayMessage", &["display_message"]),
            ("actor.alternateId", &["actor.alternate_id"]),
            ("client.userAgent.rawUserAgent", &["client.user_agent.raw_user_agent"]),
            ("debugContext.debugData.requestUri", &["debug_context.debug_data.request_uri"]),
        ],
    ),
    (
        "route53",
        &[
            ("query", &["query_name"]),
            ("record_type", &["query_type"]),
            ("answer", &["answers.Rdata"]),
            ("src_ip", &["srcaddr"]),
        ],
    ),
    (
        "vpc_flows",
        &[
            ("src_ip", &["jsonPayload.connection.src_ip"]),
            ("dst_ip", &["jsonPayload.connection.dest_ip"]),
            ("src_port", &["jsonPayload.connection.src_port"]),
            ("dst_port", &["jsonPayload.connection.dest_port"]),
        ],
    ),
    ("firewall", &[("src_ip", &["ClientIP"]), ("action", &["Action"])]),
    ("vmconnection", &[("Image", &["ProcessName"])]),
    // Rules ask alerts by the names that Defender for Cloud Apps has for an activity.
    ("threat_management", &[("eventSource", &["Workload"]), ("eventName", &["Name"])]),
    ("google_workspace.admin", WORKSPACE),
    ("google_workspace.login", WORKSPACE),
];

const TARGET_NAMES: &[&str] = &[
    "properties.targetResources.modifiedProperties.displayName",
    "targetResources.modifiedProperties.displayName",
];
const TARGET_VALUES: &[&str] = &[
    "properties.targetResources.modifiedProperties.newValue",
    "targetResources.modifiedProperties.newValue",
];

const WORKSPACE: &[Added] = &[
    ("eventService", &["protoPayload.serviceName"]),
    ("eventName", &["protoPayload.metadata.event.eventName", "events.name"]),
    ("protoPayload.metadata.event.eventName", &["events.name"]),
];

/// Applications of Google Workspace, as each of the two exports names them, and their Sigma services.
pub(crate) const APPLICATIONS: [(&str, &str, &str); 2] = [
    ("admin", "admin.googleapis.com", "google_workspace.admin"),
    ("login", "login.googleapis.com", "google_workspace.login"),
];

static SOURCES: LazyLock<Vec<LogSource>> = LazyLock::new(|| {
    APPLICATIONS.iter().map(|(_, _, service)| log_source(Some("gcp"), Some(service), &[])).collect()
});

/// Adds the names of the record's service; gives its log source, which the record itself may narrow.
pub(crate) fn map(draft: &mut Draft<'_>, log: &'static LogSource) -> &'static LogSource {
    let log = workspace(draft).unwrap_or(log);
    let service = log.service.as_deref().unwrap_or_default();
    let added =
        SERVICES.iter().find(|(known, _)| *known == service).map_or(&[] as &[Added], |(_, added)| added);
    for (name, from) in added {
        // A name that is there already may be the other way of naming: a rule asks for either.
        draft.add(name, from);
    }
    if service == "threat_management"
        && draft
            .get("ResultStatus")
            .is_none_or(|status| matches!(status, "" | "Succeeded" | "Success" | "True"))
    {
        draft.push_text("status", "success");
    }
    log
}

fn workspace(draft: &mut Draft<'_>) -> Option<&'static LogSource> {
    let application = draft.get("id.applicationName");
    let service = draft.get("protoPayload.serviceName");
    let place = APPLICATIONS.iter().position(|(name, host, _)| {
        application.is_some_and(|written| written.eq_ignore_ascii_case(name)) || service == Some(*host)
    })?;
    let (_, host, _) = APPLICATIONS.get(place)?;
    if service.is_none() {
        draft.push(Piece::Chunk("protoPayload.serviceName"), Some(Piece::Chunk(host)));
    }
    SOURCES.get(place)
}

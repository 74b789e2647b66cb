//! JSON records of services, known by the fields they have: which log source each is. Data only.
//!
//! Sources: SigmaHQ's log source list, the services' own schemas (CloudTrail, GuardDuty, Office 365 Management
//! Activity, Kubernetes audit, Okta System Log, Microsoft Graph, Azure Monitor, Network Watcher flow logs, IPFIX
//! information elements).

/// A kind of JSON record that is known by the fields it has.
pub(crate) struct Shape {
    /// Fields that must all be there.
    pub(crate) fields: &'static [&'static str],
    pub(crate) product: Option<&'static str>,
    pub(crate) service: Option<&'static str>,
    pub(crate) categories: &'static [&'static str],
}

const fn shape(fields: &'static [&'static str], product: &'static str, service: &'static str) -> Shape {
    Shape { fields, product: Some(product), service: Some(service), categories: &[] }
}

const fn azure(fields: &'static [&'static str], service: &'static str) -> Shape {
    shape(fields, "azure", service)
}

/// Flows of a network: Sigma's category is all that rules name.
const fn flows(
    fields: &'static [&'static str],
    product: Option<&'static str>,
    service: Option<&'static str>,
) -> Shape {
    Shape { fields, product, service, categories: &["firewall"] }
}

/// Names that every row of Azure Monitor's table `VMConnection` has.
pub(crate) const VM_CONNECTION: [&str; 5] =
    ["ProcessName", "Direction", "SourceIp", "DestinationIp", "DestinationPort"];

/// JSON records of services, by their fields.
pub(crate) const SHAPES: [Shape; 40] = [
    shape(&["eventSource", "eventName", "awsRegion"], "aws", "cloudtrail"),
    shape(&["Workload", "Operation", "CreationTime", "AlertId"], "m365", "threat_management"),
    shape(&["Workload", "Operation", "CreationTime"], "m365", "audit"),
    Shape {
        fields: &["auditID", "verb", "stage"],
        product: Some("kubernetes"),
        service: Some("audit"),
        // Sigma's rules ask Kubernetes' audit in both ways.
        categories: &["application"],
    },
    shape(&["protoPayload.methodName"], "gcp", "gcp.audit"),
    shape(&["actor.alternateId", "eventType", "published"], "okta", "okta"),
    // The table that the administrator's console gives for download.
    shape(&["actor.alternate_id", "event_type", "outcome.result"], "okta", "okta"),
    shape(&["action", "actor", "_document_id"], "github", "audit"),
    shape(&["userPrincipalName", "appDisplayName", "createdDateTime"], "azure", "signinlogs"),
    azure(&["UserPrincipalName", "AppDisplayName", "ResultType"], "signinlogs"),
    // The tables that Entra's portal gives for download.
    azure(&["Username", "Application", "Sign-in error code"], "signinlogs"),
    azure(&["Activity", "ActorType", "ActorUserPrincipalName"], "auditlogs"),
    azure(&["activityDisplayName", "loggedByService"], "auditlogs"),
    azure(&["ActivityDisplayName", "LoggedByService"], "auditlogs"),
    azure(&["riskEventType", "riskLevel"], "riskdetection"),
    azure(&["resourceId", "operationName", "identity.authorization.action"], "activitylogs"),
    azure(&["operationName.value", "authorization.action"], "activitylogs"),
    azure(&["OperationNameValue", "CategoryValue"], "activitylogs"),
    shape(&["id.applicationName", "actor.email"], "gcp", "google_workspace"),
    shape(&["accountId", "partition", "service.detectorId"], "aws", "guardduty"),
    shape(&["webaclId", "httpRequest.clientIp"], "aws", "waf"),
    Shape {
        fields: &["query_timestamp", "query_name", "rcode"],
        product: Some("aws"),
        service: Some("route53"),
        categories: &["dns"],
    },
    flows(
        &["jsonPayload.connection.src_ip", "jsonPayload.connection.dest_ip"],
        Some("gcp"),
        Some("vpc_flows"),
    ),
    flows(&["ClientIP", "Action", "Datetime", "RuleID"], Some("cloudflare"), Some("firewall")),
    // Azure Monitor's table `VMConnection`: connections of a machine's programs, of Linux and Windows alike.
    Shape {
        fields: &VM_CONNECTION,
        product: Some("azure"),
        service: Some("vmconnection"),
        categories: &["network_connection"],
    },
    flows(&["srcaddr", "dstaddr"], Some("aws"), Some("vpcflow")),
    flows(&["flows.flows.flowTuples"], Some("azure"), Some("flowlogs")),
    flows(&["flowRecords.flows.flowGroups.flowTuples"], Some("azure"), Some("flowlogs")),
    flows(&["flowLogVersion", "flowLogGUID"], Some("azure"), Some("flowlogs")),
    flows(&["sourceIPv4Address", "destinationIPv4Address"], None, None),
    flows(&["sourceIPv6Address", "destinationIPv6Address"], None, None),
    flows(&["IPV4_SRC_ADDR", "IPV4_DST_ADDR"], None, None),
    flows(&["IPV6_SRC_ADDR", "IPV6_DST_ADDR"], None, None),
    flows(&["LogType", "TimeGenerated", "SourceAddress"], Some("paloalto"), None),
    flows(&["LogType", "EventTime", "LogSourceID"], Some("paloalto"), None),
    flows(&["LogType", "TimeGenerated", "DeviceSN"], Some("paloalto"), None),
    shape(&["incident_id", "event_type"], "thinkst", "canary"),
    shape(&["eventtype", "isotimestamp"], "cisco", "duo"),
    shape(&["isotimestamp", "txid"], "cisco", "duo"),
    Shape {
        fields: &["logtype", "node_id", "dst_host"],
        product: Some("opencanary"),
        service: None,
        categories: &["application"],
    },
];

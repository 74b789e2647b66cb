//! Audit records of cloud services, by each way of export: log source, time, account, address, names of rules.

use crate::{options, read_with, shown};

fn read_one(record: &str) -> String {
    let (records, _) = read_with(&options(), &[("audit.json", record.as_bytes())], shown);
    assert_eq!(records.len(), 1, "{records:?}");
    records[0].clone()
}

fn holds(record: &str, wanted: &[&str]) {
    let read = read_one(record);
    for part in wanted {
        assert!(read.contains(part), "{part} is not in\n{read}");
    }
}

#[test]
fn entra_directory_audit_by_graph_and_by_diagnostic_settings() {
    let audit = r#""category":"UserManagement","result":"success","activityDisplayName":"Add user","activityDateTime":"2026-06-12T03:14:15.1234567Z","loggedByService":"Core Directory","initiatedBy":{"user":{"userPrincipalName":"anna@seaward.example","ipAddress":"203.0.113.7"}},"targetResources":[{"modifiedProperties":[{"displayName":"StrongAuthenticationRequirement","newValue":"[]"}]}]"#;
    let wanted = [
        "azure/auditlogs",
        "time=2026-06-12T03:14:15",
        "account=anna@seaward.example",
        "from=203.0.113.7",
        "properties.message = \"Add user\"",
        "OperationName = \"Add user\"",
        "Category = \"UserManagement\"",
        "LoggedByService = \"Core Directory\"",
        "Status = \"success\"",
        "TargetResources.ModifiedProperties.DisplayName = \"StrongAuthenticationRequirement\"",
    ];
    holds(&format!("{{{audit}}}\n"), &wanted);
    let settings = format!(
        r#"{{"time":"2026-06-12T03:14:15Z","operationName":"Add user","category":"AuditLogs","properties":{{{audit}}}}}"#
    );
    holds(&format!("{settings}\n"), &wanted);
}

#[test]
fn entra_sign_ins_by_graph_by_diagnostic_settings_and_as_rows_of_a_workspace() {
    let sign_in = r#""createdDateTime":"2026-06-12T03:14:15Z","userPrincipalName":"anna@seaward.example","appDisplayName":"Portal","ipAddress":"203.0.113.7","authenticationRequirement":"singleFactorAuthentication","status":{"errorCode":50126,"failureReason":"Invalid username or password"},"location":{"countryOrRegion":"XX"}"#;
    let wanted = [
        "azure/signinlogs",
        "time=2026-06-12T03:14:15Z",
        "account=anna@seaward.example",
        "from=203.0.113.7",
        "ResultType = \"50126\"",
        "AuthenticationRequirement = \"singleFactorAuthentication\"",
        "UserPrincipalName = \"anna@seaward.example\"",
        "IPAddress = \"203.0.113.7\"",
    ];
    holds(&format!("{{{sign_in}}}\n"), &wanted);
    holds(
        &format!(
            "{{\"time\":\"2026-06-12T03:14:15Z\",\"category\":\"SignInLogs\",\"properties\":{{{sign_in}}}}}\n"
        ),
        &wanted,
    );
    let row = r#"{"TimeGenerated":"2026-06-12T03:14:15Z","UserPrincipalName":"anna@seaward.example","AppDisplayName":"Portal","IPAddress":"203.0.113.7","ResultType":"50126","AuthenticationRequirement":"singleFactorAuthentication"}"#;
    holds(&format!("{row}\n"), &wanted);
}

#[test]
fn azure_activity_by_diagnostic_settings_and_by_its_interface() {
    let settings = r#"{"time":"2026-06-12T03:14:15Z","resourceId":"/SUBSCRIPTIONS/1","operationName":"MICROSOFT.AUTHORIZATION/ROLEASSIGNMENTS/WRITE","category":"Administrative","callerIpAddress":"203.0.113.7","identity":{"authorization":{"action":"Microsoft.Authorization/roleAssignments/write"},"claims":{"name":"Anna"}}}"#;
    holds(
        &format!("{settings}\n"),
        &[
            "azure/activitylogs",
            "from=203.0.113.7",
            "CategoryValue = \"Administrative\"",
            "OperationNameValue = \"MICROSOFT.AUTHORIZATION/ROLEASSIGNMENTS/WRITE\"",
        ],
    );
    let interface = r#"{"eventTimestamp":"2026-06-12T03:14:15Z","caller":"anna@seaward.example","operationName":{"value":"Microsoft.Network/firewalls/delete","localizedValue":"Delete firewall"},"authorization":{"action":"Microsoft.Network/firewalls/delete"}}"#;
    holds(
        &format!("{interface}\n"),
        &[
            "azure/activitylogs",
            "account=anna@seaward.example",
            "operationName = \"Microsoft.Network/firewalls/delete\"",
            "properties.message = \"Delete firewall\"",
        ],
    );
}

#[test]
fn google_workspace_by_its_reports_and_by_cloud_audit() {
    let report = r#"{"kind":"admin#reports#activity","id":{"time":"2026-06-12T03:14:15.123Z","applicationName":"admin"},"actor":{"email":"anna@seaward.example"},"ipAddress":"203.0.113.7","events":[{"type":"USER_SETTINGS","name":"GRANT_ADMIN_PRIVILEGE"}]}"#;
    holds(
        &format!("{report}\n"),
        &[
            "gcp/google_workspace.admin",
            "time=2026-06-12T03:14:15.123Z",
            "account=anna@seaward.example",
            "from=203.0.113.7",
            "eventService = \"admin.googleapis.com\"",
            "eventName = \"GRANT_ADMIN_PRIVILEGE\"",
        ],
    );
    let audit = r#"{"timestamp":"2026-06-12T03:14:15Z","protoPayload":{"methodName":"google.login.LoginService.loginFailure","serviceName":"login.googleapis.com","authenticationInfo":{"principalEmail":"anna@seaward.example"},"requestMetadata":{"callerIp":"203.0.113.7"},"metadata":{"event":[{"eventName":"suspicious_login"}]}}}"#;
    holds(
        &format!("{audit}\n"),
        &[
            "gcp/google_workspace.login",
            "account=anna@seaward.example",
            "from=203.0.113.7",
            "eventName = \"suspicious_login\"",
        ],
    );
}

#[test]
fn kubernetes_audit_is_of_both_log_sources_that_rules_name() {
    let audit = r#"{"kind":"Event","auditID":"1","stage":"ResponseComplete","verb":"create","user":{"username":"anna"},"sourceIPs":["203.0.113.7"],"objectRef":{"resource":"pods","subresource":"exec"},"requestReceivedTimestamp":"2026-06-12T03:14:15.000000Z"}"#;
    holds(
        &format!("{audit}\n"),
        &[
            "kubernetes/audit  [application]",
            "account=anna",
            "from=203.0.113.7",
            "objectRef.subresource = \"exec\"",
        ],
    );
}

#[test]
fn a_file_of_hits_of_elasticsearch_is_a_log() {
    let line = br#"{"_index":"a","_id":"1","_source":{"@timestamp":"2026-06-12T03:14:20Z","host":{"name":"crane-7"}}}"#;
    let (records, _) = super::read_with(&super::options(), &[("hits.json", line)], |record| {
        format!("{:?} {:?}", record.host, record.time.map(|time| time.to_string()))
    });
    assert_eq!(records, [r#"Some("crane-7") Some("2026-06-12T03:14:20Z")"#]);
}

#[test]
fn connections_of_programs_as_azure_monitor_keeps_them() {
    let row = r#"{"TimeGenerated":"2026-06-12T03:14:15Z","Computer":"web-1","Direction":"outbound","ProcessName":"bash","SourceIp":"198.51.100.20","DestinationIp":"203.0.113.7","DestinationPort":443,"Protocol":"tcp","Type":"VMConnection"}"#;
    holds(
        &format!("{row}\n"),
        &[
            "azure/vmconnection",
            "network_connection",
            "host=web-1",
            "Image = \"bash\"",
            "Direction = \"outbound\"",
        ],
    );
}

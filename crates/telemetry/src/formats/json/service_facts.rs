//! Facts that records of services have in a form of their own, beyond the names that [`crate::names::mapping`] knows.
//!
//! An alert of Microsoft 365 names its account in JSON inside of a text, a flow log of Azure puts a flow into
//! one text with commas, GuardDuty says "remote" and "local", and in another field which of them began. Sources:
//! Office 365 Management Activity API schema ("Security and Compliance Alerts schema"), Azure Network Watcher
//! "flow logging", GuardDuty "finding format", Duo Admin API, Keycloak's `jboss-logging` event listener,
//! Palo Alto Networks "log forwarding app" schema.

use crate::formats::appliance::panos;
use crate::record::draft::{Draft, Facts, Piece};
use crate::record::pairs::pairs;
use crate::record::{address, clock, flatten, words};

/// How many bytes a JSON text inside of a field may have; a longer one stays a text.
const NESTED_BYTES_MAX: usize = 64 << 10;

/// Corrects the facts that the names of the fields gave.
pub(crate) fn correct<'c>(draft: &mut Draft<'c>, facts: &mut Facts<'c, 'static>) {
    match (facts.log.product.as_deref(), facts.log.service.as_deref()) {
        (Some("m365"), Some("audit" | "threat_management")) => office(draft, facts),
        (Some("aws"), Some("guardduty")) => guardduty(draft, facts),
        (Some("azure"), Some("flowlogs")) => flow(draft, facts),
        (Some("paloalto"), _) => palo_alto(draft, facts),
        (None, _) if is_keycloak(draft) => keycloak(draft, facts),
        (Some("cisco"), Some("duo")) => duo(draft, facts),
        _ => {}
    }
    if let Some(account) = facts.account {
        // Okta writes names that end in the mark that sets the domain off.
        let length = draft.text(account).trim_end_matches('\\').len();
        facts.account = Some(draft.part(account, 0, length));
    }
}

/// Adds the fields of a JSON text, which is the value of a field, under the name of that field.
fn unpack(draft: &mut Draft<'_>, name: &str) -> bool {
    let text = draft.get(name).filter(|text| text.starts_with('{') && text.len() <= NESTED_BYTES_MAX);
    let Some(text) = text.map(str::to_owned) else { return false };
    flatten::nested(&text, &format!("{name}."), draft)
}

fn first<'c>(draft: &Draft<'c>, names: &[&str]) -> Option<Piece<'c>> {
    names.iter().find_map(|name| draft.piece(name))
}

/// A guest of SharePoint is `urn:spo:guest#name`; an alert is written by a service, about an account.
fn office<'c>(draft: &mut Draft<'c>, facts: &mut Facts<'c, 'static>) {
    const GUEST: &str = "urn:spo:guest#";
    if let Some(account) = facts.account.filter(|account| draft.text(*account).starts_with(GUEST)) {
        facts.account = Some(draft.tail(account, GUEST.len()));
    }
    let alert = draft.get("AlertId").is_some();
    if alert && unpack(draft, "Data") {
        let about = first(draft, &["Data.f3u", "Data.suid", "Data.trc"]);
        facts.account = about.or(facts.account);
    }
}

/// Only for connections of the network does the record say who began.
fn guardduty<'c>(draft: &Draft<'c>, facts: &mut Facts<'c, 'static>) {
    let direction = draft.get("service.action.networkConnectionAction.connectionDirection");
    if direction == Some("OUTBOUND") {
        (facts.from, facts.to) = (facts.to, facts.from);
    }
}

/// `1663146003599,192.0.2.1,198.51.100.1,23956,443,6,O,B,NX,…`: time, both sides, both ports, and more. The
/// first flow is used for the record.
fn flow<'c>(draft: &mut Draft<'c>, facts: &mut Facts<'c, 'static>) {
    let mut fields = draft.fields.iter();
    let tuple = fields.find_map(|field| {
        let name = draft.text(field.name);
        (name.ends_with("flowTuples") || name.starts_with("flow.")).then_some(field.value).flatten()
    });
    let Some(tuple) = tuple else { return };
    let text = draft.text(tuple);
    let mut cells = text.split(',');
    let mut places = Vec::with_capacity(8);
    let mut at = 0;
    for cell in cells.by_ref().take(8) {
        places.push((at, cell.len()));
        at += cell.len() + 1;
    }
    let cell = |index: usize| {
        let (at, length) = places.get(index).copied()?;
        text.get(at..at + length)
    };
    let (time, from, to) = (cell(0), cell(1), cell(2));
    let (time, from, to) =
        (time.and_then(clock::epoch), from.and_then(address::parse), to.and_then(address::parse));
    if from.is_none() {
        return;
    }
    facts.time = time.or(facts.time);
    (facts.from, facts.to) = (from, to);
    for (name, index) in
        [("src_ip", 1), ("dst_ip", 2), ("src_port", 3), ("dst_port", 4), ("protocol", 5), ("action", 7)]
    {
        if let Some((at, length)) = places.get(index).copied() {
            let value = draft.part(tuple, at, at + length);
            draft.push(Piece::Chunk(name), Some(value));
        }
    }
}

/// A firewall's logs through Palo Alto's cloud; messages of the firewall about itself are prose.
fn palo_alto<'c>(draft: &mut Draft<'c>, facts: &mut Facts<'c, 'static>) {
    if let Some(prose) = draft.piece("EventDescription") {
        let named = panos::prose(draft.text(prose));
        let account = named.account.and_then(|name| words::place(draft.text(prose), name));
        facts.from = named.from.or(facts.from);
        facts.to = named.to.or(facts.to);
        facts.account = account.map(|(at, end)| draft.part(prose, at, end)).or(facts.account);
    }
    facts.host = draft.piece("EndpointDeviceName").or(facts.host);
}

/// Whether the logger of a Java program is the one for Keycloak's events.
fn is_keycloak(draft: &Draft<'_>) -> bool {
    let logger = first(draft, &["log.logger", "loggerName"]);
    logger.is_some_and(|logger| draft.text(logger).starts_with("org.keycloak.events"))
}

/// `type="LOGIN_ERROR", realmId="…", userId="…", ipAddress="192.0.2.1", username="mo"`.
fn keycloak<'c>(draft: &mut Draft<'c>, facts: &mut Facts<'c, 'static>) {
    let Some(message) = draft.piece("message") else { return };
    let text = draft.text(message).to_owned();
    for pair in pairs(&text) {
        if pair.value == "null" {
            continue;
        }
        let (name, value) = (draft.keep(pair.key), draft.keep(pair.value));
        draft.push(name, Some(value));
    }
    facts.from = draft.get("ipAddress").and_then(address::parse).or(facts.from);
    facts.account = draft.piece("username").or(facts.account);
}

/// Duo writes what an administrator did as JSON in a text.
fn duo<'c>(draft: &mut Draft<'c>, facts: &mut Facts<'c, 'static>) {
    if unpack(draft, "description") {
        facts.from = draft.get("description.ip_address").and_then(address::parse).or(facts.from);
        facts.host = draft.piece("description.hostname").or(facts.host);
        facts.account = facts.account.or(draft.piece("description.email"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::json::mapped;

    /// Log source, time, host, account, from and to of a record.
    fn shown(record: &str) -> String {
        let mut draft = Draft::default();
        flatten::flatten(record, Piece::Chunk(""), &mut draft).unwrap();
        let facts = mapped::map(&mut draft);
        let piece = |piece: Option<Piece<'_>>| piece.map_or("-".to_owned(), |one| draft.text(one).to_owned());
        let side = |side: Option<std::net::IpAddr>| side.map_or("-".to_owned(), |side| side.to_string());
        let log = [&facts.log.product, &facts.log.service].map(|part| part.as_deref().unwrap_or("-"));
        let time = facts.time.map_or("-".to_owned(), |time| time.to_string());
        let (host, account) = (piece(facts.host), piece(facts.account));
        format!("{} {time} {host} {account} {} {}", log.join("/"), side(facts.from), side(facts.to))
    }

    #[test]
    fn alerts_guests_and_odd_accounts() {
        for (record, expected) in [
            (
                r#"{"CreationTime":"2024-06-12T03:14:15","Operation":"AlertTriggered","Workload":"SecurityComplianceCenter","UserId":"SecurityComplianceAlerts","AlertId":"a","Data":"{\"f3u\":\"mo@a.example\",\"ts\":\"x\"}"}"#,
                "m365/threat_management 2024-06-12T03:14:15Z - mo@a.example - -",
            ),
            (
                r#"{"CreationTime":"2024-06-12T03:14:15","Operation":"FileDownloaded","Workload":"OneDrive","UserId":"urn:spo:guest#mo@a.example","ClientIP":"192.0.2.1"}"#,
                "m365/audit 2024-06-12T03:14:15Z - mo@a.example 192.0.2.1 -",
            ),
            (
                r#"{"actor":{"alternateId":"mo@a.example\\"},"eventType":"user.session.start","published":"2024-06-12T03:14:15.000Z","client":{"ipAddress":"192.0.2.1"}}"#,
                "okta/okta 2024-06-12T03:14:15Z - mo@a.example 192.0.2.1 -",
            ),
        ] {
            assert_eq!(shown(record), expected, "{record}");
        }
    }

    #[test]
    fn who_began_a_connection_of_a_cloud() {
        for (record, expected) in [
            (
                r#"{"accountId":"1","partition":"aws","createdAt":"2024-06-12T03:14:15.000Z","service":{"detectorId":"d","action":{"networkConnectionAction":{"connectionDirection":"OUTBOUND","remoteIpDetails":{"ipAddressV4":"192.0.2.1"},"localIpDetails":{"ipAddressV4":"198.51.100.1"}}}}}"#,
                "aws/guardduty 2024-06-12T03:14:15Z - - 198.51.100.1 192.0.2.1",
            ),
            (
                r#"{"time":"2024-06-12T04:00:00Z","flowLogVersion":4,"flowLogGUID":"g","flowRecords":{"flows":[{"flowGroups":[{"flowTuples":["1718162055000,192.0.2.1,198.51.100.1,53211,443,6,O,B,NX,0,0,0,0"]}]}]}}"#,
                "azure/flowlogs 2024-06-12T03:14:15Z - - 192.0.2.1 198.51.100.1",
            ),
            (
                r#"{"srcaddr":"192.0.2.1","dstaddr":"198.51.100.1","start":1718162055,"action":"ACCEPT"}"#,
                "aws/vpcflow 2024-06-12T03:14:15Z - - 192.0.2.1 198.51.100.1",
            ),
        ] {
            assert_eq!(shown(record), expected, "{record}");
        }
    }

    #[test]
    fn services_that_put_more_into_a_text() {
        for (record, expected) in [
            (
                r#"{"LogType":"SYSTEM","EventTime":"2024-06-12T03:14:15.000000Z","LogSourceID":"1","LogSourceName":"fw1","EventDescription":"User mo logged in via Web from 192.0.2.1 using https"}"#,
                "paloalto/- 2024-06-12T03:14:15Z fw1 mo 192.0.2.1 -",
            ),
            (
                r#"{"timestamp":"2024-06-12T03:14:15Z","loggerName":"org.keycloak.events","message":"type=\"LOGIN_ERROR\", userId=\"null\", ipAddress=\"192.0.2.1\", username=\"mo\""}"#,
                "-/- 2024-06-12T03:14:15Z - mo 192.0.2.1 -",
            ),
            (
                r#"{"eventtype":"admin_log","isotimestamp":"2024-06-12T03:14:15+00:00","username":"","description":"{\"ip_address\":\"192.0.2.1\",\"email\":\"mo@a.example\"}"}"#,
                "cisco/duo 2024-06-12T03:14:15Z - mo@a.example 192.0.2.1 -",
            ),
            (
                r#"{"logtype":4002,"node_id":"canary-1","dst_host":"198.51.100.1","src_host":"192.0.2.1","utc_time":"2024-06-12 03:14:15.1","logdata":{"USERNAME":"mo"}}"#,
                "opencanary/- 2024-06-12T03:14:15.1Z canary-1 mo 192.0.2.1 198.51.100.1",
            ),
        ] {
            assert_eq!(shown(record), expected, "{record}");
        }
    }

    #[test]
    fn one_byte_past_the_bound_stays_a_text() {
        let record = |length: usize| {
            let inside = format!("{{\\\"email\\\":\\\"{}\\\"}}", "m".repeat(length));
            format!(
                r#"{{"eventtype":"admin_log","isotimestamp":"2024-06-12T03:14:15Z","description":"{inside}"}}"#
            )
        };
        let around = "{\"email\":\"\"}".len();
        assert!(shown(&record(NESTED_BYTES_MAX - around)).contains("mmm"));
        assert!(!shown(&record(NESTED_BYTES_MAX - around + 1)).contains("mmm"));
    }
}

//! What records of services tell in a way of their own, beyond the names that [`crate::mapping`] knows.
//!
//! An alert of Microsoft 365 names its account in JSON inside of a text, a flow log of Azure puts a flow into
//! one text with commas, GuardDuty says "remote" and "local" and only beside it which of them began. Sources:
//! Office 365 Management Activity API schema ("Security and Compliance Alerts schema"), Azure Network Watcher
//! "flow logging", GuardDuty "finding format", Duo Admin API, Keycloak's `jboss-logging` event listener,
//! Palo Alto Networks "log forwarding app" schema.

use crate::appliance::{panos, words};
use crate::draft::{Draft, Facts, Piece};
use crate::key_values;
use crate::{address, clock, flatten};

/// How many bytes a JSON text inside of a field may have; what is longer stays a text only.
const NESTED_BYTES_MAX: usize = 64 << 10;

/// Corrects what the names of the fields told.
pub(crate) fn correct<'c>(draft: &mut Draft<'c>, facts: &mut Facts<'c, 'static>) {
    match (facts.log.product.as_deref(), facts.log.service.as_deref()) {
        (Some("m365"), Some("audit")) => office(draft, facts),
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

/// Adds the fields of a JSON text that stands in a field, under the name of that field.
fn unpack(draft: &mut Draft<'_>, name: &str) -> bool {
    let text = draft.get(name).filter(|text| text.starts_with('{') && text.len() <= NESTED_BYTES_MAX);
    let Some(text) = text.map(str::to_owned) else { return false };
    let mut inner = Draft::default();
    if flatten::flatten(&text, Piece::Chunk(""), &mut inner).is_err() {
        return false;
    }
    for field in &inner.fields {
        let name = draft.keep(&format!("{name}.{}", inner.text(field.name)));
        let value = field.value.map(|value| draft.keep(inner.text(value)));
        draft.push(name, value);
    }
    true
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

/// Who began is told for a connection of the network only.
fn guardduty<'c>(draft: &Draft<'c>, facts: &mut Facts<'c, 'static>) {
    let direction = draft.get("service.action.networkConnectionAction.connectionDirection");
    if direction == Some("OUTBOUND") {
        (facts.from, facts.to) = (facts.to, facts.from);
    }
}

/// `1663146003599,192.0.2.1,198.51.100.1,23956,443,6,O,B,NX,…`: time, both sides, both ports, and more. The
/// first flow of the record stands for it.
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

/// A firewall's logs through Palo Alto's cloud; what the firewall says of itself is prose.
fn palo_alto<'c>(draft: &mut Draft<'c>, facts: &mut Facts<'c, 'static>) {
    if let Some(prose) = draft.piece("EventDescription") {
        let told = panos::prose(draft.text(prose));
        let account = told.account.and_then(|name| words::place(draft.text(prose), name));
        facts.from = told.from.or(facts.from);
        facts.to = told.to.or(facts.to);
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
    for pair in key_values::pairs(&text) {
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

//! Messages of Aruba's switches and controllers (ArubaOS).
//!
//! "ArubaOS Syslog Reference Guide": `<501093> <NOTI> AP:name <192.0.2.1 02:00:00:00:00:01> text`, a number, a
//! level, the place; ArubaOS-Switch: `auth:  ST1-CMDR: User 'mo' logged in from 192.0.2.1 to SSH session`;
//! ArubaOS-CX: `Event|105|LOG_INFO|AMM|1/1|text`.

use crate::names::log_source::log_source as source;
use crate::record::draft::{Draft, Facts, Piece};
use crate::record::words::{self, address_after, name_after, word};
use model::LogSource;
use std::sync::LazyLock;

/// The processes of a switch that name themselves before the text.
const PROCESSES: [&str; 16] = [
    "auth:",
    "mgr:",
    "snmp:",
    "SNTP:",
    "ssl:",
    "crypto:",
    "ports:",
    "dhcp-snoop:",
    "dhcp-server:",
    "FFI:",
    "ssh:",
    "tacacs:",
    "radius:",
    "telnet:",
    "ip:",
    "stacking:",
];

/// A line of any of the three.
pub(crate) fn read<'c>(text: &'c str, draft: &mut Draft<'c>) -> Option<Facts<'c, 'static>> {
    let text = text.trim_start();
    let process = word(text);
    let inside = words::split(text, "]: ").map_or(text, |(_, rest)| rest);
    let numbered = inside
        .strip_prefix('<')
        .and_then(|rest| words::split(rest, "> "))
        .is_some_and(|(number, _)| number.len() == 6 && number.bytes().all(|byte| byte.is_ascii_digit()));
    let piped = text.starts_with("Event|") && text.contains("|LOG_");
    let known = PROCESSES.contains(&process) && (text.contains("-CMDR: ") || text.contains(" port "));
    (numbered || piped || known).then_some(())?;
    draft.push_text("message", text);
    let mut facts = Facts::of(&ARUBA);
    let account = name_after(inside, &["username=", "username-", "User '", "User "]);
    facts.account =
        account.filter(|name| !matches!(*name, "authenticated" | "Authentication")).map(Piece::Chunk);
    let given = address_after(inside, &["userip=", " from ", "from server at "]);
    // `<name 192.0.2.1>`, `<192.0.2.1 02:00:00:00:00:01>`: the controller or access point itself.
    let mut places =
        inside.split('<').skip(1).take(6).filter_map(|rest| rest.split_once('>').map(|(place, _)| place));
    let own = places.find_map(|place| place.split(' ').find_map(crate::record::words::endpoint));
    facts.from = given.or(own);
    facts.to = address_after(inside, &["serverip=", "msg to "]);
    if facts.to.is_none() && given.is_some() && own.is_some() {
        facts.to = own;
    }
    Some(facts)
}

static ARUBA: LazyLock<LogSource> = LazyLock::new(|| source(Some("aruba"), None, &[]));

#[cfg(test)]
mod tests {
    use super::super::tests::account_and_sides;

    #[test]
    fn switches_and_controllers() {
        for (text, expected) in [
            ("auth:  ST1-CMDR: User 'mo' logged in from 192.0.2.1 to SSH session", "mo 192.0.2.1 -"),
            ("<133006> <6069> <ERRS> <ctl1 192.0.2.1>  User mo Failed Authentication", "mo 192.0.2.1 -"),
            (
                "<522274> <5962> <ERRS> <ctl1 198.51.100.1>  Mgmt User Authentication failed. username=mo  userip=192.0.2.1",
                "mo 192.0.2.1 198.51.100.1",
            ),
            ("Event|403|LOG_INFO|AMM|1/1|Link status for interface 1/1/14 is up", "- - -"),
        ] {
            assert_eq!(account_and_sides(text), expected, "{text}");
        }
    }
}

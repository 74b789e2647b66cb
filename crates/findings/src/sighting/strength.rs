//! How far an event went, and how far a hit of an indicator went: by what the record itself shows, its direction and its
//! outcome. Of rules: `behaviour.rs`.
//!
//! An address on a list that knocks and is refused is weather; the same address called from inside is an incident. So the
//! severity of a hit follows the event, and the sort of the value only bounds it. A record that shows neither direction
//! nor outcome is taken for an attempt outward: that is a question for the machine that wrote it.

use super::logon::attempt::{self, Outcome};
use super::logon::summary;
use model::{Finding, IntelType, Record, Severity};
use observable::{Kind, Observable};
use serde::{Deserialize, Serialize};
use std::net::IpAddr;

/// How far it went, the least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum Strength {
    /// From outside, refused or not answered.
    Contact,
    /// From outside, an ordinary request or session.
    Touched,
    /// An attempt that failed.
    Tried,
    /// From inside, asked for or called; refused, or nobody knows whether it came through.
    TriedOutward,
    /// From outside, a log-on that was let in: it belongs to the account.
    LoggedOn,
    /// It came through: a connection outward, an artefact on the machine.
    Succeeded,
    /// What an intruder is there for: credentials taken, an account made, a log cleared, files that left.
    Acted,
}

impl Strength {
    /// What a hit of it alone weighs at most.
    pub(crate) fn severity(self) -> Severity {
        match self {
            Self::Contact => Severity::Informational,
            Self::Touched | Self::Tried => Severity::Low,
            Self::TriedOutward => Severity::Medium,
            Self::LoggedOn | Self::Succeeded => Severity::High,
            Self::Acted => Severity::Critical,
        }
    }

    /// The reason that a finding gives for its weight.
    pub(super) fn reason(self) -> Option<&'static str> {
        Some(match self {
            Self::Contact => "it came from outside and was refused or not answered",
            Self::Touched => "it came from outside: an ordinary request or session, and nothing more is seen",
            Self::Tried => "an attempt from outside that failed",
            Self::TriedOutward => {
                "asked for or called from inside; it is not seen that a connection came through"
            }
            Self::LoggedOn => "a log-on from this address was let in",
            Self::Succeeded | Self::Acted => return None,
        })
    }
}

/// How far the hits of an indicator went that a finding reports, by the reason that it gives: the higher, the further.
/// `None` where the finding is about something else.
#[must_use]
pub fn strength_rank(finding: &Finding) -> Option<u8> {
    if finding.intel.kind != IntelType::Indicator {
        return None;
    }
    let all =
        [Strength::Contact, Strength::Touched, Strength::Tried, Strength::TriedOutward, Strength::LoggedOn];
    let gives = |strength: &Strength| {
        strength.reason().is_some_and(|reason| finding.reasons.iter().any(|given| given == reason))
    };
    // The furthest is the one that gives no reason.
    (0..=5).zip(all).find(|(_, strength)| gives(strength)).map(|(rank, _)| rank).or(Some(5))
}

/// How far the event of a record went that met an indicator; `traffic`: the record reports a connection between others.
pub(super) fn of(record: &Record<'_>, observable: &Observable, traffic: bool) -> Strength {
    match observable.kind {
        Kind::Ipv4 | Kind::Ipv6 | Kind::Network => of_address(record, observable, traffic),
        Kind::Domain | Kind::Url => of_name(record, traffic),
        Kind::Email => match refused(record) {
            true => Strength::Contact,
            false => Strength::Touched,
        },
        // A hash, a key, a file: what is met is on the machine.
        _ => Strength::Succeeded,
    }
}

fn of_address(record: &Record<'_>, observable: &Observable, traffic: bool) -> Strength {
    let met = |address: Option<IpAddr>| address.is_some_and(|address| is_or_holds(observable, address));
    if met(record.to) {
        return if failed(record) { Strength::TriedOutward } else { Strength::Succeeded };
    }
    if !met(record.from) {
        return Strength::TriedOutward;
    }
    let outcome = attempt::may_report(record.log).then(|| summary::of(record)).flatten();
    match outcome {
        Some(Outcome::Success) => Strength::LoggedOn,
        Some(_) => Strength::Tried,
        None if failed(record) => Strength::Contact,
        None if traffic || is_of(record, &["webserver", "firewall"]) => Strength::Touched,
        // A log of another kind that names the address as the source.
        None => Strength::Touched,
    }
}

fn of_name(record: &Record<'_>, traffic: bool) -> Strength {
    match () {
        // A name that was looked up was asked for; whether it was called, other logs show.
        () if is_of(record, &["dns", "dns_query"]) => Strength::TriedOutward,
        () if is_of(record, &["webserver"]) => Strength::Touched,
        () if traffic || is_of(record, &["proxy", "network_connection"]) => match failed(record) {
            true => Strength::TriedOutward,
            false => Strength::Succeeded,
        },
        () if is_of(record, &["process_creation", "ps_script", "file_event", "registry_set"]) => {
            Strength::Succeeded
        }
        () => Strength::TriedOutward,
    }
}

fn is_of(record: &Record<'_>, categories: &[&str]) -> bool {
    record.log.categories.iter().any(|category| categories.contains(&category.as_str()))
}

/// Whether a connection or request did not come through: refused by a device, not answered, or answered with an error of
/// the client's.
fn failed(record: &Record<'_>) -> bool {
    /// States of Zeek's connections in which the other side never answered, or refused.
    const UNANSWERED: &[&str] = &["S0", "REJ", "RSTOS0", "RSTRH", "SH", "SHR"];
    let unanswered = record.get("conn_state").is_some_and(|state| UNANSWERED.contains(&state));
    let error = answers(record).any(|answer| answer / 100 == 4);
    refused(record) || unanswered || error
}

/// The number of the answer to a request (RFC 9110, section 15), if the record holds one.
pub(super) fn answer(record: &Record<'_>) -> Option<u16> {
    answers(record).next()
}

fn answers<'a>(record: &'a Record<'_>) -> impl Iterator<Item = u16> + 'a {
    let status = ["sc-status", "status", "http.response.status_code", "status_code"];
    let status = status.into_iter().filter_map(|name| record.get(name));
    let digits = |status: &&str| status.len() == 3 && status.bytes().all(|b| b.is_ascii_digit());
    status.filter(digits).filter_map(|status| status.parse().ok()).filter(|answer| *answer >= 100)
}

/// Whether the record reports something that was refused.
pub(super) fn refused(record: &Record<'_>) -> bool {
    let said = ["action", "Action", "sc-action", "event.action"].iter().find_map(|name| record.get(name));
    said.is_some_and(|said| {
        let words = ["deny", "denied", "block", "blocked", "drop", "dropped", "reject", "rejected"];
        words.iter().any(|word| said.eq_ignore_ascii_case(word))
    })
}

fn is_or_holds(observable: &Observable, address: IpAddr) -> bool {
    if observable.kind != Kind::Network {
        return observable.value.parse::<IpAddr>().is_ok_and(|known| known == address);
    }
    let network = crate::facts::ours::parse_network(&observable.value);
    network.is_some_and(|(network, bits)| crate::facts::ours::within(address, network, bits))
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{Field, LogSource, Text, Value};

    fn strength(value: &str, category: &str, ends: [Option<&str>; 2], fields: &[(&str, &str)]) -> Strength {
        let kind = if value.parse::<IpAddr>().is_ok() { Kind::Ipv4 } else { Kind::Domain };
        let log = LogSource { categories: vec![category.into()], ..LogSource::default() };
        let fields: Vec<Field<'_>> =
            fields.iter().map(|(name, value)| Field { name, value: Value::Text(value) }).collect();
        let [from, to] = ends.map(|end| end.map(|end| end.parse().expect("an address")));
        let record = Record {
            number: 1,
            time: None,
            log: &log,
            host: Some("gate"),
            account: None,
            from,
            to,
            fields: &fields,
            raw: b"",
            text: Text::Fields,
        };
        let traffic = matches!(category, "firewall" | "proxy" | "dns");
        of(&record, &Observable { kind, value: value.into() }, traffic)
    }

    #[test]
    fn direction_and_outcome_decide() {
        let (bad, inside) = ("203.0.113.9", "10.1.1.5");
        let (inward, outward) = ([Some(bad), Some(inside)], [Some(inside), Some(bad)]);
        for (value, category, ends, fields, expected) in [
            (bad, "firewall", inward, vec![("action", "deny")], Strength::Contact),
            (bad, "firewall", inward, vec![("action", "accept")], Strength::Touched),
            (bad, "firewall", outward, vec![("action", "blocked")], Strength::TriedOutward),
            (bad, "firewall", outward, vec![("action", "accept")], Strength::Succeeded),
            (bad, "webserver", inward, vec![("sc-status", "404")], Strength::Contact),
            (bad, "webserver", inward, vec![("sc-status", "200")], Strength::Touched),
            (bad, "firewall", inward, vec![("conn_state", "S0")], Strength::Contact),
            (bad, "dns", [Some(inside), None], vec![("answers", bad)], Strength::TriedOutward),
            ("evil.example", "dns", [Some(inside), None], vec![], Strength::TriedOutward),
            ("evil.example", "proxy", outward, vec![("sc-action", "denied")], Strength::TriedOutward),
            ("evil.example", "proxy", outward, vec![("sc-status", "200")], Strength::Succeeded),
            ("evil.example", "webserver", inward, vec![], Strength::Touched),
            ("evil.example", "process_creation", [None, None], vec![], Strength::Succeeded),
            ("evil.example", "other", [None, None], vec![], Strength::TriedOutward),
        ] {
            assert_eq!(strength(value, category, ends, &fields), expected, "{value} {category} {fields:?}");
        }
    }
}

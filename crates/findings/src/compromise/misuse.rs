//! Whether an account that others saw in trouble was used here afterwards, and what is unusual about it.
//!
//! A leak is a warning; a log-on with it from an address that the account never came from is an intrusion. Whoever uses
//! the account from an own address, a partner's or a shared one is most likely its owner: then it is watched. What was
//! stolen before the password was last changed is worth little, and the finding says so.

use crate::facts::ours::{Ours, is_internal, parse_network, within};
use crate::outside::of_address;
use crate::sighting::{Good, Times, Used};
use model::identity::{Entity, EntityKey};
use model::ours::{Factor, NameValue, Party};
use model::{Date, Finding, Severity, Timestamp};
use observable::{Kind, defang};
use std::collections::BTreeMap;
use std::net::IpAddr;

/// What log-ons are judged by.
pub(crate) struct UsedHere<'q> {
    pub(crate) ours: &'q Ours,
    /// Log-ons by account.
    pub(crate) used: &'q BTreeMap<EntityKey, Used>,
    pub(crate) good: &'q Good,
}

/// A log-on of an account after it was stolen, from an address that it did not come from before.
struct Unusual {
    address: IpAddr,
    times: Times,
    /// No log-on from outside before.
    first_from_outside: bool,
}

/// What the log-ons of an account say of a leak of it; `grave`: it was reported as stolen.
pub(super) fn of_account(finding: &mut Finding, account: &Entity, grave: bool, of: &UsedHere<'_>) {
    let known = account.key.account_name().and_then(|key| of.ours.accounts.get(key));
    let changed = known.and_then(|account| account.password_set);
    let leaked = finding.first_seen.or(finding.known_since);
    let outdated = leaked.zip(changed).is_some_and(|(leaked, changed)| changed > leaked);
    let logon = of.used.get(&account.key).filter(|logon| {
        let last = logon.times.map(|times| times.last);
        let first = logon.times.map(|times| times.first);
        // Once the password was changed, a log-on is no use of what was stolen.
        let before_change = !outdated || first.zip(changed).is_none_or(|(first, changed)| first < changed);
        leaked.zip(last).is_none_or(|(leaked, used)| used >= leaked) && before_change
    });
    let was = finding.severity;
    if let Some(logon) = logon {
        used(finding, logon, (grave, leaked), known.and_then(|account| account.factor), of);
    }
    if let Some(changed) = changed.filter(|_| outdated && finding.severity == was) {
        finding.severity = finding.severity.max(Severity::Low);
        let day = changed.date();
        finding.reasons.insert(0, format!("the password was changed on {day}, after the theft"));
        finding.remediation = vec!["end all sessions that are older than the change".to_owned()];
    }
}

/// The account was used here: a leak has become an intrusion, or may have.
fn used(
    finding: &mut Finding,
    logon: &Used,
    (grave, leaked): (bool, Option<Timestamp>),
    factor: Option<Factor>,
    of: &UsedHere<'_>,
) {
    let (all, without) = (logon.all.count().count, logon.without_mfa.count().count);
    let day = logon.evidence.iter().find_map(|evidence| evidence.time).map(|time| time.date());
    let account = finding.subject.account.clone().unwrap_or_default();
    // The log may be silent about a factor that the table of accounts says there is not.
    let by_table = without == 0 && !logon.with_mfa && factor == Some(Factor::None);
    let (unusual, harmless) = addresses(logon, leaked, of);
    let bare = without > 0 || by_table;
    let guarded = without == 0 && logon.with_mfa;
    let is_misuse = match (&unusual, logon.from.is_empty()) {
        (Some(_), _) => !guarded,
        (None, true) => bare,
        (None, false) => false,
    };
    if grave && is_misuse {
        finding.severity = finding.severity.raised();
        if !finding.techniques.iter().any(|technique| technique == "T1078") {
            finding.techniques.push("T1078".to_owned());
        }
        let what = finding.intel.name.clone();
        let on = on_day(day);
        let how = match (without > 0, by_table, &unusual) {
            (true, ..) => format!("logged in without MFA{on}"),
            (_, true, _) => format!("logged in{on} with no second factor"),
            (_, _, Some(one)) => {
                format!(
                    "logged in from {}{}",
                    defang(&of_address(one.address)),
                    on_day(Some(one.times.first.date()))
                )
            }
            _ => format!("logged in{on}"),
        };
        finding.title = format!("{account} {how}: {what}");
        finding.reasons.insert(
            0,
            match by_table {
                true => {
                    format!("the account logged in{on}; by the table of accounts it has no second factor")
                }
                false if without > 0 => format!("the account logged in without MFA{on}"),
                false => format!("the account logged in{on}; no record names a second factor"),
            },
        );
    } else if bare {
        finding.reasons.push(format!("the account logged in without MFA{}", on_day(day)));
    } else {
        let times = crate::count::counted(all, "time", "times");
        finding.reasons.push(format!("the account logged in {times} in these logs, none known to lack MFA"));
    }
    if let Some(one) = &unusual {
        finding.reasons.insert(usize::from(grave && is_misuse), one.sentence(leaked));
    }
    if let Some(harmless) = harmless.filter(|_| unusual.is_none()) {
        finding.reasons.insert(0, format!("used since only from {harmless}: watch it"));
    }
    finding.evidence.extend(logon.evidence.iter().take(3).cloned());
}

fn on_day(day: Option<Date>) -> String {
    day.map(|day| format!(" on {day}")).unwrap_or_default()
}

impl Unusual {
    fn sentence(&self, leaked: Option<Timestamp>) -> String {
        let outside = if self.first_from_outside { ", the first from outside" } else { "" };
        let days = leaked.map(|leaked| self.times.first.seconds_since(leaked).max(0) / 86_400);
        let after = match days {
            None => String::new(),
            Some(0) => ", on the day of the theft".to_owned(),
            Some(days) => {
                let days = crate::count::counted(u64::try_from(days).unwrap_or(0), "day", "days");
                format!(", {days} after the theft")
            }
        };
        format!("first use of {}{outside}{after}", defang(&of_address(self.address)))
    }
}

/// The first unusual address of the log-ons since the theft; where there is none, what the others are.
fn addresses(
    logon: &Used,
    leaked: Option<Timestamp>,
    of: &UsedHere<'_>,
) -> (Option<Unusual>, Option<String>) {
    let since = |times: &Times| leaked.is_none_or(|leaked| times.last >= leaked);
    let mut unusual: Option<Unusual> = None;
    let mut harmless: Option<String> = None;
    for (address, times) in logon.from.iter().filter(|(_, times)| since(times)) {
        if let Some(why) = harmless_because(*address, of) {
            harmless = harmless.or(Some(why));
            continue;
        }
        // The account came from there before anybody had stolen it.
        if leaked.is_some_and(|leaked| times.first < leaked) {
            harmless = harmless.or(Some("an address that it came from before".to_owned()));
            continue;
        }
        if unusual.as_ref().is_none_or(|known| times.first < known.times.first) {
            let earlier = |(other, at): (&IpAddr, &Times)| {
                other != address && at.first < times.first && !is_internal(*other) && !of.ours.owns(*other)
            };
            let first_from_outside = !logon.from.iter().any(earlier);
            unusual = Some(Unusual { address: *address, times: *times, first_from_outside });
        }
    }
    (unusual, harmless)
}

/// Why an address is no sign of a stranger.
fn harmless_because(address: IpAddr, of: &UsedHere<'_>) -> Option<String> {
    if is_internal(address) || of.ours.owns(address) {
        return Some("an address of ours".to_owned());
    }
    let of_party = of.ours.names.iter().find(|name| match &name.value {
        NameValue::Observable(value) => match value.kind {
            Kind::Network => {
                parse_network(&value.value).is_some_and(|(network, bits)| within(address, network, bits))
            }
            Kind::Ipv4 | Kind::Ipv6 => value.value.parse::<IpAddr>().is_ok_and(|own| own == address),
            _ => false,
        },
        NameValue::Keyword(_) => false,
    });
    if let Some(name) = of_party {
        return Some(match name.party {
            Party::Own => "an address of ours".to_owned(),
            _ => format!("an address of {}", name.party_name),
        });
    }
    of.good.listed(&of_address(address)).map(|why| format!("a shared address ({why})"))
}

//! Tables of leaked accounts and stealer logs, by header: a mail address or login beside a secret, perhaps
//! with the site that it opens and the day.

use super::{CollectionRecord, Counterpart, Seen, Subject, column_order, give, in_order, secrets, stem};
use crate::sink::Sink;
use input::{Document, table};
use model::world::ObservationNature;
use model::{Fault, Place, Problems, Timestamp, Tlp, secret};
use observable::{Kind, canonical};

pub(super) const ACCOUNTS: &[&str] = &[
    "email",
    "mail",
    "emailaddress",
    "login",
    "username",
    "user",
    "account",
    "userlogin",
    "emaillogin",
    "userid",
];
const SITES: &[&str] =
    &["url", "site", "targeturl", "loginurl", "website", "service", "targetdomain", "host"];
const STEALERS: &[&str] =
    &["stealer", "stealerfamily", "malware", "malwarefamily", "hwid", "machineid", "botid"];
const LEAKS: &[&str] =
    &["breach", "breachname", "leak", "leakname", "database", "databasename", "dump", "source"];
const TIMES: &[&str] = &[
    "datecompromised",
    "infectedtime",
    "date",
    "timestamp",
    "time",
    "logdate",
    "leakdate",
    "breachdate",
    "infecteddate",
    "spycloudpublishdate",
    "infectiondate",
    "compromised",
    "published",
];

/// Whether a column holds a secret. Words that inventories of accounts have too (`sid`, `auth`) show no leak.
fn holds_secret(header: &str) -> bool {
    secret::is_name(header) || matches!(header, "hash" | "hashes" | "plaintext" | "cleartext")
}

/// Whether a header (in normal form) is of leaked accounts: an account beside a secret, or beside the
/// malware that stole it.
pub(crate) fn claims(headers: &[String]) -> bool {
    let any = |names: &[&str]| headers.iter().any(|header| names.contains(&header.as_str()));
    any(ACCOUNTS) && (headers.iter().any(|header| holds_secret(header)) || any(STEALERS) && any(SITES))
}

pub(crate) fn read(document: &mut Document<'_>, sink: &mut Sink<'_>, problems: &mut Problems) {
    let order = column_order(document);
    let stealer_table = order.keys().any(|header| STEALERS.contains(&header.as_str()));
    let name = stem(&sink.source);
    table::rows(document, &[], problems, &mut |row, problems| {
        let record = CollectionRecord::of(in_order(row.extra, &order));
        account(record, stealer_table, &name, Place::Line(row.line), sink, problems);
    });
}

/// Gives a leaked account: who it is, the site that it opens, the machine that it was stolen from.
pub(super) fn account(
    mut record: CollectionRecord,
    stolen: bool,
    name: &str,
    place: Place,
    sink: &mut Sink<'_>,
    problems: &mut Problems,
) {
    for account in ACCOUNTS {
        let Some(value) = record.get(&[account]).map(str::to_owned) else { continue };
        if canonical(Kind::Email, &value).is_some() {
            record.term(Subject, Kind::Email, Some(value));
        } else {
            record.word(Some(&value));
        }
    }
    for site in SITES {
        let Some(value) = record.get(&[site]).map(str::to_owned) else { continue };
        let url = canonical(Kind::Url, &value);
        match url.as_ref().and_then(observable::Observable::host) {
            Some(host) => {
                record.term(Counterpart, host.kind, Some(host.value));
                // A URL that held a password is no URL to look for.
                record.term(Counterpart, Kind::Url, Some(value).filter(|url| !url.contains(secrets::MASK)));
            }
            None => record.hosts(Counterpart, &[site]),
        }
    }
    record.hosts(Subject, &["ip", "ipaddress", "victimip", "machineip", "ipaddresses"]);
    record.words(&["computername", "machinename", "hostname", "pcname", "userhostname"]);
    if !record.is_findable() {
        problems.add(place, Fault::Partial, "a row without an account was passed over", None);
        return;
    }
    let stealer = stolen || record.get(SITES).is_some() && record.held_secret();
    let leak = record.get(LEAKS).map_or_else(|| name.to_owned(), str::to_owned);
    let what = match (stealer, record.get(SITES)) {
        (true, Some(site)) => format!("account for {site} in a stealer log"),
        (true, None) => "account in a stealer log".to_owned(),
        (false, _) => format!("account in the leak {leak}"),
    };
    let seen = Seen {
        collection: if stealer { format!("stealer log {name}") } else { format!("leak {name}") },
        what,
        classification: Some(if stealer { "infected-system" } else { "data-leak" }.to_owned()),
        nature: if stealer { ObservationNature::Malicious } else { ObservationNature::Suspicious },
        time: record.get(TIMES).and_then(Timestamp::parse),
        known_since: None,
        tlp: Tlp::Amber,
    };
    let origin = sink.origin(place);
    give(record, seen, origin, sink);
}

//! Have I Been Pwned: the call-back of a domain's subscription, the domain search (`alias` → breaches), the breaches of
//! one account, and stealer logs (`alias` → sites, or a list of addresses of a site).
//!
//! The searches do not name the domain or account that was asked for: it comes from a wrapper or from the file's name
//! (`example.org.json`, `hibp-example.org.json`, `hibp-stealer-example.org.json`, `hibp-ann@example.org.json`).

use super::{CollectionRecord, Counterpart, Seen, Subject, give, stem};
use crate::body;
use crate::sink::Sink;
use crate::wire::{Flag, List, Text};
use input::Document;
use input::Head;
use model::world::ObservationNature;
use model::{Fault, Place, Problems, Timestamp, Tlp};
use observable::{Kind, canonical};
use serde::Deserialize;
use std::collections::BTreeMap;

/// How many accounts of one document are given; the largest domains have some 100,000.
const ACCOUNTS_MAX: usize = 2_000_000;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct CallBack<'a> {
    #[serde(borrow)]
    email: Text<'a>,
    #[serde(borrow)]
    domain: Text<'a>,
    #[serde(borrow)]
    domain_emails: List<Text<'a>>,
    #[serde(borrow)]
    breach: List<Breach<'a>>,
    #[serde(borrow)]
    paste: List<Paste<'a>>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Breach<'a> {
    #[serde(borrow)]
    name: Text<'a>,
    #[serde(borrow)]
    title: Text<'a>,
    #[serde(borrow)]
    domain: Text<'a>,
    #[serde(borrow)]
    breach_date: Text<'a>,
    #[serde(borrow)]
    added_date: Text<'a>,
    #[serde(borrow)]
    data_classes: List<Text<'a>>,
    is_verified: Flag,
    is_fabricated: Flag,
    is_spam_list: Flag,
    is_malware: Flag,
    is_stealer_log: Flag,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Paste<'a> {
    #[serde(borrow)]
    source: Text<'a>,
    #[serde(borrow)]
    id: Text<'a>,
    #[serde(borrow)]
    title: Text<'a>,
    #[serde(borrow)]
    date: Text<'a>,
}

/// Whether a JSON document is one of these.
pub(crate) fn claims(head: &Head<'_>) -> bool {
    if (head.has_key("Breach") || head.has_key("Paste"))
        && (head.has_key("DomainEmails") || head.has_key("Email"))
    {
        return true;
    }
    if !head.is_json() {
        return false;
    }
    if is_of_account(head) {
        return true;
    }
    let asked = domain_of(&head.file).is_some();
    let named = ["hibp", "haveibeenpwned", "pwned", "breacheddomain", "stealerlog"]
        .iter()
        .any(|word| head.file.contains(word));
    let top = || head.keys().iter().filter(|key| key.depth == 1);
    // Lists of names, nothing nested: an inventory called `sbom.port.json` is none of these.
    let flat = head.keys().iter().all(|key| key.depth == 1);
    let lists =
        flat && top().next().is_some() && top().all(|key| key.value == b'[' || is_domain_key(key.name));
    let wrapper = top().any(|key| is_domain_key(key.name)) && top().any(|key| is_wrapper_key(key.name));
    let addresses = head.keys().is_empty() && head.text.trim_start().starts_with('[') && head.contains("@");
    wrapper && named || (asked || named) && (lists || wrapper || named && addresses)
}

/// Whether a document is the list of breaches of one account; shortened, each has its name only.
fn is_of_account(head: &Head<'_>) -> bool {
    let list = head.text.trim_start().starts_with('[');
    let has = |name: &str| head.keys().iter().any(|key| key.depth == 1 && key.name == name);
    list && has("Name") && (has("BreachDate") || has("PwnCount") || account_of(&head.file).is_some())
}

/// The account in a file's name.
fn account_of(name: &str) -> Option<String> {
    let stem = stem(name);
    let at = stem.find('@')?;
    let start = stem.get(..at)?.rfind([' ', '_']).map_or(0, |sign| sign + 1);
    let word = stem.get(start..)?;
    let word = ["hibp-", "haveibeenpwned-", "breachedaccount-", "pwned-"]
        .iter()
        .fold(word, |word, mark| word.strip_prefix(mark).unwrap_or(word));
    canonical(Kind::Email, word).map(|mail| mail.value)
}

fn is_domain_key(name: &str) -> bool {
    name.eq_ignore_ascii_case("domain")
}

fn is_wrapper_key(name: &str) -> bool {
    ["accounts", "aliases", "results", "breaches", "breacheddomain", "stealerlogs"]
        .iter()
        .any(|key| name.eq_ignore_ascii_case(key))
}

/// The domain in a file's name.
fn domain_of(name: &str) -> Option<String> {
    let stem = stem(name);
    let parts = stem.split(['-', '_', ' ']).filter(|part| part.contains('.'));
    let whole = (stem.contains('.') && !stem.contains("--")).then_some(stem.as_str());
    parts.rev().chain(whole).find_map(|part| canonical(Kind::Domain, part)).map(|domain| domain.value)
}

pub(crate) fn read(document: &mut Document<'_>, sink: &mut Sink<'_>, problems: &mut Problems) {
    let Some(text) = body::text(document, body::DOCUMENT_BYTES_MAX, problems) else { return };
    let values = serde_json::Deserializer::from_str(&text).into_iter::<&serde_json::value::RawValue>();
    for (number, value) in (1..).zip(values) {
        let place = Place::Record(number);
        match value {
            Ok(raw) => one(raw.get(), place, sink, problems),
            Err(error) => {
                let what = format!("not JSON from here on: {}", body::reason(&error));
                problems.add(place, Fault::Partial, what, Some("get the document again from its source"));
                return;
            }
        }
    }
}

fn one(raw: &str, place: Place, sink: &mut Sink<'_>, problems: &mut Problems) {
    if let Ok(call_back) = serde_json::from_str::<CallBack<'_>>(raw)
        && !(call_back.breach.is_empty() && call_back.paste.is_empty())
    {
        call_back_of(&call_back, place, sink);
        return;
    }
    let asked = domain_of(&sink.source);
    if raw.starts_with('[')
        && let Ok(breaches) = serde_json::from_str::<Vec<Breach<'_>>>(raw)
        && breaches.iter().any(|breach| !breach.name.is_empty())
    {
        let file = sink.source.rsplit(['/', '\\', '!']).next().unwrap_or_default().to_owned();
        let Some(account) = account_of(&file) else {
            let help = "name the file after the account that was asked for: hibp-ann@example.org.json";
            problems.add(place, Fault::Partial, "the account that was asked for is not known", Some(help));
            return;
        };
        for breach in &breaches {
            leaked(&account, breach, place, sink);
        }
        return;
    }
    if raw.starts_with('[') {
        let addresses = serde_json::from_str::<List<Text<'_>>>(raw).unwrap_or_default();
        for address in addresses.iter().take(ACCOUNTS_MAX).filter(|address| address.contains('@')) {
            stolen(address, asked.as_deref(), Subject, place, sink);
        }
        return;
    }
    let Some((domain, accounts)) = accounts(raw, asked) else {
        let help = "name the file after the domain that was asked for: hibp-example.org.json";
        problems.add(place, Fault::Partial, "the domain that was asked for is not known", Some(help));
        return;
    };
    let stealer = sink.source.to_ascii_lowercase().contains("stealer");
    for (alias, names) in accounts.iter().take(ACCOUNTS_MAX) {
        let address = if alias.contains('@') { alias.clone() } else { format!("{alias}@{domain}") };
        for name in names.iter().filter_map(|name| name.filled()) {
            if stealer {
                stolen(&address, Some(name), Counterpart, place, sink);
            } else {
                let breach = Breach { name: Text(name.into()), ..Breach::default() };
                leaked(&address, &breach, place, sink);
            }
        }
    }
}

type Accounts<'a> = BTreeMap<String, List<Text<'a>>>;

/// Domain and accounts of a search, bare or wrapped.
fn accounts(raw: &str, asked: Option<String>) -> Option<(String, Accounts<'_>)> {
    let fields = serde_json::from_str::<BTreeMap<String, &serde_json::value::RawValue>>(raw).ok()?;
    let named = fields.iter().find(|(key, _)| is_domain_key(key));
    let named = named.and_then(|(_, raw)| serde_json::from_str::<Text<'_>>(raw.get()).ok());
    let named = named.and_then(|domain| canonical(Kind::Domain, &domain)).map(|domain| domain.value);
    let wrapped = fields.iter().find(|(key, raw)| is_wrapper_key(key) && raw.get().starts_with('{'));
    let accounts = match wrapped {
        Some((_, raw)) => serde_json::from_str::<Accounts<'_>>(raw.get()).ok()?,
        None => {
            let lists = fields.iter().filter(|(_, raw)| raw.get().starts_with('['));
            lists
                .filter_map(|(key, raw)| Some((key.clone(), serde_json::from_str(raw.get()).ok()?)))
                .collect()
        }
    };
    Some((named.or(asked)?, accounts))
}

fn call_back_of(call_back: &CallBack<'_>, place: Place, sink: &mut Sink<'_>) {
    let mut addresses: Vec<&str> = call_back.domain_emails.iter().filter_map(Text::filled).collect();
    addresses.extend(call_back.email.filled());
    if addresses.is_empty() {
        addresses.extend(call_back.domain.filled());
    }
    addresses.sort_unstable();
    addresses.dedup();
    for address in addresses.into_iter().take(ACCOUNTS_MAX) {
        for breach in call_back.breach.iter() {
            leaked(address, breach, place, sink);
        }
        for paste in call_back.paste.iter() {
            pasted(address, paste, place, sink);
        }
    }
}

fn subject(record: &mut CollectionRecord, address: &str) {
    let kind = if address.contains('@') { Kind::Email } else { Kind::Domain };
    record.term(Subject, kind, Some(address.to_owned()));
}

fn leaked(address: &str, breach: &Breach<'_>, place: Place, sink: &mut Sink<'_>) {
    let title = breach.title.filled().or(breach.name.filled()).unwrap_or("unnamed");
    let classes: Vec<&str> = breach.data_classes.iter().map(|class| &**class).collect();
    let flags = [
        (breach.is_verified, "verified"),
        (breach.is_fabricated, "fabricated"),
        (breach.is_spam_list, "spam list"),
        (breach.is_malware, "malware"),
        (breach.is_stealer_log, "stealer log"),
    ];
    let flags: Vec<&str> = flags.iter().filter(|(flag, _)| flag.0).map(|(_, name)| *name).collect();
    let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let mut record = CollectionRecord::of([
        field("account", address),
        field("breach", title),
        field("breach date", &breach.breach_date),
        field("breach domain", &breach.domain),
        field("data classes", &classes.join(", ")),
        field("kind", &flags.join(", ")),
    ]);
    subject(&mut record, address);
    record.word(Some(title));
    let stealer = breach.is_malware.0 || breach.is_stealer_log.0;
    let seen = Seen {
        collection: "hibp".to_owned(),
        what: format!("account in the leak {title}"),
        classification: Some("data-leak".to_owned()),
        nature: if stealer { ObservationNature::Malicious } else { ObservationNature::Suspicious },
        time: Timestamp::parse(&breach.breach_date),
        known_since: Timestamp::parse(&breach.added_date),
        tlp: Tlp::Amber,
    };
    let origin = sink.origin(place);
    give(record, seen, origin, sink);
}

fn pasted(address: &str, paste: &Paste<'_>, place: Place, sink: &mut Sink<'_>) {
    let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let mut record = CollectionRecord::of([
        field("account", address),
        field("paste", &format!("{} {}", &*paste.source, &*paste.id)),
        field("title", &paste.title),
        field("date", &paste.date),
    ]);
    subject(&mut record, address);
    record.word(paste.title.filled());
    let seen = Seen {
        collection: "hibp pastes".to_owned(),
        what: format!("account in a paste on {}", paste.source.filled().unwrap_or("an unnamed site")),
        classification: Some("data-leak".to_owned()),
        nature: ObservationNature::Suspicious,
        time: Timestamp::parse(&paste.date),
        known_since: None,
        tlp: Tlp::Amber,
    };
    let origin = sink.origin(place);
    give(record, seen, origin, sink);
}

/// An account in a stealer log; the site is ours when the search was for it.
fn stolen(
    address: &str,
    site: Option<&str>,
    site_is: model::world::TermRole,
    place: Place,
    sink: &mut Sink<'_>,
) {
    let site_name = site.unwrap_or("an unnamed site");
    let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let mut record = CollectionRecord::of([field("account", address), field("site", site_name)]);
    subject(&mut record, address);
    record.term(site_is, Kind::Domain, site.map(str::to_owned));
    let seen = Seen {
        collection: "hibp stealer logs".to_owned(),
        what: format!("account for {site_name} in a stealer log"),
        classification: Some("infected-system".to_owned()),
        nature: ObservationNature::Malicious,
        time: None,
        known_since: None,
        tlp: Tlp::Amber,
    };
    let origin = sink.origin(place);
    give(record, seen, origin, sink);
}

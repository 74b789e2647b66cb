//! Accounts with us that are a party's: by their mail address or principal name, by a column that names it, or because
//! they are marked as somebody else's and bear a word of its name.

use super::theirs::Theirs;
use crate::facts::ours::Ours;
use model::Certainty;
use model::ours::{Account, Factor};
use model::party::{ReachAccount, ReachBy};

/// What marks an account as somebody else's, in names, groups and columns.
const MARKS: &[&str] = &[
    "vendor",
    "vendors",
    "external",
    "externals",
    "extern",
    "ext",
    "guest",
    "guests",
    "gast",
    "supplier",
    "suppliers",
    "contractor",
    "contractors",
    "partner",
    "partners",
    "thirdparty",
    "lieferant",
    "dienstleister",
];

pub(super) fn judged(ours: &Ours, theirs: &Theirs) -> Vec<ReachAccount> {
    let rows = ours.accounts.values().filter_map(|account| Some(row(account, by(account, theirs)?)));
    rows.collect()
}

/// What cannot be known of accounts.
pub(super) fn unknown(ours: &Ours) -> Vec<String> {
    if ours.accounts.is_empty() {
        return vec!["no accounts were read".to_owned()];
    }
    let is_bare = |account: &&Account| account.mail.is_none() && account.upn.is_none();
    let bare = ours.accounts.values().filter(is_bare).count();
    let of = ours.accounts.len();
    let have = if bare == 1 { "has" } else { "have" };
    let text = format!(
        "{bare} of {of} accounts {have} neither mail address nor principal name, so a name alone says whose they are"
    );
    if bare > 0 { vec![text] } else { Vec::new() }
}

fn row(account: &Account, by: ReachBy) -> ReachAccount {
    let written = match &account.domain {
        Some(domain) => format!("{domain}\\{}", account.name),
        None => account.upn.clone().unwrap_or_else(|| account.name.clone()),
    };
    ReachAccount {
        by,
        account: written,
        enabled: account.enabled,
        privileged: account.privileged,
        second_factor: account.factor.map(|factor| match factor {
            Factor::None => "none",
            Factor::Phishable => "phishable",
            Factor::PhishingResistant => "phishing-resistant",
            Factor::Unspecified => "yes",
        }),
        is_use_known: account.last_used.is_some(),
        last_used: account.last_used.flatten(),
        owner: account.owner.clone(),
        document: account.origin.as_ref().map(|origin| origin.source.to_string()),
        place: account.origin.as_ref().map(|origin| origin.place.to_string()),
    }
}

/// Why an account is the party's.
fn by(account: &Account, theirs: &Theirs) -> Option<ReachBy> {
    let names = [account.mail.as_deref(), account.upn.as_deref(), Some(account.name.as_str())];
    let mails = names.into_iter().flatten().flat_map(|name| [Some(name.to_owned()), guest(name)]);
    if let Some(by) = mails.flatten().filter_map(|mail| theirs.of_mail(&mail)).min() {
        return Some(by);
    }
    let columns = account.extra.values().filter_map(|value| theirs.named_in(value));
    let whole = columns.filter(|by| by.how == "names").min();
    if let Some(by) = whole {
        return Some(ReachBy { certainty: Certainty::Likely, how: "has a column that names", ..by });
    }
    let texts: Vec<&str> = std::iter::once(account.name.as_str())
        .chain(account.upn.as_deref())
        .chain(account.groups.iter().map(String::as_str))
        .chain(account.extra.values().map(String::as_str))
        .collect();
    if !texts.iter().any(|text| is_marked(text)) {
        return None;
    }
    let named = texts.iter().filter_map(|text| theirs.named_in(text)).max()?;
    Some(ReachBy { how: "is marked as somebody else's and has a word of its name:", ..named })
}

fn is_marked(text: &str) -> bool {
    let lower = text.to_lowercase();
    lower.contains("#ext#") || lower.split(|c: char| !c.is_alphanumeric()).any(|word| MARKS.contains(&word))
}

/// The mail address of a guest of Entra ID: `anna_tidewise.example#EXT#@harbour.example`.
fn guest(name: &str) -> Option<String> {
    let lower = name.to_lowercase();
    let (local, domain) = lower.split_once("#ext#")?.0.rsplit_once('_')?;
    Some(format!("{local}@{domain}"))
}

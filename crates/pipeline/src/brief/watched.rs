//! Words of a list, looked for in what arrived: mails in the logs of mail servers, records of collections, reports.
//!
//! Each place is asked for its period by itself: of logs only those of mail servers are read. A mail that is logged several
//! times, or is in a log and in a collection, counts once, by its message-id. What was looked through is counted, so that no
//! hit says as much as it can.
//!
//! Invariants: the same home and wish give the same answer; what is counted is all that was found, what is listed is bounded.

mod mails;
mod records;
mod reports;

use findings::{Keywords, Ours, Spelling, Whose};
use model::brief::{MostFrequent, Period, Watched, WatchedIn, WatchedLooked, WatchedRow, WatchedWord};
use model::ours::Party;
use model::{Place, Timestamp, Tlp};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use store::{Home, Kept};

/// Recipients, and texts about what was found, of one row.
const LISTED_MAX: usize = 20;
/// Subjects and domains that are listed; a page has room for the first of them.
const TOP: usize = 100;
/// Mails, records and reports that are kept while they are gathered, the first in this order.
const KEPT_MAX: usize = 200_000;

/// Which list is looked for, and in which period.
#[derive(Clone, Debug)]
pub struct WatchWish {
    /// The name of the list.
    pub list: String,
    /// The period.
    pub period: Period,
}

/// The words of a list.
pub(super) struct Words {
    /// As the tables write them.
    written: Vec<String>,
    keywords: Keywords,
    list: String,
    expired: u64,
}

/// The words of a list; the lists that there are, where it is none of them.
pub(super) fn words(ours: &Ours, wish: &WatchWish, now: Timestamp) -> Result<Words, Vec<String>> {
    let wanted = wish.list.trim().to_lowercase();
    let is_it = |list: &&String| list.to_lowercase() == wanted;
    let (mut written, mut gone) = (BTreeSet::new(), BTreeSet::new());
    let (mut list, mut lists) = (None, BTreeSet::new());
    for (word, name) in ours.keywords() {
        lists.extend(&name.lists);
        let Some(own) = name.lists.iter().find(is_it) else { continue };
        list = list.into_iter().chain([own]).min();
        let is_over = name.has_expired(now);
        if is_over {
            gone.insert(word)
        } else {
            written.insert(word)
        };
    }
    let Some(list) = list else { return Err(lists.into_iter().cloned().collect()) };
    let expired = gone.difference(&written).count();
    let written: Vec<String> = written.into_iter().map(str::to_owned).collect();
    let keywords = Keywords::of(written.iter().map(String::as_str));
    Ok(Words { written, keywords, list: list.clone(), expired: count(expired) })
}

impl Words {
    /// Adds the words in a text that is in this place of a mail, record or report; where the first of those that are new
    /// begins.
    fn find(&self, text: &str, place: &str, found: &mut Vec<WatchedWord>) -> Option<usize> {
        let mut first = None;
        for one in self.keywords.find(text) {
            let Some(word) = self.written.get(one.keyword) else { continue };
            let start = one.range.start;
            let said = text.get(one.range).unwrap_or_default();
            let new = WatchedWord {
                word: word.clone(),
                found: said.split_whitespace().collect::<Vec<_>>().join(" "),
                is_variant: one.spelling == Spelling::Variant,
                place: place.to_owned(),
            };
            // Of a word the surest place is said, and of these the first.
            match found.iter_mut().find(|known| known.word == *word) {
                Some(known) if known.is_variant && !new.is_variant => *known = new,
                Some(_) => continue,
                None => found.push(new),
            }
            first = first.into_iter().chain([start]).min();
        }
        first
    }

    fn is_in(&self, text: &str) -> bool {
        !self.keywords.find(text).is_empty()
    }
}

/// What is needed to look.
pub(super) struct Looking<'l> {
    pub(super) home: &'l Home,
    pub(super) ours: &'l Whose<'l>,
    pub(super) documents: &'l [Kept],
    pub(super) words: &'l Words,
    pub(super) watch: &'l WatchWish,
}

/// What was found of one mail, record or report, whole.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Found {
    time: Timestamp,
    of: WatchedIn,
    source: String,
    place: Place,
    subject: String,
    detections: BTreeSet<String>,
    senders: BTreeSet<String>,
    recipients: BTreeSet<String>,
    words: Vec<WatchedWord>,
    /// Domains that a record names as its target beside its recipients.
    targets: BTreeSet<String>,
}

/// What was found, by what makes it one: a message-id, else its place.
#[derive(Default)]
struct Gathered {
    found: BTreeMap<String, Found>,
    is_bound: bool,
}

impl Gathered {
    /// Takes what was found; under a name that is known it is the same mail, seen elsewhere.
    fn add(&mut self, name: String, found: Found) {
        let is_full = self.found.len() >= KEPT_MAX;
        match self.found.get_mut(&name) {
            Some(known) => known.merge(found),
            None if is_full => self.is_bound = true,
            None => _ = self.found.insert(name, found),
        }
    }
}

impl Found {
    fn merge(&mut self, other: Self) {
        let (first, second) = if other < *self { (other, self.clone()) } else { (self.clone(), other) };
        *self = first;
        self.detections.extend(second.detections);
        self.senders.extend(second.senders);
        self.recipients.extend(second.recipients);
        self.targets.extend(second.targets);
        if self.subject.is_empty() {
            self.subject = second.subject;
        }
        for word in second.words {
            match self.words.iter_mut().find(|known| known.word == word.word) {
                Some(known) if known.is_variant && !word.is_variant => *known = word,
                Some(_) => {}
                None => self.words.push(word),
            }
        }
    }

    fn is_variant(&self) -> bool {
        self.words.iter().all(|word| word.is_variant)
    }

    fn row(self) -> WatchedRow {
        WatchedRow {
            time: self.time,
            subject: self.subject,
            detections: self.detections.into_iter().take(LISTED_MAX).collect(),
            sender: self.senders.into_iter().next(),
            recipients: self.recipients.into_iter().take(LISTED_MAX).collect(),
            words: self.words,
            of: self.of,
            source: self.source,
            place: self.place,
        }
    }
}

impl Looking<'_> {
    /// What was found of the list, and the strictest marking of it.
    pub(super) fn watched(&self, mail_logs: &BTreeSet<Arc<str>>) -> Result<(Watched, Tlp), store::Fault> {
        let (mut looked, mut gathered) = (WatchedLooked::default(), Gathered::default());
        let mut bounds = self.mails(mail_logs, &mut looked, &mut gathered)?;
        let of_records = self.records(&mut looked, &mut gathered)?;
        let of_reports = self.reports(&mut looked, &mut gathered)?;
        if gathered.is_bound {
            bounds.push(format!("more than {KEPT_MAX} mails, records and reports have a word of the list"));
        }
        let mut watched = Watched {
            list: self.words.list.clone(),
            period: self.watch.period.clone(),
            words: count(self.words.written.len()),
            expired: self.words.expired,
            rows: Vec::new(),
            count: count(gathered.found.len()),
            variants: count(gathered.found.values().filter(|one| one.is_variant()).count()),
            subjects: MostFrequent::default(),
            attackers: MostFrequent::default(),
            known_senders: 0,
            targets: MostFrequent::default(),
            looked,
            bounds,
        };
        self.count(&gathered, &mut watched);
        let mut found: Vec<Found> = gathered.found.into_values().collect();
        found.sort_unstable_by(|a, b| b.time.cmp(&a.time).then_with(|| a.cmp(b)));
        found.truncate(Watched::ROWS_MAX);
        watched.rows = found.into_iter().map(Found::row).collect();
        Ok((watched, of_records.max(of_reports)))
    }

    /// Counts subjects, and the domains of both sides.
    fn count(&self, gathered: &Gathered, watched: &mut Watched) {
        let mut subjects: BTreeMap<String, (String, u64)> = BTreeMap::new();
        let (mut attackers, mut targets) = (BTreeMap::new(), BTreeMap::new());
        for one in gathered.found.values().filter(|one| one.of != WatchedIn::Report) {
            let subject = one.subject.trim();
            if !subject.is_empty() {
                let (shown, count) =
                    subjects.entry(subject.to_lowercase()).or_insert_with(|| (subject.to_owned(), 0));
                *count += 1;
                // Of several ways to write it, one is shown whatever came first.
                if subject < shown.as_str() {
                    subject.clone_into(shown);
                }
            }
            let senders: BTreeSet<String> = one.senders.iter().filter_map(|one| domain(one)).collect();
            let is_known = senders.iter().any(|domain| self.ours.of_domain(domain).is_some());
            watched.known_senders += u64::from(is_known);
            for domain in senders.into_iter().filter(|domain| self.ours.of_domain(domain).is_none()) {
                *attackers.entry(domain).or_default() += 1;
            }
            let of_recipients = one.recipients.iter().filter_map(|one| domain(one));
            for domain in of_recipients.chain(one.targets.iter().cloned()).collect::<BTreeSet<String>>() {
                *targets.entry(domain).or_default() += 1;
            }
        }
        let nobody = |_: &str| None;
        watched.subjects = most(subjects.into_values().collect(), &nobody);
        watched.attackers = most(attackers, &nobody);
        watched.targets = most(targets, &|domain| {
            let (name, party) = self.ours.of_domain(domain)?;
            Some(if party == Party::Own { "ours".to_owned() } else { name.to_owned() })
        });
    }
}

/// The most frequent, each with whose it is.
fn most(all: BTreeMap<String, u64>, whose: &dyn Fn(&str) -> Option<String>) -> MostFrequent {
    let of = count(all.len());
    let mut all: Vec<(String, u64)> = all.into_iter().collect();
    all.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    all.truncate(TOP);
    let listed = all.into_iter().map(|(name, count)| {
        let whose = whose(&name);
        (name, count, whose)
    });
    MostFrequent { listed: listed.collect(), count: of }
}

/// The domain of a mail address.
fn domain(address: &str) -> Option<String> {
    let (_, domain) = address.trim_end_matches('>').rsplit_once('@')?;
    let domain = domain.trim().trim_end_matches('.').to_lowercase();
    (!domain.is_empty()).then_some(domain)
}

/// Under what a mail with a message-id is gathered.
fn named_by_id(id: &str) -> String {
    format!("mail {}", id.trim().trim_matches(['<', '>']).to_lowercase())
}

fn count(all: usize) -> u64 {
    u64::try_from(all).unwrap_or(u64::MAX)
}

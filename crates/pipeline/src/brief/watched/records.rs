//! Records of collections: mails that were handed over, and all else that others saw.
//!
//! A record is of the day on which its source published it, else of the day on which it happened, else of the moment at which
//! it was learnt; a mail is of the day on which it was sent.

use super::super::seen;
use super::{Found, Gathered, Looking};
use findings::Stated;
use intel::{MAIL_FOUND, MAIL_RECIPIENTS, MAIL_SENDERS, MAIL_SUBJECTS};
use model::brief::{WatchedIn, WatchedLooked};
use model::world::{Observation, TermRole};
use model::{Timestamp, Tlp};
use observable::Kind;
use std::collections::HashSet;
use std::sync::Arc;

/// Different records that are distinguished by their content.
const KNOWN_MAX: usize = 4_000_000;
/// What fields of mails are called, without capitals and what is between letters, beside the names that columns of tables have.
const SENDERS: &[&str] = &["smtpfrom"];
const ENVELOPE: &[&str] = &["returnpath", "sendermailfromaddress"];
const RECIPIENTS: &[&str] = &["cc", "rcptto"];
/// What else others say was found.
const DETECTIONS: &[&str] = &["signature", "infection", "family", "stealer"];
const IDS: &[&str] = &["messageid", "internetmessageid"];

impl Looking<'_> {
    /// Looks through the records of collections. The strictest marking of what was found.
    pub(super) fn records(
        &self,
        looked: &mut WatchedLooked,
        gathered: &mut Gathered,
    ) -> Result<Tlp, store::Fault> {
        let (mut known, mut tlp) = (HashSet::new(), Tlp::Unmarked);
        let holds = |kept: &&store::Kept| kept.counts.get("observations").is_some_and(|count| *count > 0);
        for kept in self.documents.iter().filter(holds) {
            let name: Arc<str> = Arc::from(kept.name.as_str());
            self.home.each_part(&kept.name, &mut |said| {
                said.each_stated(&name, &mut |stated| {
                    let Stated::Observation(one) = stated else { return };
                    let time = moment(one, kept.received);
                    let is_new = known.len() >= KNOWN_MAX || known.insert(seen::content(one));
                    if !self.watch.period.holds(time) || !is_new {
                        return;
                    }
                    looked.records += 1;
                    if self.record(one, time, gathered) {
                        tlp = tlp.max(one.tlp);
                    }
                });
            })?;
        }
        Ok(tlp)
    }

    /// Takes note of a record with a word; whether it has one.
    fn record(&self, one: &Observation, time: Timestamp, gathered: &mut Gathered) -> bool {
        let mut words = Vec::new();
        for (name, value) in &one.fields {
            self.words.find(value, name, &mut words);
        }
        for word in &one.words {
            self.words.find(word, "words", &mut words);
        }
        if words.is_empty() {
            return false;
        }
        let named = |is_of: &dyn Fn(&str) -> bool| -> Vec<String> {
            let fields = one.fields.iter().filter(|(name, _)| is_of(&input::table::normal(name)));
            fields.map(|(_, value)| value.clone()).collect()
        };
        let of = |columns: &[&str], others: &[&str]| {
            named(&|name| columns.contains(&name) || others.contains(&name))
        };
        // Who calls himself the sender, before the address for what cannot be delivered.
        let is_sender = |name: &str| {
            !ENVELOPE.contains(&name) && (MAIL_SENDERS.contains(&name) || SENDERS.contains(&name))
        };
        let senders =
            Some(named(&is_sender)).filter(|all| !all.is_empty()).unwrap_or_else(|| of(ENVELOPE, &[]));
        let targets = one.terms.iter().filter(|term| term.role == TermRole::Subject);
        let targets = targets.filter(|term| matches!(term.observable.kind, Kind::Domain | Kind::Email));
        let targets = targets.map(|term| {
            let value = &term.observable.value;
            super::domain(value).unwrap_or_else(|| value.clone())
        });
        let found = Found {
            time,
            of: WatchedIn::Collection,
            source: format!("{} ({})", one.origin.source, one.collection),
            place: one.origin.place,
            subject: of(MAIL_SUBJECTS, &[]).into_iter().next().unwrap_or_else(|| one.what.clone()),
            detections: of(MAIL_FOUND, DETECTIONS).into_iter().collect(),
            senders: senders.iter().flat_map(|text| addresses(text)).collect(),
            recipients: of(MAIL_RECIPIENTS, RECIPIENTS).iter().flat_map(|text| addresses(text)).collect(),
            words,
            targets: targets.collect(),
        };
        let id = of(IDS, &[]).into_iter().next();
        let name = match id {
            Some(id) => super::named_by_id(&id),
            None => format!("record {:016x}", seen::content(one)),
        };
        gathered.add(name, found);
        true
    }
}

/// When a record is; a mail is of the moment at which it was sent.
fn moment(one: &Observation, received: Timestamp) -> Timestamp {
    one.known_since.or(one.time).unwrap_or(received)
}

/// The addresses of a field: `Ann <ann@port.example>; mo@port.example`.
fn addresses(text: &str) -> Vec<String> {
    let each = text.split([';', ',']).filter_map(|one| {
        let inside = one.rsplit_once('<').map_or(one, |(_, inside)| inside);
        let address = inside.trim().trim_end_matches('>').trim().to_lowercase();
        address.contains('@').then_some(address)
    });
    each.collect()
}

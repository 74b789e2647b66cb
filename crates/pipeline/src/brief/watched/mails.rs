//! Mails in the logs of mail servers.
//!
//! The lines of a mail are far apart, and only some of them have a word. So the records of the period are read twice: for the
//! keys of mails with a word, then for all that is said under these keys. What is held is bounded by the mails that are
//! found, never by those that passed.

use super::{Found, Gathered, Looking};
use model::brief::{WatchedIn, WatchedLooked};
use model::{Place, Problem, Record, Timestamp};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use store::{Archive, EventsWanted, OfLogs};
use telemetry::{MailSaid, is_of_mail, mail_said};

/// Different mails that are counted.
const COUNTED_MAX: usize = 4_000_000;
/// Mails with a word that are looked up.
const MATCHED_MAX: usize = 200_000;

/// What a line says of a mail, with the line.
struct Line<'r> {
    said: MailSaid<'r>,
    /// Digest of the key.
    key: u64,
    log: &'r str,
    number: u64,
    time: Timestamp,
}

/// A mail while its lines are read.
struct Mail {
    found: Found,
    message_id: Option<String>,
    /// Of which line the subject is.
    subject_of: Option<(Timestamp, u64)>,
}

/// How many mails there are: by message-id, where a line names one.
#[derive(Default)]
struct Counted {
    ids: HashSet<u64>,
    keys: HashSet<u64>,
    /// Keys whose message-id is known.
    named: HashSet<u64>,
    is_bound: bool,
}

impl Counted {
    fn take(&mut self, line: &Line<'_>) {
        if self.ids.len() + self.keys.len() >= COUNTED_MAX {
            self.is_bound = true;
            return;
        }
        self.keys.insert(line.key);
        if let Some(id) = line.said.message_id {
            self.ids.insert(digest(&id.to_lowercase()));
            self.named.insert(line.key);
        }
    }

    fn count(&self) -> u64 {
        super::count(self.ids.len() + self.keys.difference(&self.named).count())
    }
}

impl Looking<'_> {
    /// Looks through the logs of mail servers. What could not be read, in sentences.
    pub(super) fn mails(
        &self,
        mail_logs: &BTreeSet<Arc<str>>,
        looked: &mut WatchedLooked,
        gathered: &mut Gathered,
    ) -> Result<Vec<String>, store::Fault> {
        let archive = self.home.archive()?;
        let of_mail = archive.logs().values().filter(|log| mail_logs.contains(log.log.as_str()));
        let sources: BTreeSet<String> = of_mail.map(|log| log.source.clone()).collect();
        looked.logs = super::count(mail_logs.len());
        let (mut counted, mut matched, mut is_bound) = (Counted::default(), BTreeSet::new(), false);
        let mut problems = self.each_line(&archive, &sources, &mut |line| {
            let Some(line) = line else {
                looked.untimed += 1;
                return;
            };
            counted.take(&line);
            looked.first = looked.first.into_iter().chain([line.time]).min();
            looked.last = looked.last.max(Some(line.time));
            if self.has_word(&line.said) {
                matched.insert(line.key);
                if matched.len() > MATCHED_MAX {
                    // Which are left out depends on the mails alone, not on their order.
                    matched.pop_last();
                    is_bound = true;
                }
            }
        })?;
        looked.mails = counted.count();
        if !matched.is_empty() {
            let mut mails: BTreeMap<u64, Mail> = BTreeMap::new();
            self.each_line(&archive, &sources, &mut |line| {
                if let Some(line) = line.filter(|line| matched.contains(&line.key)) {
                    add(&mut mails, &line);
                }
            })?;
            for (key, mail) in mails {
                self.found(key, mail, gathered);
            }
        }
        let mut sentences: Vec<String> = Vec::new();
        if is_bound {
            sentences.push(format!("more than {MATCHED_MAX} mails have a word of the list"));
        }
        if counted.is_bound {
            sentences.push(format!("more than {COUNTED_MAX} mails: the number of mails is too low"));
        }
        problems.dedup();
        sentences.extend(problems.iter().map(|problem| format!("kept events: {problem}")));
        Ok(sentences)
    }

    /// Gives what each record of the period says of a mail; none for one without a time.
    fn each_line(
        &self,
        archive: &Archive<'_>,
        sources: &BTreeSet<String>,
        each: &mut dyn FnMut(Option<Line<'_>>),
    ) -> Result<Vec<Problem>, store::Fault> {
        let period = &self.watch.period;
        let mut problems = Vec::new();
        for source in sources {
            let times = Some((period.since, period.until));
            let logs = Some(OfLogs(&is_of_mail));
            let wanted = EventsWanted { source, numbers: 0..u64::MAX, times, seen: None, logs, texts: None };
            problems.extend(archive.each(&wanted, &mut |log, _, event| {
                let record: Record<'_> = event.to_record();
                let is_timed = record.time.is_none_or(|time| period.holds(time));
                if !is_timed || !is_of_mail(record.log) {
                    return;
                }
                let Some(said) = mail_said(&record) else { return };
                let Some(time) = record.time else { return each(None) };
                // A mail is known under its message-id everywhere, under a key on one machine.
                let key = match said.key {
                    Some(key) if said.message_id == Some(key) => digest(&key.to_lowercase()),
                    Some(key) => digest(&(record.host, key)),
                    None => digest(&(&log.log, record.number)),
                };
                each(Some(Line { said, key, log: &log.log, number: record.number, time }));
            })?);
        }
        Ok(problems)
    }

    fn has_word(&self, said: &MailSaid<'_>) -> bool {
        said.subject.is_some_and(|subject| self.words.is_in(&intel::subject_of_header(subject)))
            || said.sender.is_some_and(|sender| self.words.is_in(sender))
            || said.recipients.iter().any(|one| self.words.is_in(one))
    }

    /// Takes note of a mail with a word.
    fn found(&self, key: u64, mail: Mail, gathered: &mut Gathered) {
        let mut found = mail.found;
        self.words.find(&found.subject, "subject", &mut found.words);
        let (senders, recipients) = (found.senders.clone(), found.recipients.clone());
        for (place, side) in [("sender", senders), ("recipient", recipients)] {
            for one in side {
                self.words.find(&one, place, &mut found.words);
            }
        }
        if found.words.is_empty() {
            return;
        }
        let name = mail.message_id.map_or_else(|| format!("mail {key:016x}"), |id| super::named_by_id(&id));
        gathered.add(name, found);
    }
}

/// Adds what a line says.
fn add(mails: &mut BTreeMap<u64, Mail>, line: &Line<'_>) {
    let place = Place::Line(line.number);
    let mail = mails.entry(line.key).or_insert_with(|| Mail {
        found: Found {
            time: line.time,
            of: WatchedIn::MailLog,
            source: line.log.to_owned(),
            place,
            subject: String::new(),
            detections: BTreeSet::new(),
            senders: BTreeSet::new(),
            recipients: BTreeSet::new(),
            words: Vec::new(),
            targets: BTreeSet::new(),
        },
        message_id: None,
        subject_of: None,
    });
    let found = &mut mail.found;
    let (time, source) = (line.time, line.log.to_owned());
    if (time, &source, place) < (found.time, &found.source, found.place) {
        (found.time, found.source, found.place) = (time, source, place);
    }
    let at = (line.time, line.number);
    if let Some(subject) = line.said.subject.filter(|_| mail.subject_of.is_none_or(|known| at < known)) {
        found.subject = intel::subject_of_header(subject);
        mail.subject_of = Some(at);
    }
    found.senders.extend(line.said.sender.map(str::to_lowercase));
    found.recipients.extend(line.said.recipients.iter().map(|one| one.to_lowercase()));
    found.detections.extend(line.said.detection.clone());
    let id = line.said.message_id.map(str::to_owned);
    mail.message_id = match (mail.message_id.take(), id) {
        (Some(known), Some(id)) => Some(known.min(id)),
        (known, id) => known.or(id),
    };
}

fn digest(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

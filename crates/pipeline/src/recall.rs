//! The answer of a home as of now: everything that is kept, joined as a question about the same files would be.

use crate::ask::Reading;
use crate::asked_rules::rules_of;
use crate::remembered::{RaceWish, remembered};
use crate::{InputKind, Progress, Sort, Source};
use findings::{Change, Known, Ours, Past, Read, Remembered, Scope, Spool};
use memory::{Memory, Ram, Store};
use model::answer::{DocumentRead, NotSeen, Topic};
use model::{Answer, Timestamp};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;
use store::{Home, Kept};

/// Recalls what is joined.
///
/// # Errors
/// When the home cannot be read.
pub fn recall(
    home: &Home,
    built_in: &Source,
    spool: &Arc<dyn Spool>,
    now: Timestamp,
    progress: &dyn Progress,
) -> Result<Answer, store::Fault> {
    let recalled =
        home.at_one_moment(|| recalled(home, built_in, (spool, now), Remembered::default(), progress))?;
    Ok(recalled.answer)
}

/// Recalls, with what is ours.
///
/// # Errors
/// When the home cannot be read.
pub fn recall_ours(
    home: &Home,
    built_in: &Source,
    (spool, now): (&Arc<dyn Spool>, Timestamp),
    progress: &dyn Progress,
) -> Result<(Answer, Arc<Ours>), store::Fault> {
    let recalled =
        home.at_one_moment(|| recalled(home, built_in, (spool, now), Remembered::default(), progress))?;
    Ok((recalled.answer, recalled.ours))
}

/// Recalls, with the work of people and the race of patching: every turn that was kept is read.
///
/// # Errors
/// When the home cannot be read.
pub fn recall_with(
    home: &Home,
    built_in: &Source,
    (spool, now): (&Arc<dyn Spool>, Timestamp),
    race: &RaceWish,
    progress: &dyn Progress,
) -> Result<Answer, store::Fault> {
    Ok(recall_with_ours(home, built_in, (spool, now), race, progress)?.0)
}

/// The same, with what is ours.
///
/// # Errors
/// When the home cannot be read.
pub fn recall_with_ours(
    home: &Home,
    built_in: &Source,
    (spool, now): (&Arc<dyn Spool>, Timestamp),
    race: &RaceWish,
    progress: &dyn Progress,
) -> Result<(Answer, Arc<Ours>), store::Fault> {
    home.at_one_moment(|| {
        let remembered = remembered(home, now, race, &mut |_, _| {})?;
        let recalled = recalled(home, built_in, (spool, now), remembered, progress)?;
        Ok((recalled.answer, recalled.ours))
    })
}

/// What is recalled of a home.
pub(crate) struct Recalled {
    pub(crate) answer: Answer,
    pub(crate) ours: Arc<Ours>,
    /// The logs that have records of mail servers.
    pub(crate) mail_logs: BTreeSet<Arc<str>>,
}

pub(crate) fn recalled(
    home: &Home,
    built_in: &Source,
    (spool, now): (&Arc<dyn Spool>, Timestamp),
    remembered: Remembered,
    progress: &dyn Progress,
) -> Result<Recalled, store::Fault> {
    let mut known = Known::default();
    known.remember(remembered.past.iter().flat_map(Past::closed_flaws).collect());
    home.load(&mut known)?;
    let mut reading = Reading::new(progress, now);
    reading.spool = Arc::clone(spool);
    let rules = rules_of(home, built_in, &mut reading, now)?;
    let mut memory = Memory::over(known, Ram::default());
    memory.take(Change::Rules(Arc::new(rules)));
    let documents = home.documents()?;
    let given =
        || documents.iter().filter(|kept| kept.source != kept.name || !kept.name.starts_with("built in"));
    let events = given().filter_map(|kept| kept.counts.get("records")).sum();
    let mut problems: Vec<_> = given().flat_map(|kept| kept.problems.iter().cloned()).collect();
    problems.extend(std::mem::take(&mut reading.intake).into_problems());
    let is_read = |kept: &&Kept| kept.form.is_some();
    let read = Read {
        documents: u64::try_from(given().filter(is_read).count()).unwrap_or(u64::MAX),
        events,
        holes: Vec::new(),
        problems,
        logons: (Vec::new(), false),
        remembered,
    };
    let mut answer = memory.answer(now, Scope::ALL, read);
    answer.not_seen.append(&mut reading.not_seen);
    let mut rows: Vec<DocumentRead> = given().filter_map(row).collect();
    rows.sort();
    rows.truncate(DocumentRead::LISTED_MAX);
    answer.documents = rows;
    if let Some(text) = owed(home)? {
        answer.not_seen.push(NotSeen { about: Topic::Logs, text });
    }
    for held in home.held()? {
        let text = format!("{} is held and changes nothing yet: {}", held.name, held.why);
        answer.not_seen.push(NotSeen { about: Topic::Estate, text });
    }
    let ours = Arc::clone(memory.known().ours());
    let mail_logs = memory.known().logs_of(&telemetry::is_of_mail);
    Ok(Recalled { answer, ours, mail_logs })
}

/// A sentence on what kept events were not yet asked of.
fn owed(home: &Home) -> Result<Option<String>, store::Fault> {
    let debts = home.debts()?;
    let values: usize = debts.iter().map(|debt| debt.newly.values.len()).sum();
    let rules: usize = debts.iter().map(|debt| debt.newly.rules.len()).sum();
    let counted = |count: usize, one: &str, many: &str| match count {
        0 => None,
        1 => Some(format!("1 {one}")),
        _ => Some(format!("{count} {many}")),
    };
    let what = [counted(values, "indicator", "indicators"), counted(rules, "rule", "rules")];
    let what = what.into_iter().flatten().collect::<Vec<_>>().join(" and ");
    let text = format!("past events were not yet asked of {what}: the next `outpace ingest` goes on with it");
    Ok((!debts.is_empty()).then_some(text))
}

/// A document as answers list it.
fn row(kept: &Kept) -> Option<DocumentRead> {
    let kind = match Sort::parse(&kept.sort)? {
        Sort::Estate => InputKind::Estate,
        Sort::Intel => InputKind::Advisory,
        Sort::Knowledge => InputKind::Knowledge,
        Sort::Logs => InputKind::Logs,
        Sort::Rules | Sort::Tuning | Sort::Mapping => return None,
    };
    Some(DocumentRead {
        kind: kind.name(),
        name: kept.name.clone(),
        form: kept.form.clone().map(Cow::Owned),
        taken: kept.counts.iter().map(|(what, count)| (Cow::Owned(what.clone()), *count)).collect(),
        first: kept.first,
        last: kept.last,
    })
}

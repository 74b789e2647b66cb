//! A briefing of a period, counted from a memory: turns, facts with their days, and the answer as of now.
//!
//! What holds at the end of the period comes from turns, because an answer knows only now. What others saw and what the world
//! learnt is counted from the facts themselves, in documents that hold some. A party's briefing is counted with the party's
//! records alone, so that nothing of others is there that a form could show.
//!
//! Invariants: no clock but the wish's; the same home, wish and moment give the same briefing.

mod bits;
mod listed;
mod next;
mod party;
mod raced;
mod seen;
mod thread;
mod turned;
mod unchecked;
mod watched;
mod world;

pub(crate) use seen::{PARTY_TLP, content};

use crate::recall::recalled;
use crate::remembered::{RaceWish, remembered};
use crate::{Progress, Source};
use bits::bits;
use findings::{Ours, Spool, Whose};
use model::answer::Story;
use model::brief::{Audience, Brief, BriefDone, BriefIntrusion, BriefWorld, OthersSaw, Period};
use model::{Answer, FindingId, Severity, Timestamp, Tlp};
use next::Ahead;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;
use store::{Home, Kept, State, Work};
use thread::Thread;
use turned::Turned;
pub use watched::WatchWish;

/// Intrusions with a block of their own.
const INTRUSIONS_MAX: usize = 5;

/// Which briefing is wished for.
#[derive(Clone, Debug)]
pub struct BriefWish {
    /// For whom.
    pub audience: Audience,
    /// Of which period.
    pub period: Period,
    /// The moment.
    pub now: Timestamp,
    /// The same in local time, as if it were UTC.
    pub now_local: Timestamp,
    /// The name of the organisation, where one is configured.
    pub organisation: Option<String>,
    /// Sources that are overdue, in sentences.
    pub overdue: Vec<String>,
    /// A list of words that are looked for; not for a party.
    pub watch: Option<WatchWish>,
}

/// Why there is no briefing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoBrief {
    /// Nothing was learnt before the period ended: when the memory began, if it did.
    NothingLearnt(Option<Timestamp>),
    /// No party has this name: the names that there are.
    NoParty(Vec<String>),
    /// No list of watched words has this name: the lists that there are.
    NoList(Vec<String>),
}

/// Makes a briefing.
///
/// # Errors
/// When the home cannot be read; the inner one: why there is none.
pub fn brief(
    home: &Home,
    built_in: &Source,
    spool: &Arc<dyn Spool>,
    wish: &BriefWish,
    progress: &dyn Progress,
) -> Result<Result<Brief, NoBrief>, store::Fault> {
    home.at_one_moment(|| {
        let began = match home.began()? {
            Some(began) if began < wish.period.until => began,
            other => return Ok(Err(NoBrief::NothingLearnt(other))),
        };
        let all = RaceWish { rows_max: RaceWish::ROWS_MAX, ..RaceWish::default() };
        let mut turned = Turned::new(&wish.period);
        let remembered = remembered(home, wish.now, &all, &mut |at, turn| turned.take(at, turn))?;
        let recalled = recalled(home, built_in, (spool, wish.now), remembered, progress)?;
        let (answer, ours, mail_logs) = (&recalled.answer, &*recalled.ours, &recalled.mail_logs);
        Made { home, wish, answer, ours, turned: &turned, mail_logs, began }.brief()
    })
}

/// What a briefing is made of.
struct Made<'m> {
    home: &'m Home,
    wish: &'m BriefWish,
    answer: &'m Answer,
    ours: &'m Ours,
    turned: &'m Turned<'m>,
    mail_logs: &'m BTreeSet<Arc<str>>,
    began: Timestamp,
}

impl Made<'_> {
    fn brief(&self) -> Result<Result<Brief, NoBrief>, store::Fault> {
        let whose = Whose::of(self.ours);
        let party = match &self.wish.audience {
            Audience::Party(name) => Some(name.as_str()),
            Audience::Management | Audience::Team => None,
        };
        if let Some(name) = party {
            let known = whose.parties();
            if !known.iter().any(|(known, _)| *known == name) {
                let known = known.into_iter().map(|(name, _)| name.to_owned()).collect();
                return Ok(Err(NoBrief::NoParty(known)));
            }
        }
        let turned = self.turned;
        let watch = self.wish.watch.as_ref().filter(|_| party.is_none());
        let words = watch.map(|watch| watched::words(self.ours, watch, self.wish.now)).transpose();
        let words = match words {
            Ok(words) => words,
            Err(lists) => return Ok(Err(NoBrief::NoList(lists))),
        };
        let documents = self.home.documents()?;
        let (others, tlp) = self.others(&documents, &whose, party)?;
        let mut brief = self.head(others, tlp);
        match party {
            Some(name) => party::fill(&mut brief, self.answer, turned, &whose, name),
            None => self.fill(&mut brief, turned, &documents)?,
        }
        if let Some(gone) = self.home.turns_gone()?.filter(|gone| gone.until >= self.wish.period.since) {
            brief.unchecked.push(format!(
                "of findings that closed up to {} turns are no longer kept: of the days until then less is counted than there was",
                gone.until.date()
            ));
        }
        if let Some((words, watch)) = words.zip(watch) {
            let of = watched::Looking {
                home: self.home,
                ours: &whose,
                documents: &documents,
                words: &words,
                watch,
            };
            let (watched, tlp) = of.watched(self.mail_logs)?;
            brief.tlp = brief.tlp.max(tlp);
            brief.watched = Some(watched);
        }
        Ok(Ok(brief))
    }

    /// A briefing without anything that is ours alone.
    fn head(&self, others: OthersSaw, tlp: Tlp) -> Brief {
        let organisation =
            self.wish.organisation.clone().or_else(|| self.answer.organisation.clone()).unwrap_or_default();
        Brief {
            organisation,
            audience: self.wish.audience.clone(),
            period: self.wish.period.clone(),
            now: self.wish.now,
            now_local: self.wish.now_local,
            began: self.began,
            has_past: self.began < self.wish.period.since,
            touches: Vec::new(),
            intrusions: Vec::new(),
            others,
            world: BriefWorld::default(),
            race: model::brief::BriefRace::default(),
            unchecked: Vec::new(),
            done: Vec::new(),
            next: Vec::new(),
            decisions: Vec::new(),
            looked_at: model::answer::LookedAt::default(),
            party: Vec::new(),
            watched: None,
            tlp,
        }
    }

    /// Everything but what others saw.
    fn fill(&self, brief: &mut Brief, turned: &Turned<'_>, documents: &[Kept]) -> Result<(), store::Fault> {
        let steps = self.answer.stories.iter().flat_map(|story| story.steps.iter().map(|step| &step.finding));
        let (steps, aside) = (bits(steps), self.aside());
        brief.touches = turned.rows(&steps, &aside);
        brief.intrusions = self.intrusions(turned);
        brief.world = self.world(documents, turned)?;
        brief.race = raced::race(&self.answer.race, &self.wish.period, brief.has_past);
        brief.unchecked = unchecked::unchecked(self.answer, &self.wish.overdue);
        brief.done = turned.done(&steps);
        brief.done.extend(self.resolved(turned)?);
        brief.done.sort();
        let ahead = Ahead { answer: self.answer, turned, steps: &steps, aside: &aside, now: self.wish.now };
        brief.next = ahead.tasks();
        brief.decisions = ahead.decisions();
        brief.looked_at = self.answer.looked_at.clone();
        let findings = self.answer.findings.iter().map(|finding| finding.intel.tlp);
        let exposures = self.answer.exposures.iter().map(model::Spread::tlp);
        let advisories = self.answer.advisories.iter().filter_map(|advisory| advisory.tlp);
        brief.tlp = findings.chain(exposures).chain(advisories).fold(brief.tlp, Tlp::max);
        Ok(())
    }

    /// What people set aside.
    fn aside(&self) -> HashSet<u128> {
        let work = &self.answer.work;
        bits(work.of.keys().chain(&work.with_story).filter(|id| work.sets_aside(id)))
    }

    fn others(
        &self,
        documents: &[Kept],
        whose: &Whose<'_>,
        party: Option<&str>,
    ) -> Result<(OthersSaw, Tlp), store::Fault> {
        let mut counting = seen::Counting::new(&self.wish.period, whose, party);
        for kept in documents.iter().filter(|kept| has(kept, "observations")) {
            counting.document(self.home, kept)?;
        }
        let tlp = counting.tlp;
        Ok((counting.made(), tlp))
    }

    fn world(&self, documents: &[Kept], turned: &Turned<'_>) -> Result<BriefWorld, store::Fault> {
        let mut dates = world::Dates::default();
        let of_dates =
            |kept: &&Kept| has(kept, "exploited vulnerabilities") || has(kept, "dates of exploits");
        for kept in documents.iter().filter(of_dates) {
            dates.document(self.home, kept)?;
        }
        let mut made = dates.made(&self.wish.period, turned);
        world::advisories(self.answer, documents, &self.wish.period, &mut made);
        Ok(made)
    }

    /// The intrusions that are open at the end of the period; what is known of each is as of now.
    fn intrusions(&self, turned: &Turned<'_>) -> Vec<BriefIntrusion> {
        let stories: BTreeMap<&FindingId, &Story> =
            self.answer.stories.iter().map(|story| (&story.finding, story)).collect();
        let aside = self.aside();
        let is_counted = |thread: &&Thread| {
            thread.touch() == model::brief::Touch::Intrusion
                && thread.is_open()
                && !aside.contains(&thread.bits())
        };
        let open = turned.each().filter(is_counted);
        let mut open: Vec<(Severity, String, FindingId, &Thread)> =
            open.map(|thread| (thread.severity, turned.title_of(thread), thread.finding(), thread)).collect();
        open.sort_unstable_by(|a, b| (a.0, &a.1, &a.2).cmp(&(b.0, &b.1, &b.2)));
        open.truncate(INTRUSIONS_MAX);
        let of = |(_, title, id, thread): (Severity, String, FindingId, &Thread)| {
            let story = stories.get(&id);
            let finding = self.answer.findings.iter().find(|finding| finding.id == id);
            BriefIntrusion {
                title: finding.map_or(title, |finding| finding.title.clone()),
                first: finding.and_then(|finding| finding.first_seen),
                last: finding.and_then(|finding| finding.last_seen),
                learnt: thread.learnt,
                hosts: story.map(|story| story.hosts.clone()).unwrap_or_default(),
                accounts: story.map(|story| story.accounts.clone()).unwrap_or_default(),
                steps: story.map_or(0, |story| u64::try_from(story.steps.len()).unwrap_or(u64::MAX)),
                actors: finding.map(|finding| finding.actors.clone()).unwrap_or_default(),
                notes: story.map(|story| story.notes.clone()).unwrap_or_default(),
                id,
            }
        };
        open.into_iter().map(of).collect()
    }

    /// What people resolved, accepted or called false in the period.
    fn resolved(&self, turned: &Turned<'_>) -> Result<Vec<BriefDone>, store::Fault> {
        let mut by_state: BTreeMap<&'static str, Vec<u64>> = BTreeMap::new();
        for (thread, Work { state, at, .. }) in self.home.work()? {
            if at.is_some_and(|at| self.wish.period.holds(at)) && state != State::New {
                by_state.entry(state.name()).or_default().push(thread);
            }
        }
        Ok(by_state.into_iter().map(|(state, threads)| turned.done_by_people(state, &threads)).collect())
    }
}

/// Whether a document holds facts of this sort.
fn has(kept: &Kept, what: &str) -> bool {
    kept.counts.get(what).is_some_and(|count| *count > 0)
}

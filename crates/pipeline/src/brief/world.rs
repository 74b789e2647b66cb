//! What the world learnt in a period: entries of KEV, exploits that became public, advisories; and which of them touch us.
//!
//! Only documents that hold these facts are read, never the records of flaws. What touches us is the state at the end of the
//! period, of the turns; what an advisory asks is answered as of now.

use super::turned::Turned;
use findings::Stated;
use model::asked::{Asked, QuestionKind, Verdict};
use model::brief::{BriefAdvisory, BriefWorld, Period, WorldFlaw};
use model::{Answer, Date};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use store::{Home, Kept};

/// Who keeps the catalogue of exploited flaws.
const CATALOGUE: &str = "CISA";
/// Machines of a flaw that are named.
const HOSTS_MAX: usize = 4;
/// Advisories with a line.
const ADVISORIES_MAX: usize = 50;

/// Dates of flaws while they are gathered: a flaw has the first day that anybody states.
#[derive(Default)]
pub(super) struct Dates {
    kev: BTreeMap<String, (Date, Option<Date>, String)>,
    exploits: BTreeMap<String, Date>,
}

impl Dates {
    /// Gathers those of a document.
    pub(super) fn document(&mut self, home: &Home, kept: &Kept) -> Result<(), store::Fault> {
        let name: Arc<str> = Arc::from(kept.name.as_str());
        home.each_part(&kept.name, &mut |said| {
            said.each_stated(&name, &mut |stated| match stated {
                Stated::Exploited(one) if one.asserter.as_deref().is_none_or(|who| who == CATALOGUE) => {
                    let Some(added) = one.added else { return };
                    let product = format!("{} {}", one.vendor, one.product).trim().to_owned();
                    let known = self.kev.entry(one.cve.clone()).or_insert((added, one.due, product));
                    known.0 = known.0.min(added);
                    known.1 = known.1.into_iter().chain(one.due).min();
                }
                Stated::PublicExploit(one) => {
                    let known = self.exploits.entry(one.cve.clone()).or_insert(one.first);
                    *known = one.first.min(*known);
                }
                _ => {}
            });
        })
    }

    /// What it was at the end of the period, with what of ours it touches.
    pub(super) fn made(self, period: &Period, turned: &Turned<'_>) -> BriefWorld {
        let is_known = |day: Date| day.start() < period.local.1;
        let kev_newest = self.kev.values().map(|(added, ..)| *added).filter(|day| is_known(*day)).max();
        let exploits_newest = self.exploits.values().copied().filter(|day| is_known(*day)).max();
        let product = |id: &str| self.kev.get(id).map(|(.., product)| product.clone()).unwrap_or_default();
        let flaw = |id: &str, day, due| WorldFlaw {
            id: id.to_owned(),
            product: product(id),
            day,
            due,
            ours: 0,
            hosts: Vec::new(),
        };
        let kev = self.kev.iter().filter(|(_, (day, ..))| period.holds_day(*day));
        let mut kev: Vec<WorldFlaw> = kev.map(|(id, (day, due, _))| flaw(id, *day, *due)).collect();
        let exploits = self.exploits.iter().filter(|(_, day)| period.holds_day(**day));
        let mut exploits: Vec<WorldFlaw> = exploits.map(|(id, day)| flaw(id, *day, None)).collect();
        touched(&mut [&mut kev, &mut exploits], turned);
        BriefWorld { kev, kev_newest, exploits, exploits_newest, ..BriefWorld::default() }
    }
}

/// Fills in what of ours the flaws touch; those that touch more come first.
fn touched(lists: &mut [&mut Vec<WorldFlaw>], turned: &Turned<'_>) {
    let wanted: BTreeSet<String> =
        lists.iter().flat_map(|list| list.iter().map(|flaw| flaw.id.clone())).collect();
    if wanted.is_empty() {
        return;
    }
    let (texts, is_wanted) = (turned.texts(), turned.by_flaw(|flaw| wanted.get(flaw)));
    let mut ours: BTreeMap<&str, (u64, BTreeSet<&str>)> = BTreeMap::new();
    for thread in turned.each().filter(|thread| thread.is_open()) {
        let Some((flaw, host)) = thread.flaw() else { continue };
        let Some(Some(flaw)) = is_wanted.get(flaw.place()) else { continue };
        let (count, hosts) = ours.entry(flaw.as_str()).or_default();
        *count += 1;
        hosts.insert(texts.text(host));
        if hosts.len() > HOSTS_MAX {
            hosts.pop_last();
        }
    }
    for list in lists {
        for flaw in list.iter_mut() {
            if let Some((count, hosts)) = ours.get(flaw.id.as_str()) {
                flaw.ours = *count;
                flaw.hosts = hosts.iter().map(|&host| host.to_owned()).collect();
            }
        }
        list.sort_by(|a, b| (b.ours, a.day, &a.id).cmp(&(a.ours, b.day, &b.id)));
    }
}

/// The advisories that were learnt in the period, each with what it asks of us, and the slips of their documents.
pub(super) fn advisories(answer: &Answer, documents: &[Kept], period: &Period, world: &mut BriefWorld) {
    let learnt: BTreeMap<&str, &Kept> = documents
        .iter()
        .filter(|kept| period.holds(kept.received))
        .map(|kept| (kept.name.as_str(), kept))
        .collect();
    for advisory in answer.advisories.iter().filter(|one| learnt.contains_key(one.source.as_str())) {
        let is_it = |asked: &&Asked| asked.source == advisory.source && asked.title == advisory.title;
        let mut one = BriefAdvisory {
            title: advisory.title.clone(),
            publisher: advisory.publisher.clone(),
            actors: advisory.actors.clone(),
            indicators: advisory.indicators.iter().map(|(_, count)| count).sum(),
            ..BriefAdvisory::default()
        };
        let questions = answer.asked.iter().find(is_it).map(|asked| &asked.questions);
        for question in questions.into_iter().flatten() {
            match (question.kind, question.verdict) {
                (QuestionKind::Vulnerability, Verdict::Exposed) => {
                    one.flaws_ours.push((question.about.clone(), question.detail.clone()));
                }
                (QuestionKind::Vulnerability, Verdict::NotWithUs) => {
                    one.flaws_not_ours.push(question.about.clone())
                }
                (QuestionKind::Vulnerability, _) => one.flaws_unknown.push(question.about.clone()),
                (QuestionKind::Indicators, Verdict::Seen) => {
                    one.seen.push((question.about.clone(), question.detail.clone()));
                }
                _ => {}
            }
        }
        one.flaws = u64::try_from(advisory.vulnerabilities.len()).unwrap_or(u64::MAX);
        world.advisories.push(one);
    }
    world.advisories.truncate(ADVISORIES_MAX);
    for slip in &answer.slips {
        let of = learnt.keys().find(|name| slip.contains(*name));
        // People know a document by its file name; where it lies is our own matter.
        world
            .slips
            .extend(of.map(|name| slip.replace(name, name.rsplit(['/', '\\']).next().unwrap_or(name))));
    }
}

//! Have we ever seen or known this? Everything that a home keeps, asked for values.
//!
//! ```text
//! terms → each part of each document, one at a time → hits, ties
//!       → the findings of the answer as of now      → hits, ties
//!       → the tables of what was seen in records    → hits
//! ```
//!
//! Documents are read part by part and let go of, so that a home with millions of indicators is searched in bounded
//! memory. Findings are joined as for any answer. Records of logs are not read: what was seen in them is in tables.
//!
//! Invariants: nothing is written; the order of hits is of their content; what was looked at is counted, so that no hit
//! means "not among so many", never "it did not happen".

mod gather;
mod hit;
mod joined;
mod kept;
mod saved;
mod term;

pub use hit::{Group, HITS_MAX, Hit, TIES_MAX, Tie, Total};
pub use saved::{SavedSearch, UnreadableSearch};
pub use term::{How, TERMS_MAX, Terms};

use crate::recall::recall_ours;
use crate::{Progress, Source};
use findings::{Ours, Spool, Whose};
use gather::Gather;
use hit::Collected;
use joined::Joined;
use model::{Answer, Problem, Timestamp};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use store::Home;

/// What is asked.
#[derive(Debug)]
pub struct SearchWish {
    /// What is searched for.
    pub terms: Terms,
    /// Only what is about this moment or later.
    pub since: Option<Timestamp>,
    /// Only what is about an earlier moment.
    pub until: Option<Timestamp>,
    /// Only what a source ties to this group or software.
    pub actor: Option<String>,
    /// Only of this source, collection or document.
    pub source: Option<String>,
    /// Only what holds this text.
    pub text: Option<String>,
    /// Whether ties are wanted.
    pub ties: bool,
}

/// What was found, and where it was looked for.
#[derive(Debug)]
pub struct Searched {
    /// The hits, in order.
    pub hits: Vec<Hit>,
    /// What hangs on the terms, in order.
    pub ties: Vec<Tie>,
    /// How many hits of each term, sort and source.
    pub totals: BTreeMap<(usize, Group, String), Total>,
    /// What was looked at, each sort with its number.
    pub looked_at: Vec<(&'static str, u64)>,
    /// Whether more was found than is kept.
    pub is_bounded: bool,
    /// What of kept events could not be read.
    pub problems: Vec<Problem>,
}

/// What the built-in rules and the spool are, for the findings of a home.
#[derive(Debug)]
pub struct SearchMeans<'m> {
    /// The rules that the program carries, if they are asked.
    pub built_in: &'m Source,
    /// Where details of indicators wait.
    pub spool: &'m Arc<dyn Spool>,
    /// The moment.
    pub now: Timestamp,
}

/// Searches a home.
///
/// # Errors
/// When the home cannot be read.
pub fn search(
    home: &Home,
    wish: &SearchWish,
    means: &SearchMeans<'_>,
    progress: &dyn Progress,
) -> Result<Searched, store::Fault> {
    home.at_one_moment(|| {
        let (answer, ours) = recall_ours(home, means.built_in, (means.spool, means.now), progress)?;
        search_beside(home, wish, (&answer, &ours))
    })
}

/// Searches a home whose answer as of now is known, with what is ours.
///
/// # Errors
/// When the home cannot be read.
pub fn search_beside(
    home: &Home,
    wish: &SearchWish,
    (answer, ours): (&Answer, &Ours),
) -> Result<Searched, store::Fault> {
    let whose = Whose::of(ours);
    let is_asked = |(party, _): &(&str, _)| {
        let mut met = term::Met::default();
        wish.terms.of_name(party, &mut met);
        !met.terms.is_empty()
    };
    let whose = whose.parties().iter().any(is_asked).then_some(&whose);
    let mut found = Collected::default();
    let mut looked: BTreeMap<&'static str, u64> = BTreeMap::new();
    let documents = home.documents()?;
    let mut records = 0_u64;
    let mut logs = 0_u64;
    for kept in &documents {
        if kept.sort == "logs" {
            logs += 1;
            records += kept.counts.get("records").copied().unwrap_or(0);
            continue;
        }
        let document: Arc<str> = Arc::from(kept.name.as_str());
        let wants = |hit: &Hit| wish.wants(hit, &kept.source);
        home.each_part(&kept.name, &mut |said| {
            let mut gather = Gather {
                terms: &wish.terms,
                document: Arc::clone(&document),
                source: &kept.source,
                received: kept.received,
                ties: wish.ties,
                whose,
                wants: &wants,
                found: &mut found,
                looked: &mut looked,
            };
            said.each_stated(&document, &mut |stated| gather.ask(stated));
        })?;
    }
    let wants = |hit: &Hit| wish.wants(hit, "");
    let no_logs: BTreeSet<&str> =
        documents.iter().filter(|kept| kept.sort != "logs").map(|kept| kept.name.as_str()).collect();
    let (terms, ties) = (&wish.terms, wish.ties);
    let joined = Joined { terms, no_logs: &no_logs, ties, wants: &wants, found: &mut found }.ask(answer);
    let archive = home.archive()?;
    let problems = kept::ask(&archive, terms, &wants, &mut found)?;
    let mut looked_at = vec![("documents", u64::try_from(documents.len()).unwrap_or(u64::MAX))];
    looked_at.extend(looked);
    looked_at.extend([("logs", logs), ("records of logs", records), ("findings", joined)]);
    Ok(Searched {
        hits: found.hits.into_iter().collect(),
        ties: found.ties.into_iter().collect(),
        totals: found.totals,
        looked_at,
        is_bounded: found.is_bounded,
        problems,
    })
}

impl Searched {
    /// Lets go of hits that are not wanted; totals count what is left. What is beyond the bound is counted no more.
    pub fn only(&mut self, wanted: &dyn Fn(&Hit) -> bool) {
        let mut left = Collected::default();
        std::mem::take(&mut self.hits).into_iter().filter(|hit| wanted(hit)).for_each(|hit| left.hit(hit));
        self.hits = left.hits.into_iter().collect();
        self.totals = left.totals;
    }
}

impl SearchWish {
    /// Whether less is wanted than there is.
    #[must_use]
    pub fn is_narrowed(&self) -> bool {
        let texts = [&self.actor, &self.source, &self.text];
        self.since.is_some() || self.until.is_some() || texts.into_iter().any(Option::is_some)
    }

    /// Whether a hit is in the window, of the actor and the source, and holds the text that are asked for.
    fn wants(&self, hit: &Hit, source: &str) -> bool {
        let same = |a: &str, b: &str| a.to_lowercase() == b.to_lowercase();
        let of_actor = |actor: &String| hit.actors.iter().any(|known| same(known, actor));
        let of_source = |wanted: &String| {
            [hit.source.as_str(), hit.document.as_str(), source].iter().any(|known| same(known, wanted))
        };
        let holds = |text: &String| {
            let text = text.to_lowercase();
            let texts = [hit.words.as_str(), hit.value.as_str(), hit.document.as_str(), hit.source.as_str()];
            texts.iter().any(|one| one.to_lowercase().contains(&text))
        };
        hit.is_within(self.since, self.until)
            && self.text.as_ref().is_none_or(holds)
            && self.actor.as_ref().is_none_or(of_actor)
            && self.source.as_ref().is_none_or(of_source)
    }
}

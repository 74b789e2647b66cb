//! What arrives late and the past: what no earlier log was asked of, and a hunter that asks just that.
//!
//! A memory keeps events and asks them again. What was seen of a cause before is dropped first ([`Known::let_go`]), then
//! each event is asked of it once, in as many parts as one likes, and each part is added ([`LogSeen::with`]).

use crate::known::Known;
use crate::sighting::{Bounds, CauseId, Goes, Hunted, Hunter, LogSeen, Newly, Wanted, newly, rule_digests};
use model::EventId;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

impl Known {
    /// What is looked for now.
    #[must_use]
    pub fn hunted(&self) -> Hunted {
        Hunted::of(&self.lookout, &self.good, &self.rules)
    }

    /// What is looked for now and was not before, or not so.
    #[must_use]
    pub fn newly_hunted(&self, before: &Hunted) -> Newly {
        newly(before, &self.lookout, &self.good, &self.rules)
    }

    /// A hunter of some of what is looked for; what is not looked for any more it passes over.
    #[must_use]
    pub fn hunter_of(&self, newly: &Newly) -> Hunter {
        let lookout = Arc::new(self.lookout.only(&newly.values));
        let digests = rule_digests(&self.rules);
        let count = self.rules.set.rules().len();
        let asked = |index| digests.get(&index).is_some_and(|digest| newly.rules.contains(digest));
        let (ours, rules) = (Arc::clone(&self.ours), Arc::clone(&self.rules));
        Hunter::new(ours, lookout, rules, None, (Wanted::default(), self.bounds))
            .only((0..count).map(asked).collect())
    }

    /// Logs without what was seen of these causes, and of rules that are not asked any more; only those of which that was
    /// anything. `kept`: the logs, each with the days since 1970 of which its records are kept, by each name under which they
    /// are: what was seen on other days stays, as nobody can ask it again.
    #[must_use]
    pub fn let_go(
        &self,
        newly: &Newly,
        kept: &BTreeMap<&str, Vec<&BTreeSet<i64>>>,
    ) -> Vec<(Arc<str>, LogSeen)> {
        let digests = rule_digests(&self.rules);
        let stays = |index: &usize| digests.get(index).is_some_and(|digest| !newly.rules.contains(digest));
        let asked: BTreeSet<u64> = digests
            .keys()
            .filter(|index| stays(index))
            .filter_map(|index| Some(self.rules.set.rules().get(*index)?.digest))
            .collect();
        let goes = |cause: &CauseId| match cause {
            CauseId::Rule { id, digest } => {
                !self.rules.index_of(id, *digest).is_some_and(|index| stays(&index))
            }
            CauseId::Indicator(value) => newly.values.contains(value),
            CauseId::Detection(_) => false,
        };
        let rest = |(name, seen): (&Arc<str>, &Arc<LogSeen>)| {
            let days = kept.get(&**name)?;
            // What has no time is asked again as long as anything is kept.
            let is_kept =
                |day: Option<i64>| day.is_none_or(|day| days.iter().any(|days| days.contains(&day)));
            let goes = Goes { cause: &goes, day: &is_kept };
            Some((Arc::clone(name), seen.without(goes, &|digest| !asked.contains(&digest))?))
        };
        self.logs.iter().filter_map(rest).collect()
    }

    /// How much is kept of a run.
    #[must_use]
    pub fn bounds(&self) -> Bounds {
        self.bounds
    }

    /// What a log gave, by the name under which it is kept.
    #[must_use]
    pub fn log(&self, name: &str) -> Option<&Arc<LogSeen>> {
        self.logs.get(name)
    }

    /// The name under which what a log gave is kept: its own, unless another log is kept under it. A log that was rotated
    /// away has another first record than the one that is now in its place, and must not be lost to it.
    #[must_use]
    pub fn name_of_log(&self, name: &Arc<str>, first_record: EventId) -> Arc<str> {
        let same =
            |name: &Arc<str>| self.logs.get(name).is_none_or(|known| known.first_record() == first_record);
        let mut number = 1_u32;
        let mut one = Arc::clone(name);
        while !same(&one) {
            number = number.saturating_add(1);
            one = Arc::from(format!("{name} (state {number})"));
        }
        one
    }
}

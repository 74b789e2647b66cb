//! The stories that are there, as people regroup them: what a regrouping is made of.
//!
//! The joins are asked, and not the stored cores: a regrouping needs the steps, and a core holds none.

use crate::answer::{Scope, join};
use crate::chain::Intrusion;
use crate::known::Known;
use crate::regrouping::{Regrouping, StoryHere};
use crate::sighting::Logs;
use model::Timestamp;

impl Known {
    /// The stories that are there, as people regroup them, the gravest first.
    #[must_use]
    pub fn stories(&self, now: Timestamp) -> Vec<StoryHere> {
        let logs = Logs::of(&self.logs, &self.machines_of_logs);
        let sent = logs.sent(&self.ours);
        let joined = join(self, now, Scope::SIGHTINGS, None, (&logs, &sent));
        let here = |one: Intrusion| StoryHere {
            id: one.finding.id,
            title: one.finding.title,
            name: one.name,
            steps: one.steps,
        };
        joined.stories.into_iter().map(here).collect()
    }

    /// What people said of stories, in order.
    #[must_use]
    pub fn regrouped(&self) -> &[Regrouping] {
        &self.regrouped
    }
}

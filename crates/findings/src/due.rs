//! What falls due by time alone: when a join may read otherwise though nothing was learnt.
//!
//! Joins ask what day it is of a few facts only: release cycles and devices whose support ends, flaws that are open to the
//! internet for longer than allowed, accounts that nobody uses. So it is known when the next of them is, and nobody need join again and
//! again to see whether anything has changed. Indicators and exceptions hold for the time of an event, whatever day it is.
//!
//! Invariant: between two moments without one of these, the cores of the same facts are the same. A moment too many costs a
//! join, one too few is a finding that opens late.

use crate::facts::flaw::Flaw;
use crate::gap::{DORMANT_DAYS, allowed};
use crate::known::Known;
use model::world::CycleEnd;
use model::{Date, Timestamp};

const DAY_SECONDS: i64 = 86_400;

impl Known {
    /// The first moment after this one at which something may fall due. To be asked when what is known is settled.
    #[must_use]
    pub fn due_after(&self, moment: Timestamp) -> Option<Timestamp> {
        let over = |day: Date, days: i64| day.start().plus_seconds((days + 1) * DAY_SECONDS);
        let cycles = self.world.life_cycles.values().filter_map(|cycle| match cycle.end {
            CycleEnd::On(day) => Some(over(day, 0)),
            CycleEnd::Ended | CycleEnd::NotYet => None,
        });
        let devices = self.ours.devices.values().filter_map(|device| Some(over(device.end_of_support?, 0)));
        let late = |flaw: &Flaw| allowed(flaw).map(|(since, days)| over(since, days));
        let flaws = self.world.flaws.values().filter_map(late);
        let accounts = self.ours.accounts.values().flat_map(|account| {
            let used = account.last_used.flatten();
            let unused =
                [used, account.created].into_iter().flatten().map(|time| over(time.date(), DORMANT_DAYS));
            // What was used after now counts from then on.
            unused.chain(used)
        });
        cycles.chain(devices).chain(flaws).chain(accounts).filter(|due| *due > moment).min()
    }
}

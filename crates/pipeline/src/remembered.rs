//! What a home knows beside what is joined: the work of people on findings, and when flaws came and went.

use findings::{Past, Remembered, What};
use model::{FindingId, FindingWork, Severity, Timestamp};
use std::collections::BTreeMap;
use std::sync::Arc;
use store::{Home, TurnRow, WorkNow};

/// Which race of patching is wished for.
#[derive(Clone, Debug)]
pub struct RaceWish {
    /// Only machines of this zone.
    pub zone: Option<String>,
    /// How many open flaws, and how many closed ones.
    pub rows_max: usize,
}

impl RaceWish {
    /// How many flaws a race has at most where all are wished for.
    pub const ROWS_MAX: usize = 2_000;
}

impl Default for RaceWish {
    fn default() -> Self {
        // What one picture can show.
        Self { zone: None, rows_max: 12 }
    }
}

/// The last turn of a finding that is there.
struct Last {
    title: Arc<str>,
    severity: Severity,
    risen: Option<u64>,
}

/// Reads it of the turns, the threads and the work. `also` gets every turn: to read a million of them takes seconds, so they
/// are read once.
pub(crate) fn remembered(
    home: &Home,
    now: Timestamp,
    race: &RaceWish,
    also: &mut dyn FnMut(TurnRow),
) -> Result<Remembered, store::Fault> {
    let gone = home.turns_gone()?.map(|gone| gone.until);
    let mut past = Past::new(home.began()?, race.zone.clone(), race.rows_max).gone_until(gone);
    let work = home.work_as_of(now)?;
    let mut last: BTreeMap<u64, Last> = BTreeMap::new();
    home.each_turn(&mut |row| {
        past.take(row.thread, row.at, &row.turn);
        if work.is_empty() {
            return also(row);
        }
        let is_rise = matches!(row.turn.what, What::Opened | What::ActiveAgain { .. });
        let before = last.get(&row.thread).and_then(|last| last.risen);
        let risen = if is_rise { Some(row.seq) } else { before };
        let severity = row.turn.grade.severity;
        last.insert(row.thread, Last { title: Arc::clone(&row.turn.title), severity, risen });
        also(row);
    })?;
    let mut remembered = Remembered { past: Some(past), ..Remembered::default() };
    if work.is_empty() {
        return Ok(remembered);
    }
    for (finding, thread) in home.open_threads()? {
        let (Some(id), Some(last)) = (FindingId::parse(&finding), last.get(&thread)) else { continue };
        remembered.risen.extend(last.risen.map(|turn| (id.clone(), turn)));
        if let Some(now) = work.get(&thread) {
            remembered.seen.insert(id.clone(), now.work.seen);
            remembered.work.insert(id, shown(now, last));
        }
    }
    Ok(remembered)
}

fn shown(WorkNow { work, again }: &WorkNow, last: &Last) -> FindingWork {
    FindingWork {
        title: last.title.to_string(),
        severity: last.severity,
        state: work.state.name(),
        is_set_aside: work.state.sets_aside(),
        owner: work.owner.clone(),
        by: work.by.clone(),
        until: work.until,
        note: work.note.clone(),
        again: again.clone(),
    }
}

//! A change of shift in words: its headline, who has a finding, until when, what is next.

use crate::outline::handover::{Handover, HandoverRow};
use crate::safe::shown::Shown;
use crate::words::phrase::{clock, count_of, counted, number};
use model::Timestamp;

/// `HANDOVER of Harbour, 2026-07-01 06:00 UTC`.
pub(crate) fn title(of: &Handover) -> Shown {
    let whose = of.organisation.as_deref().map(|name| Shown::of(&[&" of ", &Shown::prose(name)]));
    Shown::of(&[&"Handover", &whose.unwrap_or_default(), &", ", &at(of.now), &" UTC"])
}

/// `3 critical open, 1 of them without owner; 2 lapse within 8 hours; 2 silent`.
pub(crate) fn headline(of: &Handover) -> Shown {
    let open: u64 = of.open.iter().map(|row| row.more + 1).sum();
    let bare: u64 = of.open.iter().filter(|row| row.owner.is_none()).map(|row| row.more + 1).sum();
    let critical = match (open, bare) {
        (0, _) => "nothing critical is open".into(),
        (open, 0) => Shown::of(&[&number(open), &" critical open, each with an owner"]),
        (open, bare) if open == bare => Shown::of(&[&number(open), &" critical open, none with an owner"]),
        (open, bare) => Shown::of(&[&number(open), &" critical open, ", &number(bare), &" without owner"]),
    };
    let lapses: u64 = of.lapses.iter().map(|lapse| lapse.more + 1).sum();
    let lapses = match lapses {
        0 => Shown::default(),
        n => Shown::of(&[&"; ", &number(n), &" overdue or lapsing"]),
    };
    let silent = match count_of(&of.silent) {
        0 => Shown::default(),
        n => Shown::of(&[&"; ", &counted(n, "silence", "silences")]),
    };
    Shown::of(&[&critical, &lapses, &silent])
}

/// `2026-07-01 06:00`.
pub(crate) fn at(time: Timestamp) -> Shown {
    Shown::of(&[&time.date(), &" ", &clock(time)])
}

/// `2026-07-01`.
pub(crate) fn day(time: Timestamp) -> Shown {
    Shown::of(&[&time.date()])
}

/// A title, and on how many machines more.
pub(crate) fn titled(title: &str, more: u64) -> Shown {
    match more {
        0 => Shown::prose(title),
        more => Shown::of(&[&Shown::prose(title), &" and ", &counted(more, "more machine", "more machines")]),
    }
}

/// `nobody has it, new` or `anna, in work`; with the reason why it is new again.
pub(crate) fn holder(row: &HandoverRow) -> Shown {
    let who = row.owner.as_deref().map_or("nobody has it".into(), Shown::prose);
    let again = row.again.as_deref().map(|why| Shown::of(&[&" again: was ", &Shown::prose(why)]));
    Shown::of(&[&who, &", ", &row.state, &again.unwrap_or_default()])
}

/// `overdue since 2026-06-20 00:00 (KEV)`, `by 2026-07-01 08:00 (to be begun)`, `no deadline`.
pub(crate) fn deadline(row: &HandoverRow, now: Timestamp) -> Shown {
    let Some((by, what)) = row.deadline else { return "no deadline".into() };
    let word = if by <= now { "overdue since " } else { "by " };
    Shown::of(&[&word, &at(by), &" (", &what, &")"])
}

/// `4 high, 12 medium`.
pub(crate) fn others(of: &Handover) -> Option<Shown> {
    let others = of.others.iter().filter(|(_, count)| *count > 0);
    let others: Vec<Shown> =
        others.map(|(severity, count)| Shown::of(&[&number(*count), &" ", &severity.name()])).collect();
    (!others.is_empty())
        .then(|| Shown::of(&[&"also open: ", &Shown::joined(others, ", "), &"; outpace todo lists all"]))
}

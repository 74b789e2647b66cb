//! What people do about findings, in words: one line for all that is set aside, one line a finding.

use crate::safe::shown::Shown;
use crate::words::phrase::{count_of, number};
use model::{FindingId, FindingWork, WorkByFinding};
use std::collections::BTreeMap;

/// How many ways of setting aside are named for one state.
const WAYS_NAMED_MAX: usize = 3;

/// `3 accepted (2 by anna until 2026-12-24, 1 by bo until 2027-01-31), 2 false positives (by anna until …)`; nothing where
/// nothing is set aside.
pub(crate) fn line(work: &WorkByFinding) -> Option<Shown> {
    let mut states: BTreeMap<u8, (&'static str, Vec<&FindingWork>)> = BTreeMap::new();
    for one in work.of.values().filter(|one| one.is_set_aside) {
        let (rank, state) = match one.state {
            "accepted" => (0, "accepted"),
            "false positive" => (1, "false positive"),
            _ => (2, "resolved"),
        };
        states.entry(rank).or_insert_with(|| (state, Vec::new())).1.push(one);
    }
    let parts = states.into_values().map(|(state, these)| {
        let count = count_of(&these);
        let word = match (state, count) {
            ("false positive", 2..) => "false positives",
            (state, _) => state,
        };
        Shown::of(&[&number(count), &" ", &word, &" (", &ways(&these), &")"])
    });
    let parts: Vec<Shown> = parts.collect();
    (!parts.is_empty()).then(|| Shown::joined(parts, ", "))
}

/// By whom and until when: the most frequent first.
fn ways(these: &[&FindingWork]) -> Shown {
    let mut ways: BTreeMap<(&str, Option<String>), u64> = BTreeMap::new();
    for one in these {
        let until = one.until.map(|until| until.date().to_string());
        *ways.entry((&one.by, until)).or_default() += 1;
    }
    let mut ways: Vec<_> = ways.into_iter().collect();
    ways.sort_by_key(|((by, until), count)| (std::cmp::Reverse(*count), until.clone(), *by));
    let is_one = ways.len() == 1;
    let left = ways.len().saturating_sub(WAYS_NAMED_MAX);
    let named = ways.into_iter().take(WAYS_NAMED_MAX).map(|((by, until), count)| {
        let count = if is_one { Shown::default() } else { Shown::of(&[&number(count), &" "]) };
        let until = until.map(|day| Shown::of(&[&" until ", &Shown::exact(&day)])).unwrap_or_default();
        Shown::of(&[&count, &"by ", &Shown::prose(by), &until])
    });
    let named = Shown::joined(named, ", ");
    match u64::try_from(left).unwrap_or(u64::MAX) {
        0 => named,
        left => Shown::of(&[&named, &", and ", &number(left), &" more"]),
    }
}

/// The state in a few words: `accepted, anna, until 2027-01-31`, `new, anna again: was accepted until …`.
pub(crate) fn state(work: &FindingWork) -> Shown {
    let part = |text: &'static str, what: Option<Shown>| {
        what.map(|what| Shown::of(&[&text, &what])).unwrap_or_default()
    };
    let owner = part(", ", work.owner.as_deref().map(Shown::prose));
    let until = part(", until ", work.until.map(|until| Shown::exact(&until.date().to_string())));
    let again = part(" again: was ", work.again.as_deref().map(Shown::prose));
    Shown::of(&[&work.state, &owner, &until, &again])
}

/// The findings that somebody did something about, the gravest first.
pub(crate) fn listed(work: &WorkByFinding) -> Vec<(&FindingId, &FindingWork)> {
    let mut listed: Vec<(&FindingId, &FindingWork)> = work.of.iter().collect();
    listed.sort_by_key(|(id, one)| (one.is_set_aside, one.severity, &one.title, *id));
    listed
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{Severity, Timestamp};

    fn one(state: &'static str, by: &str, until: &str) -> FindingWork {
        FindingWork {
            title: "x".into(),
            severity: Severity::High,
            state,
            is_set_aside: state != "in work",
            owner: None,
            by: by.into(),
            until: Timestamp::parse(until),
            note: None,
            again: None,
        }
    }

    fn work(all: &[FindingWork]) -> WorkByFinding {
        let id = |n: usize| FindingId::derive(&[&n.to_string()]);
        let of = all.iter().enumerate().map(|(n, one)| (id(n), one.clone())).collect();
        WorkByFinding { of, ..WorkByFinding::default() }
    }

    #[test]
    fn what_is_set_aside_is_one_line_with_who_and_until_when() {
        let day = "2026-12-24T00:00:00Z";
        assert_eq!(line(&work(&[one("in work", "anna", day)])), None);
        let accepted =
            [one("accepted", "anna", day), one("accepted", "anna", day), one("accepted", "bo", "")];
        let said = line(&work(&accepted)).expect("some");
        assert_eq!(said.as_str(), "3 accepted (2 by anna until 2026-12-24, 1 by bo)");
        let others = [one("false positive", "bo", day), one("false positive", "bo", day)];
        let resolved = [one("resolved: fixed", "anna", ""), one("resolved: benign", "anna", "")];
        let said = line(&work(&[&others[..], &resolved].concat())).expect("some");
        assert_eq!(said.as_str(), "2 false positives (by bo until 2026-12-24), 2 resolved (by anna)");
        let many: Vec<FindingWork> = (0..5).map(|n| one("accepted", &n.to_string(), day)).collect();
        let said = line(&work(&many)).expect("some");
        assert!(said.as_str().ends_with("1 by 2 until 2026-12-24, and 2 more)"), "{}", said.as_str());
    }
}

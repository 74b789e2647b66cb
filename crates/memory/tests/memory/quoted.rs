//! Words that findings quoted go when their time is over, and nothing else reads otherwise: no finding opens, closes, or counts
//! other events, then and after whatever is learnt later.

use crate::pool::{Step, bounds, log_name, moment, read_log, rules, said};
use findings::{Change, Known, Outlived, Quoted, Read, Scope, answer};
use model::{Answer, Evidence, FindingId, Timestamp};
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::sync::Arc;

const NOW: &str = "2026-07-01";

fn say(known: &mut Known, step: &Step) {
    let (name, document) = said(step).expect("a document");
    known.apply(Change::Said { name, document });
    known.settle();
}

fn read(known: &mut Known, n: u8, lines: &[u8]) {
    let name = log_name(n);
    let seen = Arc::new(read_log(known, &name, lines, 2));
    known.apply(Change::Seen { name, seen });
    known.settle();
}

/// What is known of a port with these rows, and what these logs gave.
fn known(devices: &[u8], signs: &[u8], logs: &[Vec<u8>], small: bool) -> Known {
    let mut known = Known::with_bounds(bounds(small));
    known.apply(Change::Rules(Arc::new(rules(0))));
    say(&mut known, &Step::Inventory(0, devices.to_vec()));
    say(&mut known, &Step::Indicators(0, signs.to_vec()));
    say(&mut known, &Step::Observations(0, vec![1, 3]));
    (0..).zip(logs).for_each(|(n, lines)| read(&mut known, n, lines));
    known
}

fn asked(known: &Known) -> Answer {
    answer(known, moment(NOW), Scope::ALL, Read::default())
}

fn is_gone(proof: &Evidence) -> bool {
    proof.excerpt.get("evidence").is_some_and(|said| said == "no longer kept")
}

/// What is known without the words of before a moment; how many went.
fn swept(known: &Known, horizon: Timestamp, kept: &Quoted) -> (Known, u64) {
    let (mut after, mut count) = (known.clone(), 0);
    let read = |_: &str| None;
    for (name, seen, gone) in known.without_words(&Outlived { horizon, read: &read, kept }) {
        after.apply(Change::Seen { name, seen: Arc::new(seen) });
        count += gone;
    }
    after.settle();
    (after, count)
}

/// Two answers that differ in words alone, and in none of these findings. How many pieces of evidence lost theirs.
fn agree(
    whole: &Answer,
    swept: &Answer,
    horizon: Timestamp,
    kept: &dyn Fn(&FindingId) -> bool,
) -> Result<usize, TestCaseError> {
    let mut gone = 0;
    prop_assert_eq!(whole.findings.len(), swept.findings.len());
    for (before, after) in whole.findings.iter().zip(&swept.findings) {
        let mut after = after.clone();
        prop_assert_eq!(before.evidence.len(), after.evidence.len());
        for (said, says) in before.evidence.iter().zip(&mut after.evidence) {
            if is_gone(says) && !is_gone(said) {
                prop_assert!(!kept(&after.id), "{} lost its words", after.title);
                prop_assert!(said.time.is_some_and(|time| time < horizon));
                says.excerpt.clone_from(&said.excerpt);
                gone += 1;
            }
        }
        prop_assert_eq!(before, &after);
    }
    let rest = |answer: &Answer| {
        format!("{:?} {:?} {:?} {:?}", answer.stories, answer.checks, answer.first, answer.hours)
    };
    prop_assert_eq!(rest(whole), rest(swept));
    Ok(gone)
}

fn lines() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(0u8..27, 1..9)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn words_go_and_no_answer_reads_otherwise_then_or_later(
        devices in prop::collection::vec(0u8..48, 0..5),
        signs in prop::collection::vec(0u8..48, 0..5),
        logs in prop::collection::vec(lines(), 1..4),
        later in prop::option::of((0u8..3, lines())),
        (day, small) in (12u8..17, any::<bool>()),
        mask in any::<u16>(),
    ) {
        let horizon = moment(&format!("2026-06-{day}"));
        let mut whole = known(&devices, &signs, &logs, small);
        let before = asked(&whole);
        // Some were set aside, of some nothing was said, somebody works on the others.
        let of = |n: usize| match mask >> (n * 2 % 15) & 3 { 0 => Some(false), 1 => None, _ => Some(true) };
        let said: Vec<(FindingId, Option<bool>)> =
            before.findings.iter().enumerate().map(|(n, finding)| (finding.id.clone(), of(n))).collect();
        let is_aside = |id: &FindingId| said.iter().find(|(one, _)| one == id).and_then(|(_, aside)| *aside);
        let in_work: BTreeSet<&FindingId> =
            said.iter().filter(|(_, aside)| *aside == Some(false)).map(|(id, _)| id).collect();
        let kept = whole.quoted(moment(NOW), &is_aside);
        let (mut rest, count) = swept(&whole, horizon, &kept);
        let gone = agree(&before, &asked(&rest), horizon, &|id| in_work.contains(id))?;
        prop_assert!(count > 0 || gone == 0);
        // What is gone is gone once.
        prop_assert_eq!(swept(&rest, horizon, &kept).1, 0);
        // Whatever is learnt later is joined as if nothing had gone.
        say(&mut whole, &Step::Inventory(1, vec![1, 3]));
        say(&mut rest, &Step::Inventory(1, vec![1, 3]));
        if let Some((n, lines)) = later {
            read(&mut whole, n, &lines);
            read(&mut rest, n, &lines);
        }
        agree(&asked(&whole), &asked(&rest), horizon, &|_| false)?;
    }
}

#[test]
fn words_of_the_day_before_go_and_those_of_the_day_after_stay() {
    // Two machines: a shell on the 12th, and one on the 13th.
    let whole = known(&[0, 5], &[], &[vec![0, 3]], false);
    let lost = |horizon: &str| {
        let (rest, _) = swept(&whole, moment(horizon), &Quoted::default());
        let answer = asked(&rest);
        let of_logs = answer.findings.iter().flat_map(|finding| &finding.evidence);
        let mut gone: Vec<String> = of_logs
            .filter(|proof| is_gone(proof))
            .filter_map(|proof| Some(proof.time?.date().to_string()))
            .collect();
        gone.sort();
        gone.dedup();
        gone
    };
    assert_eq!(lost("2026-06-12T03:00:00Z"), [""; 0]);
    assert_eq!(lost("2026-06-12T03:00:01Z"), ["2026-06-12"]);
    assert_eq!(lost("2026-06-13T03:00:00Z"), ["2026-06-12"]);
    assert_eq!(lost("2026-06-13T03:00:01Z"), ["2026-06-12", "2026-06-13"]);
}

//! The answer as one sentence that would still be true read aloud.
//!
//! The sentence reports what was found, the gravest first; or that nothing was found, and in what. It never says
//! *safe*.

use crate::outline::by_part::FindingsByPart;
use crate::outline::not_read::not_read;
use crate::safe::shown::Shown;
use crate::words::looked_at::looked_at;
use crate::words::phrase::{and, capital, count_of, counted, in_words, number};
use model::answer::Story;
use model::{Answer, Hole, Missing};
use std::collections::BTreeSet;

/// The sentence, with a capital and a full stop; behind it one on kinds of input that were not read, and one on documents.
pub(crate) fn headline(answer: &Answer, by_part: &FindingsByPart<'_>) -> Shown {
    Shown::of(&[&found(answer, by_part), &silent(answer), &not_read(answer), &unread(answer)])
}

/// ` 19 of 28 inventory files were not read.`; nothing where all were.
fn unread(answer: &Answer) -> Shown {
    let each = answer.unread.iter().map(|one| {
        let (single, plural) = match one.kind {
            "estate" => ("inventory file", "inventory files"),
            "advisory" => ("advisory", "advisories"),
            "logs" => ("log", "logs"),
            _ => ("file of knowledge", "files of knowledge"),
        };
        Shown::of(&[&number(one.unread), &" of ", &counted(one.given, single, plural)])
    });
    let each: Vec<Shown> = each.collect();
    if each.is_empty() {
        return Shown::default();
    }
    let verb = if answer.unread.iter().map(|one| one.unread).sum::<u64>() == 1 { "was" } else { "were" };
    Shown::of(&[&" ", &and(each), &" ", &verb, &" not read."])
}

/// The logs of machines of stories that were silent while these ran: what happened then, nobody recorded.
fn silent(answer: &Answer) -> Shown {
    let meanwhile = |hole: &Hole| {
        let (Some(after), Some(before), Missing::Hours { .. }) = (hole.after, hole.before, hole.missing)
        else {
            return false;
        };
        answer.stories.iter().any(|story| {
            let first = story.steps.iter().filter_map(|step| step.time).min();
            let last = story.steps.iter().filter_map(|step| step.until.or(step.time)).max();
            story.hosts.contains(&hole.host)
                && first.zip(last).is_some_and(|(first, last)| after <= last && before >= first)
        })
    };
    let logs: BTreeSet<(&str, &str)> =
        answer.holes.iter().filter(|hole| meanwhile(hole)).map(|hole| (&*hole.host, &*hole.log)).collect();
    match u64::try_from(logs.len()).unwrap_or(u64::MAX) {
        0 => Shown::default(),
        n => {
            let logs = capital(&in_words(n, "log", "logs"));
            let verb = if n == 1 { "was" } else { "were" };
            Shown::of(&[&" ", &logs, &" of its machines ", &verb, &" silent meanwhile."])
        }
    }
}

/// The sentence about what was found.
fn found(answer: &Answer, by_part: &FindingsByPart<'_>) -> Shown {
    let mut clauses: Vec<Shown> = Vec::new();
    if let Some(hit) = hit(by_part) {
        clauses.push(hit);
    }
    let reported = by_part.counted(&by_part.reported);
    if reported > 0 {
        clauses.push(Shown::of(&[&in_words(reported, "report", "reports"), &" by others"]));
    }
    if let Some(exposed) = exposed(by_part) {
        clauses.push(exposed);
    }
    let gaps = by_part.counted(&by_part.gaps);
    if gaps > 0 {
        clauses.push(in_words(gaps, "gap", "gaps"));
    }
    if clauses.is_empty() && answer.work.sets_any_aside() {
        return "Nothing found but what people set aside.".into();
    }
    if clauses.is_empty() {
        return nothing(answer);
    }
    capital(&Shown::of(&[&Shown::joined(clauses, "; "), &"."]))
}

fn hit(by_part: &FindingsByPart<'_>) -> Option<Shown> {
    let others = by_part.counted(&by_part.outside_stories);
    let is_counted = |story: &&Story| !by_part.work.sets_aside(&story.finding);
    let stories: Vec<&Story> = by_part.stories.iter().map(|(story, _)| *story).filter(is_counted).collect();
    if stories.is_empty() {
        return (others > 0).then(|| Shown::of(&[&"hit: ", &in_words(others, "sighting", "sightings")]));
    }
    let steps: u64 = stories.iter().map(|story| count_of(&story.steps)).sum();
    let hosts: BTreeSet<&String> =
        stories.iter().flat_map(|story| story.steps.iter().map(|step| &step.host)).collect();
    let stories = in_words(count_of(&stories), "intrusion", "intrusions");
    let hosts = in_words(u64::try_from(hosts.len()).unwrap_or(u64::MAX), "machine", "machines");
    let steps = counted(steps, "step", "steps");
    let mut line = Shown::of(&[&"hit: ", &stories, &", ", &steps, &" on ", &hosts]);
    if others > 0 {
        line = Shown::of(&[&line, &", and ", &in_words(others, "other sighting", "other sightings")]);
    }
    Some(line)
}

fn exposed(by_part: &FindingsByPart<'_>) -> Option<Shown> {
    let hosts = by_part.hosts_to_close;
    if hosts > 0 {
        return Some(Shown::of(&[&in_words(hosts, "machine", "machines"), &" to close today"]));
    }
    let exposures = by_part.exposures_counted();
    (exposures > 0).then(|| in_words(exposures, "exposure", "exposures"))
}

fn nothing(answer: &Answer) -> Shown {
    let looked = looked_at(&answer.looked_at);
    let cannot = count_of(&answer.cannot_tell);
    let mut line = if looked.is_empty() {
        Shown::from("Nothing was looked at: no inventory, no logs, no names of ours")
    } else {
        Shown::of(&[&"Nothing found in ", &and(looked)])
    };
    if cannot > 0 {
        line =
            Shown::of(&[&line, &"; ", &in_words(cannot, "question", "questions"), &" could not be judged"]);
    }
    if !answer.bounds.is_empty() {
        line = Shown::of(&[&line, &"; a bound was hit, so there may be more"]);
    }
    Shown::of(&[&line, &"."])
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::answer::{CannotTell, Part, Unread};
    use model::{
        Cast, Evidence, Finding, FindingKind, Intel, IntelType, Machine, Member, Severity, Spread, Subject,
        Tlp,
    };
    use std::sync::Arc;

    fn headline_of(answer: &Answer) -> String {
        headline(answer, &FindingsByPart::of(answer, crate::Style::default().marking())).to_string()
    }

    fn finding(kind: FindingKind, host: &str) -> Finding {
        let intel = Intel {
            kind: IntelType::Indicator,
            id: host.into(),
            name: "x".into(),
            source: "y".into(),
            tlp: Tlp::Clear,
        };
        let subject = Subject { host: Some(host.to_owned()), ..Subject::default() };
        let mut finding = Finding::new(kind, intel, subject, &[host], Evidence::at("a", 1, None));
        finding.severity = Severity::High;
        finding.decision = (kind == FindingKind::Exposure).then_some(model::Decision::Act);
        finding
    }

    #[test]
    fn a_headline_without_findings_names_what_was_looked_at() {
        let mut answer = Answer::default();
        assert_eq!(headline_of(&answer), "Nothing was looked at: no inventory, no logs, no names of ours.");
        answer.looked_at.events = 1;
        answer.looked_at.devices = 1200;
        assert_eq!(headline_of(&answer), "Nothing found in 1,200 devices and 1 event.");
        answer.unread = vec![Unread { kind: "estate", unread: 19, given: 1028 }];
        assert_eq!(
            headline_of(&answer),
            "Nothing found in 1,200 devices and 1 event. 19 of 1,028 inventory files were not read."
        );
        answer.unread.clear();
        answer.cannot_tell = vec![CannotTell { part: Part::Hit, what: "x".into(), why: "y".into() }];
        answer.bounds = vec!["x".to_owned()];
        assert_eq!(
            headline_of(&answer),
            "Nothing found in 1,200 devices and 1 event; one question could not be judged; a bound was hit, so \
             there may be more."
        );
    }

    #[test]
    fn a_log_that_was_silent_while_a_story_ran_is_in_the_headline() {
        let time = |text: &str| model::Timestamp::parse(text);
        let step = |at: &str| model::answer::Step {
            time: time(at),
            until: None,
            host: "dc-1".into(),
            what: "x".into(),
            technique: None,
            severity: Severity::High,
            count: 1,
            finding: model::FindingId::derive(&[at]),
        };
        let mut answer = Answer::default();
        answer.stories.push(model::answer::Story {
            finding: model::FindingId::derive(&["chain"]),
            title: String::new(),
            severity: Severity::High,
            hosts: vec!["dc-1".into()],
            steps: vec![step("2026-06-12T03:00:00Z"), step("2026-06-14T03:00:00Z")],
            links: Vec::new(),
            accounts: Vec::new(),
            addresses: Vec::new(),
            notes: Vec::new(),
        });
        let hole = |host: &str, after: &str, before: &str| Hole {
            host: host.into(),
            log: "windows security".into(),
            after: time(after),
            before: time(before),
            missing: model::Missing::Hours { silent: 30, usual: 2 },
        };
        answer.holes = vec![
            hole("dc-1", "2026-06-01T00:00:00Z", "2026-06-02T06:00:00Z"),
            hole("app-1", "2026-06-12T00:00:00Z", "2026-06-13T06:00:00Z"),
        ];
        assert!(!headline_of(&answer).contains("silent"));
        answer.holes.push(hole("dc-1", "2026-06-12T06:00:00Z", "2026-06-13T12:00:00Z"));
        assert!(headline_of(&answer).contains(" One log of its machines was silent meanwhile."));
    }

    /// An exposure on these machines of an estate of three.
    fn spread(flaw: &str, machines: &[u32], cast: &Arc<Cast>) -> Spread {
        let mut exposure = finding(FindingKind::Exposure, "");
        exposure.intel.id = flaw.to_owned();
        let member = |n: &u32| Member { claim: 0, machine: *n, document: 0, place: 1 };
        let members = machines.iter().map(member).collect();
        Spread::new(exposure, &Arc::from("x"), members, cast).expect("machines")
    }

    fn cast(names: &[&str]) -> Arc<Cast> {
        let machine = |name: &&str| Machine {
            key: model::identity::EntityKey::host(name),
            display: Some(Arc::from(*name)),
            owner: None,
            reason: "",
        };
        Arc::new(Cast { machines: names.iter().map(machine).collect(), documents: Vec::new() })
    }

    #[test]
    fn machines_are_counted_once() {
        let cast = cast(&["a", "b", "c"]);
        let exposures = vec![
            spread("CVE-1", &[0, 1], &cast),
            spread("CVE-2", &[0], &cast),
            spread("CVE-3", &[1, 2], &cast),
        ];
        let mut answer = Answer { exposures, ..Answer::default() };
        assert_eq!(headline_of(&answer), "Three machines to close today.");
        answer.findings.push(finding(FindingKind::Sighting, "a"));
        answer.findings.push(finding(FindingKind::Gap, "b"));
        assert_eq!(headline_of(&answer), "Hit: one sighting; three machines to close today; one gap.");
    }

    #[test]
    fn machines_of_saved_findings_and_of_other_casts_are_counted_by_name() {
        let exposures = vec![
            spread("CVE-1", &[0, 1], &cast(&["a", "b"])),
            spread("CVE-2", &[0, 1], &cast(&["b", "c"])),
            spread("CVE-3", &[0, 1], &cast(&["a", "d"])),
        ];
        let findings = vec![finding(FindingKind::Exposure, "a"), finding(FindingKind::Exposure, "e")];
        let answer = Answer { exposures, findings, ..Answer::default() };
        assert_eq!(headline_of(&answer), "Five machines to close today.");
    }

    #[test]
    fn exposures_are_counted_machine_by_machine() {
        let mut exposure = spread("CVE-1", &[0, 1, 2], &cast(&["a", "b", "c"])).first().clone();
        exposure.decision = None;
        let member = |machine| Member { claim: 0, machine, document: 0, place: 1 };
        let members = vec![member(0), member(1), member(2)];
        let spread = Spread::new(exposure, &Arc::from("x"), members, &cast(&["a", "b", "c"]));
        let answer = Answer { exposures: spread.into_iter().collect(), ..Answer::default() };
        assert_eq!(headline_of(&answer), "Three exposures.");
    }
}

//! Several turns in one notice: what is alike is one line, the steps of a story are in the line of the story.

use super::words::list;
use model::{FindingKind, Severity, Topic};
use notify::Turned;
use std::collections::{BTreeMap, BTreeSet};

/// How many lines there are, in an import and otherwise; how many machines and identifiers one names.
const IMPORT_LINES_MAX: usize = 20;
const LINES_MAX: usize = 60;
const NAMED_MAX: usize = 4;

/// One line: turns that differ in their machine alone.
struct Line<'t> {
    first: &'t Turned,
    hosts: BTreeSet<&'t str>,
    digits: Vec<String>,
    count: usize,
}

/// The lines of a digest, the gravest first, and how many turns they do not name.
pub(super) fn lines(turns: &[&Turned], is_import: bool) -> (Vec<String>, u64) {
    let stories: BTreeSet<&str> = turns
        .iter()
        .filter(|turned| turned.topic == Topic::Finding(FindingKind::Chain))
        .filter_map(|turned| turned.findings.first().map(model::FindingId::as_str))
        .collect();
    let is_step = |turned: &Turned| {
        let own = turned.findings.first().map(model::FindingId::as_str);
        turned.story.as_deref().is_some_and(|story| Some(story) != own && stories.contains(story))
    };
    let mut alike: BTreeMap<_, Line<'_>> = BTreeMap::new();
    for turned in turns.iter().filter(|turned| !is_step(turned)) {
        let key = (turned.severity, kind(turned), turned.decision, turned.happened, turned.title.as_str());
        let line = alike.entry(key).or_insert_with(|| Line {
            first: turned,
            hosts: BTreeSet::new(),
            digits: Vec::new(),
            count: 0,
        });
        line.hosts.extend(turned.hosts.iter().map(String::as_str));
        line.digits.extend(turned.findings.first().map(|id| id.digits().to_owned()));
        line.count += 1;
    }
    let most = if is_import { IMPORT_LINES_MAX } else { LINES_MAX };
    let left: usize = alike.values().skip(most).map(|line| line.count).sum();
    let lines = alike.values().take(most).map(Line::shown).collect();
    (lines, u64::try_from(left).unwrap_or(u64::MAX))
}

impl Line<'_> {
    fn shown(&self) -> String {
        let turned = self.first;
        let decision = turned.decision.map(|decision| format!("{}, ", decision.name())).unwrap_or_default();
        // A story names its machines itself.
        let is_story = turned.topic == Topic::Finding(FindingKind::Chain);
        let named = self.hosts.iter().filter(|host| !turned.title.contains(**host));
        let hosts: Vec<String> = named.filter(|_| !is_story).map(|&host| host.to_owned()).collect();
        let on = some(&hosts).map(|hosts| format!(" on {hosts}")).unwrap_or_default();
        let ids = some(&self.digits).map(|ids| format!("  {ids}")).unwrap_or_default();
        let what = format!("{} {}", turned.severity, turned.happened.words());
        format!("{what}: {decision}{}{on}{ids}", turned.title)
    }
}

/// The first few of them.
fn some(all: &[String]) -> Option<String> {
    match all.len().checked_sub(NAMED_MAX) {
        _ if all.is_empty() => None,
        None | Some(0) => Some(list(all)),
        Some(more) => Some(format!(
            "{} and {more} more",
            all.iter().take(NAMED_MAX).cloned().collect::<Vec<_>>().join(", ")
        )),
    }
}

fn kind(turned: &Turned) -> Option<FindingKind> {
    match turned.topic {
        Topic::Finding(kind) => Some(kind),
        Topic::Service | Topic::Digest => None,
    }
}

/// What there is, by kind: `1 intrusion, 2 reports by others and 4 flaws to act on`. `beyond` are only counted.
pub(super) fn counted(turns: &[&Turned], beyond: u64) -> String {
    let mut of: BTreeMap<(u8, &str, &str), u64> = BTreeMap::new();
    for turned in turns {
        let is_act = turned.decision == Some(model::Decision::Act);
        let words = match turned.topic {
            Topic::Finding(FindingKind::Chain) => (0, "intrusion", "intrusions"),
            Topic::Finding(FindingKind::Compromise) => (1, "report by others", "reports by others"),
            Topic::Finding(FindingKind::Exposure) if is_act => (2, "flaw to act on", "flaws to act on"),
            Topic::Finding(FindingKind::Sighting) if turned.story.is_some() => {
                (7, "step of an intrusion", "steps of intrusions")
            }
            Topic::Finding(FindingKind::Sighting) => (3, "sighting", "sightings"),
            Topic::Finding(FindingKind::Exposure) => (4, "other flaw", "other flaws"),
            Topic::Finding(FindingKind::Gap) => (5, "gap", "gaps"),
            Topic::Service | Topic::Digest => (6, "condition of the service", "conditions of the service"),
        };
        *of.entry(words).or_default() += 1;
    }
    let mut parts: Vec<String> = of
        .into_iter()
        .map(|((_, one, many), count)| format!("{count} {}", if count == 1 { one } else { many }))
        .collect();
    if beyond > 0 {
        parts.push(format!("{beyond} more that rank below"));
    }
    list(&parts)
}

/// The worst of them.
pub(super) fn worst(turns: &[&Turned]) -> Severity {
    turns.iter().map(|turned| turned.severity).min().unwrap_or(Severity::Informational)
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{Decision, FindingId, Happened, Timestamp};

    fn turned(n: u64, kind: FindingKind, severity: Severity, title: &str, host: &str) -> Turned {
        let mut turned =
            Turned::new(n, Timestamp::EPOCH, &n.to_string(), Topic::Finding(kind), Happened::Opened);
        turned.findings = vec![FindingId::of_bits(u128::from(n) << 96)];
        turned.severity = severity;
        turned.title = title.to_owned();
        turned.hosts = vec![host.to_owned()];
        turned
    }

    #[test]
    fn what_is_alike_is_one_line_and_steps_are_in_their_story() {
        let story =
            turned(1, FindingKind::Chain, Severity::Critical, "one intrusion: portal-1 → dc-1", "portal-1");
        let mut step =
            turned(2, FindingKind::Sighting, Severity::High, "Web server started a shell", "portal-1");
        step.story = Some(story.findings[0].as_str().to_owned());
        let mut flaws: Vec<Turned> = ["app-1", "app-2", "app-3", "app-4", "app-5"]
            .iter()
            .zip(3..)
            .map(|(host, n)| {
                turned(n, FindingKind::Exposure, Severity::High, "log4j-core 2.14.1: CVE-2021-44228", host)
            })
            .collect();
        flaws.iter_mut().for_each(|flaw| flaw.decision = Some(Decision::Act));
        let gap =
            turned(9, FindingKind::Gap, Severity::Medium, "2 accounts without MFA on portal-1", "portal-1");
        let all: Vec<&Turned> = [&gap, &step, &story].into_iter().chain(&flaws).collect();
        let (shown, left) = lines(&all, false);
        assert_eq!(
            shown,
            [
                "critical opened: one intrusion: portal-1 → dc-1  00000001",
                "high opened: act, log4j-core 2.14.1: CVE-2021-44228 on app-1, app-2, app-3, app-4 and 1 more  \
                 00000003, 00000004, 00000005, 00000006 and 1 more",
                "medium opened: 2 accounts without MFA on portal-1  00000009",
            ]
        );
        assert_eq!(left, 0);
        assert_eq!(
            counted(&all, 3),
            "1 intrusion, 5 flaws to act on, 1 gap, 1 step of an intrusion and 3 more that rank below"
        );
    }

    #[test]
    fn lines_have_a_limit_and_the_rest_is_counted() {
        let many: Vec<Turned> = (0..u64::try_from(LINES_MAX).expect("few") + 1)
            .map(|n| turned(n, FindingKind::Gap, Severity::Low, &format!("gap {n:03}"), "a"))
            .collect();
        let all: Vec<&Turned> = many.iter().collect();
        assert_eq!((lines(&all, false).0.len(), lines(&all, false).1), (LINES_MAX, 1));
        assert_eq!(lines(&all[1..], false).1, 0);
        assert_eq!(lines(&all, true).0.len(), IMPORT_LINES_MAX);
    }
}

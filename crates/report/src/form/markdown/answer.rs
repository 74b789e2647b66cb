//! The whole answer as Markdown, for a ticket, a wiki or a chat.
//!
//! Text from outside is defanged; evidence is exact, in fences.

use super::baseline;
use super::document::{MarkdownText, escaped};
use crate::outline::asked;
use crate::outline::by_part::FindingsByPart;
use crate::outline::entry::{ListEntry, alike, hosts_of, left_of};
use crate::outline::headline::headline;
use crate::outline::marking::{Marking, of_answer, of_finding, of_its_own};
use crate::outline::summary;
use crate::safe::shown::{Own, Shown};
use crate::words::finding::{TRACK_STAR, place, seen_line, short_id, world_fact};
use crate::words::looked_at::{held_against, looked_at, nothing_in};
use crate::words::phrase::{self, capital, count_of, counted, days, number};
use crate::words::raced;
use crate::words::{set_aside, worked};
use model::answer::{Part, RaceRow, Story};
use model::asked::Asked;
use model::{Answer, Decision, Finding};
use std::io::{self, Write};

/// How many entries of one list are shown with their proof: a ticket holds no more. The rest is counted.
const ENTRIES_SHOWN_MAX: usize = 200;
/// How many questions of one advisory are listed.
const QUESTIONS_SHOWN_MAX: usize = 500;
/// Machines named in one entry or one row.
const MACHINES_NAMED_MAX: usize = 12;

/// Writes the answer.
pub(crate) fn write(answer: &Answer, marking: Marking, out: &mut dyn Write) -> io::Result<()> {
    let by_part = FindingsByPart::of(answer, marking);
    let mut page = MarkdownText::default();
    page.heading(1, &headline(answer, &by_part));
    if let Some(tlp) = of_answer(answer, marking) {
        page.paragraph(&tlp.name().into());
    }
    head(&mut page, answer);
    if let Some(line) = worked::line(&answer.work) {
        page.paragraph(&Shown::of(&[&"Set aside by people: ", &line, &"."]));
    }
    baseline::since(&mut page, answer);
    first(&mut page, answer);
    asked(&mut page, &answer.asked);
    hit(&mut page, answer, &by_part);
    reported(&mut page, answer, &by_part);
    exposed(&mut page, answer, &by_part);
    gaps(&mut page, answer, &by_part);
    work(&mut page, answer);
    unknown(&mut page, answer);
    out.write_all(page.0.as_bytes())
}

/// Writes one finding.
pub(crate) fn explained(finding: &Finding, marking: Marking, out: &mut dyn Write) -> io::Result<()> {
    let tlp = of_finding(finding, marking);
    let entry = ListEntry::alone(finding);
    let mut page = MarkdownText::default();
    page.heading(1, &entry.title());
    if let Some(tlp) = tlp.marked() {
        page.paragraph(&tlp.name().into());
    }
    facts(&mut page, &entry, Marking { whole: tlp, ..marking });
    out.write_all(page.0.as_bytes())
}

fn head(page: &mut MarkdownText, answer: &Answer) {
    for advisory in &answer.advisories {
        let mut items = vec![Shown::prose(&advisory.title)];
        items.extend(advisory.publisher.as_deref().map(Shown::prose));
        items.extend(advisory.published.map(phrase::day));
        items.extend(advisory.tlp.map(|tlp| Shown::from(tlp.name())));
        items.push(counted(count_of(&advisory.vulnerabilities), "CVE", "CVEs"));
        items.push(counted(advisory.indicators.iter().map(|(_, n)| n).sum(), "indicator", "indicators"));
        items.push(counted(count_of(&advisory.techniques), "technique", "techniques"));
        items.push(counted(count_of(&advisory.controls), "control", "controls"));
        page.paragraph(&Shown::of(&[&"Advisory: ", &Shown::joined(items, " · ")]));
    }
    let looked = &answer.looked_at;
    let mut items = looked_at(looked);
    if let (Some(first), Some(last)) = (looked.first_event, looked.last_event) {
        items.push(Shown::of(&[&"events of ", &days(first.date(), last.date())]));
    }
    items.extend(held_against(looked));
    if items.is_empty() {
        items.push("nothing of ours".into());
    }
    page.paragraph(&Shown::of(&[&"Looked at: ", &Shown::joined(items, " · "), &". Times are in UTC."]));
}

/// What each advisory asks, question by question.
fn asked(page: &mut MarkdownText, asked: &[Asked]) {
    if asked.is_empty() {
        return;
    }
    page.heading(2, &"Asked".into());
    for one in asked {
        page.heading(3, &asked::title(one));
        let questions = asked::all(one);
        if questions.is_empty() {
            page.paragraph(&Shown::of(&[&capital(&asked::NOTHING_ASKED.into()), &"."]));
            continue;
        }
        let rows = questions.iter().take(QUESTIONS_SHOWN_MAX).map(|question| {
            let supply = question.supply.as_deref().map(Shown::prose).unwrap_or_default();
            let findings = match question.finding_count {
                0 => Shown::default(),
                n => number(n),
            };
            let detail = Shown::prose(&question.detail);
            vec![
                question.kind.name().into(),
                asked::about(question),
                question.verdict.name().into(),
                detail,
                supply,
                findings,
            ]
        });
        page.table(
            &["Sort", "Asked about", "Answer", "In words", "What would answer it", "Findings"],
            rows.collect(),
        );
        if let Some(left) = questions.len().checked_sub(QUESTIONS_SHOWN_MAX).filter(|left| *left > 0) {
            let left = number(u64::try_from(left).unwrap_or(u64::MAX));
            page.paragraph(&Shown::of(&[&"… and ", &left, &" more; JSON holds all."]));
        }
    }
}

fn first(page: &mut MarkdownText, answer: &Answer) {
    if answer.first.is_empty() {
        return;
    }
    page.heading(2, &"First".into());
    for (index, action) in answer.first.iter().enumerate() {
        let mut line = Shown::of(&[&Shown::prose(&action.what), &" (", &Shown::prose(&action.why), &"; "]);
        line = Shown::of(&[&line, &counted(action.finding_count, "finding", "findings"), &")"]);
        if let Some(owner) = &action.owner {
            line = Shown::of(&[&line, &", ", &Shown::prose(owner)]);
        }
        page.0.push_str(&format!("{}. {}\n", index + 1, escaped(&line)));
    }
    page.0.push('\n');
}

fn hit(page: &mut MarkdownText, answer: &Answer, by_part: &FindingsByPart<'_>) {
    page.heading(2, &"Hit".into());
    if by_part.stories.is_empty() && by_part.outside_stories.is_empty() {
        nothing(page, answer, Part::Hit);
    }
    for (story, chain) in &by_part.stories {
        one_story(page, story, *chain, by_part.marking);
    }
    each_alone(page, by_part.marking, &by_part.in_stories);
    each_alone(page, by_part.marking, &by_part.outside_stories);
    unjudged(page, answer, Part::Hit);
}

fn one_story(page: &mut MarkdownText, story: &Story, chain: Option<&Finding>, marking: Marking) {
    page.heading(3, &Shown::prose(&story.title));
    let hosts = Shown::joined(story.hosts.iter().map(|host| Shown::prose(host)), " → ");
    page.paragraph(&Shown::of(&[&story.severity, &" · ", &hosts]));
    let rows = story.steps.iter().map(|step| {
        let time = step.time.map(|time| Shown::of(&[&time])).unwrap_or_default();
        let technique = Shown::prose(step.technique.as_deref().unwrap_or_default());
        let (what, host) = (Shown::prose(&step.what), Shown::prose(&step.host));
        vec![time, what, host, technique, step.severity.name().into(), number(step.count)]
    });
    page.table(&["Time", "What", "Host", "Technique", "Severity", "Count"], rows.collect());
    if !story.notes.is_empty() {
        page.list(story.notes.iter().map(|note| Shown::prose(note)).collect());
    }
    if !story.links.is_empty() {
        let rows = story.links.iter().map(|link| {
            let time = link.time.map(|time| Shown::of(&[&time])).unwrap_or_default();
            vec![time, Shown::prose(&link.from), Shown::prose(&link.to), Shown::prose(&link.reason)]
        });
        page.table(&["Time", "From", "To", "Why they belong together"], rows.collect());
    }
    if let Some(chain) = chain {
        one_entry(page, &ListEntry::alone(chain), marking);
    }
}

fn reported(page: &mut MarkdownText, answer: &Answer, by_part: &FindingsByPart<'_>) {
    page.heading(2, &"Reported".into());
    if by_part.reported.is_empty() {
        nothing(page, answer, Part::Reported);
    }
    each_alone(page, by_part.marking, &by_part.reported);
    unjudged(page, answer, Part::Reported);
}

fn each_alone(page: &mut MarkdownText, marking: Marking, findings: &[&Finding]) {
    entries(page, marking, &findings.iter().map(|finding| ListEntry::alone(finding)).collect::<Vec<_>>());
}

fn entries(page: &mut MarkdownText, marking: Marking, entries: &[ListEntry<'_>]) {
    for entry in entries.iter().take(ENTRIES_SHOWN_MAX) {
        one_entry(page, entry, marking);
    }
    if let Some(left) = left_of(entries, ENTRIES_SHOWN_MAX) {
        page.paragraph(&Shown::of(&[&"… and ", &left, &"; JSON holds all."]));
    }
}

fn one_entry(page: &mut MarkdownText, entry: &ListEntry<'_>, marking: Marking) {
    page.heading(3, &entry.title());
    facts(page, entry, marking);
}

/// Grades, both sides, reasons and proof of an entry.
fn facts(page: &mut MarkdownText, entry: &ListEntry<'_>, marking: Marking) {
    let finding = entry.finding();
    let mut grades: Vec<&dyn Own> = vec![&finding.severity, &" · ", &finding.certainty];
    if let Some(decision) = &finding.decision {
        grades.extend([&" · " as &dyn Own, decision]);
    }
    let mut items = vec![Shown::of(&grades), world_fact(finding)];
    let ours = entry.our_facts(MACHINES_NAMED_MAX);
    if !ours.is_empty() {
        items.push(Shown::joined(ours, " · "));
    }
    let seen = if entry.spread().is_some() { "seen on each " } else { "seen " };
    items.push(Shown::of(&[&seen, &seen_line(finding)]));
    if !finding.reasons.is_empty() {
        let reasons = Shown::joined(finding.reasons.iter().map(|reason| Shown::prose(reason)), ", ");
        items.push(Shown::of(&[&"why: ", &reasons]));
    }
    if !finding.techniques.is_empty() {
        let techniques = Shown::joined(finding.techniques.iter().map(|t| Shown::prose(t)), ", ");
        items.push(Shown::of(&[&"techniques: ", &techniques]));
    }
    if !finding.actors.is_empty() {
        let actors = finding.actors.iter().map(|actor| Shown::prose(actor)).collect();
        items.push(Shown::of(&[&"consistent with ", &phrase::and(actors), &" (no attribution)"]));
    }
    if !finding.remediation.is_empty() {
        let remedies = Shown::joined(finding.remediation.iter().map(|r| Shown::prose(r)), "; ");
        items.push(Shown::of(&[&"gone when: ", &remedies]));
    }
    items.extend(entry.owners());
    items.extend(of_its_own(finding, marking).map(|tlp| Shown::from(tlp.name())));
    let id = Shown::exact(finding.id.as_str());
    items.push(match entry.proof_on() {
        None => id,
        Some(machine) => {
            Shown::of(&[&id, &" on ", &machine, &", as is the proof; JSON holds every machine's own"])
        }
    });
    page.list(items);
    let mut lines = Vec::new();
    for evidence in &finding.evidence {
        lines.push(place(evidence));
        for (name, value) in &evidence.excerpt {
            lines.push(Shown::of(&[&"  ", &Shown::exact(name), &": ", &Shown::exact(value)]));
        }
    }
    page.fence(&lines);
}

fn exposed(page: &mut MarkdownText, answer: &Answer, by_part: &FindingsByPart<'_>) {
    page.heading(2, &"Exposed".into());
    let decisions = by_part.decisions();
    if decisions.is_empty() {
        nothing(page, answer, Part::Exposed);
    } else {
        let counts = decisions.iter().map(|decided| {
            let word = decided.decision.map_or("undecided", Decision::name);
            Shown::of(&[&number(decided.findings), &" ", &word])
        });
        page.paragraph(&Shown::joined(counts, " · "));
        if decisions.iter().any(|decided| decided.decision == Some(Decision::TrackStar)) {
            page.paragraph(&Shown::of(&[&TRACK_STAR, &"."]));
        }
    }
    let findings = decisions.iter().map(|decided| decided.findings).sum();
    if let Some(alike) = alike(findings, count_of(&by_part.exposed)) {
        page.paragraph(&Shown::of(&[&alike, &"."]));
    }
    if !answer.race.is_empty() {
        let date = |date: Option<model::Date>| date.map(|date| Shown::of(&[&date])).unwrap_or_default();
        let row = |row: &RaceRow| {
            let behind = row.days_behind.map(|days| Shown::of(&[&days])).unwrap_or_default();
            let hosts = hosts_of(row, MACHINES_NAMED_MAX);
            let (cve, product) = (Shown::prose(&row.vulnerability), Shown::prose(&row.product));
            let dates = [row.disclosed, row.exploit_public, row.on_kev, row.known_here, row.seen_here];
            let mut cells = vec![cve, product, hosts];
            cells.extend(dates.map(date));
            cells.push(raced::closed(row));
            cells.push(behind);
            cells
        };
        page.table(
            &[
                "Flaw",
                "Product",
                "Hosts",
                "Disclosed",
                "Exploit public",
                "On KEV",
                "Known here",
                "Seen here",
                "Closed here",
                "Days behind",
            ],
            answer.race.iter().map(row).collect(),
        );
        if let Some(why) = raced::files_alone(answer) {
            page.paragraph(&why);
        }
    }
    entries(page, by_part.marking, &by_part.exposed);
    unjudged(page, answer, Part::Exposed);
    if !answer.set_aside.is_empty() {
        let lines = answer.set_aside.iter().map(|one| Shown::of(&[&"set aside: ", &set_aside::line(one)]));
        page.list(lines.collect());
    }
}

/// What people do about findings.
fn work(page: &mut MarkdownText, answer: &Answer) {
    let listed = worked::listed(&answer.work);
    if listed.is_empty() {
        return;
    }
    page.heading(2, &"Work".into());
    let rows = listed.iter().take(ENTRIES_SHOWN_MAX).map(|(id, one)| {
        let note = one.note.as_deref().map(Shown::prose).unwrap_or_default();
        vec![short_id(id), one.severity.name().into(), Shown::prose(&one.title), worked::state(one), note]
    });
    page.table(&["Finding", "Severity", "Title", "State", "Note"], rows.collect());
    if let Some(left) = listed.len().checked_sub(ENTRIES_SHOWN_MAX).filter(|left| *left > 0) {
        let left = number(u64::try_from(left).unwrap_or(u64::MAX));
        page.paragraph(&Shown::of(&[&"… and ", &left, &" more; JSON holds all."]));
    }
}

fn gaps(page: &mut MarkdownText, answer: &Answer, by_part: &FindingsByPart<'_>) {
    page.heading(2, &"Gaps".into());
    if answer.checks.is_empty() && by_part.gaps.is_empty() {
        page.paragraph(&"No check was asked.".into());
    }
    if !answer.checks.is_empty() {
        let rows = answer.checks.iter().map(|check| {
            let supply = check.supply.as_deref().map(Shown::prose).unwrap_or_default();
            let (question, summary) = (Shown::prose(&check.question), Shown::prose(&check.summary));
            vec![check.answer.name().into(), question, summary, supply, Shown::exact(&check.id)]
        });
        page.table(&["Answer", "Question", "Found", "What would answer it", "Check"], rows.collect());
    }
    each_alone(page, by_part.marking, &by_part.gaps);
    unjudged(page, answer, Part::Gaps);
}

fn nothing(page: &mut MarkdownText, answer: &Answer, part: Part) {
    page.paragraph(&Shown::of(&[&capital(&nothing_in(part, &answer.looked_at).into()), &"."]));
}

fn unjudged(page: &mut MarkdownText, answer: &Answer, part: Part) {
    let cannot: Vec<Shown> = summary::cannot_tell(answer, part)
        .map(|c| Shown::of(&[&"cannot tell: ", &Shown::prose(&c.what), &": ", &Shown::prose(&c.why)]))
        .collect();
    if !cannot.is_empty() {
        page.list(cannot);
    }
}

fn unknown(page: &mut MarkdownText, answer: &Answer) {
    let mut lines: Vec<Shown> = Vec::new();
    lines.extend(answer.not_seen.iter().map(|one| Shown::of(&[&"not seen: ", &Shown::prose(&one.text)])));
    for (label, texts) in
        [("mistake in a source, not believed: ", &answer.slips), ("bound: ", &answer.bounds)]
    {
        lines.extend(texts.iter().map(|text| Shown::of(&[&label, &Shown::prose(text)])));
    }
    lines.extend(summary::problems_alike(&answer.problems).iter().map(|group| {
        let what = Shown::prose(&group.first.what);
        let so_often = group.so_often().map_or_else(Shown::default, |text| Shown::of(&[&", ", &text]));
        let help = group
            .first
            .help
            .as_deref()
            .map_or_else(Shown::default, |help| Shown::of(&[&"; ", &Shown::prose(help)]));
        Shown::of(&[&"problem: ", &what, &so_often, &": ", &group.places(), &help])
    }));
    if !lines.is_empty() {
        page.heading(2, &"Not known".into());
        page.list(lines);
    }
}

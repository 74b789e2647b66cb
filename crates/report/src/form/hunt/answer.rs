//! The answer to a hunt on a terminal: stories, every sighting, the rules and machines with the worst of them.
//!
//! A hunt asks one question only, so nothing is squeezed onto a screen: lists are long, bounded, and count what
//! they leave out.

use super::{missing, pulse};
use crate::Style;
use crate::form::baseline;
use crate::outline::by_part::FindingsByPart;
use crate::outline::headline::headline;
use crate::outline::summary;
use crate::safe::shown::Shown;
use crate::terminal::ansi::Ink;
use crate::terminal::asked;
use crate::terminal::layout::{Column, InkText, TerminalPage};
use crate::terminal::rows::{self, grade};
use crate::words::domain::SharedDomain;
use crate::words::finding::short_id;
use crate::words::looked_at::{looked_at, nothing_in};
use crate::words::phrase;
use crate::words::phrase::{count_of, counted, moment};
use model::answer::{Part, Topic};
use model::{Answer, Fault, Finding, FindingKind, IntelType, Severity};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// How many stories are shown.
const STORIES_MAX: usize = 5;
/// How many steps of each.
const STEPS_MAX: usize = 24;
/// A hunt is no screen: a title or a step has so many lines before it is shortened.
const PROSE_LINES: usize = 3;
/// How many sentences about each, and how many lines of one.
const NOTES_MAX: usize = 8;
const NOTE_LINES_MAX: usize = 3;
/// How many advisories are answered question by question, and how many rows of flaws and indicators each has.
const ADVISORIES_MAX: usize = 8;
const ASKED_MAX: usize = 16;
/// How many sightings are listed.
const SIGHTINGS_MAX: usize = 60;
/// The cells of a severity, and of a time: without and with its year.
const SEVERITY_CELLS: usize = 8;
const TIME_CELLS: (usize, usize) = (12, 17);
/// From so many cells on, a sighting has its machine and its digits in columns.
const COLUMNS_FROM: usize = 88;
/// How many rules and machines are ranked.
const RANKED_MAX: usize = 8;

/// Writes what a hunt found.
///
/// # Errors
/// When `out` cannot be written to.
pub fn hunt(answer: &Answer, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let by_part = FindingsByPart::of(answer, style.marking());
    let sightings: Vec<&Finding> =
        answer.findings.iter().filter(|finding| finding.kind == FindingKind::Sighting).collect();
    let year = summary::usual_year(answer);
    let mut page = TerminalPage::new(style);
    page.whole(InkText::new(headline(answer, &by_part), Ink::Bold));
    rows::marked(&mut page, answer, by_part.marking);
    page.row("looked at", rows::looked_line(answer), 0, 3);
    let against = [
        counted(answer.looked_at.rules, "rule", "rules"),
        counted(answer.looked_at.indicators, "indicator", "indicators"),
    ];
    page.row("asked", InkText::dim(Shown::joined(against, " · ")), 0, 1);
    pulse::row(&mut page, answer, style, year);
    baseline::rows(&mut page, answer, year);
    if !answer.asked.is_empty() {
        page.blank();
        asked::put(&mut page, &answer.asked, ADVISORIES_MAX, ASKED_MAX);
    }
    for (index, (story, chain)) in by_part.stories.iter().take(STORIES_MAX).enumerate() {
        page.blank();
        rows::story_head(&mut page, if index == 0 { "STORIES" } else { "" }, story, *chain);
        rows::steps(&mut page, &story.steps, year, (STEPS_MAX, PROSE_LINES));
        rows::notes(&mut page, story, NOTES_MAX, NOTE_LINES_MAX);
    }
    rows::more(&mut page, by_part.stories.len(), STORIES_MAX);
    page.blank();
    if sightings.is_empty() {
        page.row("SIGHTINGS", InkText::dim(nothing_in(Part::Hit, &answer.looked_at)), 0, 1);
    }
    listed(&mut page, &sightings, year);
    ranked(&mut page, "RULES", &sightings, |finding| match finding.intel.kind {
        IntelType::Several => finding.intel.name.clone(),
        _ => finding.title.clone(),
    });
    ranked(&mut page, "MACHINES", &sightings, |finding| finding.subject.host.clone().unwrap_or_default());
    missing::suppressed(&mut page, answer);
    missing::holes(&mut page, answer, year);
    unknown(&mut page, answer);
    page.write(out)
}

fn listed(page: &mut TerminalPage, sightings: &[&Finding], year: Option<i64>) {
    let domain = SharedDomain::of(
        sightings.iter().take(SIGHTINGS_MAX).filter_map(|finding| finding.subject.host.as_deref()),
    );
    let host =
        |finding: &&Finding| finding.subject.host.as_deref().map_or("-".into(), |host| domain.short(host));
    let hosts: Vec<Shown> = sightings.iter().take(SIGHTINGS_MAX).map(host).collect();
    let host_cells = rows::widest(hosts.iter(), 4, page.name_cells());
    let time = |finding: &&Finding| finding.first_seen.map(|time| moment(time, year)).unwrap_or_default();
    let times: Vec<Shown> = sightings.iter().take(SIGHTINGS_MAX).map(time).collect();
    // With the year, where the events are of several.
    let time_cells = rows::widest(times.iter(), TIME_CELLS.0, TIME_CELLS.1);
    for (index, ((finding, host), time)) in sightings.iter().zip(hosts).zip(times).enumerate() {
        let label = if index == 0 { "SIGHTINGS" } else { "" };
        let title = InkText::plain(Shown::prose(&finding.title));
        let so_often = rows::so_often(finding.count, finding.count_exact);
        if page.room() < COLUMNS_FROM {
            flowing(page, label, finding, (time, time_cells), (title, so_often), &host);
            continue;
        }
        let title = title.then(so_often);
        let columns = vec![
            (grade(finding.severity), Column::Fixed(SEVERITY_CELLS)),
            (InkText::dim(time), Column::Fixed(time_cells)),
            (title, Column::Prose),
            (InkText::plain(host), Column::Value(host_cells)),
            (InkText::dim(short_id(&finding.id)), Column::Fixed(8)),
        ];
        page.wrapped_columns(label, columns, PROSE_LINES);
    }
    rows::more(page, sightings.len(), SIGHTINGS_MAX);
    if let Some(said) = domain.said() {
        page.row("", InkText::dim(Shown::of(&[&"machines without a domain are ", &said])), 0, 2);
    }
}

/// A sighting on a narrow page: a column of machines beside it would leave its title the width of a word.
fn flowing(
    page: &mut TerminalPage,
    label: &'static str,
    finding: &Finding,
    (time, time_cells): (Shown, usize),
    (title, so_often): (InkText, InkText),
    host: &Shown,
) {
    let hang = SEVERITY_CELLS + time_cells + 2 * 2;
    let front = |text: InkText, cells: usize| {
        let pad = " ".repeat((cells + 2).saturating_sub(text.cells()));
        text.and(Shown::exact(&pad), Ink::Plain)
    };
    let front = front(grade(finding.severity), SEVERITY_CELLS).then(front(InkText::dim(time), time_cells));
    let title = page.cut_before(title, so_often, page.room().saturating_sub(hang) * PROSE_LINES);
    // No-break spaces: digits that begin a line by themselves belong to nothing.
    let about = Shown::of(&[&"  ", host, &"\u{a0}\u{a0}"]);
    let text = front.then(title).and(about, Ink::Plain).and(short_id(&finding.id), Ink::Dim);
    page.row(label, text, hang, usize::MAX);
}

/// Groups of sightings, the worst severity first, then the most sightings.
fn ranked(
    page: &mut TerminalPage,
    label: &'static str,
    sightings: &[&Finding],
    by: impl Fn(&Finding) -> String,
) {
    let mut groups: BTreeMap<String, (Severity, u64, u64)> = BTreeMap::new();
    for finding in sightings {
        let group = groups.entry(by(finding)).or_insert((finding.severity, 0, 0));
        *group = (group.0.min(finding.severity), group.1 + 1, group.2.saturating_add(finding.count));
    }
    let mut order: Vec<(&String, &(Severity, u64, u64))> = groups.iter().collect();
    order.sort_by_key(|(name, (severity, found, _))| (*severity, std::cmp::Reverse(*found), *name));
    if !order.is_empty() {
        page.blank();
    }
    let counts = order.iter().take(RANKED_MAX).map(|(_, (_, found, events))| {
        Shown::of(&[&counted(*found, "sighting", "sightings"), &" · ", &counted(*events, "event", "events")])
    });
    let counts: Vec<Shown> = counts.collect();
    let count_cells = rows::widest(counts.iter(), 20, 40);
    for (index, ((name, (severity, ..)), counts)) in order.iter().zip(&counts).enumerate() {
        page.columns(
            if index == 0 { label } else { "" },
            vec![
                (grade(*severity), Column::Fixed(8)),
                (InkText::plain(Shown::prose(name)), Column::Prose),
                (InkText::dim(counts.clone()), Column::Fixed(count_cells)),
            ],
        );
    }
    rows::more(page, order.len(), RANKED_MAX);
}

/// Whether a topic belongs to the question of a hunt. If no logs were read, the row of sightings reports it.
fn is_about_a_hunt(topic: Topic) -> bool {
    match topic {
        Topic::Logs | Topic::Machines | Topic::Rules | Topic::Indicators => true,
        Topic::AllLogs | Topic::Estate | Topic::Collections | Topic::Knowledge => false,
    }
}

/// What the hunt did not see: part of the result, never hidden.
fn unknown(page: &mut TerminalPage, answer: &Answer) {
    let not_seen = answer.not_seen.iter().filter(|one| is_about_a_hunt(one.about));
    let not_seen: Vec<Shown> = not_seen.map(|one| Shown::prose(&one.text)).collect();
    page.blank();
    if !not_seen.is_empty() {
        page.row("not seen", InkText::dim(Shown::joined(not_seen, "; ")), 0, 4);
    }
    let bounds: Vec<Shown> = answer.bounds.iter().map(|bound| Shown::prose(bound)).collect();
    if !bounds.is_empty() {
        page.row("bounds", InkText::plain(Shown::joined(bounds, "; ")), 0, 4);
    }
    let bad: Vec<_> = answer.problems.iter().filter(|problem| problem.fault != Fault::Note).collect();
    if let Some(first) = bad.first() {
        let count = phrase::counted(count_of(&bad), "problem", "problems");
        page.row("problems", InkText::plain(Shown::of(&[&count, &"; ", &summary::problem(first)])), 0, 3);
    }
    let looked = looked_at(&answer.looked_at);
    if !looked.is_empty() && !answer.findings.is_empty() {
        page.row("", InkText::dim("--format json shows all, outpace explain DIGITS the proof"), 0, 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::answer::NotSeen;

    #[test]
    fn a_hunt_leaves_out_what_other_questions_lack() {
        let topics = [(Topic::Logs, "a zone"), (Topic::Estate, "an inventory"), (Topic::AllLogs, "any log")];
        let not_seen = topics.map(|(about, text)| NotSeen::new(about, text)).to_vec();
        let mut out = Vec::new();
        hunt(&Answer { not_seen, ..Answer::default() }, &Style::default(), &mut out).expect("memory");
        let text = String::from_utf8(out).expect("text");
        assert!(text.contains("not seen   a zone\n"), "{text}");
        assert!(!text.contains("an inventory") && !text.contains("any log"), "{text}");
    }
}

//! The answer on one terminal screen.
//!
//! Labels at the left, two blanks between columns, no boxes. What one reads at seven in the morning comes first: the
//! headline, what changed, what to do, what the advisory asks; the details are behind it. What does not fit is counted,
//! and the last line names the way to all of it. The page is laid out generously first, then with one line less of some
//! list until it fits a screen; so a small answer is not cut, and what to do first is whole in every answer.

use crate::Style;
use crate::form::baseline;
use crate::outline::by_part::FindingsByPart;
use crate::outline::entry::{ListEntry, alike, left_of};
use crate::outline::headline::headline;
use crate::outline::summary::{self, check_answers};
use crate::safe::shown::Shown;
use crate::terminal::ansi::Ink;
use crate::terminal::asked;
use crate::terminal::layout::{Column, InkText, TerminalPage};
use crate::terminal::rows::{self, dot, grade, left, looked_line, more, steps, story_head, widest};
use crate::words::domain::SharedDomain;
use crate::words::finding::{TRACK_STAR, short_id};
use crate::words::looked_at::{held_against, nothing_in};
use crate::words::package::{self, Namesakes};
use crate::words::phrase::{self, count_of, counted, moment};
use crate::words::{set_aside, worked};
use model::answer::{Action, Advisory, Check, CheckAnswer, LookedAt, Part};
use model::{Answer, Decision, Fault, Finding, Severity};
use std::io::{self, Write};

/// The lines of one screen: a usual terminal shows them above the prompt.
const SCREEN_LINES: usize = 50;
/// What the questions of advisories add to a screen at most, so that the steps of an intrusion keep their lines.
const ASKED_LINES: usize = 8;
/// The way to all findings and to the proof, the last line.
const WHOLE: &str = "--format json shows all, outpace explain DIGITS the proof";

/// The digits of a finding.
const ID_CELLS: usize = 8;
/// `GHSA-jfh8-c2jp-5v3q`, `end-of-life:…`.
const FLAW_CELLS_MAX: usize = 20;
/// The cells of the number of a line of what to do first.
const FIRST_HANG: usize = 4;
/// How many things to do first are listed, and the lines of each: so many that only a name made to flood is cut.
const FIRST_MAX: usize = 10;
const FIRST_LINES_EACH: usize = 8;
/// How many lines more a screen may have where those of what to do first are long.
const FIRST_LINES: usize = 20;

/// How much of each list is shown.
#[derive(Clone, Copy)]
struct Caps {
    advisories: usize,
    /// Rows of flaws and kinds of indicator that one advisory asks about.
    asked: usize,
    stories: usize,
    steps: usize,
    /// Sentences about a story.
    notes: usize,
    others: usize,
    reported: usize,
    exposed: usize,
    /// Lines that one title or reason may take.
    title_lines: usize,
    gap_lines: usize,
    unknown_lines: usize,
}

impl Caps {
    const GENEROUS: Caps = Caps {
        advisories: 4,
        asked: 8,
        stories: 3,
        steps: 14,
        notes: 4,
        others: 5,
        reported: 5,
        exposed: 6,
        title_lines: 2,
        gap_lines: 6,
        unknown_lines: 3,
    };

    /// With one line less of the least needed list; `None` when every list is at its least. The steps of an
    /// intrusion are cut last, and what to do first is not cut.
    fn tightened(mut self) -> Option<Self> {
        type List = fn(&mut Caps) -> &mut usize;
        const ORDER: [(List, usize); 23] = [
            (|caps| &mut caps.unknown_lines, 2),
            (|caps| &mut caps.others, 2),
            (|caps| &mut caps.exposed, 4),
            (|caps| &mut caps.gap_lines, 3),
            (|caps| &mut caps.reported, 3),
            (|caps| &mut caps.title_lines, 1),
            (|caps| &mut caps.unknown_lines, 1),
            (|caps| &mut caps.others, 1),
            (|caps| &mut caps.asked, 5),
            (|caps| &mut caps.notes, 2),
            (|caps| &mut caps.steps, 12),
            (|caps| &mut caps.exposed, 3),
            (|caps| &mut caps.gap_lines, 2),
            (|caps| &mut caps.steps, 9),
            (|caps| &mut caps.exposed, 2),
            (|caps| &mut caps.gap_lines, 1),
            (|caps| &mut caps.steps, 7),
            (|caps| &mut caps.reported, 2),
            (|caps| &mut caps.stories, 1),
            (|caps| &mut caps.advisories, 2),
            (|caps| &mut caps.asked, 2),
            (|caps| &mut caps.notes, 1),
            (|caps| &mut caps.steps, 4),
        ];
        for (list, least) in ORDER {
            let lines = list(&mut self);
            if *lines > least {
                *lines -= 1;
                return Some(self);
            }
        }
        None
    }
}

/// Writes the answer.
pub(crate) fn write(answer: &Answer, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let by_part = FindingsByPart::of(answer, style.marking());
    let exposed = ExposedRows::of(answer, &by_part);
    let mut caps = Caps::GENEROUS;
    let mut page = laid_out(answer, &by_part, &exposed, style, &caps);
    let (asked, wraps) = (asked_lines(answer, style), wraps(answer, style));
    while page.len() > SCREEN_LINES + asked + wraps {
        let Some(tighter) = caps.tightened() else { break };
        caps = tighter;
        page = laid_out(answer, &by_part, &exposed, style, &caps);
    }
    page.write(out)
}

/// How many lines the questions of advisories add to a screen: as many as they take, where they are few.
fn asked_lines(answer: &Answer, style: &Style) -> usize {
    let mut page = TerminalPage::new(style);
    asked::put(&mut page, &answer.asked, Caps::GENEROUS.advisories, Caps::GENEROUS.asked);
    page.len().min(ASKED_LINES)
}

/// How many lines the things to do first take beyond one each: a screen is longer by these, for they are not cut.
fn wraps(answer: &Answer, style: &Style) -> usize {
    let mut page = TerminalPage::new(style);
    first(&mut page, &answer.first);
    page.len().saturating_sub(answer.first.len()).min(FIRST_LINES)
}

fn laid_out(
    answer: &Answer,
    by_part: &FindingsByPart<'_>,
    exposed: &ExposedRows<'_>,
    style: &Style,
    caps: &Caps,
) -> TerminalPage {
    let mut page = TerminalPage::new(style);
    page.whole(InkText::new(headline(answer, by_part), Ink::Bold));
    rows::marked(&mut page, answer, by_part.marking);
    if let Some(line) = worked::line(&answer.work) {
        page.row("set aside", InkText::plain(line), 0, 3);
    }
    for advisory in answer.advisories.iter().take(caps.advisories) {
        page.row("advisory", advisory_line(advisory), 0, 2);
    }
    more(&mut page, answer.advisories.len(), caps.advisories);
    page.row("looked at", looked_line(answer), 0, 3);
    if caps.title_lines > 1 {
        let against = held_against(&answer.looked_at);
        if !against.is_empty() {
            page.row("", InkText::dim(Shown::of(&[&"against ", &dot(against)])), 0, 2);
        }
    }
    let year = summary::usual_year(answer);
    baseline::rows(&mut page, answer, year);
    page.blank();
    first(&mut page, &answer.first);
    asked::put(&mut page, &answer.asked, caps.advisories, caps.asked);
    if !(answer.first.is_empty() && answer.asked.is_empty()) {
        page.blank();
    }
    hit(&mut page, &answer.looked_at, by_part, year, caps);
    reported(&mut page, &answer.looked_at, by_part, year, caps);
    exposed.put(&mut page, caps);
    gaps(&mut page, answer, by_part, caps);
    unknown(&mut page, answer, caps);
    work(&mut page, answer);
    if answer.finding_count() > 0 {
        page.row("", InkText::dim(WHOLE), 0, 1);
    }
    if by_part.exposed.iter().any(|entry| entry.decision() == Some(Decision::TrackStar)) {
        page.row("", InkText::dim(TRACK_STAR), 0, 2);
    }
    page
}

fn advisory_line(advisory: &Advisory) -> InkText {
    let title = if advisory.title.is_empty() { &advisory.source } else { &advisory.title };
    let mut counts = Vec::new();
    let mut count = |n: u64, one, many| {
        if n > 0 {
            counts.push(counted(n, one, many));
        }
    };
    count(count_of(&advisory.vulnerabilities), "CVE", "CVEs");
    count(advisory.indicators.iter().map(|(_, n)| n).sum(), "indicator", "indicators");
    count(count_of(&advisory.techniques), "technique", "techniques");
    count(count_of(&advisory.controls), "control", "controls");
    let mut line = InkText::plain(Shown::prose(title));
    if let Some(tlp) = advisory.tlp {
        line = line.and("  ", Ink::Plain).and(tlp.name(), Ink::Plain);
    }
    if !counts.is_empty() {
        line = line.and("  ", Ink::Plain).and(dot(counts), Ink::Dim);
    }
    line
}

fn hit(
    page: &mut TerminalPage,
    looked: &LookedAt,
    by_part: &FindingsByPart<'_>,
    year: Option<i64>,
    caps: &Caps,
) {
    for (index, (story, chain)) in by_part.stories.iter().take(caps.stories).enumerate() {
        let label = if index == 0 { "HIT" } else { "" };
        story_head(page, label, story, *chain);
        steps(page, &story.steps, year, (caps.steps, 1));
        rows::notes(page, story, caps.notes, caps.title_lines);
    }
    more(page, by_part.stories.len(), caps.stories);
    if by_part.stories.is_empty() && by_part.outside_stories.is_empty() {
        page.row("HIT", InkText::dim(nothing_in(Part::Hit, looked)), 0, 1);
    }
    let label = if by_part.stories.is_empty() { "HIT" } else { "also" };
    titled(page, label, &by_part.outside_stories, caps.others, caps.title_lines, year);
}

/// Findings by title: severity, title, time, and the digits with which `explain` shows the proof.
fn titled(
    page: &mut TerminalPage,
    label: &'static str,
    findings: &[&Finding],
    most: usize,
    lines_max: usize,
    year: Option<i64>,
) {
    let cells = findings.iter().take(most).map(|f| f.severity.name().len()).max().unwrap_or(0);
    let last = findings.len().min(most).saturating_sub(1);
    for (index, finding) in findings.iter().take(most).enumerate() {
        let label = if index == 0 { label } else { "" };
        let title = InkText::plain(Shown::prose(&finding.title));
        let so_often = rows::so_often(finding.count, finding.count_exact);
        let id = short_id(&finding.id);
        let left = left(findings.len(), most).filter(|_| index == last);
        let tail = left.map(|left| InkText::dim(Shown::of(&[&", ", &left]))).unwrap_or_default();
        if lines_max == 1 {
            let room = page.room().saturating_sub(cells + 2 + 2 + ID_CELLS);
            let title = page.cut_before(title, so_often.then(tail), room);
            page.columns(
                label,
                vec![
                    (grade(finding.severity), Column::Fixed(cells)),
                    (title, Column::Prose),
                    (InkText::dim(id), Column::Fixed(ID_CELLS)),
                ],
            );
            continue;
        }
        let pad = cells - finding.severity.name().len() + 2;
        let time = finding.first_seen.map(|time| moment(time, year)).unwrap_or_default();
        let abouts = [Shown::of(&[&"  ", &time, &"  ", &id]), Shown::of(&[&"  ", &id])]
            .map(|about| so_often.clone().then(tail.clone()).and(about, Ink::Dim));
        let front = grade(finding.severity).and(Shown::exact(&" ".repeat(pad)), Ink::Plain);
        page.ended(label, &front, &title, &abouts, lines_max);
    }
}

fn reported(
    page: &mut TerminalPage,
    looked: &LookedAt,
    by_part: &FindingsByPart<'_>,
    year: Option<i64>,
    caps: &Caps,
) {
    if by_part.reported.is_empty() {
        page.row("REPORTED", InkText::dim(nothing_in(Part::Reported, looked)), 0, 1);
        return;
    }
    titled(page, "REPORTED", &by_part.reported, caps.reported, caps.title_lines, year);
}

fn decision_ink(decision: Option<Decision>) -> Ink {
    match decision {
        Some(Decision::Act) => Ink::Grade(Severity::Critical),
        Some(Decision::Attend) => Ink::Grade(Severity::Medium),
        _ => Ink::Plain,
    }
}

/// A component is a value too: it is wrapped before it is shortened.
const COMPONENT_LINES_MAX: usize = 2;
/// Among how many exposures namesakes are looked for.
const NAMESAKES_LOOKED_AT: usize = 200;

/// The rows of exposures: what is counted over all exposures is counted once, however often the page is laid out.
struct ExposedRows<'a> {
    head: InkText,
    entries: &'a [ListEntry<'a>],
    findings: u64,
    namesakes: Namesakes<'a>,
}

impl<'a> ExposedRows<'a> {
    fn of(answer: &Answer, by_part: &'a FindingsByPart<'a>) -> Self {
        let decisions = by_part.decisions();
        let counts: Vec<Shown> = decisions
            .iter()
            .map(|decided| {
                let word = decided.decision.map_or("undecided", Decision::name);
                Shown::of(&[&phrase::number(decided.findings), &" ", &word])
            })
            .collect();
        let mut head = if counts.is_empty() {
            InkText::dim(nothing_in(Part::Exposed, &answer.looked_at))
        } else {
            InkText::new(dot(counts), Ink::Bold)
        };
        let unknown = u64::try_from(summary::cannot_tell(answer, Part::Exposed).count()).unwrap_or(u64::MAX);
        if unknown > 0 {
            head = head.and(Shown::of(&[&" · ", &phrase::number(unknown), &" cannot tell"]), Ink::Dim);
        }
        if !answer.set_aside.is_empty() {
            let aside = set_aside::headed(count_of(&answer.set_aside));
            head = head.and(Shown::of(&[&" · ", &aside]), Ink::Dim);
        }
        // Only among what may be shown: the rest is counted, not named.
        let near = by_part.exposed.iter().take(NAMESAKES_LOOKED_AT);
        let components = near.filter_map(|entry| entry.finding().subject.component.as_deref());
        let namesakes = Namesakes::among(components);
        let findings = decisions.iter().map(|decided| decided.findings).sum();
        Self { head, entries: &by_part.exposed, findings, namesakes }
    }

    fn put(&self, page: &mut TerminalPage, caps: &Caps) {
        page.row("EXPOSED", self.head.clone(), 0, 2);
        let shown = self.entries.get(..caps.exposed).unwrap_or(self.entries);
        let alike = alike(self.findings, count_of(self.entries));
        if let Some(alike) = &alike {
            page.row("", InkText::dim(alike.clone()), 0, 2);
        }
        let domain = SharedDomain::of(shown.iter().flat_map(ListEntry::first_hosts));
        let machines = |entry: &ListEntry<'_>| entry.machines_within(page.name_cells(), &domain);
        let hosts: Vec<Shown> = shown.iter().map(machines).collect();
        let ids: Vec<Shown> = shown.iter().map(|entry| Shown::prose(&entry.finding().intel.id)).collect();
        let (host_cells, id_cells) =
            (widest(hosts.iter(), 4, page.name_cells()), widest(ids.iter(), 4, FLAW_CELLS_MAX));
        let room = page.room().saturating_sub(6 + host_cells + id_cells + 3 * 2);
        for ((entry, host), id) in shown.iter().zip(hosts).zip(ids) {
            let finding = entry.finding();
            let decision = finding.decision.map_or("-", Decision::name);
            let component = finding.subject.component.as_deref();
            let what = component.map(|text| package::named_within(text, &self.namesakes, room));
            let columns = vec![
                (InkText::new(decision, decision_ink(finding.decision)), Column::Fixed(6)),
                (InkText::plain(what.unwrap_or_else(|| Shown::prose(&finding.intel.name))), Column::Prose),
                (InkText::plain(host), Column::Value(host_cells)),
                (InkText::plain(id), Column::Value(id_cells)),
            ];
            page.wrapped_columns("", columns, COMPONENT_LINES_MAX);
            if !finding.reasons.is_empty() {
                let reasons = Shown::joined(finding.reasons.iter().map(|reason| Shown::prose(reason)), ", ");
                page.row("", InkText::plain("        ").and(reasons, Ink::Dim), 8, caps.title_lines);
            }
        }
        if let Some(said) = domain.said() {
            page.row("", InkText::dim(Shown::of(&[&"machines without a domain are ", &said])), 0, 2);
        }
        // If each finding has its own entry, the head has counted what is left out.
        if let Some(left) = alike.and_then(|_| left_of(self.entries, caps.exposed)) {
            page.row("", InkText::dim(Shown::of(&[&"… and ", &left])), 0, 1);
        }
    }
}

fn gaps(page: &mut TerminalPage, answer: &Answer, by_part: &FindingsByPart<'_>, caps: &Caps) {
    let counts: Vec<Shown> = check_answers(&answer.checks)
        .into_iter()
        .filter(|(answer, _)| *answer != CheckAnswer::NotApplicable)
        .map(|(answer, n)| Shown::of(&[&phrase::number(n), &" ", &answer.name()]))
        .collect();
    let failing: Vec<&Check> = answer.checks.iter().filter(|c| c.answer == CheckAnswer::Fail).collect();
    let mut titles: Vec<Shown> = by_part.gaps.iter().map(|gap| Shown::prose(&gap.title)).collect();
    if titles.is_empty() {
        titles = failing.iter().map(|check| Shown::prose(&check.summary)).collect();
    }
    let head = match (counts.is_empty(), titles.is_empty()) {
        (false, _) => InkText::new(dot(counts), Ink::Bold),
        (true, false) => InkText::new(phrase::number(count_of(&titles)), Ink::Bold),
        (true, true) => InkText::dim("no check was asked"),
    };
    page.row("GAPS", head, 0, 1);
    if !titles.is_empty() {
        page.row("", InkText::plain(dot(titles)), 0, caps.gap_lines);
    }
}

/// The lines of what to do first are not shortened: each names the accounts, the addresses and the machines it is about.
fn first(page: &mut TerminalPage, actions: &[Action]) {
    for (index, action) in actions.iter().take(FIRST_MAX).enumerate() {
        let label = if index == 0 { "FIRST" } else { "" };
        let ink = if index == 0 { Ink::Bold } else { Ink::Plain };
        let number = InkText::plain(Shown::exact(&format!("{:>2}  ", index + 1)));
        let count = match action.finding_count {
            0 => Shown::default(),
            n => Shown::of(&[&", ", &counted(n, "finding", "findings")]),
        };
        let about = Shown::of(&[&"  ", &Shown::prose(&action.why), &count]);
        let text = number.and(Shown::prose(&action.what), ink).and(about, Ink::Dim);
        page.row(label, text, FIRST_HANG, FIRST_LINES_EACH);
    }
    more(page, actions.len(), FIRST_MAX);
}

/// How many findings with work are listed.
const WORK_MAX: usize = 12;

/// What people do about findings, the gravest first, what is set aside last.
fn work(page: &mut TerminalPage, answer: &Answer) {
    let listed = worked::listed(&answer.work);
    for (index, (id, one)) in listed.iter().take(WORK_MAX).enumerate() {
        let label = if index == 0 { "WORK" } else { "" };
        let line = Shown::of(&[&short_id(id), &"  ", &worked::state(one)]);
        page.row(
            label,
            InkText::plain(line).and(Shown::of(&[&"  ", &Shown::prose(&one.title)]), Ink::Dim),
            10,
            2,
        );
    }
    more(page, listed.len(), WORK_MAX);
}

/// How many texts of one row are joined: more never fit.
const SOFT_TEXTS_MAX: usize = 24;

fn unknown(page: &mut TerminalPage, answer: &Answer, caps: &Caps) {
    let cannot = answer
        .cannot_tell
        .iter()
        .map(|c| Shown::of(&[&Shown::prose(&c.what), &" (", &Shown::prose(&c.why), &")"]));
    soft(page, "cannot tell", cannot, caps);
    soft(page, "set aside", answer.set_aside.iter().map(set_aside::line), caps);
    soft(page, "not seen", answer.not_seen.iter().map(|one| Shown::prose(&one.text)), caps);
    let texts: [(&'static str, &[String]); 2] = [("mistakes", &answer.slips), ("bounds", &answer.bounds)];
    for (label, texts) in texts {
        soft(page, label, texts.iter().map(|text| Shown::prose(text)), caps);
    }
    let bad: Vec<_> = answer.problems.iter().filter(|p| p.fault != Fault::Note).collect();
    if let Some(problem) = bad.first() {
        let n = counted(count_of(&bad), "problem", "problems");
        let text = Shown::of(&[&n, &"; ", &summary::problem(problem)]);
        page.row("problems", InkText::plain(text), 0, caps.unknown_lines);
    }
}

fn soft(
    page: &mut TerminalPage,
    label: &'static str,
    texts: impl ExactSizeIterator<Item = Shown>,
    caps: &Caps,
) {
    let n = texts.len();
    if n == 0 {
        return;
    }
    let text = Shown::joined(texts.take(SOFT_TEXTS_MAX), "; ");
    let front = if n > 3 { Shown::of(&[&n, &": ", &text]) } else { text };
    page.row(label, InkText::dim(front), 0, caps.unknown_lines);
}

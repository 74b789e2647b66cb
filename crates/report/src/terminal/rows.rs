//! Rows that several answers on a terminal have: what was looked at, a story with its steps, what a list leaves out.

use crate::outline::marking::{Marking, of_answer};
use crate::safe::shown::Shown;
use crate::terminal::ansi::Ink;
use crate::terminal::layout::{Column, InkText, TerminalPage};
use crate::words::domain::SharedDomain;
use crate::words::finding::short_id;
use crate::words::looked_at::looked_at;
use crate::words::phrase::{self, counted, moment, number};
use model::answer::{Step, Story};
use model::{Answer, Finding, Severity};

/// Counts in one line; none is broken within.
pub(crate) fn dot(parts: Vec<Shown>) -> Shown {
    Shown::joined(parts.iter().map(Shown::unbroken), " · ")
}

pub(crate) fn looked_line(answer: &Answer) -> InkText {
    let looked = &answer.looked_at;
    let mut seen = looked_at(looked);
    if let (Some(first), Some(last)) = (looked.first_event, looked.last_event)
        && let Some(events) = seen.pop()
    {
        let days = phrase::days(first.date(), last.date());
        let with_days =
            if looked.events > 0 { Shown::of(&[&events, &", ", &days, &" (UTC)"]) } else { events };
        seen.push(with_days);
    }
    if seen.is_empty() {
        seen.push("nothing of ours".into());
    }
    InkText::plain(dot(seen))
}

pub(crate) fn left(all: usize, shown: usize) -> Option<Shown> {
    let left = u64::try_from(all.checked_sub(shown)?).ok().filter(|left| *left > 0)?;
    Some(phrase::and_more(left))
}

pub(crate) fn more(page: &mut TerminalPage, all: usize, shown: usize) {
    if let Some(left) = left(all, shown) {
        page.row("", InkText::dim(Shown::of(&[&"… ", &left])), 0, 1);
    }
}

/// The widest of these, at least and at most so many cells.
pub(crate) fn widest<'t>(texts: impl Iterator<Item = &'t Shown>, least: usize, most: usize) -> usize {
    texts.map(|text| InkText::plain(text.clone()).cells()).max().unwrap_or(0).clamp(least, most)
}

pub(crate) fn grade(severity: Severity) -> InkText {
    InkText::new(severity.name(), Ink::Grade(severity))
}

pub(crate) fn story_head(
    page: &mut TerminalPage,
    label: &'static str,
    story: &Story,
    chain: Option<&Finding>,
) {
    let hosts = way(story);
    let title = InkText::new(Shown::prose(&story.title), Ink::Bold).and(", ", Ink::Plain);
    let mut about = title.and(hosts, Ink::Plain).and("  ", Ink::Plain).then(grade(story.severity));
    if let Some(chain) = chain {
        about = about.and(Shown::of(&[&", ", &chain.certainty]), Ink::Dim);
        if !chain.actors.is_empty() {
            let actors = phrase::and(chain.actors.iter().map(|actor| Shown::prose(actor)).collect());
            about = about.and(Shown::of(&[&"; consistent with ", &actors]), Ink::Dim);
        }
    }
    // No-break spaces: digits that begin a line by themselves belong to nothing.
    let id = Shown::of(&[&"\u{a0}\u{a0}", &short_id(&story.finding)]);
    page.row(label, about.and(id, Ink::Dim), 0, 4);
}

/// Hosts on the way of a story that are named: the first three and the last two.
const WAY_NAMED: (usize, usize) = (3, 2);

/// `portal-1 → dc-1 → files-2`; of a long way the beginning, the number of machines between, and the end.
fn way(story: &Story) -> Shown {
    let domain = SharedDomain::of(story.hosts.iter().map(String::as_str));
    let (first, last) = WAY_NAMED;
    let between = story.hosts.len().saturating_sub(first + last);
    let name = |host: &String| domain.short(host);
    let mut hosts: Vec<Shown> = story.hosts.iter().map(name).collect();
    if between > 1 {
        let between = u64::try_from(between).unwrap_or(u64::MAX);
        let end = hosts.split_off(hosts.len() - last);
        hosts.truncate(first);
        hosts.push(Shown::of(&[&number(between), &" more"]).unbroken());
        hosts.extend(end);
    }
    let hosts = Shown::joined(hosts, " → ");
    match domain.said() {
        Some(said) => Shown::of(&[&hosts, &" (", &said, &")"]),
        None => hosts,
    }
}

/// The steps of a story, at most so many, each with at least so many lines for what happened.
pub(crate) fn steps(
    page: &mut TerminalPage,
    steps: &[Step],
    year: Option<i64>,
    (most, prose_lines): (usize, usize),
) {
    let domain = SharedDomain::of(steps.iter().map(|step| step.host.as_str()));
    let hosts: Vec<Shown> = steps.iter().map(|step| domain.short(&step.host)).collect();
    let host_cells = widest(hosts.iter(), 4, page.name_cells());
    let times: Vec<Shown> =
        steps.iter().map(|s| s.time.map(|t| moment(t, year)).unwrap_or_default()).collect();
    let time_cells = widest(times.iter(), 12, 17);
    let techniques = steps.iter().map(|step| Shown::prose(step.technique.as_deref().unwrap_or_default()));
    let techniques: Vec<Shown> = techniques.collect();
    let technique_cells = widest(techniques.iter(), 1, 12);
    // A story ends where the damage is: the last two steps stay when the middle is left out.
    let (front, back) = if steps.len() > most { (most.saturating_sub(3), 2) } else { (steps.len(), 0) };
    let rows = steps.iter().zip(&hosts).zip(&times).zip(techniques);
    for (index, (((step, host), time), technique)) in rows.enumerate() {
        if index == front && back > 0 {
            let left = steps.len().saturating_sub(front + back);
            let text =
                Shown::of(&[&"… ", &counted(u64::try_from(left).unwrap_or(0), "more step", "more steps")]);
            page.row("", InkText::dim(text), 0, 1);
        }
        if index >= front && index + back < steps.len() {
            continue;
        }
        let what = InkText::plain(Shown::prose(&step.what)).then(so_often(step.count, true));
        let columns = vec![
            (InkText::dim(time.clone()), Column::Fixed(time_cells)),
            (what, Column::Prose),
            (InkText::plain(host.clone()), Column::Value(host_cells)),
            (InkText::dim(technique), Column::Fixed(technique_cells)),
        ];
        page.wrapped_columns("", columns, prose_lines);
    }
}

/// Sentences about a story, each at most so many lines; what is left out is counted.
pub(crate) fn notes(page: &mut TerminalPage, story: &Story, most: usize, lines_max: usize) {
    for note in story.notes.iter().take(most) {
        page.row("", InkText::dim(Shown::prose(note)), 0, lines_max);
    }
    if let Some(left) = story.notes.len().checked_sub(most).filter(|left| *left > 0) {
        let left = counted(u64::try_from(left).unwrap_or(0), "more note", "more notes");
        page.row("", InkText::dim(Shown::of(&[&"… ", &left])), 0, 1);
    }
}

/// Who may see the answer, set apart from the headline by an empty line.
pub(crate) fn marked(page: &mut TerminalPage, answer: &Answer, marking: Marking) {
    page.blank();
    if let Some(tlp) = of_answer(answer, marking) {
        page.whole(InkText::dim(tlp.name()));
    }
}

/// `, 14×`, `, about 14×`; nothing for one.
pub(crate) fn so_often(count: u64, exact: bool) -> InkText {
    if count <= 1 {
        return InkText::default();
    }
    let about = if exact { ", " } else { ", about " };
    InkText::dim(Shown::of(&[&about, &phrase::number(count), &"×"]))
}

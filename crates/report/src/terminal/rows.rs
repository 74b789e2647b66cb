//! Rows that several answers on a terminal have: what was looked at, a story with its steps, what a list leaves out.

use crate::outline::marking::{Marking, of_answer};
use crate::safe::shown::Shown;
use crate::terminal::ansi::Ink;
use crate::terminal::layout::{InkText, TerminalPage};
use crate::words::finding::short_id;
use crate::words::looked_at::looked_at;
use crate::words::phrase::{self, counted, moment};
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
    Some(Shown::of(&[&"and ", &phrase::number(left), &" more"]))
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
    let hosts = Shown::joined(story.hosts.iter().map(|host| Shown::prose(host)), " → ");
    let title = InkText::new(Shown::prose(&story.title), Ink::Bold).and(", ", Ink::Plain);
    let mut about = title.and(hosts, Ink::Plain).and("  ", Ink::Plain).then(grade(story.severity));
    if let Some(chain) = chain {
        about = about.and(Shown::of(&[&", ", &chain.certainty]), Ink::Dim);
        if !chain.actors.is_empty() {
            let actors = phrase::and(chain.actors.iter().map(|actor| Shown::prose(actor)).collect());
            about = about.and(Shown::of(&[&"; consistent with ", &actors]), Ink::Dim);
        }
    }
    let id = Shown::of(&[&"  ", &short_id(&story.finding)]);
    page.row(label, about.and(id, Ink::Dim), 0, 4);
}

pub(crate) fn steps(page: &mut TerminalPage, steps: &[Step], year: Option<i64>, most: usize) {
    let hosts: Vec<Shown> = steps.iter().map(|step| Shown::prose(&step.host)).collect();
    let host_cells = widest(hosts.iter(), 4, 14);
    let times: Vec<Shown> =
        steps.iter().map(|s| s.time.map(|t| moment(t, year)).unwrap_or_default()).collect();
    let time_cells = widest(times.iter(), 12, 17);
    // A story ends where the damage is: the last two steps stay when the middle is left out.
    let (front, back) = if steps.len() > most { (most.saturating_sub(3), 2) } else { (steps.len(), 0) };
    for (index, ((step, host), time)) in steps.iter().zip(&hosts).zip(&times).enumerate() {
        if index == front && back > 0 {
            let left = steps.len().saturating_sub(front + back);
            let text =
                Shown::of(&[&"… ", &counted(u64::try_from(left).unwrap_or(0), "more step", "more steps")]);
            page.row("", InkText::dim(text), 0, 1);
        }
        if index >= front && index + back < steps.len() {
            continue;
        }
        let mut what = InkText::plain(Shown::prose(&step.what));
        if step.count > 1 {
            what = what.and(Shown::of(&[&", ", &phrase::number(step.count), &"×"]), Ink::Dim);
        }
        let technique = Shown::prose(step.technique.as_deref().unwrap_or_default());
        page.columns(
            "",
            vec![
                (InkText::dim(time.clone()), time_cells),
                (what, 0),
                (InkText::plain(host.clone()), host_cells),
                (InkText::dim(technique), 9),
            ],
        );
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

/// Who may see the answer; an empty line where nobody said. It takes no line of the screen for itself.
pub(crate) fn marked(page: &mut TerminalPage, answer: &Answer, marking: Marking) {
    match of_answer(answer, marking) {
        Some(tlp) => page.whole(InkText::dim(tlp.name())),
        None => page.blank(),
    }
}

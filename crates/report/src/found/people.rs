//! What a search found, for people: how much of what and where, then a page of hits, then what hangs on them.
//!
//! Every text from outside is defanged prose on one line; places stay exact, because somebody opens the file.

use crate::Style;
use crate::found::page::{FoundPage, NO_HIT, counted, looked_line, marked, whole};
use crate::safe::shown::Shown;
use model::{Place, Timestamp};
use std::io::{self, Write};

pub(super) fn table(page: &FoundPage, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let total: u64 = page.terms.iter().map(|(_, _, count)| count).sum();
    let new = page.new_since.as_ref().map(|name| format!(" new since `{}` was saved", Shown::exact(name)));
    let new = new.unwrap_or_default();
    lines(out, style, "SEARCH", &format!("{}{new} · {}", counted(total, "hits"), whole(page, style)))?;
    for (term, kind, count) in &page.terms {
        let of_term = || page.totals.iter().filter(|total| total.term == *term);
        let first = of_term().filter_map(|total| total.first).min();
        let last = of_term().filter_map(|total| total.last).max();
        let found = match count {
            0 => NO_HIT.to_owned(),
            _ => format!("{}{}", counted(*count, "hits"), times(first, last)),
        };
        lines(out, style, "", &format!("{} ({kind}): {found}", Shown::prose(term)))?;
    }
    if page.is_narrowed {
        lines(out, style, "", "only of the window, the actor and the source that were asked for")?;
    }
    lines(out, style, "", &looked_line(page))?;
    if page.is_bounded {
        lines(
            out,
            style,
            "",
            "more was found than is kept: what ranks first is shown, totals count the rest; give a narrower term, --source or --since",
        )?;
    }
    totals(page, style, out)?;
    hits(page, style, out)?;
    ties(page, style, out)
}

fn totals(page: &FoundPage, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    for (number, one) in page.totals.iter().enumerate() {
        if number == 0 {
            writeln!(out)?;
        }
        let term =
            if page.terms.len() > 1 { format!("{}: ", Shown::prose(&one.term)) } else { String::new() };
        let (found, source) = (counted(one.count, of_group(one.group)), Shown::prose(&one.source));
        let text = format!("{term}{found} · {source}{}", times(one.first, one.last));
        lines(out, style, if number == 0 { "WHERE" } else { "" }, &text)?;
    }
    Ok(())
}

/// The things of a sort, for people.
fn of_group(group: &'static str) -> &'static str {
    match group {
        "ours" => "facts of ours",
        "records" => "values in records",
        "attack" => "names of ATT&CK",
        "known good" => "known good values",
        other => other,
    }
}

fn hits(page: &FoundPage, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    if page.hits.is_empty() {
        return Ok(());
    }
    let to = page.from + page.hits.len() - 1;
    writeln!(out)?;
    let more = match page.page < page.pages {
        true => format!("; --page {} shows more", page.page + 1),
        false => String::new(),
    };
    lines(
        out,
        style,
        "HITS",
        &format!("{} to {to} of {}, page {} of {}{more}", page.from, page.kept, page.page, page.pages),
    )?;
    for hit in &page.hits {
        let term =
            if page.terms.len() > 1 { format!(" [{}]", Shown::prose(&hit.term)) } else { String::new() };
        let finding = hit.finding.as_ref().map(|id| format!("  {}", digits(id))).unwrap_or_default();
        let head = format!("{} · {} ({}){term}{finding}", hit.kind, Shown::prose(&hit.value), hit.how);
        lines(out, style, "", &head)?;
        let actors = if hit.actors.is_empty() {
            String::new()
        } else {
            format!(" · {}", Shown::prose(&hit.actors.join(", ")))
        };
        let words =
            if hit.words.is_empty() { String::new() } else { format!("{} · ", Shown::prose(&hit.words)) };
        let learnt = if hit.finding.is_some() { "could be known since" } else { "learnt" };
        let learnt = hit
            .learnt
            .map(|at| format!(" · {learnt} {}", at.date()))
            .filter(|_| hit.first.or(hit.last).is_none());
        let tlp =
            marked(hit.tlp, hit.is_ours, style).marked().map(|tlp| format!(" · {tlp}")).unwrap_or_default();
        let text = format!(
            "  {words}{}{}{}{actors}{tlp}",
            whence(&hit.document, hit.place),
            times(hit.first, hit.last),
            learnt.unwrap_or_default(),
        );
        lines(out, style, "", &text)?;
    }
    Ok(())
}

fn ties(page: &FoundPage, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let Some(ties) = &page.ties else { return Ok(()) };
    writeln!(out)?;
    let head = if ties.is_empty() {
        "nothing hangs on it in what was kept".to_owned()
    } else {
        counted(number_from(ties.len()), "ties")
    };
    lines(out, style, "RELATED", &head)?;
    for tie in ties {
        let text = format!(
            "{} → {} ({}, {})",
            Shown::prose(&tie.from),
            Shown::prose(&tie.to),
            tie.how,
            tie.certainty.name()
        );
        lines(out, style, "", &text)?;
        let words =
            if tie.words.is_empty() { String::new() } else { format!("{} · ", Shown::prose(&tie.words)) };
        let source = match tie.document.starts_with(&tie.source) {
            true => String::new(),
            false => format!("{} · ", Shown::prose(&tie.source)),
        };
        let text =
            format!("  {words}{source}{}{}", whence(&tie.document, tie.place), times(tie.first, tie.last));
        lines(out, style, "", &text)?;
    }
    Ok(())
}

fn number_from(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

fn whence(document: &str, place: Place) -> Shown {
    let name = Shown::exact(document);
    if place == Place::Whole { name } else { Shown::of(&[&name, &", ", &place]) }
}

/// The digits of an identifier that people type.
fn digits(id: &str) -> String {
    id.trim_start_matches("finding--").chars().take(8).collect()
}

fn times(first: Option<Timestamp>, last: Option<Timestamp>) -> String {
    match (first, last) {
        (Some(first), Some(last)) if first.date() == last.date() => format!(" · {}", first.date()),
        (Some(first), Some(last)) => format!(" · {} to {}", first.date(), last.date()),
        (Some(first), None) => format!(" · since {}", first.date()),
        (None, Some(last)) => format!(" · until {}", last.date()),
        (None, None) => String::new(),
    }
}

/// Lines under a label, wrapped; a word that is longer than a line has one of its own.
fn lines(out: &mut dyn Write, style: &Style, label: &str, text: &str) -> io::Result<()> {
    const LABEL: usize = 11;
    let inner = text.len() - text.trim_start().len();
    let room = style.width.saturating_sub(LABEL + inner).max(20);
    let mut line = String::new();
    let mut label = label;
    for word in text.split_whitespace() {
        if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > room {
            let text = format!("{label:<LABEL$}{:inner$}{line}", "");
            writeln!(out, "{}", plain(&text, style))?;
            label = "";
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    let text = format!("{label:<LABEL$}{:inner$}{line}", "");
    writeln!(out, "{}", plain(&text, style))
}

/// The line as the terminal can show it. Everything in it is shown text already.
fn plain(line: &str, style: &Style) -> String {
    let shown = Shown::exact(line.trim_end());
    if style.unicode { shown.to_string() } else { shown.into_ascii().to_string() }
}

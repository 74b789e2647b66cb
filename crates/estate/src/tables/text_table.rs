//! Tables as text with a line of hyphens under the head: `Format-Table` of PowerShell, `pip list`, `gcloud`, `sqlcmd`.
//!
//! Each run of hyphens begins a column (about_Format.ps1xml). `wmic` and `syft` write none: there a column begins where a
//! name of the head does, and two blanks are before it. What PowerShell cut off at the width of the window ends in
//! `…` or `...`: the cell is not used, since a cut name is another name.

use super::kind::{RowReader, TableKind};
use crate::cells::Orders;
use crate::{software, text};
use input::{Document, Head};
use model::ours::Fact;
use model::{Fault, Place, Problems};

/// The first character of each column.
type Starts = Vec<usize>;

/// How many rows are held until all have shown how days are written.
const HELD_MAX: usize = 100_000;

/// How long a head or a line of hyphens is: tables for people are as wide as a window, or twice that.
const HEAD_BYTES_MAX: usize = 8 << 10;

pub(crate) fn recognise(head: &Head<'_>) -> bool {
    if head.lines(1).any(|line| bare(line).is_some()) && head.lines(2).count() == 2 {
        return true;
    }
    let (mut last, mut lines) = ("", head.lines(12));
    lines.any(|line| {
        let of = starts(line).and_then(|starts| kind(last, &starts));
        last = line;
        of.is_some()
    })
}

/// What the rows are: those of pip, or of a table.
enum Rows {
    Pip,
    Table(TableKind),
}

fn kind(head: &str, starts: &Starts) -> Option<Rows> {
    let cells = cells(head, starts);
    if cells.first().is_some_and(|cell| cell == "Package")
        && cells.get(1).is_some_and(|cell| cell == "Version")
    {
        return Some(Rows::Pip);
    }
    TableKind::of(cells.iter().map(String::as_str)).map(Rows::Table)
}

/// The columns of a head without a line of hyphens: names of one word, set off by two blanks or more.
fn bare(line: &str) -> Option<(Rows, Starts)> {
    let begins = |at: &usize| {
        let byte = |at: usize| line.as_bytes().get(at).copied().unwrap_or(b' ');
        byte(*at) != b' ' && (*at == 0 || (byte(at - 1) == b' ' && byte(at.saturating_sub(2)) == b' '))
    };
    if line.len() > HEAD_BYTES_MAX {
        return None;
    }
    let starts: Starts = (0..line.len()).filter(begins).collect();
    let words = cells(line, &starts);
    let fits = line.is_ascii()
        && starts.len() >= 2
        && words.iter().all(|word| word.chars().all(char::is_alphanumeric));
    let kind = if fits { kind(line, &starts)? } else { return None };
    Some((kind, starts))
}

/// Where columns begin, of a line of hyphens and blanks with at least two of them.
fn starts(line: &str) -> Option<Starts> {
    let is_rule = line.contains("--") && line.chars().all(|c| c == '-' || c == ' ');
    let begins = |at: &usize| {
        line.as_bytes().get(*at) == Some(&b'-') && (*at == 0 || line.as_bytes().get(at - 1) == Some(&b' '))
    };
    if !is_rule || line.len() > HEAD_BYTES_MAX {
        return None;
    }
    let starts: Starts = (0..line.len()).filter(begins).collect();
    (starts.len() >= 2).then_some(starts)
}

fn cells(line: &str, starts: &Starts) -> Vec<String> {
    let mut cells = vec![String::new(); starts.len()];
    let mut column = 0;
    for (at, c) in line.chars().enumerate() {
        // Columns begin one behind the other.
        while starts.get(column).is_some_and(|start| *start <= at) {
            column += 1;
        }
        if let Some(cell) = column.checked_sub(1).and_then(|column| cells.get_mut(column)) {
            cell.push(c);
        }
    }
    cells.into_iter().map(|cell| cell.trim().to_owned()).collect()
}

pub(crate) fn read(document: &mut Document<'_>, problems: &mut Problems, each: &mut dyn FnMut(Fact)) {
    let source = document.name.clone();
    let (mut last, mut table) = (String::new(), None::<(Rows, Vec<String>, Starts)>);
    let (mut held, mut orders) = (Vec::new(), Orders::default());
    text::lines(document, problems, &mut |number, line, problems| {
        if let Some(starts) = starts(line) {
            table = kind(&last, &starts).map(|kind| (kind, cells(&last, &starts), starts));
            return;
        }
        if table.is_none()
            && last.is_empty()
            && let Some((kind, starts)) = bare(line)
        {
            table = Some((kind, cells(line, &starts), starts));
            line.clone_into(&mut last);
            return;
        }
        line.clone_into(&mut last);
        let Some((kind, headers, starts)) = table.as_ref().filter(|_| !line.is_empty()) else { return };
        let mut cells = cells(line, starts);
        for cell in cells.iter_mut().filter(|cell| cell.ends_with('…') || cell.ends_with("...")) {
            let what = format!("{} is cut off: not used", crate::cells::quoted(cell));
            problems.add(Place::Line(number), Fault::Partial, what, Some("export it as CSV"));
            cell.clear();
        }
        let kind = match kind {
            Rows::Table(kind) => *kind,
            Rows::Pip => {
                let cell = |at: usize| cells.get(at).map(String::as_str).filter(|cell| !cell.is_empty());
                if let Some(name) = cell(0) {
                    each(software::packaged(
                        &source,
                        Place::Line(number),
                        software::plain("pypi", name),
                        name,
                        cell(1),
                    ));
                }
                return;
            }
        };
        if held.len() >= HELD_MAX {
            return text::not_used(problems, number, "more rows than are held", Some("export it as CSV"));
        }
        let row = kind.row(number, headers.iter().map(String::as_str).zip(cells.iter().map(String::as_str)));
        orders.learn(&row);
        held.push((kind, row, number));
    });
    let mut reader = RowReader::new(&source);
    for (kind, row, number) in held {
        reader.row(kind, row, Place::Line(number), &orders, problems, each);
    }
    reader.end(problems);
}

//! The pulse of a hunt: hits by hour as one line of bars.
//!
//! When there are more hours than cells, each cell counts the same number of hours, so that the line always fits;
//! the scale is written below it. A bar's height is in proportion to the highest; a cell with any hit has at
//! least the lowest bar.

use crate::Style;
use crate::safe::shown::Shown;
use crate::terminal::layout::{InkText, TerminalPage};
use crate::words::phrase::{counted, moment, number};
use model::{Answer, Hour};

/// Cells of the line at most.
const CELLS_MAX: i64 = 48;
/// Bars from nothing to the highest, in Unicode and in ASCII.
const BARS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
const PLAIN: [char; 9] = [' ', '.', '.', ':', ':', '=', '=', '#', '#'];

/// The bars, the hours of a cell, and the most hits of a cell.
fn bars(hours: &[Hour], unicode: bool) -> Option<(String, i64, u64)> {
    let hour = |hour: &Hour| hour.start.seconds().div_euclid(3600);
    let (first, last) = (hours.first().map(hour)?, hours.last().map(hour)?);
    let per_cell = (last - first) / CELLS_MAX + 1;
    let cells = usize::try_from((last - first) / per_cell + 1).ok()?;
    let mut counts = vec![0u64; cells];
    for one in hours {
        let cell = usize::try_from((hour(one) - first) / per_cell).ok()?;
        if let Some(count) = counts.get_mut(cell) {
            *count = count.saturating_add(one.hits);
        }
    }
    let most = counts.iter().copied().max().filter(|most| *most > 0)?;
    let scale = if unicode { BARS } else { PLAIN };
    let bar = |count: &u64| {
        let height = u128::from(*count) * 8 / u128::from(most);
        let height = usize::try_from(height).unwrap_or(8).max(usize::from(*count > 0));
        scale.get(height).copied().unwrap_or(' ')
    };
    Some((counts.iter().map(bar).collect(), per_cell, most))
}

/// The line; nothing without hits.
pub(crate) fn row(page: &mut TerminalPage, answer: &Answer, style: &Style, year: Option<i64>) {
    let Some((bars, per_cell, most)) = bars(&answer.hours, style.unicode) else { return };
    let (Some(first), Some(last)) = (answer.hours.first(), answer.hours.last()) else { return };
    let cell = u64::try_from(per_cell).unwrap_or(1);
    // Blanks are hours without a hit: they must not be folded.
    page.row("by hour", InkText::plain(Shown::exact(&bars).unbroken()), 0, 1);
    let scale = Shown::of(&[
        &moment(first.start, year),
        &" to ",
        &moment(last.start, year),
        &" · one cell ",
        &counted(cell, "hour", "hours"),
        &" · at most ",
        &number(most),
    ]);
    page.row("", InkText::dim(scale), 0, 1);
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Timestamp;

    fn hours(hits: &[(i64, u64)]) -> Vec<Hour> {
        let hour = |(hour, hits): &(i64, u64)| Hour {
            start: Timestamp::from_seconds(hour * 3600).expect("in range"),
            hits: *hits,
        };
        hits.iter().map(hour).collect()
    }

    #[test]
    fn bars_are_in_proportion_and_what_is_not_nothing_is_seen() {
        assert_eq!(bars(&hours(&[(10, 1), (11, 800), (13, 400)]), true), Some(("▁█ ▄".to_owned(), 1, 800)));
        assert_eq!(bars(&hours(&[(10, 1), (11, 800), (13, 400)]), false), Some((".# :".to_owned(), 1, 800)));
    }

    #[test]
    fn more_hours_than_cells_are_added_up() {
        let (line, per_cell, most) = bars(&hours(&[(0, 3), (1, 4), (95, 7)]), true).expect("hits");
        assert_eq!((line.chars().count(), per_cell, most), (48, 2, 7));
        assert!(line.starts_with('█') && line.ends_with('█'));
    }

    #[test]
    fn no_hits_no_line() {
        assert_eq!(bars(&[], true), None);
    }
}

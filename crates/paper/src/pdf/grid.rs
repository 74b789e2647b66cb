//! Tables and bars in the flow.
//!
//! A table breathes by rows: one hairline below its head, one above its sums, none between columns. The widths follow the
//! weights that the caller gives; a column gets more where a word of it would not fit, and the others share what is left.

use super::flow::{ASIDE_LINES, Cell, Flow};
use super::item::{Area, Draw, Item, Node, Role};
use super::line::{self, Line};
use super::look::{Ink, Type};
use crate::document::{Align, Bars, Column, Series, Table, Text};
use crate::html::{height, last, spoken};

/// A table of more columns than this has the margin too.
const COLUMNS_ASIDE: usize = 5;
/// What one column may take for its longest word, of the whole table; a longer word is broken.
const WORD_SHARE: f32 = 0.4;
/// Steps of the height of a bar.
const BAR_STEPS: u64 = 1_000;

/// Where the columns are.
type Columns = Vec<(f32, f32)>;

impl Flow<'_> {
    pub(super) fn table(&mut self, table: &Table) {
        let look = self.look;
        let wide = table.columns.len() > COLUMNS_ASIDE && look.aside > 0.0;
        let (left, width, extra) =
            if wide { (look.margin, look.full(), self.clear()) } else { (self.left(), look.column(), 0.0) };
        let mut space = self.space(&look.small, look.gap) + extra;
        // Many columns are set small, so that fewer of their words are broken.
        let kind = if wide { look.small } else { look.text };
        let columns = self.columns(table, &kind, left, width);
        let node = self.tree.add(Role::Table, None);
        if !table.caption.is_empty() {
            let caption = self.tree.add(Role::Caption, Some(node));
            let soft = look.small.soft();
            let lines = line::lines(self.faces, &table.caption, &soft, width);
            self.side_by_side(vec![self.cell(left, width, lines, caption)], &soft, space, None);
            self.keep();
            space = look.row_gap;
        }
        let head = self.table_head(table, &columns, node, &mut space);
        let body = self.tree.add(Role::TableBody, Some(node));
        for (n, cells) in table.rows.iter().enumerate() {
            let above = if n == 0 { space } else { look.row_gap };
            self.row(cells, &table.columns, &columns, (body, &kind, above, head));
        }
        if table.rows.is_empty() {
            let none = [Text::new().soft("none")];
            self.row(&none, &table.columns, &columns, (body, &kind, space, head));
        }
        if let Some(totals) = &table.totals {
            self.keep();
            let area = (left, look.row_gap, width, 0.5);
            self.push(Item {
                height: look.row_gap + 0.5,
                draws: vec![Draw::Rule { area, ink: Ink::Line }],
                glue: true,
                ..Item::default()
            });
            let foot = self.tree.add(Role::TableFoot, Some(node));
            self.row(totals, &table.columns, &columns, (foot, &kind.semibold(), look.row_gap, None));
        }
    }

    /// The head of a table, and its number if it has one; the space above is used up by it.
    fn table_head(&mut self, table: &Table, columns: &Columns, node: Node, space: &mut f32) -> Option<usize> {
        if table.columns.iter().all(|column| column.title.is_empty()) {
            return None;
        }
        let look = self.look;
        let kind = look.small.semibold();
        let group = self.tree.add(Role::TableHead, Some(node));
        let row = self.tree.add(Role::Row, Some(group));
        let mut cells = Vec::new();
        for (column, (x, width)) in table.columns.iter().zip(columns) {
            let node = self.tree.add(Role::HeadCell, Some(row));
            let lines = line::lines(self.faces, &column.title, &kind, *width);
            cells.push(Cell { end: column.align == Align::End, ..self.cell(*x, *width, lines, node) });
        }
        // Titles sit on the hairline.
        let high = cells.iter().map(|cell| cell.lines.len()).max().unwrap_or(0);
        for cell in &mut cells {
            let above = high - cell.lines.len();
            cell.lines.splice(0..0, std::iter::repeat_n(Line::default(), above));
        }
        let from = self.items.len();
        self.side_by_side(cells, &kind, *space, None);
        let (left, right) = (columns.first().copied(), columns.last().copied());
        let left = left.map_or(0.0, |(x, _)| x);
        let width = right.map_or(0.0, |(x, width)| x + width - left);
        let rule = Draw::Rule { area: (left, 1.5, width, 0.6), ink: Ink::Text };
        self.push(Item { height: 2.5, draws: vec![rule], ..Item::default() });
        for item in self.items.iter_mut().skip(from) {
            item.glue = true;
        }
        *space = look.row_gap;
        let repeated = self.items.iter().skip(from).map(artifact).collect();
        self.heads.push(repeated);
        Some(self.heads.len() - 1)
    }

    fn row(
        &mut self,
        cells: &[Text],
        columns: &[Column],
        places: &Columns,
        (group, kind, space, head): (Node, &Type, f32, Option<usize>),
    ) {
        let row = self.tree.add(Role::Row, Some(group));
        let mut out = Vec::new();
        for ((text, column), (x, width)) in cells.iter().zip(columns).zip(places) {
            let node = self.tree.add(Role::Cell, Some(row));
            let lines = line::lines(self.faces, text, kind, *width);
            out.push(Cell { end: column.align == Align::End, ..self.cell(*x, *width, lines, node) });
        }
        self.side_by_side(out, kind, space, head);
    }

    /// Left edge and width of each column.
    fn columns(&mut self, table: &Table, kind: &Type, left: f32, width: f32) -> Columns {
        let look = self.look;
        let gaps = look.column_gap * table.columns.len().saturating_sub(1) as f32;
        let room = (width - gaps).max(1.0);
        let mut least = Vec::new();
        for (n, column) in table.columns.iter().enumerate() {
            let mut word = line::widest(self.faces, &column.title, &look.small.semibold());
            for row in &table.rows {
                let cell = row.get(n).map(|cell| line::widest(self.faces, cell, kind));
                word = word.max(cell.unwrap_or(0.0));
            }
            if let Some(total) = table.totals.as_ref().and_then(|totals| totals.get(n)) {
                word = word.max(line::widest(self.faces, total, &kind.semibold()));
            }
            least.push((word + 0.1).min(room * WORD_SHARE));
        }
        let weights: Vec<f32> = table.columns.iter().map(|column| f32::from(column.weight.max(1))).collect();
        let mut x = left;
        shares(&weights, &least, room)
            .into_iter()
            .map(|width| {
                let at = x;
                x += width + look.column_gap;
                (at, width)
            })
            .collect()
    }

    pub(super) fn bars(&mut self, bars: &Bars) {
        let look = self.look;
        let mut space = self.space(&look.small, look.gap);
        if !bars.caption.is_empty() {
            let node = self.tree.add(Role::Paragraph, None);
            let kind = look.small.soft();
            let lines = line::lines(self.faces, &bars.caption, &kind, look.column());
            self.side_by_side(vec![self.cell(self.left(), look.column(), lines, node)], &kind, space, None);
            self.keep();
            space = look.row_gap;
        }
        let count = bars.series.len();
        for (n, series) in bars.series.iter().enumerate() {
            self.bars_of(series, &bars.periods, space);
            space = look.row_gap * 2.0;
            if n + 1 < count {
                self.keep();
            }
        }
    }

    fn bars_of(&mut self, series: &Series, periods: &[String], space: f32) {
        let look = self.look;
        let node = self.tree.add(Role::Figure(spoken(series, periods)), None);
        let labels = look.column() * 0.3;
        let kind = look.text;
        let mut lines = line::lines(self.faces, &series.label, &kind, labels);
        let mut space = space;
        if lines.len() > ASIDE_LINES {
            // A label that is never divided would leave the page.
            lines = line::lines(self.faces, &series.label, &kind, look.column());
            let label = vec![self.cell(self.left(), look.column(), std::mem::take(&mut lines), node)];
            self.side_by_side(label, &kind, space, None);
            self.keep();
            space = look.row_gap;
        }
        let high = (kind.leading * lines.len() as f32).max(look.bar_height);
        let mut draws = Vec::new();
        // The last line of the label is on the line of the bars.
        let mut top = high - kind.leading * lines.len() as f32;
        for line in lines {
            draws.push(Draw::Text {
                x: self.left(),
                baseline: top + kind.baseline(),
                line,
                node: Some(node),
            });
            top += kind.leading;
        }
        let foot = high - kind.leading + kind.baseline();
        let x = self.left() + labels + look.column_gap;
        // Bars that would leave the column are narrower.
        let room = look.column() * 0.45;
        let bar = look.bar.min(room / series.counts.len().max(1) as f32);
        let mut areas: Vec<(Area, Ink)> = Vec::new();
        for (at, rising) in rises(series).into_iter().enumerate() {
            let left = x + at as f32 * bar;
            match rising {
                Some(rise) => areas.push((
                    (left, foot - rise * look.bar_height * 0.8, bar * 0.7, rise * look.bar_height * 0.8),
                    Ink::Text,
                )),
                None => draws.extend(self.words("?", &look.small.soft(), (left, foot), node)),
            }
        }
        let end = x + series.counts.len() as f32 * bar;
        areas.push(((x, foot, end - x, 0.5), Ink::Line));
        if let (Some(before), Some(last)) = (series.before, series.counts.len().checked_sub(1)) {
            let rise = rise(before, most(series)) * look.bar_height * 0.8;
            let left = x + last as f32 * bar - bar * 0.3;
            areas.push(((left, foot - rise - 0.6, bar * 1.3, 1.2), Ink::Accent));
        }
        draws.push(Draw::Picture { areas, node });
        let mut right = end + look.column_gap;
        let figures = self.words(&last(series), &kind.semibold(), (right, foot), node);
        right += figures.as_ref().map_or(0.0, width_of) + look.column_gap;
        draws.extend(figures);
        if let Some(before) = series.before {
            draws.extend(self.words(&format!("before: {before}"), &look.small.soft(), (right, foot), node));
        }
        self.push(Item { space, height: high, draws, ..Item::default() });
    }

    /// Some words of our own on one line, whose letters sit at this place.
    fn words(&mut self, words: &str, kind: &Type, (x, baseline): (f32, f32), node: Node) -> Option<Draw> {
        let line = line::lines(self.faces, &words.into(), kind, f32::MAX).into_iter().next()?;
        Some(Draw::Text { x, baseline, line, node: Some(node) })
    }
}

fn width_of(draw: &Draw) -> f32 {
    if let Draw::Text { line, .. } = draw { line.width } else { 0.0 }
}

fn most(series: &Series) -> u64 {
    series.counts.iter().flatten().chain(&series.before).copied().max().unwrap_or(0)
}

/// How high a count is, of one.
fn rise(count: u64, most: u64) -> f32 {
    // A thousand steps are exact in this type.
    u16::try_from(height(count, most, BAR_STEPS)).map_or(1.0, f32::from) / BAR_STEPS as f32
}

fn rises(series: &Series) -> Vec<Option<f32>> {
    let most = most(series);
    series.counts.iter().map(|count| count.map(|count| rise(count, most))).collect()
}

/// The same item without a node of the tree: what is repeated is not read aloud again.
fn artifact(item: &Item) -> Item {
    let draws = item.draws.iter().cloned().map(|draw| match draw {
        Draw::Text { x, baseline, line, .. } => Draw::Text { x, baseline, line, node: None },
        other => other,
    });
    Item { draws: draws.collect(), entry: None, ..item.clone() }
}

/// Widths by weight, of which none is below its least as long as there is room.
fn shares(weights: &[f32], least: &[f32], room: f32) -> Vec<f32> {
    let all: f32 = least.iter().sum();
    if all >= room {
        return least.iter().map(|least| least * room / all.max(0.1)).collect();
    }
    let mut fixed = vec![false; weights.len()];
    loop {
        let taken: f32 = least.iter().zip(&fixed).filter(|(_, fixed)| **fixed).map(|(least, _)| least).sum();
        let weight: f32 =
            weights.iter().zip(&fixed).filter(|(_, fixed)| !**fixed).map(|(weight, _)| weight).sum();
        let share = |weight_of: f32| (room - taken) * weight_of / weight.max(0.001);
        let short = weights
            .iter()
            .zip(least)
            .zip(&fixed)
            .position(|((weight, least), fixed)| !fixed && share(*weight) < *least);
        match short.and_then(|at| fixed.get_mut(at)) {
            Some(at) => *at = true,
            None => {
                let widths = weights.iter().zip(least).zip(&fixed);
                return widths
                    .map(|((weight, least), fixed)| if *fixed { *least } else { share(*weight) })
                    .collect();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_as_wide_as_its_longest_word() {
        assert_eq!(shares(&[1.0, 3.0], &[10.0, 10.0], 100.0), [25.0, 75.0]);
        assert_eq!(shares(&[1.0, 3.0], &[40.0, 10.0], 100.0), [40.0, 60.0]);
        assert_eq!(shares(&[1.0, 3.0], &[100.0, 100.0], 100.0), [50.0, 50.0]);
    }
}

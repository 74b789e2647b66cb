//! Blocks as HTML: each in the element that screen readers know for it.
//!
//! A table that is wider than the window scrolls in its own frame, never the page. A picture of bars has a title with its
//! numbers and a table of them behind it, so that nobody needs eyes for it.

use crate::breaks;
use crate::document::{Align, Bars, Block, Column, Series, Span, Table, Text};
use crate::markdown::counts;
use maud::{Markup, html};

/// Width of one bar with its gap, and the height of all, in the units of the picture.
const BAR: u64 = 8;
const HEIGHT: u64 = 32;

/// The blocks of a document, in sections: what follows a heading, up to the next one or to a lead, is one section.
pub(super) fn sections(blocks: &[Block]) -> Markup {
    let mut sections: Vec<Vec<&Block>> = Vec::new();
    for each in blocks {
        let begins = matches!(each, Block::Heading(_) | Block::Lead(_));
        match sections.last_mut().filter(|_| !begins) {
            Some(section) => section.push(each),
            None => sections.push(vec![each]),
        }
    }
    html! {
        @for section in sections {
            @match section.as_slice() {
                [Block::Heading(words), rest @ ..] => section.section {
                    h2 { (text(words)) }
                    div { @for each in rest { (block(each)) } }
                },
                other => @for each in other { (block(each)) },
            }
        }
    }
}

/// Blocks in reading order, below a statement.
pub(super) fn blocks(blocks: &[Block]) -> Markup {
    html! {
        @for each in blocks {
            @match each {
                Block::Heading(words) | Block::Subheading(words) => h3 { (text(words)) },
                other => (block(other)),
            }
        }
    }
}

fn block(block: &Block) -> Markup {
    html! {
        @match block {
            Block::Lead(words) => p.lead { (text(words)) },
            Block::Heading(words) => h2 { (text(words)) },
            Block::Subheading(words) => h3 { (text(words)) },
            Block::Paragraph(words) => p { (text(words)) },
            Block::Note(words) => p.note { (text(words)) },
            Block::Bullets(items) => ul { @for item in items { li { (text(item)) } } },
            Block::Numbered(items) => ol { @for item in items { li { (text(item)) } } },
            Block::Table(each) => (table(each)),
            Block::KeyValues(pairs) => dl {
                @for pair in pairs { div { dt { (text(&pair.key)) } dd { (text(&pair.value)) } } }
            },
            Block::Bars(each) => (bars(each)),
            Block::PageBreak => hr.break;,
        }
    }
}

/// A row of spans; a long word may break at its dots and slashes.
pub(super) fn text(text: &Text) -> Markup {
    html! {
        @for span in &text.0 {
            @match span {
                Span::Plain(words) => (breakable(words)),
                Span::Strong(words) => strong { (breakable(words)) },
                Span::Value(words) => code.short[!breaks::is_long(words)] { (breakable(words)) },
                Span::Soft(words) => span.soft { (breakable(words)) },
            }
        }
    }
}

/// Words with the places where a line may break inside them.
fn breakable(words: &str) -> Markup {
    html! {
        @for (index, piece) in breaks::pieces(words).into_iter().enumerate() {
            @if index > 0 { wbr; }
            (piece)
        }
    }
}

fn table(table: &Table) -> Markup {
    let class = |column: &Column| (column.align == Align::End).then_some("number");
    let all: u32 = table.columns.iter().map(|column| u32::from(column.weight.max(1))).sum();
    let share = |column: &Column| format!("width: {}%", u32::from(column.weight.max(1)) * 100 / all.max(1));
    let headed = table.columns.iter().any(|column| !column.title.is_empty());
    html! {
        div.scroll {
            table {
                @if !table.caption.is_empty() { caption { (text(&table.caption)) } }
                colgroup { @for column in &table.columns { col style=(share(column)); } }
                @if headed {
                    thead { tr {
                        @for column in &table.columns { th scope="col" class=[class(column)] { (text(&column.title)) } }
                    } }
                }
                tbody {
                    @for row in &table.rows {
                        tr { @for (cell, column) in row.iter().zip(&table.columns) { td class=[class(column)] { (text(cell)) } } }
                    }
                    @if table.rows.is_empty() { tr { td.soft colspan=(table.columns.len()) { "none" } } }
                }
                @if let Some(totals) = &table.totals {
                    tfoot { tr {
                        @for (cell, column) in totals.iter().zip(&table.columns) { td class=[class(column)] { (text(cell)) } }
                    } }
                }
            }
        }
    }
}

fn bars(bars: &Bars) -> Markup {
    html! {
        figure {
            @if !bars.caption.is_empty() { figcaption { (text(&bars.caption)) } }
            table.bars {
                tbody {
                    @for series in &bars.series {
                        tr {
                            th scope="row" { (text(&series.label)) }
                            td { (picture(series, &bars.periods)) }
                            td.number { strong { (last(series)) } }
                            td.soft { @if let Some(before) = series.before { "before: " (before) } }
                        }
                    }
                }
            }
            details { summary { "all counts" } (table(&Table { caption: Text::new(), ..counts(bars) })) }
        }
    }
}

/// The last count in figures.
pub(crate) fn last(series: &Series) -> String {
    match series.counts.last() {
        Some(Some(count)) => count.to_string(),
        Some(None) => "unknown".to_owned(),
        None => String::new(),
    }
}

/// All counts of a row as a sentence, for those who do not see the bars.
pub(crate) fn spoken(series: &Series, periods: &[String]) -> String {
    let counts: Vec<String> = series
        .counts
        .iter()
        .zip(periods)
        .map(|(count, period)| {
            let count = count.map_or_else(|| "unknown".to_owned(), |count| count.to_string());
            if period.is_empty() { count } else { format!("{period}: {count}") }
        })
        .collect();
    format!("{}: {}", series.label.words(), counts.join(", "))
}

/// How high a count is in a picture of this height; the smallest count above zero is still seen.
pub(crate) fn height(count: u64, most: u64, full: u64) -> u64 {
    if count == 0 {
        return 0;
    }
    let high = u128::from(count.min(most)) * u128::from(full) / u128::from(most.max(1));
    u64::try_from(high).unwrap_or(full).clamp(2, full.max(2))
}

fn picture(series: &Series, periods: &[String]) -> Markup {
    let most = series.counts.iter().flatten().chain(&series.before).copied().max().unwrap_or(0);
    let bars: Vec<(u64, Option<u64>)> = (0..).map(|n| n * BAR).zip(series.counts.iter().copied()).collect();
    let width = bars.len() as u64 * BAR + 2;
    let tick = series.before.map(|before| HEIGHT - height(before, most, HEIGHT - 2));
    html! {
        svg role="img" viewBox=(format!("0 0 {width} {HEIGHT}")) width=(width) height=(HEIGHT) {
            title { (spoken(series, periods)) }
            line.base x1="0" x2=(width) y1=(HEIGHT - 1) y2=(HEIGHT - 1) {}
            @for (x, count) in &bars {
                @match count {
                    Some(count) => rect x=(x + 1) width=(BAR - 3) y=(HEIGHT - height(*count, most, HEIGHT - 2))
                        height=(height(*count, most, HEIGHT - 2)) {},
                    None => text x=(x + 1) y=(HEIGHT - 4) { "?" },
                }
            }
            @if let Some(y) = tick { line.tick x1=(width.saturating_sub(BAR + 3)) x2=(width) y1=(y) y2=(y) {} }
        }
    }
}

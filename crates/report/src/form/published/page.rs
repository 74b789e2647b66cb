//! A report of our own as a page: head, what was corrected, its text, its indicators.
//!
//! The text is defanged span by span; where a value goes over the end of a span (`203.0.**113**.7`) the passage is set as
//! one span, because a value that only looks whole would be whole for a program that reads the page.

use crate::safe::shown::Shown;
use crate::words::mention::{group, value};
use crate::words::phrase::number_of;
use model::publication::{Correction, Edition, Named, Passage, PassageSort, Piece};
use model::{Timestamp, Tlp};
use paper::{Block, Column, Document, Head, KeyValue, Span, Table, Text};

/// The page.
pub(super) fn document(edition: &Edition) -> Document {
    let mut blocks = corrections(edition);
    if !edition.is_withdrawn {
        blocks.extend(about(edition));
        blocks.extend(left_out(edition));
        blocks.extend(passages(edition));
        blocks.extend(indicators(edition));
    }
    blocks.extend(gone(edition));
    Document { head: head(edition), blocks }
}

fn shown(text: &str) -> String {
    Shown::prose(text).as_str().to_owned()
}

/// A moment to the minute.
fn minute(at: Timestamp) -> String {
    let (hour, minute, _) = at.time_of_day();
    format!("{} {hour:02}:{minute:02} UTC", at.date())
}

fn head(edition: &Edition) -> Head {
    let publication = &edition.publication;
    let dateline = match edition.version {
        1 => edition.created.date().to_string(),
        version => format!("{}, version {version} of {}", edition.created.date(), minute(edition.modified)),
    };
    let remark = if edition.version == 1 { "" } else { edition.state() };
    Head {
        organisation: shown(&publication.author),
        title: shown(&publication.title),
        dateline,
        marking: edition.marking().name().to_owned(),
        id: publication.id.clone(),
        remark: remark.to_owned(),
    }
}

/// What was corrected, the last first; or why the report is withdrawn.
fn corrections(edition: &Edition) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut corrections = edition.corrections.iter().rev();
    if edition.is_withdrawn
        && let Some(last) = corrections.next()
    {
        blocks.push(Block::Lead(format!("This report was withdrawn on {}.", minute(last.at)).into()));
        blocks.push(Block::Paragraph(shown(&last.note).into()));
        let what = "Do not use what it said, and let go of the values that it named.";
        blocks.push(Block::Paragraph(what.into()));
    }
    let line = |one: &Correction| {
        let when = format!("Corrected on {} (version {}): ", minute(one.at), one.version);
        Block::Paragraph(Text::new().strong(when).plain(shown(&one.note)))
    };
    blocks.extend(corrections.map(line));
    blocks
}

/// Whom it is about.
fn about(edition: &Edition) -> Option<Block> {
    let publication = &edition.publication;
    let joined = |items: &[String]| shown(&items.join(", "));
    let pairs = [
        ("actors", joined(&publication.actors)),
        ("actor type", shown(publication.actor_type.as_deref().unwrap_or_default())),
        ("targets", joined(&publication.targets)),
        ("past reporting", joined(&publication.past_reporting)),
    ];
    let pairs: Vec<KeyValue> = pairs
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(key, value)| KeyValue::new(key, value))
        .collect();
    (!pairs.is_empty()).then_some(Block::KeyValues(pairs))
}

/// How much is not here, and nothing of it.
fn left_out(edition: &Edition) -> Option<Block> {
    let were = if edition.left_out == 1 { "was" } else { "were" };
    let passages = number_of(edition.left_out, "passage", "passages");
    let note = format!("{passages} {were} left out, which this audience may not see.");
    (edition.left_out > 0).then(|| Block::Note(note.into()))
}

/// The text, with neighbours of one sort as one list or table.
fn passages(edition: &Edition) -> Vec<Block> {
    let publication = &edition.publication;
    let mut blocks: Vec<Block> = Vec::new();
    for (number, passage) in publication.passages.iter().enumerate() {
        let text = || marked(passage, publication.tlp, passage.cells.first().map_or(&[], Vec::as_slice));
        match (passage.sort, blocks.last_mut()) {
            // The title is above already.
            (PassageSort::Heading(1), _) if number == 0 && passage.words() == publication.title => {}
            (PassageSort::Heading(level), _) if level <= 2 => blocks.push(Block::Heading(text())),
            (PassageSort::Heading(_), _) => blocks.push(Block::Subheading(text())),
            (PassageSort::Paragraph, _) => blocks.push(Block::Paragraph(text())),
            (PassageSort::Quote, _) => blocks.push(Block::Note(text())),
            (PassageSort::Bullet, Some(Block::Bullets(items))) => items.push(text()),
            (PassageSort::Bullet, _) => blocks.push(Block::Bullets(vec![text()])),
            (PassageSort::Numbered, Some(Block::Numbered(items))) => items.push(text()),
            (PassageSort::Numbered, _) => blocks.push(Block::Numbered(vec![text()])),
            (PassageSort::Code, _) => {
                let lines = passage.cells.iter().map(|line| marked(passage, publication.tlp, line));
                blocks.extend(lines.filter(|line| !line.is_empty()).map(Block::Paragraph));
            }
            (PassageSort::Row { is_first: false }, Some(Block::Table(table))) => {
                table.rows.push(cells(passage, publication.tlp));
            }
            (PassageSort::Row { .. }, _) => {
                let columns = cells(passage, publication.tlp);
                let columns =
                    columns.into_iter().map(|title| Column { title, ..Column::default() }).collect();
                blocks.push(Block::Table(Table { columns, ..Table::default() }));
            }
        }
    }
    blocks
}

fn cells(passage: &Passage, report: Tlp) -> Vec<Text> {
    let cells = passage.cells.iter().enumerate();
    cells
        .map(|(number, cell)| match number {
            0 => marked(passage, report, cell),
            _ => spans(cell),
        })
        .collect()
}

/// The words, behind their marking where it is stricter than the report's.
fn marked(passage: &Passage, report: Tlp, pieces: &[Piece]) -> Text {
    let mut text = spans(pieces);
    if passage.tlp > report && !text.is_empty() {
        text.0.insert(0, Span::Soft(format!("[{}] ", passage.tlp)));
    }
    text
}

fn spans(pieces: &[Piece]) -> Text {
    let spans: Vec<Span> = pieces
        .iter()
        .map(|piece| match piece {
            Piece::Plain(words) => Span::Plain(shown(words)),
            Piece::Strong(words) => Span::Strong(shown(words)),
            // Markdown has no escapes inside of backticks, so what could be a mark there is set as words, which are escaped.
            Piece::Value(words) if words.contains(['<', '`']) || words.contains("](") => {
                Span::Plain(shown(words))
            }
            Piece::Value(words) => Span::Value(shown(words)),
        })
        .collect();
    let apart = Text(spans);
    let whole = shown(&pieces.iter().map(Piece::words).collect::<String>());
    if apart.words() == whole { apart } else { whole.into() }
}

fn indicators(edition: &Edition) -> Vec<Block> {
    let signs: Vec<&Named> = edition.named.iter().filter(|named| named.mention.malicious).collect();
    let mut blocks = vec![Block::Heading("Indicators".into())];
    blocks.push(match signs.is_empty() {
        true => Block::Note("No indicator is named.".into()),
        false => Block::Table(table(&signs, edition.publication.tlp)),
    });
    let is_known = |named: &&Named| matches!(group(&named.mention.what).1, "vulnerability" | "technique");
    let knowledge: Vec<String> =
        edition.named.iter().filter(is_known).map(|named| shown(value(&named.mention.what))).collect();
    if !knowledge.is_empty() {
        blocks.push(Block::Heading("Vulnerabilities and techniques".into()));
        blocks.push(Block::Paragraph(knowledge.join(", ").into()));
    }
    blocks
}

/// Values that earlier versions called malicious.
fn gone(edition: &Edition) -> Vec<Block> {
    let signs: Vec<&Named> = edition.gone.iter().filter(|named| named.mention.malicious).collect();
    if signs.is_empty() {
        return Vec::new();
    }
    let title = if edition.is_withdrawn { "Withdrawn indicators" } else { "No longer indicators" };
    vec![Block::Heading(title.into()), Block::Table(table(&signs, edition.publication.tlp))]
}

fn table(signs: &[&Named], report: Tlp) -> Table {
    let has_stricter = signs.iter().any(|named| named.tlp > report);
    let mut columns = vec![Column::words("value", 5), Column::words("type", 2)];
    if has_stricter {
        columns.push(Column::words("marking", 2));
    }
    columns.push(Column::words("named in", 6));
    let row = |named: &&Named| {
        let mention = &named.mention;
        let mut row = vec![Text::new().value(shown(value(&mention.what))), group(&mention.what).1.into()];
        if has_stricter {
            row.push(named.tlp.max(report).name().into());
        }
        row.push(shown(&mention.sentence).into());
        row
    };
    Table { columns, rows: signs.iter().map(row).collect(), ..Table::default() }
}

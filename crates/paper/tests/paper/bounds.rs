//! Each bound, one past it: what is missing is said, and the rest is there.

use paper::{Bars, Block, Column, Deck, Document, Head, KeyValue, Series, Slide, Table, Text};

fn of(block: Block) -> String {
    paper::markdown(&Document { blocks: vec![block], ..Document::default() })
}

#[test]
fn one_block_too_many() {
    let many = |many: usize| Document {
        blocks: (0..many).map(|n| Block::Paragraph(n.to_string().into())).collect(),
        ..Document::default()
    };
    assert!(!paper::markdown(&many(paper::BLOCKS_MAX)).contains("not shown"));
    let page = paper::markdown(&many(paper::BLOCKS_MAX + 1));
    assert!(page.ends_with("\n1999\n\n> 1 more block is not shown here: the page is full.\n\n"));
}

#[test]
fn one_row_too_many() {
    let table = |rows: usize| {
        Block::Table(Table {
            columns: vec![Column::words("n", 1)],
            rows: (0..rows).map(|n| vec![n.to_string().into()]).collect(),
            ..Table::default()
        })
    };
    assert!(!of(table(paper::ROWS_MAX)).contains("not shown"));
    assert!(of(table(paper::ROWS_MAX + 2)).contains("> 2 more rows are not shown here: the page is full."));
    let pairs = |pairs: usize| Block::KeyValues((0..pairs).map(|_| KeyValue::new("a", "b")).collect());
    assert!(!of(pairs(paper::ROWS_MAX)).contains("not shown"));
    assert!(of(pairs(paper::ROWS_MAX + 1)).contains("1 more row is not shown"));
}

#[test]
fn one_column_too_many() {
    let table = |cells: usize| {
        Block::Table(Table {
            rows: vec![(0..cells).map(|n| n.to_string().into()).collect()],
            ..Table::default()
        })
    };
    let whole = of(table(paper::COLUMNS_MAX));
    assert!(whole.contains("| 10 | 11 |") && !whole.contains("not shown"));
    assert!(of(table(paper::COLUMNS_MAX + 1)).contains("1 more column is not shown"));
}

#[test]
fn one_item_too_many() {
    let items = |many: usize| vec![Text::from("a"); many];
    assert!(!of(Block::Bullets(items(paper::ITEMS_MAX))).contains("not shown"));
    assert!(of(Block::Bullets(items(paper::ITEMS_MAX + 1))).contains("1 more point is not shown"));
    assert!(of(Block::Numbered(items(paper::ITEMS_MAX + 1))).contains("1 more point is not shown"));
}

#[test]
fn one_letter_too_many() {
    let text = |letters: usize| of(Block::Paragraph("ü".repeat(letters).into()));
    assert!(!text(paper::TEXT_LETTERS_MAX).contains("more letter"));
    assert!(text(paper::TEXT_LETTERS_MAX + 1).ends_with("ü … (1 more letter)\n\n"));
    let head = |letters: usize| {
        let head = Head { title: "ü".repeat(letters), ..Head::default() };
        paper::markdown(&Document { head, blocks: vec![] })
    };
    assert!(!head(paper::HEAD_LETTERS_MAX).contains('…'));
    assert!(head(paper::HEAD_LETTERS_MAX + 1).contains("ü…"));
}

#[test]
fn a_document_has_a_bound_of_its_own() {
    let paragraph = Block::Paragraph("a".repeat(paper::TEXT_LETTERS_MAX).into());
    let blocks = paper::LETTERS_MAX / (paper::TEXT_LETTERS_MAX + paper::LINE_LETTERS);
    let all = |many: usize| {
        paper::markdown(&Document { blocks: vec![paragraph.clone(); many], ..Document::default() })
    };
    assert!(!all(blocks).contains("not shown"));
    let page = all(blocks + 2);
    assert!(
        page.contains("more letters)") && page.contains("1 more block is not shown"),
        "cut in the middle of one"
    );
}

#[test]
fn one_bar_too_many() {
    let bars = |series: usize, counts: u64| {
        let row = Series { label: "a".into(), counts: (0..counts).map(Some).collect(), before: None };
        of(Block::Bars(Bars { series: vec![row; series], ..Bars::default() }))
    };
    assert!(!bars(paper::SERIES_MAX, paper::PERIODS_MAX as u64).contains("not shown"));
    assert!(bars(paper::SERIES_MAX + 1, 1).contains("1 more row of bars is not shown"));
    let page = bars(1, paper::PERIODS_MAX as u64 + 1);
    assert!(page.contains("| a | 1 | 2 |") && page.contains("| 53 |"), "the last are kept");
    assert!(page.contains("1 more earlier period is not shown"));
}

#[test]
fn one_slide_too_many() {
    let deck = |slides: usize, support: usize| {
        let slide = Slide { support: vec![Block::Paragraph("a".into()); support], ..Slide::default() };
        paper::slides_html(&Deck { slides: vec![slide; slides], ..Deck::default() })
    };
    assert!(!deck(paper::SLIDES_MAX, paper::SUPPORT_MAX).contains("not shown"));
    assert!(deck(paper::SLIDES_MAX + 1, 1).contains("1 more slide is not shown"));
    assert!(deck(1, paper::SUPPORT_MAX + 1).contains("1 more block is not shown"));
}

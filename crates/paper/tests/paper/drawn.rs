//! Documents drawn from a seed: whatever is said in whatever order, every form sets it, and the same way twice.

use crate::sample;
use dice::Dice;
use paper::{
    Align, Bars, Block, Column, Deck, Document, Head, KeyValue, Series, Sheet, Slide, Span, Table, Text,
};

/// Pieces that words are made of: short, long, wide, narrow, in other scripts, marks, spaces.
const PIECES: &[&str] = &[
    "a",
    "berth",
    " ",
    "  ",
    "12",
    ".",
    "/",
    "\\",
    "-",
    "[.]",
    "iiiiiiiiii",
    "WWWWWWWWWWWWWWWW",
    "Ω",
    "ж",
    "港",
    "e\u{301}",
    "\u{301}",
    "\u{a0}",
    "|",
    "*",
    "<b>",
    "&",
    "`",
    "#",
    "\u{202e}",
    "\n",
    "9f86d081884c7d659a2feaa0c55ad015",
    "",
];

fn words(dice: &mut Dice) -> String {
    let many = [0, 1, 3, 8, 40][dice.place(5)];
    (0..many).map(|_| *dice.one_of(PIECES)).collect::<String>()
        + if dice.below(20) == 0 { sample::HOSTILE[dice.place(10)] } else { "" }
}

fn text(dice: &mut Dice) -> Text {
    let many = dice.below(4);
    Text(
        (0..many)
            .map(|_| {
                let words = words(dice);
                match dice.below(4) {
                    0 => Span::Plain(words),
                    1 => Span::Strong(words),
                    2 => Span::Value(words),
                    _ => Span::Soft(words),
                }
            })
            .collect(),
    )
}

fn texts(dice: &mut Dice, most: u64) -> Vec<Text> {
    (0..dice.below(most)).map(|_| text(dice)).collect()
}

fn block(dice: &mut Dice) -> Block {
    match dice.below(11) {
        0 => Block::Lead(text(dice)),
        1 => Block::Heading(text(dice)),
        2 => Block::Subheading(text(dice)),
        3 => Block::Paragraph(text(dice)),
        4 => Block::Note(text(dice)),
        5 => Block::Bullets(texts(dice, 6)),
        6 => Block::Numbered(texts(dice, 12)),
        7 => Block::KeyValues(
            (0..dice.below(5)).map(|_| KeyValue { key: text(dice), value: text(dice) }).collect(),
        ),
        8 => Block::Table(Table {
            caption: text(dice),
            columns: (0..dice.below(14))
                .map(|n| Column {
                    title: text(dice),
                    align: if n % 2 == 0 { Align::Start } else { Align::End },
                    weight: u16::try_from(dice.below(1_000)).unwrap_or(0),
                })
                .collect(),
            rows: (0..dice.below(30)).map(|_| texts(dice, 8)).collect(),
            totals: (dice.below(2) == 0).then(|| texts(dice, 6)),
        }),
        9 => Block::Bars(Bars {
            caption: text(dice),
            periods: (0..dice.below(60)).map(|_| words(dice)).collect(),
            series: (0..dice.below(5))
                .map(|_| Series {
                    label: text(dice),
                    counts: (0..dice.below(60))
                        .map(|_| (dice.below(5) > 0).then(|| dice.number() >> dice.below(64)))
                        .collect(),
                    before: (dice.below(2) == 0).then(|| dice.below(100)),
                })
                .collect(),
        }),
        _ => Block::PageBreak,
    }
}

fn head(dice: &mut Dice) -> Head {
    Head {
        organisation: words(dice),
        title: words(dice),
        dateline: words(dice),
        marking: words(dice),
        id: words(dice),
        remark: words(dice),
    }
}

#[test]
fn whatever_is_said_is_set_the_same_way_twice() {
    for seed in 0..20 {
        let mut dice = Dice::new(seed);
        let blocks = (0..dice.below(20)).map(|_| block(&mut dice)).collect();
        let document = Document { head: head(&mut dice), blocks };
        let sheet = if seed % 2 == 0 { Sheet::A4 } else { Sheet::Letter };
        let file = paper::pdf(&document, sheet).expect("a page");
        assert!(file.windows(12).any(|window| window == b"pdfuaid:part"), "seed {seed} is not PDF/UA");
        assert!(file == paper::pdf(&document, sheet).expect("a page"), "seed {seed}");
        assert_eq!(paper::markdown(&document), paper::markdown(&document));
        let page = paper::html(&document);
        assert!(!page.contains("<b>") && !page.contains('\u{202e}'), "seed {seed}");
    }
}

#[test]
fn whatever_is_on_a_slide_is_set() {
    for seed in 100..106 {
        let mut dice = Dice::new(seed);
        let slides = (0..dice.below(4))
            .map(|_| Slide {
                statement: text(&mut dice),
                support: (0..dice.below(4)).map(|_| block(&mut dice)).collect(),
                spoken: texts(&mut dice, 3),
            })
            .collect();
        let deck = Deck { head: head(&mut dice), slides };
        let file = paper::slides_pdf(&deck).expect("slides");
        assert!(file.windows(12).any(|window| window == b"pdfuaid:part"), "seed {seed} is not PDF/UA");
        assert!(!paper::slides_html(&deck).contains("<b>"), "seed {seed}");
    }
}

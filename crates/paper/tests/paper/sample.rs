//! Documents that tests set: a briefing as a harbour's staff would write it, a report with hostile words, a deck.

use paper::{Bars, Block, Column, Deck, Document, Head, KeyValue, Series, Slide, Table, Text};

fn words(words: &str) -> Text {
    words.into()
}

fn row<const N: usize>(cells: [Text; N]) -> Vec<Text> {
    cells.into()
}

/// The head of the harbour's papers.
pub(crate) fn head(title: &str) -> Head {
    Head {
        organisation: "Seaward Harbour Authority".to_owned(),
        title: title.to_owned(),
        dateline: "Week to Wed 1 July 2026, 06:00 UTC".to_owned(),
        marking: "TLP:AMBER+STRICT".to_owned(),
        id: "2026-W27".to_owned(),
        remark: "first briefing, no trend yet".to_owned(),
    }
}

/// The management's page: one page on both sheets.
pub(crate) fn briefing() -> Document {
    Document {
        head: head("Weekly briefing"),
        blocks: vec![
            Block::Lead(words(
                "We were broken into on 12 June and learnt it 19 days later; until five accounts are reset, assume they can \
                 return.",
            )),
            Block::Heading(words("What touches us")),
            touches(),
            Block::Heading(words("Others saw")),
            others(),
            Block::Heading(words("The world")),
            Block::Paragraph(
                words("HC-2026-17 on APT40: 6 flaws; ours: ")
                    .value("CVE-2021-44228")
                    .plain(" (app-1, app-2), ")
                    .value("CVE-2021-34473")
                    .plain(", ")
                    .value("CVE-2021-34523")
                    .plain(", ")
                    .value("CVE-2021-31207")
                    .plain(" (mail-1), ")
                    .value("CVE-2023-22515")
                    .plain(" (wiki-1); ")
                    .value("CVE-2021-26084")
                    .plain(
                        ": not ours. The advisory lists the third under Confluence; it is an Exchange flaw.",
                    ),
            ),
            Block::Note(words("KEV: not judged, newest record 118 days old.")),
            Block::Heading(words("The race")),
            Block::Paragraph(
                words("12 exploited flaws, none closed. Oldest: ")
                    .strong("1,877 days")
                    .plain(" since the exploit. Day 7: unknown, no install dates."),
            ),
            Block::Heading(words("Could not check")),
            Block::Note(words(
                "24 of 41 machines send no logs, 13 of them at the edge. remote-1: version not judged.",
            )),
            Block::Heading(words("Next week")),
            next(),
            Block::Heading(words("Decision wanted")),
            Block::Paragraph(
                words("")
                    .strong("Money for 12 unsupported edge devices")
                    .plain(", four of them facing the internet; no patch will come."),
            ),
        ],
    }
}

fn touches() -> Block {
    Block::Table(Table {
        columns: vec![
            Column::words("", 8),
            Column::numbers("new this week", 3),
            Column::numbers("open", 2),
            Column::words("", 6),
        ],
        rows: vec![
            row([words("Intrusions"), words("1"), words("1"), Text::new().value("e4d82c85")]),
            row([words("Misused accounts"), words("1"), words("1"), Text::new().value("498f2885")]),
            row([
                words("Own machines reported"),
                words("1"),
                words("1"),
                Text::new().value("8ba96a89").plain(" rtr-gate-1"),
            ]),
            row([words("Flaws: act / attend"), words("4/15"), words("4/15"), Text::new().soft("closed: 0")]),
            row([words("Advised controls failing"), words("7/8"), words("7/8"), Text::new()]),
        ],
        ..Table::default()
    })
}

fn others() -> Block {
    Block::Table(Table {
        caption: words("Records about us, by day received"),
        columns: vec![
            Column::words("collection", 5),
            Column::numbers("this week", 2),
            Column::numbers("last week", 2),
            Column::words("who", 6),
        ],
        rows: vec![
            row([words("Shadowserver sink"), words("0"), words("2"), words("rtr-gate-1, mirai")]),
            row([words("Sector sinkhole"), words("0"), words("1"), words("Tidewise Cranes, lumma")]),
            row([
                words("Stealer log"),
                Text::new().soft("undated"),
                Text::new().soft("undated"),
                words("stolen 11 June: ").value("j.hallam"),
            ]),
        ],
        totals: Some(row([words("All dated"), words("0"), words("3"), Text::new()])),
    })
}

fn next() -> Block {
    Block::Table(Table {
        columns: vec![
            Column::numbers("", 1),
            Column::words("action", 12),
            Column::words("owner", 5),
            Column::words("by", 2),
        ],
        rows: vec![
            row([
                words("1"),
                words("five accounts reset, portal-1 rebuilt"),
                words("platform/berth"),
                words("Thu"),
            ]),
            row([words("2"), words("fw-1 rule 80 off; rtr-gate-1 replaced"), words("network"), words("Thu")]),
        ],
        ..Table::default()
    })
}

/// A report with every block, names in three scripts, values that are long, and a table of so many rows.
pub(crate) fn report(rows: usize) -> Document {
    let url = "hxxps://updates[.]berth-planning[.]example/portal/download/2026/06/12/session?token=not-shown&next=%2Fadmin%2Fusers%2Fexport";
    let path = r"C:\Program Files\Seaward\Berth Planning\bin\plugins\cache\2026-06-12\update-15.02.0858.010-signed.exe";
    let hash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c1c7f3a9e21d4b8a1f0";
    let mut blocks =
        vec![
            Block::Lead(words("A report with every block, set on as many pages as it needs.")),
            Block::Heading(words("People and names")),
            Block::Bullets(vec![
                words("Ελένη Παπαδοπούλου, Λιμεναρχείο Πειραιά"),
                words("Олександр Шевченко, Одеський порт; Юрий Жуков, Новороссийск"),
                words("Łukasz Żółć, Đặng Thị Ngọc, Åse Øvergård, Çağrı Şahin"),
                words("Without glyphs here: 港 and 🚢, which are written by their numbers."),
            ]),
            Block::Subheading(words("What is long")),
            Block::KeyValues(vec![
                KeyValue::new("url", Text::new().value(url)),
                KeyValue::new("path", Text::new().value(path)),
                KeyValue::new("hash", Text::new().value(hash)),
                KeyValue::new(
                    "owner",
                    "platform team, with the harbour master's office for what touches the berth plan",
                ),
            ]),
            Block::Paragraph(
                words("The page was fetched from ").value(url).plain(" and written to ").value(path).plain(
                    ", then started twice: once by hand, once by a task that a service account had made.",
                ),
            ),
            Block::Numbered(vec![
                words("Reset the account ")
                    .value("svc-berth")
                    .plain(", and look for what it made since 12 June."),
                words("Take the portal from the internet until the rebuilt one is there."),
            ]),
            Block::Bars(bars()),
            Block::Note(words("The counts before 4 May are unknown: no logs were kept.")),
            Block::Heading(words("All records")),
        ];
    let records = (1..=rows).map(|n| {
        row([
            words(&n.to_string()),
            Text::new().value(format!("203[.]0[.]113[.]{}", n % 256)),
            words(if n % 7 == 0 {
                "sign-in refused, then allowed a minute later from the same client"
            } else {
                "sign-in"
            }),
            words(&format!("{}", n * 37 % 1000)),
        ])
    });
    blocks.push(Block::Table(Table {
        columns: vec![
            Column::numbers("no.", 1),
            Column::words("address", 3),
            Column::words("what", 5),
            Column::numbers("bytes", 2),
        ],
        rows: records.collect(),
        totals: Some(row([Text::new(), words("all"), Text::new(), words(&rows.to_string())])),
        ..Table::default()
    }));
    Document { head: head("Report on the intrusion of 12 June"), blocks }
}

/// Two rows of bars, of which one has a gap.
pub(crate) fn bars() -> Bars {
    let weeks = ["4 May", "11 May", "18 May", "25 May", "1 Jun", "8 Jun", "15 Jun", "22 Jun"];
    Bars {
        caption: words("Records about us, a week"),
        periods: weeks.iter().map(|week| (*week).to_owned()).collect(),
        series: vec![
            Series {
                label: words("sinkholes"),
                counts: vec![None, Some(0), Some(2), Some(5), Some(3), Some(9), Some(14), Some(6)],
                before: Some(14),
            },
            Series {
                label: words("stealer logs"),
                counts: vec![None, None, Some(0), Some(0), Some(1), Some(4), Some(2), Some(2)],
                before: Some(2),
            },
        ],
    }
}

/// Ten slides.
pub(crate) fn deck() -> Deck {
    let slide = |statement: &str, support: Vec<Block>| Slide {
        statement: words(statement),
        support,
        spoken: vec![words("Say who found it, and when.")],
    };
    let points = |points: &[&str]| Block::Bullets(points.iter().map(|point| words(point)).collect());
    Deck {
        head: head("Weekly briefing"),
        slides: vec![
            slide(
                "We were broken into on 12 June, and learnt it 19 days later.",
                vec![
                    Block::Paragraph(words("One intrusion, 13 steps, still open: ").value("e4d82c85")),
                    Block::Note(words("What left the house is known for 9.5 of 21.5 GB.")),
                ],
            ),
            slide(
                "Until five accounts are reset, assume they can return.",
                vec![points(&[
                    "five accounts of the berth planning service",
                    "one firewall rule that lets the crane maker in",
                    "a router whose maker publishes no more patches",
                ])],
            ),
            slide("Seven of eight advised controls fail here.", vec![touches()]),
            slide("Others saw us before we did.", vec![others(), Block::Bars(bars())]),
            slide(
                "No exploited flaw was closed this week.",
                vec![Block::Paragraph(words("12 are open; the oldest for ").strong("1,877 days").plain("."))],
            ),
            slide(
                "Four of our flaws are in the advisory on APT40.",
                vec![Block::KeyValues(vec![
                    KeyValue::new("app-1, app-2", Text::new().value("CVE-2021-44228")),
                    KeyValue::new("mail-1", Text::new().value("CVE-2021-34473").plain(" and two more")),
                    KeyValue::new("wiki-1", Text::new().value("CVE-2023-22515")),
                ])],
            ),
            slide(
                "24 of 41 machines send no logs.",
                vec![Block::Note(words("13 of them are at the edge: what happens there is unknown."))],
            ),
            slide("Next week two things are done.", vec![next()]),
            slide(
                "We want money for 12 devices without patches.",
                vec![Block::Numbered(vec![
                    words("four face the internet"),
                    words("no patch will come for any of them"),
                ])],
            ),
            slide(
                "Questions go to the duty officer.",
                vec![Block::Paragraph(Text::new().value("soc@seaward[.]example"))],
            ),
        ],
    }
}

/// Words that try to be markup, in each field that a document has.
pub(crate) const HOSTILE: &[&str] = &[
    "<script>alert(1)</script>",
    "</style></title><img src=x onerror=alert(1)>",
    "\"; } body { display: none } @page { content: \"",
    "](https://evil.example) ![x](https://evil.example/x.png)",
    "| a | b |\n|---|---|",
    "# heading\n- list\n```\ncode",
    "\u{202e}gnp.exe\u{202c} \u{200b}zero\u{feff}",
    "\0\x1b[31mred\x07",
    "((\\)) /Type /Catalog endobj",
    "𝕳𝖔𝖘𝖙 \u{301}\u{301}\u{301}\u{301} \u{ffff}\u{fdd0} 👩‍💻",
];

/// A document that has this text everywhere.
pub(crate) fn everywhere(text: &str) -> Document {
    let spans = || Text::new().plain(text).strong(text).value(text).soft(text);
    let line = || text.to_owned();
    Document {
        head: Head {
            organisation: line(),
            title: line(),
            dateline: line(),
            marking: line(),
            id: line(),
            remark: line(),
        },
        blocks: vec![
            Block::Lead(spans()),
            Block::Heading(spans()),
            Block::Subheading(spans()),
            Block::Paragraph(spans()),
            Block::Note(spans()),
            Block::Bullets(vec![spans(), words(text)]),
            Block::Numbered(vec![spans()]),
            Block::KeyValues(vec![KeyValue::new(spans(), spans())]),
            Block::Table(Table {
                caption: spans(),
                columns: vec![Column::words(spans(), 1), Column::numbers(text, 1)],
                rows: vec![row([spans(), words(text), words(text)])],
                totals: Some(row([spans()])),
            }),
            Block::Bars(Bars {
                caption: spans(),
                periods: vec![line()],
                series: vec![Series { label: spans(), counts: vec![Some(u64::MAX), None], before: Some(1) }],
            }),
        ],
    }
}

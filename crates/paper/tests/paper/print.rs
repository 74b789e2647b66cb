//! PDF: the same bytes twice, the words that were written, whole pages; held against poppler and qpdf where they are.

use crate::sample;
use paper::{Block, Deck, Document, Sheet};
use std::path::PathBuf;

const SHEETS: [Sheet; 2] = [Sheet::A4, Sheet::Letter];

fn pdf(document: &Document, sheet: Sheet) -> Vec<u8> {
    paper::pdf(document, sheet).expect("a page")
}

#[test]
fn the_same_document_is_the_same_file() {
    for sheet in SHEETS {
        assert!(pdf(&sample::report(40), sheet) == pdf(&sample::report(40), sheet));
    }
    let slides = || paper::slides_pdf(&sample::deck()).expect("slides");
    assert!(slides() == slides());
}

/// Writes what a person looks at: `PAPER_LOOK=folder cargo test -p paper pictures`.
#[test]
fn pictures() {
    let Some(folder) = std::env::var_os("PAPER_LOOK").map(PathBuf::from) else { return };
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.join(name), bytes).expect("a folder");
    for (sheet, name) in [(Sheet::A4, "a4"), (Sheet::Letter, "letter")] {
        write(&format!("briefing-{name}.pdf"), &pdf(&sample::briefing(), sheet));
        write(&format!("report-{name}.pdf"), &pdf(&sample::report(300), sheet));
    }
    write("slides.pdf", &paper::slides_pdf(&sample::deck()).expect("slides"));
    write("briefing.html", paper::html(&sample::briefing()).as_bytes());
    write("report.html", paper::html(&sample::report(30)).as_bytes());
    for (n, hostile) in sample::HOSTILE.iter().enumerate() {
        write(&format!("hostile-{n}.md"), paper::markdown(&sample::everywhere(hostile)).as_bytes());
        write(&format!("hostile-{n}.html"), paper::html(&sample::everywhere(hostile)).as_bytes());
    }
    write("slides.html", paper::slides_html(&sample::deck()).as_bytes());
}

/// What another program prints about a file; nothing if it is not on this machine.
#[expect(
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "the test runs other programs, outpace runs none; a test that is skipped says so"
)]
fn asked(program: &str, arguments: &[&str], bytes: &[u8]) -> Option<(bool, String)> {
    use std::io::Write;
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    file.write_all(bytes).expect("room");
    let path = file.path().to_str().expect("a name");
    let arguments = arguments.iter().map(|argument| if *argument == "FILE" { path } else { argument });
    match std::process::Command::new(program).args(arguments).output() {
        Ok(output) => Some((output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned())),
        Err(_) => {
            eprintln!("skipped: {program} is not on this machine");
            None
        }
    }
}

/// All words without the spaces between them: lines end where they must.
fn tight(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// Every word of a document, in reading order, as a reader of the PDF must find them.
fn words(document: &Document) -> Vec<String> {
    let mut out = Vec::new();
    let mut add = |text: String| {
        let text = tight(&text).replace('港', "\\u{6e2f}").replace('🚢', "\\u{1f6a2}");
        if !text.is_empty() {
            out.push(text);
        }
    };
    let head = &document.head;
    for line in [&head.organisation, &head.title, &head.dateline, &head.id, &head.remark] {
        add(line.clone());
    }
    for block in &document.blocks {
        match block {
            Block::Lead(text)
            | Block::Heading(text)
            | Block::Subheading(text)
            | Block::Paragraph(text)
            | Block::Note(text) => add(text.words()),
            Block::Bullets(items) | Block::Numbered(items) => items.iter().for_each(|item| add(item.words())),
            Block::KeyValues(pairs) => pairs.iter().for_each(|pair| {
                add(pair.key.words());
                add(pair.value.words());
            }),
            Block::Table(table) => {
                add(table.caption.words());
                table.columns.iter().for_each(|column| add(column.title.words()));
                table.rows.iter().chain(&table.totals).flatten().for_each(|cell| add(cell.words()));
            }
            Block::Bars(bars) => {
                add(bars.caption.words());
                bars.series.iter().for_each(|series| add(series.label.words()));
            }
            Block::PageBreak => {}
        }
    }
    out
}

#[test]
fn the_words_that_were_written_are_read() {
    for (document, sheet) in
        [sample::briefing(), sample::report(60)].iter().flat_map(|d| SHEETS.iter().map(move |s| (d, *s)))
    {
        let Some((true, text)) =
            asked("pdftotext", &["-raw", "-enc", "UTF-8", "FILE", "-"], &pdf(document, sheet))
        else {
            return;
        };
        let read = tight(&text);
        // In order, but for cells of several lines, which are read line by line: these must be there somewhere.
        let mut from = 0;
        for word in words(document) {
            match read[from..].find(&word) {
                Some(at) => from += at,
                None => assert!(
                    read.contains(&word)
                        || word.starts_with("sign-inrefused") && read.contains("sign-inrefused"),
                    "{word} is not in the file"
                ),
            }
        }
        let tags =
            asked("pdfinfo", &["-struct-text", "FILE"], &pdf(document, sheet)).expect("of poppler, too").1;
        let tagged = tight(&tags);
        let plain: String = tagged.chars().filter(|c| *c != '"').collect();
        // Each tag has its words together, so here the order is that of the document, without exception.
        let mut from = 0;
        for word in words(document) {
            let word: String = word.chars().filter(|c| *c != '"').collect();
            let at = plain[from..].find(&word);
            from += at.unwrap_or_else(|| panic!("{word} is in no tag, or not in its place"));
        }
    }
}

#[test]
fn each_page_says_who_may_see_it_and_which_it_is() {
    let file = pdf(&sample::report(120), Sheet::A4);
    let Some((true, text)) = asked("pdftotext", &["-enc", "UTF-8", "FILE", "-"], &file) else { return };
    let pages: Vec<&str> = text.trim_end_matches('\u{c}').split('\u{c}').collect();
    assert!(pages.len() > 2, "{}", pages.len());
    for (n, page) in pages.iter().enumerate() {
        assert_eq!(page.matches("TLP:AMBER+STRICT").count(), 2, "{page}");
        assert!(page.contains(&format!("page {} of {}", n + 1, pages.len())), "{page}");
        assert_eq!(page.matches("address").count(), 1, "the head of the table: {page}");
    }
}

#[test]
fn files_are_sound_and_accessible() {
    for document in [sample::briefing(), sample::report(120), Document::default()] {
        for sheet in SHEETS {
            sound(&pdf(&document, sheet));
        }
    }
    sound(&paper::slides_pdf(&sample::deck()).expect("slides"));
    sound(&paper::slides_pdf(&Deck::default()).expect("slides"));
}

fn sound(bytes: &[u8]) {
    let has = |what: &[u8]| bytes.windows(what.len()).any(|window| window == what);
    assert!(has(b"pdfuaid:part"), "the file is not PDF/UA");
    assert!(!has(b"CreationDate") && !has(b"xmp:CreateDate"), "the file has a date");
    if let Some((sound, said)) = asked("qpdf", &["--check", "FILE"], bytes) {
        assert!(sound, "{said}");
    }
}

fn pages(bytes: &[u8]) -> Option<usize> {
    let (_, said) = asked("pdfinfo", &["FILE"], bytes)?;
    said.lines().find_map(|line| line.strip_prefix("Pages:")?.trim().parse().ok())
}

#[test]
fn a_briefing_is_one_page_and_ten_slides_are_ten() {
    for sheet in SHEETS {
        assert!(matches!(pages(&pdf(&sample::briefing(), sheet)), None | Some(1)));
    }
    let slides = paper::slides_pdf(&sample::deck()).expect("slides");
    assert!(matches!(pages(&slides), None | Some(10)));
    let broken = Document {
        blocks: vec![
            Block::Paragraph("a".into()),
            Block::PageBreak,
            Block::PageBreak,
            Block::Note("b".into()),
            Block::PageBreak,
        ],
        ..Document::default()
    };
    assert!(matches!(pages(&pdf(&broken, Sheet::A4)), None | Some(2)));
}

#[test]
fn hostile_words_are_set() {
    for hostile in sample::HOSTILE {
        sound(&pdf(&sample::everywhere(hostile), Sheet::A4));
        sound(&pdf(&sample::everywhere(&hostile.repeat(12)), Sheet::Letter));
    }
    // Not a letter is lost: those without a glyph are written by their numbers, which the file says.
    let document =
        Document { blocks: vec![Block::Paragraph("港 שלום \u{202e}".into())], ..Document::default() };
    let Some((true, text)) = asked("pdftotext", &["-raw", "FILE", "-"], &pdf(&document, Sheet::A4)) else {
        return;
    };
    assert!(text.starts_with(r"\u{6e2f} \u{5e9}\u{5dc}\u{5d5}\u{5dd} \u{202e}"), "{text}");
    assert!(text.contains("5 letters have no shape in the type of this file"), "{text}");
}

#[test]
fn nothing_leaves_the_page() {
    for text in [sample::HOSTILE[0].repeat(40), "wide ".repeat(1_500), "W".repeat(7_000)] {
        let file = pdf(&sample::everywhere(&text), Sheet::A4);
        let Some((true, boxes)) = asked("pdftotext", &["-bbox", "FILE", "-"], &file) else { return };
        let mut seen = 0;
        for word in boxes.lines().filter(|line| line.contains("<word")) {
            let edge = |name: &str| -> f32 {
                let (_, rest) = word.split_once(name).expect("an edge");
                rest.split('"').nth(1).expect("its value").parse().expect("a number")
            };
            assert!(edge("xMin") >= 50.0 && edge("xMax") <= 545.3, "{word}");
            assert!(edge("yMin") >= 20.0 && edge("yMax") <= 821.9, "{word}");
            seen += 1;
        }
        assert!(seen > 50, "{seen}");
    }
}

#[test]
fn a_marking_that_is_long_is_whole_somewhere() {
    let mut document = sample::briefing();
    document.head.marking =
        "TLP:AMBER+STRICT for the crew of the harbour authority and the coast guard of the bay only"
            .to_owned();
    let Some((true, text)) = asked("pdftotext", &["FILE", "-"], &pdf(&document, Sheet::A4)) else { return };
    assert!(text.contains(&document.head.marking), "{text}");
    assert_eq!(text.matches("TLP:AMBER+STRICT for the crew").count(), 3, "{text}");
}

#[test]
fn as_many_letters_as_a_document_may_have_are_set() {
    let row = vec!["203.0.113.9".into(), "a sentence of some words, as a table has them".into()];
    let table = paper::Table { rows: vec![row; paper::ROWS_MAX + 1], ..paper::Table::default() };
    let file = pdf(&Document { blocks: vec![Block::Table(table)], ..Document::default() }, Sheet::A4);
    assert!(pages(&file).is_none_or(|pages| (90..200).contains(&pages)), "{:?}", pages(&file));
}

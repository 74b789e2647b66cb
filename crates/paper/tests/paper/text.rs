//! Markdown and HTML: what a person read once, and what hostile words may not do.

use crate::sample;
use expect_test::{ExpectFile, expect_file};
use paper::{Block, Document, Text};

#[test]
fn a_briefing_as_markdown() {
    same(&paper::markdown(&sample::briefing()), &expect_file!["golden/briefing.md"]);
}

#[test]
fn a_report_as_markdown() {
    same(&paper::markdown(&sample::report(3)), &expect_file!["golden/report.md"]);
}

#[test]
fn a_briefing_as_html() {
    same(&without_style(&paper::html(&sample::briefing())), &expect_file!["golden/briefing.html"]);
}

#[test]
fn a_report_as_html() {
    same(&without_style(&paper::html(&sample::report(3))), &expect_file!["golden/report.html"]);
}

#[test]
fn slides_as_html() {
    same(&without_style(&paper::slides_html(&sample::deck())), &expect_file!["golden/slides.html"]);
}

fn same(text: &str, expected: &ExpectFile) {
    expected.assert_eq(text);
}

/// The style is our own words; a golden that had it would change with each shade of grey.
fn without_style(page: &str) -> String {
    let (front, rest) = page.split_once("<style>").expect("a style");
    let (_, back) = rest.split_once("</style>").expect("its end");
    // One element a line, so that a difference is seen.
    format!("{front}{back}").replace("><", ">\n<")
}

#[test]
fn hostile_words_are_words_in_html() {
    for hostile in sample::HOSTILE {
        let page = paper::html(&sample::everywhere(hostile));
        let (front, rest) = page.split_once("<style>").expect("a style");
        let (style, back) = rest.split_once("</style>").expect("its end");
        for text in [front, back] {
            for element in ["<script", "<img", "<iframe", "onerror=alert(1)>"] {
                assert!(!text.contains(element), "{element} came from {hostile:?}");
            }
            assert_eq!(text.matches("<style").count() + text.matches("</style").count(), 0, "{hostile:?}");
        }
        assert_eq!(style.matches('{').count(), style.matches('}').count(), "{hostile:?}");
        assert!(!style.contains("display: none }"), "{hostile:?}");
        assert!(!page.contains(['\0', '\x1b', '\u{202e}', '\u{200b}', '\u{ffff}']), "{hostile:?}");
    }
}

#[test]
fn hostile_words_are_words_in_markdown() {
    for hostile in sample::HOSTILE {
        let page = paper::markdown(&sample::everywhere(hostile));
        assert!(!page.contains(['\0', '\x1b', '\u{202e}', '\u{200b}', '\u{ffff}', '\r']), "{hostile:?}");
        for line in page.lines() {
            let heading = line.trim_start_matches('#');
            let level = line.len() - heading.len();
            assert!(level == 0 || heading.starts_with(' '), "{line}");
            assert!(!line.starts_with("```"), "{line}");
        }
        // Only one of our own `#` begins a line for each heading.
        assert_eq!(page.lines().filter(|line| line.starts_with('#')).count(), 3, "{hostile:?}");
        let bare = page.replace("\\<", "").replace("\\[", "").replace("\\!", "");
        let outside_values: String = bare.split('`').step_by(2).collect();
        assert!(!outside_values.contains("<script") && !outside_values.contains("<img"), "{hostile:?}");
        assert!(!outside_values.contains("](") || outside_values.contains("\\]("), "{hostile:?}");
    }
}

#[test]
fn a_page_with_nothing_is_a_page() {
    assert_eq!(paper::markdown(&Document::default()), "");
    assert!(paper::html(&Document::default()).contains("<title>page</title>"));
    let empty = Document {
        blocks: vec![Block::Paragraph(Text::new()), Block::Bullets(vec![])],
        ..Document::default()
    };
    assert_eq!(paper::markdown(&empty), "");
}

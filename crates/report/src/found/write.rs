//! What a search found, in the form that was asked for.
//!
//! Invariants: a page and its numbers are the same whenever they are asked for; what was looked at is always said, so that
//! nothing found is no silence.

use crate::Style;
use crate::found::page::FoundPage;
use crate::found::{people, programs};
use std::io::{self, Write};

/// The forms of a search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FoundForm {
    /// For people.
    Table,
    /// One object a line; the first says what was looked at.
    Ndjson,
    /// One hit a row.
    Csv,
    /// Bare values, one a line.
    List,
}

/// Writes what a search gave.
///
/// # Errors
/// When it cannot be written.
pub fn write_found(page: &FoundPage, form: FoundForm, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    match form {
        FoundForm::Table => people::table(page, style, out),
        FoundForm::Ndjson => programs::ndjson(page, style, out),
        FoundForm::Csv => programs::csv(page, style, out),
        FoundForm::List => programs::list(page, out),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::found::page::FoundHit;
    use model::{Place, Timestamp, Tlp};

    fn page() -> FoundPage {
        FoundPage {
            terms: vec![
                ("203.0.113.77".to_owned(), "ipv4".to_owned(), 1),
                ("%x%".to_owned(), "pattern".to_owned(), 0),
            ],
            hits: vec![FoundHit {
                term: "203.0.113.77".to_owned(),
                group: "indicators",
                kind: "indicator",
                value: "203.0.113.77".to_owned(),
                how: "is it",
                words: "=cmd\u{1b}[2J see http://evil.example/a".to_owned(),
                source: "a list".to_owned(),
                document: "list.txt".to_owned(),
                place: Place::Line(7),
                first: Timestamp::parse("2026-06-12T03:14:15Z"),
                last: None,
                learnt: None,
                actors: Vec::new(),
                finding: None,
                tlp: Tlp::Red,
                is_ours: false,
            }],
            looked_at: vec![("documents", 1), ("indicators", 12_345), ("zones", 0)],
            page: 1,
            pages: 1,
            from: 1,
            kept: 1,
            ..FoundPage::default()
        }
    }

    fn written(form: FoundForm) -> String {
        let mut out = Vec::new();
        write_found(&page(), form, &Style::default(), &mut out).expect("memory");
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn people_get_one_line_a_text_defanged_marked_and_wrapped() {
        let text = written(FoundForm::Table);
        let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(flat.contains("indicator · 203[.]0[.]113[.]77 (is it)"), "{text}");
        assert!(flat.contains("hxxp://evil[.]example/a") && flat.contains("TLP:RED"), "{text}");
        assert!(flat.contains("looked at 1 document, 12,345 indicators;"), "{text}");
        assert!(flat.contains("%x% (pattern): not among what was kept"), "{text}");
        assert!(!text.contains('\u{1b}') && text.lines().all(|line| line.chars().count() <= 80), "{text}");
    }

    #[test]
    fn programs_get_exact_values_that_no_spreadsheet_runs() {
        let csv = written(FoundForm::Csv);
        assert!(csv.contains(",203.0.113.77,is it,'=cmd\\x1b[2J see http://evil.example/a,"), "{csv}");
        let lines = written(FoundForm::Ndjson);
        let rows: Vec<serde_json::Value> =
            lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        assert_eq!((rows[0]["type"].as_str(), rows[0]["tlp"].as_str()), (Some("search"), Some("TLP:RED")));
        assert_eq!(
            (rows[1]["value"].as_str(), rows[1]["place"].as_str()),
            (Some("203.0.113.77"), Some("line 7"))
        );
        assert_eq!(written(FoundForm::List), "203.0.113.77\n");
    }
}

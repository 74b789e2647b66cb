//! `COLUMNS.md` says what the code does.

use input::table::normal;
use std::fmt::Write as _;

/// The title of each table's section in the document.
fn title(name: &str) -> String {
    let plural = format!("{}s", name.trim_end_matches(" table"));
    let mut characters = plural.chars();
    characters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().collect::<String>() + characters.as_str())
}

#[test]
fn names_and_spellings_are_those_of_the_code() {
    let document = include_str!("../../COLUMNS.md");
    let mut documented = String::new();
    for line in document.lines() {
        if let Some(title) = line.strip_prefix("## ") {
            let _ = writeln!(documented, "{title}");
        } else if line.starts_with("| `") {
            let cells: Vec<_> = line.split(" | ").collect();
            assert!(cells.len() >= 3 && cells[2].len() > 3, "without meaning: {line}");
            let _ = writeln!(documented, "{}: {}", cells[0].trim_start_matches("| "), cells[1]);
        }
    }
    let mut coded = String::new();
    for entry in estate::FORMATS.iter().filter(|entry| !entry.read.columns.is_empty()) {
        let _ = writeln!(coded, "{}", title(entry.name));
        for column in entry.read.columns {
            let spellings: Vec<_> = column.spellings.iter().map(|spelling| format!("`{spelling}`")).collect();
            let _ = writeln!(coded, "`{}`: {}", column.name, spellings.join(" "));
        }
    }
    assert_eq!(documented, coded);
}

#[test]
fn spellings_are_normal_and_name_one_column() {
    for entry in estate::FORMATS {
        let mut seen = std::collections::BTreeSet::new();
        for column in entry.read.columns {
            assert!(seen.insert(normal(column.name)), "{}: {} twice", entry.name, column.name);
            for spelling in column.spellings {
                assert_eq!(normal(spelling), *spelling, "{}", entry.name);
                assert!(seen.insert((*spelling).to_owned()), "{}: {spelling} twice", entry.name);
            }
        }
    }
}

//! Rules for every source file: it opens by saying what it is, it is a page, its functions are a screen.

use super::complaint::Complaint;
use crate::tree::Tree;
use std::collections::BTreeMap;

/// A file is a page.
const LINES_MAX: usize = 800;
/// A function is a screen.
const FUNCTION_LINES_MAX: usize = 70;
/// What is longer today, and may only shrink: `path lines` or `path::function lines`.
const DEBT: &str = "xtask/tidy-debt.txt";
/// Words that name nothing.
const EMPTY_NAMES: &[&str] =
    &["util", "utils", "common", "manager", "helper", "helpers", "misc", "fundamental"];

/// Files that may have `unsafe`, each with its reason. The compiler refuses it elsewhere, but for whoever allows it.
const UNSAFE: &[(&str, &str)] = &[(
    "crates/sql/src/vtab.rs",
    "a table of SQLite's own making is a structure whose first field is its own: the traits for it are unsafe",
)];

pub(super) fn check(tree: &Tree, complaints: &mut Vec<Complaint>) {
    let debt = tree.text(DEBT);
    let debt: BTreeMap<&str, usize> = debt
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.rsplit_once(' '))
        .filter_map(|(name, length)| Some((name, length.parse().ok()?)))
        .collect();
    for file in tree.ending(".rs") {
        let text = tree.text(file);
        head(file, &text, complaints);
        // Spelt in parts, so that this file does not find itself.
        let allows = concat!("allow(uns", "afe_code");
        if text.contains(allows) && !UNSAFE.iter().any(|(known, _)| *known == file) {
            let what = "allows `unsafe`, and only these may: a new one needs a line with its reason in `UNSAFE` of xtask";
            complaints.push(Complaint::new(file, 0, what.to_owned()));
        }
        let lines = text.lines().count();
        let allowed = debt.get(file).copied().unwrap_or(LINES_MAX);
        if lines > allowed {
            complaints.push(Complaint::new(
                file,
                0,
                format!("{lines} lines; a file is a page of at most {allowed}"),
            ));
        }
        functions(file, &text, &debt, complaints);
        let name = file.rsplit('/').next().unwrap_or_default().trim_end_matches(".rs");
        if EMPTY_NAMES.contains(&name) {
            complaints.push(Complaint::new(file, 0, format!("`{name}` names nothing: say what it is")));
        }
    }
    for (name, _) in debt.iter().filter(|(name, _)| !tree.has(name.split("::").next().unwrap_or_default())) {
        complaints.push(Complaint::new(DEBT, 0, format!("{name} is gone: take the line out")));
    }
}

fn head(file: &str, text: &str, complaints: &mut Vec<Complaint>) {
    let first = text.lines().find(|line| !line.starts_with("#!")).unwrap_or_default();
    if !first.starts_with("//!") {
        complaints.push(Complaint::new(file, 1, "does not open with `//!`: what is it, and why this way?"));
    }
}

/// Functions by indentation: rustfmt has put the closing brace under the `fn`.
fn functions(file: &str, text: &str, debt: &BTreeMap<&str, usize>, complaints: &mut Vec<Complaint>) {
    let lines: Vec<&str> = text.lines().collect();
    for (n, line) in lines.iter().enumerate() {
        let code = line.trim_start();
        let indent = line.len() - code.len();
        let Some(name) = function_name(code) else { continue };
        let closing = format!("{}}}", " ".repeat(indent));
        let end = lines.iter().skip(n).position(|line| *line == closing);
        let Some(length) = end.map(|end| end + 1).filter(|_| !code.ends_with(';')) else { continue };
        let key = format!("{file}::{name}");
        let allowed = debt.get(key.as_str()).copied().unwrap_or(FUNCTION_LINES_MAX);
        if length > allowed {
            let what = format!("fn {name} has {length} lines; a function is a screen of at most {allowed}");
            complaints.push(Complaint::new(file, n + 1, what));
        }
    }
}

fn function_name(code: &str) -> Option<&str> {
    let mut words = code.split_whitespace();
    let modifiers = ["pub", "const", "async", "unsafe", "extern"];
    let mut word = words.next()?;
    while modifiers.contains(&word) || word.starts_with("pub(") {
        word = words.next()?;
    }
    (word == "fn").then(|| words.next())?.map(|name| name.split(['(', '<']).next().unwrap_or(name))
}

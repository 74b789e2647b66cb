//! `cargo xtask tidy`: what a machine can check about the house, it checks.
//!
//! Each rule is a function from the tree to complaints; a complaint names file, place and remedy. Lengths are
//! a ratchet: what is too long today is in `xtask/tidy-debt.txt` with its length, which may only shrink.

mod circles;
mod complaint;
mod documents;
mod floors;
mod sources;
mod tests;
mod words;

use crate::tree::Tree;
use complaint::Complaint;

/// Runs every rule; the complaints, one a line, or a word that there are none.
pub fn run() -> Result<String, String> {
    let tree = Tree::of_repository();
    let mut complaints = Vec::new();
    circles::check(&tree, &mut complaints);
    floors::check(&tree, &mut complaints);
    sources::check(&tree, &mut complaints);
    tests::check(&tree, &mut complaints);
    documents::check(&tree, &mut complaints);
    words::check(&tree, &mut complaints);
    if complaints.is_empty() {
        return Ok("tidy".to_owned());
    }
    complaints.sort_by(|a, b| (&a.file, a.line, &a.what).cmp(&(&b.file, b.line, &b.what)));
    let mut report = String::new();
    for Complaint { file, line, what } in &complaints {
        match line {
            0 => report.push_str(&format!("{file}: {what}\n")),
            line => report.push_str(&format!("{file}:{line}: {what}\n")),
        }
    }
    let count = complaints.len();
    Err(format!("{report}{count} {}", if count == 1 { "complaint" } else { "complaints" }))
}

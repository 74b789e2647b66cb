//! The documents are there and keep to themselves: no workplace, no machine paths, no registry hosts.

use super::complaint::Complaint;
use crate::embed;
use crate::tree::Tree;

const NEEDED: &[&str] = &[
    "README.md",
    "ARCHITECTURE.md",
    "GLOSSARY.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "SECURITY.md",
    "LICENSE",
    ".ci/run",
    "deny.toml",
];

/// The command that passes the tests is in the README and, word for word, in `.ci/run`.
const TEST_COMMAND: &str = "cargo test --workspace --locked";

pub(super) fn check(tree: &Tree, complaints: &mut Vec<Complaint>) {
    for file in NEEDED {
        if tree.text(file).trim().is_empty() {
            complaints.push(Complaint::new(file, 0, "is missing or empty"));
        }
    }
    for file in ["README.md", ".ci/run"] {
        if !tree.text(file).contains(TEST_COMMAND) {
            complaints.push(Complaint::new(
                file,
                0,
                format!("does not hold the test command `{TEST_COMMAND}`"),
            ));
        }
    }
    if tree.text(embed::TABLE) != embed::table(tree) {
        complaints.push(Complaint::new(embed::TABLE, 0, "is not what `cargo xtask embed` writes: run it"));
    }
    // Spelt in parts, so that this file does not complain of itself.
    let foreign = [
        concat!("/wo", "rk/"),
        concat!("/ro", "ot/"),
        concat!("/ho", "me/"),
        concat!("static.cra", "tes.io"),
    ];
    for file in tree.files.iter().filter(|file| !file.ends_with(".lock")) {
        let text = tree.text(file);
        for (n, line) in text.lines().enumerate() {
            let workplace = foreign.first().is_some_and(|word| line.contains(word));
            if workplace || foreign.iter().any(|word| line.contains(word)) && !is_content(file) {
                complaints.push(Complaint::new(file, n + 1, "a path or host of some machine"));
            }
        }
    }
    let glossary = tree.text("GLOSSARY.md");
    for room in [
        "model",
        "observable",
        "sigma",
        "version",
        "input",
        "intel",
        "estate",
        "telemetry",
        "findings",
        "report",
        "pipeline",
    ] {
        if !tree.text("ARCHITECTURE.md").contains(&format!("`{room}`")) {
            complaints.push(Complaint::new("ARCHITECTURE.md", 0, format!("does not name `{room}`")));
        }
    }
    for word in ["gap", "sighting", "exposure", "compromise", "chain", "evidence", "collection", "observable"]
    {
        if !glossary.to_lowercase().contains(&format!("**{word}**")) {
            complaints.push(Complaint::new("GLOSSARY.md", 0, format!("does not say what **{word}** means")));
        }
    }
}

/// Paths in logs, rules and fixtures are what those files are about.
fn is_content(file: &str) -> bool {
    ["demo/", "rules/"].iter().any(|folder| file.starts_with(folder))
        || file.contains("/fixtures/")
        || file.contains("/tests/")
        || file.contains("/goldens/")
        || file.ends_with(".rs")
        || file.ends_with(".tsv")
}

//! Arrows point down only: which room may know which, and where versions of outside crates are written.

use super::complaint::Complaint;
use crate::tree::Tree;

/// Each room and the rooms it may know. A new arrow is a decision: change this table and ARCHITECTURE.md.
const ROOMS: &[(&str, &[&str])] = &[
    // For tests and benches only: no room may need it to run.
    ("dice", &[]),
    ("observable", &[]),
    ("sigma", &[]),
    ("version", &[]),
    ("model", &["observable", "version"]),
    ("input", &["model"]),
    ("intel", &["input", "model", "observable", "version"]),
    ("estate", &["input", "model", "observable", "version"]),
    ("telemetry", &["input", "model"]),
    ("follow", &["input", "model"]),
    ("paper", &[]),
    ("channels", &["model"]),
    ("report", &["model", "paper"]),
    ("history", &["model", "observable"]),
    ("findings", &["model", "observable", "sigma", "version"]),
    ("memory", &["findings", "model"]),
    ("notify", &["model"]),
    ("store", &["findings", "history", "memory", "model", "observable"]),
    ("sql", &["findings", "history", "model", "observable", "store"]),
    (
        "pipeline",
        &[
            "estate",
            "findings",
            "input",
            "intel",
            "memory",
            "model",
            "notify",
            "observable",
            "sigma",
            "store",
            "telemetry",
        ],
    ),
    (
        "outpace",
        &[
            "channels",
            "follow",
            "input",
            "intel",
            "model",
            "notify",
            "pipeline",
            "report",
            "sigma",
            "sql",
            "store",
            "telemetry",
        ],
    ),
];

/// Crates that belong behind one wall, each with the room that may use it.
const WALLED: &[(&str, &[&str])] = &[
    ("clap", &["outpace"]),
    ("arrow-array", &["history"]),
    ("arrow-schema", &["history"]),
    ("evtx", &["telemetry"]),
    ("lol_html", &["intel"]),
    ("krilla", &["paper"]),
    ("rustybuzz", &["paper"]),
    ("rustls", &["channels", "follow"]),
    ("ureq", &["channels"]),
    ("maud", &["paper", "report"]),
    ("parquet", &["history"]),
    // Rules, and a user's mapping of log sources: neither room may know the other.
    ("saphyr-parser", &["sigma", "telemetry"]),
    ("zip", &["input"]),
    ("toml", &["outpace"]),
    // A home, and the statements of users over it: these run in a database of their own.
    ("rusqlite", &["sql", "store"]),
    ("rmp-serde", &["store"]),
    ("zstd", &["input", "store"]),
    ("lzma-rust2", &["input"]),
];

pub(super) fn check(tree: &Tree, complaints: &mut Vec<Complaint>) {
    for manifest in tree.ending("Cargo.toml").filter(|file| file.starts_with("crates/")) {
        let room = manifest.split('/').nth(1).unwrap_or_default();
        let Some((_, allowed)) = ROOMS.iter().find(|(name, _)| *name == room) else {
            complaints.push(Complaint::new(
                manifest,
                0,
                format!("room {room} has no floor; add it to the table in xtask"),
            ));
            continue;
        };
        let mut section = String::new();
        for (n, line) in tree.text(manifest).lines().enumerate() {
            if line.starts_with('[') {
                line.clone_into(&mut section);
            } else if section.contains("dependencies") {
                dependency(manifest, n + 1, line, room, allowed, section.contains("dev-"), complaints);
            }
        }
    }
}

fn dependency(
    manifest: &str,
    line: usize,
    text: &str,
    room: &str,
    allowed: &[&str],
    for_tests: bool,
    complaints: &mut Vec<Complaint>,
) {
    let Some(name) =
        text.split(['.', ' ', '=']).next().filter(|name| !name.is_empty() && !name.starts_with('#'))
    else {
        return;
    };
    let mut complain = |what: String| complaints.push(Complaint::new(manifest, line, what));
    if !text.contains("workspace = true") {
        complain(format!(
            "{name}: versions are in the root Cargo.toml only; write `{name}.workspace = true`"
        ));
    }
    let is_room = ROOMS.iter().any(|(known, _)| *known == name);
    if is_room && !allowed.contains(&name) && !for_tests {
        complain(format!("{room} may not know {name}: arrows point down only (ARCHITECTURE.md)"));
    }
    if let Some((_, rooms)) = WALLED.iter().find(|(known, _)| *known == name)
        && !rooms.contains(&room)
        && !for_tests
    {
        complain(format!("{name} belongs behind the wall of {}", rooms.join(", ")));
    }
}

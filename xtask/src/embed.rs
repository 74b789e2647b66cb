//! `cargo xtask embed`: the table of files that the binary carries, the demo and our own rules.
//!
//! A table in the source, written by a chore and checked by tidy, instead of a build script or a crate: a
//! reader sees which files the binary carries.

use crate::tree::Tree;

/// The file of the table.
pub const TABLE: &str = "crates/outpace/src/embedded.rs";

/// Writes the table.
pub fn run() -> Result<String, String> {
    let tree = Tree::of_repository();
    let text = table(&tree);
    std::fs::write(tree.path(TABLE), text).map_err(|error| format!("cannot write {TABLE}: {error}"))?;
    Ok(format!("wrote {TABLE}"))
}

/// The table as it should be.
pub fn table(tree: &Tree) -> String {
    let mut text = String::from(
        "//! Files that the binary carries: the demo organisation and our own rules. Written by `cargo xtask embed`.\n\n\
         /// A file: its path in the repository and its bytes.\n\
         type File = (&'static str, &'static [u8]);\n\n\
         /// The demo's files whose path begins so.\n\
         pub fn demo(folder: &str) -> impl Iterator<Item = File> {\n    \
         DEMO.iter().copied().filter(move |(name, _)| name.starts_with(folder))\n}\n\n",
    );
    let rows = |out: &mut String, name: &str, doc: &str, files: &[&str]| {
        out.push_str(&format!("/// {doc}\n#[rustfmt::skip]\npub const {name}: &[File] = &[\n"));
        for file in files {
            out.push_str(&format!("    (\"{file}\", include_bytes!(\"../../../{file}\")),\n"));
        }
        out.push_str("];\n");
    };
    let demo: Vec<&str> = tree.below("demo/").filter(|file| !file.ends_with("STORY.md")).collect();
    rows(&mut text, "DEMO", "The demo organisation.", &demo);
    text.push('\n');
    let rules: Vec<&str> = tree.below("rules/").filter(|file| file.ends_with(".yml")).collect();
    rows(&mut text, "RULES", "Our own Sigma rules.", &rules);
    text
}

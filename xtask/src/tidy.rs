//! `cargo xtask tidy`: what a machine can check about the house, it checks.
//!
//! Each rule is a function from the tree to complaints; a complaint names file, place and remedy. Lengths are
//! a ratchet: what is too long today stands in `xtask/tidy-debt.txt` with its length and may only shrink.

mod documents;
mod floors;
mod sources;
mod tests;

use std::path::{Path, PathBuf};

/// Something that is not tidy.
pub struct Complaint {
    file: String,
    line: usize,
    what: String,
}

impl Complaint {
    /// About a line of a file; line 0 is the whole file.
    pub fn new(file: &str, line: usize, what: impl Into<String>) -> Self {
        Self { file: file.to_owned(), line, what: what.into() }
    }
}

/// The files of the repository, by path from its root, in order.
pub struct Tree {
    root: PathBuf,
    files: Vec<String>,
}

impl Tree {
    /// Every file that is not built, fetched or ignored.
    fn read(root: &Path) -> Self {
        let mut files = Vec::new();
        let mut folders = vec![root.to_path_buf()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
                let (path, name) = (entry.path(), entry.file_name());
                let skipped = ["target", ".git", "node_modules", "corpus"].iter().any(|skip| name == *skip);
                if path.is_dir() && !skipped {
                    folders.push(path);
                } else if path.is_file()
                    && let Ok(below) = path.strip_prefix(root)
                {
                    files.push(below.to_string_lossy().replace('\\', "/"));
                }
            }
        }
        files.sort();
        Self { root: root.to_path_buf(), files }
    }

    /// The repository that this chore was built in.
    pub fn of_repository() -> Self {
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
        Self::read(manifest.parent().unwrap_or(manifest))
    }

    /// Where a file is on disk.
    pub fn path(&self, file: &str) -> PathBuf {
        self.root.join(file)
    }

    /// Files whose path ends so.
    pub fn ending<'t>(&'t self, end: &'t str) -> impl Iterator<Item = &'t str> {
        self.files.iter().map(String::as_str).filter(move |file| file.ends_with(end))
    }

    /// Files below a folder.
    pub fn below<'t>(&'t self, folder: &'t str) -> impl Iterator<Item = &'t str> {
        self.files.iter().map(String::as_str).filter(move |file| file.starts_with(folder))
    }

    /// Whether there is such a file.
    pub fn has(&self, file: &str) -> bool {
        self.files.iter().any(|known| known == file)
    }

    /// A file's text; empty if it is not text.
    pub fn text(&self, file: &str) -> String {
        #[expect(clippy::disallowed_methods, reason = "files of this repository")]
        std::fs::read_to_string(self.root.join(file)).unwrap_or_default()
    }
}

/// Runs every rule; the complaints, one a line, or a word that there are none.
pub fn run() -> Result<String, String> {
    let tree = Tree::of_repository();
    let mut complaints = Vec::new();
    floors::check(&tree, &mut complaints);
    sources::check(&tree, &mut complaints);
    tests::check(&tree, &mut complaints);
    documents::check(&tree, &mut complaints);
    if complaints.is_empty() {
        return Ok("tidy".to_owned());
    }
    complaints.sort_by(|a, b| (&a.file, a.line, &a.what).cmp(&(&b.file, b.line, &b.what)));
    let mut told = String::new();
    for Complaint { file, line, what } in &complaints {
        match line {
            0 => told.push_str(&format!("{file}: {what}\n")),
            line => told.push_str(&format!("{file}:{line}: {what}\n")),
        }
    }
    let count = complaints.len();
    Err(format!("{told}{count} {}", if count == 1 { "complaint" } else { "complaints" }))
}

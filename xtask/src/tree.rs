//! The files of the repository as chores see them: what is built, fetched or ignored is left out.

use std::path::{Path, PathBuf};

/// The files of the repository, by path from its root, in order.
pub struct Tree {
    root: PathBuf,
    pub files: Vec<String>,
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
                    && !skipped
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

    /// Whether the repository has this file.
    pub fn has(&self, file: &str) -> bool {
        self.files.iter().any(|known| known == file)
    }

    /// A file's text; empty if it is not text.
    pub fn text(&self, file: &str) -> String {
        #[expect(clippy::disallowed_methods, reason = "files of this repository")]
        std::fs::read_to_string(self.root.join(file)).unwrap_or_default()
    }
}

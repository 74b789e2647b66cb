//! The room through its face: one loader of rules, questions over files, what is said of what was not used.

#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a test that cannot go on should say so")]

mod asked;
mod loader;

use pipeline::Source;
use std::path::PathBuf;

/// Files that live as long as the test.
struct Files(tempfile::TempDir);

impl Files {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder"))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Writes a file; its path.
    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
        std::fs::write(&path, bytes).expect("written");
        path
    }

    /// Writes one file; the source of it alone.
    fn source(&self, name: &str, bytes: impl AsRef<[u8]>) -> Source {
        Source::Paths(vec![self.write(name, bytes)])
    }

    /// A text without the folder that it names.
    fn relative(&self, text: &str) -> String {
        text.replace(&format!("{}/", self.0.path().display()), "")
    }
}

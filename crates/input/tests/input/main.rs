//! Walks over real files: containers in containers, caps, damage, and the faults of a file system.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::disallowed_methods,
    reason = "a test reads what it wrote itself, and may stop at the first surprise"
)]

mod containers;
mod files;
mod smoke;

use input::{Limits, walk};
use std::fmt::Write as _;
use std::io::Read;
use std::path::Path;

/// What a walk of these paths gives: name and text of each document, then the problems, one a line. The
/// directory's own path is left out.
fn walked(directory: &Path, paths: &[&str], limits: &Limits) -> String {
    let paths: Vec<_> = paths.iter().map(|path| directory.join(path)).collect();
    let mut out = String::new();
    let walked = walk(&paths, limits, &|_| {}, &mut |mut document| {
        let mut text = Vec::new();
        document.reader.read_to_end(&mut text).expect("a document ends instead of failing");
        assert!(text.starts_with(&document.head));
        let text = if text.len() > 60 {
            format!("{} bytes", text.len())
        } else {
            String::from_utf8_lossy(&text).into()
        };
        let _ = writeln!(out, "{}: {text}", document.name);
    });
    for problem in &walked.problems {
        let help = problem.help.as_deref().unwrap_or("-");
        let _ = writeln!(out, "! {problem} ({help})");
    }
    out.replace(&format!("{}/", directory.display()), "")
}

//! Files that a run saved, opened to be read back: regular files, standard input, and what a shell gives for
//! `<(command)`.
//!
//! A device or a pipe with a name may have no end or never begin, and nobody means one by the name of a saved answer.

use crate::failure::Failure;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

/// Opens a file; `-` is standard input.
///
/// # Errors
/// When it is not there, may not be read, or is a directory or a special file.
pub fn open(path: &Path) -> Result<Box<dyn BufRead>, Failure> {
    if path.as_os_str() == "-" {
        return Ok(Box::new(BufReader::new(std::io::stdin())));
    }
    let failed = |source| Failure::Read { path: path.to_owned(), source };
    let there = fs::metadata(path).map_err(failed)?;
    if there.is_file() {
        let length = there.len();
        return Ok(Box::new(BufReader::new(File::open(path).map_err(failed)?.take(length))));
    }
    if input::is_nameless_pipe(path) {
        return Ok(Box::new(BufReader::new(File::open(path).map_err(failed)?)));
    }
    let (what, help) = match there.is_dir() {
        true => ("it is a directory, not a saved answer", "give the file that --save wrote"),
        false => (
            "it is a special file, not a saved answer",
            "give the file that --save wrote, or - for standard input",
        ),
    };
    Err(Failure::NotSaved { path: path.to_owned(), line: None, what: what.to_owned(), help })
}

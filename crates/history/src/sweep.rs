//! Takes away files that nobody registered: what a process left that ended between writing and registering.
//!
//! A file waits an hour after its last byte: until then somebody may be about to register it. A writer that writes nothing
//! for longer loses its file and gets an error when it finishes; a caller registers what it wrote within the hour. Only names that this room writes are touched,
//! in the folders that it makes; links are not followed.

use crate::file::write::UNFINISHED;
use crate::registered::Registered;
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;
use std::time::{Duration, SystemTime};

/// How long an unregistered file waits.
pub const UNREGISTERED_MAX: Duration = Duration::from_secs(3600);

/// The folders in which files are, `*` for any name.
const FOLDERS: [&[&str]; 2] = [&["events", "*", "*"], &["observables", "*"]];

/// Removes unregistered files that are older than an hour at this moment; gives their names, sorted.
///
/// # Errors
/// The disk's: a folder that cannot be listed, a file that cannot be removed. What was removed until then is gone.
pub fn sweep(dir: &Path, registered: &[Registered], now: SystemTime) -> io::Result<Vec<String>> {
    let kept: BTreeSet<&str> = registered.iter().map(|file| file.name.as_str()).collect();
    let mut removed = Vec::new();
    for folders in FOLDERS {
        down(dir, "", folders, &mut |name, path| {
            let file = name.rsplit('/').next().unwrap_or_default();
            let ours = is_written_here(file);
            if !ours || kept.contains(name) {
                return Ok(());
            }
            let age = now.duration_since(fs::symlink_metadata(path)?.modified()?).unwrap_or_default();
            if age > UNREGISTERED_MAX {
                fs::remove_file(path)?;
                removed.push(name.to_owned());
            }
            Ok(())
        })?;
    }
    removed.sort_unstable();
    Ok(removed)
}

/// Whether a name is one that this room gives.
fn is_written_here(file: &str) -> bool {
    if file.starts_with(UNFINISHED) {
        return true;
    }
    let Some(stem) = file.strip_suffix(".parquet") else { return false };
    let parts: Vec<&str> = stem.split('-').collect();
    let Some((digest, numbers)) = parts.split_last() else { return false };
    let hex = digest.len() == 16 && digest.bytes().all(|b| b.is_ascii_hexdigit());
    let decimal = |part: &&str| part.len() >= 12 && part.bytes().all(|b| b.is_ascii_digit());
    hex && (1..=2).contains(&numbers.len()) && numbers.iter().all(decimal)
}

/// Visits the files in folders of this pattern.
fn down(
    folder: &Path,
    name: &str,
    pattern: &[&str],
    visit: &mut dyn FnMut(&str, &Path) -> io::Result<()>,
) -> io::Result<()> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    for entry in entries {
        let entry = entry?;
        let (kind, part) = (entry.file_type()?, entry.file_name());
        let Some(part) = part.to_str() else { continue };
        let below = if name.is_empty() { part.to_owned() } else { format!("{name}/{part}") };
        match pattern.split_first() {
            Some((wanted, rest)) if kind.is_dir() && (*wanted == "*" || *wanted == part) => {
                down(&entry.path(), &below, rest, visit)?;
            }
            None if kind.is_file() => visit(&below, &entry.path())?,
            _ => {}
        }
    }
    Ok(())
}

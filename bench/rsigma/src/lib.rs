//! RSigma 0.23 beside our own matcher, on the public rules and logs of the shared data folder.
//!
//! `cargo compare` counts what both find and holds the differences against `differences.txt`; `cargo speed`
//! counts instructions, time and memory of both. Both get the same flat events and the same routing: our
//! table of log sources decides which rules are asked, and RSigma has one engine for each class of events.
//! That is RSigma at its best; its own ways (a pipeline, or no log source at all) cost it 2 to 3 times as
//! much.
//!
//! Data: `OUTPACE_DATA`, or `shared/data` beside the repository.

pub mod flat;
pub mod logs;
pub mod peer;
pub mod rules;

use std::path::{Path, PathBuf};

/// The shared data folder.
///
/// # Errors
/// When it is not there.
pub fn data() -> Result<PathBuf, String> {
    let folder = std::env::var("OUTPACE_DATA")
        .map_or_else(|_| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"), PathBuf::from);
    if folder.is_dir() { Ok(folder) } else { Err("there is no shared data folder; set OUTPACE_DATA".into()) }
}

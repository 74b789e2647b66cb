//! Writing of files: what a run may write is checked before it begins, and each file is whole or not there.
//!
//! A tool that runs with the rights of an administrator must not be led by a link to overwrite what somebody else
//! chose, and must not destroy what it reads.
//!
//! Invariants:
//! - only regular files are replaced and only new names are made: no link is followed or replaced, no device or pipe
//!   is opened;
//! - an input of the run is never written, and no two options write one file;
//! - a file that exists keeps its mode; whoever reads it sees the old content or the new, never a part.

mod file;
mod folder;
mod fresh;
mod targets;

pub use file::write_file;
pub use folder::{NewFolder, write_folder};
pub use fresh::write_new;
pub use targets::Targets;

//! A version that waits for the commit beside the database.

use crate::Fault;
use rusqlite::{Connection, params};

/// What was written for a version.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// How many bytes the document has.
    pub bytes: u64,
    /// How many bytes of frames are new.
    pub frames: u64,
}

/// A version, before the commit.
pub(super) struct StagedVersion<'v> {
    pub(super) name: &'v str,
    pub(super) sort: &'v str,
    pub(super) digest: &'v [u8],
    pub(super) bytes: u64,
    pub(super) readers: u32,
    pub(super) is_cut: bool,
    pub(super) slices: &'v str,
}

/// Stages a version; one that was staged under the same name goes.
pub(super) fn stage(connection: &Connection, version: &StagedVersion<'_>) -> Result<(), Fault> {
    let mut insert = connection
        .prepare_cached("insert or replace into temp.staged_versions values (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?;
    let StagedVersion { name, sort, digest, bytes, readers, is_cut, slices } = version;
    insert.execute(params![name, sort, digest, bytes, readers, is_cut, slices])?;
    Ok(())
}

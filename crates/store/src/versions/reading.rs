//! Reads kept documents back: slice by slice, each through the slices that its frame needs.
//!
//! Invariant: what is given was held against its digest, slice by slice.

use super::packs::{FOLDER, file_name};
use super::{frames, numbers};
use crate::Fault;
use rusqlite::{Connection, OptionalExtension};
use std::collections::VecDeque;
use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// So many slices stay in memory: those beside each other need the same ones.
const CACHED_MAX: usize = 6;
/// So deep slices may need each other.
const DEPTH_MAX: usize = 128;

/// A slice, as its row has it.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) id: i64,
    pub(super) pack: i64,
    pub(super) at: u64,
    pub(super) length: usize,
    pub(super) bytes: usize,
    pub(super) digest: Vec<u8>,
    pub(super) edge: i64,
    pub(super) needs: Vec<i64>,
    pub(super) frames: u32,
    pub(super) whole: usize,
}

/// Kept and staged slices.
const SLICE: &str = "
    select pack, at, length, bytes, digest, edge, needs, frames, whole from slices where id = ?1
    union all
    select pack, at, length, bytes, digest, edge, needs, frames, whole from temp.staged_slices where id = ?1";

/// Reads slices.
#[derive(Debug)]
pub(super) struct Reading<'h> {
    connection: &'h Connection,
    home: PathBuf,
    cached: VecDeque<(i64, Rc<Vec<u8>>)>,
    file: Option<(i64, File)>,
}

impl<'h> Reading<'h> {
    pub(super) fn new(connection: &'h Connection, home: &Path) -> Self {
        Self { connection, home: home.to_owned(), cached: VecDeque::new(), file: None }
    }

    /// The row of a slice.
    pub(super) fn row(&self, id: i64) -> Result<Row, Fault> {
        let mut select = self.connection.prepare_cached(SLICE)?;
        let row = select.query_row([id], |row| {
            let needs: String = row.get(6)?;
            Ok((
                Row {
                    id,
                    pack: row.get(0)?,
                    at: row.get(1)?,
                    length: row.get(2)?,
                    bytes: row.get(3)?,
                    digest: row.get(4)?,
                    edge: row.get(5)?,
                    needs: Vec::new(),
                    frames: row.get(7)?,
                    whole: row.get(8)?,
                },
                needs,
            ))
        });
        let (row, needs) = row.optional()?.ok_or_else(|| damaged(id))?;
        let is_sane = row.length.max(row.bytes) <= frames::WHOLE_BYTES_MAX;
        let needs = numbers::read(&needs).filter(|_| is_sane).ok_or_else(|| damaged(id))?;
        Ok(Row { needs, ..row })
    }

    /// The plain bytes of a slice.
    pub(super) fn plain(&mut self, id: i64) -> Result<Rc<Vec<u8>>, Fault> {
        self.plain_within(id, DEPTH_MAX)
    }

    fn plain_within(&mut self, id: i64, depth: usize) -> Result<Rc<Vec<u8>>, Fault> {
        if let Some((_, plain)) = self.cached.iter().find(|(known, _)| *known == id) {
            return Ok(Rc::clone(plain));
        }
        let row = self.row(id)?;
        let deeper = depth.checked_sub(1).ok_or_else(|| damaged(id))?;
        let mut prefix = Vec::new();
        for need in &row.needs {
            prefix.extend_from_slice(&self.plain_within(*need, deeper)?);
        }
        let frame = self.frame(&row)?;
        let plain = frames::plain(&prefix, &frame, row.bytes).ok_or_else(|| damaged(id))?;
        if !row.digest.starts_with(&frames::half(&plain)) {
            return Err(damaged(id));
        }
        let plain = Rc::new(plain);
        self.cached.push_front((id, Rc::clone(&plain)));
        self.cached.truncate(CACHED_MAX);
        Ok(plain)
    }

    /// The bytes of a frame, in its row or in its file.
    fn frame(&mut self, row: &Row) -> Result<Vec<u8>, Fault> {
        if self.file.as_ref().is_none_or(|(pack, _)| *pack != row.pack) {
            let sql = "select digest, body from packs where id = ?1 union all
                       select digest, body from temp.staged_packs where id = ?1";
            let mut select = self.connection.prepare_cached(sql)?;
            type Pack = (Option<Vec<u8>>, Option<Vec<u8>>);
            let found: Option<Pack> =
                select.query_row([row.pack], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
            let (digest, body) = found.ok_or_else(|| damaged(row.id))?;
            if let Some(body) = body {
                let from = usize::try_from(row.at).ok();
                let range = from.and_then(|from| Some(from..from.checked_add(row.length)?));
                let frame = range.and_then(|range| body.get(range));
                return frame.map(<[u8]>::to_vec).ok_or_else(|| damaged(row.id));
            }
            let path = self.home.join(FOLDER).join(file_name(&digest.unwrap_or_default()));
            let file = File::open(&path).map_err(|error| Fault::Io { doing: "read", path, error })?;
            self.file = Some((row.pack, file));
        }
        let Some((_, file)) = &self.file else { return Err(damaged(row.id)) };
        let mut frame = vec![0; row.length];
        file.read_exact_at(&mut frame, row.at).map_err(|_| damaged(row.id))?;
        Ok(frame)
    }
}

fn damaged(id: i64) -> Fault {
    Fault::Damaged { what: format!("slice {id} of kept documents") }
}

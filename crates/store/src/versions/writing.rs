//! Writes a new version of a document: its bytes are cut into slices, those that the version before has are shared, and the
//! others are frames against what was there.
//!
//! Which slices of the version before are the prefix of a new one follows from the edges: where two versions have an edge in
//! common, they go on together. A chain of frames is bounded: after some versions a slice is written by itself again, not
//! all slices in the same one, so that each night writes about as much as the other.

use super::cutting::{Cutter, Edge, Sizes};
use super::packs::Packing;
use super::reading::{Reading, Row};
use super::staged::{StagedVersion, Written, stage};
use super::{frames, numbers};
use crate::Fault;
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::HashMap;
use std::path::Path;

/// How many slices of the version before may be the prefix of one.
const PREFIX_SLICES_MAX: usize = 3;
/// A slice that would need more frames is written by itself. The bound lies between this and twice as much, by the digest of
/// the slice.
const FRAMES_MAX: u32 = 32;

/// A document that is being kept.
#[derive(Debug)]
pub struct Keeping<'h> {
    connection: &'h Connection,
    name: String,
    sort: String,
    cutter: Cutter,
    hasher: blake3::Hasher,
    bytes: u64,
    reading: Reading<'h>,
    /// The slices of the version before, and where those with a digest are.
    before: Vec<Row>,
    by_digest: HashMap<Vec<u8>, usize>,
    /// The first slice of the version before that lies behind all that came.
    at: usize,
    slices: Vec<i64>,
    new: Vec<Row>,
    packing: Packing,
    pack: i64,
    next: i64,
}

impl<'h> Keeping<'h> {
    pub(super) fn begin(
        connection: &'h Connection,
        home: &Path,
        (name, sort): (&str, &str),
        sizes: Sizes,
    ) -> Result<Self, Fault> {
        let reading = Reading::new(connection, home);
        let last: Option<String> = connection
            .prepare_cached(
                "select slices from versions join documents on documents.id = versions.document
                 where name = ?1 order by number desc limit 1",
            )?
            .query_row([name], |row| row.get(0))
            .optional()?;
        let ids = numbers::read(&last.unwrap_or_default()).unwrap_or_default();
        // A version that is damaged is no reason not to keep the next one: it shares nothing.
        let before: Vec<Row> =
            ids.iter().map(|id| reading.row(*id)).collect::<Result<_, _>>().unwrap_or_default();
        let mut by_digest = HashMap::new();
        for (n, row) in before.iter().enumerate() {
            by_digest.entry(row.digest.clone()).or_insert(n);
        }
        let next_of = |table: &str| -> Result<i64, Fault> {
            let sql = format!(
                "select max(coalesce((select max(id) from {table}), 0),
                            coalesce((select max(id) from temp.staged_{table}), 0)) + 1"
            );
            Ok(connection.prepare_cached(&sql)?.query_row([], |row| row.get(0))?)
        };
        let (pack, next) = (next_of("packs")?, next_of("slices")?);
        Ok(Self {
            connection,
            name: name.to_owned(),
            sort: sort.to_owned(),
            cutter: Cutter::new(sizes),
            hasher: blake3::Hasher::new(),
            bytes: 0,
            reading,
            before,
            by_digest,
            at: 0,
            slices: Vec::new(),
            new: Vec::new(),
            packing: Packing::new(home, pack),
            pack,
            next,
        })
    }

    /// Takes the next bytes of the document.
    ///
    /// # Errors
    /// When the database cannot be read, or a file not be written.
    pub fn add(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        self.hasher.update(bytes);
        self.bytes = self.bytes.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        let mut rest = bytes;
        while !rest.is_empty() {
            let (taken, slice) = self.cutter.take(rest);
            rest = rest.get(taken..).unwrap_or_default();
            if let Some((plain, edge)) = slice {
                self.slice(&plain, edge)?;
            }
        }
        Ok(())
    }

    /// The digest of what came so far (BLAKE3).
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        *self.hasher.finalize().as_bytes()
    }

    /// The document is whole: it is staged, and the next commit keeps it. `readers`: the number of those that read it;
    /// `is_cut`: whether secrets were cut out of it. What was written for it.
    ///
    /// # Errors
    /// When the database or a file cannot be written.
    pub fn finish(mut self, readers: u32, is_cut: bool) -> Result<Written, Fault> {
        let rest = std::mem::replace(&mut self.cutter, Cutter::new(Sizes::default())).rest();
        if let Some(plain) = rest {
            self.slice(&plain, 0)?;
        }
        if !self.new.is_empty() {
            let packed = self.packing.finish()?;
            let mut insert =
                self.connection.prepare_cached("insert into temp.staged_packs values (?1, ?2, ?3, ?4)")?;
            insert.execute(params![self.pack, packed.digest, packed.bytes, packed.body])?;
        }
        let mut insert = self.connection.prepare_cached(
            "insert into temp.staged_slices values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )?;
        let mut written = Written { bytes: self.bytes, ..Written::default() };
        for row in &self.new {
            written.frames += u64::try_from(row.length).unwrap_or(0);
            let needs = numbers::shown(&row.needs);
            let (id, pack, at, length, bytes) = (row.id, row.pack, row.at, row.length, row.bytes);
            insert.execute(params![
                id, pack, at, length, bytes, row.digest, row.edge, needs, row.frames, row.whole
            ])?;
        }
        let digest = *self.hasher.finalize().as_bytes();
        let staged = StagedVersion {
            name: &self.name,
            sort: &self.sort,
            digest: &digest,
            bytes: self.bytes,
            readers,
            is_cut,
            slices: &numbers::shown(&self.slices),
        };
        stage(self.connection, &staged)?;
        Ok(written)
    }

    /// One slice of the document: shared, or written.
    fn slice(&mut self, plain: &[u8], edge: Edge) -> Result<(), Fault> {
        let digest = frames::half(plain).to_vec();
        let is_next = self.before.get(self.at).is_some_and(|row| row.digest == digest);
        let known = if is_next { Some(self.at) } else { self.by_digest.get(&digest).copied() };
        if let Some(n) = known
            && let Some(row) = self.before.get(n).filter(|row| row.bytes == plain.len())
        {
            self.slices.push(row.id);
            self.at = n + 1;
            return Ok(());
        }
        let needs = self.prefix_of(edge);
        let mut row = Row {
            id: self.next,
            pack: self.pack,
            at: 0,
            length: 0,
            bytes: plain.len(),
            digest,
            edge,
            needs: Vec::new(),
            frames: 1,
            whole: 0,
        };
        let frame = match self.against(&needs, plain, &row.digest)? {
            Some((frame, frames, whole)) => {
                row.needs = needs.iter().filter_map(|n| Some(self.before.get(*n)?.id)).collect();
                (row.frames, row.whole) = (frames, whole);
                frame
            }
            None => {
                let frame = frames::against(&[], plain)?;
                row.whole = frame.len();
                frame
            }
        };
        row.length = frame.len();
        row.at = self.packing.add(&frame)?;
        self.slices.push(row.id);
        self.new.push(row);
        self.next += 1;
        Ok(())
    }

    /// Which slices of the version before lie where a new slice with this edge lies.
    fn prefix_of(&mut self, edge: Edge) -> Vec<usize> {
        let from = self.at;
        let found = self.before.iter().skip(from).position(|row| edge != 0 && row.edge == edge);
        match found {
            Some(behind) => {
                let last = from + behind;
                self.at = last + 1;
                (from.max((last + 1).saturating_sub(PREFIX_SLICES_MAX))..=last).collect()
            }
            // The edge is new, or that of the version before is gone: the next slice goes on somewhere here.
            None => (from..self.before.len().min(from + 2)).collect(),
        }
    }

    /// The frame against slices of the version before, how many frames are read for it, and how long the first of them is;
    /// `None`: it is better written by itself.
    fn against(
        &mut self,
        needs: &[usize],
        plain: &[u8],
        digest: &[u8],
    ) -> Result<Option<(Vec<u8>, u32, usize)>, Fault> {
        let rows: Vec<Row> = needs.iter().filter_map(|n| self.before.get(*n)).cloned().collect();
        let frames = rows.iter().map(|row| row.frames).sum::<u32>().saturating_add(1);
        let bound = FRAMES_MAX + u32::from(digest.first().copied().unwrap_or(0)) % FRAMES_MAX;
        if rows.is_empty() || frames > bound {
            return Ok(None);
        }
        let mut prefix = Vec::new();
        for row in &rows {
            match self.reading.plain(row.id) {
                Ok(plain) => prefix.extend_from_slice(&plain),
                // What is damaged is needed no further.
                Err(Fault::Damaged { .. } | Fault::Io { .. }) => return Ok(None),
                Err(other) => return Err(other),
            }
        }
        let frame = frames::against(&prefix, plain)?;
        let whole = rows.iter().map(|row| row.whole).sum::<usize>();
        Ok((frame.len() < whole / 2).then_some((frame, frames, whole)))
    }
}

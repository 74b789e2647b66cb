//! Staging: what was read waits beside the database until one transaction takes it in.
//!
//! Reading a feed takes a minute; a transaction that long would keep triage waiting. So parts go to temporary tables
//! of this connection, which nobody else sees and which are gone with it, and the commit moves them over. Parts of the
//! version that is kept are not staged: of those that still hold, their numbers are noted, and where their facts are now.

use crate::body::{compress, decode, encode};
use crate::documents::{Kept, mode_word};
use crate::events::pending::{Pending, PendingDebts};
use crate::{Fault, Home, parts};
use findings::{Cutting, Digest, Part, Pass, Places, Said, Shelf, encode_starts};
use rusqlite::{Connection, OptionalExtension, params};

/// The number of the pass in which a part is read.
pub(crate) fn pass_number(part: &Part) -> i64 {
    match part.pass() {
        Pass::First => 0,
        Pass::Then => 1,
        Pass::OfInterest => 2,
    }
}

/// Empties them.
pub(crate) fn clear(connection: &Connection) -> Result<(), Fault> {
    connection.execute_batch(
        "delete from temp.staged_documents; delete from temp.staged_parts; delete from temp.kept_parts;
         delete from temp.staged_places; delete from temp.staged_starts; delete from temp.staged_on;
         delete from temp.staged_versions; delete from temp.staged_packs; delete from temp.staged_slices;
         delete from temp.staged_unkept; delete from temp.gone;",
    )?;
    Ok(())
}

/// Which parts of a document are staged: a document that two readers read says two things.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strand {
    /// What the reader of the document says.
    Main,
    /// The statements (VEX) in it.
    Statements,
}

impl Strand {
    /// The number of its first part.
    fn first(self) -> u64 {
        match self {
            Self::Main => 0,
            Self::Statements => PARTS_MAX,
        }
    }
}

/// Whether all parts of a document are kept ones, none of them is gone, and all have the places that they had.
const SAME: &str = "
    select not exists (select 1 from temp.staged_parts where name = ?1)
    and not exists (select 1 from parts join documents on documents.id = document where name = ?1
        and number not in (select number from temp.kept_parts where name = ?1))
    and not exists (select 1 from temp.staged_places as staged
        left join documents on documents.name = staged.name
        left join places on places.document = documents.id and places.number = staged.number
        where staged.name = ?1 and places.body is not staged.body)
    and not exists (select 1 from temp.staged_starts as staged
        left join documents on documents.name = staged.name
        left join starts on starts.document = documents.id and starts.number = staged.number
        where staged.name = ?1 and starts.body is not staged.body)";

/// How many numbers a strand has for its parts.
const PARTS_MAX: u64 = 1_000_000;

/// A document that is staged, stretch by stretch.
#[derive(Debug)]
pub struct Staging<'h> {
    shelf: Parts<'h>,
    cutting: Cutting,
    first: u64,
}

/// The parts of a document, in the database and staged.
#[derive(Debug)]
struct Parts<'h> {
    connection: &'h Connection,
    name: String,
    /// The number of the document, if it is kept.
    id: Option<i64>,
    starts: Vec<(u64, u64)>,
}

impl<'h> Staging<'h> {
    /// Begins: the parts of the version that is kept are looked through.
    pub(crate) fn begin(connection: &'h Connection, name: &str, strand: Strand) -> Result<Self, Fault> {
        let known: Option<(i64, i64)> = connection
            .prepare_cached("select id, revision from documents where name = ?1")?
            .query_row([name], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let first = strand.first();
        let mut cutting = Cutting::new(first, first + PARTS_MAX);
        let id = known.map(|(id, _)| id);
        let shelf = Parts { connection, name: name.to_owned(), id, starts: Vec::new() };
        if let Some((id, revision)) = known {
            let mut insert =
                connection.prepare_cached("insert or replace into temp.staged_on values (?1, ?2)")?;
            insert.execute(params![name, revision])?;
            let of = parts::Of { numbers: (first, first + PARTS_MAX - 1), ..parts::Of::kept(id, name) };
            parts::each(connection, &of, &mut |number, part, places| {
                cutting.former(number, part, places.as_ref(), &shelf);
                Ok(())
            })?;
        }
        cutting.begin();
        Ok(Self { shelf, cutting, first })
    }

    /// Stages what a stretch of the document says.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn add(&mut self, said: &Said) -> Result<(), Fault> {
        self.cutting.add(said, &mut self.shelf)
    }

    /// Ends the document.
    ///
    /// # Errors
    /// When the database cannot be read or written.
    pub fn finish(self) -> Result<(), Fault> {
        let Self { mut shelf, cutting, first } = self;
        cutting.finish(&mut shelf)?;
        shelf.starts.sort_unstable();
        let body = compress(&encode_starts(&shelf.starts))?;
        let mut insert = shelf
            .connection
            .prepare_cached("insert or replace into temp.staged_starts values (?1, ?2, ?3)")?;
        insert.execute(params![shelf.name, first, body])?;
        Ok(())
    }
}

impl Parts<'_> {
    fn place(&mut self, number: u64, places: Option<&Places>) -> Result<(), Fault> {
        let Some(places) = places else { return Ok(()) };
        self.starts.push((number, places.start()));
        let body = compress(&places.encode())?;
        let mut insert =
            self.connection.prepare_cached("insert into temp.staged_places values (?1, ?2, ?3)")?;
        insert.execute(params![self.name, number, body])?;
        Ok(())
    }
}

impl Shelf for Parts<'_> {
    type Fault = Fault;

    fn digest(&self, part: &Part) -> Digest {
        // Only compared with others of the same run: names of fields are not needed. A value that cannot be encoded
        // cannot be written either, and that is reported there.
        let bytes = rmp_serde::to_vec(part).unwrap_or_default();
        let hash = blake3::hash(&bytes);
        let number = |half: &[u8]| half.iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
        let mut halves = hash.as_bytes().chunks_exact(8).map(number);
        [halves.next().unwrap_or_default(), halves.next().unwrap_or_default()]
    }

    fn read(&mut self, number: u64) -> Result<Part, Fault> {
        let mut select =
            self.connection.prepare_cached("select body from parts where document = ?1 and number = ?2")?;
        let body: Vec<u8> = select.query_row(params![self.id, number], |row| row.get(0))?;
        decode(&body, &|| format!("a part of {}", self.name))
    }

    fn write(&mut self, number: u64, part: Part, places: Option<&Places>) -> Result<(), Fault> {
        let body = encode(&part)?;
        let mut insert =
            self.connection.prepare_cached("insert into temp.staged_parts values (?1, ?2, ?3, ?4)")?;
        insert.execute(params![self.name, number, pass_number(&part), body])?;
        self.place(number, places)
    }

    fn keep(&mut self, number: u64, places: Option<&Places>) -> Result<(), Fault> {
        let mut insert = self.connection.prepare_cached("insert into temp.kept_parts values (?1, ?2)")?;
        insert.execute(params![self.name, number])?;
        self.place(number, places)
    }
}

/// Forgets what is staged of a document's parts.
pub(crate) fn clear_parts(connection: &Connection, name: &str) -> Result<(), Fault> {
    for table in ["staged_parts", "kept_parts", "staged_places", "staged_starts", "staged_on"] {
        connection.prepare_cached(&format!("delete from temp.{table} where name = ?1"))?.execute([name])?;
    }
    Ok(())
}

/// Moves the parts of a document over: what is new is written, what is gone is deleted, the rest is not touched.
pub(crate) fn move_parts(connection: &Connection, name: &str, id: i64) -> Result<(), Fault> {
    for sql in [
        "delete from parts where document = ?2
            and number not in (select number from temp.kept_parts where name = ?1)",
        "delete from places where document = ?2
            and number not in (select number from temp.staged_places where name = ?1)",
        "delete from starts where document = ?2
            and number not in (select number from temp.staged_starts where name = ?1)",
        "insert into parts select ?2, number, pass, body from temp.staged_parts where name = ?1",
        "insert into places select ?2, number, body from temp.staged_places where name = ?1
            on conflict (document, number) do update set body = excluded.body where body <> excluded.body",
        "insert into starts select ?2, number, body from temp.staged_starts where name = ?1
            on conflict (document, number) do update set body = excluded.body where body <> excluded.body",
    ] {
        connection.prepare_cached(sql)?.execute(params![name, id])?;
    }
    Ok(())
}

impl Home {
    /// Stages a document: from now on it counts for whoever loads through this home, and the next commit keeps it.
    /// `is_whole`: its parts are staged too; otherwise what it says comes as a change of the commit.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn stage(&mut self, kept: &Kept, is_whole: bool) -> Result<(), Fault> {
        let json = |what: serde_json::Result<String>| {
            what.map_err(|_| Fault::Damaged { what: format!("what is known of {}", kept.name) })
        };
        let mut statement = self.connection.prepare_cached(
            "insert or replace into temp.staged_documents values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
        )?;
        statement.execute(params![
            kept.name,
            kept.source,
            kept.sort,
            mode_word(kept.mode),
            kept.received.micros(),
            kept.is_advisory,
            kept.digest,
            kept.bytes,
            kept.form,
            json(serde_json::to_string(&kept.counts))?,
            json(serde_json::to_string(&kept.problems))?,
            kept.first.map(model::Timestamp::micros),
            kept.last.map(model::Timestamp::micros),
            is_whole,
        ])?;
        Ok(())
    }

    /// Stages what a document says, against its version that is kept.
    ///
    /// # Errors
    /// When the database cannot be read or written.
    pub fn staging(&mut self, name: &str, strand: Strand) -> Result<Staging<'_>, Fault> {
        Staging::begin(&self.connection, name, strand)
    }

    /// Whether what is staged of a document is what its version that is kept says, and where.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn says_the_same(&self, name: &str) -> Result<bool, Fault> {
        let mut statement = self.connection.prepare_cached(SAME)?;
        Ok(statement.query_row([name], |row| row.get(0))?)
    }

    /// Lets go of what is staged of one document.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn unstage_document(&self, name: &str) -> Result<(), Fault> {
        for table in ["staged_documents", "staged_versions", "staged_unkept"] {
            let sql = format!("delete from temp.{table} where name = ?1");
            self.connection.prepare_cached(&sql)?.execute([name])?;
        }
        clear_parts(&self.connection, name)
    }

    /// Lets go of what is staged.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn unstage(&mut self) -> Result<(), Fault> {
        self.pending = Pending::default();
        self.debts = PendingDebts::default();
        self.acts.clear();
        clear(&self.connection)
    }

    /// Stages that a document is taken back.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn stage_gone(&mut self, name: &str) -> Result<(), Fault> {
        self.connection.execute("insert or ignore into temp.gone values (?1)", [name])?;
        Ok(())
    }
}

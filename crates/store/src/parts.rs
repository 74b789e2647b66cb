//! What a document says, part by part, as it is kept or staged.
//!
//! A search reads everything that is kept and needs no more than one part at a time; all rows of an inventory are one to it.

use crate::body::{decode, decompress};
use crate::{Fault, Home};
use findings::{Part, Places, Said, decode_starts};
use rusqlite::{Connection, params};
use std::collections::HashMap;

/// Which parts are wanted.
pub(crate) struct Of<'n> {
    /// The number of the document that is kept; `None`: it is only staged.
    pub(crate) id: Option<i64>,
    pub(crate) name: &'n str,
    pub(crate) is_staged: bool,
    pub(crate) passes: (i64, i64),
    pub(crate) numbers: (u64, u64),
}

impl<'n> Of<'n> {
    /// Parts of a document that is kept.
    pub(crate) fn kept(id: i64, name: &'n str) -> Self {
        Self { id: Some(id), name, is_staged: false, passes: (0, 2), numbers: (0, u64::from(u32::MAX)) }
    }

    /// Parts of a document that is staged, those of its kept version among them that still hold.
    pub(crate) fn staged(id: Option<i64>, name: &'n str) -> Self {
        Self { id, name, is_staged: true, passes: (0, 2), numbers: (0, u64::from(u32::MAX)) }
    }
}

/// Parts that are kept, with their places; document, name, passes and numbers are bound in this order.
const KEPT: &str = "
    select parts.number, parts.body, places.body from parts
    left join places on places.document = parts.document and places.number = parts.number
    where parts.document = ?1 and ?2 = ?2 and pass between ?3 and ?4 and parts.number between ?5 and ?6
    order by 1";
/// Parts that are staged, and parts that are kept and still hold.
const STAGED: &str = "
    select all_parts.number, all_parts.body, staged_places.body from (
        select kept_parts.number, body from temp.kept_parts
            join parts on parts.document = ?1 and parts.number = kept_parts.number
            where name = ?2 and pass between ?3 and ?4
        union all
        select number, body from temp.staged_parts where name = ?2 and pass between ?3 and ?4
    ) all_parts
    left join temp.staged_places on staged_places.name = ?2 and staged_places.number = all_parts.number
    where all_parts.number between ?5 and ?6
    order by 1";

/// Gives each part with its number and its places, in order of numbers.
pub(crate) fn each(
    connection: &Connection,
    of: &Of<'_>,
    each: &mut dyn FnMut(u64, Part, Option<Places>) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let starts = starts(connection, of)?;
    let mut statement = connection.prepare_cached(if of.is_staged { STAGED } else { KEPT })?;
    let ((first, last), (from, to)) = (of.passes, of.numbers);
    let mut rows = statement.query(params![of.id, of.name, first, last, from, to])?;
    let mut bodies: Vec<Bodies> = Vec::new();
    loop {
        let row = rows.next()?;
        if let Some(row) = row {
            let places = row.get_ref(2)?.as_blob_or_null().unwrap_or_default();
            let number = row.get(0)?;
            let start = starts.get(&number).copied();
            bodies.push(Bodies { number, part: row.get(1)?, places: places.map(<[u8]>::to_vec), start });
        }
        if row.is_some() && bodies.len() < AT_ONCE {
            continue;
        }
        for (number, part, places) in decoded(&bodies, of.name)? {
            each(number, part, places)?;
        }
        if bodies.len() < AT_ONCE {
            return Ok(());
        }
        bodies.clear();
    }
}

/// So many parts are held at once, and decoded by two threads. Of fewer than the lesser number, a thread costs more than it
/// saves.
const AT_ONCE: usize = 8;
const AT_ONCE_MIN: usize = 4;

/// A part as it is kept.
struct Bodies {
    number: u64,
    part: Vec<u8>,
    places: Option<Vec<u8>>,
    start: Option<u64>,
}

/// A part with its number and its places.
type Decoded = (u64, Part, Option<Places>);

impl Bodies {
    fn decoded(&self, name: &str) -> Result<Decoded, Fault> {
        let part = decode(&self.part, &|| part_of(name))?;
        let places = self.places.as_ref().map(|body| places(body, self.start, name)).transpose()?;
        Ok((self.number, part, places))
    }
}

/// Decodes parts, in their order.
fn decoded(bodies: &[Bodies], name: &str) -> Result<Vec<Decoded>, Fault> {
    let all = |some: &[Bodies]| some.iter().map(|one| one.decoded(name)).collect::<Result<Vec<_>, Fault>>();
    if bodies.len() < AT_ONCE_MIN {
        return all(bodies);
    }
    let (left, right) = bodies.split_at(bodies.len() / 2);
    let (left, right) = std::thread::scope(|scope| {
        let right = scope.spawn(|| all(right));
        (all(left), right.join())
    });
    // A body that brings its reader down is damaged.
    let damaged = || Fault::Damaged { what: part_of(name) };
    let mut parts = left?;
    parts.extend(right.map_err(|_| damaged())??);
    Ok(parts)
}

/// The places of a part.
fn places(body: &[u8], start: Option<u64>, name: &str) -> Result<Places, Fault> {
    let plain = decompress(body, &|| places_of(name))?;
    let places = start.and_then(|start| Places::decode(&plain, start));
    places.ok_or_else(|| Fault::Damaged { what: places_of(name) })
}

/// The first places of a document's parts.
fn starts(connection: &Connection, of: &Of<'_>) -> Result<HashMap<u64, u64>, Fault> {
    let sql = match of.is_staged {
        true => "select body from temp.staged_starts where name = ?2 and ?1 is ?1",
        false => "select body from starts where document = ?1 and ?2 = ?2",
    };
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params![of.id, of.name])?;
    let mut all = HashMap::new();
    while let Some(row) = rows.next()? {
        let body = row.get_ref(0)?.as_blob().unwrap_or_default();
        let plain = decompress(body, &|| places_of(of.name))?;
        all.extend(decode_starts(&plain).ok_or_else(|| Fault::Damaged { what: places_of(of.name) })?);
    }
    Ok(all)
}

fn part_of(name: &str) -> String {
    format!("a part of {name}")
}

fn places_of(name: &str) -> String {
    format!("where the facts of {name} are")
}

impl Home {
    /// Gives each part of what a document says, in order; rows of components last, as one. Nothing of a part stays in
    /// memory or in the spool after it.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn each_part(&self, name: &str, give: &mut dyn FnMut(&Said)) -> Result<(), Fault> {
        let mut select = self.connection.prepare_cached("select id from documents where name = ?1")?;
        let mut ids = select.query([name])?;
        let Some(row) = ids.next()? else { return Ok(()) };
        let mut rows = Said::default();
        each(&self.connection, &Of::kept(row.get(0)?, name), &mut |_, part, places| {
            if part.refers_to_others() {
                rows.add_part(part, places.as_ref(), None);
                return Ok(());
            }
            let mut said = Said::default();
            said.add_part(part, places.as_ref(), None);
            said.settle();
            give(&said);
            Ok(())
        })?;
        rows.settle();
        if !rows.is_empty() {
            give(&rows);
        }
        Ok(())
    }
}

//! Cores of findings and their threads, as rows.

use crate::body::{decode, encode};
use crate::key::{columns, key};
use crate::{Fault, Home};
use findings::{Core, Cores, Key, Touched, Touches};
use memory::{Thread, ThreadId};
use model::FindingId;
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::{BTreeMap, BTreeSet};

impl Home {
    /// The titles of findings as they are now, by identifier. Exposures are not among them: theirs never change.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn titles(&self) -> Result<BTreeMap<String, String>, Fault> {
        let touched = Touched { exposures: Touches::None, ..Touched::all() };
        let mut titles = BTreeMap::new();
        for core in self.cores(&touched)?.values().flatten() {
            if let Core::One { id, title, .. } = core {
                titles.insert(id.as_str().to_owned(), title.to_string());
            }
        }
        Ok(titles)
    }

    pub(crate) fn cores(&self, touched: &Touched) -> Result<Cores, Fault> {
        let mut cores = Cores::new();
        let of_kind = "select kind, name, place, body from cores where kind = ?1";
        for (is_touched, kind) in [
            (touched.exposures == Touches::All, "exposure"),
            (touched.sightings, "sighting"),
            (touched.sightings, "story"),
            (touched.compromises, "compromise"),
            (touched.gaps, "gap"),
        ] {
            if is_touched {
                self.read(of_kind, params![kind], &mut cores)?;
            }
        }
        if let Touches::These(products) = &touched.exposures {
            for product in products {
                let one = "select kind, name, place, body from cores where kind = 'exposure' and name = ?1";
                self.read(one, params![&**product], &mut cores)?;
            }
        }
        Ok(cores)
    }

    fn read(&self, sql: &str, of: &[&dyn rusqlite::ToSql], cores: &mut Cores) -> Result<(), Fault> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query(of)?;
        while let Some(row) = rows.next()? {
            let (kind, name, place): (String, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let what = format!("the finding {kind} {name} {place}");
            let list: Vec<Core> = decode(row.get_ref(3)?.as_blob().unwrap_or_default(), &|| what.clone())?;
            let key = key(&kind, name, &place).ok_or(Fault::Damaged { what })?;
            cores.insert(key, list);
        }
        Ok(())
    }

    pub(crate) fn threads_of(
        &self,
        findings: &BTreeSet<&FindingId>,
    ) -> Result<BTreeMap<FindingId, Thread>, Fault> {
        let mut statement =
            self.connection.prepare_cached("select thread, is_open from threads where finding = ?1")?;
        let mut threads = BTreeMap::new();
        for id in findings {
            let known = statement
                .query_row([id.as_str()], |row| Ok(Thread { id: ThreadId(row.get(0)?), open: row.get(1)? }))
                .optional()?;
            threads.extend(known.map(|thread| ((*id).clone(), thread)));
        }
        Ok(threads)
    }

    pub(crate) fn last_of_threads(&self) -> Result<ThreadId, Fault> {
        let sql = "select coalesce((select value from home where name = 'last thread'), 0)";
        Ok(ThreadId(self.connection.query_row(sql, [], |row| row.get(0))?))
    }
}

/// Writes cores and empties keys.
pub(crate) fn write(connection: &Connection, cores: &Cores, emptied: &BTreeSet<Key>) -> Result<(), Fault> {
    let mut delete =
        connection.prepare_cached("delete from cores where kind = ?1 and name = ?2 and place = ?3")?;
    for key in emptied {
        let (kind, name, place) = columns(key);
        delete.execute(params![kind, name, place])?;
    }
    let mut insert = connection.prepare_cached(
        "insert into cores (kind, name, place, body) values (?1, ?2, ?3, ?4)
         on conflict (kind, name, place) do update set body = ?4 where body <> ?4",
    )?;
    for (key, list) in cores {
        let (kind, name, place) = columns(key);
        insert.execute(params![kind, name, place, encode(list)?])?;
    }
    Ok(())
}

/// Writes threads, and lets names go that were left.
pub(crate) fn write_threads(
    connection: &Connection,
    threads: &BTreeMap<FindingId, Thread>,
    left: &BTreeSet<FindingId>,
) -> Result<(), Fault> {
    let mut delete = connection.prepare_cached("delete from threads where finding = ?1")?;
    for id in left {
        delete.execute([id.as_str()])?;
    }
    let mut insert = connection.prepare_cached(
        "insert into threads (finding, thread, is_open) values (?1, ?2, ?3)
         on conflict (finding) do update set thread = ?2, is_open = ?3",
    )?;
    for (id, thread) in threads {
        insert.execute(params![id.as_str(), thread.id.0, thread.open])?;
    }
    if let Some(last) = threads.values().map(|thread| thread.id.0).max() {
        connection.execute(
            "insert into home (name, value) values ('last thread', ?1)
             on conflict (name) do update set value = max(value, ?1)",
            [last],
        )?;
    }
    Ok(())
}

//! Loading: everything that counts, from what is kept and what is staged, into what is known.
//!
//! What is ours and what reports name comes first, because it says what is of interest: of the vulnerabilities of a feed
//! only those are decoded into memory that can matter here. Documents of knowledge without indicators are one voice
//! of their source: three hundred thousand records as documents of their own would need the room of as many.

use crate::body::decode;
use crate::documents::mode_of;
use crate::moment::moment;
use crate::{Fault, Home, parts};
use findings::{Change, Document, Interest, Known, LogSeen, Mode, Said, Spool};
use memory::Revision;
use rusqlite::{Connection, OptionalExtension};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// All documents that count: what is staged goes before what is kept under the same name.
const DOCUMENTS: &str = "
    select name, source, sort, mode, received, is_advisory, id, dated, is_staged from (
        select name, source, sort, mode, received, is_advisory, id, dated, false as is_staged from documents
        where name not in (select name from temp.staged_documents) and name not in (select name from temp.gone)
        union all
        select name, source, sort, mode, received, is_advisory,
               (select id from documents where documents.name = staged_documents.name), null, true
        from temp.staged_documents
    ) where sort not in ('rules', 'tuning', 'mapping', 'logs') order by name";

/// A document, before its facts are read.
struct Row {
    name: Arc<str>,
    document: Document,
    is_grouped: bool,
    is_staged: bool,
    /// Its number, if it is kept.
    id: Option<i64>,
}

impl Home {
    /// Applies everything that counts; the revision that it is of.
    pub(crate) fn load_into(&self, known: &mut Known) -> Result<Revision, Fault> {
        let revision: Revision =
            self.connection
                .query_row("select coalesce(max(revision), 0) from revisions", [], |row| row.get(0))?;
        let rows = self.rows()?;
        for row in &rows {
            let said = self.said(row, (0, 0), None)?;
            if !said.is_empty() {
                known.apply(row.change(said));
            }
        }
        known.settle();
        self.others(known, &rows)?;
        self.logs_into(known)?;
        let said = self.regroupings()?.into_iter().filter(|one| !one.is_undone).map(|one| one.said).collect();
        known.apply(Change::Regrouped(Arc::new(said)));
        known.settle();
        Ok(revision)
    }

    /// Takes in what comes behind what is ours: of vulnerabilities and statements what can matter.
    fn others(&self, known: &mut Known, rows: &[Row]) -> Result<(), Fault> {
        let interest = known.interest();
        let mut groups: BTreeMap<Arc<str>, (Document, Said)> = BTreeMap::new();
        for row in rows {
            let mut said = self.said(row, (1, 2), Some(&interest))?;
            if said.is_empty() {
                continue;
            }
            if row.is_grouped && said.indicators() == 0 {
                let group = groups.entry(Arc::clone(&row.document.source));
                let (_, all) = group.or_insert_with(|| (row.document.clone(), Said::new(&self.spool)));
                all.take_in(said);
            } else {
                // What came first is said again, with the rest.
                said.take_in(self.said(row, (0, 0), None)?);
                said.settle();
                known.apply(Change::Forget { name: Arc::clone(&row.name) });
                known.apply(row.change(said));
            }
        }
        for (source, (document, mut said)) in groups {
            said.settle();
            let name: Arc<str> = Arc::from(format!("{source} (knowledge)"));
            known.apply(Change::Forget { name: Arc::clone(&name) });
            known.apply(Change::Said { name, document: Document { said: Arc::new(said), ..document } });
        }
        Ok(())
    }

    /// Takes in again the documents that hold what is kept by interest.
    pub(crate) fn refresh_into(&self, known: &mut Known, except: &BTreeSet<Arc<str>>) -> Result<(), Fault> {
        let mut statement = self.connection.prepare_cached(
            "select name from documents where id in (select document from parts where pass = 2)
             union select name from temp.staged_parts where pass = 2",
        )?;
        let with: BTreeSet<String> = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
        let mut rows = self.rows()?;
        // A group is taken in whole or not at all.
        let groups: BTreeSet<Arc<str>> = rows
            .iter()
            .filter(|row| row.is_grouped && with.contains(&*row.name))
            .map(|row| Arc::clone(&row.document.source))
            .collect();
        rows.retain(|row| match row.is_grouped {
            true => groups.contains(&row.document.source),
            false => with.contains(&*row.name) && !except.contains(&row.name),
        });
        self.others(known, &rows)
    }

    fn rows(&self) -> Result<Vec<Row>, Fault> {
        let mut statement = self.connection.prepare_cached(DOCUMENTS)?;
        let rows = statement.query_map([], |row| {
            let (name, source, sort): (String, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let (mode, received): (String, i64) = (row.get(3)?, row.get(4)?);
            let document = Document {
                source: Arc::from(source),
                mode: mode_of(&mode).unwrap_or(Mode::Snapshot),
                dated: row.get::<_, Option<i64>>(7)?.map(moment),
                received: moment(received),
                is_advisory: row.get(5)?,
                said: Arc::default(),
            };
            let is_grouped = sort == "knowledge";
            let (id, is_staged) = (row.get(6)?, row.get(8)?);
            Ok(Row { name: Arc::from(name), document, is_grouped, is_staged, id })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// What the parts of a document say that are read in these passes.
    fn said(&self, row: &Row, (from, to): (i64, i64), interest: Option<&Interest>) -> Result<Said, Fault> {
        let mut said = Said::new(&self.spool);
        let of = match row.is_staged {
            true => parts::Of::staged(row.id, &row.name),
            false => parts::Of::kept(row.id.unwrap_or_default(), &row.name),
        };
        let of = parts::Of { passes: (from, to), ..of };
        parts::each(&self.connection, &of, &mut |_, part, places| {
            said.add_part(part, places.as_ref(), interest);
            Ok(())
        })?;
        said.settle();
        Ok(said)
    }

    fn logs_into(&self, known: &mut Known) -> Result<(), Fault> {
        let mut statement = self.connection.prepare_cached(
            "select name, body from documents join logs on logs.document = documents.id
             where name not in (select name from temp.gone)",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let name: String = row.get(0)?;
            let body = row.get_ref(1)?.as_blob().unwrap_or_default();
            let seen: LogSeen = decode(body, &|| format!("what was seen in {name}"))?;
            known.apply(Change::Seen { name: Arc::from(name), seen: Arc::new(seen) });
        }
        Ok(())
    }
}

impl Row {
    fn change(&self, said: Said) -> Change {
        let document = Document { said: Arc::new(said), ..self.document.clone() };
        Change::Said { name: Arc::clone(&self.name), document }
    }
}

impl Home {
    /// What a document that is kept says.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn said_by(&self, name: &str) -> Result<Option<Arc<Said>>, Fault> {
        Ok(former(&self.connection, &self.spool, name)?.map(|document| document.said))
    }
}

/// A document as it is kept, whole: its state before a change.
pub(crate) fn former(
    connection: &Connection,
    spool: &Arc<dyn Spool>,
    name: &str,
) -> Result<Option<Document>, Fault> {
    let mut statement = connection.prepare_cached(
        "select id, source, mode, dated, received, is_advisory from documents where name = ?1",
    )?;
    let known = statement
        .query_row([name], |row| {
            let (id, source, mode): (i64, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let document = Document {
                source: Arc::from(source),
                mode: mode_of(&mode).unwrap_or(Mode::Snapshot),
                dated: row.get::<_, Option<i64>>(3)?.map(moment),
                received: moment(row.get(4)?),
                is_advisory: row.get(5)?,
                said: Arc::default(),
            };
            Ok((id, document))
        })
        .optional()?;
    let Some((id, document)) = known else { return Ok(None) };
    let mut said = Said::new(spool);
    parts::each(connection, &parts::Of::kept(id, name), &mut |_, part, places| {
        said.add_part(part, places.as_ref(), None);
        Ok(())
    })?;
    said.settle();
    Ok(Some(Document { said: Arc::new(said), ..document }))
}

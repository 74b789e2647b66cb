//! Looking at everything that is kept: is it whole, and what to do if not.

use crate::body::decode;
use crate::{Fault, Home, parts};
use findings::{Core, LogSeen};

/// Reads a body; the second argument names it in a fault.
type ReadBody = dyn Fn(&[u8], &dyn Fn() -> String) -> Result<(), Fault>;

impl Home {
    /// What is wrong with what is kept, a sentence each; none: everything is whole. Every body is read.
    ///
    /// # Errors
    /// When the database cannot be read at all.
    pub fn check(&self) -> Result<Vec<String>, Fault> {
        let mut faults = Vec::new();
        let verdict: String = self.connection.query_row("pragma quick_check(1)", [], |row| row.get(0))?;
        if verdict != "ok" {
            faults.push(format!("the database is damaged ({verdict}): restore a backup"));
        }
        if self.key().is_err() {
            faults
                .push("the key is not whole, and nothing is learnt without it: restore a backup".to_owned());
        }
        self.parts(&mut faults)?;
        let logs = "select name, body from logs join documents on documents.id = logs.document";
        self.bodies(logs, &mut faults, &|body, what| decode::<LogSeen>(body, what).map(|_| ()))?;
        self.versions_whole(&mut faults)?;
        let cores = "select kind || ' ' || name, body from cores";
        self.bodies(cores, &mut faults, &|body, what| decode::<Vec<Core>>(body, what).map(|_| ()))?;
        self.events_whole(&mut faults)?;
        let (_, broken) = self.audit()?;
        if let Some(seq) = broken {
            faults.push(format!("the audit log was changed at row {seq}: compare it with a backup"));
        }
        Ok(faults)
    }

    /// Reads all parts of all documents with their places.
    fn parts(&self, faults: &mut Vec<String>) -> Result<(), Fault> {
        let mut statement = self.connection.prepare_cached("select id, name from documents order by name")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (id, name): (i64, String) = (row.get(0)?, row.get(1)?);
            match parts::each(&self.connection, &parts::Of::kept(id, &name), &mut |_, _, _| Ok(())) {
                Err(fault @ Fault::Damaged { .. }) => faults.push(format!("{fault}: ingest it again")),
                other => other?,
            }
        }
        Ok(())
    }

    fn bodies(&self, sql: &str, faults: &mut Vec<String>, read: &ReadBody) -> Result<(), Fault> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let name: String = row.get(0)?;
            let body = row.get_ref(1)?.as_blob().unwrap_or_default();
            if let Err(fault) = read(body, &|| name.clone()) {
                faults.push(format!("{fault}: ingest it again"));
            }
        }
        Ok(())
    }
}

//! What a document says, part by part: a search reads everything that is kept and needs no more than one part at a time.

use crate::body::decode;
use crate::{Fault, Home};
use findings::{Part, Said};

impl Home {
    /// Gives each part of what a document says, in order. Nothing of a part stays in memory or in the spool after it.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn each_part(&self, name: &str, each: &mut dyn FnMut(&Said)) -> Result<(), Fault> {
        let mut statement = self.connection.prepare_cached(
            "select body from parts where document = (select id from documents where name = ?1) order by number",
        )?;
        let mut rows = statement.query([name])?;
        while let Some(row) = rows.next()? {
            let body = row.get_ref(0)?.as_blob().unwrap_or_default();
            let part: Part = decode(body, &|| format!("a part of {name}"))?;
            let mut said = Said::default();
            said.add_part(part, None);
            said.settle();
            each(&said);
        }
        Ok(())
    }
}

//! Which files of packs a backup carries.

use super::packs::{FOLDER, file_name};
use crate::Fault;
use rusqlite::Connection;

/// The files that a database needs: names below the home, and their digests in hexadecimal digits. One of an older schema
/// needs none.
pub(crate) fn files(connection: &Connection) -> Result<Vec<(String, String)>, Fault> {
    let sql = "select exists (select 1 from sqlite_schema where name = 'packs')";
    if !connection.query_row(sql, [], |row| row.get(0))? {
        return Ok(Vec::new());
    }
    let mut statement = connection.prepare(
        "select distinct digest from packs where body is null and retired is null and length(digest) = 32 order by 1",
    )?;
    let rows = statement.query_map([], |row| row.get::<_, Vec<u8>>(0))?;
    rows.map(|digest| {
        let name = file_name(&digest?);
        let hex = name.trim_end_matches(".zst").to_owned();
        Ok((format!("{FOLDER}/{name}"), hex))
    })
    .collect()
}

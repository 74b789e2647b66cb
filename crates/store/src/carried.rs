//! Files of events and of documents in a backup: in pieces, beside the key, so that a backup is one file.
//!
//! A file is carried when the copy of the database names it. What comes back must have the digest that the database
//! says, and a name that is no way out of the folder.

use crate::Fault;
use crate::events::catalogue::FOLDER;
use crate::home::made;
use crate::versions::carrying;
use history::{Registered, sync_folders};
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;

/// How many bytes a piece has.
const PIECE_BYTES: u64 = 8 << 20;

/// The name of a piece of a file.
fn piece(name: &str, number: u64) -> String {
    format!("{name}@{number}")
}

/// Carries the files that a copy of the catalogue names into it.
pub(crate) fn carry(copy: &Connection, home: &Path) -> Result<(), Fault> {
    for (name, _) in named(copy)? {
        let path = home.join(&name);
        let io = |error| Fault::Io { doing: "read", path: path.clone(), error };
        let mut from = File::open(&path).map_err(io)?;
        for number in 0.. {
            let mut body = Vec::new();
            #[expect(clippy::disallowed_methods, reason = "bounded by take")]
            (&mut from).take(PIECE_BYTES).read_to_end(&mut body).map_err(io)?;
            if body.is_empty() {
                break;
            }
            copy.execute(
                "insert into beside (name, body) values (?1, ?2)",
                params![piece(&name, number), body],
            )?;
        }
    }
    Ok(())
}

/// Puts the files back that a backup carries, below a new home. Why not, if one is not as it was.
pub(crate) fn put_back(backup: &Connection, home: &Path) -> Result<Option<String>, Fault> {
    let mut folders = BTreeSet::new();
    for (name, digest) in named(backup)? {
        if !is_safe(&name) {
            return Ok(Some(format!("a file is called {name:?}")));
        }
        let path = home.join(&name);
        let io = |error| Fault::Io { doing: "write", path: path.clone(), error };
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(io)?;
            folders.insert(folder.to_owned());
        }
        let mut to = made(&path).map_err(io)?;
        let mut hasher = blake3::Hasher::new();
        for number in 0.. {
            let sql = "select body from beside where name = ?1";
            let body: Option<Vec<u8>> =
                backup.query_row(sql, [piece(&name, number)], |row| row.get(0)).optional()?;
            let Some(body) = body else { break };
            hasher.update(&body);
            to.write_all(&body).map_err(io)?;
        }
        to.sync_all().map_err(io)?;
        if hasher.finalize().to_hex().as_str() != digest {
            return Ok(Some(format!("the file {name} is not whole")));
        }
    }
    for folder in folders {
        let io = |error| Fault::Io { doing: "write", path: folder.clone(), error };
        sync_folders(&folder, home).map_err(io)?;
    }
    Ok(None)
}

/// The files that a database names: names below the home, and digests.
fn named(connection: &Connection) -> Result<Vec<(String, String)>, Fault> {
    let of_events = of_events(connection)?.into_iter();
    let of_events = of_events.map(|file| (format!("{FOLDER}/{}", file.name), file.digest));
    Ok(of_events.chain(carrying::files(connection)?).collect())
}

/// The files of events that a catalogue names. One of an older schema names none.
fn of_events(connection: &Connection) -> Result<Vec<Registered>, Fault> {
    let sql = "select exists (select 1 from sqlite_schema where name = 'segments')";
    if !connection.query_row(sql, [], |row| row.get(0))? {
        return Ok(Vec::new());
    }
    let mut statement =
        connection.prepare("select body from segments where retired is null order by name")?;
    let rows = statement.query_map([], |row| row.get::<_, String>(0))?;
    rows.map(|body| {
        serde_json::from_str(&body?)
            .map_err(|_| Fault::Damaged { what: "the catalogue of files of events".to_owned() })
    })
    .collect()
}

/// Whether a name is one that a home gives.
fn is_safe(name: &str) -> bool {
    let is_plain = |part: &str| {
        !part.is_empty()
            && !part.starts_with('.')
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._=-".contains(&byte))
    };
    let of_home = ["history/events/", "history/observables/", "documents/"];
    name.split('/').all(is_plain) && of_home.iter().any(|folder| name.starts_with(folder))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_leads_out_of_the_folder_is_none() {
        for name in [
            "history/events/../../key",
            "/etc/passwd",
            "history/events//a",
            "key",
            "events/a",
            "documents/.a",
            "documents/a b",
            "history/events\\a",
        ] {
            assert!(!is_safe(name), "{name}");
        }
        assert!(is_safe("documents/6a1f0c9be2d47385.zst"));
        assert!(is_safe(
            "history/events/source=-tmp-logs-b0a89f7e/day=2026-06-01/000000000000-6a1f0c9be2d47385.parquet"
        ));
    }
}

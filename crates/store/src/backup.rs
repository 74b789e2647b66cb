//! A backup: the whole home in one file, made while others write, and made into a home again.
//!
//! The file is a SQLite database: a copy of the home's, and one table more with the files that lie beside it (the key,
//! `outpace.toml`, in pieces the files of events and of documents). So it needs no other program to look into it, and a copy that broke off is recognised by SQLite.
//!
//! Invariants:
//! - the copy is one state of the database, read in one transaction, whatever others commit meanwhile;
//! - a restored home has the name of a home only after everything in it was read and found whole;
//! - a file from outside runs nothing: its schema is, word for word, the schema that this program makes.

use crate::carried::{carry, put_back};
use crate::events::catalogue::FOLDER;
use crate::home::{APPLICATION, DATABASE, SCHEMAS, made, make_folder, private};
use crate::versions::packs;
use crate::{Fault, Home};
use findings::Spool;
use history::sync_folders;
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags, OptionalExtension};
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// The table that only a backup has.
const TABLE: &str = "create table beside (name text primary key, body blob not null) strict, without rowid";
/// What lies beside the database: the name, whether a home needs it, and how many bytes it may have.
const BESIDE: &[(&str, bool, u64)] = &[("key", true, 32), ("outpace.toml", false, 1 << 20)];
/// The name of the database until it is checked.
const UNCHECKED: &str = "outpace.db.part";
/// How often, and after what pause, a database that is busy is asked again.
const TRIES: u32 = 600;
const PAUSE: Duration = Duration::from_millis(50);

impl Home {
    /// Writes everything into a file that is empty. The file is on disk when this returns.
    ///
    /// # Errors
    /// When the home cannot be read or the file not be written; then the file is of no use.
    pub fn backup(&self, file: &Path) -> Result<(), Fault> {
        let mut copy = Connection::open(file)?;
        pages(&self.connection, &mut copy)?;
        // A backup is one file: nothing of it may wait in a log beside it.
        copy.pragma_update(None, "journal_mode", "delete")?;
        copy.pragma_update(None, "synchronous", "full")?;
        copy.execute_batch(TABLE)?;
        for (name, is_needed, bytes_max) in BESIDE {
            let path = self.directory().join(name);
            if let Some(body) = read(&path, *is_needed, *bytes_max)? {
                copy.execute("insert into beside (name, body) values (?1, ?2)", (name, body))?;
            }
        }
        carry(&copy, self.directory())?;
        copy.close().map_err(|(_, error)| error)?;
        let io = |error| Fault::Io { doing: "write", path: file.to_owned(), error };
        File::open(file).and_then(|file| file.sync_all()).map_err(io)
    }

    /// Makes a home of a backup, in a directory that is new or empty.
    ///
    /// # Errors
    /// When the directory is neither, the file is not a whole backup, or the disk fails; then what was made is gone.
    pub fn restore(file: &Path, directory: &Path, spool: Arc<dyn Spool>) -> Result<Self, Fault> {
        empty(directory)?;
        let restored = build(file, directory, &spool).and_then(|()| {
            let (from, to) = (directory.join(UNCHECKED), directory.join(DATABASE));
            let io = |error| Fault::Io { doing: "rename", path: from.clone(), error };
            std::fs::rename(&from, &to).and_then(|()| sync_folders(directory, directory)).map_err(io)?;
            Self::open(directory, Arc::clone(&spool))
        });
        if restored.is_err() {
            clear(directory);
        }
        restored
    }
}

/// Builds the home under a name that is none of a home, and reads all of it.
fn build(file: &Path, directory: &Path, spool: &Arc<dyn Spool>) -> Result<(), Fault> {
    let not = |why: &str| Fault::NoBackup { path: file.to_owned(), why: why.to_owned() };
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let backup = Connection::open_with_flags(file, flags)?;
    backup.pragma_update(None, "trusted_schema", false)?;
    must_be_ours(&backup).map_err(|fault| match fault {
        Fault::Database(error) => not(&error.to_string()),
        other => other,
    })?;
    let mut bodies = Vec::new();
    for (name, is_needed, bytes_max) in BESIDE {
        let sql = "select body from beside where name = ?1 and length(body) <= ?2";
        let body: Option<Vec<u8>> = backup.query_row(sql, (name, bytes_max), |row| row.get(0)).optional()?;
        match body {
            Some(body) => bodies.push((*name, body)),
            None if *is_needed => return Err(not(&format!("it holds no {name}"))),
            None => {}
        }
    }
    if bodies.iter().any(|(name, body)| *name == "key" && body.len() != 32) {
        return Err(not("its key is not whole"));
    }
    let unchecked = directory.join(UNCHECKED);
    let io = |path: &Path| {
        let path = path.to_owned();
        move |error| Fault::Io { doing: "write", path, error }
    };
    drop(made(&unchecked).map_err(io(&unchecked))?);
    for (name, body) in bodies {
        let path = directory.join(name);
        let mut file = made(&path).map_err(io(&path))?;
        file.write_all(&body).and_then(|()| file.sync_all()).map_err(io(&path))?;
    }
    if let Some(why) = put_back(&backup, directory)? {
        return Err(not(&why));
    }
    let mut copy = Connection::open(&unchecked)?;
    pages(&backup, &mut copy)?;
    copy.pragma_update(None, "trusted_schema", false)?;
    copy.execute_batch("drop table beside")?;
    copy.close().map_err(|(_, error)| error)?;
    let home = Home::connect(directory, UNCHECKED, Arc::clone(spool))?;
    if let Some(first) = home.check()?.first() {
        return Err(not(first));
    }
    home.connection.close().map_err(|(_, error)| error)?;
    File::open(&unchecked).and_then(|file| file.sync_all()).map_err(io(&unchecked))
}

/// Copies a database as it is at one moment.
fn pages(from: &Connection, to: &mut Connection) -> Result<(), Fault> {
    let backup = Backup::new(from, to)?;
    for _ in 0..TRIES {
        // All pages in one step: a step that ends early begins again when somebody commits.
        match backup.step(-1)? {
            StepResult::Done => return Ok(()),
            _ => std::thread::sleep(PAUSE),
        }
    }
    Err(Fault::Busy { holder: String::new() })
}

/// Whether a database is a backup, and brings no more than a program of ours has made.
fn must_be_ours(backup: &Connection) -> Result<(), Fault> {
    let not = |why: &str| {
        let path = backup.path().map(PathBuf::from).unwrap_or_default();
        Err(Fault::NoBackup { path, why: why.to_owned() })
    };
    let number =
        |name: &str| -> Result<i64, Fault> { Ok(backup.pragma_query_value(None, name, |row| row.get(0))?) };
    if number("application_id")? != i64::from(APPLICATION) {
        return not("it is another program's database");
    }
    let (found, known) = (number("user_version")?, i64::try_from(SCHEMAS.len()).unwrap_or(i64::MAX));
    if found > known {
        return Err(Fault::Newer { found, known });
    }
    let ours = Connection::open_in_memory()?;
    for schema in SCHEMAS.iter().take(usize::try_from(found).unwrap_or(0)) {
        ours.execute_batch(schema)?;
    }
    if schema(backup)? == schema(&ours)? {
        return not("it is the database of a home, not a backup: it holds no key");
    }
    ours.execute_batch(TABLE)?;
    if schema(backup)? != schema(&ours)? {
        return not("its tables are not those of a home");
    }
    Ok(())
}

/// Everything that a database would run or hold, word for word.
fn schema(connection: &Connection) -> Result<BTreeSet<(String, String, String)>, Fault> {
    let mut statement = connection.prepare(
        "select type, name, coalesce(sql, '') from sqlite_schema where name not like 'sqlite\\_%' escape '\\'",
    )?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The bytes of a file beside the database.
fn read(path: &Path, is_needed: bool, bytes_max: u64) -> Result<Option<Vec<u8>>, Fault> {
    let io = |error| Fault::Io { doing: "read", path: path.to_owned(), error };
    let size = match std::fs::metadata(path) {
        Ok(there) if there.is_file() => there.len(),
        Ok(_) => return Err(io(std::io::Error::other("it is not a regular file"))),
        Err(error) if error.kind() == ErrorKind::NotFound && !is_needed => return Ok(None),
        Err(error) => return Err(io(error)),
    };
    if size > bytes_max {
        return Err(io(std::io::Error::other(format!("it has more than {bytes_max} bytes"))));
    }
    let mut body = vec![0; usize::try_from(size).unwrap_or(0)];
    File::open(path).and_then(|mut file| file.read_exact(&mut body)).map_err(io)?;
    Ok(Some(body))
}

/// Makes a directory, or sees that there is nothing in it.
fn empty(directory: &Path) -> Result<(), Fault> {
    let io = |doing| move |error| Fault::Io { doing, path: directory.to_owned(), error };
    make_folder(directory).map_err(io("make"))?;
    if std::fs::read_dir(directory).map_err(io("read"))?.next().is_some() {
        return Err(Fault::NotEmpty(directory.to_owned()));
    }
    private(directory)
}

/// Takes away what was made in a directory that was empty.
fn clear(directory: &Path) {
    let tails = ["", "-wal", "-shm", "-journal"];
    let databases =
        [UNCHECKED, DATABASE].into_iter().flat_map(|name| tails.map(|tail| format!("{name}{tail}")));
    for name in databases.chain(BESIDE.iter().map(|(name, ..)| (*name).to_owned())) {
        // What cannot be taken away is seen by the next restore, which asks for an empty directory.
        _ = std::fs::remove_file(directory.join(name));
    }
    for folder in [FOLDER, packs::FOLDER] {
        _ = std::fs::remove_dir_all(directory.join(folder));
    }
}

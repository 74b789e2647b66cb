//! The directory of a memory: made, opened, brought up to the schema of today.

use crate::events::pending::{Pending, PendingDebts};
use crate::lapses::Lapses;
use crate::lock::{Locks, Patience};
use crate::{Fault, turns};
use findings::Spool;
use history::{folder_above, sync_folders};
use rusqlite::Connection;
use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// Each schema in order; the number of those that were applied is kept in the file.
pub(crate) const SCHEMAS: &[&str] = &[
    include_str!("schema/0001.sql"),
    include_str!("schema/0002.sql"),
    include_str!("schema/0003.sql"),
    include_str!("schema/0004.sql"),
    include_str!("schema/0005.sql"),
    include_str!("schema/0006.sql"),
];
/// Says that a database is a home: "outp".
pub(crate) const APPLICATION: i32 = 0x6f75_7470;
/// The name of the database.
pub(crate) const DATABASE: &str = "outpace.db";
/// The names of the key and of the file that is locked.
const KEY: &str = "key";
const LOCK: &str = "lock";
/// How long the key is.
const KEY_BYTES: u64 = 32;
/// So many versions of a document are kept word for word, if nothing else is configured.
pub const VERSIONS_BUILT_IN: u32 = 3;
/// How long a writer waits for another one's transaction.
const WAIT: Duration = Duration::from_secs(30);

/// Tables of this connection alone: what was read waits there for the commit.
const STAGING: &str = "
    create temp table if not exists staged_documents (
        name text primary key, source text, sort text, mode text, received integer, is_advisory integer, digest blob,
        bytes integer, form text, counts text, problems text, first integer, last integer, is_whole integer
    );
    create temp table if not exists staged_parts (
        name text, number integer, pass integer, body blob, primary key (name, number)
    );
    create temp table if not exists kept_parts (name text, number integer, primary key (name, number));
    create temp table if not exists staged_places (name text, number integer, body blob, primary key (name, number));
    create temp table if not exists staged_starts (name text, number integer, body blob, primary key (name, number));
    create temp table if not exists staged_on (name text primary key, revision integer);
    create temp table if not exists staged_versions (
        name text primary key, sort text, digest blob, bytes integer, readers integer, is_cut integer, slices text
    );
    create temp table if not exists staged_packs (id integer primary key, digest blob, bytes integer, body blob);
    create temp table if not exists staged_slices (
        id integer primary key, pack integer, at integer, length integer, bytes integer, digest blob, edge integer,
        needs text, frames integer, whole integer
    );
    create temp table if not exists staged_unkept (name text primary key, why text);
    create temp table if not exists gone (name text primary key);
";

/// A memory on disk.
pub struct Home {
    directory: PathBuf,
    pub(crate) connection: Connection,
    /// Where details of indicators wait that are loaded.
    pub(crate) spool: Arc<dyn Spool>,
    /// How long an acknowledgement holds.
    pub(crate) lapses: Lapses,
    /// How many versions of a document are kept word for word.
    pub(crate) versions_max: u32,
    /// What the next commit does to events and to debts.
    pub(crate) pending: Pending,
    pub(crate) debts: PendingDebts,
    /// Acts of people that the next commit writes: who, and what as JSON.
    pub(crate) acts: Vec<(String, String)>,
    pub(crate) locks: Locks,
}

impl std::fmt::Debug for Home {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Home").field("directory", &self.directory).finish_non_exhaustive()
    }
}

impl Home {
    /// Makes a home in a directory, or opens the one that is there. Says whether it is new.
    ///
    /// # Errors
    /// When the directory cannot be made, or the home is of a newer program.
    pub fn make(directory: &Path, spool: Arc<dyn Spool>) -> Result<(Self, bool), Fault> {
        let io = |doing, path: &Path| {
            let path = path.to_owned();
            move |error| Fault::Io { doing, path, error }
        };
        let is_new = !directory.join(DATABASE).exists();
        if is_new {
            make_folder(directory).map_err(io("make", directory))?;
            private(directory)?;
            make_key(directory)?;
        }
        Ok((Self::connect(directory, DATABASE, spool)?, is_new))
    }

    /// Opens a home.
    ///
    /// # Errors
    /// When there is none, it cannot be read, or is of a newer program.
    pub fn open(directory: &Path, spool: Arc<dyn Spool>) -> Result<Self, Fault> {
        if !directory.join(DATABASE).exists() {
            return Err(Fault::NoHome(directory.to_owned()));
        }
        Self::connect(directory, DATABASE, spool)
    }

    pub(crate) fn connect(directory: &Path, name: &str, spool: Arc<dyn Spool>) -> Result<Self, Fault> {
        let mut connection = Connection::open(directory.join(name))?;
        connection.busy_timeout(WAIT)?;
        // A batch of one line changes some seven pages: of 2,048 bytes they are 17 kB, of 4,096 30 kB. An inventory of a million
        // rows costs one part in twenty more of processor time. A database that is there keeps its own.
        connection.pragma_update(None, "page_size", 2048)?;
        connection.pragma_update(None, "journal_mode", "wal")?;
        connection.pragma_update(None, "synchronous", "full")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        // A database from outside may not run what it brings.
        connection.pragma_update(None, "trusted_schema", false)?;
        migrate(&mut connection)?;
        staging(&connection)?;
        let directory = directory.to_owned();
        Ok(Self {
            directory,
            connection,
            spool,
            lapses: Lapses::default(),
            versions_max: VERSIONS_BUILT_IN,
            pending: Pending::default(),
            debts: PendingDebts::default(),
            acts: Vec::new(),
            locks: Locks::default(),
        })
    }

    /// Where it is.
    #[must_use]
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Says how long an acknowledgement holds.
    pub fn set_lapses(&mut self, lapses: Lapses) {
        self.lapses = lapses;
    }

    /// Keeps others from learning until [`Home::unlock`], or until this home is dropped.
    ///
    /// # Errors
    /// When somebody else is learning and patience ends.
    pub fn lock(&mut self, patience: &mut Patience<'_>) -> Result<(), Fault> {
        self.locks.learn(&self.directory, patience)
    }

    /// Lets others learn.
    pub fn unlock(&mut self) {
        self.locks.let_learn();
    }

    /// Keeps others from following logs into this home, until it is dropped: two that followed the same log would count it
    /// twice.
    ///
    /// # Errors
    /// When somebody else follows logs into it.
    pub fn lock_watch(&mut self) -> Result<(), Fault> {
        self.locks.watch(&self.directory)
    }

    /// Keeps others from sending notices until this home is dropped: two that send at once would send twice.
    ///
    /// # Errors
    /// When somebody else sends.
    pub fn lock_notices(&mut self) -> Result<(), Fault> {
        self.locks.send(&self.directory)
    }

    /// How many changes were committed. Another number than before says that somebody has learnt.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn revision(&self) -> Result<memory::Revision, Fault> {
        let sql = "select coalesce(max(revision), 0) from revisions";
        Ok(self.connection.query_row(sql, [], |row| row.get(0))?)
    }

    /// The secret that fingerprints are made with.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn key(&self) -> Result<model::SecretKey, Fault> {
        let path = self.directory.join(KEY);
        let io = |error| Fault::Io { doing: "read", path: path.clone(), error };
        let mut key = [0; 32];
        File::open(&path).and_then(|mut file| file.read_exact(&mut key)).map_err(io)?;
        Ok(model::SecretKey::new(key))
    }
}

/// Makes a directory, and those that it lies in. It is on disk when this returns.
pub(crate) fn make_folder(directory: &Path) -> std::io::Result<()> {
    let there = directory.ancestors().find(|one| one.as_os_str().is_empty() || one.is_dir());
    let there = there.unwrap_or(directory);
    std::fs::create_dir_all(directory)?;
    // One that was there may be of a run that was killed before it synced.
    sync_folders(directory, if there == directory { folder_above(directory) } else { there })
}

/// Makes the key, whole or not at all, before there is a database: a home without its key would be of no use.
fn make_key(directory: &Path) -> Result<(), Fault> {
    let (path, unfinished) = (directory.join(KEY), directory.join("key.part"));
    let io = |path: &Path| {
        let path = path.to_owned();
        move |error| Fault::Io { doing: "write", path, error }
    };
    // Two programs may make a home at once: both must have the key that is there in the end.
    let lock = opened_lock(directory).and_then(|lock| lock.lock().map(|()| lock));
    let _lock = lock.map_err(io(&directory.join(LOCK)))?;
    if std::fs::metadata(&path).is_ok_and(|there| there.len() == KEY_BYTES) {
        return Ok(());
    }
    if unfinished.exists() {
        std::fs::remove_file(&unfinished).map_err(io(&unfinished))?;
    }
    let mut file = made(&unfinished).map_err(io(&unfinished))?;
    file.write_all(&random()?).and_then(|()| file.sync_all()).map_err(io(&unfinished))?;
    std::fs::rename(&unfinished, &path).map_err(io(&path))?;
    sync_folders(directory, directory).map_err(io(directory))
}

/// The file that is locked; made, where it is missing.
fn opened_lock(directory: &Path) -> std::io::Result<File> {
    OpenOptions::new().create(true).truncate(false).read(true).write(true).open(directory.join(LOCK))
}

/// Brings a database up to the schema of today.
fn migrate(connection: &mut Connection) -> Result<(), Fault> {
    let known = i64::try_from(SCHEMAS.len()).unwrap_or(i64::MAX);
    let version = |connection: &Connection| -> Result<i64, Fault> {
        Ok(connection.pragma_query_value(None, "user_version", |row| row.get(0))?)
    };
    if version(connection)? == known {
        return Ok(());
    }
    // Two programs may open a home at once: whoever comes second sees what the first has done.
    let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let found = version(&transaction)?;
    if found > known {
        return Err(Fault::Newer { found, known });
    }
    for schema in SCHEMAS.iter().skip(usize::try_from(found).unwrap_or(0)) {
        transaction.execute_batch(schema)?;
    }
    if found < turns::SINCE_SCHEMA {
        turns::fill(&transaction)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION)?;
    transaction.pragma_update(None, "user_version", known)?;
    transaction.commit()?;
    Ok(())
}

/// Makes the tables in which things wait.
fn staging(connection: &Connection) -> Result<(), Fault> {
    connection.pragma_update(None, "temp_store", "file")?;
    connection.execute_batch(STAGING)?;
    Ok(())
}

/// A new file that only its owner may read.
pub(crate) fn made(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Closes a directory to others: it will hold what an attacker would like to know.
pub(crate) fn private(directory: &Path) -> Result<(), Fault> {
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o700);
    let path = directory.to_owned();
    std::fs::set_permissions(directory, mode).map_err(|error| Fault::Io {
        doing: "close to others",
        path,
        error,
    })
}

/// Random bytes of the operating system.
fn random() -> Result<[u8; 32], Fault> {
    let path = Path::new("/dev/urandom");
    let mut bytes = [0; 32];
    File::open(path).and_then(|mut file| file.read_exact(&mut bytes)).map_err(|error| Fault::Io {
        doing: "read",
        path: path.to_owned(),
        error,
    })?;
    Ok(bytes)
}

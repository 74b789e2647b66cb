//! What can go wrong with a home, in words that say what to do.

use rusqlite::ErrorCode;
use std::fmt;
use std::io::ErrorKind;
use std::path::PathBuf;

/// Why a home cannot be used.
#[derive(Debug)]
pub enum Fault {
    /// The directory holds no home.
    NoHome(PathBuf),
    /// The home is of a newer version of the program.
    Newer {
        /// The schema of the home.
        found: i64,
        /// The newest that this program knows.
        known: i64,
    },
    /// Somebody else is learning into it.
    Busy {
        /// Who, if it says.
        holder: String,
    },
    /// Somebody else follows logs into it.
    Watched {
        /// Who, if it says.
        holder: String,
    },
    /// A file is not a backup, or not whole.
    NoBackup {
        /// The file.
        path: PathBuf,
        /// Why not.
        why: String,
    },
    /// The directory for a home holds something already.
    NotEmpty(PathBuf),
    /// The operating system refuses.
    Io {
        /// What was to be done.
        doing: &'static str,
        /// On which file.
        path: PathBuf,
        /// Why not.
        error: std::io::Error,
    },
    /// The database refuses.
    Database(rusqlite::Error),
    /// A body cannot be read back.
    Damaged {
        /// Of what.
        what: String,
    },
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoHome(path) => write!(f, "no home in {}", path.display()),
            Self::Newer { found, known } => {
                write!(f, "the home is of a newer outpace (schema {found}; this one knows up to {known})")
            }
            Self::Busy { holder } if holder.is_empty() => {
                write!(f, "another outpace is learning into this home")
            }
            Self::Busy { holder } => write!(f, "another outpace is learning into this home ({holder})"),
            Self::Watched { holder } => {
                write!(f, "another outpace follows logs into this home ({holder})")
            }
            Self::NoBackup { path, why } => write!(f, "{} is not a whole backup: {why}", path.display()),
            Self::NotEmpty(path) => write!(f, "{} is not empty", path.display()),
            Self::Io { doing, path, error } => write!(f, "cannot {doing} {}: {error}", path.display()),
            Self::Database(error) => match self.disk() {
                Some(what) => write!(f, "{what} ({error}); nothing of this change was kept"),
                None => write!(f, "the database of the home: {error}"),
            },
            Self::Damaged { what } => write!(f, "{what} is damaged and cannot be read"),
        }
    }
}

/// What helps when something that is kept cannot be read.
const WHOLE: &str = "look with `outpace doctor`; restore a backup, or ingest the sources into a new home";

/// What helps when the disk refuses.
const ROOM: &str = "look at the disk and make room; what was acknowledged before is kept";

impl Fault {
    /// What is wrong with the disk, if that is why the database refuses.
    fn disk(&self) -> Option<&'static str> {
        let Self::Database(error) = self else { return None };
        match error.sqlite_error_code()? {
            ErrorCode::DiskFull => Some("the disk of the home, or that of temporary files, is full"),
            ErrorCode::SystemIoFailure => Some("the disk of the home, or that of temporary files, fails"),
            _ => None,
        }
    }

    /// What the user can do about it.
    #[must_use]
    pub fn help(&self) -> Option<&'static str> {
        match self {
            Self::NoHome(_) => Some("make one with `outpace init`, or name another with --home"),
            Self::Newer { .. } => Some("use the newer program, or restore a backup made with this one"),
            Self::Busy { .. } => Some("try again when it is done; reading and triage work meanwhile"),
            Self::Watched { .. } => Some("give all paths to one `outpace watch`, or end the other first"),
            Self::NoBackup { .. } => Some("give a file that `outpace backup` has written"),
            Self::NotEmpty(_) => Some("name a directory that is new or empty with --home"),
            Self::Io { error, .. } if error.kind() == ErrorKind::PermissionDenied => {
                Some("give this user the right to it, or name another directory with --home")
            }
            Self::Io { doing: "read", .. } => Some(WHOLE),
            Self::Io { .. } => Some(ROOM),
            Self::Database(_) if self.disk().is_some() => Some(ROOM),
            Self::Database(_) | Self::Damaged { .. } => Some(WHOLE),
        }
    }
}

impl std::error::Error for Fault {}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(error)
    }
}

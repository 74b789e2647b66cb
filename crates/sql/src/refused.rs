//! Why a statement gave no answer, in words that say where and what to do.

use std::fmt;
use store::Fault;

/// Why a statement gave no answer, or not all of it.
#[derive(Debug)]
pub enum Refused {
    /// It is no statement that can be run.
    Wrong {
        /// What is wrong.
        what: String,
        /// Line and character, from 1, with the text that is there, where SQLite names a place.
        place: Option<(usize, usize, String)>,
    },
    /// It would do more than read.
    NotReading {
        /// What it would do.
        what: String,
    },
    /// Its time was over.
    Late,
    /// It needs more memory than it may have.
    TooLarge,
    /// The home cannot be read.
    Home(Fault),
    /// Its rows could not be written.
    Written(std::io::Error),
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Wrong { what, place: Some((line, character, near)) } if near.is_empty() => {
                write!(f, "cannot run the statement, line {line}, character {character}, its end: {what}")
            }
            Self::Wrong { what, place: Some((line, character, near)) } => {
                write!(f, "cannot run the statement, line {line}, character {character}, at `{near}`: {what}")
            }
            Self::Wrong { what, place: None } => write!(f, "cannot run the statement: {what}"),
            Self::NotReading { what } => write!(f, "the statement may only read, and would {what}"),
            Self::Late => write!(f, "the time of the statement was over before its answer was whole"),
            Self::TooLarge => write!(f, "the statement needs more memory than it may have"),
            Self::Home(fault) => fault.fmt(f),
            Self::Written(error) => write!(f, "cannot write the answer: {error}"),
        }
    }
}

impl Refused {
    /// What to do about it.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        Some(match self {
            Self::Wrong { what, .. } if what.starts_with("no ") => {
                "`select * from columns` names tables and columns; texts are in 'single quotes'".to_owned()
            }
            Self::Wrong { .. } => "give one statement in the SQL of SQLite, as in `select * from findings`".to_owned(),
            Self::NotReading { .. } => "give one SELECT; what is in a home changes by the other verbs".to_owned(),
            Self::Late => {
                "ask for less: name a time, a source or a value (`explain query plan …` shows what is read), or give \
                 more --timeout"
                    .to_owned()
            }
            Self::TooLarge => "sort or group fewer rows: name a time or a source, or leave wide columns out".to_owned(),
            Self::Home(fault) => return fault.help().map(str::to_owned),
            Self::Written(_) => return None,
        })
    }

    /// What SQLite says, as one of these.
    pub(crate) fn of(error: rusqlite::Error) -> Self {
        use rusqlite::{Error, ErrorCode};
        match error {
            Error::SqlInputError { msg, sql, offset, .. } => {
                let place = usize::try_from(offset).ok().and_then(|offset| place(&sql, offset));
                Self::Wrong { what: msg, place }
            }
            Error::MultipleStatement => {
                Self::Wrong { what: "there is more than one statement".to_owned(), place: None }
            }
            Error::Empty => Self::Wrong { what: "there is no statement".to_owned(), place: None },
            Error::SqliteFailure(failure, message) => match failure.code {
                ErrorCode::OperationInterrupted => Self::Late,
                ErrorCode::OutOfMemory => Self::TooLarge,
                _ => {
                    let what = message.unwrap_or_else(|| failure.to_string());
                    Self::Wrong { what, place: None }
                }
            },
            other => Self::Wrong { what: other.to_string(), place: None },
        }
    }
}

/// Line and character of an offset in bytes, and the word that is there.
fn place(sql: &str, offset: usize) -> Option<(usize, usize, String)> {
    let (before, behind) = (sql.get(..offset)?, sql.get(offset..)?);
    let line = before.matches('\n').count() + 1;
    let character = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    let word: String = behind.chars().take_while(|c| !c.is_whitespace()).take(40).collect();
    Some((line, character, word))
}

impl From<Fault> for Refused {
    fn from(fault: Fault) -> Self {
        Self::Home(fault)
    }
}

impl std::error::Error for Refused {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_counted_in_lines_and_characters() {
        assert_eq!(place("select ü,\n  x y", 13), Some((2, 3, "x".to_owned())));
        assert_eq!(place("select", 6), Some((1, 7, String::new())));
        assert_eq!(place("select", 7), None);
        assert_eq!(place("ü", 1), None);
    }
}

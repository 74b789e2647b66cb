//! What the user configures: `--set` goes before `OUTPACE_*`, that before `outpace.toml` in the home, that before what
//! is built in.
//!
//! A configuration is read whole and checked before anything is done: a key that is spelled wrong would else be silently
//! without effect. Each value knows where it came from.
//!
//! Invariants: an unknown key, a value of the wrong sort and a value out of bounds are mistakes with line and remedy;
//! all of them are named, not only the first.

mod keys;
mod mistake;
mod notices;
mod text;
mod value;

pub use keys::seconds;
pub use mistake::{Mistake, Origin};

use crate::arguments::Shared;
use crate::failure::Failure;
use keys::Name;
use mistake::FILE;
use pipeline::Retention;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use store::Lapses;
use value::{Plain, Value};

/// How large the file may be; a backup takes no more.
const BYTES_MAX: u64 = 1 << 20;

/// What holds.
#[derive(Clone, Debug, Default)]
pub struct Config {
    values: BTreeMap<Name, (Value, Origin)>,
}

/// The file of a home.
pub fn path(directory: &Path) -> PathBuf {
    directory.join(FILE)
}

impl Config {
    /// The configuration of a home; without a file what is built in.
    ///
    /// # Errors
    /// When the file cannot be read, or anything in the configuration is wrong.
    pub fn load(directory: &Path, shared: &Shared) -> Result<Self, Failure> {
        let (config, mistakes) = Self::read(directory, shared)?;
        match mistakes.is_empty() {
            true => Ok(config),
            false => Err(Failure::Config { path: path(directory), mistakes }),
        }
    }

    /// The same, with all mistakes.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn read(directory: &Path, shared: &Shared) -> Result<(Self, Vec<Mistake>), Failure> {
        let (mut config, mut mistakes) = (Self::default(), Vec::new());
        config.values.extend(keys::built_in().map(|(name, value)| (name, (value, Origin::BuiltIn))));
        let (entries, faults) = text::entries(&whole(&path(directory))?);
        mistakes.extend(faults);
        for entry in entries {
            let origin = Origin::File(entry.line);
            match Name::of(&entry.parts).and_then(|name| Ok((name.clone(), name.value(&entry.value)?))) {
                Ok((name, value)) => config.set(name, value, origin),
                Err((what, help)) => mistakes.push(Mistake { origin, what, help }),
            }
        }
        #[expect(clippy::disallowed_methods, reason = "the door knows the environment")]
        let set = |variable: &str| std::env::var(variable).ok().filter(|value| !value.is_empty());
        for (name, variable) in keys::variables() {
            let Some(text) = set(variable) else { continue };
            let origin = Origin::Environment(variable);
            match name.value(&Plain::Text(text)) {
                Ok(value) => config.set(name, value, origin),
                Err((what, help)) => mistakes.push(Mistake { origin, what, help }),
            }
        }
        for (key, text) in &shared.set {
            let origin = Origin::Flag;
            let read =
                Name::parse(key).and_then(|name| Ok((name.clone(), name.value(&Plain::Text(text.clone()))?)));
            match read {
                Ok((name, value)) => config.set(name, value, origin),
                Err((what, help)) => mistakes.push(Mistake { origin, what, help }),
            }
        }
        Ok((config, mistakes))
    }

    fn set(&mut self, name: Name, value: Value, origin: Origin) {
        self.values.insert(name, (value, origin));
    }

    /// Every value: its key, how it is written, where it came from.
    pub fn rows(&self) -> impl Iterator<Item = (String, &str, &Origin)> {
        self.values.iter().map(|(name, (value, origin))| (name.to_string(), value.shown(), origin))
    }

    /// What is configured of notices: the parts of each key, its texts, where it came from.
    pub fn of_notices(&self) -> impl Iterator<Item = (&[String], Vec<&str>, &Origin)> {
        self.values.iter().filter_map(|(name, (value, origin))| match (name, value) {
            (Name::Notice(parts), Value::List(all, _)) => {
                Some((parts.as_slice(), all.iter().map(String::as_str).collect(), origin))
            }
            (Name::Notice(parts), value) => Some((parts.as_slice(), vec![value.shown()], origin)),
            _ => None,
        })
    }

    /// Whose memory it is.
    pub fn organisation(&self) -> Option<&str> {
        self.values.get(&Name::Organisation).map(|(value, _)| value.shown())
    }

    /// How long what is learnt of logs and of findings is kept.
    pub fn retention(&self) -> Retention {
        let seconds = |name| self.values.get(&name).and_then(|(value, _)| value.seconds());
        Retention { events: seconds(Name::Events), quotes: seconds(Name::Logs), turns: seconds(Name::Turns) }
    }

    /// How many versions of a document are kept word for word.
    pub fn versions(&self) -> u32 {
        let known = self.values.get(&Name::Documents).and_then(|(value, _)| value.count());
        known.unwrap_or(store::VERSIONS_BUILT_IN)
    }

    /// How long an acknowledgement holds.
    pub fn lapses(&self) -> Lapses {
        let seconds = |name| self.values.get(&name).and_then(|(value, _)| value.seconds());
        let built_in = Lapses::default();
        Lapses {
            critical: seconds(Name::Critical).unwrap_or(built_in.critical),
            high: seconds(Name::High).unwrap_or(built_in.high),
        }
    }

    /// The sources that have a rhythm, in seconds, and as it is written.
    pub fn rhythms(&self) -> impl Iterator<Item = (&str, i64, &str)> {
        self.values.iter().filter_map(|(name, (value, _))| match name {
            Name::Rhythm(source) => Some((source.as_str(), value.seconds()?, value.shown())),
            _ => None,
        })
    }
}

/// The text of the file; empty if there is none.
fn whole(path: &Path) -> Result<String, Failure> {
    let failed = |source| Failure::Read { path: path.to_owned(), source };
    let size = match std::fs::metadata(path) {
        Ok(there) if there.is_file() => there.len(),
        Ok(_) => return Err(failed(std::io::Error::other("it is not a regular file"))),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(String::new()),
        Err(error) => return Err(failed(error)),
    };
    if size > BYTES_MAX {
        return Err(failed(std::io::Error::other(format!("it has more than {BYTES_MAX} bytes"))));
    }
    let mut text = String::new();
    File::open(path).and_then(|file| file.take(BYTES_MAX).read_to_string(&mut text)).map_err(failed)?;
    Ok(text)
}

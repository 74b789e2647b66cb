//! When something falls due by time alone: noted with what was joined, so that it is known without loading what is known.

use crate::moment::moment;
use crate::{Fault, Home};
use model::Timestamp;

/// Under which it is noted.
const DUE: &str = "falls due";

/// When the next join is due that nothing which is learnt asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// Nobody knows: an older program learnt last.
    Unknown,
    /// Never, unless something is learnt.
    Never,
    /// At this moment.
    At(Timestamp),
}

impl Due {
    /// Whether it is time.
    #[must_use]
    pub fn is_over(self, now: Timestamp) -> bool {
        match self {
            Self::Unknown => true,
            Self::Never => false,
            Self::At(due) => due <= now,
        }
    }
}

impl From<Option<Timestamp>> for Due {
    fn from(due: Option<Timestamp>) -> Self {
        due.map_or(Self::Never, Self::At)
    }
}

impl Home {
    /// When something falls due.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn due(&self) -> Result<Due, Fault> {
        let Some(noted) = self.note(DUE)? else { return Ok(Due::Unknown) };
        Ok(match noted.parse() {
            Ok(micros) => Due::At(moment(micros)),
            Err(_) if noted == "never" => Due::Never,
            Err(_) => Due::Unknown,
        })
    }

    /// Notes when something falls due.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn set_due(&mut self, due: Due) -> Result<(), Fault> {
        let noted = match due {
            Due::Unknown => String::new(),
            Due::Never => "never".to_owned(),
            Due::At(moment) => moment.micros().to_string(),
        };
        if self.note(DUE)?.is_none_or(|known| known != noted) {
            self.set_note(DUE, &noted)?;
        }
        Ok(())
    }
}

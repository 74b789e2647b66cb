//! A report of our own as it is published: its head, its passages with their markings, and one edition of it.
//!
//! One room reads it from Markdown and another writes it in every form, and neither knows the other: these are the words
//! between them. A passage has the strictest of the markings that hold for it (of the report, its section, its list, its
//! own), so who may see it is one comparison.
//!
//! Invariant: what an audience may not see is not among the passages of its edition, and neither is what it names.

use crate::world::Mention;
use crate::{Date, Timestamp, Tlp};

/// A report as its author wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Publication {
    /// The document that it was read from.
    pub source: String,
    /// What it is called by: letters, digits, `-`, `_`, `.`.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The day of its first version.
    pub date: Date,
    /// The marking of all that has no stricter one.
    pub tlp: Tlp,
    /// Who publishes it.
    pub author: String,
    /// The groups that it is about.
    pub actors: Vec<String>,
    /// What sort of actor they are: `state`, `crime`.
    pub actor_type: Option<String>,
    /// Whom they attack: sectors, regions.
    pub targets: Vec<String>,
    /// Values that it names and does not hold for malicious, whatever the sentence around them says.
    pub not_indicators: Vec<String>,
    /// What was published on it before: titles or addresses.
    pub past_reporting: Vec<String>,
    /// What it says, in order.
    pub passages: Vec<Passage>,
    /// All of it as text, without the secrets that were in it.
    pub text: String,
}

/// One block of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passage {
    /// Its first line in the text, from 1.
    pub first: u64,
    /// Its last line.
    pub last: u64,
    /// Who may see it: the strictest marking that holds for it.
    pub tlp: Tlp,
    /// What it is.
    pub sort: PassageSort,
    /// Of a row its cells, of code its lines, else one.
    pub cells: Vec<Vec<Piece>>,
}

/// What a passage is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PassageSort {
    /// The name of a section, with its level from 1.
    Heading(u8),
    /// Sentences.
    Paragraph,
    /// A point of a list without order.
    Bullet,
    /// A point of a list with an order.
    Numbered,
    /// Words of others.
    Quote,
    /// Lines that are exact.
    Code,
    /// A row of a table; the first one names the columns.
    Row {
        /// Whether it is the first of its table.
        is_first: bool,
    },
}

/// Some words of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Words.
    Plain(String),
    /// Words that matter most.
    Strong(String),
    /// An exact value.
    Value(String),
}

/// What a report names, each value once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// The value, with the sentence and line that name it first.
    pub mention: Mention,
    /// The strictest marking of the passages that name it.
    pub tlp: Tlp,
    /// How often it was taken back before and named again: what was revoked stays so, and needs another identifier.
    pub returns: u32,
}

/// Why a version follows another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correction {
    /// The version that it made.
    pub version: u32,
    /// When.
    pub at: Timestamp,
    /// Why, in words.
    pub note: String,
}

/// One version of a report, for one audience.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edition {
    /// The report, without the passages that the audience may not see.
    pub publication: Publication,
    /// Its version, from 1.
    pub version: u32,
    /// When the first version was published.
    pub created: Timestamp,
    /// When this version was made; later than any before it.
    pub modified: Timestamp,
    /// What was corrected, from the first correction to the last. Of a withdrawn report the last says why.
    pub corrections: Vec<Correction>,
    /// Whether it is taken back.
    pub is_withdrawn: bool,
    /// What it names; nothing, where it is taken back.
    pub named: Vec<Named>,
    /// What earlier versions called malicious and this one does not.
    pub gone: Vec<Named>,
    /// How many passages were left out for the audience.
    pub left_out: u64,
}

impl Publication {
    /// The strictest marking of the report and its passages.
    #[must_use]
    pub fn marking(&self) -> Tlp {
        self.passages.iter().map(|passage| passage.tlp).max().unwrap_or_default().max(self.tlp)
    }
}

impl Edition {
    /// Who may see it: the strictest marking of what is in it.
    #[must_use]
    pub fn marking(&self) -> Tlp {
        let gone = self.gone.iter().map(|named| named.tlp).max().unwrap_or_default();
        self.publication.marking().max(gone)
    }

    /// Its state in one word.
    #[must_use]
    pub fn state(&self) -> &'static str {
        match (self.is_withdrawn, self.version) {
            (true, _) => "withdrawn",
            (false, 1) => "published",
            (false, _) => "corrected",
        }
    }
}

impl Passage {
    /// Its words without their kinds.
    #[must_use]
    pub fn words(&self) -> String {
        let cells = self.cells.iter().map(|cell| cell.iter().map(Piece::words).collect::<String>());
        cells.collect::<Vec<_>>().join(" ")
    }
}

impl Piece {
    /// The words.
    #[must_use]
    pub fn words(&self) -> &str {
        match self {
            Piece::Plain(words) | Piece::Strong(words) | Piece::Value(words) => words,
        }
    }
}

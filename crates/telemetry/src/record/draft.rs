//! A record while it is made: fields as pieces of the chunk or of an arena that is used again and again.
//!
//! Unescaped text and joined names go to the arena, everything else stays where it is in the chunk, so a
//! record costs no allocation once the buffers have grown.

use crate::record::clock::Yearless;
use model::{LogSource, Timestamp};
use std::collections::BTreeSet;
use std::fmt::{self, Write as _};
use std::net::IpAddr;

/// How many fields a record may have. Windows events have a hundred, cloud audit records some hundreds.
pub(crate) const FIELDS_MAX: usize = 4096;
/// How long the name of a field may be, its path included.
pub(crate) const NAME_BYTES_MAX: usize = 1024;

/// A piece of text: of the chunk (or of the program), or of the arena.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Piece<'c> {
    /// Borrowed.
    Chunk(&'c str),
    /// From and to in the arena.
    Arena(usize, usize),
}

/// A field of a draft.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DraftField<'c> {
    /// Its name.
    pub(crate) name: Piece<'c>,
    /// Its value; `None` is null.
    pub(crate) value: Option<Piece<'c>>,
}

/// What is known of a record beside its fields.
#[derive(Clone, Copy)]
pub(crate) struct Facts<'c, 'l> {
    pub(crate) time: Option<Timestamp>,
    pub(crate) log: &'l LogSource,
    pub(crate) host: Option<Piece<'c>>,
    pub(crate) account: Option<Piece<'c>>,
    pub(crate) from: Option<IpAddr>,
    pub(crate) to: Option<IpAddr>,
    /// Whether the time is one that the source wrote without its zone, read as UTC.
    pub(crate) local: bool,
    /// The time, when its source writes it without the year.
    pub(crate) yearless: Option<Yearless>,
    /// Its channel and its number there, when its source counts.
    pub(crate) sequence: Option<(Piece<'c>, u64)>,
}

impl<'l> Facts<'_, 'l> {
    /// Nothing but the log source.
    pub(crate) fn of(log: &'l LogSource) -> Self {
        Self {
            time: None,
            local: false,
            yearless: None,
            log,
            host: None,
            account: None,
            from: None,
            to: None,
            sequence: None,
        }
    }
}

/// A function that takes a text apart: it adds the fields and gives the other facts; when the text is not of its
/// kind it adds nothing and gives `None`.
pub(crate) type Parse = for<'c> fn(&'c str, &mut Draft<'c>) -> Option<Facts<'c, 'static>>;

/// A record while it is made.
#[derive(Default)]
pub(crate) struct Draft<'c> {
    pub(crate) arena: String,
    pub(crate) fields: Vec<DraftField<'c>>,
    /// Whether a bound was hit.
    pub(crate) overfull: bool,
    /// Whether a field has text that its source wrote encoded: then observables are looked for in the fields.
    pub(crate) decoded: bool,
}

impl<'c> Draft<'c> {
    /// Starts the next record.
    pub(crate) fn clear(&mut self) {
        self.arena.clear();
        self.fields.clear();
        self.overfull = false;
        self.decoded = false;
    }

    /// The text of a piece.
    pub(crate) fn text<'d>(&'d self, piece: Piece<'c>) -> &'d str
    where
        'c: 'd,
    {
        match piece {
            Piece::Chunk(text) => text,
            Piece::Arena(start, end) => self.arena.get(start..end).unwrap_or_default(),
        }
    }

    /// Copies text into the arena.
    pub(crate) fn keep(&mut self, text: &str) -> Piece<'c> {
        let start = self.arena.len();
        self.arena.push_str(text);
        Piece::Arena(start, self.arena.len())
    }

    /// Writes a value into the arena as it is shown.
    pub(crate) fn print(&mut self, value: impl fmt::Display) -> Piece<'c> {
        let start = self.arena.len();
        // Writing to a string does not fail.
        let _ = write!(self.arena, "{value}");
        Piece::Arena(start, self.arena.len())
    }

    /// Copies some texts, one after the other, into the arena.
    pub(crate) fn join(&mut self, pieces: &[Piece<'c>]) -> Piece<'c> {
        let start = self.arena.len();
        for piece in pieces {
            match *piece {
                Piece::Chunk(text) => self.arena.push_str(text),
                Piece::Arena(from, to) => {
                    if to <= self.arena.len() && from <= to {
                        self.arena.extend_from_within(from..to);
                    }
                }
            }
        }
        Piece::Arena(start, self.arena.len())
    }

    /// The part of a piece from this byte on; the whole when that is not a place between characters.
    pub(crate) fn tail(&self, piece: Piece<'c>, at: usize) -> Piece<'c> {
        match piece {
            Piece::Chunk(text) => Piece::Chunk(text.get(at..).unwrap_or(text)),
            Piece::Arena(start, end) if start + at <= end => Piece::Arena(start + at, end),
            Piece::Arena(..) => piece,
        }
    }

    /// A part of a piece.
    pub(crate) fn part(&self, piece: Piece<'c>, from: usize, to: usize) -> Piece<'c> {
        match piece {
            Piece::Chunk(text) => Piece::Chunk(text.get(from..to).unwrap_or_default()),
            Piece::Arena(start, end) => Piece::Arena((start + from).min(end), (start + to).min(end)),
        }
    }

    /// Adds a field.
    pub(crate) fn push(&mut self, name: Piece<'c>, value: Option<Piece<'c>>) {
        if self.fields.len() >= FIELDS_MAX {
            self.overfull = true;
            return;
        }
        self.fields.push(DraftField { name, value });
    }

    /// Adds copies of the fields of another draft, whose text is no part of this one's chunk, under names with this
    /// prefix.
    pub(crate) fn adopt(&mut self, inner: &Draft<'_>, prefix: &str) {
        for field in &inner.fields {
            let name = inner.text(field.name);
            let name =
                if prefix.is_empty() { self.keep(name) } else { self.keep(&format!("{prefix}{name}")) };
            let value = field.value.map(|value| self.keep(inner.text(value)));
            self.push(name, value);
        }
    }

    /// Adds the fields of what carries this record, whose names it does not have itself: the record goes first.
    pub(crate) fn append(&mut self, carrier: &[DraftField<'c>]) {
        let fresh: Vec<DraftField<'c>> = {
            let own: BTreeSet<&str> = self.fields.iter().map(|field| self.text(field.name)).collect();
            carrier.iter().filter(|field| !own.contains(self.text(field.name))).copied().collect()
        };
        for field in fresh {
            self.push(field.name, field.value);
        }
    }

    /// Takes in another record, whose text is no part of this one's chunk: its fields, and its facts.
    pub(crate) fn take<'l>(&mut self, inner: &Draft<'_>, facts: &Facts<'_, 'l>) -> Facts<'c, 'l> {
        self.adopt(inner, "");
        self.overfull |= inner.overfull;
        self.decoded |= inner.decoded;
        let mut kept = |piece: Option<Piece<'_>>| piece.map(|piece| self.keep(inner.text(piece)));
        let (host, account) = (kept(facts.host), kept(facts.account));
        let sequence = facts.sequence.map(|(channel, number)| (self.keep(inner.text(channel)), number));
        let Facts { time, local, yearless, log, from, to, .. } = *facts;
        Facts { time, local, yearless, log, host, account, from, to, sequence }
    }

    /// Adds a field with a text.
    pub(crate) fn push_text(&mut self, name: &'c str, value: &'c str) {
        self.push(Piece::Chunk(name), Some(Piece::Chunk(value)));
    }

    /// Adds a field with this name, with the values of the first of the `from` fields that the record has; nothing
    /// when the record has a field of this name already. `domain\name` joins two fields.
    pub(crate) fn add(&mut self, name: &'static str, from: &[&str]) {
        if self.piece(name).is_some() {
            return;
        }
        let both = |draft: &Self, from: &str| {
            let (domain, name) = from.split_once('\\')?;
            Some([draft.piece(domain)?, Piece::Chunk("\\"), draft.piece(name)?])
        };
        let there = |from: &&&str| self.piece(from).is_some() || both(self, from).is_some();
        let Some(from) = from.iter().find(there) else { return };
        if let Some(pieces) = both(self, from) {
            let value = self.join(&pieces);
            self.push(Piece::Chunk(name), Some(value));
            return;
        }
        for index in 0..self.fields.len() {
            let field = self.fields.get(index).filter(|field| self.text(field.name) == *from);
            if let Some(value) = field.and_then(|field| field.value) {
                self.push(Piece::Chunk(name), Some(value));
            }
        }
    }

    /// The first value under this name that is text and not empty or `-`.
    pub(crate) fn piece(&self, name: &str) -> Option<Piece<'c>> {
        let mut found = self.fields.iter().filter(|field| self.text(field.name) == name);
        found.find_map(|field| field.value.filter(|value| !matches!(self.text(*value), "" | "-")))
    }

    /// The text of [`Draft::piece`].
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.piece(name).map(|piece| self.text(piece))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_past_the_bound_is_left_out_and_said() {
        let mut draft = Draft::default();
        for _ in 0..FIELDS_MAX {
            draft.push_text("a", "b");
        }
        assert!(!draft.overfull);
        draft.push_text("a", "b");
        assert!(draft.overfull && draft.fields.len() == FIELDS_MAX);
    }

    #[test]
    fn joined_pieces_may_come_from_the_arena_itself() {
        let mut draft = Draft::default();
        let domain = draft.keep("CORP");
        let account = draft.join(&[domain, Piece::Chunk("\\"), Piece::Chunk("mo")]);
        assert_eq!(draft.text(account), "CORP\\mo");
    }
}

//! What is found in a text, and where a walk over it is.
//!
//! Every reader of this folder asks the walk for the bytes around it and gives what it finds to it.

use super::role::{self, Role, Section};
use crate::Observable;
use crate::kind::refang::Clean;
use std::ops::Range;

/// Most observables given of one text; a text with more is a feed, and feeds have formats.
pub const FOUND_MAX: usize = 1_000_000;

/// How much of a line before a value is looked at for what it says about the value.
pub(super) const CONTEXT_BYTES_MAX: usize = 64;

/// One observable in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found<'a> {
    /// What it is, in canonical form.
    pub observable: Observable,
    /// Where it is: bytes of the text.
    pub span: Range<usize>,
    /// As it is written there.
    pub written: &'a str,
    /// Whether it is written so that nobody follows it by accident (`evil[.]example`).
    pub defanged: bool,
    /// Whether the author means it as a sign of the threat.
    pub role: Role,
}

/// A walk over one text.
pub(super) struct Prose<'t, 'c> {
    pub(super) written: &'t str,
    pub(super) clean: &'c Clean<'t>,
    pub(super) text: &'c str,
    pub(super) bytes: &'c [u8],
    pub(super) found: Vec<Found<'t>>,
    /// Where the last thing found ends, in the clean copy.
    pub(super) done: usize,
    pub(super) section: Section<'c>,
    /// The line being walked holds a hash: it records a file.
    pub(super) record_line: Option<usize>,
    pub(super) line: usize,
    /// Where the last address that is a version ended.
    pub(super) version_end: usize,
}

impl<'t, 'c> Prose<'t, 'c> {
    pub(super) fn new(written: &'t str, clean: &'c Clean<'t>) -> Prose<'t, 'c> {
        let text: &str = &clean.text;
        Prose {
            written,
            clean,
            text,
            bytes: text.as_bytes(),
            found: Vec::new(),
            done: 0,
            section: Section::default(),
            record_line: None,
            line: 0,
            version_end: 0,
        }
    }

    pub(super) fn before(&self, at: usize) -> &'c [u8] {
        self.bytes.get(..at).unwrap_or_default()
    }

    pub(super) fn after(&self, at: usize) -> &'c [u8] {
        self.bytes.get(at..).unwrap_or_default()
    }

    pub(super) fn byte_before(&self, at: usize) -> Option<u8> {
        at.checked_sub(1).and_then(|at| self.bytes.get(at)).copied()
    }

    /// What is on the same line right before `at`.
    pub(super) fn context(&self, at: usize) -> &'c str {
        let mut start = at.saturating_sub(CONTEXT_BYTES_MAX).max(self.line.min(at));
        while !self.text.is_char_boundary(start) {
            start += 1;
        }
        self.text.get(start..at).unwrap_or_default()
    }

    /// Adds what was found between two places of the clean copy; gives where it ends.
    pub(super) fn add(&mut self, observable: Observable, start: usize, end: usize) -> usize {
        let span = self.clean.place(start)..self.clean.end_place(end);
        let defanged = self.clean.is_defanged(start, end);
        let alone = self
            .context(start)
            .bytes()
            .all(|byte| matches!(byte, b' ' | b'-' | b'*' | b'\t' | b'`' | b'|' | b'"' | b'\''));
        let role = role::judge(&observable, defanged, alone, &self.section);
        if let Some(written) = self.written.get(span.clone()) {
            self.found.push(Found { observable, span, written, defanged, role });
        }
        self.done = self.done.max(end);
        end
    }
}

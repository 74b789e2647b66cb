//! Every value that a haystack holds, whatever is looked for.
//!
//! A history of events answers for needles that arrive years later, so it keeps what each line holds. The extractor
//! goes the walk of [`Set::scan`](crate::Set::scan), wants everything and gives each value in canonical form; under
//! which of them a needle is found, [`filed_under`](crate::filed_under) says (`set/filing.rs`).
//!
//! Invariant: when a set finds a needle in a haystack, then all values of the haystack were given and one of those that
//! the needle is filed under is among them, or the needle is filed under none, or [`Extractor::extract`] said that
//! values are missing.

use crate::Kind;
use crate::kind::{domain, hash, identifier, path};
use crate::set::anchor::{self, Anchors};
use crate::set::asker::{Asker, Wanted};
use crate::set::escape::LineEnds;
use crate::set::filing;
use crate::set::key::KeyClass;
use crate::set::memo::{Given, Memo};
use crate::set::scan::Walk;
use crate::set::seen::Seen;
use crate::set::{bit, escape, written};
use crate::token::{Bytes, HIGH, LETTER, Word};
use std::ops::Range;

/// Most values that are held at once, of one record. A line of a log has ten to thirty; what has more is a dump, and is read whole when
/// somebody asks.
pub const EXTRACTED_MAX: usize = 4096;

/// All that logs hold, but for user agents (any text could be one), techniques and autonomous systems.
pub(crate) const EVERYTHING: Wanted = Wanted {
    kinds: bit(Kind::Ipv4)
        | bit(Kind::Ipv6)
        | bit(Kind::Network)
        | bit(Kind::Domain)
        | bit(Kind::Url)
        | bit(Kind::Email)
        | bit(Kind::Md5)
        | bit(Kind::Sha1)
        | bit(Kind::Sha256)
        | bit(Kind::Sha512)
        | bit(Kind::Cve)
        | bit(Kind::FileName),
    anchors: Anchors { dotted: true, plain: true, numeric: false },
    ipv6: true,
    ipv4: true,
    sparse: false,
    marked: true,
    url_bytes_max: filing::url_bytes_max(filing::TEXT_BYTES_MAX),
};

/// The same, in one place.
static WANTED: Wanted = EVERYTHING;

/// A text that is shorter than any hash holds no value without one of these: `.` and separators are in hosts, names of
/// files and addresses, `-` in numbers of flaws, the others begin escapes.
static MARKS: Bytes = Bytes::of(b".:/\\-%#");
/// The shortest value without a mark is an MD5.
const MARKED_BYTES_MAX: usize = 31;

/// Whether a text surely holds no value. Most fields of a record are numbers and words.
#[inline]
pub(crate) fn holds_nothing(hay: &[u8]) -> bool {
    hay.len() <= MARKED_BYTES_MAX && MARKS.next(hay, 0).is_none()
}

/// Extracts observables; one a thread, used again for every record.
#[derive(Default)]
pub struct Extractor {
    seen: Seen,
    url: Vec<u8>,
    layers: [Vec<u8>; 2],
    text: Vec<u8>,
    /// Whether values are missing.
    misses: bool,
    memo: Memo,
}

impl Extractor {
    /// Calls `each` once for every value that `haystack` (a log line, or one value of it) holds, in the order of the walk:
    /// addresses, written networks, domains with their parents down to two labels, URLs with and without scheme, mail
    /// addresses, hashes, CVE numbers, and words that may end a file name, path or registry key as
    /// [`Kind::FileName`]. Values written with escapes are given as they are meant.
    ///
    /// `false`: the haystack holds more, so any needle may be in it. It has more than [`EXTRACTED_MAX`] values, or a
    /// URL so long and so full of `&amp;` that what it means was not looked at.
    ///
    /// A domain with an A-label that means no character is given, too.
    #[must_use]
    pub fn extract(&mut self, haystack: &[u8], each: &mut impl FnMut(Kind, &str)) -> bool {
        self.clear();
        self.walk(haystack);
        self.values().for_each(|(kind, value)| each(kind, value));
        self.is_whole()
    }

    /// Forgets all values: another record begins.
    pub fn clear(&mut self) {
        self.seen.clear();
        self.misses = false;
    }

    /// Takes in the values of a haystack, one of those that a record has.
    pub fn take_in(&mut self, haystack: &[u8]) {
        if holds_nothing(haystack) || self.knows(0, haystack) {
            return;
        }
        self.walk(haystack);
        self.end(haystack, true);
    }

    /// Whether a text came before that holds no needle of this set (0: none): then its values are taken in.
    pub(crate) fn knows(&mut self, set: u64, haystack: &[u8]) -> bool {
        let Self { seen, misses, memo, .. } = self;
        let Some(given) = memo.look(set, haystack) else { return false };
        given.values().for_each(|(kind, value)| take(seen, misses, kind, value));
        true
    }

    /// Ends the walk over a text that was not known; `is_free`: no needle is in it.
    pub(crate) fn end(&mut self, haystack: &[u8], is_free: bool) {
        self.memo.end(haystack, is_free && !self.misses);
    }

    fn walk(&mut self, haystack: &[u8]) {
        let mut ends = LineEnds::default();
        match escape::next(haystack, 0, &mut ends) {
            None => {
                let (mut extracting, url) = self.walking(None);
                extracting.walk(haystack, url);
            }
            Some(first) => {
                let (mut extracting, url) = self.walking(Some(haystack));
                extracting.walk(haystack, url);
                let mut layers = std::mem::take(&mut self.layers);
                written::layers(haystack, (first, ends), &mut layers, &mut |layer| {
                    let (mut extracting, url) = self.walking(layer.escapes.then_some(layer.text));
                    extracting.walk(layer.text, url);
                });
                self.layers = layers;
            }
        }
    }

    /// The values that were taken in, each once, in the order of the walk.
    pub fn values(&self) -> impl Iterator<Item = (Kind, &str)> {
        self.seen.values()
    }

    /// Whether these are all; see [`Extractor::extract`].
    #[must_use]
    pub fn is_whole(&self) -> bool {
        !self.misses
    }

    /// What walks, and room for a URL; `cuts`: the haystack, if it holds escapes.
    pub(crate) fn walking<'e>(&'e mut self, cuts: Option<&'e [u8]>) -> (Extracting<'e>, &'e mut Vec<u8>) {
        let Self { seen, url, text, misses, memo, .. } = self;
        let noted = memo.is_noting().then_some(&mut memo.noted);
        (Extracting { seen, text, cuts, misses, noted }, url)
    }
}

/// Takes a value in, if there is room.
fn take(seen: &mut Seen, misses: &mut bool, kind: Kind, value: &str) {
    if seen.len() < EXTRACTED_MAX {
        seen.insert(kind, value);
    } else if !*misses && !seen.holds(kind, value) {
        *misses = true;
    }
}

/// One walk.
pub(crate) struct Extracting<'e> {
    seen: &'e mut Seen,
    /// Room for a value.
    text: &'e mut Vec<u8>,
    /// The haystack, where a value that an escape cuts is none.
    cuts: Option<&'e [u8]>,
    misses: &'e mut bool,
    /// What is kept of the text.
    noted: Option<&'e mut Given>,
}

impl Extracting<'_> {
    fn is_cut(&self, span: &Range<usize>) -> bool {
        self.cuts.is_some_and(|hay| escape::cuts(hay, span.start, span.end))
    }

    /// Takes in a value; what is not UTF-8 is no needle.
    fn give(&mut self, kind: Kind, value: &[u8]) {
        let Ok(value) = std::str::from_utf8(value) else { return };
        if let Some(noted) = &mut self.noted {
            noted.add(kind, value);
        }
        take(self.seen, self.misses, kind, value);
    }

    /// The same in lower case.
    fn give_lower(&mut self, kind: Kind, value: &[u8]) {
        let mut lower = std::mem::take(self.text);
        lower.clear();
        lower.extend(value.iter().map(u8::to_ascii_lowercase));
        self.give(kind, &lower);
        *self.text = lower;
    }

    fn mail(&mut self, text: &[u8]) {
        let at = text.iter().rposition(|byte| *byte == b'@').unwrap_or(0);
        if at > 0 && domain::is_well_formed(text.get(at + 1..).unwrap_or_default()) {
            self.give_lower(Kind::Email, text);
        }
    }
}

impl Asker for Extracting<'_> {
    #[inline]
    fn wanted(&self) -> &Wanted {
        &WANTED
    }

    #[inline]
    fn is_full(&self) -> bool {
        *self.misses && self.seen.len() >= EXTRACTED_MAX
    }

    #[inline]
    fn may_end(&self, _: &[u8]) -> bool {
        true
    }

    #[inline]
    fn may_be_host(&self, _: &[u8]) -> bool {
        true
    }

    fn ask_number(&mut self, base: u128, prefix: u8, span: &Range<usize>) {
        if !self.is_cut(span) {
            let found = filing::number(base, prefix);
            self.give(found.kind, found.value.as_bytes());
        }
    }

    fn ask_network(&mut self, base: u128, prefix: u8, span: &Range<usize>) {
        self.ask_number(base, prefix, span);
    }

    /// The name and those above it.
    fn ask_domain(&mut self, name: &[u8], span: &Range<usize>) {
        if !domain::is_well_formed(name) || self.is_cut(span) {
            return;
        }
        let mut lower = std::mem::take(self.text);
        lower.clear();
        lower.extend(name.iter().map(u8::to_ascii_lowercase));
        let mut rest = lower.as_slice();
        while let Some(dot) = memchr::memchr(b'.', rest) {
            crate::steps::add(rest.len());
            self.give(Kind::Domain, rest);
            rest = rest.get(dot + 1..).unwrap_or_default();
        }
        *self.text = lower;
    }

    /// The URL, and the URL without its scheme.
    fn ask_url(&mut self, canonical: &[u8], span: &Range<usize>) {
        if canonical.len() <= filing::TEXT_BYTES_MAX && !self.is_cut(span) {
            self.give(Kind::Url, canonical);
        }
        self.ask_web_url(canonical, span);
    }

    fn ask_web_url(&mut self, canonical: &[u8], span: &Range<usize>) {
        let bare = filing::bare_url(canonical);
        if bare.len() <= filing::TEXT_BYTES_MAX && !self.is_cut(span) {
            self.give(Kind::Url, bare);
        }
    }

    /// A part of a URL that is longer than any that is filed. Only `&amp;` makes what it means much shorter.
    fn cut_url(&mut self, written: &[u8]) {
        *self.misses |= memchr::memmem::find(written, b"&amp;").is_some();
    }

    fn ask_text(&mut self, class: KeyClass, text: &[u8], span: &Range<usize>) {
        if self.is_cut(span) {
            return;
        }
        match class {
            KeyClass::Mail => self.mail(text),
            KeyClass::Digest => {
                if let Some(kind) = hash::kind_of(text) {
                    self.give_lower(kind, text);
                }
            }
            KeyClass::Word => {
                // Of other separators than `-` the set knows nothing.
                let form = identifier::cve_prefix(text).map(|(form, _)| form);
                if let Some(form) = form.filter(|form| form.as_bytes().eq_ignore_ascii_case(text)) {
                    self.give(Kind::Cve, form.as_bytes());
                }
            }
            _ => {}
        }
    }

    /// A word that a needle may hang on: in the form of files, or the last part of a path.
    fn ask_place(&mut self, hay: &[u8], word: &Word, text: &[u8]) {
        if word.classes & (LETTER | HIGH) == 0 || text.len() > path::NAME_BYTES_MAX {
            return;
        }
        let dotted = text.contains(&b'.');
        // Most words of prose are behind a blank.
        let is_part = follows_mark(hay, word.start) && anchor::has_separator_before(hay, word.start);
        if !is_part && !dotted
            || anchor::has_part_behind(hay, word.end)
            || self.is_cut(&(word.start..word.end))
        {
            return;
        }
        // The host behind `://` is a part of no path.
        let is_part = is_part && !hay.get(..word.start).unwrap_or_default().ends_with(b"://");
        if !is_part && dotted && filing::is_name_of_host(text) {
            return;
        }
        self.give_lower(Kind::FileName, text);
    }
}

/// Whether what is right before a word may part it from a path.
#[inline]
fn follows_mark(hay: &[u8], start: usize) -> bool {
    start > 0 && hay.get(start - 1).is_some_and(|before| *before == b'.' || path::is_separator(*before))
}

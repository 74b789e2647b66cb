//! A haystack looked at as it is written and, where it holds escapes, as it is meant.
//!
//! Most lines hold no escape; they pay one search for three bytes. In the others each stretch with escapes is decoded,
//! up to [`LAYERS_MAX`] times, and every layer is walked like a line of its own: a URL in a query of a redirector is
//! encoded twice. What a walk over the written bytes finds counts unless an escape cuts it: `evil.example%2Eorg`
//! is another name. Work is linear in the line.

use crate::set::asker::{Asker, Wanted};
use crate::set::escape::LineEnds;
use crate::set::key::KeyClass;
use crate::set::needle::Hit;
use crate::set::scan::Walk;
use crate::set::{Scratch, Set, escape};
use crate::token::Word;
use std::ops::Range;

/// How often escapes are undone, one within the other.
const LAYERS_MAX: usize = 3;

/// What a stretch with escapes means, once some or all of them are undone.
pub(crate) struct Layer<'l> {
    pub text: &'l [u8],
    /// Whether the text holds escapes itself.
    pub escapes: bool,
    /// The stretch, in the haystack.
    pub stretch: &'l Range<usize>,
}

/// Calls `each` for every layer of a haystack whose first escape is at `first`; `room` is for their texts.
pub(crate) fn layers(
    hay: &[u8],
    (first, mut ends): (usize, LineEnds),
    room: &mut [Vec<u8>; 2],
    each: &mut dyn FnMut(&Layer<'_>),
) {
    let line_ends = ends.are_in(hay);
    let mut from = 0;
    let mut next = Some(first);
    while let Some(at) = next {
        let stretch = escape::stretch(hay, at, from);
        from = stretch.end;
        next = escape::next(hay, from, &mut ends);
        let [text, inner] = room;
        let mut any = escape::decode(hay.get(stretch.clone()).unwrap_or_default(), line_ends, text);
        for _ in 0..LAYERS_MAX {
            if !any {
                break;
            }
            any = escape::next(text, 0, &mut ends).is_some() && escape::decode(text, line_ends, inner);
            each(&Layer { text, escapes: any, stretch: &stretch });
            std::mem::swap(text, inner);
        }
    }
}

/// A set that walks.
pub(crate) struct Asking<'s, F> {
    pub set: &'s Set,
    pub each: F,
}

/// Hits in a haystack with escapes, of which each needle counts as it is written, or once as it is meant.
pub(crate) struct InEscaped<'e> {
    hay: &'e [u8],
    /// The needles that were found, by tag.
    seen: &'e mut foldhash::HashSet<u32>,
    each: &'e mut dyn FnMut(Hit),
}

impl<'e> InEscaped<'e> {
    pub(crate) fn new(
        hay: &'e [u8],
        seen: &'e mut foldhash::HashSet<u32>,
        each: &'e mut dyn FnMut(Hit),
    ) -> Self {
        seen.clear();
        Self { hay, seen, each }
    }

    /// A hit in the haystack as it is written.
    pub(crate) fn written(&mut self, hit: Hit) {
        if !escape::cuts(self.hay, hit.span.start, hit.span.end) {
            self.seen.insert(hit.tag);
            (self.each)(hit);
        }
    }

    /// A hit in what a stretch of it means.
    pub(crate) fn meant(&mut self, layer: &Layer<'_>, hit: Hit) {
        let whole = !layer.escapes || !escape::cuts(layer.text, hit.span.start, hit.span.end);
        if whole && self.seen.insert(hit.tag) {
            (self.each)(Hit { span: layer.stretch.clone(), ..hit });
        }
    }
}

impl<F: FnMut(Hit)> Asker for Asking<'_, F> {
    #[inline]
    fn wanted(&self) -> &Wanted {
        &self.set.wanted
    }

    #[inline]
    fn may_end(&self, label: &[u8]) -> bool {
        self.set.hints.may_hold(self.set.key.text(KeyClass::End, label))
    }

    #[inline]
    fn may_be_host(&self, host: &[u8]) -> bool {
        self.set.hints.may_hold(self.set.key.text(KeyClass::Host, host))
    }

    fn ask_number(&mut self, base: u128, prefix: u8, span: &Range<usize>) {
        self.set.ask_number(base, prefix, span, &mut self.each);
    }

    fn ask_network(&mut self, base: u128, prefix: u8, span: &Range<usize>) {
        self.set.ask_network(base, prefix, span, &mut self.each);
    }

    fn ask_domain(&mut self, name: &[u8], span: &Range<usize>) {
        self.set.ask_domain(name, span, &mut self.each);
    }

    fn ask_url(&mut self, canonical: &[u8], span: &Range<usize>) {
        self.set.ask_url(canonical, span, &mut self.each);
    }

    fn ask_web_url(&mut self, canonical: &[u8], span: &Range<usize>) {
        self.set.ask_same(KeyClass::Url, canonical, span, &mut self.each);
    }

    fn ask_text(&mut self, class: KeyClass, text: &[u8], span: &Range<usize>) {
        self.set.ask_text(class, text, span, &mut self.each);
    }

    #[inline]
    fn ask_place(&mut self, hay: &[u8], word: &Word, text: &[u8]) {
        self.set.ask_place(hay, word, text, &mut self.each);
    }
}

impl Set {
    /// Walks `haystack` (a log line, or one value of it) once and calls `each` for every needle that it
    /// holds; the order depends on nothing but the set's needles and the line. The same value twice is reported
    /// twice.
    ///
    /// A URL needle needs the whole URL in the line, host included: a path alone is not it. Domain needles
    /// are also seen inside URLs and mail addresses, file names also as the last part of a path.
    ///
    /// Values written with escapes are seen too. A needle that is seen only so is reported once, and the span is the
    /// stretch without blanks in which it is.
    pub fn scan(&self, haystack: &[u8], scratch: &mut Scratch, each: &mut impl FnMut(Hit)) {
        if self.is_empty() {
            return;
        }
        let mut ends = LineEnds::default();
        match escape::next(haystack, 0, &mut ends) {
            None => Asking { set: self, each }.walk(haystack, &mut scratch.url),
            Some(first) => self.escaped(haystack, (first, ends), scratch, each),
        }
    }

    /// A haystack whose first escape is at `first`.
    #[cold]
    #[inline(never)]
    fn escaped(
        &self,
        hay: &[u8],
        first: (usize, LineEnds),
        scratch: &mut Scratch,
        each: &mut dyn FnMut(Hit),
    ) {
        let Scratch { url, layers, seen } = scratch;
        let mut found = InEscaped::new(hay, seen, each);
        Asking { set: self, each: |hit| found.written(hit) }.walk(hay, url);
        self::layers(hay, first, layers, &mut |layer| {
            Asking { set: self, each: |hit| found.meant(layer, hit) }.walk(layer.text, url);
        });
    }
}

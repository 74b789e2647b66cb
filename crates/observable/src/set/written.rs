//! A haystack looked at as it is written and, where it holds escapes, as it is meant.
//!
//! Most lines hold no escape; they pay one search for three bytes. In the others each stretch with escapes is decoded,
//! up to [`LAYERS_MAX`] times, and every layer is walked like a line of its own: a URL in a query of a redirector is
//! encoded twice. What a walk over the written bytes finds counts unless an escape cuts it: `evil.example%2Eorg`
//! is another name. Work is linear in the line.

use crate::set::escape::LineEnds;
use crate::set::needle::Hit;
use crate::set::{Scratch, Set, escape};

/// How often escapes are undone, one within the other.
const LAYERS_MAX: usize = 3;

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
            None => self.walk(haystack, scratch, each),
            Some(first) => self.escaped(haystack, (first, ends), scratch, each),
        }
    }

    /// A haystack whose first escape is at `first`.
    #[cold]
    #[inline(never)]
    fn escaped(
        &self,
        hay: &[u8],
        (first, mut ends): (usize, LineEnds),
        scratch: &mut Scratch,
        each: &mut dyn FnMut(Hit),
    ) {
        let mut seen = std::mem::take(&mut scratch.seen);
        seen.clear();
        self.walk(hay, scratch, &mut |hit: Hit| {
            if !escape::cuts(hay, hit.span.start, hit.span.end) {
                seen.insert(hit.tag);
                each(hit);
            }
        });
        let mut layers = std::mem::take(&mut scratch.layers);
        let line_ends = ends.are_in(hay);
        let mut from = 0;
        let mut next = Some(first);
        while let Some(at) = next {
            let stretch = escape::stretch(hay, at, from);
            from = stretch.end;
            next = escape::next(hay, from, &mut ends);
            let mut found = |hit: Hit| {
                if seen.insert(hit.tag) {
                    each(Hit { span: stretch.clone(), ..hit });
                }
            };
            let [layer, inner] = &mut layers;
            let mut any = escape::decode(hay.get(stretch.clone()).unwrap_or_default(), line_ends, layer);
            for _ in 0..LAYERS_MAX {
                if !any {
                    break;
                }
                any = escape::next(layer, 0, &mut ends).is_some() && escape::decode(layer, line_ends, inner);
                self.walk(layer, scratch, &mut |hit: Hit| {
                    if !any || !escape::cuts(layer, hit.span.start, hit.span.end) {
                        found(hit);
                    }
                });
                std::mem::swap(layer, inner);
            }
        }
        scratch.layers = layers;
        scratch.seen = seen;
    }
}

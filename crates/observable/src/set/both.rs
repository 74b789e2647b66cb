//! One walk for two: every value of a haystack, and the needles of a set in it.
//!
//! Who keeps a log for years and looks for a million needles in it would walk over each line twice. The walk is most of
//! the cost, the questions are little, so both are asked on one walk that wants what either wants.
//!
//! Invariants: the extractor takes in what it takes in alone; the set finds the needles that it finds alone, as a walk
//! that wants more asks the set in vain or once more (`set/asker.rs`).

use crate::Extractor;
use crate::set::anchor::Anchors;
use crate::set::asker::{Asker, Wanted};
use crate::set::escape::LineEnds;
use crate::set::extract::{self, EVERYTHING, Extracting};
use crate::set::key::KeyClass;
use crate::set::needle::Hit;
use crate::set::scan::Walk;
use crate::set::written::{Asking, InEscaped};
use crate::set::{Scratch, Set, escape, written};
use crate::token::{DOT, Word};
use std::ops::Range;

/// What both want together.
pub(crate) fn wanted_with_all(set: &Wanted) -> Wanted {
    let mut both = EVERYTHING;
    both.kinds |= set.kinds;
    both.anchors.numeric |= set.anchors.numeric;
    both.url_bytes_max = both.url_bytes_max.max(set.url_bytes_max);
    both
}

/// An extractor and a set that walk together.
struct Both<'e, 's, F> {
    extracting: Extracting<'e>,
    asking: Asking<'s, F>,
}

impl<F: FnMut(Hit)> Asker for Both<'_, '_, F> {
    #[inline]
    fn wanted(&self) -> &Wanted {
        self.asking.set.wanted_by_both()
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
        self.extracting.ask_number(base, prefix, span);
        self.asking.ask_number(base, prefix, span);
    }

    fn ask_network(&mut self, base: u128, prefix: u8, span: &Range<usize>) {
        self.extracting.ask_network(base, prefix, span);
        self.asking.ask_network(base, prefix, span);
    }

    fn ask_domain(&mut self, name: &[u8], span: &Range<usize>) {
        self.extracting.ask_domain(name, span);
        self.asking.ask_domain(name, span);
    }

    fn ask_url(&mut self, canonical: &[u8], span: &Range<usize>) {
        self.extracting.ask_url(canonical, span);
        self.asking.ask_url(canonical, span);
    }

    fn ask_web_url(&mut self, canonical: &[u8], span: &Range<usize>) {
        self.extracting.ask_web_url(canonical, span);
        self.asking.ask_web_url(canonical, span);
    }

    fn cut_url(&mut self, written: &[u8]) {
        self.extracting.cut_url(written);
    }

    fn ask_text(&mut self, class: KeyClass, text: &[u8], span: &Range<usize>) {
        self.extracting.ask_text(class, text, span);
        self.asking.ask_text(class, text, span);
    }

    #[inline]
    fn ask_place(&mut self, hay: &[u8], word: &Word, text: &[u8]) {
        self.extracting.ask_place(hay, word, text);
        let Anchors { dotted, plain, .. } = self.asking.set.wanted.anchors;
        if if word.classes & DOT == 0 { plain } else { dotted } {
            self.asking.ask_place(hay, word, text);
        }
    }
}

impl Extractor {
    /// Takes in the values of a haystack as [`Extractor::take_in`] does, and calls `each` for every needle of a set that
    /// [`Set::scan`] finds in it, on one walk. A needle may be reported more often than by a scan.
    pub fn take_in_and_scan(
        &mut self,
        haystack: &[u8],
        set: &Set,
        scratch: &mut Scratch,
        each: &mut impl FnMut(Hit),
    ) {
        if set.is_empty() {
            return self.take_in(haystack);
        }
        if extract::holds_nothing(haystack) {
            if !set.wanted.marked {
                set.scan(haystack, scratch, each);
            }
            return;
        }
        if self.knows(set.number, haystack) {
            return;
        }
        let mut is_free = true;
        self.walk_both(haystack, set, scratch, &mut |hit| {
            is_free = false;
            each(hit);
        });
        self.end(haystack, is_free);
    }

    fn walk_both(&mut self, haystack: &[u8], set: &Set, scratch: &mut Scratch, each: &mut impl FnMut(Hit)) {
        let Scratch { layers, seen, .. } = scratch;
        let mut ends = LineEnds::default();
        let Some(first) = escape::next(haystack, 0, &mut ends) else {
            let (extracting, url) = self.walking(None);
            Both { extracting, asking: Asking { set, each } }.walk(haystack, url);
            return;
        };
        let mut found = InEscaped::new(haystack, seen, each);
        let (extracting, url) = self.walking(Some(haystack));
        Both { extracting, asking: Asking { set, each: |hit| found.written(hit) } }.walk(haystack, url);
        written::layers(haystack, (first, ends), layers, &mut |layer| {
            let (extracting, url) = self.walking(layer.escapes.then_some(layer.text));
            let asking = Asking { set, each: |hit| found.meant(layer, hit) };
            Both { extracting, asking }.walk(layer.text, url);
        });
    }
}

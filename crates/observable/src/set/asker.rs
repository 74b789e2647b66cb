//! What the walk over a haystack asks of its words, so that one walk serves those who look for needles and those who
//! extract every value.
//!
//! The walk (`set/scan.rs`) is compiled once for each asker: a question that an asker answers with a constant costs
//! nothing.
//!
//! Invariant: what one asker wants never hides a value from another. An asker that wants everything is asked whatever
//! any other would be asked, with the same place and text.

use crate::set::anchor::Anchors;
use crate::set::key::KeyClass;
use crate::token::Word;
use std::ops::Range;

/// Which words are worth a question.
pub(crate) struct Wanted {
    /// Kinds that are wanted, one bit each.
    pub kinds: u32,
    /// What the last words of wanted file names, paths and registry keys are like.
    pub anchors: Anchors,
    /// Whether an address or network that is not IPv4 is wanted.
    pub ipv6: bool,
    pub ipv4: bool,
    /// Whether only words with a full stop, and hashes, are wanted.
    pub sparse: bool,
    /// Whether all that is wanted has a mark in it: a full stop, a colon, a separator, or thirty-two digits.
    pub marked: bool,
    /// The longest URL that can be wanted, as written behind the start of its host.
    pub url_bytes_max: usize,
}

/// Who walks over a haystack. Spans are of the haystack.
pub(crate) trait Asker {
    fn wanted(&self) -> &Wanted;

    /// Whether any of these kinds is wanted.
    #[inline]
    fn has(&self, kinds: u32) -> bool {
        self.wanted().kinds & kinds != 0
    }

    /// Whether nothing more is wanted.
    #[inline]
    fn is_full(&self) -> bool {
        false
    }

    /// Whether a wanted host may end with this label.
    fn may_end(&self, label: &[u8]) -> bool;

    /// Whether a wanted URL may have this host.
    fn may_be_host(&self, host: &[u8]) -> bool;

    /// An address (its prefix has full length), in IPv6 terms.
    fn ask_number(&mut self, base: u128, prefix: u8, span: &Range<usize>);

    /// What is written as a network, after its address was asked for.
    fn ask_network(&mut self, base: u128, prefix: u8, span: &Range<usize>);

    /// A host with at least one full stop, perhaps not well formed.
    fn ask_domain(&mut self, name: &[u8], span: &Range<usize>);

    /// A URL in canonical form.
    fn ask_url(&mut self, canonical: &[u8], span: &Range<usize>);

    /// A URL in canonical form, with a scheme of the web that was not written.
    fn ask_web_url(&mut self, canonical: &[u8], span: &Range<usize>);

    /// A URL went on behind the longest that can be wanted: this much of it was looked at.
    fn cut_url(&mut self, _written: &[u8]) {}

    /// A mail address, hash, identifier or user agent.
    fn ask_text(&mut self, class: KeyClass, text: &[u8], span: &Range<usize>);

    /// A word that may be the last one of a file name, path or registry key.
    fn ask_place(&mut self, hay: &[u8], word: &Word, text: &[u8]);
}

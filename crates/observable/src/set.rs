//! The compiled set: many needles, one walk over the bytes.
//!
//! Built once, asked for every log line. Needles are looked up, not searched for: the walk cuts the line
//! into words, and a word is asked for only if its shape fits a kind of which there are needles. So a
//! million needles cost little more than a thousand, and a kind without needles costs nothing.

pub(crate) mod anchor;
pub(crate) mod area;
pub(crate) mod asker;
pub(crate) mod both;
pub(crate) mod builder;
pub(crate) mod entry;
pub(crate) mod escape;
pub(crate) mod extract;
pub(crate) mod filing;
pub(crate) mod filter;
pub(crate) mod key;
pub(crate) mod memo;
pub(crate) mod needle;
pub(crate) mod scan;
pub(crate) mod seen;
pub(crate) mod table;
pub(crate) mod written;

use crate::kind::{address, domain, hash, plain, url};
use crate::set::area::Areas;
use crate::set::asker::Wanted;
use crate::set::entry::TableEntry;
use crate::set::filter::NeedleFilter;
use crate::set::key::{KeyClass, NeedleKey};
use crate::set::needle::{Hit, Scope};
use crate::set::table::Table;
use crate::token::Word;
use crate::{Kind, Observable};

/// What a scan needs besides the set; one a thread, used again for every line.
#[derive(Default)]
pub struct Scratch {
    pub(crate) url: Vec<u8>,
    /// What a stretch with escapes means, and what that means.
    pub(crate) layers: [Vec<u8>; 2],
    /// The needles that a haystack with escapes held, by tag.
    pub(crate) seen: foldhash::HashSet<u32>,
}

/// A compiled set of needles. The order in which they were added makes no difference to any answer.
pub struct Set {
    /// No other set of this run has it; from 1.
    pub(crate) number: u64,
    pub(crate) key: NeedleKey,
    pub(crate) table: Table,
    /// Ends of domain needles, hosts of URL needles and anchors.
    pub(crate) hints: NeedleFilter,
    /// Which words can be needles.
    pub(crate) wanted: Wanted,
    /// The same, and all that logs hold.
    pub(crate) wanted_with_all: Wanted,
    /// Where needles of IPv4 lie.
    pub(crate) areas: Areas,
    /// Prefix lengths of address and network needles, the longest first.
    pub(crate) prefixes: Vec<u8>,
}

/// The bit of a kind.
pub(crate) const fn bit(kind: Kind) -> u32 {
    1 << (kind as u32)
}

/// The network of an address or network needle.
pub(crate) fn network_of(observable: &Observable) -> Option<(u128, u8)> {
    match observable.kind {
        Kind::Ipv4 => {
            let address = address::parse(&observable.value).filter(std::net::IpAddr::is_ipv4)?;
            Some(address::network_number(address, 32))
        }
        Kind::Ipv6 => Some(address::network_number(address::parse(&observable.value)?, 128)),
        Kind::Network => {
            let (base, prefix) = address::parse_network(&observable.value)?;
            Some(address::network_number(base, prefix))
        }
        _ => None,
    }
}

/// The class of the kinds that are looked up by their text.
pub(crate) fn class(kind: Kind) -> Option<KeyClass> {
    match kind {
        Kind::Domain => Some(KeyClass::Domain),
        Kind::Url => Some(KeyClass::Url),
        Kind::Email => Some(KeyClass::Mail),
        Kind::Md5 | Kind::Sha1 | Kind::Sha256 | Kind::Sha512 => Some(KeyClass::Digest),
        Kind::Cve | Kind::Technique | Kind::AutonomousSystem => Some(KeyClass::Word),
        Kind::UserAgent => Some(KeyClass::Agent),
        _ => None,
    }
}

impl Set {
    /// How many distinct needles there are; tags on one value count once.
    #[must_use]
    pub fn len(&self) -> usize {
        self.table.len()
    }

    /// Whether nothing can be found.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.table.len() == 0
    }

    /// The memory that the set holds, in bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        size_of::<Set>()
            + self.table.bytes()
            + self.hints.bytes()
            + self.areas.bytes()
            + self.prefixes.capacity()
    }

    /// Asks for one value: `each` gets a hit for every needle that it satisfies, the span being the whole
    /// value. A URL also satisfies needles that name its host, a mail address those that name its domain,
    /// a path those that name its last part.
    pub fn lookup(&self, observable: &Observable, each: &mut impl FnMut(Hit)) {
        let span = 0..observable.value.len();
        match observable.kind {
            Kind::Ipv4 | Kind::Ipv6 | Kind::Network => {
                if let Some((base, prefix)) = network_of(observable) {
                    self.ask_number(base, prefix, &span, each);
                }
            }
            Kind::Domain => self.ask_domain(observable.value.as_bytes(), &span, each),
            Kind::Url => {
                self.ask_url(observable.value.as_bytes(), &span, each);
            }
            Kind::FileName | Kind::Path | Kind::RegistryKey => self.lookup_place(observable, each),
            kind => {
                if let Some(class) = class(kind) {
                    self.ask_text(class, observable.value.as_bytes(), &span, each);
                }
            }
        }
        let mut inside = |hit: Hit| each(Hit { span: span.clone(), ..hit });
        let plain = (observable.kind == Kind::Url).then(|| plain::url_host(observable.value.as_bytes()));
        if let Some(name) = plain.flatten().filter(|host| address::ipv4(host).is_none()) {
            self.ask_domain(name, &(0..name.len()), &mut inside);
        } else if let Some(host) = observable.host() {
            self.lookup_host(&host, &mut inside);
        }
    }

    fn lookup_host(&self, host: &Observable, each: &mut impl FnMut(Hit)) {
        let span = 0..host.value.len();
        match network_of(host) {
            Some((base, prefix)) => self.ask_number(base, prefix, &span, each),
            None => self.ask_domain(host.value.as_bytes(), &span, each),
        }
    }

    fn lookup_place(&self, observable: &Observable, each: &mut impl FnMut(Hit)) {
        let hay = observable.value.as_bytes();
        let Some(word) = anchor::last_word(hay) else { return };
        let text = hay.get(word.start..word.end).unwrap_or_default();
        self.ask_place(hay, &word, text, &mut |hit: Hit| {
            let whole = hit.span == (0..hay.len());
            let fits = match observable.kind {
                Kind::FileName => whole && hit.kind == Kind::FileName,
                Kind::Path => hit.kind == Kind::FileName || whole && hit.kind == Kind::Path,
                _ => hit.kind == Kind::RegistryKey,
            };
            if fits {
                each(Hit { span: 0..hay.len(), ..hit });
            }
        });
    }

    /// What it wants with all that logs hold.
    pub(crate) fn wanted_by_both(&self) -> &Wanted {
        &self.wanted_with_all
    }

    pub(crate) fn has(&self, kinds: u32) -> bool {
        self.wanted.kinds & kinds != 0
    }

    /// Asks for a network (an address is one of full length): the needles that are it, and those that hold
    /// it and reach below.
    pub(crate) fn ask_number(
        &self,
        base: u128,
        prefix: u8,
        span: &std::ops::Range<usize>,
        each: &mut impl FnMut(Hit),
    ) {
        if entry::is_mapped(base, prefix) && !self.areas.may_hold(base) {
            return;
        }
        for wider in self.prefixes.iter().copied().filter(|wider| *wider <= prefix) {
            let masked = base & address::mask(wider);
            self.table.find(self.key.number(masked, wider), |entry| {
                let reaches = wider == prefix || entry.scope() == Scope::Below;
                if reaches && entry.is_network(masked, wider) {
                    self.report(entry, span, each);
                }
            });
        }
    }

    /// Asks for the needles that are this network and do not reach below: those that do were reported when its
    /// first address was asked for.
    pub(crate) fn ask_network(
        &self,
        base: u128,
        prefix: u8,
        span: &std::ops::Range<usize>,
        each: &mut impl FnMut(Hit),
    ) {
        self.table.find(self.key.number(base, prefix), |entry| {
            if entry.scope() == Scope::Exact && entry.is_network(base, prefix) {
                self.report(entry, span, each);
            }
        });
    }

    /// Asks for a domain: the needles that are it, and those above it that reach below.
    pub(crate) fn ask_domain(&self, name: &[u8], span: &std::ops::Range<usize>, each: &mut impl FnMut(Hit)) {
        if name.len() > domain::DOMAIN_BYTES_MAX {
            return;
        }
        let Some(last_dot) = name.iter().rposition(|byte| *byte == b'.') else { return };
        let end = self.key.text(KeyClass::End, name.get(last_dot + 1..).unwrap_or_default());
        if !self.has(bit(Kind::Domain)) || !self.hints.may_hold(end) {
            return;
        }
        let mut start = 0;
        while let Some(rest) = name.get(start..).filter(|_| start < last_dot) {
            self.table.find(self.key.text(KeyClass::Domain, rest), |entry| {
                let reaches = start == 0 || entry.scope() == Scope::Below;
                if reaches
                    && entry.kind() == Some(Kind::Domain)
                    && entry.text.eq_ignore_ascii_case(rest)
                    && domain::is_well_formed(name)
                {
                    self.report(entry, span, each);
                }
            });
            crate::steps::add(rest.len());
            start += rest.iter().position(|byte| *byte == b'.').map_or(rest.len(), |dot| dot + 1);
        }
    }

    /// Asks for a URL in canonical form, and for it without its scheme.
    pub(crate) fn ask_url(
        &self,
        canonical: &[u8],
        span: &std::ops::Range<usize>,
        each: &mut impl FnMut(Hit),
    ) {
        self.ask_same(KeyClass::Url, canonical, span, each);
        let bare = url::without_scheme(canonical);
        if bare.len() != canonical.len() {
            self.ask_same(KeyClass::Url, bare, span, each);
        }
    }

    pub(crate) fn ask_same(
        &self,
        class: KeyClass,
        text: &[u8],
        span: &std::ops::Range<usize>,
        each: &mut impl FnMut(Hit),
    ) {
        self.table.find(self.key.text(class, text), |entry| {
            if entry.kind().and_then(self::class) == Some(class) && entry.text == text {
                self.report(entry, span, each);
            }
        });
    }

    /// Asks for a text whose letters' case does not matter (but for user agents).
    pub(crate) fn ask_text(
        &self,
        class: KeyClass,
        text: &[u8],
        span: &std::ops::Range<usize>,
        each: &mut impl FnMut(Hit),
    ) {
        if class == KeyClass::Agent {
            return self.ask_same(class, text, span, each);
        }
        self.table.find(self.key.text(class, text), |entry| {
            let same = match class {
                KeyClass::Digest => entry.text.iter().copied().eq(hash::octets(text)),
                _ => entry.text.eq_ignore_ascii_case(text),
            };
            if same && entry.kind().and_then(self::class) == Some(class) {
                self.report(entry, span, each);
            }
        });
    }

    /// Asks for the file names, paths and keys that end with this word, whose text is given besides.
    #[inline]
    pub(crate) fn ask_place(&self, hay: &[u8], word: &Word, text: &[u8], each: &mut impl FnMut(Hit)) {
        let hash = self.key.text(KeyClass::Anchor, text);
        if self.hints.may_hold(hash) {
            self.ask_anchor(hash, hay, word, each);
        }
    }

    #[inline(never)]
    fn ask_anchor(&self, hash: u64, hay: &[u8], word: &Word, each: &mut impl FnMut(Hit)) {
        self.table.find(hash, |anchor| {
            if anchor.kind().is_some() {
                return;
            }
            anchor::candidates(self.key, anchor, hash, hay, word, |hash, place| {
                self.table.find(hash, |entry| {
                    let Some(kind @ (Kind::FileName | Kind::Path | Kind::RegistryKey)) = entry.kind() else {
                        return;
                    };
                    if anchor::is_at(kind, entry.text, hay, &place) {
                        self.report(entry, &place, each);
                    }
                });
            });
        });
    }

    fn report(&self, entry: &TableEntry<'_>, span: &std::ops::Range<usize>, each: &mut impl FnMut(Hit)) {
        let Some(kind) = entry.kind() else { return };
        for tag in entry.tags() {
            each(Hit { tag, kind, span: span.clone() });
        }
    }
}

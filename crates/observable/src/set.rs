//! The compiled set: many needles, one walk over the bytes.
//!
//! Built once, asked for every log line. Needles are looked up, not searched for: the walk cuts the line
//! into words, and a word is asked for only if its shape fits a kind of which there are needles. So a
//! million needles cost little more than a thousand, and a kind without needles costs nothing.

use crate::anchor::{self, Anchors};
use crate::filter::Filter;
use crate::needle::{Hit, Needle, Scope};
use crate::table::{Class, Key, Row, Table};
use crate::{Kind, Observable, address, domain, url};
use std::collections::BTreeSet;

/// Most needles in one set; beyond, the 32-bit places inside would not reach.
pub const NEEDLES_MAX: usize = 50_000_000;

/// Collects needles; [`Builder::build`] compiles them.
pub struct Builder {
    needles: Vec<Needle>,
}

/// What a scan needs besides the set; one a thread, used again for every line.
#[derive(Default)]
pub struct Scratch {
    pub(crate) url: Vec<u8>,
}

/// A compiled set of needles. The order in which they were added makes no difference to any answer.
pub struct Set {
    pub(crate) key: Key,
    pub(crate) table: Table,
    pub(crate) anchors: Anchors,
    /// Ends of domain needles, hosts of URL needles and anchors.
    pub(crate) hints: Filter,
    /// Kinds of which there are needles, one bit each.
    pub(crate) kinds: u32,
    /// Prefix lengths of address and network needles, the longest first.
    pub(crate) prefixes: Vec<u8>,
    /// Whether there is an address or network needle that is not IPv4.
    pub(crate) ipv6: bool,
    pub(crate) ipv4: bool,
    /// Whether only words with a full stop, and hashes, can be needles.
    pub(crate) sparse: bool,
    /// The longest URL that can be one of the needles, as written.
    pub(crate) url_bytes_max: usize,
}

impl Builder {
    /// Adds one needle. `false` when it cannot be looked for: its value is not in canonical form, a path
    /// or name holds no word, or the set is full.
    pub fn add(&mut self, needle: Needle) -> bool {
        if self.needles.len() >= NEEDLES_MAX || !can_be_found(&needle.observable) {
            return false;
        }
        self.needles.push(needle);
        true
    }

    /// Compiles the set.
    #[must_use]
    pub fn build(self) -> Set {
        let key = Key::new();
        let mut anchors = Anchors::default();
        let mut rows = Vec::with_capacity(self.needles.len());
        let mut hints = Vec::new();
        let mut prefixes = BTreeSet::new();
        let (mut kinds, mut ipv4, mut ipv6, mut bare_hosts) = (0_u32, false, false, false);
        for needle in &self.needles {
            kinds |= bit(needle.observable.kind);
            if let Some((base, prefix)) = network_of(&needle.observable) {
                prefixes.insert(prefix);
                let mapped = prefix >= 96 && base >> 32 == 0xffff;
                ipv4 |= mapped;
                ipv6 |= !mapped;
            }
            ipv6 |= needle.observable.kind == Kind::Url && needle.observable.value.contains("://[");
            bare_hosts |= needle.observable.kind == Kind::Url && needle.observable.host().is_none();
            hint(key, &needle.observable, &mut hints);
            rows.extend(row(key, &mut anchors, needle));
        }
        hints.extend(anchors.hashes());
        let mut filter = Filter::with_room_for(hints.len());
        hints.iter().for_each(|hash| filter.insert(*hash));
        let urls = self.needles.iter().filter(|needle| needle.observable.kind == Kind::Url);
        // A port that is the scheme's own, or a host in capitals beyond ASCII, makes it longer as written.
        let url_bytes_max = urls.map(|needle| needle.observable.value.len() * 2 + 16).max().unwrap_or(0);
        let words = bit(Kind::Cve) | bit(Kind::Technique) | bit(Kind::AutonomousSystem);
        let sparse = !anchors.plain && !ipv6 && !bare_hosts && kinds & words == 0;
        let prefixes = prefixes.into_iter().rev().collect();
        Set {
            key,
            table: Table::new(rows),
            anchors,
            hints: filter,
            kinds,
            prefixes,
            ipv6,
            ipv4,
            sparse,
            url_bytes_max,
        }
    }
}

/// The bit of a kind.
pub(crate) fn bit(kind: Kind) -> u32 {
    1 << (kind as u32)
}

fn can_be_found(observable: &Observable) -> bool {
    match observable.kind {
        Kind::Ipv4 | Kind::Ipv6 | Kind::Network => network_of(observable).is_some(),
        Kind::FileName | Kind::Path | Kind::RegistryKey => {
            anchor::set_form(observable).is_some_and(|(form, _)| anchor::last_word(&form).is_some())
        }
        kind => crate::canonical(kind, &observable.value).as_ref() == Some(observable),
    }
}

/// The network of an address or network needle.
pub(crate) fn network_of(observable: &Observable) -> Option<(u128, u8)> {
    match observable.kind {
        Kind::Ipv4 => Some(address::network_number(address::parse(&observable.value)?, 32)),
        Kind::Ipv6 => Some(address::network_number(address::parse(&observable.value)?, 128)),
        Kind::Network => {
            let (base, prefix) = address::parse_network(&observable.value)?;
            Some(address::network_number(base, prefix))
        }
        _ => None,
    }
}

/// The text by which a network stands in the table.
pub(crate) fn network_text(base: u128, prefix: u8) -> [u8; 17] {
    let mut text = [prefix; 17];
    for (place, byte) in text.iter_mut().zip(base.to_be_bytes()) {
        *place = byte;
    }
    text
}

/// The class of the kinds that are looked up by their text.
pub(crate) fn class(kind: Kind) -> Option<Class> {
    match kind {
        Kind::Domain => Some(Class::Domain),
        Kind::Url => Some(Class::Url),
        Kind::Email => Some(Class::Mail),
        Kind::Md5 | Kind::Sha1 | Kind::Sha256 | Kind::Sha512 => Some(Class::Digest),
        Kind::Cve | Kind::Technique | Kind::AutonomousSystem => Some(Class::Word),
        Kind::UserAgent => Some(Class::Agent),
        _ => None,
    }
}

fn row(key: Key, anchors: &mut Anchors, needle: &Needle) -> Option<Row> {
    if let Some((base, prefix)) = network_of(&needle.observable) {
        let text = network_text(base, prefix).to_vec();
        return Some(anchor::row(key.number(base, prefix), text, needle));
    }
    match class(needle.observable.kind) {
        Some(class) => {
            let text = needle.observable.value.as_bytes();
            Some(anchor::row(key.text(class, text), text.to_vec(), needle))
        }
        None => anchors.add(key, &needle.observable).map(|(hash, text)| anchor::row(hash, text, needle)),
    }
}

/// What turns most words away before a table is asked: how hosts end, and whole hosts of URLs.
fn hint(key: Key, observable: &Observable, hints: &mut Vec<u64>) {
    let value = observable.value.as_str();
    let host = match observable.kind {
        Kind::Domain => value.as_bytes(),
        Kind::Email => value.rsplit('@').next().unwrap_or_default().as_bytes(),
        Kind::Url => match url::split(value.as_bytes()) {
            Some(parts) => parts.host,
            None => return,
        },
        _ => return,
    };
    if observable.kind == Kind::Url {
        hints.push(key.text(Class::Host, host));
    }
    if let Some(end) = host.rsplit(|byte| *byte == b'.').next() {
        hints.push(key.text(Class::End, end));
    }
}

impl Set {
    /// Starts a set.
    #[must_use]
    pub fn builder() -> Builder {
        Builder { needles: Vec::new() }
    }

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
        if let Some(host) = observable.host() {
            let mut inside = |hit: Hit| each(Hit { span: span.clone(), ..hit });
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
        self.ask_place(hay, word, &mut |hit: Hit| {
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

    pub(crate) fn has(&self, kinds: u32) -> bool {
        self.kinds & kinds != 0
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
        for wider in self.prefixes.iter().copied().filter(|wider| *wider <= prefix) {
            let masked = base & address::mask(wider);
            self.table.find(self.key.number(masked, wider), |entry, text| {
                let same = text == network_text(masked, wider);
                if same && (wider == prefix || entry.scope == Scope::Below) {
                    self.tell(entry, span, each);
                }
            });
        }
    }

    /// Asks for the needles that are this network and do not reach below: those that do were told when its
    /// first address was asked for.
    pub(crate) fn ask_network(
        &self,
        base: u128,
        prefix: u8,
        span: &std::ops::Range<usize>,
        each: &mut impl FnMut(Hit),
    ) {
        self.table.find(self.key.number(base, prefix), |entry, text| {
            if text == network_text(base, prefix) && entry.scope == Scope::Exact {
                self.tell(entry, span, each);
            }
        });
    }

    /// Asks for a domain: the needles that are it, and those above it that reach below.
    pub(crate) fn ask_domain(&self, name: &[u8], span: &std::ops::Range<usize>, each: &mut impl FnMut(Hit)) {
        if name.len() > domain::DOMAIN_BYTES_MAX {
            return;
        }
        let Some(last_dot) = name.iter().rposition(|byte| *byte == b'.') else { return };
        let end = self.key.text(Class::End, name.get(last_dot + 1..).unwrap_or_default());
        if !self.has(bit(Kind::Domain)) || !self.hints.may_hold(end) {
            return;
        }
        let mut start = 0;
        while let Some(rest) = name.get(start..).filter(|_| start < last_dot) {
            self.table.find(self.key.text(Class::Domain, rest), |entry, text| {
                let reaches = start == 0 || entry.scope == Scope::Below;
                if reaches
                    && entry.kind == Kind::Domain
                    && text.eq_ignore_ascii_case(rest)
                    && domain::is_well_formed(name)
                {
                    self.tell(entry, span, each);
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
        self.ask_same(Class::Url, canonical, span, each);
        let bare = url::without_scheme(canonical);
        if bare.len() != canonical.len() {
            self.ask_same(Class::Url, bare, span, each);
        }
    }

    fn ask_same(&self, class: Class, text: &[u8], span: &std::ops::Range<usize>, each: &mut impl FnMut(Hit)) {
        self.table.find(self.key.text(class, text), |entry, held| {
            if self::class(entry.kind) == Some(class) && held == text {
                self.tell(entry, span, each);
            }
        });
    }

    /// Asks for a text whose letters' case does not matter (but for user agents).
    pub(crate) fn ask_text(
        &self,
        class: Class,
        text: &[u8],
        span: &std::ops::Range<usize>,
        each: &mut impl FnMut(Hit),
    ) {
        if class == Class::Agent {
            return self.ask_same(class, text, span, each);
        }
        self.table.find(self.key.text(class, text), |entry, held| {
            if self::class(entry.kind) == Some(class) && held.eq_ignore_ascii_case(text) {
                self.tell(entry, span, each);
            }
        });
    }

    /// Asks for the file names, paths and keys that end with this word.
    pub(crate) fn ask_place(&self, hay: &[u8], word: crate::token::Word, each: &mut impl FnMut(Hit)) {
        let hash = self.key.text(Class::Anchor, hay.get(word.start..word.end).unwrap_or_default());
        if !self.hints.may_hold(hash) {
            return;
        }
        let Some(group) = self.anchors.group(hash) else { return };
        group.candidates(self.key, hay, word, |hash, place| {
            self.table.find(hash, |entry, text| {
                let fits = matches!(entry.kind, Kind::FileName | Kind::Path | Kind::RegistryKey);
                if fits && anchor::is_at(entry.kind, text, hay, &place) {
                    self.tell(entry, &place, each);
                }
            });
        });
    }

    fn tell(&self, entry: &crate::table::Entry, span: &std::ops::Range<usize>, each: &mut impl FnMut(Hit)) {
        for tag in self.table.tags(entry) {
            each(Hit { tag: *tag, kind: entry.kind, span: span.clone() });
        }
    }
}

//! Needles on their way into a set: checked, written down compactly, compiled.
//!
//! What is kept of a needle is what the table will hold of it, in one run of bytes, and a hash: no string and no
//! allocation a needle. So building takes about twice the memory of the set, and no more.

use crate::kind::{hash, plain, url};
use crate::set::anchor::{Anchors, Place};
use crate::set::area::Areas;
use crate::set::asker::Wanted;
use crate::set::entry;
use crate::set::filter::NeedleFilter;
use crate::set::key::{KeyClass, NeedleKey};
use crate::set::needle::{Needle, Scope};
use crate::set::table::{Table, TableRows};
use crate::set::{Set, bit, class, network_of};
use crate::{Kind, Observable};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};

/// How many sets were built.
static BUILT: AtomicU64 = AtomicU64::new(0);

/// Most needles in one set; their values together may fill 4 GiB.
pub const NEEDLES_MAX: usize = 50_000_000;

/// Collects needles; [`Builder::build`] compiles them.
pub struct Builder {
    key: NeedleKey,
    rows: TableRows,
    count: usize,
    anchors: Anchors,
    /// How hosts end.
    ends: foldhash::HashSet<u64>,
    /// Hosts of URLs, and anchors; with repeats.
    hints: Vec<u64>,
    areas: Areas,
    prefixes: BTreeSet<u8>,
    kinds: u32,
    ipv4: bool,
    ipv6: bool,
    bare_hosts: bool,
    url_bytes_max: usize,
}

impl Set {
    /// Starts a set.
    #[must_use]
    pub fn builder() -> Builder {
        Builder::new()
    }
}

impl Builder {
    pub(crate) fn new() -> Builder {
        Builder {
            key: NeedleKey::new(),
            rows: TableRows::new(),
            count: 0,
            anchors: Anchors::default(),
            ends: foldhash::HashSet::default(),
            hints: Vec::new(),
            areas: Areas::default(),
            prefixes: BTreeSet::new(),
            kinds: 0,
            ipv4: false,
            ipv6: false,
            bare_hosts: false,
            url_bytes_max: 0,
        }
    }

    /// Adds one needle. `false` when it cannot be looked for: its value is not in canonical form, a path
    /// or name holds no word, or the set is full.
    pub fn add(&mut self, needle: Needle) -> bool {
        self.add_ref(&needle.observable, needle.scope, needle.tag)
    }

    /// Adds one needle whose value is borrowed; otherwise as [`Builder::add`].
    pub fn add_ref(&mut self, observable: &Observable, scope: Scope, tag: u32) -> bool {
        if self.count >= NEEDLES_MAX || !self.push(observable, scope, tag) {
            return false;
        }
        self.count += 1;
        self.kinds |= bit(observable.kind);
        true
    }

    fn push(&mut self, observable: &Observable, scope: Scope, tag: u32) -> bool {
        let kind = observable.kind;
        match kind {
            Kind::Ipv4 | Kind::Ipv6 | Kind::Network => self.push_network(observable, scope, tag),
            Kind::FileName | Kind::Path | Kind::RegistryKey => self.push_place(observable, scope, tag),
            _ if !is_canonical(observable) => false,
            Kind::Md5 | Kind::Sha1 | Kind::Sha256 | Kind::Sha512 => {
                let digits = observable.value.as_bytes();
                let mut octets = [0_u8; 64];
                let length = digits.len() / 2;
                octets.iter_mut().zip(hash::octets(digits)).for_each(|(place, octet)| *place = octet);
                let hash = self.key.text(KeyClass::Digest, digits);
                self.rows.push(hash, Some(kind), scope, tag, octets.get(..length).unwrap_or_default())
            }
            _ => {
                let Some(class) = class(kind) else { return false };
                let text = observable.value.as_bytes();
                let pushed = self.rows.push(self.key.text(class, text), Some(kind), scope, tag, text);
                if pushed {
                    self.hint(observable);
                }
                pushed
            }
        }
    }

    fn push_network(&mut self, observable: &Observable, scope: Scope, tag: u32) -> bool {
        let Some((base, prefix)) = network_of(observable) else { return false };
        let (text, length) = entry::network_text(observable.kind, base, prefix);
        let text = text.get(..length).unwrap_or_default();
        let pushed = self.rows.push(self.key.number(base, prefix), Some(observable.kind), scope, tag, text);
        if pushed {
            self.areas.insert(base, prefix);
            self.prefixes.insert(prefix);
            let mapped = entry::is_mapped(base, prefix);
            self.ipv4 |= mapped;
            self.ipv6 |= !mapped;
        }
        pushed
    }

    fn push_place(&mut self, observable: &Observable, scope: Scope, tag: u32) -> bool {
        let mut anchors = self.anchors;
        let Some(place) = Place::new(self.key, observable, &mut anchors) else { return false };
        let bytes = place.text.len() + place.anchor_text.len();
        let fits = place.text.len() <= entry::TEXT_BYTES_MAX && self.rows.has_room_for(2, bytes);
        if !fits {
            return false;
        }
        self.anchors = anchors;
        if self.hints.last() != Some(&place.anchor) {
            self.hints.push(place.anchor);
        }
        self.rows.push(place.anchor, None, Scope::Exact, place.length, &place.anchor_text)
            && self.rows.push(place.hash, Some(observable.kind), scope, tag, &place.text)
    }

    /// What turns most words away before a table is asked: how hosts end, and whole hosts of URLs.
    fn hint(&mut self, observable: &Observable) {
        let value = observable.value.as_bytes();
        let host = match observable.kind {
            Kind::Domain => value,
            Kind::Email => value.rsplit(|byte| *byte == b'@').next().unwrap_or_default(),
            Kind::Url => {
                // A port that is the scheme's own, or a host in capitals beyond ASCII, makes it longer as written.
                self.url_bytes_max = self.url_bytes_max.max(value.len() * 2 + 16);
                let Some(host) = plain::url_host(value).or_else(|| self.unusual_host(observable)) else {
                    return;
                };
                self.hints.push(self.key.text(KeyClass::Host, host));
                host
            }
            _ => return,
        };
        if let Some(end) = host.rsplit(|byte| *byte == b'.').next() {
            self.ends.insert(self.key.text(KeyClass::End, end));
        }
    }

    /// The host of a URL that may be an address of IPv6 or a name of one label.
    fn unusual_host<'o>(&mut self, observable: &'o Observable) -> Option<&'o [u8]> {
        let host = url::split(observable.value.as_bytes())?.host;
        self.ipv6 |= host.starts_with(b"[");
        self.bare_hosts |= observable.host().is_none();
        Some(host)
    }

    /// Compiles the set.
    #[must_use]
    pub fn build(self) -> Set {
        let Builder { key, anchors, kinds, ipv4, ipv6, url_bytes_max, mut hints, .. } = self;
        hints.extend(self.ends);
        hints.sort_unstable();
        hints.dedup();
        let mut filter = NeedleFilter::with_room_for(hints.len());
        hints.iter().for_each(|hash| filter.insert(*hash));
        drop(hints);
        let words = bit(Kind::Cve) | bit(Kind::Technique) | bit(Kind::AutonomousSystem);
        let sparse = !anchors.plain && !ipv6 && !self.bare_hosts && kinds & words == 0;
        let marked = !anchors.plain && kinds & (words | bit(Kind::UserAgent)) == 0;
        let wanted = Wanted { kinds, anchors, ipv6, ipv4, sparse, marked, url_bytes_max };
        Set {
            number: BUILT.fetch_add(1, Ordering::Relaxed) + 1,
            key,
            table: Table::new(self.rows),
            hints: filter,
            wanted_with_all: crate::set::both::wanted_with_all(&wanted),
            wanted,
            areas: self.areas,
            prefixes: self.prefixes.into_iter().rev().collect(),
        }
    }
}

/// Whether a value that is looked up by its text is in its one form.
fn is_canonical(observable: &Observable) -> bool {
    let is_form = || crate::canonical(observable.kind, &observable.value).as_ref() == Some(observable);
    plain::is_plain(observable.kind, &observable.value) || is_form()
}

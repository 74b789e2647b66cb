//! Finds all literals that a value equals, starts with, ends with or contains, among thousands, in one pass.
//!
//! Whole values, prefixes and suffixes are looked up by a fingerprint of at most their first and last eight bytes,
//! and then compared: one lookup for each length class that occurs. A substring is filed under its rarest window of
//! four bytes (three or two for short substrings). For each position of the value, the window there is looked up in a
//! small bitmap; only if its bit is set, the table is searched and the literal compared. The store decides once for a
//! rule set under which window a literal is filed, because the indexes of forty log sources are built while logs are
//! read. Where a field has few windows, a packed search with vector instructions replaces the bitmap. Automata over
//! the same literals need a hundred times the memory, and lose more time to cache misses than they save in steps.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use aho_corasick::packed;
use foldhash::{HashMap, HashMapExt};
use memchr::memmem::Finder;

/// Where in the value a literal must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Anchor {
    Whole,
    Start,
    End,
    Inside,
}

/// A literal: its folded text in the store, where it must be in a value, and the key that it is filed under.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Literal {
    start: u32,
    length: u32,
    pub(crate) anchor: Anchor,
    /// For a substring, the offset of the window that it is filed under; otherwise 0.
    offset: u32,
    /// That window; otherwise the fingerprint of the whole text, of its start or of its end.
    key: u64,
}

/// The text of all literals of a rule set.
#[derive(Debug, Default)]
pub(crate) struct LiteralStore {
    text: Vec<u8>,
    literals: Vec<Literal>,
}

impl LiteralStore {
    /// Adds a literal and returns its number, or `None` when the store is full (4 GiB of text).
    pub(crate) fn add(&mut self, text: &str, anchor: Anchor) -> Option<u32> {
        let start = u32::try_from(self.text.len()).ok()?;
        let length = u32::try_from(text.len()).ok()?;
        start.checked_add(length)?;
        let number = u32::try_from(self.literals.len()).ok()?;
        self.text.extend_from_slice(text.as_bytes());
        let text = text.as_bytes();
        let (key, offset) = match anchor {
            Anchor::Whole => (fingerprint(text), 0),
            Anchor::Start | Anchor::End => {
                let end = end_of(text, class_of(text.len()), anchor == Anchor::Start);
                (fingerprint(end.unwrap_or_default()), 0)
            }
            Anchor::Inside => first_window(text),
        };
        self.literals.push(Literal { start, length, anchor, offset, key });
        Some(number)
    }

    /// Files the substrings among these literals again. All of them are literals of one field; each is filed under
    /// that one of its rarest windows which the fewest other literals share.
    pub(crate) fn settle(&mut self, numbers: &[u32]) {
        let mut rarest: Vec<(u32, u32)> = Vec::new();
        let mut ends = Vec::with_capacity(numbers.len());
        let mut sharers: HashMap<u32, u32> = HashMap::with_capacity(numbers.len() * 2);
        for number in numbers {
            let start = rarest.len();
            let (text, anchor) = self.literal(*number);
            if anchor == Anchor::Inside {
                rarest_windows(text, &mut rarest);
            }
            ends.push(rarest.len());
            for (key, _) in rarest.get(start..).unwrap_or_default() {
                *sharers.entry(*key).or_default() += 1;
            }
        }
        let mut start = 0;
        for (number, end) in numbers.iter().zip(ends) {
            let candidates = rarest.get(start..end).unwrap_or_default();
            start = end;
            let shared = |key: &u32| sharers.get(key).copied().unwrap_or(0);
            let best = candidates.iter().min_by_key(|(key, offset)| (shared(key), *offset));
            if let (Some((key, offset)), Some(literal)) = (best, self.literals.get_mut(*number as usize)) {
                (literal.key, literal.offset) = (u64::from(*key), *offset);
            }
        }
    }

    pub(crate) fn next_number(&self) -> u32 {
        u32::try_from(self.literals.len()).unwrap_or(u32::MAX)
    }

    fn get(&self, number: u32) -> Option<Literal> {
        self.literals.get(usize::try_from(number).ok()?).copied()
    }

    /// The text and anchor of a literal.
    pub(crate) fn literal(&self, number: u32) -> (&[u8], Anchor) {
        let found = self.get(number);
        found.map_or((&[], Anchor::Whole), |one| (self.text(one.start, one.length), one.anchor))
    }

    #[inline]
    fn text(&self, start: u32, length: u32) -> &[u8] {
        let start = start as usize;
        self.text.get(start..start + length as usize).unwrap_or_default()
    }
}

/// A literal to search for in a field: the predicate that it proves, and the rules that it wakes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LiteralRequest {
    pub(crate) predicate: u32,
    /// Its number in the store.
    pub(crate) literal: u32,
    /// Rules to evaluate when the predicate fires: a range of the route's list.
    pub(crate) wakes: (u32, u32),
}

/// The same in an index, with everything that a comparison needs except the text itself.
#[derive(Clone, Copy, Debug)]
pub(crate) struct IndexedLiteral {
    pub(crate) predicate: u32,
    pub(crate) wakes: (u32, u32),
    start: u32,
    length: u32,
    /// The offset of the window in the literal.
    offset: u32,
}

/// The windows of a substring that are likely to occur in the fewest values, each with its offset. Windows have four
/// bytes, or the length of a shorter substring.
fn rarest_windows(text: &[u8], out: &mut Vec<(u32, u32)>) {
    fn of<const N: usize>(text: &[u8], out: &mut Vec<(u32, u32)>) {
        let (start, mut least) = (out.len(), u32::MAX);
        for (offset, window) in (0u32..).zip(text.array_windows::<N>()) {
            let commonness = commonness(window, least);
            if commonness < least {
                least = commonness;
                out.truncate(start);
            }
            if commonness == least {
                out.push((window_key(window), offset));
            }
        }
    }
    match text.len() {
        0 | 1 => {}
        2 => of::<2>(text, out),
        3 => of::<3>(text, out),
        _ => of::<4>(text, out),
    }
}

/// The first window of a substring: it is filed under this one until [`LiteralStore::settle`] chooses a better one.
fn first_window(text: &[u8]) -> (u64, u32) {
    let first = match text {
        [a, b] => window_key(&[*a, *b]),
        [a, b, c] => window_key(&[*a, *b, *c]),
        [a, b, c, d, ..] => window_key(&[*a, *b, *c, *d]),
        _ => 0,
    };
    (u64::from(first), 0)
}

/// Receives the literals that are found.
pub(crate) trait LiteralSink {
    /// Whether this predicate has already fired, so that its literals need not be compared again.
    fn has(&self, predicate: u32) -> bool;
    /// Reports that the value contains a literal that proves this predicate, which wakes these rules.
    fn hit(&mut self, predicate: u32, wakes: (u32, u32));
}

/// All literals to search for in one field.
#[derive(Debug, Default)]
pub(crate) struct LiteralIndex {
    whole: FingerprintTable,
    starts: AffixIndex,
    ends: AffixIndex,
    windows_4: WindowIndex<4>,
    windows_3: WindowIndex<3>,
    windows_2: WindowIndex<2>,
    singles: Vec<(u8, IndexedLiteral)>,
}

impl LiteralIndex {
    pub(crate) fn build(requests: &[LiteralRequest], store: &LiteralStore) -> Self {
        let mut index = Self::default();
        let mut whole = Vec::new();
        let (mut starts, mut ends) = (Vec::new(), Vec::new());
        let (mut fours, mut threes, mut twos) = (Vec::new(), Vec::new(), Vec::new());
        for request in requests {
            let Some(literal) = store.get(request.literal) else { continue };
            let LiteralRequest { predicate, wakes, .. } = *request;
            let Literal { start, length, offset, .. } = literal;
            let entry = IndexedLiteral { predicate, wakes, start, length, offset };
            let keyed = (literal.key, entry);
            match (literal.anchor, literal.length) {
                (Anchor::Whole, _) => whole.push(keyed),
                (Anchor::Start, length) => {
                    index.starts.present |= 1 << class_of(length as usize);
                    starts.push(keyed);
                }
                (Anchor::End, length) => {
                    index.ends.present |= 1 << class_of(length as usize);
                    ends.push(keyed);
                }
                // An empty text is in every value, so it is no gate.
                (Anchor::Inside, 0) => {}
                (Anchor::Inside, 1) => {
                    index.singles.extend(store.text(start, length).first().map(|byte| (*byte, entry)));
                }
                (Anchor::Inside, 2) => twos.push(keyed),
                (Anchor::Inside, 3) => threes.push(keyed),
                (Anchor::Inside, _) => fours.push(keyed),
            }
        }
        index.whole = FingerprintTable::build(whole);
        index.starts.table = FingerprintTable::build(starts);
        index.ends.table = FingerprintTable::build(ends);
        index.windows_4 = WindowIndex::build(fours);
        index.windows_3 = WindowIndex::build(threes);
        index.windows_2 = WindowIndex::build(twos);
        index
    }

    /// Reports every literal that the folded value contains to `sink`.
    pub(crate) fn scan(&self, text: &[u8], store: &LiteralStore, sink: &mut impl LiteralSink) {
        for entry in self.whole.get(fingerprint(text)) {
            if !sink.has(entry.predicate) && store.text(entry.start, entry.length) == text {
                sink.hit(entry.predicate, entry.wakes);
            }
        }
        self.starts.scan(text, store, true, sink);
        self.ends.scan(text, store, false, sink);
        self.windows_4.scan(text, store, sink);
        self.windows_3.scan(text, store, sink);
        self.windows_2.scan(text, store, sink);
        for (byte, entry) in &self.singles {
            if !sink.has(entry.predicate) && memchr::memchr(*byte, text).is_some() {
                sink.hit(entry.predicate, entry.wakes);
            }
        }
    }
}

/// The length class of a prefix or suffix: its length if it is short, otherwise 8 or 16 bytes.
fn class_of(length: usize) -> usize {
    match length {
        0..=8 => length,
        9..=15 => 8,
        _ => 16,
    }
}

/// Prefixes, or suffixes, by class.
#[derive(Debug, Default)]
struct AffixIndex {
    /// One bit for each class that occurs.
    present: u32,
    table: FingerprintTable,
}

impl AffixIndex {
    #[inline]
    fn scan(&self, text: &[u8], store: &LiteralStore, from_start: bool, sink: &mut impl LiteralSink) {
        let mut left = self.present;
        while left != 0 {
            let class = left.trailing_zeros() as usize;
            left &= left - 1;
            let Some(piece) = end_of(text, class, from_start) else { return };
            for entry in self.table.get(fingerprint(piece)) {
                if sink.has(entry.predicate) {
                    continue;
                }
                let literal = store.text(entry.start, entry.length);
                if if from_start { text.starts_with(literal) } else { text.ends_with(literal) } {
                    sink.hit(entry.predicate, entry.wakes);
                }
            }
        }
    }
}

#[inline]
fn end_of(text: &[u8], length: usize, from_start: bool) -> Option<&[u8]> {
    if from_start { text.get(..length) } else { text.get(text.len().checked_sub(length)?..) }
}

/// A cheap hash of at most the first and last eight bytes and the length. It is only a filter: the text is compared
/// afterwards.
#[inline]
pub(crate) fn fingerprint(text: &[u8]) -> u64 {
    let (head, tail) = match (text.first_chunk::<8>(), text.last_chunk::<8>()) {
        (Some(head), Some(tail)) => (u64::from_le_bytes(*head), u64::from_le_bytes(*tail)),
        _ => match (text.first_chunk::<4>(), text.last_chunk::<4>()) {
            (Some(head), Some(tail)) => {
                (u64::from(u32::from_le_bytes(*head)), u64::from(u32::from_le_bytes(*tail)))
            }
            _ => {
                let byte = |index: usize| u64::from(text.get(index).copied().unwrap_or(0));
                (byte(0) | byte(1) << 8, byte(2))
            }
        },
    };
    let mixed =
        head.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ tail.rotate_left(32).wrapping_add(text.len() as u64);
    let mixed = mixed.wrapping_mul(0xff51_afd7_ed55_8ccd);
    mixed ^ (mixed >> 32)
}

/// An open-addressed table from fingerprints to entries.
#[derive(Debug, Default)]
struct FingerprintTable {
    slots: Vec<TableSlot>,
    entries: Vec<IndexedLiteral>,
}

#[derive(Clone, Copy, Debug, Default)]
struct TableSlot {
    key: u64,
    first: u32,
    /// 0: empty.
    count: u32,
}

impl FingerprintTable {
    fn build(mut keyed: Vec<(u64, IndexedLiteral)>) -> Self {
        if keyed.is_empty() {
            return Self::default();
        }
        // The sort is stable: entries with the same key stay in the order of their predicates.
        keyed.sort_by_key(|(key, _)| *key);
        let mut table = Self {
            slots: vec![TableSlot::default(); (keyed.len() * 2).next_power_of_two()],
            entries: Vec::new(),
        };
        for group in keyed.chunk_by(|(a, _), (b, _)| a == b) {
            let Some((key, _)) = group.first() else { continue };
            let first = u32::try_from(table.entries.len()).unwrap_or(u32::MAX);
            let count = u32::try_from(group.len()).unwrap_or(u32::MAX);
            table.entries.extend(group.iter().map(|(_, entry)| *entry));
            table.insert(TableSlot { key: *key, first, count });
        }
        table
    }

    fn insert(&mut self, slot: TableSlot) {
        let mask = self.slots.len() - 1;
        let mut at = place_of(slot.key, mask);
        while let Some(place) = self.slots.get_mut(at) {
            if place.count == 0 {
                *place = slot;
                return;
            }
            at = (at + 1) & mask;
        }
    }

    #[inline]
    fn get(&self, key: u64) -> &[IndexedLiteral] {
        let Some(mask) = self.slots.len().checked_sub(1) else { return &[] };
        let mut at = place_of(key, mask);
        // Half of the slots are empty, so the probing ends.
        while let Some(slot) = self.slots.get(at) {
            if slot.count == 0 {
                return &[];
            }
            if slot.key == key {
                let first = slot.first as usize;
                return self.entries.get(first..first + slot.count as usize).unwrap_or_default();
            }
            at = (at + 1) & mask;
        }
        &[]
    }
}

/// The slot where probing for a key starts. Windows are text, so their own bits would cluster in few slots.
#[inline]
fn place_of(key: u64, mask: usize) -> usize {
    (key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as usize & mask
}

/// Distinct windows for which a packed search is used; with more, windows share buckets and it stops too often.
const PACKED_WINDOWS_MAX: usize = 32;
/// Shorter values are searched with the bitmap, because a packed search reads whole blocks.
const PACKED_BYTES_MIN: usize = 48;

/// Substrings of at least `N` bytes, by one window of `N` bytes each.
#[derive(Debug, Default)]
struct WindowIndex<const N: usize> {
    packed: Option<Box<packed::Searcher>>,
    /// A set bit means that the window of some literal has this hash. The length is a power of two.
    bitmap: Vec<u64>,
    shift: u32,
    table: FingerprintTable,
}

impl<const N: usize> WindowIndex<N> {
    fn build(keyed: Vec<(u64, IndexedLiteral)>) -> Self {
        if keyed.is_empty() {
            return Self::default();
        }
        // 64 bits for each literal: the bitmap of the largest field is 8 kB and stays in the first-level cache.
        let bits = (keyed.len() * 64).next_power_of_two().clamp(1 << 10, 1 << 16);
        let shift = 32 - bits.trailing_zeros();
        let mut bitmap = vec![0u64; bits / 64];
        let mut windows: Vec<u32> = keyed.iter().filter_map(|(key, _)| u32::try_from(*key).ok()).collect();
        for key in &windows {
            let hash = window_hash(*key, shift);
            if let Some(word) = bitmap.get_mut(hash / 64) {
                *word |= 1 << (hash % 64);
            }
        }
        windows.sort_unstable();
        windows.dedup();
        let packed = (N > 2 && windows.len() <= PACKED_WINDOWS_MAX).then(|| {
            let texts = windows.iter().map(|key| window_of::<N>(*key));
            packed::Searcher::new(texts).map(Box::new)
        });
        Self { packed: packed.flatten(), bitmap, shift, table: FingerprintTable::build(keyed) }
    }

    #[inline]
    fn scan(&self, text: &[u8], store: &LiteralStore, sink: &mut impl LiteralSink) {
        if self.bitmap.is_empty() {
            return;
        }
        if let Some(packed) = self.packed.as_ref().filter(|_| text.len() >= PACKED_BYTES_MIN) {
            self.scan_packed(packed, text, store, sink);
            return;
        }
        for (at, window) in text.array_windows::<N>().enumerate() {
            let key = window_key(window);
            let hash = window_hash(key, self.shift);
            if self.bitmap.get(hash / 64).is_some_and(|word| word >> (hash % 64) & 1 == 1) {
                self.verify(key, text, at, store, sink);
            }
        }
    }

    fn scan_packed(
        &self,
        packed: &packed::Searcher,
        text: &[u8],
        store: &LiteralStore,
        sink: &mut impl LiteralSink,
    ) {
        let mut from = 0;
        // All windows have the same length, so continuing one byte after each find finds all of them.
        while let Some(found) = packed.find_in(text, (from..text.len()).into()) {
            let at = found.start();
            if let Some(window) = text.get(at..).and_then(|rest| rest.first_chunk::<N>()) {
                self.verify(window_key(window), text, at, store, sink);
            }
            from = at + 1;
        }
    }

    #[cold]
    fn verify(&self, key: u32, text: &[u8], at: usize, store: &LiteralStore, sink: &mut impl LiteralSink) {
        for entry in self.table.get(u64::from(key)) {
            if sink.has(entry.predicate) {
                continue;
            }
            let literal = store.text(entry.start, entry.length);
            let start = at.checked_sub(entry.offset as usize);
            if start.and_then(|start| text.get(start..)).is_some_and(|from| from.starts_with(literal)) {
                sink.hit(entry.predicate, entry.wakes);
            }
        }
    }
}

#[inline]
fn window_key<const N: usize>(window: &[u8; N]) -> u32 {
    // Little-endian; for four bytes, the compiler makes this a single load.
    window.iter().rev().fold(0, |key, byte| key << 8 | u32::from(*byte))
}

/// The window with this key.
fn window_of<const N: usize>(key: u32) -> [u8; N] {
    let mut bytes = key.to_le_bytes().into_iter();
    [(); N].map(|()| bytes.next().unwrap_or(0))
}

#[inline]
fn window_hash(key: u32, shift: u32) -> usize {
    (key.wrapping_mul(0x9e37_79b1) >> shift) as usize
}

/// Text that occurs in many values of the logs of hosts: paths, extensions, switches. A literal that occurs here is a
/// poor reason to evaluate a rule. The list was written from knowledge of the systems, not counted in logs.
const COMMON: [&str; 22] = [
    "c:\\windows\\system32\\",
    "c:\\windows\\syswow64\\",
    "c:\\program files (x86)\\",
    "c:\\program files\\microsoft",
    "c:\\users\\public\\",
    "c:\\programdata\\microsoft\\windows\\start menu\\programs\\",
    "\\appdata\\local\\temp\\",
    "\\appdata\\roaming\\microsoft\\windows\\",
    "\\windowspowershell\\v1.0\\powershell.exe -",
    "\\cmd.exe /c \"",
    "\\svchost.exe -k ",
    "\\rundll32.exe ",
    "\\explorer.exe.dll.ps1.bat.sys.txt.tmp",
    "hklm\\system\\currentcontrolset\\services\\",
    "hklm\\software\\microsoft\\windows\\currentversion\\",
    "hkcu\\software\\microsoft\\windows nt\\currentversion\\",
    "https://www.http://.com/.net/.org/",
    "nt authority\\system",
    "microsoft-windows-security-auditing",
    "microsoft corporation",
    "/usr/bin/ /usr/sbin/ /bin/bash -c /tmp/ /etc/ /var/log/",
    "0x00000000 false true null -1 10.0. 192.168. 127.0.0.1",
];

/// The windows of two, three and four bytes of [`COMMON`], and the number of its texts that contain each.
static COMMON_WINDOWS: LazyLock<HashMap<(usize, u32), u32>> = LazyLock::new(|| {
    fn count<const N: usize>(counts: &mut HashMap<(usize, u32), u32>) {
        for text in COMMON {
            let windows: BTreeSet<u32> = text.as_bytes().array_windows::<N>().map(window_key).collect();
            windows.into_iter().for_each(|key| *counts.entry((N, key)).or_default() += 1);
        }
    }
    let mut counts = HashMap::new();
    count::<2>(&mut counts);
    count::<3>(&mut counts);
    count::<4>(&mut counts);
    counts
});

/// How common a piece of text is in values; a larger number means more common. A result above `least` may be too low,
/// but it is above `least`.
fn commonness<const N: usize>(window: &[u8; N], least: u32) -> u32 {
    let letters: u32 = window.iter().map(|byte| byte_commonness(*byte)).sum();
    if letters > least {
        return letters;
    }
    letters + COMMON_WINDOWS.get(&(N, window_key(window))).copied().unwrap_or(0).min(3) * 16
}

fn byte_commonness(byte: u8) -> u32 {
    match byte {
        b'e' | b't' | b'a' | b'o' | b'i' | b'n' | b's' | b'r' | b' ' | b'\\' | b'.' => 4,
        b'l' | b'd' | b'c' | b'm' | b'u' | b'p' | b'/' | b'-' | b'0'..=b'3' => 3,
        b'a'..=b'z' | b'0'..=b'9' | b'"' | b'_' | b':' | b'=' => 2,
        _ => 1,
    }
}

/// An estimate of the share of values that contain a literal, used to choose the predicate that wakes a rule.
pub(crate) fn likelihood(text: &[u8], anchor: Anchor) -> f32 {
    let finder = Finder::new(text);
    let common = COMMON.iter().any(|known| finder.find(known.as_bytes()).is_some());
    let length = i32::try_from(text.len().min(24)).unwrap_or(24);
    let by_length = 0.8f32.powi(length);
    match anchor {
        _ if common => 0.3 + by_length * 0.5,
        // Short whole values are often numbers and states that many events share.
        Anchor::Whole if length < 6 => 0.25,
        Anchor::Whole => by_length * 0.5,
        Anchor::Start | Anchor::End => by_length * 0.8,
        Anchor::Inside => by_length,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[derive(Default)]
    struct SeenPredicates(BTreeSet<u32>);

    impl LiteralSink for SeenPredicates {
        fn has(&self, predicate: u32) -> bool {
            self.0.contains(&predicate)
        }
        fn hit(&mut self, predicate: u32, _: (u32, u32)) {
            self.0.insert(predicate);
        }
    }

    fn naive(literal: &str, anchor: Anchor, text: &str) -> bool {
        match anchor {
            Anchor::Whole => text == literal,
            Anchor::Start => text.starts_with(literal),
            Anchor::End => text.ends_with(literal),
            Anchor::Inside => text.contains(literal),
        }
    }

    proptest::proptest! {
        #[test]
        fn finds_what_a_comparison_one_by_one_finds(
            literals in proptest::collection::vec(("[ab./]{0,20}", 0usize..4), 0..40),
            texts in proptest::collection::vec("[ab./]{0,40}|[ab./]{48,120}", 1..8),
            settled in proptest::bool::ANY,
        ) {
            let anchors = [Anchor::Whole, Anchor::Start, Anchor::End, Anchor::Inside];
            let mut store = LiteralStore::default();
            let mut entries = Vec::new();
            let mut expected_of = Vec::new();
            for (text, anchor) in &literals {
                let anchor = anchors[*anchor];
                if text.is_empty() && anchor == Anchor::Inside {
                    continue;
                }
                let number = store.add(text, anchor).unwrap();
                entries.push(LiteralRequest { predicate: number, literal: number, wakes: (0, 0) });
                expected_of.push((number, text.as_str(), anchor));
            }
            if settled {
                store.settle(&entries.iter().map(|entry| entry.literal).collect::<Vec<_>>());
            }
            let index = LiteralIndex::build(&entries, &store);
            for text in &texts {
                let mut seen = SeenPredicates::default();
                index.scan(text.as_bytes(), &store, &mut seen);
                let expected: BTreeSet<u32> = expected_of
                    .iter()
                    .filter(|(_, literal, anchor)| naive(literal, *anchor, text))
                    .map(|(number, _, _)| *number)
                    .collect();
                proptest::prop_assert_eq!(seen.0, expected);
            }
        }
    }
}

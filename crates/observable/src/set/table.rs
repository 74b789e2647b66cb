//! The exact table behind the filter: which needles have this value?
//!
//! Entries lie in one run of bytes, those of a bucket side by side, and a bucket is a stretch of that run. A
//! lookup touches the filter, then one place of the bucket's start, then two entries on average. Nothing points
//! at an entry, so a value costs little more than its text: no slots, no hashes. The table is built in two walks
//! over the rows, which are kept as written until then.

use crate::Kind;
use crate::set::entry::{self, TableEntry};
use crate::set::filter::NeedleFilter;
use crate::set::needle::Scope;

/// Entries in a bucket, on average.
const ENTRIES_PER_BUCKET: usize = 2;

/// Most bytes of all entries, for places in them have 32 bits.
const ENTRY_BYTES_MAX: usize = u32::MAX as usize;

/// Texts below this length stay an entry a tag: the count of tags would be longer than what it saves, and a bucket
/// would grow.
const SHORT_BYTES: usize = 2;

/// Rows are kept in pieces from this many bytes …
const CHUNK_BYTES_MIN: usize = 1 << 12;
/// … to this many: each twice the one before, so that nothing is moved and little is kept free.
const CHUNK_BYTES_MAX: usize = 1 << 20;

/// What a hash takes in a row.
const HASH_BYTES: usize = 8;

/// Values on their way into the table: hash and entry of each, as added.
pub(crate) struct TableRows {
    chunks: Vec<Vec<u8>>,
    count: usize,
    entry_bytes: usize,
    entry_bytes_max: usize,
}

impl TableRows {
    pub(crate) fn new() -> TableRows {
        TableRows { chunks: Vec::new(), count: 0, entry_bytes: 0, entry_bytes_max: ENTRY_BYTES_MAX }
    }

    /// Whether entries with so many bytes of text in all find room.
    pub(crate) fn has_room_for(&self, rows: usize, text_bytes: usize) -> bool {
        let head_and_tag = 8;
        self.entry_bytes + rows * head_and_tag + text_bytes <= self.entry_bytes_max
    }

    /// Adds one value; without a kind it is an anchor. `false` when there is no room or the text is too long.
    pub(crate) fn push(
        &mut self,
        hash: u64,
        kind: Option<Kind>,
        scope: Scope,
        tag: u32,
        text: &[u8],
    ) -> bool {
        if !self.has_room_for(1, text.len()) {
            return false;
        }
        let row_bytes_max = HASH_BYTES + 8 + text.len();
        let free = self.chunks.last().map_or(0, |chunk| chunk.capacity() - chunk.len());
        if free < row_bytes_max {
            let twice = self.chunks.last().map_or(0, |chunk| chunk.capacity() * 2);
            let capacity = twice.clamp(CHUNK_BYTES_MIN, CHUNK_BYTES_MAX).max(row_bytes_max);
            self.chunks.push(Vec::with_capacity(capacity));
        }
        let Some(chunk) = self.chunks.last_mut() else { return false };
        let start = chunk.len();
        chunk.extend_from_slice(&hash.to_le_bytes());
        if !entry::write_one(kind, scope, tag, text, chunk) {
            chunk.truncate(start);
            return false;
        }
        self.entry_bytes += chunk.len() - start - HASH_BYTES;
        self.count += 1;
        true
    }

    /// Hash and entry of every row of a chunk.
    fn rows(chunk: &[u8]) -> impl Iterator<Item = (u64, &[u8])> {
        let mut rest = chunk;
        std::iter::from_fn(move || {
            let (hash, row) = rest.split_first_chunk()?;
            let (_, behind) = TableEntry::split_first(row)?;
            rest = behind;
            Some((u64::from_le_bytes(*hash), row.get(..row.len() - behind.len())?))
        })
    }
}

/// Values by hash.
pub(crate) struct Table {
    /// Where each bucket's entries start, and where the last one's end.
    starts: Box<[u32]>,
    entries: Vec<u8>,
    filter: NeedleFilter,
    len: usize,
}

impl Table {
    /// Builds the table; rows of equal kind, scope and text become one entry. The order of the rows does not
    /// matter.
    pub(crate) fn new(rows: TableRows) -> Table {
        let buckets = (rows.count / ENTRIES_PER_BUCKET).max(1);
        let mut filter = NeedleFilter::with_room_for(rows.count);
        let mut starts = starts(&rows, buckets);
        let mut entries = scattered(rows, &mut starts, &mut filter);
        let len = settle(&mut entries, &mut starts);
        Table { starts, entries, filter, len }
    }

    /// Calls `each` for every entry that may have this hash; the caller compares.
    #[inline]
    pub(crate) fn find(&self, hash: u64, each: impl FnMut(&TableEntry<'_>)) {
        if self.filter.may_hold(hash) {
            self.find_in_bucket(hash, each);
        }
    }

    #[inline(never)]
    fn find_in_bucket(&self, hash: u64, mut each: impl FnMut(&TableEntry<'_>)) {
        let bucket = bucket(hash, self.starts.len() - 1);
        let Some([start, end]) = self.starts.get(bucket..bucket + 2) else { return };
        let mut rest = self.entries.get(place(*start)..place(*end)).unwrap_or_default();
        while let Some((entry, behind)) = TableEntry::split_first(rest) {
            each(&entry);
            rest = behind;
        }
    }

    /// How many distinct values there are; anchors do not count.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// The bytes that the table holds in memory.
    pub(crate) fn bytes(&self) -> usize {
        size_of_val(&*self.starts) + self.entries.capacity() + self.filter.bytes()
    }
}

/// The bucket of a hash, by other bits than the filter's choice of a word.
#[inline]
fn bucket(hash: u64, buckets: usize) -> usize {
    crate::set::filter::scaled(hash.rotate_left(20), buckets)
}

fn place(at: u32) -> usize {
    usize::try_from(at).unwrap_or(usize::MAX)
}

/// Where each bucket's entries will start, and where the last one's will end.
fn starts(rows: &TableRows, buckets: usize) -> Box<[u32]> {
    let mut starts = vec![0_u32; buckets + 1].into_boxed_slice();
    for (hash, entry) in rows.chunks.iter().flat_map(|chunk| TableRows::rows(chunk)) {
        if let Some(bytes) = starts.get_mut(bucket(hash, buckets)) {
            *bytes = bytes.saturating_add(u32::try_from(entry.len()).unwrap_or(u32::MAX));
        }
    }
    let mut sum = 0_u32;
    for start in &mut starts {
        let bytes = *start;
        *start = sum;
        sum = sum.saturating_add(bytes);
    }
    starts
}

/// The entries by bucket, each chunk of rows given back as soon as it is read; every start becomes an end.
fn scattered(rows: TableRows, starts: &mut [u32], filter: &mut NeedleFilter) -> Vec<u8> {
    let mut entries = vec![0; rows.entry_bytes];
    let buckets = starts.len() - 1;
    for chunk in rows.chunks {
        for (hash, entry) in TableRows::rows(&chunk) {
            filter.insert(hash);
            let Some(start) = starts.get_mut(bucket(hash, buckets)) else { continue };
            if let Some(room) = entries.get_mut(place(*start)..place(*start) + entry.len()) {
                room.copy_from_slice(entry);
                *start = start.saturating_add(u32::try_from(entry.len()).unwrap_or(u32::MAX));
            }
        }
    }
    entries
}

/// Brings the entries of each bucket in order, equal values as one, and moves them together; each start is the end of
/// its bucket before and its beginning afterwards. Gives how many values there are. A bucket never grows, so all of it
/// happens in place.
fn settle(entries: &mut Vec<u8>, starts: &mut [u32]) -> usize {
    let (mut from, mut to, mut len) = (0, 0, 0);
    let mut written = Vec::new();
    for start in starts {
        let end = place(*start);
        *start = u32::try_from(to).unwrap_or(u32::MAX);
        let bucket = entries.get(from..end).unwrap_or_default();
        len += if let Some(values) = count_in_order(bucket) {
            entries.copy_within(from..end, to);
            to += end - from;
            values
        } else {
            written.clear();
            let values = settle_bucket(bucket, &mut written);
            if let Some(room) = entries.get_mut(to..to + written.len()) {
                room.copy_from_slice(&written);
                to += written.len();
            }
            values
        };
        from = end;
    }
    entries.truncate(to);
    entries.shrink_to_fit();
    len
}

/// How many values a bucket has whose entries are in order already, each value once; `None` for other buckets.
fn count_in_order(bucket: &[u8]) -> Option<usize> {
    let mut values = 0;
    let mut before: Option<TableEntry<'_>> = None;
    let mut rest = bucket;
    while let Some((entry, behind)) = TableEntry::split_first(rest) {
        if before.is_some_and(|before| before.order_of_value(&entry).is_ge()) {
            return None;
        }
        values += usize::from(entry.kind().is_some());
        before = Some(entry);
        rest = behind;
    }
    Some(values)
}

/// Writes a bucket's entries in order, equal values as one; gives how many values there are.
fn settle_bucket(bucket: &[u8], out: &mut Vec<u8>) -> usize {
    let mut order: Vec<TableEntry<'_>> = Vec::new();
    let mut rest = bucket;
    while let Some((entry, behind)) = TableEntry::split_first(rest) {
        order.push(entry);
        rest = behind;
    }
    order.sort_unstable_by(TableEntry::order);
    let mut values = 0;
    for same in order.chunk_by(|a, b| a.order_of_value(b).is_eq()) {
        let Some(first) = same.first() else { continue };
        values += usize::from(first.kind().is_some());
        if first.text.len() < SHORT_BYTES {
            same.chunk_by(|a, b| a.order(b).is_eq()).for_each(|one| TableEntry::write_together(one, out));
        } else {
            TableEntry::write_together(same, out);
        }
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::set::key::{KeyClass, NeedleKey};

    fn row(rows: &mut TableRows, key: NeedleKey, text: &str, tag: u32) -> bool {
        let hash = key.text(KeyClass::Domain, text.as_bytes());
        rows.push(hash, Some(Kind::Domain), Scope::Exact, tag, text.as_bytes())
    }

    fn tags(table: &Table, key: NeedleKey, text: &str) -> Vec<u32> {
        let mut tags = Vec::new();
        table.find(key.text(KeyClass::Domain, text.as_bytes()), |entry| {
            if entry.text.eq_ignore_ascii_case(text.as_bytes()) {
                tags.extend(entry.tags());
            }
        });
        tags
    }

    #[test]
    fn equal_rows_are_one_entry_with_all_tags() {
        let (key, mut rows) = (NeedleKey::new(), TableRows::new());
        for (text, tag) in [("b.example", 3), ("a.example", 1), ("b.example", 2), ("b.example", 3)] {
            assert!(row(&mut rows, key, text, tag));
        }
        let table = Table::new(rows);
        assert_eq!(table.len(), 2);
        assert_eq!(tags(&table, key, "B.EXAMPLE"), [2, 3]);
        assert_eq!(tags(&table, key, "c.example"), []);
    }

    #[test]
    fn every_row_is_found_whatever_their_number() {
        let key = NeedleKey::new();
        for count in [0, 1, 2, 3, 5, 100, 20_000] {
            let mut rows = TableRows::new();
            for tag in 0..count {
                assert!(row(&mut rows, key, &format!("evil{tag}.example"), tag));
            }
            let table = Table::new(rows);
            assert_eq!(table.len(), usize::try_from(count).unwrap());
            for tag in 0..count {
                assert_eq!(tags(&table, key, &format!("evil{tag}.example")), [tag]);
            }
            assert_eq!(tags(&table, key, "good.example"), []);
        }
    }

    #[test]
    fn the_same_value_a_thousand_times_fills_no_table() {
        let (key, mut rows) = (NeedleKey::new(), TableRows::new());
        for tag in 0..1000 {
            assert!(row(&mut rows, key, "a-rather-long-name.evil.example", tag));
        }
        let table = Table::new(rows);
        assert_eq!(table.len(), 1);
        assert!(table.bytes() < 9000, "{} bytes", table.bytes());
        assert_eq!(tags(&table, key, "a-rather-long-name.evil.example").len(), 1000);
    }

    #[test]
    fn values_of_one_letter_do_not_write_over_their_neighbours() {
        let (key, mut rows) = (NeedleKey::new(), TableRows::new());
        let texts: Vec<String> = ('a'..='z').map(String::from).chain(["ab".into(), "cd".into()]).collect();
        for (text, tag) in texts.iter().zip(0..) {
            assert!([100 + tag, tag].iter().all(|tag| row(&mut rows, key, text, *tag)));
        }
        let table = Table::new(rows);
        assert_eq!(table.len(), texts.len());
        for (text, tag) in texts.iter().zip(0..) {
            assert_eq!(tags(&table, key, text), [tag, 100 + tag], "{text}");
        }
    }

    #[test]
    fn a_row_one_past_the_limit_is_refused() {
        let (key, mut rows) = (NeedleKey::new(), TableRows { entry_bytes_max: 100, ..TableRows::new() });
        let name = "a".repeat(100 - 8);
        assert!(!row(&mut rows, key, &format!("{name}a"), 1));
        assert!(row(&mut rows, key, &name, 1));
        assert!(!row(&mut rows, key, "a", 1));
        let table = Table::new(rows);
        assert_eq!(tags(&table, key, &name), [1]);
    }
}

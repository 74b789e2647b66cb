//! How much data left in the events of a span, and to where: the largest transfers, and so a sum that is true or at least
//! so much.
//!
//! An event is kept under its identity, so a copy of a log counts once; of more transfers than are kept the largest stay:
//! a function of the set.

use model::{EventId, Record};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::net::IpAddr;

/// How many transfers of one span are kept.
const TRANSFERS_MAX: usize = 64;
/// Transfers below this are the answers and requests of everyday: nobody asks where they went.
const BYTES_MIN: u64 = 1 << 20;

/// Names of fields with the bytes that the asking side sent.
const SENT: &[&str] = &["bytes_out", "sentbyte", "orig_bytes", "bytes_sent", "cs-bytes", "out_bytes"];

/// The largest transfers, by size, then by event.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Volume {
    transfers: Vec<(u64, EventId, IpAddr)>,
    cut: bool,
}

impl Volume {
    /// Adds what an event sent, if it says so.
    pub(super) fn add(&mut self, record: &Record<'_>) {
        let Some(to) = record.to else { return };
        let bytes = SENT.iter().find_map(|name| record.get(name)?.parse::<u64>().ok());
        if let Some(bytes) = bytes.filter(|bytes| *bytes >= BYTES_MIN) {
            self.keep((bytes, record.id(), to));
        }
    }

    /// Adds what another part, day or document holds.
    pub(super) fn merge(&mut self, other: Self) {
        self.cut |= other.cut;
        other.transfers.into_iter().for_each(|transfer| self.keep(transfer));
    }

    /// Bytes by address, and whether it was more.
    pub(crate) fn by_address(&self) -> (BTreeMap<IpAddr, u64>, bool) {
        let mut sums: BTreeMap<IpAddr, u64> = BTreeMap::new();
        for (bytes, _, to) in &self.transfers {
            let sum = sums.entry(*to).or_default();
            *sum = sum.saturating_add(*bytes);
        }
        (sums, self.cut)
    }

    fn keep(&mut self, transfer: (u64, EventId, IpAddr)) {
        // The largest first.
        let order = |known: &(u64, EventId, IpAddr)| (std::cmp::Reverse(known.0), known.1, known.2);
        if let Err(at) = self.transfers.binary_search_by(|known| order(known).cmp(&order(&transfer))) {
            if at >= TRANSFERS_MAX {
                self.cut = true;
                return;
            }
            self.transfers.insert(at, transfer);
            if self.transfers.len() > TRANSFERS_MAX {
                self.transfers.truncate(TRANSFERS_MAX);
                self.cut = true;
            }
        }
    }
}

/// An amount for people: `21.5 GB`, in powers of ten.
pub(crate) fn amount(bytes: u64) -> String {
    let units = [("TB", 1_000_000_000_000_u64), ("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000)];
    let Some((unit, size)) = units.into_iter().find(|(_, size)| bytes >= *size) else {
        return format!("{bytes} bytes");
    };
    let tenths = bytes / (size / 10);
    match tenths % 10 {
        0 => format!("{} {unit}", tenths / 10),
        tenth => format!("{}.{tenth} {unit}", tenths / 10),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_past_the_bound_keeps_the_largest_and_copies_count_once() {
        let to = IpAddr::from([203, 0, 113, 77]);
        let (mut one, mut two) = (Volume::default(), Volume::default());
        for n in 0..=u64::try_from(TRANSFERS_MAX).expect("small") {
            one.keep((n + 1, EventId(n), to));
            two.keep((n + 1, EventId(n), to));
        }
        one.merge(two.clone());
        assert_eq!(one, two);
        let (sums, more) = one.by_address();
        assert!(more && sums[&to] == (2..=u64::try_from(TRANSFERS_MAX).expect("small") + 1).sum::<u64>());
    }

    #[test]
    fn amounts_are_short() {
        for (bytes, shown) in [
            (999, "999 bytes"),
            (21_500_000_000, "21.5 GB"),
            (4_000_000, "4 MB"),
            (1_999_999, "1.9 MB"),
            (12_000_000_000_000, "12 TB"),
        ] {
            assert_eq!(amount(bytes), shown);
        }
    }
}

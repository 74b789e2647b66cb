//! Rows of components as a store keeps them: numbers into the dictionaries of claims and hosts of their document.
//!
//! Each part with claims of its own would hold the commonest of them as often as there are parts. So a document has one
//! dictionary of claims and one of hosts, which only grow, cut into parts like everything else; parts of rows are numbers
//! (dictionary encoding, as in Parquet).
//!
//! Invariants: parts arrive in any order; a row whose claim or host did not arrive is counted as lost; a claim that no
//! row has any more is not handed out.

use super::claim::{Claim, ClaimRow, Components};
use foldhash::{HashMap, HashMapExt, HashSet};
use serde::{Deserialize, Serialize};

/// What rows are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum RowSort {
    /// What is installed.
    Installed,
    /// What scanners report.
    Scanned,
}

/// Rows without their places.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Rows {
    claims: Vec<u32>,
    /// The distance of each host from the one before: rows of one machine follow each other.
    hosts: Vec<i64>,
}

impl Rows {
    pub(crate) fn of(rows: &[ClaimRow]) -> Self {
        let mut before = 0;
        let mut distance = |row: &ClaimRow| {
            let host = i64::from(row.host);
            host - std::mem::replace(&mut before, host)
        };
        Self {
            hosts: rows.iter().map(&mut distance).collect(),
            claims: rows.iter().map(|row| row.claim).collect(),
        }
    }

    /// The claim and the host of each row.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, u32)> {
        let mut host = 0_i64;
        self.claims.iter().zip(&self.hosts).map(move |(claim, distance)| {
            host = host.wrapping_add(*distance);
            // A number that is none names a host that is not there.
            (*claim, u32::try_from(host).unwrap_or(ClaimRow::UNNAMED - 1))
        })
    }
}

/// What arrived of a document's rows.
#[derive(Clone, Debug, Default)]
pub(crate) struct Numbered {
    claims: HashMap<u32, Claim>,
    hosts: HashMap<u32, Box<str>>,
    rows: Vec<ClaimRow>,
}

impl Numbered {
    pub(crate) fn add_claims(&mut self, from: u32, claims: Vec<Claim>) {
        self.claims.extend((from..u32::MAX).zip(claims));
    }

    pub(crate) fn add_hosts(&mut self, from: u32, hosts: Vec<Box<str>>) {
        self.hosts.extend((from..ClaimRow::UNNAMED).zip(hosts));
    }

    /// Adds rows; `None` as a place: the row is not said any more.
    pub(crate) fn add_rows(&mut self, rows: &Rows, places: impl Iterator<Item = Option<u32>>) {
        for ((claim, host), place) in rows.iter().zip(places) {
            self.rows.extend(place.map(|place| ClaimRow { claim, host, place }));
        }
    }

    /// Hands the rows over to components; says how many could not be.
    pub(crate) fn hand_over(&mut self, to: &mut Components) -> u64 {
        let Self { mut claims, hosts, mut rows } = std::mem::take(self);
        if rows.is_empty() {
            return 0;
        }
        rows.sort_unstable();
        let mut out = Components::default();
        let mut hosts: Vec<(u32, Box<str>)> = hosts.into_iter().collect();
        hosts.sort_unstable();
        let named: HashSet<u32> = rows.iter().map(|row| row.host).collect();
        let mut host_numbers: HashMap<u32, u32> = HashMap::with_capacity(named.len());
        host_numbers.insert(ClaimRow::UNNAMED, ClaimRow::UNNAMED);
        for (number, host) in hosts.into_iter().filter(|(number, _)| named.contains(number)) {
            host_numbers.insert(number, count(out.hosts.len()));
            out.hosts.push(host);
        }
        let (mut lost, mut claim) = (0, None);
        for row in &mut rows {
            // Rows of one claim follow each other.
            if claim.is_none_or(|(before, _)| before != row.claim) {
                let known = claims.remove(&row.claim);
                claim = Some((row.claim, known.as_ref().map(|_| count(out.claims.len()))));
                out.claims.extend(known);
            }
            match (claim.and_then(|(_, number)| number), host_numbers.get(&row.host)) {
                (Some(claim), Some(host)) => (row.claim, row.host) = (claim, *host),
                _ => {
                    lost += 1;
                    row.claim = u32::MAX;
                }
            }
        }
        rows.retain(|row| row.claim != u32::MAX);
        out.rows = rows;
        match to.rows.is_empty() {
            true => *to = out,
            false => to.add_all(&out),
        }
        lost
    }
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

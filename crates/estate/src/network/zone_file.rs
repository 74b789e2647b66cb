//! A zone file of the domain name system (RFC 1035, 5): machines with their addresses, and their further names.
//!
//! Names without a dot at their end are of the origin, which `$ORIGIN` gives, else the document's name where it is that of
//! a zone; an owner that is left out is the one before. Addresses and aliases count; of the rest nothing is a machine.

use crate::text;
use input::{Document, Head};
use model::Place;
use model::Problems;
use model::ours::{Device, Fact, Lease};
use model::world::Origin;
use std::collections::BTreeMap;
use std::net::IpAddr;

/// How many machines one zone may have.
const MACHINES_MAX: usize = 1_000_000;

/// What a name of the zone has: the line it begins at, its addresses.
type Machines = BTreeMap<String, (u64, Vec<Lease>)>;

pub(crate) fn recognise(head: &Head<'_>) -> bool {
    let (mut begun, mut records) = (false, 0);
    for line in head.lines(60).map(bare) {
        let words: Vec<&str> = line.split_whitespace().take(8).collect();
        let after = |kind: &str| {
            let at = words.iter().take(5).position(|word| *word == kind)?;
            words.get(at + 1).copied()
        };
        // The names of a server and of who answers for the zone; prose has no dots there.
        begun |=
            after("SOA").is_some_and(|server| server.contains('.') || server == "@" || line.contains('('));
        let address = after("A").or_else(|| after("AAAA")).is_some_and(|word| word.parse::<IpAddr>().is_ok());
        let other = ["NS", "CNAME", "MX"].into_iter().any(|kind| after(kind).is_some());
        records += usize::from(address || other);
    }
    begun && records > 0 && !head.is_json()
}

/// A line without its comment.
fn bare(line: &str) -> &str {
    line.split(';').next().unwrap_or(line)
}

pub(crate) fn read(document: &mut Document<'_>, problems: &mut Problems, each: &mut dyn FnMut(Fact)) {
    read_bounded(document, MACHINES_MAX, problems, each);
}

fn read_bounded(
    document: &mut Document<'_>,
    machines_max: usize,
    problems: &mut Problems,
    each: &mut dyn FnMut(Fact),
) {
    let source = document.name.clone();
    let mut zone = ZoneReader { origin: of_name(&source), owner: String::new(), depth: 0 };
    let (mut machines, mut aliases) = (Machines::new(), BTreeMap::<String, Vec<String>>::new());
    let mut full = false;
    text::lines(document, problems, &mut |number, line, problems| {
        let Some((owner, kind, value)) = zone.record(bare(line)) else { return };
        if machines.len() + aliases.len() >= machines_max {
            if !std::mem::replace(&mut full, true) {
                text::not_used(problems, number, "more names than a zone may have", Some("split the zone"));
            }
            return;
        }
        match (kind, value.parse::<IpAddr>()) {
            ("A" | "AAAA", Ok(address)) if !owner.starts_with("*.") => {
                let (_, leases) = machines.entry(owner).or_insert_with(|| (number, Vec::new()));
                let lease = Lease { address, from: None, until: None };
                if !leases.contains(&lease) {
                    leases.push(lease);
                }
            }
            ("CNAME", _) => aliases.entry(zone.full(&value)).or_default().push(owner),
            _ => {}
        }
    });
    for (name, (line, addresses)) in machines {
        let short = name.split('.').next().unwrap_or(&name).to_owned();
        each(Fact::Device(Device {
            aliases: aliases.remove(&name).unwrap_or_default(),
            fqdn: Some(name).filter(|name| name.contains('.')),
            name: short,
            addresses,
            origin: Some(Origin::new(&source, Place::Line(line))),
            ..Device::default()
        }));
    }
}

/// The zone that a file is named after: `db.quay.example`, `quay.example.zone`.
fn of_name(document: &str) -> String {
    let file = document.rsplit(['/', '\\', '!']).next().unwrap_or(document).to_lowercase();
    let stem = file.strip_prefix("db.").unwrap_or(&file);
    let stem = [".zone", ".db", ".dns", ".txt"].iter().find_map(|end| stem.strip_suffix(end)).unwrap_or(stem);
    Some(stem.to_owned()).filter(|stem| stem.contains('.')).unwrap_or_default()
}

struct ZoneReader {
    origin: String,
    owner: String,
    /// How many brackets are open: a record may go over lines.
    depth: usize,
}

impl ZoneReader {
    /// Owner, type and first value of a record.
    fn record<'l>(&mut self, line: &'l str) -> Option<(String, &'l str, String)> {
        let inside = self.depth > 0;
        self.depth = (self.depth + line.matches('(').count()).saturating_sub(line.matches(')').count());
        if inside || line.trim().is_empty() {
            return None;
        }
        let mut words = line.split_whitespace().peekable();
        if line.starts_with('$') {
            if words.next() == Some("$ORIGIN") {
                self.origin = self.full(words.next()?);
            }
            return None;
        }
        if !line.starts_with([' ', '\t']) {
            self.owner = self.full(words.next()?);
        }
        // Class and time to live come in any order.
        let is_between = |word: &&str| {
            matches!(*word, "IN" | "CH" | "HS") || word.starts_with(|c: char| c.is_ascii_digit())
        };
        while words.next_if(is_between).is_some() {}
        let kind = words.next()?;
        Some((self.owner.clone(), kind, words.next()?.to_owned()))
    }

    /// A name as a whole, without the dot at its end.
    fn full(&self, name: &str) -> String {
        let name = name.to_ascii_lowercase();
        match name.strip_suffix('.') {
            Some(absolute) => absolute.to_owned(),
            None if name == "@" => self.origin.clone(),
            None if self.origin.is_empty() => name,
            None => format!("{name}.{}", self.origin),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_past_the_bound_is_named() {
        let text = "@ IN SOA a b 1\na IN A 192.0.2.1\nb IN A 192.0.2.2\n";
        let read = |most| {
            let (mut problems, mut count) = (Problems::new("a"), 0);
            let mut document = Document::open("quay.example.zone", text.as_bytes()).unwrap();
            read_bounded(&mut document, most, &mut problems, &mut |_| count += 1);
            (count, problems.count())
        };
        assert_eq!((read(2), read(1)), ((2, 0), (1, 1)));
    }
}

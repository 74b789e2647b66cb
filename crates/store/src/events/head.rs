//! What a packed event has beside its record, in bytes: numbers first, then all texts in one piece.
//!
//! Millions of events pass through this form on their way to a file, each with some fifty fields. Texts in one piece are
//! checked once for UTF-8, and nothing but three lists is allocated when an event is read. Rows that wait in a database
//! of an earlier version have heads in MessagePack; [`MARK`] is a byte with which none of those begins.
//!
//! Layout: the mark; flags; time and record number, eight bytes each, the lower first; addresses (a length of 0, 4 or 16,
//! and so many bytes) from and to; the counts of categories, fields and observables; the kinds of observables, a byte
//! each; how many bytes the lengths take, in four; the lengths of all texts, each plus one, 0 where there is none; the texts. Counts and lengths are LEB128. A form that has more needs another mark.

use serde::{Deserialize, Serialize};
use std::net::IpAddr;

/// The first byte. MessagePack never uses it.
const MARK: u8 = 0xc1;
/// The event has a time.
const TIMED: u8 = 1;
/// Observables are in the record as it was written.
const RAW: u8 = 2;

/// How many bytes say how many the lengths take.
const LENGTHS_BYTES: usize = 4;

/// What is known of an event beside its record. The order is that of the earlier form.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Head<'e> {
    pub(super) time: Option<i64>,
    #[serde(borrow)]
    pub(super) document: &'e str,
    pub(super) record: u64,
    #[serde(borrow)]
    pub(super) product: Option<&'e str>,
    #[serde(borrow)]
    pub(super) service: Option<&'e str>,
    #[serde(borrow)]
    pub(super) categories: Vec<&'e str>,
    #[serde(borrow)]
    pub(super) host: Option<&'e str>,
    #[serde(borrow)]
    pub(super) account: Option<&'e str>,
    pub(super) from: Option<IpAddr>,
    pub(super) to: Option<IpAddr>,
    pub(super) is_raw: bool,
    #[serde(borrow)]
    pub(super) fields: Vec<(&'e str, Option<&'e str>)>,
    /// Kinds by their place in [`observable::Kind::ALL`].
    #[serde(borrow)]
    pub(super) observables: Vec<(u8, &'e str)>,
}

impl<'e> Head<'e> {
    /// All texts, in their order.
    #[inline]
    fn each_text(&self, each: &mut impl FnMut(Option<&'e str>)) {
        [Some(self.document), self.product, self.service, self.host, self.account]
            .into_iter()
            .for_each(&mut *each);
        self.categories.iter().for_each(|text| each(Some(*text)));
        for (name, value) in &self.fields {
            each(Some(*name));
            each(*value);
        }
        self.observables.iter().for_each(|(_, value)| each(Some(*value)));
    }

    /// Writes it.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        out.push(MARK);
        out.push(if self.time.is_some() { TIMED } else { 0 } | if self.is_raw { RAW } else { 0 });
        out.extend_from_slice(&self.time.unwrap_or_default().to_le_bytes());
        out.extend_from_slice(&self.record.to_le_bytes());
        for address in [self.from, self.to] {
            match address {
                None => out.push(0),
                Some(IpAddr::V4(v4)) => {
                    out.push(4);
                    out.extend_from_slice(&v4.octets());
                }
                Some(IpAddr::V6(v6)) => {
                    out.push(16);
                    out.extend_from_slice(&v6.octets());
                }
            }
        }
        for count in [self.categories.len(), self.fields.len(), self.observables.len()] {
            write_number(count, out);
        }
        out.extend(self.observables.iter().map(|(kind, _)| *kind));
        let at = out.len();
        out.extend_from_slice(&[0; LENGTHS_BYTES]);
        self.each_text(&mut |text| write_number(text.map_or(0, |text| text.len() + 1), out));
        let bytes = u32::try_from(out.len() - at - LENGTHS_BYTES).unwrap_or(u32::MAX);
        if let Some(place) = out.get_mut(at..at + LENGTHS_BYTES) {
            place.copy_from_slice(&bytes.to_le_bytes());
        }
        self.each_text(&mut |text| out.extend_from_slice(text.unwrap_or_default().as_bytes()));
    }

    /// Reads it, in this form or the earlier one; `None` if it is neither.
    pub(super) fn read(bytes: &'e [u8]) -> Option<Self> {
        let Some(rest) = bytes.strip_prefix(&[MARK]) else { return rmp_serde::from_slice(bytes).ok() };
        let mut rest = Rest(rest);
        let flags = rest.byte()?;
        let time = i64::from_le_bytes(*rest.take(8)?.first_chunk()?);
        let record = u64::from_le_bytes(*rest.take(8)?.first_chunk()?);
        let (from, to) = (rest.address()?, rest.address()?);
        let (categories, fields, observables) = (rest.number()?, rest.number()?, rest.number()?);
        let kinds = rest.take(observables)?;
        let bytes = u32::from_le_bytes(*rest.take(LENGTHS_BYTES)?.first_chunk()?);
        let mut lengths = Rest(rest.take(usize::try_from(bytes).ok()?)?);
        // Each length takes a byte at least, so a count that is too great is not believed.
        (categories.checked_add(fields.checked_mul(2)?)? <= lengths.0.len()).then_some(())?;
        let mut texts = std::str::from_utf8(rest.0).ok()?;
        let mut text = || -> Option<Option<&'e str>> {
            let Some(length) = lengths.number()?.checked_sub(1) else { return Some(None) };
            let (text, behind) = texts.split_at_checked(length)?;
            texts = behind;
            Some(Some(text))
        };
        let document = text()??;
        let (product, service, host, account) = (text()?, text()?, text()?, text()?);
        let mut head = Head {
            time: (flags & TIMED != 0).then_some(time),
            document,
            record,
            product,
            service,
            categories: Vec::with_capacity(categories),
            host,
            account,
            from,
            to,
            is_raw: flags & RAW != 0,
            fields: Vec::with_capacity(fields),
            observables: Vec::with_capacity(observables),
        };
        for _ in 0..categories {
            head.categories.push(text()??);
        }
        for _ in 0..fields {
            head.fields.push((text()??, text()?));
        }
        for kind in kinds {
            head.observables.push((*kind, text()??));
        }
        (lengths.0.is_empty() && texts.is_empty()).then_some(head)
    }
}

/// What was not read yet.
struct Rest<'e>(&'e [u8]);

impl<'e> Rest<'e> {
    #[inline]
    fn byte(&mut self) -> Option<u8> {
        let (byte, behind) = self.0.split_first()?;
        self.0 = behind;
        Some(*byte)
    }

    fn take(&mut self, count: usize) -> Option<&'e [u8]> {
        let (taken, behind) = self.0.split_at_checked(count)?;
        self.0 = behind;
        Some(taken)
    }

    #[inline]
    fn number(&mut self) -> Option<usize> {
        let first = self.byte()?;
        // Most texts are short.
        if first < 0x80 { Some(usize::from(first)) } else { self.long_number(first) }
    }

    fn long_number(&mut self, first: u8) -> Option<usize> {
        let mut number = usize::from(first & 0x7f);
        for shift in (7..usize::BITS).step_by(7) {
            let byte = self.byte()?;
            number |= usize::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    /// An address; the outer `None`: none can be read.
    fn address(&mut self) -> Option<Option<IpAddr>> {
        Some(match self.byte()? {
            0 => None,
            4 => Some(IpAddr::from(*self.take(4)?.first_chunk::<4>()?)),
            16 => Some(IpAddr::from(*self.take(16)?.first_chunk::<16>()?)),
            _ => return None,
        })
    }
}

#[inline]
fn write_number(mut number: usize, out: &mut Vec<u8>) {
    while number >= 0x80 {
        out.push(0x80 | u8::try_from(number & 0x7f).unwrap_or_default());
        number >>= 7;
    }
    out.push(u8::try_from(number).unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use super::*;
    use dice::Dice;

    fn head(long: &str) -> Head<'_> {
        Head {
            time: Some(-7),
            document: "dc01/Security.evtx",
            record: 4_624,
            product: Some("windows"),
            service: None,
            categories: vec!["process_creation", ""],
            host: Some("DC01"),
            account: Some("Größe\\Ørn"),
            from: Some("203.0.113.9".parse().unwrap()),
            to: Some("2001:db8::7".parse().unwrap()),
            is_raw: true,
            fields: vec![("Image", Some(long)), ("Empty", Some("")), ("Null", None)],
            observables: vec![(0, "203.0.113.9"), (11, "run.dll")],
        }
    }

    #[test]
    fn what_was_written_is_read() {
        for length in [0, 126, 127, 128, 70_000] {
            let long = "x".repeat(length);
            let mut bytes = Vec::new();
            head(&long).write(&mut bytes);
            assert_eq!(Head::read(&bytes), Some(head(&long)), "{length}");
        }
        let bare = Head {
            time: None,
            from: None,
            to: None,
            is_raw: false,
            fields: Vec::new(),
            observables: Vec::new(),
            ..head("")
        };
        let mut bytes = Vec::new();
        bare.write(&mut bytes);
        assert_eq!(Head::read(&bytes), Some(bare));
    }

    #[test]
    fn heads_of_the_earlier_form_are_read() {
        let bytes = rmp_serde::to_vec(&head("x")).unwrap();
        assert_ne!(bytes.first(), Some(&MARK));
        assert_eq!(Head::read(&bytes), Some(head("x")));
    }

    #[test]
    fn what_is_broken_is_no_head() {
        let mut bytes = Vec::new();
        head("x").write(&mut bytes);
        for length in 0..bytes.len() {
            assert_eq!(Head::read(&bytes[..length]), None, "{length}");
        }
        assert_eq!(Head::read(&[bytes.as_slice(), b"x"].concat()), None, "nothing is behind the texts");
        let mut dice = Dice::new(5);
        for _ in 0..20_000 {
            let mut broken = bytes.clone();
            let at = usize::try_from(dice.below(broken.len() as u64)).unwrap();
            broken[at] = u8::try_from(dice.below(256)).unwrap();
            // Whatever it is now, it is read without a panic and without more memory than it has bytes.
            if let Some(head) = Head::read(&broken) {
                assert!(head.fields.len() <= broken.len());
            }
        }
    }
}

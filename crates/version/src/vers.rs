//! Ranges written as `vers:npm/>=1.0.0|<2.0.0` (package-url `vers`; CSAF `product_version_range`).
//!
//! Read leniently: white space is dropped, constraints may come in any order. The constraints become
//! intervals: `=` adds a version, `!=` cuts one out, the others open and close.

use std::cmp::Ordering;

use crate::{Bound, Range, Scheme};

/// The longest `vers:` text that is read, in bytes.
pub const VERS_BYTES_MAX: usize = 64 * 1024;

/// The most constraints of one `vers:` range that are read.
pub const CONSTRAINTS_MAX: usize = 1024;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sign {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

type Constraint = (Sign, String);

impl Range {
    /// Reads a `vers:SCHEME/CONSTRAINTS` text; `None` when it is none, or longer than the limits.
    #[must_use]
    pub fn from_vers(text: &str) -> Option<Self> {
        if text.len() > VERS_BYTES_MAX {
            return None;
        }
        let text: String = text.chars().filter(|character| !character.is_whitespace()).collect();
        let (kind, constraints) = text.strip_prefix("vers:")?.split_once('/')?;
        let constraints = constraints.trim_matches('|');
        let scheme = Scheme::from_purl_type(kind)?;
        if kind == "none" {
            return Some(Self { scheme, intervals: Vec::new() });
        }
        if constraints == "*" {
            return Some(Self::between(scheme, Bound::Open, Bound::Open));
        }
        if constraints.split('|').count() > CONSTRAINTS_MAX {
            return None;
        }
        let mut read = Vec::new();
        for constraint in constraints.split('|').filter(|constraint| !constraint.is_empty()) {
            read.push(read_constraint(constraint)?);
        }
        (!read.is_empty()).then(|| Self { scheme, intervals: intervals(scheme, sorted(scheme, read)) })
    }
}

fn read_constraint(text: &str) -> Option<Constraint> {
    const SIGNS: [(&str, Sign); 6] = [
        ("!=", Sign::NotEqual),
        ("<=", Sign::LessOrEqual),
        (">=", Sign::GreaterOrEqual),
        ("=", Sign::Equal),
        ("<", Sign::Less),
        (">", Sign::Greater),
    ];
    let signed = SIGNS.iter().find_map(|(mark, sign)| Some((*sign, text.strip_prefix(mark)?)));
    let (sign, version) = signed.unwrap_or((Sign::Equal, text));
    let version = percent_decode(version)?;
    (!version.is_empty()).then_some((sign, version))
}

/// Undoes percent encoding once; `None` when it is broken or not UTF-8.
fn percent_decode(text: &str) -> Option<String> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            decoded.push(byte);
            continue;
        }
        let high = char::from(bytes.next()?).to_digit(16)?;
        let low = char::from(bytes.next()?).to_digit(16)?;
        decoded.push(u8::try_from(high * 16 + low).ok()?);
    }
    String::from_utf8(decoded).ok()
}

/// By version, if all compare; else as written. By insertion, which asks for no total order.
fn sorted(scheme: Scheme, constraints: Vec<Constraint>) -> Vec<Constraint> {
    let mut places: Vec<&Constraint> = Vec::with_capacity(constraints.len());
    for constraint in &constraints {
        let mut place = places.len();
        for earlier in places.iter().rev() {
            match scheme.compare(&constraint.1, &earlier.1) {
                Some(Ordering::Less) => place -= 1,
                Some(_) => break,
                None => return constraints,
            }
        }
        places.insert(place, constraint);
    }
    places.into_iter().cloned().collect()
}

fn intervals(scheme: Scheme, constraints: Vec<Constraint>) -> Vec<(Bound, Bound)> {
    let (mut exact, mut holes) = (Vec::new(), Vec::new());
    let mut intervals: Vec<(Bound, Bound)> = Vec::new();
    let mut low: Option<Bound> = None;
    let mut has_bounds = false;
    for (sign, version) in constraints {
        let high = match sign {
            Sign::Equal => {
                exact.push((Bound::Included(version.clone()), Bound::Included(version)));
                continue;
            }
            Sign::NotEqual => {
                holes.push(version);
                continue;
            }
            Sign::Greater | Sign::GreaterOrEqual => {
                has_bounds = true;
                // Of two lower ends in a row the lower one holds.
                low.get_or_insert_with(|| {
                    if sign == Sign::Greater { Bound::Excluded(version) } else { Bound::Included(version) }
                });
                continue;
            }
            Sign::Less => Bound::Excluded(version),
            Sign::LessOrEqual => Bound::Included(version),
        };
        match (low.take(), intervals.last_mut()) {
            (Some(low), _) => intervals.push((low, high)),
            (None, None) => intervals.push((Bound::Open, high)),
            // Of two upper ends in a row the higher one holds.
            (None, Some((_, end))) => *end = high,
        }
        has_bounds = true;
    }
    intervals.extend(low.map(|low| (low, Bound::Open)));
    if !has_bounds && exact.is_empty() && !holes.is_empty() {
        intervals.push((Bound::Open, Bound::Open));
    }
    for hole in holes {
        cut_out(scheme, &mut intervals, &hole);
    }
    intervals.extend(exact);
    intervals
}

/// Splits the first interval that holds `hole` in two around it.
fn cut_out(scheme: Scheme, intervals: &mut Vec<(Bound, Bound)>, hole: &str) {
    let holder = intervals.iter_mut().enumerate().find(|(_, (low, high))| {
        let alone = Range::between(scheme, low.clone(), high.clone());
        alone.contains(hole) == crate::Within::Yes
    });
    if let Some((index, (_, high))) = holder {
        let end = std::mem::replace(high, Bound::Excluded(hole.to_owned()));
        intervals.insert(index + 1, (Bound::Excluded(hole.to_owned()), end));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(vers: &str) -> Option<String> {
        Range::from_vers(vers).map(|range| range.to_string())
    }

    #[test]
    fn constraints_become_intervals() {
        for (vers, expected) in [
            ("vers:npm/>=1.0.0|<2.0.0", ">= 1.0.0, < 2.0.0"),
            ("vers:npm/<2.0.0|>=1.0.0", ">= 1.0.0, < 2.0.0"),
            ("vers:pypi/<=1.3|3.0", "<= 1.3 or = 3.0"),
            ("vers:pypi/<=1.0|>=2.0", "<= 1.0 or >= 2.0"),
            ("vers:pypi/>=3.0|!=3.1|<4", ">= 3.0, < 3.1 or > 3.1, < 4"),
            ("vers:pypi/!=3.1", "< 3.1 or > 3.1"),
            ("vers:deb/1%3A2.0-1", "= 1:2.0-1"),
            ("vers:npm/*", "all versions"),
            ("vers:none/*", "no version"),
        ] {
            assert_eq!(text(vers).as_deref(), Some(expected), "{vers}");
        }
    }

    #[test]
    fn what_is_no_range_is_none() {
        for vers in ["", "npm/1.0", "vers:npm", "vers:npm/", "vers:npm/|", "vers:npm/>=", "vers:npm/1.0%2G"] {
            assert_eq!(text(vers), None, "{vers}");
        }
    }

    #[test]
    fn limits_hold() {
        let many = |count: usize| format!("vers:npm/{}", vec!["1.0.0"; count].join("|"));
        assert!(Range::from_vers(&many(CONSTRAINTS_MAX)).is_some());
        assert!(Range::from_vers(&many(CONSTRAINTS_MAX + 1)).is_none());
        let long = |length: usize| format!("vers:npm/{}", "1".repeat(length - "vers:npm/".len()));
        assert!(Range::from_vers(&long(VERS_BYTES_MAX)).is_some());
        assert!(Range::from_vers(&long(VERS_BYTES_MAX + 1)).is_none());
    }
}

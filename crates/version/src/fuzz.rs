//! Fuzz entries: arbitrary bytes go through every scheme and every range reader without a panic, and the
//! orders keep their promises on whatever comes out.

use crate::{Bound, Event, Range, Scheme};

/// Reads each line as a version and compares neighbours in every scheme.
///
/// # Panics
/// When comparing two versions one way round disagrees with the other way round: a bug of an order.
pub fn fuzz_compare(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    for scheme in Scheme::ALL {
        for (left, right) in text.lines().zip(text.lines().skip(1)) {
            let forward = scheme.compare(left, right);
            let backward = scheme.compare(right, left);
            assert_eq!(forward, backward.map(std::cmp::Ordering::reverse), "{scheme:?} {left:?} {right:?}");
        }
    }
}

/// Reads the first line as a version, the second as a `vers:` range, the others as bounds, events
/// and comparisons.
pub fn fuzz_range(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let mut lines = text.lines();
    let version = lines.next().unwrap_or("");
    let mut ranges: Vec<Range> = lines.next().and_then(Range::from_vers).into_iter().collect();
    let lines: Vec<&str> = lines.collect();
    let events: Vec<Event<'_>> = lines
        .iter()
        .enumerate()
        .map(|(index, line)| match index % 4 {
            0 => Event::Introduced(line),
            1 => Event::Fixed(line),
            2 => Event::LastAffected(line),
            _ => Event::Limit(line),
        })
        .collect();
    for scheme in Scheme::ALL {
        ranges.extend(lines.iter().filter_map(|line| Range::from_comparison(scheme, line)));
        ranges.extend(Range::from_events(scheme, &events));
        ranges.extend(lines.iter().zip(lines.iter().skip(1)).map(|(low, high)| {
            Range::between(scheme, Bound::Excluded((*low).to_owned()), Bound::Excluded((*high).to_owned()))
        }));
    }
    for range in &ranges {
        let _ = (range.contains(version), range.fixed_after(version), range.to_string());
    }
}

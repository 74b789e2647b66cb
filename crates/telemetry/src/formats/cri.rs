//! Lines of containers as Kubernetes' runtimes write them: `2026-06-12T03:14:15.123456789Z stdout F …`.
//!
//! Kubernetes, "CRI: Log format" (design proposal `kubelet-cri-logging`): time, stream, tags set off by colons of which
//! the first is `F` for a full line or `P` for a part of one, and the text. Where most of a file is of this form, parts are joined
//! ([`crate::formats::container`]).

use crate::record::words;
use input::Head;
use model::Timestamp;

/// The parts of a line.
#[derive(Clone, Copy)]
pub(crate) struct CriLine<'t> {
    pub(crate) time: Timestamp,
    pub(crate) stream: &'t str,
    pub(crate) text: &'t str,
}

/// How many of the first lines are looked at, and more than half of them must be of this form.
const LOOKED_AT: usize = 10;

pub(crate) fn recognise(head: &Head<'_>) -> bool {
    let (good, all) = head
        .lines(LOOKED_AT)
        .fold((0, 0), |(good, all), line| (good + usize::from(parts(line).is_some()), all + 1));
    all > 0 && good * 2 > all
}

/// A line whose time is not read yet.
pub(crate) struct Tagged<'t> {
    pub(crate) time: &'t str,
    pub(crate) stream: &'t str,
    /// Whether the line goes on in the next.
    pub(crate) partial: bool,
    pub(crate) text: &'t str,
}

/// The parts of a line; `None` when it is of another form.
pub(crate) fn parts(line: &str) -> Option<CriLine<'_>> {
    let Tagged { time, stream, text, .. } = tagged(line)?;
    Some(CriLine { time: Timestamp::parse(time)?, stream, text })
}

/// The same without a look at the time.
pub(crate) fn tagged(line: &str) -> Option<Tagged<'_>> {
    line.as_bytes().get(4).filter(|byte| **byte == b'-')?;
    let (time, rest) = words::split(line, " ")?;
    let (stream, rest) = rest.split_once(' ').filter(|(stream, _)| matches!(*stream, "stdout" | "stderr"))?;
    let (tags, text) = rest.split_once(' ').unwrap_or((rest, ""));
    let partial = match tags.split(':').next() {
        Some("F") => false,
        Some("P") => true,
        _ => return None,
    };
    Some(Tagged { time, stream, partial, text })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_time_stream_and_tags() {
        let shown = |line| parts(line).map(|parts| (parts.stream, parts.text));
        assert_eq!(shown("2026-06-12T03:14:15.123456789Z stdout F ready"), Some(("stdout", "ready")));
        assert_eq!(shown("2026-06-12T03:14:15.1+02:00 stderr P a b"), Some(("stderr", "a b")));
        assert_eq!(shown("2026-06-12T03:14:15Z stdout F"), Some(("stdout", "")));
        for line in ["2026-06-12T03:14:15Z stdout X a", "2026-06-12T03:14:15Z gate F a", "soon stdout F a"] {
            assert_eq!(shown(line), None, "{line}");
        }
    }
}

//! Findings read back from NDJSON, one object a line, as [`crate::Form::Ndjson`] writes them.
//!
//! A line that is no finding is a problem, and the rest is read; a bound that is hit is a problem too.

use super::head::SavedHead;
use model::{Fault, Finding, Place, Problems};
use std::io::{self, BufRead, Read};

/// A finding with all its evidence is some hundred kilobytes; we write no longer line.
pub(super) const LINE_BYTES_MAX: u64 = 8 * 1024 * 1024;

/// How much of a line that is too long is passed over until nothing more is read: a line without end has no next one.
const PASSED_OVER_MAX: u64 = 64 * 1024 * 1024;

/// How many lines may be no finding: a file with more of them is something else. Fewer than the problems that are kept of
/// a document, so that the last one is among them.
const FOREIGN_MAX: u32 = 64;

const WRITE_IT: &str = "write the file with `outpace check … --save FILE` or `--format ndjson`";

/// How many findings are kept at once; one by one there may be more.
const FINDINGS_MAX: usize = 1_000_000;

/// Reads findings back, one a line, as [`crate::Form::Ndjson`] writes them. A line that is no finding is a
/// problem; empty lines are skipped. At most a million findings, lines of at most 8 MiB.
pub fn read_findings(text: &mut dyn BufRead) -> (Vec<Finding>, Problems) {
    let mut findings = Vec::new();
    let problems = read(text, FINDINGS_MAX, &mut |finding| findings.push(finding));
    (findings, problems)
}

/// The same, one by one, so that a caller who wants a few findings of a large file keeps only those.
pub fn read_each_finding(text: &mut dyn BufRead, each: &mut dyn FnMut(Finding)) -> Problems {
    read(text, usize::MAX, each)
}

fn read(text: &mut dyn BufRead, findings_max: usize, each: &mut dyn FnMut(Finding)) -> Problems {
    let mut problems = Problems::new("findings");
    let (mut findings, mut number) = (0, 0);
    let mut line = Vec::new();
    let mut foreign = 0;
    loop {
        line.clear();
        number += 1;
        let place = Place::Line(number);
        match read_line(text, &mut line) {
            Ok(LineRead::End) => break,
            Ok(LineRead::TooLong) => {
                problems.add(place, Fault::Partial, "the line is longer than any finding", None);
                continue;
            }
            Ok(LineRead::Endless) => {
                let what = "the line has no end in sight: neither it nor what follows is read";
                problems.add(place, Fault::Partial, what, Some(WRITE_IT));
                break;
            }
            Ok(LineRead::Whole) => {}
            Err(error) => {
                problems.add(place, Fault::Partial, format!("could not be read on: {error}"), None);
                break;
            }
        }
        let content = line.trim_ascii();
        let content = content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(content);
        if content.is_empty() || (findings == 0 && SavedHead::is_in(content)) {
            continue;
        }
        if findings >= findings_max {
            problems.add(place, Fault::Partial, "the file holds more findings than are kept", None);
            break;
        }
        match serde_json::from_slice(content) {
            Ok(finding) => {
                findings += 1;
                each(finding);
            }
            Err(error) => {
                problems.add(place, Fault::Partial, format!("not a finding: {error}"), Some(WRITE_IT));
                foreign += 1;
                if foreign > FOREIGN_MAX {
                    let what = format!("more than {FOREIGN_MAX} lines are no findings: the rest is not read");
                    problems.add(place, Fault::Partial, what, Some(WRITE_IT));
                    break;
                }
            }
        }
    }
    problems
}

pub(super) enum LineRead {
    Whole,
    TooLong,
    /// Longer even than what is passed over.
    Endless,
    End,
}

/// Reads one line; of a line that is too long no more than the bound is held.
pub(super) fn read_line(text: &mut dyn BufRead, line: &mut Vec<u8>) -> io::Result<LineRead> {
    let read = text.take(LINE_BYTES_MAX + 1).read_until(b'\n', line)?;
    if read == 0 {
        return Ok(LineRead::End);
    }
    if line.ends_with(b"\n") || u64::try_from(read).is_ok_and(|read| read <= LINE_BYTES_MAX) {
        return Ok(LineRead::Whole);
    }
    let mut passed_over = 0;
    while !line.ends_with(b"\n") {
        passed_over += LINE_BYTES_MAX;
        if passed_over > PASSED_OVER_MAX {
            return Ok(LineRead::Endless);
        }
        line.clear();
        if text.take(LINE_BYTES_MAX).read_until(b'\n', line)? == 0 {
            break;
        }
    }
    Ok(LineRead::TooLong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_past_the_bound_is_named_and_the_rest_is_read() {
        let mut text = vec![b'x'; usize::try_from(LINE_BYTES_MAX).expect("small") + 1];
        text.extend_from_slice(b"\nnot json\n\n");
        let (findings, problems) = read_findings(&mut text.as_slice());
        assert!(findings.is_empty());
        let problems: Vec<String> = problems.into_vec().iter().map(ToString::to_string).collect();
        assert_eq!(problems.len(), 2);
        assert_eq!(problems[0], "findings, line 1: the line is longer than any finding");
        assert!(problems[1].starts_with("findings, line 2: not a finding: expected"), "{}", problems[1]);
    }

    #[test]
    fn one_past_the_bound_of_findings_is_named() {
        let intel = model::Intel {
            kind: model::IntelType::Control,
            id: "x".into(),
            name: "y".into(),
            source: "z".into(),
            tlp: model::Tlp::Clear,
        };
        let evidence = model::Evidence::at("a", 1, None);
        let finding = Finding::new(model::FindingKind::Gap, intel, model::Subject::default(), &[], evidence);
        let answer = model::Answer { findings: vec![finding; 3], ..Default::default() };
        let mut text = Vec::new();
        crate::write(&answer, crate::Form::Ndjson, &crate::Style::default(), &mut text).expect("memory");
        let mut kept = 0;
        let problems = read(&mut text.as_slice(), 2, &mut |_| kept += 1).into_vec();
        assert_eq!((kept, problems.len()), (2, 1));
        assert!(problems[0].to_string().contains("line 3: the file holds more findings than are kept"));
        assert_eq!(read(&mut text.as_slice(), 3, &mut |_| {}).count(), 0);
        assert_eq!(read_each_finding(&mut text.as_slice(), &mut |_| kept += 1).count(), 0);
        assert_eq!(kept, 5);
    }

    #[test]
    fn a_line_of_exactly_the_bound_is_still_judged_by_its_content() {
        let text = vec![b'x'; usize::try_from(LINE_BYTES_MAX).expect("small")];
        let (_, problems) = read_findings(&mut text.as_slice());
        assert!(problems.into_vec()[0].what.starts_with("not a finding"));
    }
}

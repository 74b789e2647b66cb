//! What is saved is read back whole or not at all.

use super::*;
use crate::{Form, Style};
use model::{Evidence, FindingKind, Intel, IntelType, Subject, Tlp};

fn answer(findings: usize) -> Answer {
    let one = |n: usize| {
        let intel = Intel {
            kind: IntelType::Control,
            id: format!("check-{n}"),
            name: "y".into(),
            source: "z".into(),
            tlp: Tlp::Clear,
        };
        Finding::new(FindingKind::Gap, intel, Subject::default(), &[], Evidence::at("a", 1, None))
    };
    let now = Timestamp::parse("2026-07-01T06:00:00Z");
    let mut answer = Answer { now, findings: (0..findings).map(one).collect(), ..Answer::default() };
    answer.looked_at.devices = 7;
    answer
}

fn saved(findings: usize) -> Vec<u8> {
    let mut text = Vec::new();
    save(&answer(findings), &crate::Style::default(), &mut text).expect("memory");
    text
}

fn written(form: Form) -> Vec<u8> {
    let mut text = Vec::new();
    crate::write(&answer(3), form, &Style::default(), &mut text).expect("memory");
    text
}

/// How many findings are read, and of what head; or what is wrong.
fn read(mut text: &[u8]) -> Result<(usize, Option<SavedHead>), String> {
    let mut count = 0;
    let head = read_saved(&mut text, &mut |_| {
        count += 1;
        Ok(())
    });
    match head {
        Ok(head) => Ok((count, head)),
        Err(NotSaved { line, what, help }) => {
            assert!(!help.is_empty());
            Err(line.map_or_else(|| what.clone(), |line| format!("line {line}: {what}")))
        }
    }
}

#[test]
fn every_form_that_holds_all_findings_is_read_back() {
    let (count, head) = read(&saved(3)).expect("its own");
    let head = head.expect("a head");
    assert_eq!((count, head.findings, head.looked_at.expect("numbers").devices), (3, 3, 7));
    assert_eq!(head.asked, Timestamp::parse("2026-07-01T06:00:00Z"));
    assert_eq!(read(&saved(0)).map(|(count, _)| count), Ok(0));
    assert_eq!(read(&written(Form::Ndjson)), Ok((3, None)));
    let (count, head) = read(&written(Form::Json)).expect("its own");
    assert_eq!((count, head.and_then(|head| head.asked)), (3, Timestamp::parse("2026-07-01T06:00:00Z")));
}

#[test]
fn a_file_that_is_cut_off_anywhere_is_not_read() {
    let text = saved(3);
    for length in 0..text.len() {
        assert!(read(&text[..length]).is_err(), "{length} of {} bytes", text.len());
    }
    let document = written(Form::Json);
    // The line end behind the last bracket is no part of the document.
    for length in 0..document.len() - 1 {
        assert!(read(&document[..length]).is_err(), "{length} of {} bytes", document.len());
    }
    let second = text.iter().rposition(|byte| *byte == b'{').expect("findings");
    let start = text[..second].iter().rposition(|byte| *byte == b'\n').expect("lines") + 1;
    assert_eq!(read(&text[..start]).expect_err("cut"), "its head names 3 findings, and it holds 2");
    let lines = written(Form::Ndjson);
    assert_eq!(read(&lines[..lines.len() - 1]).expect_err("cut"), "line 3: the last line has no end");
}

#[test]
fn bare_lines_that_lack_a_sighting_of_a_story_are_cut_off() {
    let of = |kind, key: &str| {
        let intel = Intel {
            kind: IntelType::Indicator,
            id: key.into(),
            name: "y".into(),
            source: "z".into(),
            tlp: Tlp::Clear,
        };
        Finding::new(kind, intel, Subject::default(), &[key], Evidence::at("a", 1, None))
    };
    let sightings = [of(FindingKind::Sighting, "one"), of(FindingKind::Sighting, "two")];
    let mut story = of(FindingKind::Chain, "story");
    story.related = sightings.iter().map(|sighting| sighting.id.clone()).collect();
    let findings = vec![story, sightings[0].clone(), sightings[1].clone(), of(FindingKind::Gap, "gap")];
    let mut text = Vec::new();
    let answer = Answer { findings, ..Answer::default() };
    crate::write(&answer, Form::Ndjson, &Style::default(), &mut text).expect("memory");
    let lines: Vec<&[u8]> = text.split_inclusive(|byte| *byte == b'\n').collect();
    let first = |n: usize| read(&lines[..n].concat());
    assert_eq!(first(1).expect_err("cut"), "its stories name 2 sightings that it does not hold");
    assert_eq!(first(2).expect_err("cut"), "its stories name 1 sighting that it does not hold");
    // A cut behind the last of them leaves no trace.
    assert_eq!((first(3), first(4)), (Ok((3, None)), Ok((4, None))));
}

#[test]
fn what_is_no_saved_answer_is_named() {
    for (text, what) in [
        ("", "it is empty"),
        (" \n\n", "it is empty"),
        ("hello\n", "line 1: this is no saved answer"),
        ("[1]\n", "line 1: this is no saved answer"),
        ("{}\n", "this JSON holds no `findings`"),
        (
            "{\"findings\": 7}",
            "not the answer as JSON: invalid type: integer `7`, expected a list of findings",
        ),
        ("{\"findings\": [{}]}", "not the answer as JSON: missing field `kind`"),
        ("{\"findings\": [", "line 1: the document has no end"),
        ("{\"kind\":\"gap\"}\n", "line 1: not a finding: missing field"),
        ("{\"saved\":{\"version\":2}}\n", "line 1: it is of version 2 of the form, and this program reads 1"),
        ("{\"saved\":{\"version\":1}}\n", "line 1: the head of a saved answer is broken"),
        ("{\"saved\":7}\n", "line 1: the head of a saved answer is broken"),
    ] {
        let wrong = read(text.as_bytes()).expect_err("wrong");
        assert!(wrong.contains(what), "{text:?}: {wrong}");
    }
    let twice = [saved(1), saved(1)].concat();
    assert!(read(&twice).expect_err("two files").starts_with("line 3: not a finding"));
}

#[test]
fn one_past_the_bound_of_a_line_ends_the_reading() {
    let bound = usize::try_from(LINE_BYTES_MAX).expect("small");
    let wrong = read(&vec![b'x'; bound + 1]).expect_err("too long");
    assert_eq!(wrong, "line 1: the line is longer than any finding");
    let within = read(&vec![b'x'; bound]).expect_err("no answer");
    assert_eq!(within, "line 1: this is no saved answer");
    let mut document = b"{\n\"organisation\": \"".to_vec();
    document.extend(std::iter::repeat_n(b'x', bound + 1));
    let wrong = read(&document).expect_err("too long");
    assert!(wrong.contains("a line is longer than any of an answer"), "{wrong}");
}

#[test]
fn a_refusal_of_the_one_who_asks_is_the_reason() {
    let wrong = read_saved(&mut saved(2).as_slice(), &mut |_| Err("twice".to_owned())).expect_err("refused");
    assert_eq!((wrong.line, &*wrong.what), (Some(2), "twice"));
}

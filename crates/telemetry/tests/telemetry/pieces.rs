//! A log that is read piece by piece gives what it gives when it is read whole, in every format.

use super::event_logs::sample;
use super::goldens::FIXTURES;
use super::{options, shown};
use dice::Dice;
use input::Document;
use model::{Record, Timestamp};
use telemetry::{DocumentSummary, Options, Piece, Resume, Source, run};

/// Reads one piece; gives each record with its number, and the summary.
fn read(
    options: &Options,
    (name, bytes): (&str, &[u8]),
    resume: Option<&Resume>,
    ended: bool,
) -> (Vec<(u64, String)>, DocumentSummary) {
    let record = |all: &mut Vec<(u64, String)>, _: &Source<'_>, record: &Record<'_>| {
        all.push((record.number, format!("{:016x} {}", record.id().0, shown(record))));
    };
    let outcome = run(options, &Vec::new, &record, &mut |feeder| {
        let document = Document::open(name, bytes).expect("memory");
        feeder.piece(Piece { document, resume, ended, text: true });
    });
    let mut all: Vec<_> = outcome.sinks.into_iter().flatten().collect();
    all.sort();
    (all, outcome.documents.into_iter().next().expect("one document"))
}

/// Reads a log as it grows to each of these lengths; what a piece leaves is given again with the next. What is known
/// between two pieces goes through JSON, as it does through a store. Gives the records, the format in the end, and how
/// many lines were read in another format before.
fn in_pieces(
    options: &Options,
    name: &str,
    log: &[u8],
    cuts: &[usize],
) -> (Vec<(u64, String)>, String, usize) {
    let (mut all, mut from, mut resume) = (Vec::new(), 0, None::<Resume>);
    let (mut format, mut before) = ("", 0);
    for (index, end) in cuts.iter().chain([&log.len()]).enumerate() {
        let ended = index == cuts.len();
        let bytes =
            if resume.as_ref().is_some_and(Resume::from_start) { &log[..*end] } else { &log[from..*end] };
        let (records, summary) = read(options, (name, bytes), resume.as_ref(), ended);
        let found = summary.format.map_or(format, telemetry::Format::name);
        if found != format && summary.taken > 0 {
            // The first lines alone may be of another form.
            assert!(format.is_empty() || format == "text of any form", "{name}: {format}, then {found}");
            before = all.drain(..).count();
            format = found;
        }
        all.extend(records);
        if !resume.as_ref().is_some_and(Resume::from_start) {
            from += usize::try_from(summary.taken).expect("a length");
        }
        if let Some(known) = summary.resume {
            let text = serde_json::to_string(&known).expect("JSON");
            assert!(text.len() < 64 << 10, "{name}: what is kept is small");
            resume = Some(serde_json::from_str(&text).expect("the same"));
        }
        assert!(!ended || from == log.len() || resume.as_ref().is_some_and(Resume::from_start));
    }
    (all, format.to_owned(), before)
}

/// No year is given, so that each line has the latest before this moment, whatever is read with it.
fn dated() -> Options {
    Options { year: None, latest: Timestamp::parse("2025-01-10T00:00:00Z"), ..options() }
}

/// Fixtures without a header, some of whose records are longer than 80 bytes.
const LONG: [&str; 8] = [
    "access.log",
    "container.log",
    "records.json",
    "cef.log",
    "events.xml",
    "shell_history.txt",
    "envelopes.jsonl",
    "plain.csv",
];

#[test]
fn every_fixture_gives_the_same_in_pieces_that_end_anywhere() {
    let mut dice = Dice::new(31);
    let (mut tried, mut other, mut late) = (0, Vec::new(), Vec::new());
    let all = FIXTURES.iter().map(|one| (one, 1 << 20));
    let bounded = FIXTURES.iter().filter(|(name, _)| LONG.contains(name)).map(|one| (one, 80));
    for ((name, log), line_bytes_max) in all.chain(bounded) {
        let dated = || Options { line_bytes_max, ..dated() };
        let (whole, summary) = read(&dated(), (name, log), None, true);
        let format = summary.format.map_or("unknown", telemetry::Format::name);
        for _ in 0..40 {
            let mut cuts: Vec<usize> = (0..=dice.place(6)).map(|_| dice.place(log.len())).collect();
            if *name == "syslog.log" {
                // Its first line with a year says the year of the lines before it.
                let named = memchr::memmem::find(log, b"72 <134>").expect("the line behind it");
                cuts.iter_mut().for_each(|cut| *cut = (*cut).max(named));
            }
            cuts.sort_unstable();
            let chunk_bytes = *dice.one_of(&[1, 64, 1 << 20]);
            let (pieces, found, before) = in_pieces(&Options { chunk_bytes, ..dated() }, name, log, &cuts);
            tried += 1;
            if found != format {
                other.push(format!("{name}: {found} and not {format}"));
                continue;
            }
            let mut whole = whole.clone();
            if before > 0 {
                let first = pieces.first().map_or(u64::MAX, |(number, _)| *number);
                let between = u64::try_from(before).expect("few") + 1..first;
                let gap: Vec<_> = whole.iter().filter(|(number, _)| between.contains(number)).collect();
                assert!(gap.is_empty() || pieces.is_empty(), "{name} cut at {cuts:?}: {gap:#?}");
                whole.retain(|(number, _)| *number >= first);
                late.push(*name);
            }
            if pieces != whole {
                let differs = pieces.iter().zip(&whole).position(|(one, two)| one != two);
                let at = differs.unwrap_or(pieces.len().min(whole.len()));
                panic!("{name} cut at {cuts:?}, record {at}:\n{:#?}\n{:#?}", pieces.get(at), whole.get(at));
            }
        }
    }
    late.dedup();
    println!("{tried} tried; late: {late:?}; other: {other:#?}");
    assert!(late.len() >= 10, "{late:?}");
    // A document of which no more than its torn first line was there when it ended, or whose first lines are of a form
    // that is known too.
    assert!(other.len() * 10 < tried, "{other:#?}");
}

#[test]
fn an_event_log_is_read_again_and_what_was_read_is_passed_over() {
    let log = sample();
    // Its header and its first block.
    let old = &log[..(4 << 10) + (64 << 10)];
    let (whole, _) = read(&options(), ("a.evtx", &log), None, true);
    let (first, summary) = read(&options(), ("a.evtx", old), None, false);
    let resume = summary.resume.expect("a state");
    assert!(resume.from_start() && !first.is_empty());
    let (rest, summary) = read(&options(), ("a.evtx", &log), Some(&resume), false);
    assert_eq!([first, rest].concat(), whole);
    let resume = summary.resume.expect("a state");
    assert_eq!(read(&options(), ("a.evtx", &log), Some(&resume), false).0, []);
    // A log that was cleared counts from 1 again: what is later than all that was read is new.
    let earlier = r#"{"format":"Windows event log","number":99,"state":{"eventlog":{"number":99,"latest":"2024-06-01T00:00:00Z"}},"from_start":true}"#;
    let resume: Resume = serde_json::from_str(earlier).expect("a state");
    assert_eq!(read(&options(), ("a.evtx", &log), Some(&resume), false).0, whole);
}

#[test]
fn a_line_longer_than_the_bound_and_than_a_piece_is_one_record_and_its_rest_is_passed_over() {
    let line = "192.0.2.1 - - [12/Jun/2024:03:14:00 +0000] \"GET / HTTP/1.1\" 200 5\n";
    let lines = line.repeat(3);
    let log = [&lines, &"x".repeat(900), "\n", line].concat();
    let options = Options { line_bytes_max: 100, ..options() };
    let (whole, _) = read(&options, ("a.log", log.as_bytes()), None, true);
    assert_eq!(whole.len(), 5);
    for cuts in [vec![lines.len()], vec![lines.len() + 50], vec![300, 600, 900], vec![lines.len() + 901]] {
        assert_eq!(in_pieces(&options, "a.log", log.as_bytes(), &cuts).0, whole, "{cuts:?}");
    }
}

#[test]
fn a_format_that_is_not_known_here_is_recognised_again() {
    let resume: Resume = serde_json::from_str(r#"{"format":"a later one","number":7}"#).expect("a state");
    let line = b"192.0.2.1 - - [12/Jun/2024:03:14:00 +0000] \"GET / HTTP/1.1\" 200 5\n";
    let (records, summary) = read(&options(), ("a.log", line), Some(&resume), false);
    assert_eq!((records.len(), summary.taken), (1, line.len() as u64));
    assert_eq!(summary.format.map(telemetry::Format::name), Some("web access log"));
}

#[test]
fn whatever_was_kept_nothing_panics_and_the_piece_is_read() {
    let mut dice = Dice::new(77);
    for (name, log) in FIXTURES {
        let half = log.len() / 2;
        let Some(resume) = read(&dated(), (name, &log[..half]), None, false).1.resume else { continue };
        let text = serde_json::to_string(&resume).expect("JSON");
        for _ in 0..40 {
            let joints: [&[u8]; 4] = [b"18446744073709551615", b"0", b"\"", b"true"];
            let broken = dice.mutated(text.as_bytes(), &joints);
            let Ok(resume) = serde_json::from_slice::<Resume>(&broken) else { continue };
            let (_, summary) = read(&dated(), (name, &log[half..]), Some(&resume), true);
            assert!(summary.taken <= log.len() as u64, "{name}");
        }
    }
}

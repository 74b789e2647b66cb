//! Hostile and broken input: named, survived, the rest used.

use super::{options, read_with, shown, summed};
use std::io::{self, Read};
use telemetry::{Options, recognise, run};

const GOOD: &str = "192.0.2.1 - - [12/Jun/2024:03:14:00 +0000] \"GET / HTTP/1.1\" 200 5\n";

/// Gives a text, then one byte over and over, then a text again.
fn long_line(bytes: u64) -> impl Read + Send {
    let before = format!("{}{}", GOOD.repeat(9), GOOD.trim_end().trim_end_matches('5'));
    io::Cursor::new(before).chain(io::repeat(b'7').take(bytes)).chain(io::Cursor::new(format!("\n{GOOD}")))
}

#[test]
fn a_line_of_100_megabytes_costs_one_bound_and_is_named_once() {
    let options = Options { line_bytes_max: 4096, ..options() };
    let record = |longest: &mut usize, _: &telemetry::Source<'_>, record: &model::Record<'_>| {
        *longest = record.raw.len().max(*longest);
    };
    let outcome = run(&options, &|| 0, &record, &mut |feeder| {
        feeder.document(input::Document::open("a.log", long_line(100 << 20)).expect("memory"));
    });
    assert_eq!(outcome.sinks, [4096]);
    assert_eq!(
        summed(&outcome.documents[0]),
        "a.log: web access log, 11 records, 2024-06-12T03:14:00Z to 2024-06-12T03:14:00Z, 0 without time\n  \
         a.log, record 10: 1 record is longer than the bound; the rest of it was passed over\n"
    );
    assert!(outcome.documents[0].bytes > 100 << 20);
}

#[test]
fn one_byte_past_the_bound_is_cut_and_one_byte_less_is_not() {
    let problems = |length: usize| {
        let log = format!("{GOOD}{GOOD}{}\n", "x".repeat(length));
        let options = Options { line_bytes_max: 80, ..options() };
        let (_, documents) = read_with(&options, &[("a.log", log.as_bytes())], shown);
        documents[0].problems.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let strange = "a.log, line 3: 1 line is in no format known here; it was only searched for observables";
    let long = "a.log, record 3: 1 record is longer than the bound; the rest of it was passed over";
    assert_eq!(problems(80), [strange]);
    assert_eq!(problems(81), [long]);
}

#[test]
fn broken_lines_are_records_without_fields() {
    let log = b"{\"time\":1718162880,\"a\":\"b\"}\n{\"time\":17181\n\xff\xfe broken\n{\"time\":1718162881}\n";
    let (records, documents) = read_with(&options(), &[("a.json", log)], shown);
    assert_eq!(records.len(), 4);
    assert_eq!(records[1], "2  -/-  []  time=-  host=-  account=-  from=-  to=-\n");
    let problems: Vec<_> = documents[0].problems.iter().map(ToString::to_string).collect();
    assert_eq!(
        problems,
        [
            "a.json, line 3: 1 line is not UTF-8; its wrong bytes were replaced",
            "a.json, record 2: 2 records are not valid JSON; they were only searched for observables \
             (first: it ends too early)",
        ]
    );
}

#[test]
fn what_is_no_log_is_passed_over_with_a_note() {
    let bom = br#"{"bomFormat":"CycloneDX","specVersion":"1.5","components":[]}"#;
    let stix = br#"{"type":"bundle","id":"bundle--1","objects":[{"created":"2024-06-12T03:14:15Z"}]}"#;
    let osv = br#"{"id":"GHSA-1","modified":"2024-06-12T03:14:15Z","published":"2024-06-12T03:14:15Z"}"#;
    let page = b"<!DOCTYPE html><html><body>192.0.2.1</body></html>";
    for head in [&bom[..], stix, osv, page, b"", b"\0\0\0\0", b"\x7fELF\x02\0\x01\0", b"{}"] {
        assert_eq!(recognise("a", head), None, "{}", String::from_utf8_lossy(head));
    }
    let (records, documents) = read_with(&options(), &[("bom.json", bom)], shown);
    assert!(records.is_empty());
    assert_eq!(documents[0].format, None);
    assert_eq!(
        documents[0].problems[0].to_string(),
        "bom.json: not a log in a known format; it was passed over"
    );
}

#[test]
fn a_text_that_no_reader_knows_is_searched_line_by_line() {
    let prose = b"On 12 June somebody came from 192.0.2.1.\nIt then moved on.\n";
    let (records, documents) = read_with(&options(), &[("notes.txt", prose)], shown);
    assert_eq!(records.len(), 2);
    assert_eq!(documents[0].format.map(telemetry::Format::name), Some("text of any form"));
    assert_eq!(
        documents[0].problems[0].to_string(),
        "notes.txt, line 1: 2 lines are in no format known here; they were only searched for observables"
    );
}

#[test]
fn a_file_that_mixes_forms_is_read_line_by_line_whichever_is_more() {
    let web = "192.0.2.1 - - [12/Jun/2024:03:14:07 +0000] \"GET / HTTP/1.1\" 200 5\n";
    let sshd = "Jun 12 03:14:08 gate-1 sshd[7]: Failed password for mo from 192.0.2.2 port 7 ssh2\n";
    let pairs = "date=2024-06-12 time=03:14:09 tz=\"+0200\" srcip=192.0.2.3 dstip=192.0.2.4 action=deny\n";
    let alien = "    at example.Thing.run(Thing.java:1)\n";
    for (name, order) in [
        ("half", [web, sshd, web, sshd]),
        ("more", [web, web, web, sshd]),
        ("less", [sshd, sshd, web, pairs]),
        ("late", [alien, alien, alien, web]),
        ("pairs", [pairs, pairs, pairs, sshd]),
    ] {
        let all = order.concat();
        let (records, _) = read_with(&options(), &[(name, all.as_bytes())], shown);
        assert_eq!(records.len(), 4, "{name}");
        for (line, record) in order.iter().zip(&records) {
            let wanted = if *line == web {
                "[webserver]  time=2024-06-12T03:14:07Z"
            } else if *line == sshd {
                "linux/sshd  []  time=2024-06-12T03:14:08Z  host=gate-1  account=mo  from=192.0.2.2"
            } else if *line == pairs {
                "[firewall]  time=2024-06-12T01:14:09Z"
            } else {
                "-/-  []  time=-"
            };
            assert!(record.contains(wanted), "{name}: {record}");
        }
    }
}

#[test]
fn the_log_of_an_application_is_not_syslog() {
    for line in [
        "2024-06-12 03:14:15,123 INFO wiki.auth: user mo logged in\n",
        "2024-06-12T03:14:15Z ERROR wiki: page not found\n",
        "2024-06-12T03:14:15Z [warn] wiki: slow\n",
    ] {
        let format = recognise("app.log", line.repeat(5).as_bytes()).map(telemetry::Format::name);
        assert_eq!(format, Some("text of any form"), "{line}");
    }
    let syslog = "2024-06-12T03:14:15.1+02:00 wiki-1 wiki[7]: user mo logged in\n";
    assert_eq!(recognise("a", syslog.as_bytes()).map(telemetry::Format::name), Some("syslog"));
}

/// Fails after some bytes, as a disk or a decompressor does.
struct Failing(io::Cursor<String>);

impl Read for Failing {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.0.read(buffer)? {
            0 => Err(io::Error::other("the archive is cut off")),
            count => Ok(count),
        }
    }
}

#[test]
fn what_was_read_before_a_failure_is_used() {
    let text = GOOD.repeat(2000);
    let record = |count: &mut u64, _: &telemetry::Source<'_>, _: &model::Record<'_>| *count += 1;
    let outcome = run(&options(), &|| 0, &record, &mut |feeder| {
        let reader = Failing(io::Cursor::new(text.clone()));
        feeder.document(input::Document::open("a.log", reader).expect("enough for a head"));
    });
    assert_eq!(outcome.sinks, [2000]);
    let problem = &outcome.documents[0].problems[0];
    assert_eq!(problem.what, "could not be read further: the archive is cut off");
}

#[test]
fn a_failure_inside_a_line_that_is_too_long_makes_no_record_of_its_middle() {
    let text = format!("{GOOD}{}", "a".repeat(3 << 20));
    let numbers = |numbers: &mut Vec<u64>, _: &telemetry::Source<'_>, record: &model::Record<'_>| {
        numbers.push(record.number);
    };
    let outcome = run(&options(), &Vec::new, &numbers, &mut |feeder| {
        let reader = Failing(io::Cursor::new(text.clone()));
        feeder.document(input::Document::open("a.log", reader).expect("enough for a head"));
    });
    assert_eq!(outcome.sinks, [[1, 2]]);
    assert_eq!(outcome.documents[0].problems.len(), 2, "{:?}", outcome.documents[0].problems);
}

//! An exposure on many machines: one entry for people, one finding a machine for machines, and nothing grows
//! with the estate but what is written.

use crate::forms::assert_links_lead_somewhere;
use crate::{each, estate, rendered, sample};
use expect_test::expect_file;
use model::{Answer, Cast, Spread};
use report::{Form, Style};
use std::collections::BTreeSet;
use std::io::{self, Write};
use std::sync::Arc;
use std::time::{Duration, Instant};

fn plain() -> Style {
    Style::default()
}

/// The same answer with its exposures as single findings, in the order in which they are given.
fn one_by_one(answer: &Answer) -> Answer {
    Answer { findings: each(answer), exposures: Vec::new(), ..answer.clone() }
}

#[test]
fn people_get_one_entry_for_all_machines() {
    let answer = estate::estate();
    expect_file!["golden/estate-table.txt"].assert_eq(&rendered(&answer, Form::Table, &plain()));
    expect_file!["golden/estate.md"].assert_eq(&rendered(&answer, Form::Markdown, &plain()));
    // The page without its frame and pictures, a line an element, so that it can be read.
    let page = rendered(&answer, Form::Html, &plain());
    let parts = [
        ("<section class=\"part\" id=\"first\"", "</section>"),
        ("<details><summary>The race", "<h2 id=\"gaps"),
    ];
    let cut = |(from, to): (&str, &str)| {
        let part = &page[page.find(from).expect("on the page")..];
        part[..part.find(to).expect("its end")]
            .replace('<', "\n<")
            .replace("\n<wbr>", "")
            .replace("\n</", "</")
    };
    expect_file!["golden/estate.html"].assert_eq(&parts.map(cut).concat());
}

#[test]
fn machines_get_a_finding_for_each_machine() {
    let answer = estate::estate();
    for (form, head) in [(Form::Csv, 1), (Form::Ndjson, 0)] {
        let text = rendered(&answer, form, &plain()).replace("\r\n", "\n");
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), head + 312 + 2 + 6 + 1);
        let (front, back) = (lines[..head + 3].join("\n"), lines[head + 310..head + 315].join("\n"));
        let golden = format!("{front}\n… lines between\n{back}\n… the rest\n");
        expect_file![format!("golden/estate.{}", form.name())].assert_eq(&golden);
    }
}

/// The form of the naive twin: every finding made first, then written.
#[test]
fn what_machines_read_is_what_the_findings_alone_would_say() {
    for answer in [sample::answer(), estate::estate(), estate::flood(7, 5)] {
        let alone = one_by_one(&answer);
        for form in [Form::Json, Form::Ndjson, Form::Csv, Form::Navigator] {
            assert!(
                rendered(&answer, form, &plain()) == rendered(&alone, form, &plain()),
                "{form:?} differs"
            );
        }
    }
}

#[test]
fn on_one_machine_an_exposure_reads_as_the_finding_alone() {
    let (answer, alone) = (sample::answer(), one_by_one(&sample::answer()));
    assert!(answer.findings.len() < alone.findings.len());
    for form in Form::OF_ANSWERS {
        assert!(rendered(&answer, form, &plain()) == rendered(&alone, form, &plain()), "{form:?} differs");
    }
}

#[test]
fn numbers_beside_bounded_lists_are_in_the_document() {
    let text = rendered(&estate::estate(), Form::Json, &plain());
    let value: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(value["race"][0]["host_count"], 312);
    assert_eq!(value["race"][0]["hosts"].as_array().map(Vec::len), Some(12));
    assert_eq!(value["first"][0]["finding_count"], 312);
    assert_eq!(value["first"][0]["findings"].as_array().map(Vec::len), Some(100));
    assert_eq!(value["first"][1].get("finding_count"), None);
}

#[test]
fn a_machine_of_many_is_linked_to_the_entry_of_all() {
    let answer = estate::estate();
    let page = rendered(&answer, Form::Html, &plain());
    assert_links_lead_somewhere(&page);
    let first = &page[page.find("id=\"first\"").expect("first")..page.find("id=\"hit\"").expect("hit")];
    let to_log4shell = format!("href=\"#{}\"", answer.exposures[0].first().id);
    let to_confluence = format!("href=\"#{}\"", answer.exposures[1].first().id);
    // All machines, the second and the 310th lead to the same entry; no line names it twice.
    assert_eq!(first.matches(&to_log4shell).count(), 3, "{first}");
    assert_eq!(first.matches(&to_confluence).count(), 1, "{first}");
    assert!(first.contains(" … of 312 findings"));
}

#[test]
fn rows_that_name_no_machine_are_counted_apart() {
    let names = [None, Some("app-1"), Some("app-2")];
    let machine = |name: Option<&str>| model::Machine { display: name.map(Arc::from), ..Default::default() };
    let cast =
        Arc::new(Cast { machines: names.map(machine).into(), documents: vec![Arc::from("sbom.json"); 3] });
    let finding = estate::estate().exposures[0].first().clone();
    let answer = Answer { exposures: vec![estate::spread(finding, 3, &cast)], ..Answer::default() };
    let document = rendered(&answer, Form::Markdown, &plain());
    assert!(document.contains("Log4Shell on 2 machines and 1 unnamed\n"), "{document}");
    assert!(document.contains("machines app-1, app-2 and 1 more · component"), "{document}");
    assert!(document.contains(" on the first, as is the proof"), "{document}");
    assert!(document.starts_with("# Two machines to close today."), "{document}");
}

#[test]
fn one_past_the_bounds_of_the_entries_is_counted() {
    let answer = estate::flood(801, 3);
    let page = rendered(&answer, Form::Html, &plain());
    assert!(page.contains("… and 1 more entry with 3 findings; "), "the 201st of the first decision");
    assert_eq!(page.matches("<article").count(), 800);
    let document = rendered(&answer, Form::Markdown, &plain());
    assert!(document.contains("… and 601 more entries with 1,803 findings; JSON holds all."));
    assert!(document.contains("2,403 findings in 801 entries, one for all machines alike."));
}

/// Counts the lines that are written, up to so many, and keeps nothing.
struct Counted {
    lines: usize,
    most: usize,
}

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.lines += bytes.iter().filter(|byte| **byte == b'\n').count();
        if self.lines < self.most { Ok(bytes.len()) } else { Err(io::ErrorKind::StorageFull.into()) }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The most memory that this process ever had, where the system says it.
#[expect(clippy::disallowed_methods, reason = "the system's own word about this process")]
fn peak_megabytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? / 1024)
}

/// A list of them all would take gigabytes before its first line; the first lines are enough to see that there is
/// none, and that a full disk ends it.
#[test]
fn a_million_findings_are_written_one_by_one() {
    let answer = estate::flood(1000, 1000);
    assert_eq!(answer.finding_count(), 1_000_000);
    for form in [Form::Ndjson, Form::Csv, Form::Json] {
        let most = if form == Form::Json { 200_000 } else { 8_000 };
        let mut out = Counted { lines: 0, most };
        let error = report::write(&answer, form, &plain(), &mut out).expect_err("full");
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
        assert!((most..most + 100_000).contains(&out.lines), "{form:?}: {} lines", out.lines);
    }
    if let Some(peak) = peak_megabytes() {
        assert!(peak < 400, "{peak} MB at most");
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "how long it takes is the question")]
fn a_million_findings_fit_a_screen_a_page_and_a_ticket() {
    let answer = estate::flood(1000, 1000);
    // Some ten to a hundred times what each takes here; finding by finding each would take longer.
    let bounds = [(Form::Table, 8_000, 2), (Form::Markdown, 1_000_000, 5), (Form::Html, 5_000_000, 15)];
    for (form, bytes_max, seconds_max) in bounds {
        let start = Instant::now();
        let text = rendered(&answer, form, &plain());
        assert!(text.len() < bytes_max, "{form:?}: {} bytes", text.len());
        assert!(start.elapsed() < Duration::from_secs(seconds_max), "{form:?}: {:?}", start.elapsed());
    }
    let screen = rendered(&answer, Form::Table, &plain());
    assert!(screen.contains("250,000 act · 250,000 attend · 250,000 track* · 250,000 track"), "{screen}");
    assert!(screen.contains("1,000,000 findings in 1,000 entries, one for all machines alike\n"), "{screen}");
    assert!(screen.contains("… and 994 more entries with 994,000 findings\n"), "{screen}");
}

#[test]
fn a_pipe_that_closes_ends_the_writing() {
    struct Closed(usize);
    impl Write for Closed {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 += 1;
            if self.0 > 1 { Err(io::ErrorKind::BrokenPipe.into()) } else { Ok(bytes.len()) }
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let answer = estate::estate();
    for form in [Form::Ndjson, Form::Csv, Form::Json] {
        let mut out = Closed(0);
        let error = report::write(&answer, form, &plain(), &mut out).expect_err("closed");
        assert_eq!(error.kind(), io::ErrorKind::BrokenPipe, "{form:?}");
        assert!(out.0 <= 3, "{form:?}: {} attempts", out.0);
    }
}

#[test]
fn every_machine_of_a_spread_is_its_own_finding() {
    let answer = estate::estate();
    let all = each(&answer);
    assert_eq!(all.len(), answer.finding_count());
    assert_eq!(all.iter().map(|finding| &finding.id).collect::<BTreeSet<_>>().len(), all.len());
    assert_eq!(answer.exposures.iter().map(Spread::count).max(), Some(312));
}

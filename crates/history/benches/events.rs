//! Lines of a log as events: how long they are on disk, what writing costs, how soon one block is back.
//!
//!     cargo bench -p history --bench events -- FILE [TIMES]
//!
//! Each line is an event with a time; the file is taken so many times. The members of a line that is a JSON object are
//! its fields; `raw` as a third argument leaves them out. A file that repeats itself within a page is
//! compressed better than logs are: take one that has more than 1,024 lines, and read the figure of the first pass.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::expect_used,
    clippy::cast_precision_loss,
    reason = "a bench reads its arguments and the clock, and prints"
)]

use history::{EVENTS_MAX, Event, EventWriter, Registered, Versions, Wanted, events_of, merge_events};
use model::{Date, Field, LogSource, Text, Timestamp, Value};
use std::ops::ControlFlow;
use std::path::Path;
use std::time::Instant;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with("--")).collect();
    let Some(path) = arguments.first() else {
        println!("skipped: name a file of lines");
        return;
    };
    let times = arguments.get(1).and_then(|text| text.parse::<u64>().ok()).unwrap_or(1);
    let bytes = std::fs::read(path).expect("the file");
    let lines: Vec<&[u8]> = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).collect();
    let bare = arguments.get(2).is_some_and(|text| text == "raw");
    let owned: Vec<Vec<(String, Option<String>)>> =
        lines.iter().map(|line| if bare { Vec::new() } else { members(line) }).collect();
    let fields: Vec<Vec<Field<'_>>> = owned.iter().map(|pairs| pairs.iter().map(field).collect()).collect();
    let folder = tempfile::tempdir().expect("a folder");
    let events: Vec<(&[u8], &[Field<'_>])> = (0..times)
        .flat_map(|_| lines.iter().zip(&fields).map(|(line, fields)| (*line, fields.as_slice())))
        .collect();

    let (start, before) = (Instant::now(), cpu_of_thread());
    let files = write(folder.path(), &events);
    let (took, used) = (start.elapsed().as_secs_f64(), cpu_of_thread() - before);
    let count = events.len() as f64;
    let raw = events.iter().map(|(line, _)| line.len()).sum::<usize>() as f64;
    let disk = files.iter().map(|file| file.bytes).sum::<u64>() as f64;
    println!(
        "{count} events of {:.0} bytes are {:.1} bytes on disk; written at {:.0} a second, {:.2} CPU s a million",
        raw / count,
        disk / count,
        count / took,
        used * 1e6 / count
    );
    for blocks in [&[0i64][..], &[0, 3, 6, 9, 12, 15, 18, 21, 24]] {
        read(folder.path(), &files, blocks);
    }
    let before = cpu_of_thread();
    let keep = |number: u64, _: &Event<'_>| !number.is_multiple_of(10);
    let merged = merge_events(folder.path(), &files, &keep, &Versions::default()).expect("whole inputs");
    let (rows, used) = (merged.iter().map(|file| file.rows).sum::<u64>(), cpu_of_thread() - before);
    println!("merged, and {rows} kept: {:.2} CPU s a million", used * 1e6 / count);
}

/// One event a millisecond; a file for each so many.
fn write(dir: &Path, events: &[(&[u8], &[Field<'_>])]) -> Vec<Registered> {
    let day = Date::parse("2026-11-24").expect("a day");
    let log = LogSource { product: Some("windows".into()), ..LogSource::default() };
    let mut files = Vec::new();
    let (mut writer, mut number) = (None, 0u64);
    for (raw, fields) in events {
        let open = writer.get_or_insert_with(|| {
            EventWriter::begin(dir, "lines", day, number, &Versions::default()).expect("a disk")
        });
        let event = Event {
            time: Timestamp::from_micros(1_700_000_000_000_000 + number.cast_signed() * 1000),
            log: &log,
            host: Some("host-1.example"),
            account: None,
            from: None,
            to: None,
            document: "lines",
            record: number + 1,
            fields,
            raw,
            text: Text::Fields,
            observables: &[],
        };
        open.add(&event).expect("a disk");
        number += 1;
        if number.is_multiple_of(EVENTS_MAX) {
            files.extend(writer.take().map(|writer| writer.finish().expect("a disk")));
        }
    }
    files.extend(writer.map(|writer| writer.finish().expect("a disk")));
    files
}

/// How soon the events of some blocks are back.
fn read(dir: &Path, files: &[Registered], blocks: &[i64]) {
    let mut times: Vec<f64> = (0..5)
        .map(|_| {
            let start = Instant::now();
            let wanted =
                Wanted { source: "lines", blocks: Some(blocks), times: None, logs: None, texts: None };
            let given = events_of(dir, files, &wanted, &mut |_, _| ControlFlow::Continue(()));
            assert!(given.problems.is_empty(), "{:?}", given.problems);
            start.elapsed().as_secs_f64() * 1000.0
        })
        .collect();
    times.sort_by(f64::total_cmp);
    println!("{} blocks read in {:.1} ms", blocks.len(), times.get(2).copied().unwrap_or_default());
}

/// Seconds of the processor that this thread has used: others share the machine.
fn cpu_of_thread() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    text.split_whitespace().next().and_then(|text| text.parse::<f64>().ok()).unwrap_or_default() / 1e9
}

/// The members of a JSON object; what is not text is as it is written.
fn members(line: &[u8]) -> Vec<(String, Option<String>)> {
    let Ok(serde_json::Value::Object(object)) = serde_json::from_slice(line) else { return Vec::new() };
    let value = |value: serde_json::Value| match value {
        serde_json::Value::Null => None,
        serde_json::Value::String(text) => Some(text),
        other => Some(other.to_string()),
    };
    object.into_iter().map(|(name, member)| (name, value(member))).collect()
}

fn field((name, value): &(String, Option<String>)) -> Field<'_> {
    Field { name, value: value.as_deref().map_or(Value::Null, Value::Text) }
}

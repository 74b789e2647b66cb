//! Every log of the shared data set is read, without a panic and as what it is. Skipped when it is absent.

use super::fuzzing::mutate;
use super::{options, read_with, summed};
use model::LogSource;
use model::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use telemetry::{DocumentSummary, Options, Source, run};

/// The folder of shared data, if it is there.
#[expect(clippy::disallowed_methods, reason = "a test may ask its environment")]
pub(crate) fn data() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let data = std::env::var("OUTPACE_DATA").map_or_else(|_| beside(), PathBuf::from);
    if data.is_dir() {
        return Some(data);
    }
    println!("skipped: {} is not there", data.display());
    None
}

fn files(directory: &Path, all: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> = std::fs::read_dir(directory).expect("a directory").flatten().collect();
    entries.sort_by_key(std::fs::DirEntry::path);
    for entry in entries {
        if entry.path().is_dir() {
            files(&entry.path(), all);
        } else {
            all.push(entry.path());
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "files of a known size")]
fn bytes(path: &Path) -> Vec<u8> {
    std::fs::read(path).expect("a file")
}

/// How many records the chunk headers of an event log say it has, and how many record signatures there are.
fn counted(file: &[u8]) -> (u64, u64) {
    let (mut by_header, mut by_walk) = (0, 0);
    for chunk in file.get(4096..).unwrap_or_default().chunks(65536) {
        let number = |at: usize, size: usize| {
            chunk
                .get(at..at + size)
                .map_or(0, |bytes| bytes.iter().rev().fold(0, |sum, b| sum << 8 | u64::from(*b)))
        };
        if !chunk.starts_with(b"ElfChnk\0") {
            continue;
        }
        by_header += number(32, 8).wrapping_sub(number(24, 8)).wrapping_add(1);
        let (mut at, free) = (512, number(48, 4) as usize);
        while at < free && chunk.get(at..at + 4) == Some(b"**\0\0") {
            by_walk += 1;
            at += number(at + 4, 4).max(28) as usize;
        }
    }
    (by_header, by_walk)
}

/// Compared with an independent walk over the record headers; `OUTPACE_DATA_ALL` reads all 400, else each fifth.
#[test]
fn event_logs_give_as_many_records_as_they_hold() {
    let Some(data) = data() else { return };
    let mut paths = Vec::new();
    files(&data.join("evtx"), &mut paths);
    paths.retain(|path| path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("evtx")));
    assert!(paths.len() >= 400);
    let (mut total, mut odd) = (0, Vec::new());
    // All of them take half a minute in debug on a busy machine.
    let step = if std::env::var_os("OUTPACE_DATA_ALL").is_some() { 1 } else { 5 };
    for path in paths.iter().step_by(step) {
        let file = bytes(path);
        let (by_header, by_walk) = counted(&file);
        let (_, documents) = read_with(&options(), &[(&path.to_string_lossy(), &file)], |_| String::new());
        total += documents[0].records;
        if documents[0].records != by_walk {
            odd.push(format!("{by_walk} walked, {by_header} by header: {}", summed(&documents[0])));
        }
    }
    println!("{} files, {total} records", paths.len().div_ceil(step));
    for odd in &odd {
        println!("{odd}");
    }
    assert!(odd.is_empty());
}

/// Host, channel and number of a record that is counted.
fn counted_as(record: &model::Record<'_>) -> String {
    let get = |name: &str| {
        let mut fields = record.fields.iter().filter(|field| field.name == name);
        match fields.next().map(|field| field.value) {
            Some(Value::Text(text)) => text.to_owned(),
            _ => String::new(),
        }
    };
    format!("{}|{}|{}", record.host.unwrap_or_default(), get("Channel"), get("EventRecordID"))
}

/// Compared with sets of all numbers: of each channel, first and last, how many are missing, and each hole.
#[test]
fn holes_in_the_numbers_of_event_logs_are_those_of_a_naive_count() {
    let Some(data) = data() else { return };
    let mut paths = Vec::new();
    files(&data.join("evtx"), &mut paths);
    paths.retain(|path| path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("evtx")));
    let (mut holes, mut channels) = (0, 0);
    for path in paths.iter().step_by(7) {
        let file = bytes(path);
        let (records, documents) = read_with(&options(), &[("a.evtx", &file)], counted_as);
        let mut naive: BTreeMap<(String, String), std::collections::BTreeSet<u64>> = BTreeMap::new();
        for record in &records {
            let mut parts = record.split('|').map(str::to_owned);
            let (Some(host), Some(channel), Some(number)) = (parts.next(), parts.next(), parts.next()) else {
                continue;
            };
            if let (Ok(number), false) = (number.parse(), channel.is_empty()) {
                naive.entry((host, channel)).or_default().insert(number);
            }
        }
        for (sequence, numbers) in &documents[0].sequences {
            let key = (sequence.host.clone(), sequence.channel.clone());
            let all = naive.remove(&key).unwrap_or_default();
            let (first, last) = (all.first().copied(), all.last().copied());
            assert_eq!(numbers.first().map(|(number, _)| number), first, "{}", path.display());
            assert_eq!(numbers.last().map(|(number, _)| number), last, "{}", path.display());
            let expected: Vec<(u64, u64)> = (all.iter().zip(all.iter().skip(1)))
                .filter(|(one, next)| *one + 1 < **next)
                .map(|(one, next)| (one + 1, next - 1))
                .collect();
            let found: Vec<(u64, u64)> = numbers.holes().map(|hole| (hole.from, hole.to)).collect();
            assert_eq!(found, expected, "{} {}", path.display(), sequence.channel);
            let missing: u64 = expected.iter().map(|(from, to)| to - from + 1).sum();
            assert_eq!(numbers.missing(), missing, "{}", path.display());
            holes += expected.len();
            channels += 1;
        }
        assert!(naive.is_empty(), "{}: channels that were not counted: {:?}", path.display(), naive.keys());
    }
    println!("{channels} channels, {holes} holes");
    assert!(holes > 0, "the data has holes");
}

/// Fields of a record, sorted; what only one of the two exports has is left out.
fn fields(record: &model::Record<'_>) -> String {
    let left_out = ["SystemTime", "Correlation", "Version", "Level", "Opcode", "Keywords", "Task"];
    let mut fields: Vec<String> = record
        .fields
        .iter()
        .filter(|field| !left_out.iter().any(|left_out| field.name.starts_with(left_out)))
        .map(|field| match field.value {
            Value::Text(text) => format!("{} = {:?}", field.name, text.trim_end()),
            Value::Null => format!("{} is null", field.name),
        })
        .collect();
    fields.sort();
    // An older evtx_dump exported them: GUIDs without braces and in capitals, values without blanks at their end.
    let fields = fields.join("\n").to_lowercase().replace(['{', '}'], "");
    format!("{:?} {:?} {:?} {:?}\n{fields}", record.log, record.time, record.host, record.account)
}

#[test]
fn recordings_give_the_same_fields_as_event_log_and_as_json() {
    let Some(data) = data() else { return };
    let mut paths = Vec::new();
    files(&data.join("sigma-regression"), &mut paths);
    let (mut compared, mut odd) = (0, Vec::new());
    for path in paths.iter().filter(|path| path.extension().is_some_and(|one| one == "evtx")) {
        let (log, json) = (bytes(path), bytes(&path.with_extension("json")));
        let (mut of_log, _) = read_with(&options(), &[("a.evtx", &log)], fields);
        let (mut of_json, documents) = read_with(&options(), &[("a.json", &json)], fields);
        of_log.sort();
        of_json.sort();
        assert!(!of_json.is_empty(), "{} {}", path.display(), summed(&documents[0]));
        compared += 1;
        let missing = of_json.iter().filter(|one| !of_log.contains(one)).count();
        if missing > 0 {
            odd.push(format!("{}: {missing} of {}", path.display(), of_json.len()));
            if odd.len() < 3 {
                let (log, json): (Vec<_>, Vec<_>) =
                    (of_log[0].lines().collect(), of_json[0].lines().collect());
                println!("{:?}", json.iter().filter(|line| !log.contains(line)).collect::<Vec<_>>());
                println!("{:?}", log.iter().filter(|line| !json.contains(line)).collect::<Vec<_>>());
            }
        }
    }
    println!("{compared} recordings compared");
    assert!(odd.is_empty(), "{}", odd.join("\n"));
}

/// Every field of a record. Null and empty are shown alike: in XML both look the same. XML cannot hold control
/// characters.
fn all_fields(record: &model::Record<'_>) -> String {
    let fields = record.fields.iter().map(|field| match field.value {
        Value::Text("") | Value::Null => format!("{} is empty", field.name),
        Value::Text(text) => format!("{} = {text:?}", field.name),
    });
    let mut fields: Vec<_> = fields.collect();
    fields.sort();
    let facts = (record.log, record.time, record.host, record.account, record.from, record.to);
    let fields = fields.join("\n").replace("\\u{2}", "_");
    format!("{facts:?}\n{fields}")
}

/// The records of an event log as XML, one after the other.
fn as_xml(log: &[u8]) -> Option<String> {
    let mut parser = evtx::EvtxParser::from_buffer(log.to_vec()).ok()?;
    let settings = evtx::ParserSettings::new().num_threads(1).indent(false);
    parser = parser.with_configuration(settings);
    parser.records().map(|record| record.map(|record| record.data).ok()).collect()
}

/// The XML is that of the `evtx` crate: what is rendered, not what Windows would write.
#[test]
fn event_logs_give_the_same_fields_as_binary_and_as_xml() {
    let Some(data) = data() else { return };
    let mut paths = Vec::new();
    files(&data.join("evtx"), &mut paths);
    files(&data.join("sigma-regression"), &mut paths);
    paths.retain(|path| path.extension().is_some_and(|one| one == "evtx"));
    let step = if std::env::var_os("OUTPACE_DATA_ALL").is_some() { 1 } else { 7 };
    let (mut compared, mut odd) = (0, 0);
    for path in paths.iter().step_by(step) {
        let log = bytes(path);
        let Some(xml) = as_xml(&log) else { continue };
        let (mut of_log, documents) = read_with(&options(), &[("a.evtx", &log)], all_fields);
        let (mut of_xml, as_xml) = read_with(&options(), &[("a.xml", xml.as_bytes())], all_fields);
        if xml.is_empty() || !documents[0].problems.is_empty() {
            continue;
        }
        assert_eq!(
            as_xml[0].format.map(telemetry::Format::name),
            Some("Windows event XML"),
            "{}",
            path.display()
        );
        of_log.sort();
        of_xml.sort();
        compared += of_log.len();
        for (log, xml) in of_log.iter().zip(&of_xml).filter(|(log, xml)| log != xml) {
            odd += 1;
            if odd < 12 {
                let (log, xml): (Vec<_>, Vec<_>) = (log.lines().collect(), xml.lines().collect());
                println!("{}", path.display());
                println!("  binary: {:?}", log.iter().filter(|line| !xml.contains(line)).collect::<Vec<_>>());
                println!("  xml:    {:?}", xml.iter().filter(|line| !log.contains(line)).collect::<Vec<_>>());
            }
        }
        assert_eq!(of_log.len(), of_xml.len(), "{}", path.display());
    }
    println!("{compared} records compared");
    assert_eq!(odd, 0);
    assert!(compared > 200);
}

/// Reads everything under a folder of the data set, archives and compressed files too.
pub(crate) fn walked(folder: &str) -> Option<Vec<DocumentSummary>> {
    let folder = data()?.join(folder);
    let record =
        |fields: &mut usize, _: &Source<'_>, record: &model::Record<'_>| *fields += record.fields.len();
    let outcome = run(&Options { threads: 2, ..options() }, &|| 0, &record, &mut |feeder| {
        let walked =
            input::walk(std::slice::from_ref(&folder), &input::Limits::default(), &|_| {}, &mut |document| {
                feeder.document(document);
            });
        assert!(walked.problems.is_empty(), "{:?}", walked.problems);
    });
    assert!(outcome.sinks.iter().sum::<usize>() > 0);
    Some(outcome.documents)
}

/// Inventories, feeds and knowledge are no logs.
#[test]
fn what_is_owned_or_known_is_not_taken_for_a_table_of_events() {
    let Some(data) = data() else { return };
    let folders =
        ["assets", "feeds", "vuln/epss", "vuln/kev", "misp/events", "reports"].map(|one| data.join(one));
    let mut taken = Vec::new();
    let walked = input::walk(&folders, &input::Limits::default(), &|_| {}, &mut |document| {
        let format = telemetry::recognise(&document.name, &document.head).map(telemetry::Format::name);
        if matches!(format, Some("table of events" | "Windows event XML")) {
            taken.push(document.name.to_string());
        }
    });
    drop(walked);
    assert!(taken.is_empty(), "{}", taken.join("\n"));
}

#[test]
fn zeek_logs_give_as_many_records_as_text_and_as_json() {
    let Some(documents) = walked("telemetry/zeek") else { return };
    let stem = |name: &str| {
        let file = name.rsplit('/').next().unwrap_or(name);
        file.split('.').next().unwrap_or(file).to_owned()
    };
    let of = |folder: &str| {
        let inside = documents.iter().filter(|one| one.name.contains(folder));
        inside.map(|one| (stem(&one.name), one)).collect::<BTreeMap<_, _>>()
    };
    let (text, json) = (of("zeek-default"), of("zeek-json"));
    assert_eq!((text.len(), json.len()), (32, 29));
    for (name, json) in json {
        let text = text[&name];
        assert_eq!((text.records, text.first, text.last), (json.records, json.first, json.last), "{name}");
        assert_eq!(text.log_sources, json.log_sources, "{name}");
        assert!(text.problems.is_empty() && json.problems.is_empty(), "{}{}", summed(text), summed(json));
    }
    // The baselines of Zeek's own tests; their times are taken out.
    let types = documents.iter().filter(|one| one.name.contains("zeek-log-types"));
    let types: Vec<_> =
        types.filter(|one| one.format.is_some_and(|format| format.name() == "Zeek log")).collect();
    assert!(types.len() >= 45, "{}", types.len());
}

#[test]
fn recorded_attacks_and_host_logs_are_read_as_what_they_are() {
    let Some(documents) = walked("telemetry/otrf") else { return };
    let all: u64 = documents.iter().map(|one| one.records).sum();
    assert!(all > 66_000, "{all} records");
    for one in documents.iter().filter(|one| one.name.ends_with(".json")) {
        assert!(one.format.is_some() && one.without_time == 0 && one.problems.is_empty(), "{}", summed(one));
    }
    let windows = documents.iter().flat_map(|one| &one.log_sources);
    let windows = windows.filter(|(log, _)| log.product.as_deref() == Some("windows"));
    let (known, unknown): (Vec<_>, Vec<_>) = windows.partition(|(log, _)| log.service.is_some());
    let count = |logs: Vec<(&LogSource, &u64)>| logs.into_iter().map(|(_, count)| count).sum::<u64>();
    assert!(count(known) > 50_000 && count(unknown) < 1_000);
}

#[test]
fn logs_of_linux_hosts_and_web_servers_are_read() {
    let Some(hosts) = walked("telemetry/loghub") else { return };
    let Some(web) = walked("telemetry/web") else { return };
    let of = |name: &str| hosts.iter().find(|one| one.name.contains(name)).expect("a log");
    // Two lines of the second say that their message came five times.
    for (name, records) in [("Linux_2k", 2000), ("OpenSSH_2k", 2008), ("Mac_2k", 2000)] {
        let one = of(name);
        assert_eq!((one.records, one.without_time, one.problems.len()), (records, 0, 0), "{}", summed(one));
    }
    for one in web {
        assert!(one.records > 6_500 && one.without_time == 0, "{}", summed(&one));
    }
}

#[test]
fn mutated_real_event_logs_are_survived() {
    let Some(data) = data() else { return };
    let mut paths = Vec::new();
    files(&data.join("evtx"), &mut paths);
    let small = |path: &&PathBuf| path.metadata().is_ok_and(|one| (1..=70_000).contains(&one.len()));
    for (path, seed) in paths.iter().filter(small).step_by(12).zip(0..) {
        let mut file = bytes(path);
        for _ in 0..3 {
            mutate(&mut file, seed);
        }
        let (records, documents) = read_with(&options(), &[("a.evtx", &file)], |_| String::new());
        // The file header may be gone, and then the file is no event log any more.
        let counted = documents[0].records;
        assert_eq!(records.len() as u64, counted, "{}", path.display());
    }
}

//! Every log of the shared data set is read, without a panic and as what it is. Skipped when it is absent.

use super::{options, read_with, summed};
use model::Value;
use std::path::{Path, PathBuf};

/// The folder of shared data, if it is there.
#[expect(clippy::disallowed_methods, reason = "a test may ask its environment")]
fn data() -> Option<PathBuf> {
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

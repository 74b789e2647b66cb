//! Event logs (EVTX), written here byte by byte: whole, broken in the header, in a checksum, in a chunk.

use super::fuzzing::mutate;
use super::{options, read_with, shown, summed};
use expect_test::expect_file;
use telemetry::fuzz::fuzz_document;

const HEADER_BYTES: usize = 4096;
const CHUNK_BYTES: usize = 65536;

/// BinXML without templates, as the service itself never writes it but every reader reads it.
struct BinXml {
    bytes: Vec<u8>,
    /// Where it starts in its chunk: names are found by their place.
    at: usize,
}

impl BinXml {
    fn number(&mut self, value: usize, bytes: usize) {
        self.bytes.extend_from_slice(&value.to_le_bytes()[..bytes]);
    }

    fn text(&mut self, text: &str) {
        self.bytes.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
    }

    fn name(&mut self, name: &str) {
        self.number(self.at + self.bytes.len() + 4, 4);
        self.number(0, 6);
        self.number(name.encode_utf16().count(), 2);
        self.text(name);
        self.number(0, 2);
    }

    fn value(&mut self, text: &str) {
        self.bytes.extend([0x05, 0x01]);
        self.number(text.encode_utf16().count(), 2);
        self.text(text);
    }

    /// `<name attribute="…">…</name>`, or without attribute.
    fn element(&mut self, name: &str, attribute: Option<(&str, &str)>, inside: impl FnOnce(&mut Self)) {
        self.bytes.push(if attribute.is_some() { 0x41 } else { 0x01 });
        self.number(0, 4);
        self.name(name);
        if let Some((name, value)) = attribute {
            self.number(0, 4);
            self.bytes.push(0x06);
            self.name(name);
            self.value(value);
        }
        self.bytes.push(0x02);
        inside(self);
        self.bytes.push(0x04);
    }
}

/// An event: channel, provider, event ID, data.
type Event<'e> = (&'e str, &'e str, &'e str, &'e [(&'e str, &'e str)]);

fn record(number: usize, at: usize, event: &Event<'_>) -> Vec<u8> {
    let (channel, provider, id, data) = *event;
    let mut xml = BinXml { bytes: vec![0x0f, 1, 1, 0], at: at + 24 };
    xml.element("Event", None, |xml| {
        xml.element("System", None, |xml| {
            xml.element("Provider", Some(("Name", provider)), |_| {});
            xml.element("EventID", None, |xml| xml.value(id));
            xml.element("EventRecordID", None, |xml| xml.value(&number.to_string()));
            xml.element("Channel", None, |xml| xml.value(channel));
            xml.element("Computer", None, |xml| xml.value("wiki-1.port.example"));
        });
        xml.element("EventData", None, |xml| {
            for (name, value) in data {
                xml.element("Data", Some(("Name", name)), |xml| xml.value(value));
            }
        });
    });
    xml.bytes.push(0);
    let size = 24 + xml.bytes.len() + 4;
    let mut record = BinXml { bytes: b"**\0\0".to_vec(), at };
    record.number(size, 4);
    record.number(number, 8);
    // 2024-06-12T05:20:00Z
    record.number(133_626_432_000_000_000, 8);
    record.bytes.append(&mut xml.bytes);
    record.number(size, 4);
    record.bytes
}

/// A file with these events, some a chunk.
fn event_log(chunks: &[&[Event<'_>]]) -> Vec<u8> {
    let mut file = b"ElfFile\0".to_vec();
    file.resize(HEADER_BYTES, 0);
    let mut number = 1;
    for events in chunks {
        let mut chunk = vec![0; 512];
        let (first, mut last_record) = (number, 512);
        for event in *events {
            last_record = chunk.len();
            chunk.extend(record(number, last_record, event));
            number += 1;
        }
        let free = chunk.len();
        chunk.resize(CHUNK_BYTES, 0);
        chunk[..8].copy_from_slice(b"ElfChnk\0");
        let mut put = |at: usize, value: usize, size: usize| {
            chunk[at..at + size].copy_from_slice(&value.to_le_bytes()[..size]);
        };
        for (at, value) in [(8, first), (16, number - 1), (24, first), (32, number - 1)] {
            put(at, value, 8);
        }
        for (at, value) in [(40, 128), (44, last_record), (48, free)] {
            put(at, value, 4);
        }
        let checksum = evtx::checksum_ieee(&chunk[512..free]);
        chunk[52..56].copy_from_slice(&checksum.to_le_bytes());
        let checksum = evtx::checksum_ieee(&[&chunk[..120], &chunk[128..512]].concat());
        chunk[124..128].copy_from_slice(&checksum.to_le_bytes());
        file.extend(chunk);
    }
    file
}

pub(crate) fn sample() -> Vec<u8> {
    let logon: &[_] = &[
        ("SubjectUserName", "WIKI-1$"),
        ("SubjectDomainName", "PORT"),
        ("TargetUserName", "mo"),
        ("TargetDomainName", "PORT"),
        ("IpAddress", "198.51.100.7"),
    ];
    let process: &[_] = &[
        ("Image", "C:\\Windows\\System32\\cmd.exe"),
        ("CommandLine", "cmd /c \"whoami\""),
        ("User", "PORT\\mo"),
    ];
    let key: &[_] = &[("EventType", "CreateKey"), ("TargetObject", "HKLM\\Software\\upd")];
    let security = ("Security", "Microsoft-Windows-Security-Auditing");
    let sysmon = ("Microsoft-Windows-Sysmon/Operational", "Microsoft-Windows-Sysmon");
    event_log(&[
        &[(security.0, security.1, "4624", logon), (sysmon.0, sysmon.1, "1", process)],
        &[(sysmon.0, sysmon.1, "12", key)],
    ])
}

fn read(file: &[u8]) -> String {
    let (records, documents) = read_with(&options(), &[("a.evtx", file)], shown);
    format!("{}{}", records.concat(), summed(&documents[0]))
}

#[test]
fn event_log_of_two_chunks() {
    expect_file!["../goldens/event_log.txt"].assert_eq(&read(&sample()));
}

#[test]
fn a_broken_file_header_loses_nothing() {
    let mut file = sample();
    for byte in &mut file[..HEADER_BYTES] {
        *byte ^= 0x55;
    }
    assert_eq!(read(&file), read(&sample()));
    assert_eq!(read(&sample()[HEADER_BYTES..]), read(&sample()), "the chunks alone");
}

#[test]
fn a_wrong_checksum_is_named_and_the_chunk_read() {
    let mut file = sample();
    file[HEADER_BYTES + 52] ^= 1;
    let named = "  a.evtx, byte 4096: 1 chunk has a wrong checksum; it was read all the same\n";
    assert_eq!(read(&file), format!("{}{named}", read(&sample())));
}

#[test]
fn old_records_behind_the_used_part_of_a_chunk_are_reported_and_not_read() {
    let mut file = sample();
    let at = |file: &[u8], at: usize| u32::from_le_bytes(file[at..at + 4].try_into().unwrap()) as usize;
    let free = HEADER_BYTES + at(&file, HEADER_BYTES + 48);
    // What a log that wraps leaves: the first record once more, behind the last.
    let (first, size) = (HEADER_BYTES + 512, at(&file, HEADER_BYTES + 512 + 4));
    file.copy_within(first..first + size, free);
    let named = "  a.evtx, byte 4096: 1 old record in the unused part of a chunk was not read\n";
    assert_eq!(read(&file), format!("{}{named}", read(&sample())));
}

#[test]
fn a_broken_chunk_costs_itself_alone() {
    let mut file = sample();
    file[HEADER_BYTES] = b'X';
    let (records, documents) = read_with(&options(), &[("a.evtx", &file)], shown);
    assert_eq!(records.len(), 1);
    assert!(records[0].starts_with("3  windows/sysmon  [registry_event registry_add]"), "{}", records[0]);
    let problems: Vec<_> = documents[0].problems.iter().map(ToString::to_string).collect();
    assert_eq!(problems, ["a.evtx, byte 4096: 1 chunk of 64 KiB could not be read"]);
}

#[test]
fn a_file_that_was_cut_off_gives_what_it_has() {
    let file = sample();
    let (records, documents) =
        read_with(&options(), &[("a.evtx", &file[..HEADER_BYTES + CHUNK_BYTES + 700])], shown);
    assert_eq!(records.len(), 2, "{}", summed(&documents[0]));
    assert!(!documents[0].problems.is_empty());
    let (records, _) = read_with(&options(), &[("a.evtx", &file[..100])], shown);
    assert!(records.is_empty());
}

#[test]
fn mutated_event_logs_are_survived() {
    for seed in 0..40 {
        let mut file = sample();
        // Most of a chunk is empty; mutations shall meet what is not.
        let mut part = file.split_off(HEADER_BYTES);
        let rest = part.split_off(2048);
        mutate(&mut part, seed);
        file.extend(part);
        file.extend(rest);
        fuzz_document(&file);
    }
}

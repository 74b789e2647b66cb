//! Followed logs through the readers of logs: the records of all pieces are those of the whole log.

use super::{Kept, options};
use follow::{Follower, Options};
use input::Document;
use model::Record;
use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::time::Duration;
use telemetry::{DocumentSummary, Resume, Source};

fn read(name: &str, bytes: &[u8], resume: Option<&Resume>, ended: bool) -> (Vec<String>, DocumentSummary) {
    let options = telemetry::Options { threads: 1, ..telemetry::Options::default() };
    let each = |all: &mut Vec<(u64, String)>, _: &Source<'_>, record: &Record<'_>| {
        all.push((
            record.number,
            format!("{} {:?} {:?} {:?}", record.number, record.time, record.host, record.fields),
        ));
    };
    let outcome = telemetry::run(&options, &Vec::new, &each, &mut |feeder| {
        let document = Document::open(name, bytes).unwrap();
        feeder.piece(telemetry::Piece { document, resume, ended, text: true });
    });
    let mut all: Vec<_> = outcome.sinks.into_iter().flatten().collect();
    all.sort();
    (all.into_iter().map(|(_, record)| record).collect(), outcome.documents.into_iter().next().unwrap())
}

/// One step of a caller: a batch is read, and records, states and positions are kept together.
fn step(
    follower: &mut Follower,
    kept: &mut Kept,
    states: &mut BTreeMap<(String, u64), Resume>,
    records: &mut Vec<String>,
) {
    let batch = follower.next(Duration::ZERO);
    for piece in &batch.pieces {
        let key = (piece.document.clone(), piece.after.generation);
        let (new, summary) = read(&piece.document, &piece.bytes, states.get(&key), piece.ended);
        records.extend(new);
        states.extend(summary.resume.map(|resume| (key.clone(), resume)));
        let taken = usize::try_from(summary.taken).unwrap();
        let position = if piece.ended { piece.after.clone() } else { follower.took(piece, taken) };
        kept.positions.insert(key, position);
    }
}

#[test]
fn a_table_with_cells_over_several_lines_is_followed_through_a_rotation_and_restarts() {
    let mut log = "time,host,message\n".to_owned();
    for number in 0..200 {
        log += &format!(
            "2026-06-12T03:14:{:02}Z,gate-1,\"first {number}\nsecond, \"\"third\"\"\"\n",
            number % 60
        );
    }
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.csv");
    let paths = [path.clone()];
    let options = Options { piece_bytes: 500, batch_bytes: 500, ..options() };
    let (mut kept, mut states, mut records) = (Kept::default(), BTreeMap::new(), Vec::new());
    let mut follower = kept.follower(&paths, &options);
    fs::write(&path, &log[..100]).unwrap();
    for (index, part) in log.as_bytes()[100..].chunks(333).enumerate() {
        OpenOptions::new().append(true).open(&path).unwrap().write_all(part).unwrap();
        step(&mut follower, &mut kept, &mut states, &mut records);
        if index % 5 == 0 {
            follower = kept.follower(&paths, &options);
        }
    }
    fs::rename(&path, dir.path().join("a.csv.1")).unwrap();
    for _ in 0..40 {
        step(&mut follower, &mut kept, &mut states, &mut records);
    }
    let (whole, _) = read(&path.display().to_string(), log.as_bytes(), None, true);
    assert_eq!(whole.len(), 200);
    assert_eq!(records, whole);
}

#[test]
fn what_is_put_before_a_message_is_read_as_the_head_of_a_relay() {
    let mut follower = Follower::new(&[], Vec::new(), options(), std::sync::Arc::default());
    let to = follower.syslog_udp("127.0.0.1:0").unwrap();
    let sender = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let message = "Failed password for mo from 198.51.100.7 port 40022 ssh2";
    for sent in [
        format!("<38>Jun 11 23:59:58 sshd[811]: {message}"),
        format!("<38>Jun 11 23:59:58 gate-1 sshd[811]: {message}"),
        format!("<38>sshd[811]: {message}"),
    ] {
        sender.send_to(sent.as_bytes(), to).unwrap();
    }
    let mut bytes = Vec::new();
    while bytes.iter().filter(|byte| **byte == b'\n').count() < 3 {
        bytes.extend(follower.next(Duration::from_secs(5)).pieces.into_iter().flat_map(|piece| piece.bytes));
    }
    let (records, summary) = read("syslog-udp://127.0.0.1:514", &bytes, None, true);
    assert_eq!(summary.format.unwrap().name(), "syslog");
    let hosts: Vec<bool> = records.iter().map(|record| record.contains("Some(\"127.0.0.1\")")).collect();
    assert_eq!(hosts, [true, false, true], "{records:#?}");
    assert!(records[1].contains("Some(\"gate-1\")"), "{}", records[1]);
    assert!(
        records.iter().all(|record| record.contains("sshd") && record.contains("198.51.100.7")),
        "{records:#?}"
    );
}

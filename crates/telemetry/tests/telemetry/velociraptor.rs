//! A collection of Velociraptor: results as JSON lines and uploaded event logs in one archive.

use super::options;
use std::io::{Cursor, Write as _};
use telemetry::run;

const RESULTS: &[u8] = br#"{"System":{"Provider":{"Name":"Microsoft-Windows-Sysmon"},"EventID":{"Value":1},"TimeCreated":{"SystemTime":1718162055.5},"EventRecordID":71,"Channel":"Microsoft-Windows-Sysmon/Operational","Computer":"wiki-1"},"EventData":{"Image":"C:\\\\a.exe"}}
"#;

#[test]
fn results_and_uploads_of_a_collection_are_read() {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options_of_file = zip::write::SimpleFileOptions::default();
    let log = super::event_logs::sample();
    let files: [(&str, &[u8]); 3] = [
        ("results/Windows.EventLogs.Evtx.json", RESULTS),
        ("uploads/auto/C%3A/Windows/System32/winevt/Logs/Security.evtx", &log),
        ("collection_context.json", b"{\"client_id\":\"C.1\",\"total_rows\":1}"),
    ];
    for (name, bytes) in files {
        archive.start_file(name, options_of_file).expect("memory");
        archive.write_all(bytes).expect("memory");
    }
    let bytes = archive.finish().expect("memory").into_inner();
    let record = |all: &mut Vec<String>, source: &telemetry::Source<'_>, record: &model::Record<'_>| {
        let service = record.log.service.as_deref().unwrap_or("-");
        all.push(format!("{} {service} {}", source.format, record.host.unwrap_or("-")));
    };
    let outcome = run(&options(), &Vec::new, &record, &mut |feeder| {
        let limits = input::Limits::default();
        let walked = input::open_bytes("Collection-wiki-1.zip", &bytes, &limits, &mut |document| {
            feeder.document(document)
        });
        assert!(walked.problems.is_empty(), "{:?}", walked.problems);
    });
    let seen = outcome.sinks.concat();
    assert!(seen.contains(&"JSON lines sysmon wiki-1".to_owned()), "{seen:?}");
    assert_eq!(seen.iter().filter(|one| one.starts_with("Windows event log")).count(), 3, "{seen:?}");
    let numbered: Vec<_> = outcome.documents.iter().flat_map(|one| one.sequences.keys()).collect();
    assert!(numbered.iter().any(|sequence| sequence.host == "wiki-1"), "{numbered:?}");
}

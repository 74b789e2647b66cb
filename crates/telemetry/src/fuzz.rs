//! Entry points for fuzzing: whatever the bytes, no panic, and the same records whatever the chunk size.

use crate::{Options, run};
use input::Document;

/// Reads the bytes as a document, with small bounds, twice; both times the same must come out.
pub fn fuzz_document(data: &[u8]) {
    let seen = [7, 1 << 20].map(|chunk_bytes| {
        let options = Options {
            threads: 1,
            line_bytes_max: 4096,
            chunk_bytes,
            year: Some(2024),
            latest: None,
            ..Options::default()
        };
        let record = |sum: &mut (u64, u64), _: &crate::Source<'_>, record: &model::Record<'_>| {
            sum.0 = sum.0.wrapping_add(record.id().0 ^ record.number);
            sum.1 += u64::try_from(record.fields.len()).unwrap_or(0);
        };
        let outcome = run(&options, &|| (0, 0), &record, &mut |feeder| {
            if let Ok(document) = Document::open("fuzz.log", data) {
                feeder.document(document);
            }
        });
        let documents: Vec<_> =
            outcome.documents.into_iter().map(|one| (one.records, one.problems)).collect();
        (outcome.sinks, documents)
    });
    let [small, large] = seen;
    assert_eq!(small, large, "the size of chunks shows");
}

/// Reads the bytes as a user's mapping.
pub fn fuzz_mapping(data: &[u8]) {
    let _ = crate::Mapping::read("fuzz.yml", data);
}

/// Programs whose messages have readers of their own, and one that has none.
const PROGRAMS: [Option<&str>; 14] = [
    None,
    Some("%ASA-6-302013"),
    Some("%SYS-5-CONFIG_I"),
    Some("sshd"),
    Some("postfix/smtpd"),
    Some("openvpn"),
    Some("haproxy"),
    Some("dhcpd"),
    Some("slapd"),
    Some("radiusd"),
    Some("hostd"),
    Some("tmm1"),
    Some("fail2ban.actions"),
    Some("Security-Auditing"),
];

/// Reads each line as a message of each program, as a line without a head, and as a line of any form.
pub fn fuzz_message(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    crate::formats::line::fuzz(&text);
    for line in text.lines() {
        crate::formats::line::fuzz(line);
        for program in PROGRAMS {
            crate::formats::appliance::fuzz(program, line);
        }
    }
}

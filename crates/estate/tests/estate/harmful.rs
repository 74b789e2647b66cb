//! Documents that were made to do harm, of every form: nested, repeated, of huge numbers, with entities, without line ends.
//! No panic, no hang, bounded memory; what an entity holds never appears.

use crate::goldens::FIXTURES;
use crate::shown_as;
use estate::fuzz::{fuzz_estate, fuzz_formats};
use std::time::{Duration, Instant};

/// How long one document may take: a test build is slower than the program, and a machine may be busy.
const TIME_MAX: Duration = Duration::from_secs(if cfg!(debug_assertions) { 20 } else { 5 });

/// How much memory all of it may take.
const MEMORY_KIB_MAX: u64 = 512 << 10;

fn bounded(name: &str, kind: &str, bytes: &[u8], run: fn(&[u8])) {
    let started = Instant::now();
    run(bytes);
    assert!(started.elapsed() < TIME_MAX, "{name}, {kind}: {:?}", started.elapsed());
}

/// The most that this process has held; `None` where the system does not say.
fn memory_kib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// The bytes with something put behind the first place that a mark has.
fn behind(bytes: &[u8], mark: &[u8], put: &[u8]) -> Option<Vec<u8>> {
    let at = bytes.windows(mark.len()).position(|window| window == mark)? + mark.len();
    Some([&bytes[..at], put, &bytes[at..]].concat())
}

/// Every run of digits as a number of four hundred.
fn huge_numbers(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut in_number = false;
    for byte in bytes {
        let digit = byte.is_ascii_digit();
        if !digit {
            out.push(*byte);
        } else if !in_number && out.len() < 4 << 20 {
            out.extend([b'9'; 400]);
        }
        in_number = digit;
    }
    out
}

#[test]
fn nested_and_huge_documents_end() {
    const DEEP: usize = 20_000;
    for (name, bytes) in FIXTURES {
        for (mark, open) in
            [("{", "{\"a\":"), ("[", "["), (">", "<a>"), (":", "[[{\"name\":"), ("\n", "  - ")]
        {
            if let Some(deep) = behind(bytes, mark.as_bytes(), open.repeat(DEEP).as_bytes()) {
                bounded(name, &format!("deep {open}"), &deep, fuzz_estate);
            }
        }
        bounded(name, "huge numbers", &huge_numbers(bytes), fuzz_estate);
        let one_line: Vec<u8> = bytes.iter().map(|byte| if *byte == b'\n' { b' ' } else { *byte }).collect();
        bounded(name, "one line", &one_line.repeat((128 << 10) / one_line.len().max(1)), fuzz_estate);
        bounded(name, "repeated", &bytes.repeat((128 << 10) / bytes.len().max(1)), fuzz_estate);
        for end in (0..bytes.len()).step_by(bytes.len() / 20 + 1) {
            bounded(name, "cut", &bytes[..end], fuzz_estate);
        }
    }
    assert!(memory_kib().is_none_or(|held| held < MEMORY_KIB_MAX), "{:?}", memory_kib());
}

#[test]
fn every_reader_ends_on_what_is_not_of_its_form() {
    const DEEP: usize = 20_000;
    let documents = [
        "[".repeat(DEEP),
        "{\"a\":".repeat(DEEP),
        "<a>".repeat(DEEP),
        "<a b=\"c\"><![CDATA[".repeat(DEEP),
        "a,".repeat(DEEP),
        "\"a\",\"".repeat(DEEP),
        "a: b\n".repeat(DEEP),
        "- ".repeat(DEEP),
        "9".repeat(DEEP),
        "(".repeat(DEEP),
        "$ORIGIN a.\n@ IN SOA ( ".repeat(DEEP / 10),
        "a 1.0\n b\n\tc\n".repeat(DEEP),
        "pkg:npm/a@1?b=c\n".repeat(DEEP),
    ];
    for document in documents {
        let start: String = document.chars().take(12).collect();
        bounded(&start, "every form", document.as_bytes(), fuzz_formats);
    }
}

/// XML 1.0, 4.4: an entity that a document declares is not expanded, however small, and none from outside is fetched.
#[test]
fn entities_are_never_expanded() {
    let mut laughs =
        String::from("<!DOCTYPE x [<!ENTITY e0 \"EXPANDED\"><!ENTITY out SYSTEM \"file:///etc/hostname\">");
    for n in 1..30 {
        let inner = format!("&e{};", n - 1).repeat(10);
        laughs.push_str(&format!("<!ENTITY e{n} \"{inner}\">"));
    }
    laughs.push_str("]>");
    let is_xml = |bytes: &[u8]| bytes.trim_ascii_start().starts_with(b"<");
    let mut documents = 0;
    for (name, bytes) in FIXTURES.iter().filter(|(_, bytes)| is_xml(bytes)) {
        let text = String::from_utf8_lossy(bytes);
        let (head, body) = match text.find("?>") {
            Some(end) => text.split_at(end + 2),
            None => ("", text.as_ref()),
        };
        // In every text and attribute.
        let harmful = format!(
            "{head}{laughs}{}",
            body.replace("\">", "&e0;&e29;&out;\">").replace("</", "&e0;&e29;&out;</")
        );
        let started = Instant::now();
        let out = shown_as(name, harmful.as_bytes());
        assert!(started.elapsed() < TIME_MAX, "{name}");
        assert!(!out.contains("EXPANDED"), "{name}: {out}");
        assert!(out.len() < 1 << 20, "{name}");
        documents += 1;
    }
    assert!(documents >= 7, "{documents}");
}

//! Bad input: a clear message that names the file and the place, the rest still used, memory bounded.

use crate::program::{ADVISORY, Folder, LOG, Run, check, findings, outpace};
use std::io::Write;

/// Runs with one good log beside a bad one; the good one must still be used and the bad one be named.
fn beside_a_good_log(name: &str, bytes: impl AsRef<[u8]>) -> Run {
    let folder = Folder::new();
    let good = folder.file("logs/good.log", LOG).display().to_string();
    let bad = folder.file(&format!("logs/{name}"), bytes).display().to_string();
    let run = check(&folder, &["--logs", &good, &bad, "--format", "ndjson", "--strict"]);
    let hit = findings(&run).iter().any(|f| f["kind"] == "sighting" && f["intel"]["id"] == "203.0.113.77");
    assert!(hit, "the good log is not used:\n{}\n{}", run.out, run.err);
    run
}

#[track_caller]
fn named(run: &Run, name: &str, what: &str) {
    assert_eq!(run.code, 3, "--strict reports that something was faulty: {}", run.err);
    assert!(run.err.contains(name) && run.err.contains(what), "{}", run.err);
}

#[test]
fn an_empty_file() {
    named(&beside_a_good_log("empty.log", ""), "empty.log", "empty");
}

#[test]
fn a_binary_file() {
    let bytes: Vec<u8> = (0..20_000u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    named(&beside_a_good_log("picture.bin", bytes), "picture.bin", "known format");
}

#[test]
fn truncated_json() {
    let run = beside_a_good_log(
        "cut.jsonl",
        "{\"EventID\": 1, \"Channel\": \"Security\", \"Computer\": \"a\"}\n{\"EventID\": 4688, \"Chan",
    );
    named(&run, "cut.jsonl", "record 2");
}

#[test]
fn invalid_utf_8_is_used_as_far_as_it_goes() {
    let mut bytes = LOG.replace("203.0.113.77", "203.0.113.78").into_bytes();
    bytes.extend_from_slice(
        b"10.0.0.1 - - [12/Jun/2026:03:14:16 +0000] \"GET /\xff\xfe HTTP/1.1\" 200 5 \"-\" \"-\"\n",
    );
    let run = beside_a_good_log("bytes.log", bytes);
    assert!(run.code == 0 || run.code == 3, "{}", run.err);
}

#[test]
fn utf_16_with_a_byte_order_mark_is_read() {
    let folder = Folder::new();
    let wide: Vec<u8> =
        std::iter::once(0xfeff).chain(LOG.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let log = folder.file("wide.log", wide).display().to_string();
    let run = check(&folder, &["--logs", &log, "--format", "ndjson"]);
    assert!(findings(&run).iter().any(|f| f["intel"]["id"] == "203.0.113.77"), "{}", run.err);
}

#[test]
fn a_line_of_100_mb_costs_one_line() {
    let mut bytes = LOG.as_bytes().to_vec();
    bytes.resize(100 << 20, b'x');
    bytes.extend_from_slice(b"\n");
    bytes.extend_from_slice(LOG.replace("203.0.113.77", "203.0.113.79").as_bytes());
    named(&beside_a_good_log("long.log", bytes), "long.log", "record 3");
}

#[test]
fn a_gzip_bomb_is_stopped() {
    let folder = Folder::new();
    let good = folder.file("good.log", LOG).display().to_string();
    let mut bomb = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    bomb.write_all(LOG.as_bytes()).expect("memory");
    let block = vec![b'\n'; 1 << 20];
    (0..600).for_each(|_| bomb.write_all(&block).expect("memory"));
    let bad = folder.file("bomb.log.gz", bomb.finish().expect("memory")).display().to_string();
    let run = check(&folder, &["--logs", &good, &bad, "--format", "ndjson", "--strict"]);
    named(&run, "bomb.log.gz", "times");
    assert!(findings(&run).iter().any(|f| f["kind"] == "sighting"));
}

#[test]
fn a_page_of_a_million_nested_tags_is_read() {
    let folder = Folder::new();
    let mut page = String::from("<html><title>Deep</title><body>");
    page.push_str(&"<div>".repeat(1_000_000));
    page.push_str("<p>It uses 203[.]0[.]113[.]77.</p></body></html>");
    let page = folder.file("deep.html", page).display().to_string();
    let log = folder.file("access.log", LOG).display().to_string();
    let run = outpace(&["check", &page, "--logs", &log, "--format", "ndjson"]);
    assert!(findings(&run).iter().any(|f| f["intel"]["id"] == "203.0.113.77"), "{}{}", run.out, run.err);
}

#[test]
fn rules_that_explode_are_refused_by_name_and_the_others_asked() {
    let mut bomb = String::from("a: &a [x, x, x, x, x, x, x, x, x]\n");
    for (next, last) in
        ["b", "c", "d", "e", "f", "g", "h", "i"].iter().zip(["a", "b", "c", "d", "e", "f", "g", "h"])
    {
        bomb.push_str(&format!("{next}: &{next} [{}]\n", vec![format!("*{last}"); 9].join(", ")));
    }
    let back_reference = "title: Backtracks\nlogsource: {category: webserver}\ndetection:\n  s:\n    cs-uri|re: '(a+)+\\1$'\n  condition: s\nlevel: high\n";
    let good = "title: Berth asked\nid: 11111111-0000-4000-8000-000000000001\nlogsource: {category: webserver}\ndetection:\n  s:\n    cs-uri-stem: /berth\n  condition: s\nlevel: low\n";
    let folder = Folder::new();
    folder.file("rules/bomb.yml", bomb);
    folder.file("rules/backtracks.yml", back_reference);
    folder.file("rules/good.yml", good);
    let (rules, log) = (
        folder.path().join("rules").display().to_string(),
        folder.file("access.log", LOG).display().to_string(),
    );
    let run = check(&folder, &["--rules", &rules, "--logs", &log, "--format", "ndjson", "--strict"]);
    assert!(findings(&run).iter().any(|f| f["title"] == "Berth asked"), "{}{}", run.out, run.err);
    named(&run, "bomb.yml", "aliases");
    named(&run, "backtracks.yml", "line 5");
}

#[test]
fn a_file_of_rules_over_the_limit_is_named_alike_and_makes_no_half_rule() {
    let rule = |title: &str, last: &str| {
        format!(
            "---\ntitle: {title}\nlogsource: {{category: webserver}}\ndetection:\n  s:\n    cs-uri-stem: /berth\n{last}  condition: s\n"
        )
    };
    // The second rule begins within the limit and is narrowed behind it.
    let mut text = rule("Berth asked", "").into_bytes();
    text.push(b'#');
    text.resize((64 << 20) - 120, b'x');
    text.push(b'\n');
    text.extend(rule("Half a rule", &format!("    c-ip: {}192.0.2.1\n", " ".repeat(100))).bytes());
    let folder = Folder::new();
    let rules = folder.file("over.yml", text).display().to_string();
    let log = folder.file("access.log", LOG).display().to_string();
    let hunt =
        outpace(&["hunt", &log, "--rules", &rules, "--no-built-in-rules", "--format", "ndjson", "--strict"]);
    let check = outpace(&["rules", "check", &rules, "--strict"]);
    for run in [&hunt, &check] {
        named(run, "over.yml, line 9", "longer than 64 MiB; from this line on it was not read");
        assert!(run.err.contains("help: split the file"), "{}", run.err);
    }
    let titles: Vec<String> = findings(&hunt).iter().map(|finding| finding["title"].to_string()).collect();
    assert_eq!(titles, ["\"Berth asked\""]);
    assert!(check.out.contains("1 rule of 1 file can be asked"), "{}", check.out);
}

#[test]
fn a_table_of_10_000_columns_is_used_as_far_as_the_bound() {
    let folder = Folder::new();
    let mut header = vec![
        "name".to_owned(),
        "zone".to_owned(),
        "role".to_owned(),
        "vendor".to_owned(),
        "model".to_owned(),
    ];
    header.extend((header.len()..10_000).map(|n| format!("column{n}")));
    let row: Vec<&str> = ["gate-1", "dmz", "router", "Linksys", "WRT610N"]
        .into_iter()
        .chain(std::iter::repeat("x"))
        .take(10_000)
        .collect();
    let table = folder
        .file("devices.csv", format!("{}\n{}\n", header.join(","), row.join(",")))
        .display()
        .to_string();
    let run = check(&folder, &["--estate", &table, "--format", "json", "--strict"]);
    named(&run, "devices.csv", "columns");
    let answer: serde_json::Value = serde_json::from_str(&run.out).expect("JSON");
    assert_eq!(answer["looked_at"]["devices"], 1);
}

#[test]
fn columns_that_nobody_asks_for_are_kept_within_a_bound_that_is_said() {
    let folder = Folder::new();
    let table = |further: usize| {
        let header: String = (0..further).map(|n| format!(",column{n}")).collect();
        let cells = ",x".repeat(further);
        let text = format!("name,zone,role,vendor{header}\ngate-1,dmz,router,Linksys{cells}\n");
        let path = folder.file("devices.csv", text).display().to_string();
        let run = check(&folder, &["--estate", &path, "--format", "json", "--strict"]);
        assert_eq!(run.code, 0, "nothing is lost that is asked for: {}", run.err);
        let answer: serde_json::Value = serde_json::from_str(&run.out).expect("JSON");
        answer["problems"].to_string()
    };
    assert!(!table(64).contains("further columns"));
    assert!(table(65).contains("further columns of 1 row were not kept: at most 64 and 8 KiB of a row are"));
}

#[test]
fn an_input_of_which_nothing_can_be_read_is_exit_2() {
    let folder = Folder::new();
    let nothing = folder.file("nothing.bin", [0u8, 159, 146, 150]).display().to_string();
    let run = check(&folder, &["--logs", &nothing]);
    assert_eq!(run.code, 2, "{}", run.err);
    assert!(run.err.contains("logs") && run.err.contains("help:"), "{}", run.err);
    let missing = folder.path().join("missing.md").display().to_string();
    let run = outpace(&["check", &missing]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("missing.md") && run.err.contains("help:"), "{}", run.err);
    assert!(run.out.is_empty(), "nothing on stdout but data");
}

#[test]
#[cfg(unix)]
fn a_directory_without_rights_is_named_and_the_rest_used() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new();
    folder.file("logs/good.log", LOG);
    let shut = folder.path().join("logs/shut");
    std::fs::create_dir(&shut).expect("made");
    std::fs::set_permissions(&shut, std::fs::Permissions::from_mode(0o000)).expect("rights");
    if std::fs::read_dir(&shut).is_ok() {
        eprintln!("skipped: this user may read everything");
        return;
    }
    let logs = folder.path().join("logs").display().to_string();
    let run = check(&folder, &["--logs", &logs, "--format", "ndjson", "--strict"]);
    named(&run, "shut", "help:");
    assert!(findings(&run).iter().any(|f| f["kind"] == "sighting"));
}

#[test]
fn a_file_that_grows_while_it_is_read_ends() {
    use std::sync::atomic::{AtomicBool, Ordering};
    let folder = Folder::new();
    let advisory = folder.file("advisory.md", ADVISORY).display().to_string();
    let path = folder.file("growing.log", LOG.repeat(2000));
    let (done, more) = (AtomicBool::new(false), LOG.repeat(200));
    // A minute's growth at least, and no disk is filled by it.
    let writes_max = (4 << 30) / more.len();
    let grown = std::sync::atomic::AtomicUsize::new(0);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut file = std::fs::OpenOptions::new().append(true).open(&path).expect("open");
            while !done.load(Ordering::Relaxed) && grown.fetch_add(1, Ordering::Relaxed) < writes_max {
                file.write_all(more.as_bytes()).expect("written");
                std::thread::sleep(std::time::Duration::from_micros(500));
            }
        });
        let run = outpace(&["check", &advisory, "--logs", &path.display().to_string(), "--format", "ndjson"]);
        done.store(true, Ordering::Relaxed);
        assert_eq!(run.code, 0, "{}", run.err);
        assert!(findings(&run).iter().any(|f| f["kind"] == "sighting"));
        assert!(grown.load(Ordering::Relaxed) < writes_max, "it ends while the file still grows");
    });
}

#[test]
fn a_binary_or_cut_document_is_no_advisory() {
    let folder = Folder::new();
    let noise: Vec<u8> = (0..20_000u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    for (name, bytes) in [("noise.bin", noise), ("cut.json", b"{\"a\":[1,2".to_vec())] {
        let path = folder.file(name, bytes).display().to_string();
        let run = outpace(&["check", &path]);
        assert_eq!(run.code, 2, "{name}: {}", run.out);
        assert!(run.err.contains(name) && run.err.contains("help:"), "{}", run.err);
    }
}

#[test]
fn intelligence_without_any_indicator_is_said_on_standard_error() {
    let folder = Folder::new();
    let news = folder.file("news.md", "# Harbour news\n\nThe crane is painted.\n").display().to_string();
    let log = folder.file("access.log", LOG).display().to_string();
    let run = outpace(&["hunt", &log, "--intel", &news, "--strict"]);
    named(&run, "news.md", "names no indicator");
    assert!(run.err.contains("help: give indicators one a line"), "{}", run.err);
    // A question about it has no answer.
    let run = outpace(&["check", &news, "--logs", &log]);
    assert_eq!(run.code, 2, "{}", run.out);
    assert!(run.err.contains("names no indicator") && run.err.contains("help:"), "{}", run.err);
}

#[test]
fn a_report_saved_as_windows_1252_keeps_its_letters() {
    let folder = Folder::new();
    let text =
        b"# Bericht \xfcber die T\xe4ter\n\nDie T\xe4ter nutzen 203[.]0[.]113[.]77 \x96 \x93nachts\x94.\n";
    let report = folder.file("bericht.md", text).display().to_string();
    let run = outpace(&["extract", &report]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.out.contains("Bericht über die Täter") && run.out.contains("– “nachts”"), "{}", run.out);
    assert!(!run.out.contains('\u{fffd}'), "{}", run.out);
}

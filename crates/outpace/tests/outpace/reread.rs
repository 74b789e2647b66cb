//! Reports that are kept word for word: what arrives later is found in them, and the order of arrival leaves no trace.

use crate::program::{Folder, NOW, Run, outpace};

const GROUPS: &str = r#"{"type":"bundle","id":"bundle--11111111-1111-4111-8111-111111111111","objects":[
{"type":"intrusion-set","spec_version":"2.1","id":"intrusion-set--11111111-1111-4111-8111-111111111112",
"created":"2026-01-01T00:00:00Z","modified":"2026-01-01T00:00:00Z","name":"Harbour Kestrel",
"aliases":["Harbour Kestrel","Tidal Finch"],"external_references":[{"source_name":"mitre-attack",
"external_id":"G9901","url":"https://attack.mitre.org/groups/G9901"}]}]}"#;
const REPORT: &str =
    "# Intrusions at harbours\n\nTidal Finch sends commands from 203.0.113.77 to web servers (T1505.003).\n";

fn folder() -> Folder {
    let folder = Folder::new();
    folder.file("groups.json", GROUPS);
    folder.file("report.md", REPORT);
    folder.file("web-1/access.log", crate::program::LOG);
    folder
}

fn run(folder: &Folder, home: &str, line: &str) -> Run {
    let path = |word: &str| folder.path().join(word).display().to_string();
    let word = |word: &str| if folder.path().join(word).exists() { path(word) } else { word.to_owned() };
    let mut all: Vec<String> = line.split_whitespace().map(word).collect();
    all.extend(["--home".to_owned(), path(home), "--now".to_owned(), NOW.to_owned()]);
    let run = outpace(&all);
    assert_eq!(run.code, 0, "{line}\n{}{}", run.out, run.err);
    run
}

#[test]
fn a_report_that_came_before_the_names_is_understood_as_if_it_had_come_after_them() {
    let folder = folder();
    run(&folder, "early", "ingest groups.json --as knowledge");
    run(&folder, "early", "ingest report.md web-1");
    run(&folder, "late", "ingest report.md web-1");
    let before = run(&folder, "late", "status --format json").out;
    let learnt = run(&folder, "late", "ingest groups.json --as knowledge");
    assert!(learnt.out.contains("its kept text, with other names"), "{}", learnt.out);
    let (early, late) =
        (run(&folder, "early", "status --format json").out, run(&folder, "late", "status --format json").out);
    assert_eq!(early, late);
    assert!(
        before != late && late.contains("Harbour Kestrel") && !before.contains("Harbour Kestrel"),
        "{late}"
    );
    // The same names again are no reason to read it again.
    let again = run(&folder, "late", "ingest groups.json --as knowledge");
    assert!(!again.out.contains("read again"), "{}", again.out);
    // A backup has the text.
    let kept = folder.path().join("kept.db").display().to_string();
    run(&folder, "late", &format!("backup {kept}"));
    run(&folder, "restored", &format!("restore {kept}"));
    let reread = run(&folder, "restored", "doctor --reread");
    assert!(reread.out.starts_with("1 report was read again; 0 say something else"), "{}", reread.out);
    assert!(reread.out.contains("nothing changed"), "{}", reread.out);
    assert!(reread.err.contains("1 document (knowledge): not kept word for word"), "{}", reread.err);
    // Names that are taken back are gone from the report as soon as something is learnt.
    let groups = folder.path().join("groups.json").display().to_string();
    run(&folder, "restored", &format!("forget {groups}"));
    run(&folder, "restored", "ingest web-1");
    assert!(!run(&folder, "restored", "status --format json").out.contains("Harbour Kestrel"));
}

#[test]
fn a_text_with_a_secret_is_not_kept_and_that_is_said() {
    let folder = folder();
    let secret = format!("{REPORT}\nThey logged on with password: Wx9kHidden77 everywhere.\n");
    for (home, text, counted) in [
        ("secret", secret.as_str(), "0 reports were read again"),
        ("plain", REPORT, "1 report was read again"),
    ] {
        folder.file("report.md", text);
        run(&folder, home, "ingest report.md");
        let reread = run(&folder, home, "doctor --reread");
        assert!(reread.out.starts_with(counted), "{home}: {}", reread.out);
        let is_said = reread.err.contains("1 document (intel): not kept word for word");
        assert_eq!(is_said, home == "secret", "{home}: {}", reread.err);
    }
}

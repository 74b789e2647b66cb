//! A report of our own from its first version to its withdrawal, in every form; what is refused, and why.

use crate::poison::HOSTILE;
use crate::program::{Folder, NOW, Run, outpace};
use serde_json::Value;

/// A report with one stricter passage.
pub const REPORT: &str = "---\nid: R-1\ntitle: Harbour scans\ndate: 2026-06-30\ntlp: GREEN\nauthor: Seaward Harbour\n\
    actors: APT40\ntargets: ports\npast-reporting: https://past.example/a, a note\n---\n\n\
    The group uses 203[.]0[.]113[.]77 and evil[.]example. It exploits CVE-2021-44228 (T1190).\n\n\
    [TLP:AMBER] The victim is a port; the group left through relay[.]victim[.]example.\n\n\
    - It reads mails.\n";
const FORMS: [&str; 6] = ["table", "md", "html", "stix", "misp", "csv"];

/// A folder with a memory.
struct Desk {
    folder: Folder,
    home: String,
}

impl Desk {
    fn new() -> Self {
        let folder = Folder::new();
        let home = folder.path().join("home").display().to_string();
        assert_eq!(outpace(&["init", "--home", &home]).code, 0);
        Self { folder, home }
    }

    fn file(&self, name: &str, text: &str) -> String {
        self.folder.file(name, text).display().to_string()
    }

    fn publish(&self, arguments: &[&str]) -> Run {
        self.at(NOW, arguments)
    }

    fn at(&self, now: &str, arguments: &[&str]) -> Run {
        outpace(&[&["publish"], arguments, &["--home", &self.home, "--now", now]].concat())
    }

    fn json(&self, arguments: &[&str], form: &str) -> Value {
        let run = self.publish(&[arguments, &["--format", form]].concat());
        assert_eq!(run.code, 0, "{}", run.err);
        serde_json::from_str(&run.out).expect("JSON")
    }
}

/// The objects of a type in a bundle.
fn of<'b>(bundle: &'b Value, sort: &str) -> Vec<&'b Value> {
    bundle["objects"].as_array().expect("objects").iter().filter(|one| one["type"] == sort).collect()
}

#[test]
fn each_form_is_exact_for_programs_and_defanged_for_people() {
    let desk = Desk::new();
    let report = desk.file("report.md", REPORT);
    for form in FORMS {
        let run = desk.publish(&[&report, "--format", form]);
        assert_eq!(run.code, 0, "{form}: {}", run.err);
        let is_for_people = matches!(form, "table" | "md" | "html");
        let exact = run.out.contains("\"203.0.113.77\"") || run.out.contains("\n203.0.113.77,");
        let exact = exact || run.out.contains("ipv4-addr:value = '203.0.113.77'");
        assert_eq!(exact, !is_for_people, "{form}: {}", run.out);
        assert!(!is_for_people || !run.out.contains("203.0.113.77"), "{form}: {}", run.out);
        assert!(form == "csv" || run.out.to_uppercase().contains("TLP:AMBER"), "{form}");
        let again = desk.at("2026-08-01T00:00:00Z", &[&report, "--format", form]);
        assert_eq!(again.out, run.out, "{form}: the same bytes at any time");
        assert!(again.err.contains("version 1 again"), "{}", again.err);
    }
    let pdf = desk.folder.path().join("report.pdf");
    let path = pdf.display().to_string();
    assert_eq!(desk.publish(&[&report, "--format", "pdf", "--out", &path]).code, 0);
    let first = std::fs::read(&pdf).expect("written");
    assert!(first.starts_with(b"%PDF-1.7"));
    assert_eq!(desk.publish(&[&report, "--format", "pdf", "--out", &path]).code, 0);
    assert_eq!(std::fs::read(&pdf).expect("written"), first, "the same bytes");
    let onto_itself = desk.publish(&[&report, "--format", "md", "--out", &report]);
    assert!(onto_itself.code == 2 && onto_itself.err.contains("it is an input"), "{}", onto_itself.err);
}

#[test]
fn what_an_audience_may_not_see_refuses_the_report_or_is_left_out_of_every_form() {
    let desk = Desk::new();
    let report = desk.file("report.md", REPORT);
    let refused = desk.publish(&[&report, "--audience", "green"]);
    assert_eq!((refused.code, refused.out.as_str()), (2, ""));
    let says = "line 14: this is TLP:AMBER, and the audience is TLP:GREEN: The victim is a port; the group left thro";
    assert!(refused.err.contains(says) && refused.err.contains("--cut"), "{}", refused.err);
    assert_eq!(desk.publish(&["list", "-q"]).out, "", "what is refused leaves no version");
    for form in FORMS {
        let run = desk.publish(&[&report, "--audience", "green", "--cut", "--format", form, "-q"]);
        assert_eq!(run.code, 0, "{form}: {}", run.err);
        for word in ["victim", "relay", "AMBER", "amber"] {
            assert!(!run.out.contains(word), "{form}: {word}\n{}", run.out);
        }
        let counted = run.out.contains("1 passage was left out") || run.out.contains("1 passage left out");
        assert!(counted || matches!(form, "csv" | "misp"), "{form}: {}", run.out);
    }
    let whole = desk.publish(&[&report, "--audience", "clear", "--cut"]);
    assert!(whole.code == 2 && whole.err.contains("the whole report is TLP:GREEN"), "{}", whole.err);
}

#[test]
fn a_correction_keeps_identifiers_and_takes_back_what_is_no_longer_named() {
    let desk = Desk::new();
    let report = desk.file("report.md", REPORT);
    let (first, event) = (desk.json(&[&report], "stix"), desk.json(&[&report], "misp"));
    let text = REPORT.replace("203[.]0[.]113[.]77 and evil", "evil");
    let second = desk.file("second.md", &text);
    let unsaid = desk.publish(&[&second]);
    assert!(unsaid.code == 2 && unsaid.err.contains("published as version 1"), "{}", unsaid.err);
    assert!(unsaid.err.contains("outpace publish correct R-1"), "{}", unsaid.err);
    let correct = ["correct", "R-1", &second, "--note", "203.0.113.77 is a victim"];
    let corrected = desk.json(&correct, "stix");
    let (before, after) = (of(&first, "report"), of(&corrected, "report"));
    assert_eq!(before[0]["id"], after[0]["id"]);
    assert_eq!(before[0]["created"], after[0]["created"]);
    assert!(before[0]["modified"].as_str() < after[0]["modified"].as_str());
    let address = |bundle| {
        let pattern = "[ipv4-addr:value = '203.0.113.77']";
        of(bundle, "indicator").into_iter().find(|one| one["pattern"] == pattern).cloned().expect("there")
    };
    let (was, now) = (address(&first), address(&corrected));
    assert_eq!((&was["id"], &was["revoked"]), (&now["id"], &Value::Null));
    assert_eq!(now["revoked"], true);
    let changed = desk.json(&correct, "misp");
    let (event, changed) = (&event["response"][0]["Event"], &changed["response"][0]["Event"]);
    assert_eq!(event["uuid"], changed["uuid"]);
    assert!(event["timestamp"].as_str() < changed["timestamp"].as_str());
    let of_address = |event: &Value| {
        let attributes = event["Attribute"].as_array().expect("attributes");
        attributes.iter().find(|one| one["value"] == "203.0.113.77").cloned().expect("there")
    };
    assert_eq!(of_address(event)["uuid"], of_address(changed)["uuid"]);
    assert_eq!(
        (&of_address(event)["deleted"], &of_address(changed)["deleted"]),
        (&false.into(), &true.into())
    );
    let page = desk.publish(&[&second, "--format", "md"]).out;
    assert!(page.contains("Corrected on 2026-07-01 06:00 UTC (version 2):"), "{page}");
    assert!(page.contains("No longer indicators"), "{page}");
    // What is named again after it was taken back is another indicator, because `revoked` is final.
    let third = desk.file("third.md", &format!("{REPORT}\nAll of it holds.\n"));
    let third = desk.json(&["correct", "R-1", &third, "--note", "it is theirs after all"], "stix");
    assert!(address(&third)["id"] != was["id"] && address(&third)["revoked"].is_null());
    let author = desk.file("author.md", &REPORT.replace("author: Seaward", "author: Another"));
    let other = desk.publish(&["correct", "R-1", &author, "--note", "x"]);
    assert!(other.code == 2 && other.err.contains("`author` differs from version 1"), "{}", other.err);
}

#[test]
fn a_withdrawal_has_every_form_and_no_word_of_the_text() {
    let desk = Desk::new();
    let report = desk.file("report.md", REPORT);
    assert_eq!(desk.publish(&[&report, "-q"]).code, 0);
    let withdraw = ["withdraw", "R-1", "--note", "the source took it back"];
    for form in FORMS {
        let run = desk.publish(&[&withdraw[..], &["--format", form]].concat());
        assert_eq!(run.code, 0, "{form}: {}", run.err);
        assert!(!run.out.contains("It reads mails"), "{form}: {}", run.out);
        assert!(form == "csv" || run.out.contains("the source took it back"), "{form}: {}", run.out);
        assert!(form == "stix" || run.out.to_lowercase().contains("withdrawn"), "{form}: {}", run.out);
    }
    let bundle = desk.json(&withdraw, "stix");
    for sort in ["report", "indicator"] {
        assert!(of(&bundle, sort).iter().all(|one| one["revoked"] == true), "{sort}");
    }
    assert_eq!(of(&bundle, "indicator").len(), 3);
    let narrow = desk.publish(&[&withdraw[..], &["--audience", "green", "--format", "csv"]].concat());
    assert!(narrow.out.contains("203.0.113.77") && !narrow.out.contains("relay"), "{}", narrow.out);
    for (arguments, why) in [
        (vec!["withdraw", "R-1", "--note", "another reason"], "was withdrawn already"),
        (vec![report.as_str()], "report R-1 was withdrawn"),
        (vec!["correct", "R-1", &report, "--note", "x"], "the report was withdrawn"),
    ] {
        let run = desk.publish(&arguments);
        assert!(run.code == 2 && run.err.contains(why), "{why}: {}", run.err);
    }
    let list = desk.publish(&["list"]).out;
    assert_eq!(
        list,
        "  R-1  version 2  2026-07-01  TLP:AMBER  withdrawn  Harbour scans\n       the source took it back\n"
    );
    let rows: Value = serde_json::from_str(&desk.publish(&["list", "--format", "json"]).out).expect("JSON");
    assert_eq!(
        (&rows["reports"][0]["version"], &rows["reports"][0]["state"]),
        (&2.into(), &"withdrawn".into())
    );
}

#[test]
fn what_is_ours_or_innocent_stops_the_report_until_it_is_allowed() {
    let desk = Desk::new();
    let names = desk.file("names.csv", "name,party,party_name\nharbour.example,own,Seaward\n");
    let machines = desk.file("devices.csv", "name,ip,vendor,product,version\napp-1,192.0.2.8,Acme,box,1\n");
    for path in [&names, &machines] {
        let run = outpace(&["ingest", path, "--home", &desk.home, "--now", NOW, "-q"]);
        assert_eq!(run.code, 0, "{}", run.err);
    }
    let text = "\n## Indicators\n\n- 192[.]0[.]2[.]8\n- d41d8cd98f00b204e9800998ecf8427e\n\nAsk soc@harbour.example.\n";
    let report = desk.file("report.md", &format!("{REPORT}{text}"));
    let refused = desk.publish(&[&report]);
    assert_eq!((refused.code, refused.out.as_str()), (2, ""));
    for why in [
        "line 20: 192[.]0[.]2[.]8 is an address of our machine app-1",
        "line 21: d41d8cd98f00b204e9800998ecf8427e is known to be good (",
        "is a name of Seaward (own)",
        "--allow 'd41d8cd98f00b204e9800998ecf8427e'",
    ] {
        assert!(refused.err.contains(why), "{why}\n{}", refused.err);
    }
    let allowed =
        ["--allow", "192.0.2.8", "--allow", "D41D8CD98F00B204E9800998ECF8427E", "--yes", "harbour.example"];
    let run = desk.publish(&[&[report.as_str()], &allowed[..], &["--allow", "evil.example"]].concat());
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.err.contains("--allow evil.example allows nothing that is held back"), "{}", run.err);
    assert_eq!(
        desk.publish(&[&report, "--format", "csv"]).code,
        0,
        "what a version was published with holds for it"
    );
    let passed = format!("{REPORT}{text}")
        .replace("targets:", "not-indicators: d41d8cd98f00b204e9800998ecf8427e\ntargets:");
    let passed = desk.file("passed.md", &passed.replace("id: R-1", "id: R-2"));
    let run = desk.publish(&[&passed]);
    assert!(!run.err.contains("d41d") && run.err.contains("192[.]0[.]2[.]8"), "{}", run.err);
}

#[test]
fn hostile_values_in_each_key_and_in_the_text_are_inert_or_refused() {
    let acts =
        |c: char| c.is_control() && c != '\n' && c != '\r' || "\u{202e}\u{2066}\u{200b}\u{3164}".contains(c);
    // A report in which these keys have this value.
    let with = |keys: &[&str], value: &str| {
        let is_kept = |line: &&str| !keys.iter().any(|key| line.starts_with(&format!("{key}:")));
        let mut lines: Vec<String> = REPORT.lines().filter(is_kept).map(str::to_owned).collect();
        keys.iter().for_each(|key| lines.insert(1, format!("{key}: {value}")));
        lines.join("\n")
    };
    for (number, hostile) in HOSTILE.iter().enumerate() {
        let desk = Desk::new();
        for key in ["id", "date", "tlp"] {
            let run = desk.publish(&[&desk.file("wrong.md", &with(&[key], hostile))]);
            assert_eq!((run.code, run.out.as_str()), (2, ""), "{key} {number}");
            assert!(!run.err.chars().any(acts), "{key} {number}: {:?}", run.err);
        }
        let words = ["title", "author", "actors", "actor type", "targets", "past-reporting"];
        let report = desk.file("report.md", &with(&words, hostile));
        for arguments in [vec![report.as_str()], vec!["withdraw", "R-1", "--note", hostile]] {
            for form in FORMS {
                let run = desk.publish(&[&arguments[..], &["--format", form]].concat());
                assert_eq!(run.code, 0, "{number} {form}: {}", run.err);
                assert!(!run.out.chars().any(acts) && !run.err.chars().any(acts), "{number} {form}");
                let is_page = matches!(form, "html" | "md");
                assert!(!is_page || !run.out.contains("<script"), "{number} {form}");
                assert!(
                    form != "md" || !run.out.replace("\\]", "").contains("](j"),
                    "{number} {form}: {}",
                    run.out
                );
                assert!(form != "csv" || !run.out.contains("\n=") && !run.out.contains(",="), "{number}");
            }
        }
    }
}

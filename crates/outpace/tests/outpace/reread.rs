//! Documents that are kept word for word: what arrives later is found in them, and the order of arrival leaves no trace.

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
    assert!(reread.out.starts_with("2 documents were read again; 0 say something else"), "{}", reread.out);
    assert!(reread.out.contains("nothing changed"), "{}", reread.out);
    assert!(!reread.err.contains("not kept word for word"), "{}", reread.err);
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
        ("secret", secret.as_str(), "0 documents were read again"),
        ("plain", REPORT, "1 document was read again"),
    ] {
        folder.file("report.md", text);
        run(&folder, home, "ingest report.md");
        let reread = run(&folder, home, "doctor --reread");
        assert!(reread.out.starts_with(counted), "{home}: {}", reread.out);
        let is_said = reread.err.contains("1 document (intel): not kept word for word");
        assert_eq!(is_said, home == "secret", "{home}: {}", reread.err);
    }
}

/// A leak, a stealer log, an inventory and a configuration with passwords in them, and names that find the leaked accounts.
const PASSWORDS: [&str; 6] =
    ["Wx9kHidden77", "Zq8Hidden99", "Pk3Hidden55", "hun ter two", "Jt5Hidden11", "Lm7Hidden33"];

fn leaks() -> Folder {
    let folder = Folder::new();
    folder.file("names.csv", "name,party\nport.example,own\n");
    folder.file(
        "leak.csv",
        "email,password,url\nanna@port.example,Wx9kHidden77,https://crm.port.example/login\n\
         bo@port.example,\"hun ter two\",https://a:Pk3Hidden55@crm.port.example/\n",
    );
    folder.file(
        "pass.txt",
        "URL: https://vpn.port.example/\nUsername: anna@port.example\nPassword: Zq8Hidden99\n===\n",
    );
    folder.file(
        "stolen.json",
        "{\"stealers\": [{\"computer_name\": \"PC-1\", \"date_compromised\": \"2026-05-01T00:00:00Z\",\n\
         \"credentials\": [{\"username\": \"cy@port.example\", \"url\": \"https://crm.port.example/\",\n\
         \"password\": \"Jt5Hidden11\"}]}]}\n",
    );
    folder.file(
        "devices.csv",
        "name,ip,vendor,product,version,admin password\napp-1,10.20.1.5,Apache,log4j-core,2.14.1,Lm7Hidden33\n",
    );
    folder
}

/// Every byte of a home, as it lies there and as it is kept word for word.
fn every_byte(home: &std::path::Path) -> Vec<u8> {
    let (mut all, mut folders) = (Vec::new(), vec![home.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("readable") {
            let path = entry.expect("an entry").path();
            match path.is_dir() {
                true => folders.push(path),
                false => all.extend(std::fs::read(path).expect("readable")),
            }
        }
    }
    let spool = std::sync::Arc::new(pipeline::Spooled::default());
    let home = store::Home::open(home, spool).expect("a home");
    for document in home.documents().expect("readable") {
        for version in home.versions(&document.name).expect("readable") {
            all.extend(home.version(&document.name, version.number).expect("whole").expect("a version"));
        }
        home.each_part(&document.name, &mut |said| all.extend(format!("{said:?}").into_bytes()))
            .expect("readable");
    }
    all
}

#[test]
fn no_secret_is_in_a_home_and_what_is_kept_without_them_says_the_same() {
    let folder = leaks();
    run(&folder, "home", "ingest names.csv leak.csv pass.txt stolen.json devices.csv --no-built-in-rules");
    let all = every_byte(&folder.path().join("home"));
    for password in PASSWORDS {
        let is_there = all.windows(password.len()).any(|bytes| bytes == password.as_bytes());
        assert!(!is_there, "{password} is in the home");
    }
    let kept = |text: &str| all.windows(text.len()).any(|bytes| bytes == text.as_bytes());
    assert!(
        kept("anna@port.example,[secret],https://crm.port.example/login\n"),
        "the row is there without it"
    );
    assert!(kept("Password: [secret]\n===\n"));
    assert!(kept("log4j-core,2.14.1,[secret]\n"));
    let before = run(&folder, "home", "status --format json --no-built-in-rules").out;
    let reread = run(&folder, "home", "doctor --reread --no-built-in-rules");
    assert!(reread.out.starts_with("5 documents were read again; 0 say something else"), "{}", reread.out);
    assert_eq!(run(&folder, "home", "status --format json --no-built-in-rules").out, before);
    // The same leak again is the same, though its bytes are not those that are kept.
    let again = run(&folder, "home", "ingest leak.csv --no-built-in-rules");
    assert!(again.out.contains("nothing changed"), "{}", again.out);
}

#[test]
fn what_cannot_be_kept_without_its_secrets_is_not_and_doctor_says_why() {
    let folder = Folder::new();
    let script = "Windows: 10.0\nadmin password: Wx9kHidden77\n";
    folder.file("report.md", format!("{REPORT}\n{script}"));
    run(&folder, "home", "ingest report.md --as intel");
    let doctor = run(&folder, "home", "doctor");
    assert!(
        doctor.err.contains("report.md is not kept word for word: there are secrets in it"),
        "{}",
        doctor.err
    );
    let all = every_byte(&folder.path().join("home"));
    assert!(!all.windows(12).any(|bytes| bytes == b"Wx9kHidden77"));
}

#[test]
fn three_versions_are_kept_and_a_source_that_is_forgotten_takes_its_own_along() {
    let folder = Folder::new();
    let source = "--source cmdb --accept --no-built-in-rules";
    for number in 0..5 {
        folder.file("devices.csv", format!("name,ip\napp-{number},10.20.1.5\n"));
        run(&folder, "home", &format!("ingest devices.csv {source}"));
    }
    let listed = run(&folder, "home", "source list").out;
    assert!(listed.contains("1 word for word in 3 versions, 72 B"), "{listed}");
    let listed = run(&folder, "home", "source list --format json").out;
    assert!(listed.contains("\"kept_versions\":3") || listed.contains("\"kept_versions\": 3"), "{listed}");
    // The same again is no version.
    run(&folder, "home", &format!("ingest devices.csv {source}"));
    assert!(run(&folder, "home", "source list").out.contains("3 versions"));
    folder.file("home/outpace.toml", "[documents]\nkeep = 1\n");
    run(&folder, "home", &format!("ingest devices.csv {source}"));
    assert!(run(&folder, "home", "source list").out.contains("1 word for word in 1 version, 24 B"));
    let all = String::from_utf8_lossy(&every_byte(&folder.path().join("home"))).into_owned();
    assert!(all.contains("app-4,10.20.1.5"));
    run(&folder, "home", "forget cmdb");
    let all = String::from_utf8_lossy(&every_byte(&folder.path().join("home"))).into_owned();
    let listed = run(&folder, "home", "source list").out;
    assert!(!listed.contains("cmdb") && !all.contains("app-4,10.20.1.5\n\0"), "{listed}");
    run(&folder, "home", "doctor");
}

#[test]
fn what_another_reader_read_is_named_and_read_again() {
    let folder = Folder::new();
    folder.file("devices.csv", "name,ip,vendor,product,version\napp-1,10.20.1.5,Apache,log4j-core,2.14.1\n");
    folder.file("kev.json", crate::memory::KEV);
    folder.file("cve.jsonl", crate::memory::RECORD);
    run(&folder, "home", "ingest devices.csv kev.json cve.jsonl --no-built-in-rules");
    let silent = run(&folder, "home", "doctor");
    assert!(!silent.err.contains("read by readers of another version"), "{}", silent.err);
    let before = found(&folder);
    // As if readers of before had found other versions in the inventory, one worse and one better than what is there.
    as_another_reader_read(&folder, "devices.csv", &[("app-1", "2.17.1"), ("app-2", "2.14.1")]);
    let doctor = run(&folder, "home", "doctor");
    assert!(doctor.err.contains("1 document was read by readers of another version"), "{}", doctor.err);
    let reread = run(&folder, "home", "doctor --reread --no-built-in-rules");
    assert!(reread.out.starts_with("3 documents were read again; 1 says something else"), "{}", reread.out);
    assert!(reread.out.contains("devices.csv") && !reread.out.contains("nothing changed"), "{}", reread.out);
    assert!(!run(&folder, "home", "doctor").err.contains("another version"));
    let home = folder.path().join("home").display().to_string();
    let turns = outpace(&["query", "select * from turns", "--home", &home, "--format", "ndjson"]).out;
    assert!(turns.contains("Rejudged"), "{turns}");
    assert_eq!(found(&folder), before);
    let again = run(&folder, "home", "doctor --reread --no-built-in-rules");
    assert!(again.out.starts_with("3 documents were read again; 0 say"), "{}", again.out);
    assert!(again.out.contains("nothing changed"), "{}", again.out);
}

/// What is kept of an inventory becomes that each of these machines has log4j-core of this version; its text stays.
fn as_another_reader_read(folder: &Folder, name: &str, machines: &[(&str, &str)]) {
    let directory = folder.path().join("home");
    let spool: std::sync::Arc<dyn pipeline::Spool> = std::sync::Arc::new(pipeline::Spooled::default());
    let mut home = store::Home::open(&directory, std::sync::Arc::clone(&spool)).expect("a home");
    let name = input::label_of(&folder.path().join(name));
    let rows: String =
        machines.iter().map(|(host, version)| format!("{host},Apache,log4j-core,{version}\n")).collect();
    let table = format!("host,vendor,name,version\n{rows}");
    let mut document = input::Document::open(&name, table.as_bytes()).expect("a table");
    let mut said = findings::Said::new(&spool);
    estate::read(&mut document, &mut |fact| said.ours(fact));
    said.settle();
    home.set_readers(&[&name], 0).expect("written");
    let now = model::Timestamp::parse(NOW).expect("a time");
    let kept = home.documents().expect("readable").into_iter().find(|kept| kept.name == name).expect("kept");
    let document = findings::Document {
        source: kept.source.as_str().into(),
        mode: kept.mode,
        dated: None,
        received: kept.received,
        is_advisory: false,
        said: std::sync::Arc::new(said),
    };
    let mut memory = memory::Memory::open(home, findings::Bounds::default()).expect("readable");
    memory.learn(findings::Change::Said { name: name.as_str().into(), document }, now).expect("written");
}

/// The findings that are there, by what they say.
fn found(folder: &Folder) -> Vec<String> {
    let status = run(folder, "home", "status --format ndjson --no-built-in-rules").out;
    let said = |line: &str| {
        let one: serde_json::Value = serde_json::from_str(line).ok()?;
        one["id"].as_str().filter(|id| id.starts_with("finding--"))?;
        Some(format!("{} {} {} {}", one["id"], one["title"], one["severity"], one["subject"]))
    };
    let found: Vec<String> = status.lines().filter_map(said).collect();
    assert!(!found.is_empty(), "{status}");
    found
}

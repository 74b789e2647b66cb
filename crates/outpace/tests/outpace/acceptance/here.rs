//! What an advisory means here: exposed, hit, gaps; the two cases as stories; the race; controls and logs.

use super::{demo, of_demo, text};
use crate::notices::Home;
use crate::program::{Folder, NOW, findings, outpace};
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::OnceLock;

/// The facts of the joint advisory of July 2024 on APT40, in words of ours: ten digests, five flaws (one of them under the
/// wrong product, as it was published), the techniques of the campaign, what it advises.
const APT40: &str = "# PRC MSS tradecraft in action\n\nTLP:CLEAR\n\nPublished 2024-07-08. The group APT40, also known as \
    Kryptonite Panda, Gingham Typhoon, Leviathan and Bronze Mohawk, attacks public-facing systems.\n\n\
    ## Flaws\n\n- Log4j: CVE-2021-44228\n- Atlassian Confluence: CVE-2021-31207, CVE-2021-26084\n\
    - Microsoft Exchange: CVE-2021-31207, CVE-2021-34523, CVE-2021-34473\n\n\
    ## Files\n\n| file | MD5 |\n|---|---|\n\
    | horizon.jsp | 26a5a7e71a601be991073c78d513dee3 |\n\
    | Index_jsp$ProxyEndpoint$Attach.class | 87c88f06a7464db2534bc78ec2b915de |\n\
    | Index_jsp.class | 6a9bc68c9bc5cefaf1880ae6ffb1d0ca |\n\
    | Index_jsp.java | 64454645a9a21510226ab29e01e76d39 |\n\
    | Index_jsp$ProxyEndpoint.class | e2175f91ce3da2e8d46b0639e941e13f |\n\
    | Index_jsp$ProxyEndpoint$1.class | 9f89f069466b8b5c9bf25c9374a4daf8 |\n\
    | Index_jsp$ProxyEndpoint$2.class | 187d6f2ed2c80f805461d9119a5878ac |\n\
    | Nova_jsp.class | ed7178cec90ed21644e669378b3a97ec |\n\
    | Nova_jsp$TomcatListenerMemShellFromThread.class | 5bf7560d0a638e34035f85cd3788e258 |\n\
    | Nova_jsp.java | e02be0dc614523ddd7a28c9e9d500cff |\n\n\
    ## Techniques\n\nT1018 T1021.002 T1021.004 T1041 T1056 T1068 T1074.001 T1078 T1078.002 T1078.003 T1082 T1111 T1135 \
    T1190 T1212 T1213.006 T1482 T1505.003 T1528 T1552 T1552.001 T1558.003 T1562.004 T1588.006 T1594 T1615\n\n\
    ## Advice\n\nOrganisations should keep logs centrally, patch promptly, segment the network, disable unused services, \
    use a web application firewall, enforce least privilege, require multi-factor authentication on all remote access \
    and replace end-of-life devices.\n";

fn json(line: &[&str]) -> Value {
    let run = outpace(&[line, &["--now", NOW, "--format", "json"]].concat());
    assert!(run.code == 0 || run.code == 3, "{line:?}: {}", run.err);
    serde_json::from_str(&run.out).expect("JSON")
}

/// The advisory, asked of the demo's organisation: once for all rows.
fn checked() -> &'static Value {
    static ANSWER: OnceLock<Value> = OnceLock::new();
    ANSWER.get_or_init(|| {
        let folder = demo();
        let advisory = folder.file("apt40.md", APT40).display().to_string();
        let paths = ["estate", "knowledge", "collections", "logs"].map(|name| of_demo(&folder, name));
        let [estate, knowledge, collections, logs] = &paths;
        json(&["check", &advisory, "--estate", estate, "--knowledge", knowledge, collections, "--logs", logs])
    })
}

fn verdicts<'v>(answer: &'v Value, kind: &str) -> Vec<(&'v str, &'v str)> {
    let questions = answer["asked"][0]["questions"].as_array().expect("questions");
    let of_kind = questions.iter().filter(|question| question["kind"] == kind);
    of_kind.map(|question| (text(question, "about"), text(question, "verdict"))).collect()
}

#[test]
fn advisory_to_exposed_hit_gaps() {
    let answer = checked();
    let advisory = &answer["advisories"][0];
    assert_eq!(advisory["vulnerabilities"].as_array().map(Vec::len), Some(5), "{advisory}");
    assert_eq!(advisory["techniques"].as_array().map(Vec::len), Some(26), "{advisory}");
    assert_eq!(advisory["indicators"][0]["count"], 10, "{advisory}");
    assert_eq!(
        verdicts(answer, "vulnerability"),
        [
            ("CVE-2021-26084", "not with us"),
            ("CVE-2021-31207", "exposed"),
            ("CVE-2021-34473", "exposed"),
            ("CVE-2021-34523", "exposed"),
            ("CVE-2021-44228", "exposed"),
        ]
    );
    // The flaw that is filed under the wrong product is a slip: of Exchange, on the mail server alone.
    let slips = answer["slips"].to_string();
    assert!(slips.contains("CVE-2021-31207") && slips.contains("exchange"), "{slips}");
    let all = answer["findings"].as_array().expect("findings");
    let slipped = all.iter().filter(|one| one["intel"]["id"] == "CVE-2021-31207");
    let hosts: Vec<&str> = slipped.map(|one| text(&one["subject"], "host")).collect();
    assert_eq!(hosts, ["mail-1"]);
    // One of ten digests was seen; the other nine were looked for.
    assert_eq!(verdicts(answer, "indicators"), [("md5", "seen")]);
    assert_eq!(verdicts(answer, "technique").len(), 26);
    let known = ["visible", "no source", "not visible"];
    let strange: Vec<_> =
        verdicts(answer, "technique").into_iter().filter(|(_, verdict)| !known.contains(verdict)).collect();
    assert!(strange.is_empty(), "{strange:?}");
    assert_eq!(verdicts(answer, "control").len(), 8, "{:?}", verdicts(answer, "control"));
}

#[test]
fn case_1_and_case_2_as_chains() {
    case_1();
    case_2();
}

/// Over a web application to the file servers: the demo's logs.
fn case_1() {
    let answer = checked();
    let story = &answer["stories"][0];
    let steps = story["steps"].as_array().expect("steps");
    let times: Vec<&str> = steps.iter().map(|step| text(step, "time")).collect();
    assert!(times.is_sorted() && times[0].starts_with("2026-06-12"), "{times:?}");
    let place = |technique: &str| steps.iter().position(|step| step["technique"] == technique);
    // Upload, web shell, tickets, port, file shares, packed, sent.
    let order =
        ["T1190", "T1505.003", "T1558.003", "T1562.004", "T1021.002", "T1560.001", "T1041"].map(place);
    assert!(order.iter().all(Option::is_some) && order.is_sorted(), "{order:?}");
    let digest = steps.iter().find(|step| text(step, "what").contains("26a5a7e7")).expect("the listed file");
    assert_eq!(digest["host"], "portal-1");
}

/// Over a portal for remote access: a shell, ports 9998 and 9999, a guessed password on the database.
fn case_2() {
    let folder = Folder::new();
    let process = |time: &str, image: &str, command: &str, parent: &str| {
        format!(
            "{{\"@timestamp\":\"{time}\",\"event\":{{\"kind\":\"event\",\"category\":[\"process\"],\"type\":[\"start\"]}},\
             \"host\":{{\"name\":\"remote-1\",\"os\":{{\"type\":\"linux\"}}}},\"process\":{{\"executable\":\"{image}\",\
             \"command_line\":\"{command}\",\"parent\":{{\"executable\":\"{parent}\"}}}},\"user\":{{\"name\":\"portal\"}}}}\n"
        )
    };
    let opened = |second: u32, port: u32| {
        let command = format!("iptables -I INPUT -p tcp --dport {port} -j ACCEPT");
        process(&format!("2026-04-04T02:00:{second:02}Z"), "/usr/sbin/iptables", &command, "/bin/bash")
    };
    let shell = process("2026-04-03T01:10:00Z", "/bin/bash", "bash -c id", "/usr/sbin/httpd");
    folder.file("remote-1/process.json", [shell, opened(0, 9998), opened(9, 9999)].concat());
    let guess = |n: u32| {
        let (minute, second) = (n / 6, n % 6 * 10);
        format!(
            "2026-04-05T03:{minute:02}:{second:02}+00:00 db-1 sshd[{n}]: Failed password for dbadmin from 10.20.10.12 port 40000 ssh2\n"
        )
    };
    let right = "2026-04-05T03:04:00+00:00 db-1 sshd[99]: Accepted password for dbadmin from 10.20.10.12 port 40100 ssh2\n";
    folder.file("db-1/auth.log", (0..14).map(guess).collect::<String>() + right);
    let devices = "name,ip,zone,role,internet_facing\nremote-1,10.20.10.12,dmz,server,yes\ndb-1,10.20.20.41,server,server,no\n";
    let devices = folder.file("devices.csv", devices).display().to_string();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let answer = json(&["hunt", &path("remote-1"), &path("db-1"), "--estate", &devices]);
    let stories = answer["stories"].as_array().expect("stories");
    assert_eq!(stories.len(), 1, "{stories:?}");
    assert_eq!(stories[0]["hosts"], serde_json::json!(["remote-1", "db-1"]));
    let steps: Vec<(&str, &str)> = stories[0]["steps"]
        .as_array()
        .expect("steps")
        .iter()
        .map(|step| (&text(step, "time")[..10], text(step, "what")))
        .collect();
    assert_eq!(
        steps,
        [
            ("2026-04-03", "Web server started a shell"),
            ("2026-04-04", "Port 9998 or 9999 opened"),
            ("2026-04-05", "SSH log-on succeeds after many failures from one source"),
        ]
    );
    // Since April it could have been seen, and the story says so of itself.
    assert!(stories[0].to_string().contains("2026-04-03"), "{}", stories[0]);
}

/// The name of a class is that of a public tool: only its digest is the advisory's.
#[test]
fn the_name_of_a_class_alone_is_no_word_of_the_group() {
    let folder = Folder::new();
    let advisory = folder.file("apt40.md", APT40).display().to_string();
    let line = |hash: &str| {
        format!(
            "{{\"TimeCreated\":\"2026-06-02T01:15:27.000Z\",\"RecordNumber\":1,\"Channel\":\"Microsoft-Windows-Sysmon/Operational\",\
             \"SourceName\":\"Microsoft-Windows-Sysmon\",\"Computer\":\"portal-9.harbour.example\",\"EventID\":15,\
             \"Image\":\"C:\\\\Tomcat\\\\bin\\\\tomcat9.exe\",\"TargetFilename\":\"C:\\\\Tomcat\\\\work\\\\Nova_jsp$TomcatListenerMemShellFromThread.class\",\
             \"Hash\":\"MD5={hash}\"}}\n"
        )
    };
    let actors = |hash: &str| {
        let log = folder.file(&format!("{hash}/portal-9.json"), line(hash)).display().to_string();
        let run = outpace(&["check", &advisory, "--logs", &log, "--now", NOW, "--format", "ndjson"]);
        let all = findings(&run).into_iter();
        let sightings = all.filter(|one| one["kind"] == "sighting" || one["kind"] == "chain");
        sightings.map(|one| one["actors"].to_string()).collect::<Vec<_>>()
    };
    assert!(actors("5BF7560D0A638E34035F85CD3788E258").iter().any(|actors| actors.contains("APT40")));
    assert!(!actors("00000000000000000000000000000001").iter().any(|actors| actors.contains("APT40")));
}

#[test]
fn patch_race() {
    let home = Home::new("organisation = \"Harbour Ltd\"\n");
    let device = |version: &str| {
        format!(
            "name,ip,zone,vendor,product,version,internet_facing\napp-1,10.20.1.5,dmz,Apache,log4j-core,{version},yes\n"
        )
    };
    let learn =
        |now: &str, name: &str, text: &str| home.ingest(now, name, text, &["--source", name, "--accept"]);
    learn("2026-06-22T06:00:00Z", "devices.csv", &device("2.14.1"));
    learn("2026-06-22T06:00:00Z", "cve.jsonl", crate::memory::RECORD);
    learn("2026-06-22T06:00:00Z", "kev.json", crate::memory::KEV);
    let race = |now: &str| -> Value {
        serde_json::from_str(&super::ran(&home, now, &["race", "--json"])).expect("JSON")
    };
    let early = race("2026-06-24T06:00:00Z");
    let row = &early["race"][0];
    // It is on the list since the 20th: four days, and day 7 is to come.
    assert_eq!((&row["on_kev"], &row["known_here"]), (&"2026-06-20".into(), &"2026-06-22".into()));
    assert_eq!(row["days_behind"], 4);
    assert!(row["open_on_day_7"].is_null() && row["exploit_public"].is_null(), "{row}");
    assert_eq!(early["race_summary"]["all"]["unknown_on_day_7"], 1);
    let late = race("2026-06-29T06:00:00Z");
    assert_eq!(late["race"][0]["open_on_day_7"], true);
    assert_eq!(late["race_summary"]["all"]["open_on_day_7"], 1);
    assert_eq!(late["race_summary"]["all"]["average_days"], 9.0);
    assert_eq!(late["race_summary"]["by_zone"][0]["zone"], "dmz");
    learn("2026-06-30T06:00:00Z", "devices.csv", &device("2.17.1"));
    let closed = race("2026-07-08T06:00:00Z");
    let row = &closed["race"][0];
    assert_eq!((&row["closed_here"], &row["days_behind"]), (&"2026-06-30".into(), &10.into()));
    assert_eq!(closed["race_summary"]["all"]["closed"], 1);
    let page = super::ran(&home, "2026-07-08T06:00:00Z", &["brief", "--format", "json"]);
    let brief: Value = serde_json::from_str(&page).expect("JSON");
    assert_eq!(brief["race"]["now"]["closed"], 1, "{}", brief["race"]);
}

#[test]
fn mfa_privileged_accounts_zones_dead_devices() {
    let answer = checked();
    let checks = answer["checks"].as_array().expect("checks");
    let answered = |id: &str| {
        let check = checks.iter().find(|check| check["id"] == id);
        assert!(check.is_some(), "no {id}");
        text(check.expect("a check"), "answer").to_owned()
    };
    for id in [
        "identity.mfa.privileged",
        "identity.dormant.privileged",
        "devices.edge.end-of-support",
        "devices.soho",
        "devices.patch.internet-facing",
        "network.reach.crown-jewels",
        "logging.coverage",
    ] {
        assert_eq!(answered(id), "fail", "{id}");
    }
    let gap = |id: &str| {
        let all = answer["findings"].as_array().expect("findings").iter();
        all.filter(|one| one["intel"]["id"] == id).map(ToString::to_string).collect::<String>()
    };
    assert!(gap("identity.mfa.privileged").contains("adm-r.doyle"), "{}", gap("identity.mfa.privileged"));
    assert!(gap("network.reach.crown-jewels").contains("rule 80"), "{}", gap("network.reach.crown-jewels"));
    // Each piece of advice has a verdict: by a check, or that nothing that is read can answer it.
    let verdicts = verdicts(answer, "control");
    let of = |wanted: &str| -> Vec<&str> {
        verdicts.iter().filter(|(_, verdict)| *verdict == wanted).map(|(about, _)| *about).collect()
    };
    assert_eq!(of("unknown"), ["disabling unused services", "web application firewall"]);
    assert_eq!(of("fail").len() + of("pass").len() + 2, verdicts.len(), "{verdicts:?}");
    // Without files nothing is "passed": each check says what it would need.
    let folder = Folder::new();
    let advisory = folder.file("apt40.md", APT40).display().to_string();
    let devices = folder.file("devices.csv", "name,ip,role\napp-1,10.20.1.5,server\n").display().to_string();
    let bare = json(&["check", &advisory, "--estate", &devices]);
    for check in bare["checks"].as_array().expect("checks") {
        assert!(["unknown", "not applicable"].contains(&text(check, "answer")), "{check}");
        assert!(check["answer"] == "not applicable" || check["supply"].is_string(), "{check}");
    }
}

#[test]
fn logging_fit_for_the_hunt() {
    let answer = checked();
    // From when to when each log goes, and where it has holes.
    let logs = answer["documents"].as_array().expect("documents").iter().filter(|one| one["kind"] == "logs");
    let spans: Vec<(&str, &str, &str)> =
        logs.map(|log| (text(log, "name"), text(log, "first"), text(log, "last"))).collect();
    assert!(spans.len() > 20 && spans.iter().all(|(_, first, last)| first <= last), "{spans:?}");
    let hole = &answer["holes"][0];
    assert_eq!((text(hole, "host"), &hole["silent_hours"]), ("mail-1", &7.into()));
    // Zones and machines without logs, and how far back logs go.
    let not_seen = answer["not_seen"].to_string();
    for part in ["no logs from zone ot", "no logs from zone user", "no webserver logs before 2026-06-03"] {
        assert!(not_seen.contains(part), "{part}: {not_seen}");
    }
    let coverage =
        answer["checks"].as_array().expect("checks").iter().find(|one| one["id"] == "logging.coverage");
    assert!(text(coverage.expect("the check"), "summary").contains("24 machines without records"));
    // Techniques that no log could have shown, with what would show them.
    let questions = answer["asked"][0]["questions"].as_array().expect("questions");
    let blind: BTreeSet<&str> = questions
        .iter()
        .filter(|question| question["kind"] == "technique" && question["verdict"] == "no source")
        .map(|question| {
            assert!(question["supply"].is_string(), "{question}");
            text(question, "about").split(' ').next().expect("a number")
        })
        .collect();
    assert!(blind.contains("T1068") && blind.contains("T1056") && !blind.contains("T1505.003"), "{blind:?}");
}

//! Notices of a home, with a clock that is set: who gets what, once, and what a folder of notices holds.

use crate::program::{Folder, outpace};
use serde_json::Value;
use std::collections::BTreeMap;

/// A home with a folder of notices for each audience.
pub struct Home {
    pub folder: Folder,
    pub home: String,
}

pub const CONFIG: &str = r#"
organisation = "Harbour Ltd"

[notify]
lead = "file:lead"
analyst = "file:analyst"
operator = "file:operator"

[owners]
network = "file:network"

[parties]
"Tidewise Cranes" = "file:tidewise"
"#;

/// A report of a sinkhole as Shadowserver writes it.
pub const SINKHOLE: &str = "\
    \"timestamp\",\"protocol\",\"src_ip\",\"src_port\",\"src_asn\",\"src_geo\",\"src_hostname\",\"dst_ip\",\"dst_port\",\"infection\",\"family\",\"tag\",\"event_id\"\n\
    \"2026-06-23 10:00:00\",\"tcp\",\"192.0.2.70\",\"41822\",\"64500\",\"ZZ\",\"\",\"203.0.113.9\",\"80\",\"lumma\",\"lumma\",\"\",\"7\"\n";

impl Home {
    pub fn new(config: &str) -> Self {
        let folder = Folder::new();
        let home = folder.path().join("home").display().to_string();
        let one = Self { folder, home };
        assert_eq!(one.run("2026-07-01T00:00:00Z", &["init"]).0, 0);
        one.folder.file("home/outpace.toml", config);
        one
    }

    pub fn run(&self, now: &str, arguments: &[&str]) -> (i32, String, String) {
        let run = outpace(&[arguments, &["--home", &self.home, "--now", now]].concat());
        (run.code, run.out, run.err)
    }

    pub fn ingest(&self, now: &str, name: &str, text: &str, more: &[&str]) {
        self.folder.file(name, text);
        let path = self.folder.path().join(name).display().to_string();
        let (code, _, err) =
            self.run(now, &[&["ingest", path.as_str(), "--no-built-in-rules"], more].concat());
        assert!(code == 0 || code == 3, "{name}: {err}");
    }

    /// A pass, and what it says.
    pub fn pass(&self, now: &str) -> String {
        let (code, _, err) = self.run(now, &["notify", "run", "--no-built-in-rules"]);
        assert!(code == 0 || code == 3, "{err}");
        err
    }

    /// The audiences with a notice that says this.
    pub fn saying(&self, what: &str) -> Vec<String> {
        let mut all: Vec<String> = Vec::new();
        for folder in std::fs::read_dir(&self.home).expect("a home").map(|one| one.expect("an entry").path())
        {
            let Ok(files) = std::fs::read_dir(&folder) else { continue };
            let says = |path: &std::path::Path| {
                path.extension().is_some_and(|ending| ending == "json")
                    && std::fs::read_to_string(path).expect("a notice").contains(what)
            };
            if files.map(|file| file.expect("a file").path()).any(|path| says(&path)) {
                all.extend(folder.file_name().map(|name| name.to_string_lossy().into_owned()));
            }
        }
        all
    }

    /// The subjects of the notices in each folder, in order.
    pub fn notices(&self) -> BTreeMap<String, Vec<String>> {
        let mut all = BTreeMap::new();
        for audience in ["lead", "analyst", "operator", "network", "tidewise"] {
            let Ok(files) = std::fs::read_dir(format!("{}/{audience}", self.home)) else { continue };
            let mut titles: Vec<(String, String)> = files
                .map(|file| file.expect("a file").path())
                .filter(|path| path.extension().is_some_and(|ending| ending == "json"))
                .map(|path| {
                    let text = std::fs::read_to_string(&path).expect("a notice");
                    let one: Value = serde_json::from_str(&text).expect("JSON");
                    let notice = &one["data"];
                    let title = format!(
                        "{} {}: {}",
                        notice["severity"].as_str().unwrap_or_default(),
                        notice["happened"].as_str().unwrap_or_default(),
                        notice["title"].as_str().unwrap_or_default()
                    );
                    (notice["at"].to_string(), title)
                })
                .collect();
            titles.sort();
            if !titles.is_empty() {
                all.insert(audience.to_owned(), titles.into_iter().map(|(_, title)| title).collect());
            }
        }
        all
    }
}

fn devices(version: &str) -> String {
    format!(
        "name,ip,vendor,product,version,internet_facing,owner,role,end_of_support\n\
         app-1,10.20.1.5,Apache,log4j-core,{version},yes,network,,\n\
         edge-1,10.20.1.1,,,,yes,network,router,2020-01-31\n"
    )
}

#[test]
fn a_flaw_is_noticed_to_its_owner_and_that_it_is_closed_to_those_who_had_it() {
    let home = Home::new(CONFIG);
    home.ingest("2026-07-01T06:00:00Z", "devices.csv", &devices("2.14.1"), &[]);
    // What was there before is one summary; it goes a minute after it was routed.
    assert!(home.pass("2026-07-01T06:01:00Z").contains("the first until 2026-07-01T06:02:00Z"));
    home.pass("2026-07-01T06:02:00Z");
    home.ingest("2026-07-01T06:03:00Z", "cve.jsonl", crate::memory::RECORD, &[]);
    assert!(home.pass("2026-07-01T06:04:00Z").contains("kept for a digest"));
    assert_eq!(home.notices().len(), 1, "{:?}", home.notices());
    // A flaw that is not to be acted on at once is in the digest of the week, which goes to its owner.
    home.pass("2026-07-06T08:00:30Z");
    let notices = home.notices();
    let of_network = notices.get("network").map_or("", |all| all[0].as_str());
    assert_eq!(of_network, "medium opened: gaps and the rest, 2026-W28: 1 other flaw", "{notices:?}");
    assert!(!notices.contains_key("tidewise"), "{notices:?}");
    // Again, and nothing is sent twice.
    let before = home.notices();
    home.pass("2026-07-06T08:05:00Z");
    assert_eq!(home.notices(), before);
    // It is fixed: who had it gets that, and nobody else.
    home.ingest("2026-07-07T06:00:00Z", "devices.csv", &devices("2.17.1"), &[]);
    home.pass("2026-07-07T06:01:00Z");
    home.pass("2026-07-07T06:05:00Z");
    // What came in a digest is closed in the next one.
    home.pass("2026-07-13T08:01:00Z");
    let closed = home.saying("medium closed: track*, log4j-core 2.14.1: CVE-2021-44228 on app-1");
    assert_eq!(closed, ["network"], "{:?}", home.notices());
}

/// A log that is followed is silent after an hour; one whose source has a rhythm, after that.
#[test]
fn a_followed_log_is_silent_after_an_hour_or_after_its_rhythm() {
    let home = Home::new(CONFIG);
    let line = "2026-07-01T05:59:00Z gate-1 sshd[1]: Connection closed by 192.0.2.9 port 4022\n";
    for name in ["gate/gate.log", "nightly/crane.log"] {
        home.folder.file(name, line);
        let path = home.folder.path().join(name).display().to_string();
        let (code, _, err) =
            home.run("2026-07-01T06:00:00Z", &["watch", &path, "--once", "--no-built-in-rules"]);
        assert_eq!(code, 0, "{err}");
    }
    let crane = home.folder.path().join("nightly/crane.log").display().to_string();
    home.folder.file("home/outpace.toml", format!("{CONFIG}\n[sources.\"{crane}\"]\nrhythm = \"24h\"\n"));
    // A condition is said an hour after it was found.
    let silent = |name: &str| home.saying(&format!("{name} has sent nothing since"));
    ["2026-07-01T06:30:00Z", "2026-07-01T07:10:00Z"].iter().for_each(|now| _ = home.pass(now));
    assert_eq!((silent("gate.log"), silent("crane.log")), (vec![], vec![]));
    home.pass("2026-07-01T08:20:00Z");
    assert_eq!((silent("gate.log"), silent("crane.log")), (vec!["operator".to_owned()], vec![]));
    ["2026-07-02T06:10:00Z", "2026-07-02T07:30:00Z"].iter().for_each(|now| _ = home.pass(now));
    assert_eq!(silent("crane.log"), ["operator"]);
}

#[test]
fn a_partys_record_goes_to_that_party_alone_and_only_when_it_is_released() {
    let home = Home::new(CONFIG);
    home.pass("2026-07-01T06:00:00Z");
    home.ingest(
        "2026-07-01T06:01:00Z",
        "names.csv",
        "name,kind,party,party_name,owner\nharbour.example,domain,own,Harbour Ltd,network\n192.0.2.70,ip,supplier,Tidewise Cranes,\n",
        &[],
    );
    home.ingest("2026-07-01T06:02:00Z", "2026-06-23-event4_sinkhole_http-harbour.csv", SINKHOLE, &[]);
    home.pass("2026-07-01T06:03:00Z");
    home.pass("2026-07-02T08:01:00Z");
    let before = home.notices();
    assert!(!before.contains_key("tidewise"), "{before:?}");
    assert!(before.contains_key("analyst"), "{before:?}");
    let (_, out, _) =
        home.run("2026-07-02T08:02:00Z", &["status", "--format", "ndjson", "--no-built-in-rules"]);
    let row: Value = out
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("JSON"))
        .find(|row| row["kind"] == "compromise")
        .expect("the record");
    let digits: String =
        row["id"].as_str().unwrap_or_default().trim_start_matches("finding--").chars().take(8).collect();
    let (code, _, err) = home.run("2026-07-02T08:03:00Z", &["notify", "release", &digits]);
    assert_eq!(code, 0, "{err}");
    assert!(err.contains("released to Tidewise Cranes"), "{err}");
    home.pass("2026-07-02T08:04:00Z");
    home.pass("2026-07-03T08:01:00Z");
    let after = home.notices();
    assert_eq!(after.get("tidewise").map(Vec::len), Some(1), "{after:?}");
    // It says what was seen of that party, and nothing of us: no place here, no machine, no step of ours.
    assert_eq!(home.saying("src_ip: 192"), ["tidewise"]);
    for ours in [
        home.folder.path().display().to_string().as_str(),
        "names.csv",
        "harbour.example",
        "review what it can reach",
    ] {
        assert!(!home.saying(ours).contains(&"tidewise".to_owned()), "{ours}");
    }
    let (_, _, err) = home.run("2026-07-03T08:03:00Z", &["notify", "release", &digits]);
    assert!(err.contains("it was released to Tidewise Cranes before"), "{err}");
}

#[test]
fn what_is_configured_wrong_is_named_by_its_line_before_anything_is_sent() {
    let config = r#"organisation = "Harbour Ltd"
[notify]
lead = "lead@harbour.example"
zone = "Mars/Olympus"
[channels.soc]
type = "webhook"
url = "https://hooks.example/a"
secret = "whsec_plain"
[subscriptions.dmz]
to = "lead"
filter = "zone = dmz and sverity >= high"
"#;
    let home = Home::new(config);
    let (code, out, _) = home.run("2026-07-01T06:00:00Z", &["config", "check"]);
    assert_eq!(code, 3);
    for said in [
        "line 3: there is no channel that sends mail",
        "line 4: the zone Mars/Olympus is not known",
        "line 8: channels.soc: secret is a secret, and a secret is never in this file",
        "line 11: the filter of dmz, at column 16",
        "help: did you mean severity?",
    ] {
        assert!(out.contains(said), "{said}\n{out}");
    }
    let (code, _, err) = home.run("2026-07-01T06:00:00Z", &["notify", "run"]);
    assert_eq!(code, 2);
    assert!(err.contains("line 3"), "{err}");
}

#[test]
fn what_cannot_be_sent_is_kept_said_and_tried_again() {
    let config = r#"
[notify]
lead = "soc"
operator = "file:operator"
[channels.soc]
type = "webhook"
url = "http://127.0.0.1:9/hook"
allow = ["127.0.0.1"]
secret_file = "secret"
"#;
    let home = Home::new(config);
    home.folder.file("home/secret", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n");
    home.ingest("2026-07-01T06:00:00Z", "devices.csv", &devices("2.14.1"), &[]);
    home.ingest("2026-07-01T06:00:00Z", "cve.jsonl", crate::memory::RECORD, &[]);
    home.pass("2026-07-01T06:00:00Z");
    let (code, _, err) = home.run("2026-07-01T06:02:00Z", &["notify", "run", "--no-built-in-rules"]);
    assert_eq!(code, 3, "{err}");
    assert!(err.contains("soc: "), "{err}");
    let rows = |more: &[&str]| {
        let (_, out, _) =
            home.run("2026-07-01T06:02:00Z", &[&["notify", "outbox", "--format", "ndjson"], more].concat());
        out.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON")).collect::<Vec<_>>()
    };
    assert!(rows(&[]).iter().any(|row| row["state"] == "waiting" && row["attempts"] == 1), "{:?}", rows(&[]));
    assert_eq!(rows(&["--failed"]).len(), 0);
    // Ten tries over four days, and it has failed; what failed is tried again when somebody says so.
    for day in 1..9 {
        for hour in [1, 7, 13, 19] {
            home.pass(&format!("2026-07-{:02}T{hour:02}:30:00Z", day + 1));
        }
    }
    let failed = rows(&["--failed"]);
    assert!(!failed.is_empty(), "{:?}", rows(&[]));
    // Who runs it is notified by another channel.
    assert_eq!(home.saying("was not delivered by soc"), ["operator"], "{:?}", rows(&[]));
    let id = failed[0]["id"].as_str().expect("an identifier");
    let (code, _, err) = home.run("2026-07-20T06:00:00Z", &["notify", "retry", &id[..8]]);
    assert_eq!(code, 0, "{err}");
    assert!(err.contains("1 notice will be tried with the next pass"), "{err}");
    assert!(rows(&["--failed"]).iter().all(|row| row["id"] != id));
}

/// Who gets what of the demo, in the order of the turns.
const DEMO: &str = "\
analyst: medium opened: records to release, 2026-06-20: 1 report by others
analyst: critical opened: more of the same: 1 intrusion and 10 steps of intrusions
analyst: high opened: Privileged groups read remotely
lead: critical opened: import: 4 flaws to act on, 39 other flaws and 6 gaps
lead: medium opened: 192[.]0[.]2[.]70 (supplier Tidewise Cranes): infected system (lumma)
lead: critical opened: gaps and the rest, 2026-W28: 2 gaps
lead: critical opened: one intrusion, 19 steps: portal-1 → dc-1 → files-2 → files-3 → 203[.]0[.]113[.]77
lead: critical raised: j.hallam logged in without MFA on 2026-06-14: account for hxxps://remote[.]seaward[.]example/portal/ in a stealer log
network: critical opened: import: 1 flaw to act on and 7 other flaws
network: informational quiet: nothing new: gaps and the rest, 2026-W23
network: high opened: 198[.]51[.]100[.]20 (rtr-gate-1) (ours): contact with a sinkhole (mirai)
network: high opened: j.hallam (ours): account for hxxps://remote[.]seaward[.]example/portal/ in a stealer log
network: medium opened: other records about us, 2026-06-20: 4 reports by others
network: critical raised: j.hallam logged in without MFA on 2026-06-14: account for hxxps://remote[.]seaward[.]example/portal/ in a stealer log
network: informational quiet: nothing new: gaps and the rest, 2026-W28
";

/// The demo's files as they would have come: the inventory and what is known of the world first, then what others saw, then
/// the advisory and the logs. Each notice was read; here their subjects are pinned.
#[test]
fn the_demo_day_by_day() {
    let home = Home::new(
        "organisation = \"Seaward Harbour Authority\"\n[notify]\nlead = \"file:lead\"\nanalyst = \"file:analyst\"\n\
         [owners]\n\"network team\" = \"file:network\"\n[parties]\n\"Tidewise Cranes\" = \"file:tidewise\"\n",
    );
    let kept = home.folder.path().join("kept").display().to_string();
    assert_eq!(outpace(&["demo", "--keep", &kept, "-q"]).code, 0);
    let ingest = |now: &str, names: &[&str]| {
        let paths: Vec<String> = names.iter().map(|name| format!("{kept}/demo/{name}")).collect();
        let arguments: Vec<&str> =
            std::iter::once("ingest").chain(paths.iter().map(String::as_str)).collect();
        let (code, _, err) = home.run(now, &arguments);
        assert!(code == 0 || code == 3, "{err}");
    };
    let pass = |now: &str| {
        let (code, _, err) = home.run(now, &["notify", "run"]);
        assert_eq!(code, 0, "{err}");
    };
    ingest("2026-06-01T06:00:00Z", &["estate", "knowledge"]);
    pass("2026-06-01T06:00:00Z");
    pass("2026-06-01T06:02:00Z");
    ingest("2026-06-20T06:00:00Z", &["collections"]);
    pass("2026-06-20T06:05:00Z");
    ingest("2026-06-30T06:00:00Z", &["advisory.md"]);
    ingest("2026-07-01T06:00:00Z", &["logs"]);
    for at in ["2026-07-01T06:05:00Z", "2026-07-01T06:07:00Z", "2026-07-02T08:01:00Z", "2026-07-06T08:01:00Z"]
    {
        pass(at);
    }
    let lines = home
        .notices()
        .into_iter()
        .flat_map(|(who, all)| all.into_iter().map(move |one| format!("{who}: {one}\n")));
    assert_eq!(lines.collect::<String>(), DEMO);
    // The intrusion is for our organisation only, although the advisory that names it is for everybody.
    assert!(home.saying("\"tlp\":\"TLP:CLEAR\"").is_empty());
}

//! Files full of hostile values, and every verb that reads them: what the tests of inert forms and of pages run over.
//!
//! Each value is at the beginning of a field somewhere (a formula acts only there), and all of them are in one text
//! elsewhere. Names of files are hostile too: they are in sources, places and problems.

use crate::memory::{KEV, RECORD};
use crate::program::{Folder, NOW, outpace};
use std::path::Path;

/// The forms of an answer.
pub const ANSWER: [&str; 12] = [
    "table",
    "json",
    "ndjson",
    "csv",
    "md",
    "html",
    "navigator",
    "timeline",
    "timeline-jsonl",
    "stix",
    "ocsf",
    "sarif",
];
const EXTRACT: [&str; 10] =
    ["table", "json", "ndjson", "csv", "md", "html", "navigator", "stix", "list", "misp"];
const KEPT: [&str; 10] =
    ["table", "json", "ndjson", "csv", "md", "html", "navigator", "stix", "ocsf", "sarif"];
const ROWS: [&str; 3] = ["table", "json", "ndjson"];
const RULES: [&str; 6] = ["table", "json", "ndjson", "csv", "md", "html"];

/// Each of these does something if it comes through.
pub const HOSTILE: [&str; 9] = [
    "\u{1b}]0;owned\u{7}\u{1b}[31m",
    "\u{9b}2J",
    "\u{202e}gpj.exe\u{2066}\u{200b}",
    "a\u{3164}b\u{115f}c\u{34f}d\u{fe0f}e\u{e0041}f\u{1160}g\u{180e}h\u{2800}",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "[x](javascript:alert(1)) ![y](http://drop.evil.example/z)",
    "=HYPERLINK(\"http://drop.evil.example\")",
    "@SUM(A1)",
    "javascript:alert(1)",
];

/// A verb with its arguments and the forms that it has.
pub type Verb<'p> = (&'static str, Vec<&'p str>, &'static [&'static str]);

/// The files of a run, each full of hostile values.
pub struct Poison {
    pub folder: Folder,
    pub advisory: String,
    pub log: String,
    pub devices: String,
    pub rules: String,
    /// A report of our own.
    pub report: String,
    saved: String,
    explained: String,
    host: String,
    /// A memory of all of it.
    pub home: String,
}

impl Poison {
    pub fn new() -> Self {
        Self::of(&HOSTILE.map(str::to_owned))
    }

    /// The files with other hostile values.
    pub fn of(hostile: &[String]) -> Self {
        let folder = Folder::new();
        let all = hostile.join(" ");
        let path = |name: &str, text: String| folder.file(name, text).display().to_string();
        let lines: String = hostile.iter().map(|value| format!("{value} 203[.]0[.]113[.]77.\n\n")).collect();
        let advisory = path(
            "advisory <b> \u{202e}\u{1b}[31m =1+1.md",
            format!(
                "# {all}\n\nIt uses 203[.]0[.]113[.]77 {all}.\n\n{lines}Apply patches for CVE-2021-44228.\n"
            ),
        );
        let log = path("logs/web <img src=x onerror=alert(1)> \u{202e}\u{1b}[31m.log", web(&all, hostile));
        path("logs/auth.log", logons(hostile));
        let rows =
            hostile.iter().map(|value| format!("\"{}\",dmz,router,2014-01-01\n", value.replace('"', "\"\"")));
        let rows: String = rows.collect();
        let devices = path("devices.csv", format!("name,zone,role,end_of_support\n{rows}"));
        let rows =
            hostile.iter().map(|value| format!("\"{}\",log4j-core,2.14.1\n", value.replace('"', "\"\"")));
        let rows: String = rows.collect();
        let owned = path("owned.csv", format!("host,name,version\n{rows}"));
        let (record, kev) = (path("cve.jsonl", RECORD.to_owned()), path("kev.json", KEV.to_owned()));
        let rules = path("rules/hostile.yml", rules(&all, hostile));
        let report = path("report.md", report(hostile));
        let saved = folder.path().join("saved.ndjson").display().to_string();
        let logs = folder_of(&log);
        let made = outpace(&[
            "hunt", &logs, "--intel", &advisory, "--rules", &rules, "--save", &saved, "--now", NOW,
        ]);
        assert_eq!(made.code, 0, "{}", made.err);
        let explained = on_hostile_file(&saved);
        let home = folder.path().join("home").display().to_string();
        let learnt = [&advisory, &logs, &devices, &owned, &record, &kev, &rules].map(String::as_str);
        let made = outpace(&[&["ingest"], &learnt[..], &["--home", &home, "--now", NOW]].concat());
        assert_eq!(made.code, 0, "{}", made.err);
        Self { folder, advisory, log: logs, devices, rules, report, saved, explained, host: all, home }
    }

    /// Verbs with their arguments and the forms that they have.
    pub fn verbs(&self) -> Vec<Verb<'_>> {
        let (advisory, log, rules) = (self.advisory.as_str(), self.log.as_str(), self.rules.as_str());
        let baseline = vec![
            "hunt",
            log,
            "--indicator",
            "198.51.100.9",
            "--no-built-in-rules",
            "--baseline",
            &self.saved,
        ];
        let mut verbs: Vec<Verb<'_>> = vec![
            (
                "check",
                vec!["check", advisory, "--logs", log, "--estate", &self.devices, "--rules", rules],
                &ANSWER,
            ),
            ("hunt", vec!["hunt", log, "--intel", advisory, "--rules", rules, "--host", &self.host], &ANSWER),
            ("hunt --baseline", baseline, &ANSWER),
            (
                "hunt --summary logons",
                vec!["hunt", log, "--intel", advisory, "--summary", "logons"],
                &["table", "csv", "json", "ndjson"],
            ),
            ("extract", vec!["extract", advisory], &EXTRACT),
            (
                "explain",
                vec!["explain", "--in", &self.saved, &self.explained],
                &["table", "json", "ndjson", "md", "html"],
            ),
            ("rules check", vec!["rules", "check", rules], &RULES),
            ("rules list", vec!["rules", "list", rules], &RULES),
            ("rules test", vec!["rules", "test", rules, log], &["table"]),
        ];
        verbs.extend(self.of_a_memory());
        verbs
    }

    /// Verbs over a memory.
    fn of_a_memory(&self) -> Vec<Verb<'_>> {
        let (advisory, log) = (self.advisory.as_str(), self.log.as_str());
        vec![
            ("ingest", vec!["ingest", advisory, log, "--home", &self.home], &ROWS),
            ("status", vec!["status", "--home", &self.home], &KEPT),
            (
                "status --changes",
                vec!["status", "--changes", "--since", "2020-01-01", "--home", &self.home],
                &ROWS,
            ),
            (
                "search",
                vec!["search", "203.0.113.77", "--home", &self.home],
                &["table", "ndjson", "csv", "list"],
            ),
            (
                "status --form handover",
                vec!["status", "--form", "handover", "--home", &self.home],
                &["table", "md"],
            ),
            (
                "brief",
                vec!["brief", "--home", &self.home],
                &["table", "json", "md", "html", "slides", "pdf", "slides-pdf"],
            ),
            ("race", vec!["race", "--home", &self.home], &["table", "json", "md", "html"]),
            (
                "publish",
                vec!["publish", &self.report, "--home", &self.home],
                &["table", "csv", "md", "html", "stix", "misp"],
            ),
            ("publish list", vec!["publish", "list", "--home", &self.home], &ROWS),
            (
                "watch",
                vec!["watch", log, "--once", "--status", "-", "--home", &self.home],
                &["table", "ndjson"],
            ),
            (
                "query",
                vec![
                    "query",
                    "select f.title, f.host, e.document, e.excerpt, d.name, d.role, v.raw_data, v.fields, v.log \
                     from events v left join findings f on true left join evidence e on e.finding = f.id \
                     left join devices d on true limit 200",
                    "--home",
                    &self.home,
                ],
                &["table", "json", "ndjson", "csv"],
            ),
            (
                "notify dry-run",
                vec!["notify", "dry-run", "--since", "2020-01-01", "--full", "--home", &self.home],
                &ROWS,
            ),
            ("todo", vec!["todo", "--home", &self.home], &["table", "ndjson"]),
            ("config", vec!["config", "--home", &self.home], &["table", "ndjson"]),
            ("source", vec!["source", "list", "--home", &self.home], &ROWS),
        ]
    }
}

/// A report of our own with hostile values in each key that takes words, and in each sort of passage.
fn report(hostile: &[String]) -> String {
    let line = |value: &String| value.replace(['\n', '\r'], " ");
    let mut head = String::from("---\nid: R-1\ndate: 2026-06-30\ntlp: GREEN\n");
    for (number, key) in ["title", "author", "actor type"].iter().enumerate() {
        let value = hostile.get(number % hostile.len()).map(line).unwrap_or_default();
        head.push_str(&format!("{key}: \"{value}\"\n"));
    }
    for key in ["actors", "targets", "past-reporting", "not-indicators"] {
        head.push_str(&format!("{key}:\n"));
        hostile.iter().for_each(|value| head.push_str(&format!("- {}\n", line(value))));
    }
    head.push_str("---\n\nIndicators: 203[.]0[.]113[.]77\n\n");
    for value in hostile.iter().map(line) {
        let cell = value.replace('|', "/");
        head.push_str(&format!(
            "It uses 203[.]0[.]113[.]77 {value}.\n\n- {value}\n\n1. **{value}**\n\n# x {value}\n\n"
        ));
        head.push_str(&format!(
            "> {value}\n\n```\n{value}\n```\n\n| a | b |\n|---|---|\n| {cell} | `{cell}` |\n\n"
        ));
    }
    head
}

fn folder_of(file: &str) -> String {
    Path::new(file).parent().expect("a folder").display().to_string()
}

/// The indicator that was seen in the file with the hostile name.
fn on_hostile_file(saved: &str) -> String {
    let text = std::fs::read_to_string(saved).expect("saved");
    let findings = text.lines().skip(1).map(|line| serde_json::from_str(line).expect("a finding"));
    let is_it = |finding: &serde_json::Value| {
        finding["title"].as_str().is_some_and(|title| title.starts_with("indicator"))
            && finding["subject"]["host"].as_str().is_some_and(|host| host.contains("web"))
    };
    let mut found = findings.filter(is_it);
    found.next().expect("an indicator")["id"].as_str().expect("an identifier").to_owned()
}

/// An access log: one record with all values, and one that begins with each.
fn web(all: &str, hostile: &[String]) -> String {
    let record = |value: &str| {
        let agent = value.replace('"', "'");
        let target = agent.replace(' ', "%20");
        format!(
            "203.0.113.77 - - [12/Jun/2026:03:14:16 +0000] \"GET /{target} HTTP/1.1\" 404 5 \"{agent}\" \"{agent}\"\n"
        )
    };
    hostile.iter().map(String::as_str).chain([all]).map(record).collect()
}

/// Log-ons of accounts with hostile names.
fn logons(hostile: &[String]) -> String {
    let record = |value: &String| {
        let name = value.replace(' ', "");
        format!(
            "2026-06-12T03:14:16Z app-1 sshd[7]: Accepted password for {name} from 203.0.113.77 port 22 ssh2\n"
        )
    };
    hostile.iter().map(record).collect()
}

/// Rules that fire, one with each value as its title, behind one that is refused.
fn rules(all: &str, hostile: &[String]) -> String {
    let quoted = |text: &str| serde_json::to_string(text).expect("JSON");
    let refused = quoted(all);
    let mut text = format!(
        "title: {refused}\nid: 11111111-0000-4000-8000-000000000009\nauthor: {refused}\nlogsource: {{category: webserver}}\n\
         detection:\n  s:\n    sc-status: 404\n    {}: x\n  condition: s\nlevel: high\n",
        quoted(&format!("cs-uri|{all}"))
    );
    for (number, value) in hostile.iter().map(String::as_str).chain([all]).enumerate() {
        let value = quoted(value);
        text.push_str(&format!(
            "---\ntitle: {value}\nid: 11111111-0000-4000-8000-{:012}\nauthor: {value}\n\
             logsource: {{category: webserver}}\ndetection:\n  s:\n    sc-status: 404\n  condition: s\nlevel: high\n",
            number + 10
        ));
    }
    text
}

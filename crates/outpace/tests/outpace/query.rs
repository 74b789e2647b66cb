//! `outpace query` as a user runs it: what the tables hold, what is handed down, what is refused.

use crate::memory::RECORD;
use crate::program::{ADVISORY, Folder, LOG, NOW, Run, outpace};
use std::fmt::Write;

const INVENTORY: &str = "name,ip,vendor,product,version,internet_facing\n\
    app-1,10.20.1.5,Apache,log4j-core,2.14.1,yes\napp-2,10.20.1.6,Apache,log4j-core,2.14.1,no\n";

/// A memory with findings, facts, and the events of two logs; of the larger one they are in files.
pub struct Asked(Folder);

impl Asked {
    pub fn new() -> Self {
        let folder = Folder::new();
        folder.file("inventory/devices.csv", INVENTORY);
        folder.file("inventory/packages.csv", "host,name,version\napp-2,openssl,3.0.1\n");
        folder.file("feeds/cve.jsonl", RECORD);
        folder.file("advisory.md", ADVISORY);
        folder.file("web/app-1/access.log", LOG);
        let mut large = String::new();
        for n in 0..3_000 {
            writeln!(
                large,
                "198.51.100.{} - - [{}/Jun/2026:{:02}:{:02}:{:02} +0000] \"GET /p{n} HTTP/1.1\" 200 5 \"-\" \"x\"",
                n % 250,
                13 + n / 1_500,
                n / 3_600,
                n / 60 % 60,
                n % 60
            )
            .expect("memory");
        }
        folder.file("large/app-2/access.log", large);
        let asked = Self(folder);
        for (path, source, now) in [
            ("inventory", "cmdb", NOW),
            ("feeds", "feeds", NOW),
            ("advisory.md", "advisory", NOW),
            ("large", "large", NOW),
            // Two hours later: what waits is written into files, and then more waits.
            ("web", "web", "2026-07-01T08:00:00Z"),
        ] {
            let path = asked.0.path().join(path).display().to_string();
            let run = outpace(&["ingest", &path, "--source", source, "--home", &asked.home(), "--now", now]);
            assert_eq!(run.code, 0, "{}{}", run.out, run.err);
        }
        asked
    }

    pub fn home(&self) -> String {
        self.0.path().join("home").display().to_string()
    }

    pub fn path(&self, name: &str) -> String {
        self.0.path().join(name).display().to_string()
    }

    pub fn run(&self, sql: &str, more: &[&str]) -> Run {
        let home = self.home();
        outpace(&[&["query", sql, "--home", &home, "--now", NOW], more].concat())
    }

    /// The rows, cells set off by `|`.
    pub fn rows(&self, sql: &str) -> Vec<String> {
        let run = self.run(sql, &["--format", "json", "--limit", "0"]);
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{sql}: {}", run.err);
        // Objects keep their order in the text only.
        run.out.lines().filter(|line| line.starts_with('{')).map(cells).collect()
    }

    fn one(&self, sql: &str) -> String {
        let rows = self.rows(sql);
        assert_eq!(rows.len(), 1, "{sql}: {rows:?}");
        rows[0].clone()
    }
}

fn cells(line: &str) -> String {
    let line = line.trim_end_matches(',');
    let object: serde_json::Map<String, serde_json::Value> = serde_json::from_str(line).expect("an object");
    let mut cells: Vec<(usize, String)> = object
        .iter()
        .map(|(name, value)| {
            let place = line.find(&format!("\"{name}\":")).expect("its own name");
            (place, value.as_str().map_or_else(|| value.to_string(), str::to_owned))
        })
        .collect();
    cells.sort();
    cells.into_iter().map(|(_, text)| text).collect::<Vec<_>>().join("|")
}

#[test]
fn findings_and_what_belongs_to_them_join() {
    let asked = Asked::new();
    assert_eq!(
        asked.rows("select kind, host, intel_id, state from findings where kind = 'exposure' order by host"),
        ["exposure|app-1|CVE-2021-44228|new", "exposure|app-2|CVE-2021-44228|new"]
    );
    let id = asked.one("select id from findings where kind = 'exposure' and host = 'app-1'");
    let triage = outpace(&[
        "triage",
        &id,
        "--state",
        "in-work",
        "--owner",
        "anna",
        "--home",
        &asked.home(),
        "--now",
        NOW,
    ]);
    assert_eq!(triage.code, 0, "{}", triage.err);
    assert_eq!(
        asked.rows(
            "select f.host, f.state, f.assignee, w.owner from findings f join work w on w.finding = f.id"
        ),
        ["app-1|in work|anna|anna"]
    );
    assert_eq!(
        asked.one(
            "select count(*) from evidence e join findings f on f.id = e.finding where f.host = 'app-1'"
        ),
        asked.one(
            "select count(*) from evidence where finding in (select id from findings where host = 'app-1')"
        )
    );
    assert_ne!(asked.one("select count(*) from turns where what = 'opened'"), "0");
    assert_eq!(asked.rows("select host, name, version from components"), ["app-2|openssl|3.0.1"]);
    assert_eq!(
        asked.one("select product from (select model as product from devices where name = 'app-2')"),
        "log4j-core"
    );
    assert_eq!(asked.rows("select name from devices order by name"), ["app-1", "app-2"]);
    assert_eq!(asked.one("select id from vulnerabilities"), "CVE-2021-44228");
    assert_eq!(asked.one("select kind from indicators where value = '203.0.113.77'"), "ipv4");
    assert_eq!(
        asked.rows("select name, documents from sources where name in ('cmdb', 'web') order by 1"),
        ["cmdb|2", "web|1"]
    );
}

#[test]
fn events_are_those_that_were_read_word_for_word_in_files_and_waiting() {
    let asked = Asked::new();
    assert_eq!(asked.one("select count(*) from events"), "3002");
    let files = std::fs::read_dir(asked.path("home/history/events")).expect("files").count();
    assert!(files > 0, "some are in files");
    assert_eq!(
        asked.one(
            "select source_name, time, src_endpoint_ip, fields ->> 'cs-uri-stem', log like '%access.log', raw_data \
             from events where source_name = 'web' and src_endpoint_ip = '203.0.113.77'"
        ),
        format!("web|2026-06-12T03:14:16Z|203.0.113.77|/berth|1|{}", LOG.lines().nth(1).expect("two"))
    );
    // Moments, however they are written; each bound in SQL is held, each side of it.
    for (bound, count) in [
        ("time < '2026-06-13'", "2"),
        ("time >= '2026-06-14' and source_name = 'large'", "1500"),
        ("time > '2026-06-13T00:00:00Z' and time <= '2026-06-13 00:00:10'", "10"),
        ("time between '2026-06-13T02:00:00+02:00' and '2026-06-13T00:00:09Z'", "10"),
        ("time = '2026-06-12T03:14:16.000Z'", "1"),
        ("time > 'tomorrow'", "0"),
        ("event_number % 1048576 < 5 and source_name = 'large'", "10"),
        ("src_endpoint_ip in ('198.51.100.7', '198.51.100.8') and time < '2026-06-14'", "12"),
        ("src_endpoint_ip = '198.51.100.7' collate nocase and time < '2026-06-14'", "6"),
        ("log_product is null or log_service is not null or log_category is not null", "3002"),
        ("1 = 0", "0"),
    ] {
        assert_eq!(asked.one(&format!("select count(*) from events where {bound}")), count, "{bound}");
    }
    let number = asked.one("select max(event_number) from events where source_name = 'large'");
    for (bound, count) in [
        (format!("event_number = {number}"), "1"),
        (format!("event_number in ({number}, {number} - 2, -1)"), "2"),
        (format!("event_number > {number} - 5"), "5"),
        (format!("event_number < {number} - 5 and event_number >= {number} - 10"), "5"),
        (format!("event_number = '{number}'"), "1"),
    ] {
        let sql = format!("select count(*) from events where source_name = 'large' and {bound}");
        assert_eq!(asked.one(&sql), count, "{bound}");
    }
    assert_eq!(asked.one("select count(*) from (select * from events limit 7)"), "7");
}

#[test]
fn a_value_leads_to_what_was_seen_and_to_its_events() {
    let asked = Asked::new();
    assert_eq!(
        asked.rows(
            "select kind, source_name, sum(count) from observables where value = '198.51.100.7' group by 1, 2"
        ),
        ["ipv4|large|12"]
    );
    for condition in [
        "kind = 'ipv4' and value = '198.51.100.7'",
        "hash = observable_hash('ipv4', '198.51.100.7')",
        "hash in (select observable_hash('ipv4', '198.51.100.7') union select 5)",
        "value like '198.51.100.7'",
        "kind = 'ipv4' and value >= '198.51.100.7' and value < '198.51.100.70'",
    ] {
        let sql = format!("select sum(count) from observables where {condition}");
        assert_eq!(asked.one(&sql), "12", "{condition}");
    }
    assert_eq!(asked.one("select count(*) from events_with('ipv4', '198.51.100.7')"), "12");
    assert_eq!(
        asked.one("select count(*) from events_with('ipv4', '198.51.100.7') where time < '2026-06-14'"),
        "6"
    );
    // A network is looked for as an indicator of it would be; it is in no table of observables.
    assert_eq!(asked.one("select count(*) from events_with('network', '198.51.100.0/29')"), "96");
    assert_eq!(
        asked.rows("select raw_data from events_with('ipv4', '203.0.113.77')"),
        [LOG.lines().nth(1).expect("two")]
    );
    // Waiting events are seen too; and the view asks once.
    assert_eq!(
        asked.rows("select kind, value, source_name, count from indicators_seen"),
        ["ipv4|203.0.113.77|web|1"]
    );
    // One value past those that are handed down the table is read; the rows are the same.
    for many in ["1000000", "1000001"] {
        let sql = format!(
            "with recursive n(x) as (select 1 union all select x + 1 from n where x < {many} - 1) \
             select sum(count) from observables where hash in \
             (select x from n union all select observable_hash('ipv4', '198.51.100.7'))"
        );
        assert_eq!(asked.one(&sql), "12", "{many}");
    }
    assert_eq!(
        asked.one(
            "select count(*) from observables o where o.source_name = 'large' and o.hash in (select hash from observables)"
        ),
        asked.one("select count(*) from observables where source_name = 'large'")
    );
}

#[test]
fn a_join_that_asks_for_each_row_says_so_and_gives_the_same() {
    let asked = Asked::new();
    let sql = "select count(*) from (select distinct src_endpoint_ip || '' as ip from events union all \
               select 'x' || event_number from events where source_name = 'large') e \
               cross join observables o on o.kind = 'ipv4' and o.value = e.ip";
    let run = asked.run(sql, &["--format", "ndjson", "--timeout", "600"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(
        run.err.contains("note: the history was asked 3") && run.err.contains("asks once"),
        "{}",
        run.err
    );
    let once = asked.run(
        "select count(*) from observables where kind = 'ipv4' and value in (select src_endpoint_ip from events)",
        &["--format", "ndjson"],
    );
    assert_eq!((once.out, once.err.as_str()), (run.out, ""));
}

#[test]
fn a_statement_only_reads_and_says_what_is_wrong_with_it_and_where() {
    let asked = Asked::new();
    let before = bytes_of(&asked);
    for (sql, says) in [
        ("delete from findings", "would change something"),
        ("insert into work (thread) values (1)", "would change something"),
        ("create table x (y)", "would change something"),
        ("drop table findings", "would change something"),
        ("attach 'x.db' as x", "would open another database"),
        ("pragma writable_schema = 1", "would use a pragma"),
        ("select * from pragma_table_info('findings')", "would use a pragma"),
        ("select load_extension('x')", "would load an extension"),
        ("begin", "would begin or end a transaction"),
        ("vacuum into 'x.db'", "it gives no rows"),
        ("select 1; select 2", "more than one statement"),
        ("", "there is no statement"),
        ("/* nothing */", "there is no statement"),
        ("select ?1", "it has parameters"),
        ("select * from nowhere", "table: nowhere"),
        ("select id,\n  missing from findings", "line 2, character 3, at `missing`: no "),
        ("select id from", "cannot run the statement: incomplete input"),
        ("select * from events_with", "needs a kind and a value"),
        ("select * from events_with('ip', '1')", "there is no kind ip; the kinds are ipv4"),
        ("select * from events_with('ipv4', 'x')", "x has not the form of a value of the kind ipv4"),
        ("select observable_hash('ipv4', 'x')", "has not the form"),
        ("select zeroblob(100000000)", "too big"),
        ("select printf('%.*c', 1000000000, 'x')", "too big"),
    ] {
        let run = asked.run(sql, &[]);
        assert_eq!(run.code, 2, "{sql}: {}{}", run.out, run.err);
        assert!(run.err.contains(says) && run.err.contains("help: "), "{sql}: {}", run.err);
    }
    assert_eq!(bytes_of(&asked), before, "nothing in the home changed");
    assert!(!std::path::Path::new("x.db").exists());
}

/// Everything in a home that lasts.
fn bytes_of(asked: &Asked) -> Vec<(String, Vec<u8>)> {
    fn walk(folder: &std::path::Path, all: &mut Vec<(String, Vec<u8>)>) {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                walk(&path, all);
            } else if !path.to_string_lossy().ends_with("-shm") {
                all.push((path.display().to_string(), std::fs::read(&path).expect("a file")));
            }
        }
    }
    let mut all = Vec::new();
    walk(std::path::Path::new(&asked.home()), &mut all);
    all.sort();
    all
}

#[test]
fn time_and_memory_and_rows_are_bounded() {
    let asked = Asked::new();
    let endless = "with recursive n(x) as (select 1 union all select x + 1 from n) select";
    let run = asked.run(&format!("{endless} count(*) from n"), &["--timeout", "1"]);
    assert!(run.code == 2 && run.err.contains("the time of the statement was over"), "{}", run.err);
    let run = asked.run(&format!("{endless} * from n"), &[]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.out.ends_with("\n1,000 rows\n") || run.out.ends_with("\n1000 rows\n"), "{}", run.out);
    assert!(run.err.contains("rows are given, and there are more: --limit 0 gives all"), "{}", run.err);
    let exact = asked.run("select * from events limit 5", &["--limit", "5", "--format", "csv"]);
    assert_eq!((exact.out.lines().count(), exact.err.as_str()), (6, ""));
    let one_less = asked.run("select * from events limit 5", &["--limit", "4", "--format", "csv"]);
    assert!(one_less.out.lines().count() == 5 && one_less.err.contains("there are more"), "{}", one_less.err);
}

#[test]
fn the_clock_of_a_statement_is_that_of_the_run() {
    let asked = Asked::new();
    assert_eq!(asked.one("select now()"), NOW);
    assert_eq!(asked.one("select count(*) from events where time > datetime(now(), '-18 days')"), "1500");
}

#[test]
fn what_is_taken_back_is_not_there_any_more() {
    let asked = Asked::new();
    let run = outpace(&["forget", "large", "--home", &asked.home(), "--now", NOW]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert_eq!(asked.one("select count(*) from events"), "2");
    assert_eq!(asked.one("select count(*) from events_with('ipv4', '198.51.100.7')"), "0");
}

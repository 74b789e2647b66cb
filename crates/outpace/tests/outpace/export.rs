//! `outpace export` as a user runs it: everything is there, another engine reads it, and nothing is overwritten.

use crate::program::{NOW, outpace};
use crate::query::Asked;
use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

fn export(asked: &Asked, name: &str, more: &[&str]) -> crate::program::Run {
    let (home, directory) = (asked.home(), asked.path(name));
    outpace(&[&["export", &directory, "--home", &home, "--now", NOW], more].concat())
}

/// The files below a folder, by their names in it.
fn files(folder: &str) -> BTreeSet<String> {
    fn walk(folder: &Path, root: &Path, all: &mut BTreeSet<String>) {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                walk(&path, root, all);
            } else {
                all.insert(path.strip_prefix(root).expect("below").display().to_string());
            }
        }
    }
    let mut all = BTreeSet::new();
    walk(Path::new(folder), Path::new(folder), &mut all);
    all
}

#[test]
fn an_export_has_all_tables_and_the_same_bytes_each_time() {
    let asked = Asked::new();
    let run = export(&asked, "out", &[]);
    assert_eq!((run.code, run.out.as_str()), (0, ""), "{}", run.err);
    assert!(
        run.err.contains("note: wrote 3002 events in ") || run.err.contains("note: wrote 3,002 events in "),
        "{}",
        run.err
    );
    let folder = asked.path("out");
    let all = files(&folder);
    let readme = std::fs::read_to_string(format!("{folder}/README.md")).expect("read");
    for table in ["findings", "evidence", "turns", "work", "documents", "sources", "devices", "indicators"] {
        let name = format!("{table}.ndjson");
        assert!(all.contains(&name) && readme.contains(&format!("| `{name}` |")), "{name}");
        let lines = std::fs::read_to_string(format!("{folder}/{name}")).expect("read");
        let count = asked.rows(&format!("select * from {table}")).len();
        assert_eq!(lines.lines().count(), count, "{name}");
        assert!(lines.lines().all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()), "{name}");
    }
    assert!(all.iter().any(|name| name.starts_with("events/source=large/day=2026-06-13/")), "{all:?}");
    assert!(
        all.iter().any(|name| name.starts_with("events/source=web/day=2026-06-12/")),
        "what waits: {all:?}"
    );
    let script = std::fs::read_to_string(format!("{folder}/views.sql")).expect("read");
    let named: Vec<&String> = all.iter().filter(|name| name.ends_with(".parquet")).collect();
    assert!(named.iter().all(|name| script.contains(&format!("'{name}'"))), "{script}");

    assert_eq!(export(&asked, "again", &["-q"]).err, "");
    assert_eq!(files(&asked.path("again")), all);
    for name in &all {
        let read = |folder: &str| std::fs::read(format!("{}/{name}", asked.path(folder))).expect("read");
        assert_eq!(read("out"), read("again"), "{name}");
    }
    assert_eq!(export(&asked, "linked", &["--link", "-q"]).code, 0);
    assert_eq!(files(&asked.path("linked")), all);
}

#[test]
fn an_export_replaces_nothing_and_leaves_nothing_half_done() {
    let asked = Asked::new();
    let run = export(&asked, "web", &[]);
    assert!(run.code == 2 && run.err.contains("the directory is not empty"), "{}", run.err);
    assert_eq!(files(&asked.path("web")).len(), 1);
    let missing = files(&asked.path("home")).into_iter().find(|name| name.contains("/source=large/"));
    std::fs::remove_file(asked.path(&format!("home/{}", missing.expect("a file")))).expect("removed");
    let run = export(&asked, "out", &[]);
    assert!(run.code == 2 && run.err.contains("cannot read "), "{}", run.err);
    assert!(!Path::new(&asked.path("out")).exists(), "what was made is gone again");
}

#[test]
fn a_file_that_was_changed_is_named() {
    let asked = Asked::new();
    let name =
        files(&asked.path("home")).into_iter().find(|name| name.contains("/source=large/")).expect("a file");
    let path = asked.path(&format!("home/{name}"));
    let mut bytes = std::fs::read(&path).expect("read");
    bytes[100] ^= 1;
    std::fs::write(&path, bytes).expect("written");
    let run = export(&asked, "out", &["--strict"]);
    assert!(run.code == 3 && run.err.contains("its bytes are not those that were written"), "{}", run.err);
    let run = asked.run("select count(*) from events", &["--strict"]);
    assert!(run.code == 3 && run.err.contains("warning: "), "{}", run.err);
}

/// Prints the rows that DuckDB gives for each statement, as a JSON array of arrays.
const SCRIPT: &str = "
import duckdb, json, os, sys
os.chdir(sys.argv[1])
con = duckdb.connect()
con.execute(open('views.sql').read())
text = lambda cell: 'null' if cell is None else str(cell)
print(json.dumps([['|'.join(map(text, row)) for row in con.execute(sql).fetchall()] for sql in json.load(sys.stdin)]))
";

/// Whether the other engine is there.
fn has_duckdb() -> bool {
    let there = Command::new("python3").args(["-c", "import duckdb"]).output();
    let there = there.is_ok_and(|output| output.status.success());
    if !there {
        eprintln!("skipped: python3 has no module duckdb");
    }
    there
}

/// What DuckDB gives for statements over an export, in the words of `query`.
fn duckdb(folder: &str, statements: &[String]) -> Vec<Vec<String>> {
    let mut child = Command::new("python3")
        .args(["-c", SCRIPT, folder])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let asked = serde_json::to_vec(statements).expect("texts");
    child.stdin.take().expect("piped").write_all(&asked).expect("it listens");
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("an array")
}

/// A column in both engines: what `query` is asked, and what DuckDB is asked.
fn in_both(table: &str, column: &str, holds: &str) -> Option<(String, String)> {
    let (there, of_query, of_other) = match (table, column, holds) {
        ("events_with", ..) => return None,
        ("events", "fields", _) => return None,
        // Kinds are numbers there, with a table of their names.
        ("observables", "kind", _) => return None,
        ("events", "raw_data", _) => ("kept_events", "raw_data".to_owned(), "decode(raw_data)".to_owned()),
        ("events", "time", _) => (
            "kept_events",
            "strftime('%Y-%m-%d %H:%M:%S', time)".to_owned(),
            "strftime(time, '%Y-%m-%d %H:%M:%S')".to_owned(),
        ),
        ("events", ..) => ("kept_events", column.to_owned(), column.to_owned()),
        (_, _, "time") => (
            table,
            format!("strftime('%Y-%m-%d %H:%M:%S', \"{column}\")"),
            format!("strftime(\"{column}\", '%Y-%m-%d %H:%M:%S')"),
        ),
        (_, _, "json") => (table, format!("json(\"{column}\")"), format!("\"{column}\"::VARCHAR")),
        _ => (table, format!("\"{column}\""), format!("\"{column}\"")),
    };
    Some((format!("select {of_query} as c from {table}"), format!("SELECT {of_other} AS c FROM {there}")))
}

#[test]
fn another_engine_has_the_same_column_by_column() {
    if !has_duckdb() {
        return;
    }
    let asked = Asked::new();
    assert_eq!(export(&asked, "out", &["-q"]).code, 0);
    let folder = asked.path("out");
    let columns = asked.rows("select table_name, column_name, holds from columns");
    let mut pairs = Vec::new();
    for column in &columns {
        let [table, column, holds] = column.split('|').collect::<Vec<_>>()[..] else { panic!("{column}") };
        pairs.extend(in_both(table, column, holds));
    }
    let statements: Vec<String> = pairs.iter().map(|(_, of_other)| of_other.clone()).collect();
    for ((of_query, of_other), mut theirs) in pairs.iter().zip(duckdb(&folder, &statements)) {
        let mut ours = asked.rows(of_query);
        ours.sort();
        theirs.sort();
        assert_eq!(ours, theirs, "{of_query}: {of_other}");
    }
    assert!(columns.len() > 100, "{}", columns.len());
    let others = duckdb(
        &folder,
        &[
            "SELECT [f.value FOR f IN fields IF f.name = 'cs-uri-stem'][1] FROM kept_events \
             WHERE src_endpoint_ip = '203.0.113.77'"
                .to_owned(),
            "SELECT k.name, o.value, sum(o.count)::BIGINT FROM observables o JOIN kinds k USING (kind) \
             WHERE o.value LIKE '198.51.100.1%' GROUP BY ALL ORDER BY ALL"
                .to_owned(),
        ],
    );
    let ours = [
        asked.rows("select fields ->> 'cs-uri-stem' from events where src_endpoint_ip = '203.0.113.77'"),
        asked.rows(
            "select kind, value, sum(count) from observables where value like '198.51.100.1%' \
             group by 1, 2 order by 1, 2",
        ),
    ];
    assert!(ours.iter().all(|rows| !rows.is_empty()));
    assert_eq!(others, ours);

    // Files stay as they are when a log is taken back; its events do not count.
    let run = outpace(&["forget", "large", "--home", &asked.home(), "--now", NOW]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert_eq!(export(&asked, "rest", &["-q"]).code, 0);
    let counts = ["events", "kept_events"].map(|view| format!("SELECT count(*) FROM {view}"));
    assert_eq!(duckdb(&asked.path("rest"), &counts), [["3002"], ["2"]]);
}

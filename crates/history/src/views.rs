//! A script for DuckDB that reads exactly the registered files.
//!
//! A foreign query that globs the folders counts twice what was merged and is not swept yet. So the script lists one
//! registered set: views `events` and `observables` (the top level: tables below a directory are in `tables`, which
//! have blocks), and macros. Joined to a table no engine skips pages; with a literal list they do. So the question for
//! many values is two steps: `outpace_hits` finds the hashes that are there, then a list of them selects the rows.

use crate::kinds;
use crate::registered::{Registered, Set};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

/// The script for a registered set whose files are below `dir`.
#[must_use]
pub fn views_sql(dir: &Path, files: &[Registered]) -> String {
    let below: BTreeSet<&str> =
        files.iter().flat_map(|file| file.below().iter().map(String::as_str)).collect();
    let observables = files.iter().filter(|file| file.level().is_some());
    let (tables, directories): (Vec<&Registered>, Vec<&Registered>) =
        observables.partition(|file| file.below().is_empty());
    let top = tables.iter().filter(|file| !below.contains(file.name.as_str()));
    let top: Vec<&Registered> = top.chain(&directories).copied().collect();
    let events: Vec<&Registered> =
        files.iter().filter(|file| matches!(file.set, Set::Events { .. })).collect();

    let mut sql = String::from(
        "-- One registered set of the history, for DuckDB. Written anew whenever files are registered or retired.\n\
         SET TimeZone = 'UTC';\n",
    );
    view(&mut sql, "events", dir, &events, EVENTS);
    view(&mut sql, "tables", dir, &tables, OBSERVABLES);
    view(&mut sql, "observables", dir, &top, OBSERVABLES);
    sql.push_str("CREATE OR REPLACE VIEW kinds AS SELECT * FROM (VALUES\n");
    let rows: Vec<String> = kinds::all().map(|(name, code)| format!("  ({code}, '{name}')")).collect();
    let _ = writeln!(sql, "{}\n) AS kinds(kind, name);", rows.join(",\n"));
    sql.push_str(MACROS);
    sql
}

const EVENTS: &str = "event_number, time, source_name, log_product, log_category, log_service, device_hostname, \
                      user_name, src_endpoint_ip, dst_endpoint_ip, log_file_path, log_record, raw_data";
const OBSERVABLES: &str = "hash, kind, value, source_name, \"count\", \"first\", \"last\"";

const MACROS: &str = "\
-- Two steps for many values, which you insert into `wanted`:
--   SET VARIABLE hits = (SELECT list(hash) FROM outpace_hits());
--   SELECT o.* FROM outpace_rows(getvariable('hits')) o JOIN wanted w USING (kind, value);
CREATE TABLE IF NOT EXISTS wanted(hash BIGINT, kind INTEGER, value VARCHAR);
CREATE OR REPLACE MACRO outpace_hits() AS TABLE
  SELECT DISTINCT hash FROM observables WHERE hash IN (SELECT hash FROM wanted);
CREATE OR REPLACE MACRO outpace_rows(hashes) AS TABLE
  SELECT * FROM observables WHERE hash IN hashes;
-- The events of one value: blocks first, then the rows of these blocks.
--   SELECT * FROM outpace_blocks(HASH) -> source_name, block; events have event_number // 1024.
CREATE OR REPLACE MACRO outpace_blocks(one) AS TABLE
  SELECT source_name, unnest(blocks) AS block FROM tables WHERE hash = one;
";

/// A view over files; over none it is empty.
fn view(sql: &mut String, name: &str, dir: &Path, files: &[&Registered], columns: &str) {
    let _ = write!(sql, "CREATE OR REPLACE VIEW {name} AS SELECT ");
    if files.is_empty() {
        let nulls: Vec<String> =
            columns.split(',').map(|column| format!("NULL AS {}", column.trim())).collect();
        let _ = writeln!(sql, "{} WHERE false;", nulls.join(", "));
        return;
    }
    let mut paths: Vec<String> =
        files.iter().map(|file| format!("  '{}'", quoted(&dir.join(&file.name).to_string_lossy()))).collect();
    paths.sort_unstable();
    let hive = if name == "events" { ", hive_partitioning = true" } else { ", hive_partitioning = false" };
    let _ = writeln!(sql, "* FROM read_parquet([\n{}\n], union_by_name = true{hive});", paths.join(",\n"));
}

fn quoted(text: &str) -> String {
    text.replace('\'', "''")
}

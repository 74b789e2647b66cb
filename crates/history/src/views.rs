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

/// What an empty view has instead of the columns of files.
const EVENTS: &str = "\
  NULL::BIGINT AS event_number, NULL::TIMESTAMPTZ AS time, NULL::VARCHAR AS source_name, NULL::VARCHAR AS log_product,
  NULL::VARCHAR AS log_category, NULL::VARCHAR AS log_service, NULL::VARCHAR AS device_hostname,
  NULL::VARCHAR AS user_name, NULL::VARCHAR AS src_endpoint_ip, NULL::VARCHAR AS dst_endpoint_ip,
  NULL::VARCHAR AS log_file_path, NULL::BIGINT AS log_record, NULL::BLOB AS raw_data,
  NULL::STRUCT(name VARCHAR, value VARCHAR)[] AS fields, NULL::VARCHAR AS text_in,
  NULL::VARCHAR AS source, NULL::DATE AS day";
const OBSERVABLES: &str = "\
  NULL::BIGINT AS hash, NULL::INTEGER AS kind, NULL::VARCHAR AS value, NULL::VARCHAR AS source_name,
  NULL::BIGINT AS count, NULL::TIMESTAMPTZ AS first, NULL::TIMESTAMPTZ AS last, NULL::BIGINT[] AS blocks";

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
fn view(sql: &mut String, name: &str, dir: &Path, files: &[&Registered], empty: &str) {
    let _ = write!(sql, "CREATE OR REPLACE VIEW {name} AS SELECT");
    if files.is_empty() {
        let _ = writeln!(sql, "\n{empty}\n  WHERE false;");
        return;
    }
    let mut paths: Vec<String> =
        files.iter().map(|file| format!("  '{}'", quoted(&dir.join(&file.name).to_string_lossy()))).collect();
    paths.sort_unstable();
    let hive = if name == "events" { ", hive_partitioning = true" } else { ", hive_partitioning = false" };
    let _ = writeln!(sql, " * FROM read_parquet([\n{}\n], union_by_name = true{hive});", paths.join(",\n"));
}

fn quoted(text: &str) -> String {
    text.replace('\'', "''")
}

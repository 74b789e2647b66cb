//! Documents whose form is known and whose content is not: JSON, XML, HTML, tables. Their keys and columns are named, so that
//! whoever exported them sees which is missing.

use super::seems::{AS_KNOWLEDGE, AS_LOG, SEE_PAGE, Seems};
use crate::{accounts, components, devices};
use input::Head;
use input::table::{self, Column, normal};
use std::borrow::Cow;

/// How many names are shown, and how long one of them may be.
const NAMES_SHOWN_MAX: usize = 8;
const NAME_CHARS_MAX: usize = 40;

/// Names in the order of the document, each once.
fn shown<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    let mut known: Vec<&str> = Vec::new();
    let mut beyond = 0;
    for name in names.into_iter().map(str::trim).filter(|name| is_name(name)) {
        if known.contains(&name) {
            continue;
        }
        if known.len() >= NAMES_SHOWN_MAX {
            beyond += 1;
        } else {
            known.push(name);
        }
    }
    let more = if beyond > 0 { format!(" and {beyond} more") } else { String::new() };
    format!("{}{more}", known.join(", "))
}

/// Whether a text names a column or key: data has numbers, and sentences have more words.
fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphabetic() || matches!(c, '@' | '_' | '$'))
        && text.chars().count() <= NAME_CHARS_MAX
        && text.split_whitespace().count() <= 5
        && !text.contains(['"', ':'])
        && !text.chars().any(char::is_control)
}

pub(crate) fn of_json(head: &Head<'_>) -> Option<Seems> {
    // A section of a configuration begins with a bracket, too.
    let inside = head.text.trim_start().trim_start_matches(['{', '[']).trim_start();
    if !head.is_json() || inside.starts_with(char::is_alphabetic) {
        return None;
    }
    let keys: Vec<&str> = head.keys().iter().filter(|key| key.depth == 1).map(|key| key.name).collect();
    let has = |names: &[&str]| keys.iter().any(|key| names.contains(key));
    if keys.is_empty() {
        let of_texts =
            head.text.trim_start().strip_prefix('[').is_some_and(|rest| rest.trim_start().starts_with('"'));
        return Some(match of_texts {
            true => Seems::new("names without versions, as JSON", "export records with `name` and `version`"),
            false => Seems::new("JSON without records", "export it again: the answer may be empty"),
        });
    }
    let is_error = has(&["error", "errors", "error_description", "errorCode", "errorSummary", "fault"])
        && !has(&["results", "data", "items", "value"]);
    if is_error
        || (has(&["message", "detail", "title"]) && has(&["status", "code", "statusCode"]) && keys.len() <= 6)
    {
        return Some(Seems::new(
            "an answer that reports an error, and no data",
            "ask again with an account that may read the inventory",
        ));
    }
    if has(&["dependencies", "devDependencies", "require", "require-dev"]) {
        return Some(Seems::new(
            "the manifest of a project, which has ranges and no installed versions",
            "give its lock file, like package-lock.json or composer.lock",
        ));
    }
    let knowledge = [
        "Event",
        "cveMetadata",
        "csaf_version",
        "catalogVersion",
        "spec_version",
        "CVE_Items",
        "schema_version",
    ];
    if has(&knowledge) || (has(&["document"]) && has(&["vulnerabilities", "product_tree"])) {
        return Some(Seems::new("knowledge of flaws or indicators", AS_KNOWLEDGE));
    }
    let times = [
        "@timestamp",
        "timestamp",
        "eventTime",
        "TimeCreated",
        "EventID",
        "EventTime",
        "_raw",
        "TimeGenerated",
        "ts",
    ];
    if has(&times) {
        return Some(Seems::new("a log", AS_LOG));
    }
    let what = format!("JSON of no form that is known here, with the keys {}", shown(keys));
    let help = "records are read whose keys are columns of a table, like `name` and `version` or `hostname` and `ip`";
    Some(Seems { what: Cow::Owned(what), help })
}

pub(crate) fn of_markup(head: &Head<'_>) -> Option<Seems> {
    let text = head.text.trim_start();
    if !text.starts_with('<') {
        return None;
    }
    if head.is_html() {
        let lower = head.text.to_ascii_lowercase();
        let login = lower.contains("type=\"password\"")
            || lower.contains("type='password'")
            || lower.contains("type=password");
        return Some(match login {
            true => Seems::new("the page of a login", "log in, and save the export itself"),
            false => Seems::new("a page of HTML", "save the export itself, as CSV, JSON or .xlsx"),
        });
    }
    let root = root(text)?;
    if text.contains("schemas.openxmlformats.org") || text.contains("urn:oasis:names:tc:opendocument") {
        let help = "save its table as .xlsx or CSV";
        return Some(Seems::new("a part of an Office document that is no whole workbook", help));
    }
    if matches!(root, "Event" | "Events") {
        return Some(Seems::new("a log of Windows events", AS_LOG));
    }
    if !is_name(root) {
        return None;
    }
    let what = format!("XML of no form that is known here, with the root <{root}>");
    Some(Seems { what: Cow::Owned(what), help: SEE_PAGE })
}

/// The name of the first element.
fn root(text: &str) -> Option<&str> {
    let mut rest = text;
    loop {
        let (_, inside) = rest.split_once('<')?;
        if !inside.starts_with(['?', '!']) {
            return inside.split(|c: char| c.is_whitespace() || matches!(c, '>' | '/')).next();
        }
        rest = inside.split_once('>')?.1;
    }
}

pub(crate) fn of_table(head: &Head<'_>) -> Option<Seems> {
    let cells = cells(head)?;
    if crate::events::is_of_events(head) {
        let help = "give a log with --logs, and what others saw of you with --knowledge";
        return Some(Seems::new("a table of events", help));
    }
    let named = cells.iter().filter(|cell| is_name(cell)).count();
    if named * 3 < cells.len() * 2 {
        let help = "put names of columns above it, like `name` and `version` or `hostname` and `ip`";
        return Some(Seems::new("a table without names of its columns", help));
    }
    let normals: Vec<String> = cells.iter().map(|cell| normal(cell)).collect();
    let has = |columns: &[Column], name: &str| {
        let mut columns = columns.iter().filter(|column| column.name == name);
        columns.any(|column| normals.iter().any(|header| column.is_named(header)))
    };
    let help = if has(components::COLUMNS, "version") {
        "software needs a column `name`, or `package`, beside the version"
    } else if has(accounts::COLUMNS, "logon") && !has(devices::COLUMNS, "name") {
        "accounts need a column beside the name, like `upn`, `mfa`, `groups` or `last_used`"
    } else if has(components::COLUMNS, "name") || has(devices::COLUMNS, "name") {
        "software needs a column `version`, a machine one like `ip`, `os` or `model`"
    } else if has(devices::COLUMNS, "address") {
        "machines need a column `hostname` beside the address"
    } else {
        "name them as COLUMNS.md does, like `name` and `version` for software, `hostname` and `ip` for machines"
    };
    let what = format!(
        "a table that lacks a column which an inventory needs, with the columns {}",
        shown(cells.iter().map(String::as_str))
    );
    Some(Seems { what: Cow::Owned(what), help })
}

/// The cells of the first line, if it is one of a table: what follows it has cells, too. Columns may be set off by blanks.
fn cells(head: &Head<'_>) -> Option<Vec<String>> {
    let of_blanks = |line: &str| -> Vec<String> {
        line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).map(str::to_owned).collect()
    };
    if let Some(cells) = table::header_cells(head.text).filter(|cells| cells.len() >= 2) {
        let mut lines = head.lines(4).filter(|line| !line.starts_with('#')).skip(1).peekable();
        let alike = |line: &str| {
            [',', ';', '\t', '|'].iter().any(|c| line.matches(*c).count() * 2 + 2 >= cells.len())
        };
        if lines.peek().is_none() || lines.any(alike) {
            return Some(cells);
        }
    }
    let mut lines = head.lines(4).map(of_blanks);
    let first = lines.next().filter(|cells| cells.len() >= 2 && cells.iter().all(|cell| is_name(cell)))?;
    let goes_on = lines.any(|cells| cells.len() >= 2);
    goes_on.then_some(first)
}

//! Control sequences, HTML and formulas that attackers write into logs and reports do not reach terminal, page or
//! table.

use crate::program::{Folder, NOW, outpace};

const ESCAPE: &str = "\u{1b}]0;owned\u{7}\u{1b}[31m";
const SCRIPT: &str = "<script>alert(1)</script><img src=x onerror=alert(1)>";
const FORMULA: &str = "=HYPERLINK(\"http://evil.example\",\"x\")";
const BIDI: &str = "\u{202e}gpj.exe";

fn run(format: &str) -> String {
    let folder = Folder::new();
    let advisory = folder.file(
        "advisory.md",
        format!("# {SCRIPT} {ESCAPE}{BIDI}\n\nIt uses 203[.]0[.]113[.]77 {FORMULA} {SCRIPT}.\n\nApply patches for CVE-2021-44228.\n"),
    );
    let agent = format!("{SCRIPT}{ESCAPE}{BIDI}");
    let log = folder.file(
        "logs/web.log",
        format!("203.0.113.77 - {FORMULA} [12/Jun/2026:03:14:16 +0000] \"GET /{SCRIPT} HTTP/1.1\" 200 512 \"-\" \"{agent}\"\n"),
    );
    let devices = folder.file("devices.csv", format!("name,zone,role,end_of_support\n{FORMULA}{ESCAPE},dmz,router,2014-01-01\n\"{SCRIPT}\",dmz,router,2014-01-01\n").replace("HYPERLINK(\"http://evil.example\",\"x\")", "1+1"));
    let arguments = [
        "check",
        &advisory.display().to_string(),
        "--logs",
        &log.display().to_string(),
        "--estate",
        &devices.display().to_string(),
        "--now",
        NOW,
        "--format",
        format,
        "--color",
        "never",
    ];
    let run = outpace(&arguments);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(!run.err.contains('\u{1b}') && !run.err.contains('\u{202e}'), "{:?}", run.err);
    run.out
}

fn no_control(text: &str) {
    let alive = text.chars().find(|c| {
        (c.is_control() && !matches!(c, '\n' | '\t' | '\r')) || ('\u{202a}'..='\u{202e}').contains(c)
    });
    assert_eq!(alive, None, "{text}");
}

#[test]
fn the_terminal_gets_no_control_sequence() {
    no_control(&run("table"));
}

#[test]
fn the_page_gets_no_tag_and_no_control_character() {
    let page = run("html");
    no_control(&page);
    assert!(!page.contains("<script") && !page.contains("<img") && !page.contains("onerror=alert(1)>"));
}

#[test]
fn markdown_gets_no_tag_outside_fenced_code() {
    let text = run("md");
    no_control(&text);
    let mut fenced = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if !fenced {
            let alive = line.match_indices('<').any(|(at, _)| !line[..at].ends_with('\\'));
            assert!(!alive, "{line}");
        }
    }
    assert!(!fenced, "every fence is closed");
}

#[test]
fn a_spreadsheet_gets_no_formula() {
    let text = run("csv");
    no_control(&text);
    let mut reader = csv_cells(&text);
    assert!(reader.all(|cell| !cell.starts_with(['=', '+', '@', '\t', '\r'])), "{text}");
}

/// The cells of a simple CSV text: quoted or not.
fn csv_cells(text: &str) -> impl Iterator<Item = String> + '_ {
    let mut cells = Vec::new();
    let (mut cell, mut quoted) = (String::new(), false);
    for c in text.chars() {
        match c {
            '"' => quoted = !quoted,
            ',' | '\n' if !quoted => cells.push(std::mem::take(&mut cell)),
            c => cell.push(c),
        }
    }
    cells.into_iter()
}

#[test]
fn json_carries_it_escaped() {
    let text = run("json");
    no_control(&text);
    let _: serde_json::Value = serde_json::from_str(&text).expect("JSON");
}

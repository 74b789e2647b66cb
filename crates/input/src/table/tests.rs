//! Tables as people and programs write them.

use super::*;
use std::fmt::Write as _;

const COLUMNS: &[Column] = &[
    Column { name: "name", spellings: &["hostname"] },
    Column { name: "internet_facing", spellings: &["ausdeminterneterreichbar"] },
];

fn shown_bytes(bytes: &[u8]) -> String {
    let mut out = String::new();
    let mut problems = Problems::new("t");
    let mut document = Document::open("t", bytes).expect("memory");
    rows(&mut document, COLUMNS, &mut problems, &mut |row, _| {
        let _ = writeln!(out, "{} line {}: {:?} {:?}", row.record, row.line, row.known, row.extra);
    });
    for problem in problems.into_vec() {
        let _ = writeln!(out, "! {problem}");
    }
    out
}

fn shown(text: &str) -> String {
    shown_bytes(text.as_bytes())
}

#[test]
fn columns_are_found_under_their_spellings_and_others_kept() {
    let expected = "1 line 2: {\"internet_facing\": \"yes\", \"name\": \"a\"} {\"Rack No.\": \"4, left\"}\n";
    assert_eq!(shown("Host-Name,Internet Facing?,Rack No.\r\na,yes,\"4, left\"\r\n"), expected);
    assert_eq!(shown("\u{feff}hostname;internet_facing;Rack No.\na;yes;4, left"), expected);
    assert_eq!(
        shown("name\tinternet-facing\tRack No.\n\na\tyes\t4, left\n").replace("line 3", "line 2"),
        expected
    );
    assert_eq!(
        shown("sep=|\nname|INTERNET_FACING|Rack No.\na|yes|4, left").replace("line 3", "line 2"),
        expected
    );
}

#[test]
fn the_last_comment_may_be_the_header() {
    let feed = "##########\n# Terms, conditions\n# \"hostname\",\"seen\"\n\"a\", \"2024\"\n# END 1 entries\n";
    assert_eq!(shown(feed), "1 line 4: {\"name\": \"a\"} {\"seen\": \"2024\"}\n");
    let plain = "# made by hand, with care\nname,seen\na,2024\n";
    assert_eq!(shown(plain), "1 line 3: {\"name\": \"a\"} {\"seen\": \"2024\"}\n");
    let empty_feed = "# id, hostname, url\n# END 0 entries\n";
    assert_eq!(headers(empty_feed), Some(vec!["id".into(), "hostname".into(), "url".into()]));
}

#[test]
fn a_report_may_come_before_the_header() {
    let expected = "1 line 7: {\"internet_facing\": \"yes\", \"name\": \"a\"} {\"Rack No.\": \"4\"}\n";
    let report = "\"Quay\",\"28.11.2031\"\n\"Mole Road 7\"\n\nHosts,Racks\n7,2\n\nName,Internet facing,Rack No.\na,yes,4\n";
    assert_eq!(shown(report).replace("line 8", "line 7"), expected);
    let titled = "Machines of the quay\n\nhostname;internet_facing;Rack No.\na;yes;4\n";
    assert_eq!(shown(titled).replace("line 4", "line 7"), expected);
    for padded in ["Machines of the quay;;\n;;\n", "Machines of the quay;;\n"] {
        let titled = format!("{padded}hostname;internet_facing;Rack No.\na;yes;4\n");
        let line = format!("line {}", titled.lines().count());
        assert_eq!(shown(&titled).replace(&line, "line 7"), expected);
    }
    for above in ["Machines of the quay\n", "Machines of the quay\n28 November 2031\nby hand\n"] {
        let titled = format!("{above}hostname;internet_facing;Rack No.\na;yes;4\n");
        let line = format!("line {}", titled.lines().count());
        assert_eq!(shown(&titled).replace(&line, "line 7"), expected);
    }
    // One line more is no title.
    assert!(
        !shown("Machines\na\nb\nc\nd\nhostname;internet_facing;Rack No.\na;yes;4\n")
            .contains("\"name\": \"a\"")
    );
    // A table is none, whatever comes behind an empty line in it.
    assert!(shown("name,rack\na,1\n\nName,Internet facing,Rack No.\nb,yes,2\n").contains("\"name\": \"a\""));
    let quoted = "name,note,x,y\na,\"one\n\ntwo, three, four, five, six\",1,2\nb,c,d,e\n";
    assert!(shown(quoted).contains("\"name\": \"a\""), "{}", shown(quoted));
}

#[test]
fn a_report_one_line_past_the_bound_hides_the_table() {
    let report =
        |lines: usize| shown(&format!("Title\n{}\nname,internet_facing,x\na,yes,1\n", "x\n".repeat(lines)));
    assert!(report(97).contains("\"name\": \"a\""));
    assert!(!report(98 + 1).contains("\"name\": \"a\""));
}

#[test]
fn of_two_equal_headers_the_first_counts() {
    assert_eq!(shown("name,name,hostname\na,b,c"), {
        "1 line 2: {\"name\": \"a\"} {\"hostname\": \"c\", \"name\": \"b\"}\n"
    });
}

#[test]
fn lines_that_are_drawn_are_no_rows() {
    let expected = "1 line 3: {\"name\": \"a\"} {\"x\": \"7\"}\n";
    assert_eq!(shown("| name | x |\n|:---|---|\n| a | 7 |\n"), expected);
    let of_database = "+------+---+\n| name | x |\n+------+---+\n| a    | 7 |\n+------+---+\n";
    assert_eq!(shown(of_database).replace("line 4", "line 3"), expected);
    assert_eq!(shown("name|x\n----+--\na|7\n"), expected);
    // A single hyphen is a cell.
    assert_eq!(shown("name,x\n-,-\n"), "1 line 2: {\"name\": \"-\"} {\"x\": \"-\"}\n");
}

#[test]
fn rows_that_do_not_fit_are_used_and_named() {
    assert_eq!(shown("name,x\na\nb,1,2\nc,3,\n"), {
        "1 line 2: {\"name\": \"a\"} {}\n2 line 3: {\"name\": \"b\"} {\"x\": \"1\"}\n3 line 4: {\"name\": \"c\"} {\"x\": \"3\"}\n\
         ! t, line 2: 1 of 2 cells: the others are taken as empty\n\
         ! t, line 3: 3 cells under 2 headers: those beyond are not used\n"
    });
}

#[test]
fn quoted_cells_hold_line_ends_and_lines_stay_counted() {
    assert_eq!(shown("name,x\n\"a\nb\",1\nc,2\n"), {
        "1 line 2: {\"name\": \"a\\nb\"} {\"x\": \"1\"}\n2 line 4: {\"name\": \"c\"} {\"x\": \"2\"}\n"
    });
}

#[test]
fn a_quote_that_is_never_closed_costs_its_own_line() {
    assert_eq!(shown("name,x\n\"a,1\nb,2\nc,3\n"), {
        "1 line 2: {\"name\": \"a,1\"} {}\n2 line 3: {\"name\": \"b\"} {\"x\": \"2\"}\n3 line 4: {\"name\": \"c\"} {\"x\": \"3\"}\n\
         ! t, line 2: a quote is opened and never closed\n! t, line 2: 1 of 2 cells: the others are taken as empty\n"
    });
}

#[test]
fn a_quote_that_is_never_closed_in_a_large_table_is_given_up_at_the_bound() {
    let text = format!("name,x\n\"a,1\n{}", "b,2\n".repeat(1000));
    let mut count = 0;
    let mut problems = Problems::new("t");
    let mut document = Document::open("t", text.as_bytes()).expect("memory");
    let bounds = TableBounds { row_bytes: 500, unclosed: 1 };
    rows_bounded(&mut document, COLUMNS, bounds, &mut problems, &mut |row, _| {
        count += 1;
        assert_eq!(row.line, count + 1);
    });
    assert_eq!(count, 1001);
}

#[test]
fn one_column_past_the_bound_is_named_and_the_rest_used() {
    let wide = |columns: usize| {
        let cells: Vec<_> = (0..columns).map(|n| format!("c{n}")).collect();
        shown(&format!("{}\n{}\n", cells.join(","), cells.join(",")))
    };
    assert!(!wide(COLUMNS_MAX).contains('!'));
    let past = wide(COLUMNS_MAX + 1);
    assert!(past.ends_with("! t, line 1: 1025 columns: only the first 1024 are used\n"));
    assert!(past.contains("\"c1023\"") && !past.contains("\"c1024\""));
    assert!(wide(10_000).contains("! t, line 1: 10000 columns"));
}

#[test]
fn one_row_past_the_bound_is_cut_and_named() {
    let row = |bytes: usize| {
        let out = shown(&format!("name,x\n{}\nb,2\n", "a".repeat(bytes)));
        (out.contains("cut"), out.contains("{\"name\": \"b\"} {\"x\": \"2\"}"))
    };
    assert_eq!(row(ROW_BYTES_MAX), (false, true));
    assert_eq!(row(ROW_BYTES_MAX + 1), (true, true));
}

#[test]
fn spreadsheets_save_in_windows_1252() {
    assert_eq!(shown_bytes(b"name,x\nM\xfcller,1\n"), {
        "1 line 2: {\"name\": \"Müller\"} {\"x\": \"1\"}\n! t, line 2: not UTF-8: read as Windows-1252\n"
    });
}

#[test]
fn what_is_no_table_has_no_headers() {
    for text in ["", "\n\n", "{\"a\": 1, \"b\": 2}", "<a, b>", "A sentence without end", "a\0b,c"] {
        assert_eq!(headers(text), None, "{text}");
    }
    assert_eq!(headers("Zone;CIDR\n"), Some(vec!["zone".into(), "cidr".into()]));
}

#[test]
fn one_unclosed_quote_past_the_bound_ends_the_table() {
    // Each opening quote is followed by more than a row may hold.
    let filler = "b,2\n".repeat(20);
    let read = |quotes: u32| {
        let text = (0..quotes).fold("name,x\n".to_owned(), |text, _| text + "\"a\n" + &filler);
        let mut rows_read = 0;
        let mut problems = Problems::new("t");
        let mut document = Document::open("t", text.as_bytes()).expect("memory");
        let bounds = TableBounds { row_bytes: 60, unclosed: 3 };
        rows_bounded(&mut document, COLUMNS, bounds, &mut problems, &mut |_, _| rows_read += 1);
        (rows_read, problems.into_vec().iter().any(|problem| problem.what.ends_with("the rest is not read")))
    };
    assert_eq!(read(3), (3 * 21, false));
    assert_eq!(read(4), (3 * 21 + 1, true));
}

//! Bounds of the readers, one past each.

use crate::{shown, shown_as};
use std::fmt::Write as _;

#[test]
fn dependencies_of_npm_nest_as_deep_as_json_may() {
    let nested = |depth: usize| {
        let open: String =
            (0..depth).map(|n| format!(",\"dependencies\":{{\"p{n}\":{{\"version\":\"{n}\"")).collect();
        shown(&format!("{{\"lockfileVersion\":1{open}{}}}", "}}".repeat(depth)))
    };
    assert_eq!(nested(60).matches("component=").count(), 60);
    assert!(nested(64).contains("recursion limit exceeded"));
}

#[test]
fn a_record_in_json_has_so_many_cells_and_nests_so_deep() {
    let record = |cells: usize| {
        let cells: String = (0..cells).map(|n| format!(",\"zz{n:03}\":\"x\"")).collect();
        shown(&format!("[{{\"name\":\"a\",\"address\":\"192.0.2.1\"{cells}}}]"))
    };
    assert_eq!(record(498).matches(":x").count(), 498);
    assert_eq!(record(499).matches(":x").count(), 498);
    let deep = "[{\"name\":\"a\",\"address\":\"192.0.2.1\",\"b\":{\"c\":{\"d\":\"in\"}},\"e\":{\"f\":{\"g\":{\"h\":\"out\"}}}}]";
    let out = shown(deep);
    assert!(out.contains("b.c.d:in") && !out.contains("out"), "{out}");
}

#[test]
fn a_record_as_text_has_so_many_properties() {
    let record = |count: usize| {
        let mut text = String::from("SamAccountName : a\nEnabled : True\n");
        (0..count).for_each(|n| _ = writeln!(text, "zz{n:03} : x"));
        shown(&text).matches(":x").count()
    };
    assert_eq!((record(498), record(499)), (498, 498));
}

#[test]
fn an_entry_of_a_directory_has_so_many_attributes() {
    let entry = |count: usize| {
        let values = "description: x\n".repeat(count);
        let text = format!(
            "dn: CN=a,DC=quay,DC=example\nobjectClass: user\nsAMAccountName: a\n{values}mail: a@quay.example\n"
        );
        shown(&text).contains("mail=")
    };
    // The entry has three attributes before them.
    assert!(entry(99_996));
    assert!(!entry(99_997));
}

#[test]
fn rows_past_those_that_are_held_are_read_too() {
    let mut table = String::from("SamAccountName,LastLogonDate\n");
    (0..100_001).for_each(|n| _ = writeln!(table, "a{n},6/13/2026"));
    let out = shown(&table);
    assert_eq!(out.matches("account=").count(), 100_001);
    assert!(out.contains("account=a100000 used=2026-06-13T00:00:00Z @ line 100002"));
}

#[test]
fn a_document_of_lines_with_one_that_is_too_long() {
    let text = format!("bash-5.1.8-9.el9.x86_64\n{}\n", "x".repeat((1 << 20) + 1));
    let out = shown_as("rpm.txt", text.as_bytes());
    assert!(out.contains("line 2: a line of more than 1 MiB: cut"), "{out}");
}

//! Entries for fuzzing: any bytes, no panic, no hang.

use crate::table::{self, Column};
use crate::{Document, Limits, json};
use model::Problems;
use std::io::Read;

/// Bytes as a file: containers, encodings.
pub fn fuzz_open(data: &[u8]) {
    let limits = Limits {
        expanded_bytes_max: 1 << 20,
        ratio_bytes_min: 1 << 16,
        members_max: 64,
        held_bytes_max: 1 << 20,
        ..Limits::default()
    };
    let mut given = 0;
    crate::walk::open_bytes("fuzz", data, &limits, &mut |mut document| {
        let mut buffer = [0; 4096];
        while let Ok(read @ 1..) = document.reader.read(&mut buffer) {
            given += read;
        }
        let _ = document.head_text();
    });
}

/// Bytes as JSON values.
pub fn fuzz_json(data: &[u8]) {
    let Ok(mut document) = Document::open("fuzz", data) else { return };
    let mut problems = Problems::new("fuzz");
    json::values_bounded(&mut document, 1 << 16, &mut problems, &mut |_, _, _| {});
}

/// Bytes as a table.
pub fn fuzz_table(data: &[u8]) {
    const COLUMNS: &[Column] = &[Column { name: "name", spellings: &["host"] }];
    let Ok(mut document) = Document::open("fuzz", data) else { return };
    let _ = table::headers(document.head_text());
    let mut problems = Problems::new("fuzz");
    table::rows(&mut document, COLUMNS, &mut problems, &mut |_, _| {});
}

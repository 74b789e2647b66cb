//! Bytes as a table.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| input::fuzz::fuzz_table(data));

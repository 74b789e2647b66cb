//! Bytes as an inventory, recognised by its start.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| estate::fuzz::fuzz_estate(data));

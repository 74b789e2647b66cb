//! Bytes as every format of inventory.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| estate::fuzz::fuzz_formats(data));

//! Bytes as JSON values.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| input::fuzz::fuzz_json(data));

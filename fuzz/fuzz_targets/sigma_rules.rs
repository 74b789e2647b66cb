//! Fuzzes the reader of rules, the matcher and its twin.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| sigma::fuzz::fuzz_rules(data));

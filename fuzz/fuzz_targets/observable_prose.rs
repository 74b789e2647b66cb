//! Fuzzes `observable::fuzz::fuzz_prose`.
#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| observable::fuzz::fuzz_prose(data));

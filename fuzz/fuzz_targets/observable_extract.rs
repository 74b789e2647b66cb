//! Fuzzes `observable::fuzz::fuzz_extract`.
#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| observable::fuzz::fuzz_extract(data));

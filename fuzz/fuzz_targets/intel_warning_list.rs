//! MISP warning lists.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| intel::fuzz::fuzz_warning_list(data));

//! STIX 1.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| intel::fuzz::fuzz_stix1(data));

//! Reports of our own.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| intel::fuzz::fuzz_publication(data));

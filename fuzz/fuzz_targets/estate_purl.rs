//! Text as a package URL.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| estate::fuzz::fuzz_purl(data));

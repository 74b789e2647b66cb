//! Versions of every scheme, compared both ways round.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| version::fuzz::fuzz_compare(data));

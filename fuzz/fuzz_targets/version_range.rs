//! Ranges from bounds, events, `vers:` texts and comparisons.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| version::fuzz::fuzz_range(data));

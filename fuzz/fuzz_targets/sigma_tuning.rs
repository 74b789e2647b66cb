//! Tuning files: whatever the bytes, no panic.

#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| sigma::fuzz::fuzz_tuning(data));

//! A user's mapping files: whatever the bytes, no panic.

#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| telemetry::fuzz::fuzz_mapping(data));

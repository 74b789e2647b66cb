//! Logs of every format, read in chunks of two sizes: no panic, the same records.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| telemetry::fuzz::fuzz_document(data));

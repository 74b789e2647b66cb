//! Messages of appliances and daemons: whatever the bytes, no panic.

#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| telemetry::fuzz::fuzz_message(data));

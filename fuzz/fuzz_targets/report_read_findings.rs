//! Findings read back from NDJSON, then written in every form.
#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| report::fuzz::fuzz_read_findings(data));

//! CycloneDX documents with an analysis of vulnerabilities.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| intel::fuzz::fuzz_cyclonedx_vex(data));

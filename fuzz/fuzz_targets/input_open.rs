//! Bytes as a file: containers in containers, encodings.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| input::fuzz::fuzz_open(data));

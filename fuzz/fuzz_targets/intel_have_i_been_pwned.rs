//! Have I Been Pwned.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| intel::fuzz::fuzz_have_i_been_pwned(data));

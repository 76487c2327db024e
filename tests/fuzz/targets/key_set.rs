//! See `key_set` in `tests/it/fuzzed/subjects`.
#![no_main]

#[path = "../../it/fuzzed/subjects/mod.rs"]
#[expect(dead_code, reason = "each fuzzer has one subject")]
mod subjects;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| subjects::key_set(bytes));

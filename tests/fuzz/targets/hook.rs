//! See `hook` in `subjects.rs`.
#![no_main]

#[path = "../subjects.rs"]
#[expect(dead_code, reason = "each fuzzer has one subject")]
mod subjects;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| subjects::hook(bytes));

//! Gives whatever libFuzzer thinks of to every parser.
#![no_main]

#[path = "../../tests/parsers.rs"]
mod parsers;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| parsers::parse(bytes));

//! `boule`: draw a citizens' panel that anybody can check.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(u8::from(boule::run(std::env::args_os())))
}

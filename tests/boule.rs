//! The command line itself, so that the tests here always start the one they were built with.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(u8::from(boule::run(std::env::args_os())))
}

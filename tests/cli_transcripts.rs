//! Sessions at the command line, word for word, and the guides, whose examples are such sessions.
//!
//! In a block marked `console` a line that begins with `$` is run by the shell, and what follows must be what it prints. A
//! line `(exit code N)` right after the command is its exit code where that is not 0. `[..]` stands for anything on a line, a line
//! `...` for any number of lines. A block marked with a language and a path is a file that is there from the start. All
//! commands of a file run in one empty folder. In the guide for organisers, whose draws are real ones, digits may differ, but for
//! the number of checks. `BLESS=1 cargo test -p across --test cli_transcripts` writes what is printed into the files.

#![expect(clippy::unwrap_used, reason = "a test stops where something is wrong")]

use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

/// The guide whose draws are real ones: the operating system gives their secrets.
const REAL: &str = "organisers.md";

#[test]
fn every_session_goes_as_it_is_written() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for folder in [here.join("cli"), here.join("../crates/cli/guide")] {
        files.extend(fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()));
    }
    files.retain(|file| file.extension().is_some_and(|end| end == "md"));
    files.sort();
    assert!(files.len() >= 10, "only {} sessions were found", files.len());
    let wrong: Vec<String> = std::thread::scope(|scope| {
        let sessions: Vec<_> = files.iter().map(|file| scope.spawn(|| session(file))).collect();
        sessions.into_iter().filter_map(|session| session.join().unwrap()).collect()
    });
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// Where the session in a file first goes otherwise than it is written.
fn session(file: &Path) -> Option<String> {
    let text = fs::read_to_string(file).unwrap();
    let digits_count = !file.ends_with(REAL);
    let played = play(&text, digits_count);
    if std::env::var_os("BLESS").is_some() {
        fs::write(file, played).unwrap();
        return None;
    }
    let (line, want, got) = first_difference(&text, &played)?;
    Some(format!("{}, line {line}:\n  written: {want}\n  printed: {got}", file.display()))
}

/// The same text, with what the commands print now; where that is what was written, it stays as it was written.
fn play(text: &str, digits_count: bool) -> String {
    let folder = tempfile::tempdir().unwrap();
    let bin = folder.path().join("bin");
    let work = folder.path().join("work");
    fs::create_dir(&bin).unwrap();
    fs::create_dir(&work).unwrap();
    symlink(env!("CARGO_BIN_EXE_boule-in-tests"), bin.join("boule")).unwrap();

    let mut played = String::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        writeln!(played, "{line}").unwrap();
        let Some(mark) = line.strip_prefix("```").filter(|mark| !mark.is_empty()) else { continue };
        let mut block = Vec::new();
        while let Some(line) = lines.next_if(|line| !line.starts_with("```")) {
            block.push(line);
        }
        match mark.split_once(' ') {
            _ if mark == "console" => played += &play_block(&block, &bin, &work, digits_count),
            Some((_, path)) => {
                let path = work.join(path);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, block.join("\n") + "\n").unwrap();
                played.extend(block.iter().map(|line| format!("{line}\n")));
            }
            None => played.extend(block.iter().map(|line| format!("{line}\n"))),
        }
        writeln!(played, "{}", lines.next().expect("a block has an end")).unwrap();
    }
    played
}

fn play_block(block: &[&str], bin: &Path, work: &Path, digits_count: bool) -> String {
    let mut played = String::new();
    let mut lines = block.iter().peekable();
    while let Some(line) = lines.next() {
        let command = line.strip_prefix("$ ").unwrap_or_else(|| panic!("a command was expected: {line}"));
        let mut written = Vec::new();
        while let Some(line) = lines.next_if(|line| !line.starts_with("$ ")) {
            written.push(*line);
        }
        let printed = run(command, bin, work);
        writeln!(played, "{line}").unwrap();
        let same = if digits_count {
            matches(&written, &printed.lines().collect::<Vec<_>>())
        } else {
            without_digits(&written.join("\n")) == without_digits(printed.trim_end())
        };
        played += &if same { written.iter().map(|line| format!("{line}\n")).collect() } else { printed };
    }
    played
}

/// What a command prints, standard output first, with hashes and places replaced by words.
fn run(command: &str, bin: &Path, work: &Path) -> String {
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let output = Command::new("sh")
        .args(["-c", command])
        .current_dir(work)
        .env("PATH", path)
        .env("COLUMNS", "100")
        .env_remove("CLICOLOR_FORCE")
        .output()
        .unwrap();
    let mut printed = String::new();
    match output.status.code() {
        Some(0) => {}
        Some(code) => writeln!(printed, "(exit code {code})").unwrap(),
        None => writeln!(printed, "(ended by a signal)").unwrap(),
    }
    printed += &String::from_utf8(output.stdout).unwrap();
    printed += &String::from_utf8(output.stderr).unwrap();
    let printed = printed.replace(&*work.to_string_lossy(), "[folder]");
    without_hashes(&printed).lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

/// Puts words in the place of 64 hexadecimal digits.
fn without_hashes(text: &str) -> String {
    let mut out = String::new();
    let mut run = String::new();
    for c in text.chars().chain(['\0']) {
        if c.is_ascii_digit() || ('a'..='f').contains(&c) {
            run.push(c);
            continue;
        }
        out.push_str(if run.len() == 64 { "[64 hex digits]" } else { &run });
        run.clear();
        out.push(c);
    }
    out.trim_end_matches('\0').to_owned()
}

/// Puts `#` in the place of digits, however many, but where checks are counted.
fn without_digits(text: &str) -> String {
    let line =
        |line: &str| if line.contains(" checks that ") { line.to_owned() } else { line_without_digits(line) };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

fn line_without_digits(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars().map(|c| if c.is_ascii_digit() { '#' } else { c }) {
        if c != '#' || !out.ends_with('#') {
            out.push(c);
        }
    }
    out
}

/// Whether lines match a pattern of lines.
fn matches(pattern: &[&str], lines: &[&str]) -> bool {
    match pattern.split_first() {
        None => lines.is_empty(),
        Some((&"...", rest)) => (0..=lines.len()).any(|skipped| matches(rest, &lines[skipped..])),
        Some((first, rest)) => {
            lines.split_first().is_some_and(|(line, left)| line_matches(first, line) && matches(rest, left))
        }
    }
}

fn line_matches(pattern: &str, line: &str) -> bool {
    match pattern.split_once("[..]") {
        None => pattern.trim_end() == line,
        Some((start, rest)) => line.strip_prefix(start).is_some_and(|tail| {
            tail.char_indices().map(|(i, _)| i).chain([tail.len()]).any(|i| line_matches(rest, &tail[i..]))
        }),
    }
}

fn first_difference(written: &str, played: &str) -> Option<(usize, String, String)> {
    let mut written = written.lines().map(str::to_owned);
    let mut played = played.lines().map(str::to_owned);
    (1..).find_map(|number| match (written.next(), played.next()) {
        (None, None) => Some(None),
        (want, got) if want == got => None,
        (want, got) => Some(Some((number, want.unwrap_or_default(), got.unwrap_or_default()))),
    })?
}

#[test]
fn patterns_match_what_they_should() {
    assert!(matches(&["a [..] c", "...", "z"], &["a bb c", "x", "y", "z"]));
    assert!(matches(&["..."], &[]));
    assert!(!matches(&["a [..] c"], &["a bb d"]));
    assert!(!matches(&["a"], &["a", "b"]));
    assert_eq!(without_hashes(&format!("x {} y", "0a".repeat(32))), "x [64 hex digits] y");
}

//! A `prepare` that is killed leaves nothing, or a whole lottery, never half of one.
#![expect(clippy::unwrap_used, reason = "a test stops where something is wrong")]

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

const QUOTAS: &str =
    "feature,value,min,max\ngender,Female,9,11\ngender,Male,9,11\nage,young,8,12\nage,old,8,12\n";
const KILLS: u32 = 48;

fn boule(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_boule-in-tests"));
    command.current_dir(folder).args(args).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

fn succeeds(folder: &Path, args: &[&str]) -> bool {
    boule(folder, args).status().unwrap().success()
}

const PREPARE: [&str; 10] = [
    "prepare",
    "--pool",
    "pool.csv",
    "--quotas",
    "quotas.csv",
    "--size",
    "20",
    "--out",
    "out",
    "--event=Killed",
];

/// The folder is as if nothing had happened, or holds attempt `attempt` whole and checked.
fn is_nothing_or_whole(folder: &Path, before: &[String], attempt: u32) -> bool {
    // Whoever comes next recovers the folder.
    succeeds(folder, &["check", "out", "--pool", "pool.csv", "--quotas", "quotas.csv", "--size", "20"]);
    let now = names(&folder.join("out"));
    assert!(!now.iter().any(|name| name.contains("unfinished")), "{now:?}");
    if now == before {
        return false;
    }
    let verify =
        ["verify", "out/public", "--observers", "out/observers", "--private", "out/private", "--before-draw"];
    assert!(succeeds(folder, &verify), "half a lottery: {now:?}");
    let commit = fs::read_to_string(folder.join("out/public/commit.json")).unwrap();
    assert!(commit.contains(&format!("\"attempt\":{attempt},")));
    true
}

/// All files in a folder by their paths, but for the lock that a killed command cannot take away.
fn names(folder: &Path) -> Vec<String> {
    let mut names = Vec::new();
    let Ok(entries) = fs::read_dir(folder) else { return names };
    for entry in entries {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            names.extend(self::names(&path).into_iter().map(|inner| format!("{name}/{inner}")));
        } else if name != ".boule-lock" {
            names.push(name);
        }
    }
    names.sort();
    names
}

/// Waits until the child has made `path`, and a little longer.
fn after(child: &mut Child, path: &Path, longer: Duration) {
    while !path.exists() && child.try_wait().unwrap().is_none() {
        std::hint::spin_loop();
    }
    sleep(longer);
}

#[test]
fn a_killed_prepare_leaves_no_half_lottery() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::write(folder.join("quotas.csv"), QUOTAS).unwrap();
    assert!(succeeds(folder, &["sample", "--quotas", "quotas.csv", "--size", "150", "--out", "pool.csv"]));
    let start = Instant::now();
    assert!(succeeds(folder, &PREPARE));
    let whole = start.elapsed();
    fs::remove_dir_all(folder.join("out")).unwrap();

    let mut attempt = 1;
    for kill in 0..KILLS {
        let before = names(&folder.join("out"));
        let number = attempt.to_string();
        let mut command = boule(folder, &PREPARE);
        if attempt > 1 {
            command.args(["--attempt", &number, "--void", "killed"]);
        }
        let mut child = command.spawn().unwrap();
        match kill % 3 {
            0 => sleep(whole * kill / KILLS * 5 / 4),
            1 => after(&mut child, &folder.join("out/.boule-unfinished"), whole * kill / KILLS / 8),
            _ => after(
                &mut child,
                &folder.join("out/.boule-unfinished/plan.draft"),
                Duration::from_micros(60) * kill,
            ),
        }
        child.kill().unwrap();
        child.wait().unwrap();
        if is_nothing_or_whole(folder, &before, attempt) {
            attempt += 1;
        }
    }
    // In the end it still works.
    let number = attempt.to_string();
    let mut command = boule(folder, &PREPARE);
    if attempt > 1 {
        command.args(["--attempt", &number, "--void", "killed"]);
    }
    assert!(command.status().unwrap().success());
    assert!(is_nothing_or_whole(folder, &[], attempt));
}

#[test]
fn a_killed_replacement_leaves_a_whole_record() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::write(folder.join("quotas.csv"), QUOTAS).unwrap();
    fs::create_dir(folder.join("out")).unwrap();
    let settings = "event = \"Killed\"\nsize = 20\npanels = 50\npool = \"../pool.csv\"\nquotas = \"../quotas.csv\"\nrehearsal = \"killed\"\n";
    fs::write(folder.join("out/assembly.toml"), settings).unwrap();
    assert!(succeeds(folder, &["sample", "--quotas", "quotas.csv", "--size", "150", "--out", "pool.csv"]));
    assert!(succeeds(folder, &["prepare", "out"]));
    assert!(succeeds(folder, &["draw", "out", "--witnessed", "63454660390103169462"]));
    let selected = fs::read_to_string(folder.join("out/private/selected.csv")).unwrap();
    let gone: Vec<&str> = selected.lines().take(3).collect();
    fs::write(folder.join("gone.csv"), gone.join("\n") + "\n").unwrap();

    let replace = ["replace", "out", "--withdrawn", "gone.csv"];
    let start = Instant::now();
    assert!(succeeds(folder, &replace));
    let whole = start.elapsed();
    let mut last = 1;
    for kill in 0..KILLS {
        let mut child = boule(folder, &[&replace[..], &["--void", "killed"]].concat()).spawn().unwrap();
        match kill % 2 {
            0 => sleep(whole * kill / KILLS * 5 / 4),
            _ => after(
                &mut child,
                &folder.join("out/.boule-unfinished/plan.draft"),
                Duration::from_micros(60) * kill,
            ),
        }
        child.kill().unwrap();
        child.wait().unwrap();
        succeeds(folder, &["check", "out"]);
        let verify = ["verify", "out/public", "--observers", "out/observers", "--private", "out/private"];
        assert!(succeeds(folder, &verify), "half a replacement: {:?}", names(&folder.join("out")));
        let there = |e: u32, file: &str| folder.join(format!("out/public/replacements/{e}/{file}")).exists();
        let voided = there(last, "void.json");
        assert_eq!(
            voided,
            there(last + 1, "record.json"),
            "the one was voided and the next is there, or neither"
        );
        last += u32::from(voided);
    }
    assert!(succeeds(folder, &["replace", "out", "--witnessed", "13454660390103169462"]));
}

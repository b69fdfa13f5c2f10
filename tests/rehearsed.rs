//! A rehearsed draw of real size with two replacements, all decided by rounds that drand published, checked at every level.
#![expect(clippy::unwrap_used, reason = "a test stops where something is wrong")]

use std::fs;
use std::path::Path;
use std::process::Command;

/// Rounds as the drand API served them: main network 72785, quicknet 1000 and 657413.
const ROUNDS: [(&str, &str); 3] = [
    (
        "72785.json",
        "{\"round\":72785,\"randomness\":\"8b676484b5fb1f37f9ec5c413d7d29883504e5b669f604a1ce68b3388e9ae3d9\",\"signature\":\"82f5d3d2de4db19d40a6980e8aa37842a0e55d1df06bd68bddc8d60002e8e959eb9cfa368b3c1b77d18f02a54fe047b80f0989315f83b12a74fd8679c4f12aae86eaf6ab5690b34f1fddd50ee3cc6f6cdf59e95526d5a5d82aaa84fa6f181e42\",\"previous_signature\":\"a609e19a03c2fcc559e8dae14900aaefe517cb55c840f6e69bc8e4f66c8d18e8a609685d9917efbfb0c37f058c2de88f13d297c7e19e0ab24813079efe57a182554ff054c7638153f9b26a60e7111f71a0ff63d9571704905d3ca6df0b031747\"}",
    ),
    (
        "1000.json",
        "{\"round\":1000,\"randomness\":\"fe290beca10872ef2fb164d2aa4442de4566183ec51c56ff3cd603d930e54fdd\",\"signature\":\"b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39\"}",
    ),
    (
        "657413.json",
        "{\"round\":657413,\"randomness\":\"fc1873a13f3545aeade8401532ef5519920652eee6b0d2b19ca12643b87b3587\",\"signature\":\"b713718a38ae728dfd477991af2822e08d2f305e47718cef9f7848ce4050e7be41076862b98fad56e91a6b85b89cd97b\"}",
    ),
];

fn boule(folder: &Path, args: &[&str]) -> String {
    let output =
        Command::new(env!("CARGO_BIN_EXE_boule-in-tests")).current_dir(folder).args(args).output().unwrap();
    let out = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{args:?}\n{out}\n{}", String::from_utf8_lossy(&output.stderr));
    out
}

/// The first members of a list, as the list of those who withdraw.
fn withdraw(folder: &Path, list: &str, many: usize) {
    let text = fs::read_to_string(folder.join("town/private").join(list)).unwrap();
    let rows: Vec<&str> = text.lines().take(many + 1).collect();
    fs::write(folder.join("gone.csv"), rows.join("\n") + "\n").unwrap();
}

#[test]
fn a_draw_of_1700_with_two_replacements_holds_at_every_level() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    for (name, text) in ROUNDS {
        fs::write(folder.join(name), text).unwrap();
    }
    let assembly = rehearsal::assembly();
    boule(folder, &["init", "town", "--event", "Rehearsal of 1,700", "--size", &assembly.size.to_string()]);
    fs::write(folder.join("town/quotas.csv"), assembly.quotas.to_csv()).unwrap();
    fs::remove_file(folder.join("town/private/pool.csv")).unwrap();
    boule(
        folder,
        &["sample", "--quotas", "town/quotas.csv", "--size", "1700", "--out", "town/private/pool.csv"],
    );
    let at = ["--chain", "mainnet", "--at", "2020-08-16T21:49:30Z", "--rehearsal", "1,700"];
    boule(folder, &[&["prepare", "town"][..], &at].concat());
    boule(folder, &["draw", "town", "--witnessed", "63454660390103169462", "--beacon", "72785.json"]);

    withdraw(folder, "selected.csv", 5);
    boule(
        folder,
        &[
            "replace",
            "town",
            "--withdrawn",
            "gone.csv",
            "--at",
            "2023-08-23T15:59:24Z",
            "--chain",
            "quicknet",
        ],
    );
    boule(folder, &["replace", "town", "--witnessed", "00001111222233334444", "--beacon", "1000.json"]);
    withdraw(folder, "replacements/1/selected.csv", 12);
    let alone = ["--chain", "quicknet", "--witnessed-digits", "0"];
    boule(
        folder,
        &[&["replace", "town", "--withdrawn", "gone.csv", "--at", "2023-09-15T11:00:03Z"][..], &alone]
            .concat(),
    );
    boule(folder, &["replace", "town", "--beacon", "657413.json"]);

    let mut verify = vec!["verify", "town/public"];
    for more in [&[][..], &["--observers", "town/observers"], &["--private", "town/private"]] {
        verify.extend(more);
        let said = boule(folder, &verify);
        assert!(said.contains("Verified. All"), "{said}");
        for id in ["(beacon)", "(replacement-beacons)", "(replacement-draws)"] {
            assert!(said.contains(id), "{id}\n{said}");
        }
        assert!(said.contains("nobody but the organiser vouches for: 17"), "{said}");
    }
    let receipt = boule(folder, &["receipt", "check", "town/private/receipts/1699.json"]);
    assert!(receipt.contains("(receipt-place)"), "{receipt}");
}

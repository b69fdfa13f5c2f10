//! Nobody's name, contact or id leaves the private folder, and what is private is for its owner's eyes only.
#![expect(clippy::unwrap_used, reason = "a test stops where something is wrong")]

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

const QUOTAS: &str = "feature,value,min,max\n\
    gender,Female,9,11\ngender,Male,9,11\nage,young,5,8\nage,middle,7,9\nage,old,4,7\narea,Nord-Süd,6,9\narea,West,11,14\n";

fn boule(folder: &Path, args: &[&str]) {
    let output =
        Command::new(env!("CARGO_BIN_EXE_boule-in-tests")).current_dir(folder).args(args).output().unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{args:?}\n{out}\n{err}");
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files.extend(self::files(&path)) } else { files.push(path) }
    }
    files
}

/// A drawn assembly with acknowledgements, a replacement and pages for the ceremony.
fn assembly(folder: &Path) {
    fs::write(folder.join("quotas.csv"), QUOTAS).unwrap();
    fs::create_dir(folder.join("out")).unwrap();
    let settings = "event = \"Privacy\"\nsize = 20\npanels = 100\nquotas = \"../quotas.csv\"\nrehearsal = \"privacy\"\n\
        household = [\"address\", \"postcode\"]\nidentity = [\"first_name\", \"last_name\", \"email\"]\n";
    fs::write(folder.join("out/assembly.toml"), settings).unwrap();
    boule(folder, &["sample", "--quotas", "quotas.csv", "--size", "150", "--out", "out/private/pool.csv"]);
    boule(folder, &["receipt", "acknowledge", "out"]);
    boule(folder, &["prepare", "out"]);
    boule(folder, &["ceremony", "out"]);
    boule(folder, &["draw", "out", "--witnessed", "63454660390103169462"]);
    let selected = fs::read_to_string(folder.join("out/private/selected.csv")).unwrap();
    let gone: Vec<&str> = selected.lines().take(3).collect();
    fs::write(folder.join("gone.csv"), gone.join("\n") + "\n").unwrap();
    boule(folder, &["replace", "out", "--withdrawn", "gone.csv"]);
    boule(folder, &["ceremony", "out"]);
    boule(folder, &["replace", "out", "--witnessed", "13454660390103169462"]);
}

/// What must not be found: every cell that is no feature's value, and every word in it.
fn secrets(pool: &str) -> BTreeSet<String> {
    let mut lines = pool.lines();
    let header: Vec<&str> = lines.next().unwrap().split(',').collect();
    let open = ["gender", "age", "area"];
    let mut secrets = BTreeSet::new();
    for line in lines {
        assert!(!line.contains('"'), "a cell of the sample is quoted");
        for (column, cell) in header.iter().zip(line.split(',')).filter(|(column, _)| !open.contains(column))
        {
            assert!(!column.is_empty());
            secrets.insert(cell.to_lowercase());
            let words = cell.split(|letter: char| !letter.is_alphanumeric());
            secrets.extend(words.map(str::to_lowercase));
        }
    }
    // Single letters and short numbers, such as those of houses, stand in any file.
    secrets
        .retain(|secret| secret.chars().count() > 2 && !(secret.len() < 5 && secret.parse::<u32>().is_ok()));
    // Words that anybody may use.
    for word in ["example", "org", "www"] {
        secrets.remove(word);
    }
    secrets
}

/// The words of a text, and the text itself for cells of several words.
fn found<'a>(text: &str, secrets: &'a BTreeSet<String>) -> Option<&'a String> {
    let text = text.to_lowercase();
    let words: BTreeSet<&str> = text.split(|letter: char| !letter.is_alphanumeric()).collect();
    let is_word = |secret: &str| secret.chars().all(char::is_alphanumeric);
    secrets
        .iter()
        .find(|secret| if is_word(secret) { words.contains(secret.as_str()) } else { text.contains(*secret) })
}

#[test]
fn nothing_personal_leaves_the_private_folder() {
    let folder = tempfile::tempdir().unwrap();
    assembly(folder.path());
    let out = folder.path().join("out");
    let secrets = secrets(&fs::read_to_string(out.join("private/pool.csv")).unwrap());
    assert!(secrets.len() > 500, "only {} secrets", secrets.len());
    let open: Vec<PathBuf> =
        ["public", "observers", "ceremony"].iter().flat_map(|name| files(&out.join(name))).collect();
    assert!(open.len() >= 15, "{open:?}");
    for path in &open {
        let text = fs::read_to_string(path).unwrap();
        assert_eq!(found(&text, &secrets), None, "{}", path.display());
    }
    // The search itself finds them where they are.
    for name in ["selected.csv", "receipts.html", "receipts/0.json"] {
        let text = fs::read_to_string(out.join("private").join(name)).unwrap();
        assert!(found(&text, &secrets).is_some(), "{name}");
    }
}

#[test]
fn nothing_personal_is_brought_into_the_service() {
    let folder = tempfile::tempdir().unwrap();
    assembly(folder.path());
    let out = folder.path().join("out");
    let mut secrets = secrets(&fs::read_to_string(out.join("private/pool.csv")).unwrap());
    let selected = fs::read_to_string(out.join("private/selected.csv")).unwrap();
    let newcomers = fs::read_to_string(out.join("private/replacements/1/newcomers.csv")).unwrap();
    let both = selected.lines().skip(1).chain(newcomers.lines().skip(1));
    let ids: Vec<&str> = both.filter_map(|line| line.split(',').next()).collect();
    let sessions = out.join("private/sessions");
    fs::create_dir_all(&sessions).unwrap();
    fs::write(sessions.join("rounds.csv"), "round,table,seats\n1,A,10\n1,B,10\n").unwrap();
    let why =
        format!("kind,round,members,tables,why\napart,,{};{},,quarrelsome neighbours\n", ids[0], ids[1]);
    fs::write(sessions.join("constraints.csv"), why).unwrap();
    let expenses = format!("member,block,amount,note\n{},,12.40,babysitter\n", ids[0]);
    fs::write(sessions.join("expenses.csv"), expenses).unwrap();
    fs::write(sessions.join("diary.txt"), "my diary").unwrap();
    boule(folder.path(), &["tables", "out"]);
    boule(
        folder.path(),
        &["publish", "out", "--data", "service", "--assembly", "privacy", "--rehearsal", "--begin"],
    );
    let lines = folder.path().join("backup.jsonl");
    boule(folder.path(), &["backup", "backup.jsonl", "--data", "service"]);
    boule(folder.path(), &["restore", "backup.jsonl", "--data", "again"]);

    // Members' numbers stand in the sittings, which only the staff sees, and nowhere else.
    let is_number = |secret: &String| ids.iter().any(|id| id.to_lowercase() == *secret);
    let numbers: BTreeSet<String> = secrets.iter().filter(|secret| is_number(secret)).cloned().collect();
    assert_eq!(numbers.len(), ids.len());
    secrets.extend(["quarrelsome", "neighbours", "babysitter", "diary"].map(str::to_owned));
    // What people are like stands there in numbers only.
    let quotas = fs::read_to_string(out.join("public/quotas.csv")).unwrap();
    let values = quotas.lines().skip(1).flat_map(|line| line.split(',').take(2)).map(str::to_lowercase);
    let features: BTreeSet<String> = values.filter(|value| value.chars().any(char::is_alphabetic)).collect();
    assert!(features.contains("female") && features.contains("nord-süd"), "{features:?}");
    let mut sittings = 0;
    for line in fs::read_to_string(&lines).unwrap().lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        let row = &line["row"];
        let bytes = row["bytes"]["base64"].as_str().map(|text| STANDARD.decode(text).unwrap());
        let text =
            format!("{row} {}", bytes.map_or_else(String::new, |bytes| String::from_utf8(bytes).unwrap()));
        if row["part"] == "sitting" {
            assert_eq!(row["is_open"], 0, "only the staff sees it");
            sittings += 1;
            let others = secrets.difference(&numbers).cloned().collect();
            for secrets in [&others, &features] {
                assert_eq!(found(&text, secrets), None, "{}", row["path"]);
            }
        } else {
            assert_eq!(found(&text, &secrets), None, "{}", row["path"]);
        }
    }
    assert_eq!(sittings, 6, "rounds, allocation, rules, expenses, members, what their features are for");
    for data in ["service", "again"] {
        let mode = |path: &str| fs::metadata(folder.path().join(path)).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(data), mode(&format!("{data}/boule.db"))), (0o700, 0o600), "{data}");
    }
}

#[test]
fn private_files_are_for_their_owner_only() {
    let folder = tempfile::tempdir().unwrap();
    assembly(folder.path());
    let private = files(&folder.path().join("out/private"));
    assert!(private.len() > 300, "{}", private.len());
    for path in private {
        let mode = fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{}", path.display());
        let above = fs::metadata(path.parent().unwrap()).unwrap().permissions().mode() & 0o777;
        assert_eq!(above, 0o700, "{}", path.display());
    }
}

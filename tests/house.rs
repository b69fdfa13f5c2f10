//! The map in `crates/README.md` against the folders and the `Cargo.toml` files.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the package lies in the workspace").to_owned()
}

fn folders(of: &Path) -> BTreeSet<String> {
    let entries = std::fs::read_dir(of).expect("the folder can be read");
    let names = entries.map(|entry| entry.expect("an entry")).filter(|entry| entry.path().is_dir());
    names.map(|entry| entry.file_name().into_string().expect("a plain name")).collect()
}

/// Crate -> the crates of ours that it uses, by the table of the map.
fn map() -> BTreeMap<String, BTreeSet<String>> {
    let page = std::fs::read_to_string(root().join("crates/README.md")).expect("the map");
    let quoted = |text: &str| text.split('`').skip(1).step_by(2).map(str::to_owned).collect::<BTreeSet<_>>();
    page.lines()
        .filter(|line| line.starts_with("| `"))
        .map(|line| {
            let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
            assert_eq!(cells.len(), 4, "{line}");
            assert!(cells[1].len() > 3 && cells[2].len() > 3, "what it holds and what it never does: {line}");
            (cells[0].trim_matches('`').to_owned(), quoted(cells[3]))
        })
        .collect()
}

/// The folder of each of our packages, by the package's name.
fn packages(crates: &BTreeSet<String>) -> BTreeMap<String, String> {
    crates
        .iter()
        .map(|folder| {
            (manifest(folder)["package"]["name"].as_str().expect("a name").to_owned(), folder.clone())
        })
        .collect()
}

fn manifest(folder: &str) -> toml::Table {
    let path = root().join("crates").join(folder).join("Cargo.toml");
    std::fs::read_to_string(path).expect("a manifest").parse().expect("TOML")
}

#[test]
fn the_map_shows_every_crate_and_every_arrow() {
    let crates = folders(&root().join("crates"));
    let map = map();
    assert_eq!(
        map.keys().cloned().collect::<BTreeSet<_>>(),
        crates,
        "the crates on the map and in the folder"
    );
    let packages = packages(&crates);
    for (folder, drawn) in map {
        let manifest = manifest(&folder);
        let used: BTreeSet<String> =
            (manifest.get("dependencies").and_then(|d| d.as_table()).into_iter().flatten())
                .filter_map(|(name, _)| packages.get(name).cloned())
                .collect();
        assert_eq!(used, drawn, "the arrows from {folder}");
    }
}

#[test]
fn every_crate_says_what_it_is_and_keeps_the_lints() {
    for folder in folders(&root().join("crates")) {
        let manifest = manifest(&folder);
        assert!(
            manifest["package"]["description"].as_str().expect("text").len() > 20,
            "{folder} has no description"
        );
        assert_eq!(manifest["lints"]["workspace"].as_bool(), Some(true), "{folder} does not take the lints");
        let main =
            ["lib.rs", "main.rs"].map(|file| root().join("crates").join(&folder).join("src").join(file));
        let first =
            main.iter().find_map(|file| std::fs::read_to_string(file).ok()).expect("a crate has a root");
        assert!(first.starts_with("//! "), "{folder} does not say what it is");
    }
}

/// What a crate uses, also in its tests and build where `all`.
fn uses(folder: &str, all: bool) -> BTreeSet<String> {
    let tables =
        if all { &["dependencies", "dev-dependencies", "build-dependencies"][..] } else { &["dependencies"] };
    let manifest = manifest(folder);
    let used = tables.iter().filter_map(|table| manifest.get(*table)?.as_table());
    used.flat_map(|table| table.keys().cloned()).collect()
}

#[test]
fn the_pure_crates_use_nothing_that_touches_the_world() {
    let allowed: [(&str, &[&str]); 4] = [
        ("engagement", &["jiff", "serde", "unicode-normalization"]),
        (
            "sessions",
            &["askama", "good_lp", "icalendar", "jiff", "rand_chacha", "serde", "sortition", "toml"],
        ),
        ("tracking", &["jiff", "serde", "sha2", "similar"]),
        ("worth", &["jiff", "serde", "statrs"]),
    ];
    for (folder, allowed) in allowed {
        let allowed: BTreeSet<String> = allowed.iter().map(|&name| name.to_owned()).collect();
        assert_eq!(
            uses(folder, false),
            allowed,
            "a new dependency of {folder} is a decision: it has no SQL, HTTP, files or clock"
        );
    }
}

#[test]
fn only_the_store_has_sql_and_only_the_server_has_http() {
    let http = ["axum", "hyper", "hyper-util", "tower", "tower-http"];
    for folder in folders(&root().join("crates")) {
        let used = uses(&folder, true);
        assert_eq!(used.contains("sqlx"), folder == "store", "SQL is the store's, and {folder} is another");
        for library in http {
            assert_eq!(
                used.contains(library),
                folder == "server",
                "HTTP is the server's, and {folder} is another: {library}"
            );
        }
    }
}

#[test]
fn the_core_uses_nothing_that_touches_the_world() {
    let allowed =
        ["serde", "serde_json", "serde_json_canonicalizer", "sha2", "strsim", "unicode-normalization"];
    let manifest = manifest("sortition");
    let used: Vec<&String> = manifest["dependencies"].as_table().expect("a table").keys().collect();
    assert_eq!(used, allowed, "a new dependency of the core is a decision: say why in crates/README.md");
    let bans = std::fs::read_to_string(root().join("crates/sortition/clippy.toml")).expect("the bans");
    for banned in [
        "HashMap",
        "HashSet",
        "std::fs::",
        "std::env::",
        "SystemTime",
        "Instant",
        "TcpStream",
        "std::thread::",
    ] {
        assert!(bans.contains(banned), "{banned} is no longer banned in the core");
    }
}

//! The same people and the same secret give the same bytes in public/ and observers/, whatever else is different.
#![expect(clippy::unwrap_used, reason = "a test stops where something is wrong")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const QUOTAS: &str = "feature,value,min,max\n\
    gender,Female,9,11\ngender,Male,9,11\nage,young,5,8\nage,middle,7,9\nage,old,4,7\narea,Nord-Süd,6,9\narea,West,11,14\n";

/// What one run is given.
struct Run<'a> {
    pool: &'a [u8],
    /// A folder below the test's own in which the command is run.
    cwd: &'a str,
    env: &'a [(&'a str, &'a str)],
}

const PLAIN: Run<'_> = Run { pool: b"", cwd: "", env: &[] };

/// The files of public/ and observers/.
fn prepare(run: &Run<'_>) -> BTreeMap<PathBuf, Vec<u8>> {
    let folder = tempfile::tempdir().unwrap();
    let cwd = folder.path().join(run.cwd);
    fs::create_dir_all(&cwd).unwrap();
    fs::write(folder.path().join("quotas.csv"), QUOTAS).unwrap();
    fs::write(folder.path().join("pool.csv"), run.pool).unwrap();
    let up = Path::new(run.cwd).components().map(|_| "..").collect::<PathBuf>();
    let output = Command::new(env!("CARGO_BIN_EXE_boule-in-tests"))
        .current_dir(&cwd)
        .args(["prepare", "--size", "20", "--panels", "200", "--event", "Bytes", "--rehearsal", "bytes"])
        .args(["--household", "address,postcode"])
        .arg("--pool")
        .arg(up.join("pool.csv"))
        .arg("--quotas")
        .arg(up.join("quotas.csv"))
        .arg("--out")
        .arg(up.join("out"))
        .envs(run.env.iter().copied())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut files = BTreeMap::new();
    for name in ["public", "observers"] {
        for entry in fs::read_dir(folder.path().join("out").join(name)).unwrap() {
            let path = entry.unwrap().path();
            files.insert(Path::new(name).join(path.file_name().unwrap()), fs::read(path).unwrap());
        }
    }
    assert_eq!(files.len(), 8);
    files
}

/// A made-up pool: the header and the rows, split into cells. No cell holds a comma.
fn pool() -> Vec<Vec<String>> {
    let folder = tempfile::tempdir().unwrap();
    let (quotas, pool) = (folder.path().join("quotas.csv"), folder.path().join("pool.csv"));
    fs::write(&quotas, QUOTAS).unwrap();
    let mut sample = Command::new(env!("CARGO_BIN_EXE_boule-in-tests"));
    sample.args(["sample", "--size", "120", "--quotas"]).arg(&quotas).arg("--out").arg(&pool);
    assert!(sample.output().unwrap().status.success());
    let text = fs::read_to_string(pool).unwrap();
    assert!(!text.contains('"'));
    text.lines().map(|line| line.split(',').map(str::to_owned).collect()).collect()
}

fn csv(rows: &[Vec<String>], separator: &str, end: &str) -> Vec<u8> {
    rows.iter().map(|row| row.join(separator) + end).collect::<String>().into_bytes()
}

#[test]
fn nothing_but_the_people_and_the_secret_decides_the_bytes() {
    let rows = pool();
    let bytes = csv(&rows, ",", "\n");
    let plain = Run { pool: &bytes, ..PLAIN };
    let first = prepare(&plain);
    assert_eq!(prepare(&plain), first, "the same again");

    let env: &[(&str, &str)] = &[("LC_ALL", "tr_TR.UTF-8"), ("LANG", "de_DE"), ("TZ", "Pacific/Kiritimati")];
    assert_eq!(prepare(&Run { env, ..plain }), first, "another locale and time zone");
    assert_eq!(prepare(&Run { cwd: "some/where", ..plain }), first, "another working directory");
    for threads in ["1", "7"] {
        let env: &[(&str, &str)] = &[("RAYON_NUM_THREADS", threads)];
        assert_eq!(prepare(&Run { env, ..plain }), first, "{threads} threads");
    }

    let columns_reversed: Vec<Vec<String>> =
        rows.iter().map(|row| row.iter().rev().cloned().collect()).collect();
    let bytes = csv(&columns_reversed, ",", "\n");
    assert_eq!(prepare(&Run { pool: &bytes, ..PLAIN }), first, "another order of columns");

    let mut rows_reversed = rows.clone();
    rows_reversed[1..].reverse();
    let bytes = csv(&rows_reversed, ",", "\n");
    assert_eq!(prepare(&Run { pool: &bytes, ..PLAIN }), first, "another order of rows");

    let mut bytes = b"\xef\xbb\xbf".to_vec();
    bytes.extend(csv(&rows, ";", "\r\n"));
    assert_eq!(prepare(&Run { pool: &bytes, ..PLAIN }), first, "as a spreadsheet writes it");
}

/// The service's demonstration has the draw of `boule demo` without making it. `BLESS=1` writes it anew.
#[test]
fn the_demonstration_of_the_service_has_the_draw_of_the_demonstration() {
    let folder = tempfile::tempdir().unwrap();
    let made = folder.path().join("made");
    let told =
        Command::new(env!("CARGO_BIN_EXE_boule-in-tests")).arg("demo").arg("--out").arg(&made).output();
    assert!(told.unwrap().status.success());
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/harbour");
    let public = fs::read_dir(made.join("public")).unwrap().map(|entry| entry.unwrap().file_name());
    let mut paths: Vec<PathBuf> = public.map(|name| Path::new("public").join(name)).collect();
    paths.push("private/selected.csv".into());
    assert_eq!(paths.len(), 6);
    for path in paths {
        let bytes = fs::read(made.join(&path)).unwrap();
        if std::env::var_os("BLESS").is_some() {
            fs::write(kept.join(&path), &bytes).unwrap();
        }
        assert!(fs::read(kept.join(&path)).unwrap() == bytes, "{}", path.display());
    }
}

//! Backups: out of either database, into either.

use std::collections::BTreeSet;

use serde_json::json;
use sqlx::Row as _;
use store::{Draft, Error, Event, File, Publication, Store, Unit};

use crate::samples::{at, names, person, recommendation, save_work};
use crate::trust::behind;

async fn filled(place: &str) -> Store {
    let store = Store::open(place).await.expect("opened");
    let mut first = recommendation("a", "climate", "R1");
    first.summary.titles.insert("es".to_owned(), "Árboles \"y\" \n\u{1F333}".to_owned());
    save_work(&store, &["climate"], &[first, recommendation("b", "climate", "R2")]).await;
    let unit = |id: &str, parent: Option<&str>| Unit {
        id: id.to_owned(),
        parent: parent.map(str::to_owned),
        names: names(id),
        body: "{}".to_owned(),
    };
    let file = File {
        id: "f".to_owned(),
        recommendation: "a".to_owned(),
        sha256: String::new(),
        name: "x.bin".to_owned(),
        media: "application/octet-stream".to_owned(),
        size: 0,
        added_at: at(1),
        added_by: "ana".to_owned(),
    };
    let publication = Publication {
        assembly: "climate".to_owned(),
        part: "draw".to_owned(),
        path: "panel.csv".to_owned(),
        is_open: true,
        revision: 0,
        media: "text/csv".to_owned(),
        sha256: String::new(),
        published_at: at(1),
    };
    let event = Event {
        recommendation: "a".to_owned(),
        seq: 1,
        at: at(1),
        kind: "adopted".to_owned(),
        body: "{}".to_owned(),
    };
    let mut change = store.change("test", at(2)).await.expect("a change");
    change.save_person(&person("ana")).await.expect("saved");
    // By id, a unit would come before the one that it belongs to.
    for unit in [unit("z-town", None), unit("m-works", Some("z-town")), unit("a-roads", Some("m-works"))] {
        change.add_unit(&unit).await.expect("saved");
    }
    change.add_file(&file, (0..=255).collect()).await.expect("added");
    change.publish(&publication, b"id\n1\n".to_vec(), None).await.expect("written");
    change.add_event(&event).await.expect("added");
    change.keep_snapshot("climate", "First year", vec![0, 255]).await.expect("kept");
    change.note("test", "a", &json!({ "x": 1.5 })).await.expect("noted");
    change.commit().await.expect("made");
    let draft = Draft {
        person: "ana".to_owned(),
        subject: "a".to_owned(),
        kind: "response".to_owned(),
        based_on: 1,
        saved_at: at(3),
        body: "{}".to_owned(),
    };
    store.keep_draft(&draft).await.expect("kept");
    store
}

async fn exported(store: &Store) -> Vec<u8> {
    let mut lines = Vec::new();
    store.export(&mut lines).await.expect("written");
    lines
}

fn elsewhere() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let place = folder.path().to_str().expect("plain").to_owned();
    (folder, place)
}

pub async fn a_backup_goes_from_either_database_into_either(place: String) {
    let (_folder, other) = elsewhere();
    let lines = exported(&filled(&other).await).await;
    let here = Store::open(&place).await.expect("opened");
    let rows = here.import(&mut lines.as_slice()).await.expect("taken in");
    assert_eq!(rows as usize, lines.iter().filter(|&&byte| byte == b'\n').count() - 2);
    assert_eq!(exported(&here).await, lines, "nothing is lost on the way in");
    assert_eq!(here.examine().await.expect("read"), Vec::<String>::new());
    let (_folder, third) = elsewhere();
    let third = Store::open(&third).await.expect("opened");
    third.import(&mut exported(&here).await.as_slice()).await.expect("taken in");
    assert_eq!(exported(&third).await, lines, "nothing is lost on the way out");
    assert!(matches!(third.import(&mut lines.as_slice()).await, Err(Error::Taken)), "it is not empty");
    // Life goes on where it stopped.
    save_work(&here, &["water"], &[]).await;
    assert_eq!(here.verify().await.expect("read").broken, []);
}

pub async fn a_backup_that_was_changed_is_refused_as_a_whole(place: String) {
    let (_folder, other) = elsewhere();
    let lines = exported(&filled(&other).await).await;
    let text = String::from_utf8(lines).expect("text");
    let all: Vec<&str> = text.split_inclusive('\n').collect();
    let store = Store::open(&place).await.expect("opened");
    let mut changed = vec![
        (String::new(), "nothing"),
        (text.replace("R2", "R3"), "another reference"),
        (text.replace("boule/backup/1", "boule/backup/9"), "another form"),
        (all[..all.len() - 1].concat(), "no end"),
        (format!("{text}{}", all[1]), "something after the end"),
        (text.replacen("{\"in\"", "{\"out\"", 1), "another word"),
        (text.replace("\"in\":\"unit\"", "\"in\":\"migration\""), "a table that is none of ours"),
    ];
    for left_out in 1..all.len() - 1 {
        let rest = all.iter().enumerate().filter(|(n, _)| *n != left_out).map(|(_, line)| *line);
        changed.push((rest.collect(), "a line is missing"));
    }
    for (changed, why) in changed {
        assert!(store.import(&mut changed.as_bytes()).await.is_err(), "{why}");
        assert_eq!(store.verify().await.expect("read").entries, 0, "{why}: nothing was taken in");
    }
    store.import(&mut text.as_bytes()).await.expect("taken in as it was written");
}

pub async fn a_backup_has_every_table(place: String) {
    let store = Store::open(&place).await.expect("opened");
    let sql = if place.starts_with("postgres") {
        "SELECT CAST(table_name AS TEXT) FROM information_schema.tables WHERE table_schema = 'public'"
    } else {
        "SELECT name FROM sqlite_master WHERE type = 'table'"
    };
    let rows = sqlx::query(sql).fetch_all(&behind(&place).await).await.expect("read");
    let mut there: BTreeSet<String> = rows.iter().map(|row| row.try_get(0).expect("text")).collect();
    for own in ["migration", "word", "word_in"] {
        assert!(there.remove(own), "{own}");
    }
    let known = store.sizes().await.expect("read").into_iter().map(|(table, _)| table.to_owned());
    assert_eq!(known.collect::<BTreeSet<_>>(), there);
}

pub async fn a_copy_of_the_file_is_the_same(place: String) {
    let store = filled(&place).await;
    let (folder, other) = elsewhere();
    let copy = folder.path().join("boule.db");
    let copied = store.copy_to(&copy).await.expect("copied");
    assert_eq!(copied, !place.starts_with("postgres"));
    if copied {
        assert!(store.copy_to(&copy).await.is_err(), "what is there is never overwritten");
        assert_eq!(exported(&Store::open(&other).await.expect("opened")).await, exported(&store).await);
    }
}

pub async fn changed_bytes_of_files_are_found(place: String) {
    let store = filled(&place).await;
    let pool = behind(&place).await;
    for (table, name) in [
        ("file_bytes", "40aff2e9d2d8922e47afd4648e6967497158785fbd1da870e7110266bf944880"),
        ("publication", "panel.csv"),
    ] {
        let sql = format!("UPDATE {table} SET bytes = $1");
        sqlx::query(sqlx::AssertSqlSafe(sql)).bind(vec![7_u8]).execute(&pool).await.expect("changed");
        let wrong = store.examine().await.expect("read");
        assert_eq!(wrong.last(), Some(&format!("{name} in {table} is not what was added")));
    }
    assert!(matches!(store.file("f").await, Err(Error::Damaged(_))));
}

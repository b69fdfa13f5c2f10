//! The index of words finds what reading every text would find.

use std::collections::BTreeSet;

use serde_json::json;
use store::{Filter, Order, Recommendation, Store};

use crate::samples::{at, names, recommendation, save_work};
use crate::trust::behind;

const WORDS: &[&str] = &[
    "agua",
    "aguas",
    "Wasserwerk",
    "water",
    "under-water",
    "Árbol",
    "arboleda",
    "árboles,",
    "100%",
    "10%",
    "a_b",
    "ab",
    "Niño",
    "NIÑAS",
    "shade",
    "shades",
    "lampshade",
    "€uro",
    "straße",
    "trees",
];

/// Its words, some of them, always the same ones for the same number.
fn text(number: usize) -> String {
    let chosen = WORDS
        .iter()
        .enumerate()
        .filter(|(place, _)| (number * 7 + place * place * 3 + place).is_multiple_of(5));
    chosen.map(|(_, word)| *word).collect::<Vec<_>>().join(if number.is_multiple_of(2) { " " } else { "\n " })
}

/// As the store folds these words: the test knows the letters that occur.
fn folded(text: &str) -> String {
    let plain = |c: char| match c {
        'á' | 'Á' => 'a',
        'ñ' | 'Ñ' => 'n',
        c => c.to_ascii_lowercase(),
    };
    text.chars().map(plain).collect()
}

fn numbered(number: usize) -> Recommendation {
    let assembly = if number.is_multiple_of(3) { "climate" } else { "water" };
    let mut made = recommendation(&format!("id{number:02}"), assembly, &format!("Q{number:02}"));
    made.summary.titles = names("-");
    made.summary.theme = None;
    made
}

async fn save(store: &Store, text: impl Fn(usize) -> String, expected: Option<i64>) {
    let mut change = store.change("test", at(1)).await.expect("a change");
    for number in 0..40 {
        let mut made = numbered(number);
        made.summary.revision = expected.map_or(1, |before| before + 1);
        change.save_recommendation(&made, &text(number), expected).await.expect("saved");
    }
    change.note("test", "all", &json!({})).await.expect("noted");
    change.commit().await.expect("made");
}

async fn found(store: &Store, words: &str, assembly: Option<&str>) -> BTreeSet<String> {
    let filter = Filter {
        words: words.to_owned(),
        assemblies: assembly.map(str::to_owned).into_iter().collect(),
        ..Filter::default()
    };
    let listed = store.list(&filter, Order::Reference, None, 100).await.expect("read").items;
    assert_eq!(
        store.count(&filter).await.expect("read"),
        i64::try_from(listed.len()).expect("few"),
        "{words}"
    );
    listed.into_iter().map(|one| one.reference).collect()
}

/// Every part of every word, and pairs of parts.
fn parts() -> Vec<String> {
    let mut all = BTreeSet::new();
    for word in WORDS {
        let letters: Vec<char> = word.chars().collect();
        for start in 0..letters.len() {
            all.extend((start + 1..=letters.len()).map(|end| letters[start..end].iter().collect::<String>()));
        }
    }
    all.extend(
        ["zzz", "ter wat", "AGUA tree", "sha pshade", "%%%", "a!b", "___", "water 0%"].map(str::to_owned),
    );
    all.into_iter().collect()
}

async fn compare(store: &Store, text: impl Fn(usize) -> String, parts: &[String]) {
    for part in parts {
        for assembly in [None, Some("climate")] {
            let has = |number: &usize| {
                let whole = format!("q{number:02} - {}", folded(&text(*number)));
                folded(part).split_whitespace().all(|part| whole.contains(part))
            };
            let expected: BTreeSet<String> = (0..40_usize)
                .filter(|number| assembly.is_none() || number.is_multiple_of(3))
                .filter(has)
                .map(|number| format!("Q{number:02}"))
                .collect();
            assert_eq!(found(store, part, assembly).await, expected, "{part:?} in {assembly:?}");
        }
    }
}

pub async fn parts_of_words_are_found_as_if_every_text_were_read(place: String) {
    let store = Store::open(&place).await.expect("opened");
    save_work(&store, &["climate", "water"], &[]).await;
    save(&store, text, None).await;
    let parts: Vec<String> = parts();
    compare(&store, text, &parts).await;
    // Other words, fewer words, no words.
    let turned = |number: usize| if number == 5 { String::new() } else { text(number * 3 + 1) };
    save(&store, turned, Some(1)).await;
    let some: Vec<String> = parts.iter().step_by(5).cloned().collect();
    compare(&store, turned, &some).await;
    // A backup has no index: it is made where it is taken in.
    let mut lines = Vec::new();
    store.export(&mut lines).await.expect("written");
    assert!(!String::from_utf8_lossy(&lines).contains(r#""in":"word"#));
    let folder = tempfile::tempdir().expect("a folder");
    let restored = Store::open(folder.path().to_str().expect("plain")).await.expect("opened");
    restored.import(&mut lines.as_slice()).await.expect("taken in");
    compare(&restored, turned, &some).await;
    // What stands nowhere any more is not kept.
    save(&store, |_| String::new(), Some(2)).await;
    let rows =
        sqlx::query("SELECT word FROM word WHERE word LIKE '%shade%'").fetch_all(&behind(&place).await).await;
    assert_eq!(rows.expect("read").len(), 0);
}

pub async fn words_of_any_length_are_found(place: String) {
    let store = Store::open(&place).await.expect("opened");
    // No two parts are alike, and nothing that can be packed: what an index could not hold as one word.
    let long: String = (0..700).map(|number| format!("{:04x}ñ", number * 91 % 65_521)).collect();
    let many: String = (0..2_500).map(|number| format!("word{number} ")).collect();
    let mut change = store.change("test", at(0)).await.expect("a change");
    change.save_assembly(&crate::samples::assembly("climate"), None).await.expect("saved");
    for (id, text) in [("a", &long), ("b", &many)] {
        change.save_recommendation(&recommendation(id, "climate", id), text, None).await.expect("saved");
    }
    change.note("test", "all", &json!({})).await.expect("noted");
    change.commit().await.expect("made");
    let letters: Vec<char> = long.chars().collect();
    for (start, size) in [(0, 10), (195, 10), (399, 200), (1_801, 200), (3_100, 201), (0, 3_500), (3_490, 10)]
    {
        let part: String = letters[start..start + size].iter().collect();
        assert_eq!(found(&store, &part, None).await, BTreeSet::from(["a".to_owned()]), "{start} {size}");
    }
    assert_eq!(found(&store, "word2499 WORD0 ord17", None).await, BTreeSet::from(["b".to_owned()]));
}

//! Which recommendations have a word in them: an index of the words of their texts, the same on both databases.
//!
//! A part of a word is looked for among all the different words, which are far fewer than the texts, and then the texts that
//! have those words are looked up. As texts are cut at their spaces only, this finds what reading every text would find.

use std::collections::BTreeSet;

use sqlx::AnyConnection;

use crate::Result;
use crate::columns::Columns as _;
use crate::sql::Sql;

/// Fewer letters stand in nearly every text: it is quicker to read those.
const FEWEST: usize = 3;

/// What is longer is looked for in the texts themselves.
const LONGEST: usize = 200;

/// How many rows a statement writes: databases take so many values at once and no more.
const ROWS: usize = 500;

/// The condition on a recommendation that a part of a word stands in it. `?` is the pattern for LIKE. IS TRUE keeps databases
/// from fetching all that have it and sorting them: they walk an index in order and stop when a page is full.
pub const STANDS_IN: &str = "(id IN (SELECT recommendation FROM word_in WHERE word IN \
                             (SELECT word FROM word WHERE word LIKE ? ESCAPE '!'))) IS TRUE";

/// Whether a folded part of a word can be looked up.
pub fn is_indexed(part: &str) -> bool {
    (FEWEST..=LONGEST).contains(&part.chars().count())
}

/// The words of a folded text. A word too long for an index is there in pieces, such that each part of it that can be looked
/// up stands whole in one of them.
fn words(text: &str) -> BTreeSet<String> {
    text.split(' ').filter(|word| !word.is_empty()).flat_map(pieces).collect()
}

fn pieces(word: &str) -> Vec<String> {
    if word.len() <= 2 * LONGEST {
        return vec![word.to_owned()];
    }
    let letters: Vec<char> = word.chars().collect();
    let starts = (0..letters.len().saturating_sub(LONGEST).max(1)).step_by(LONGEST);
    starts.map(|start| letters.iter().skip(start).take(2 * LONGEST).collect()).collect()
}

/// Brings the index from what a recommendation's folded text was to what it is.
pub async fn change(within: &mut AnyConnection, id: &str, before: &str, after: &str) -> Result<()> {
    let (before, after) = (words(before), words(after));
    let gone: Vec<String> = before.difference(&after).cloned().collect();
    let new: Vec<String> = after.difference(&before).cloned().collect();
    for gone in gone.chunks(ROWS) {
        let mut sql = Sql::new("DELETE FROM word_in");
        sql.and("recommendation = ?", &[id.to_owned()]).one_of("word", gone);
        sql.run(within).await?;
        let mut sql = Sql::new("DELETE FROM word");
        sql.one_of("word", gone);
        sql.and("NOT EXISTS (SELECT 1 FROM word_in WHERE word_in.word = word.word)", &[]);
        sql.run(within).await?;
    }
    for new in new.chunks(ROWS) {
        let rows: Vec<Vec<String>> = new.iter().map(|word| vec![word.clone()]).collect();
        insert(within, "word (word)", &rows).await?;
        let rows: Vec<Vec<String>> = new.iter().map(|word| vec![word.clone(), id.to_owned()]).collect();
        insert(within, "word_in (word, recommendation)", &rows).await?;
    }
    Ok(())
}

async fn insert(within: &mut AnyConnection, into: &str, rows: &[Vec<String>]) -> Result<()> {
    let mut sql = Sql::new(&format!("INSERT INTO {into} VALUES "));
    for (row, values) in rows.iter().enumerate() {
        sql.then(if row == 0 { "(" } else { ", (" });
        for (place, value) in values.iter().enumerate() {
            sql.then(if place == 0 { "" } else { ", " }).bind(value.clone());
        }
        sql.then(")");
    }
    sql.then(" ON CONFLICT DO NOTHING");
    sql.run(within).await
}

/// Makes the index anew from the texts.
pub async fn rebuild(within: &mut AnyConnection) -> Result<()> {
    Sql::new("DELETE FROM word_in").run(within).await?;
    Sql::new("DELETE FROM word").run(within).await?;
    let ids = sqlx::query("SELECT id FROM recommendation ORDER BY id").fetch_all(&mut *within).await?;
    for row in ids {
        let id = row.text("id")?;
        let text = text_of(within, &id).await?;
        change(within, &id, "", &text).await?;
    }
    Ok(())
}

/// The folded text of a recommendation as it is stored; empty if there is none.
pub async fn text_of(within: &mut AnyConnection, id: &str) -> Result<String> {
    let query = sqlx::query("SELECT words FROM recommendation WHERE id = $1").bind(id.to_owned());
    query.fetch_optional(within).await?.map_or(Ok(String::new()), |row| row.text("words"))
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, is_indexed, words};
    use proptest::prelude::*;

    #[test]
    fn a_word_is_there_once() {
        assert_eq!(
            words("trees for  the trees, r1").into_iter().collect::<Vec<_>>(),
            ["for", "r1", "the", "trees", "trees,"]
        );
    }

    proptest! {
        #[test]
        fn whatever_can_be_looked_up_stands_in_one_of_the_words(
            text in "[a-cñ ]{0,40}([a-z0-9ñ]{0,1300})[ ]?[ab]{0,10}", start in 0..1300_usize, size in 3..=LONGEST,
        ) {
            let letters: Vec<char> = text.chars().collect();
            let starting = |at: usize| letters[at..].iter().take(size).take_while(|c| **c != ' ').collect::<String>();
            let parts: Vec<String> = (0..letters.len()).map(starting).filter(|part| is_indexed(part)).collect();
            prop_assume!(!parts.is_empty());
            let part = &parts[start % parts.len()];
            prop_assert!(words(&text).iter().any(|word| word.contains(part)));
            prop_assert!(words(&text).iter().all(|word| word.chars().count() <= 2 * LONGEST && text.contains(word.as_str())));
        }
    }
}

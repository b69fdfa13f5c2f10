//! The tables, made step by step when a store is opened.

use sqlx::{AnyConnection, AssertSqlSafe, Row as _};

use crate::place::Kind;
use crate::{Error, Result, search};

/// Each step runs once; a step that was released is never edited, a new one is added.
const STEPS: &[(&str, &str, &str)] = &[
    (
        include_str!("migrations/1.sql"),
        include_str!("migrations/sqlite.sql"),
        include_str!("migrations/postgres.sql"),
    ),
    (include_str!("migrations/mail.sql"), "", ""),
    (include_str!("migrations/ballots.sql"), "", ""),
    (
        include_str!("migrations/snapshots.sql"),
        include_str!("migrations/snapshots-sqlite.sql"),
        include_str!("migrations/snapshots-postgres.sql"),
    ),
    (include_str!("migrations/search.sql"), "", ""),
    (include_str!("migrations/letters.sql"), "", ""),
];

/// The step that made the index of words, which is filled from the texts that are there.
const SEARCH: i64 = 5;

/// The number of the last step that this program knows.
pub const LATEST: i64 = STEPS.len() as i64;

/// Runs the steps that are missing, in the transaction that it is given.
///
/// # Errors
/// [`Error::Newer`] if a later program wrote this database.
pub async fn run(within: &mut AnyConnection, kind: Kind) -> Result<()> {
    run_to(within, kind, LATEST).await
}

async fn run_to(within: &mut AnyConnection, kind: Kind, last: i64) -> Result<()> {
    if kind == Kind::Postgres {
        // Two servers that start at once: the second waits here.
        sqlx::raw_sql("SELECT pg_advisory_xact_lock(7309464071)").execute(&mut *within).await?;
    }
    sqlx::raw_sql("CREATE TABLE IF NOT EXISTS migration (number BIGINT PRIMARY KEY)")
        .execute(&mut *within)
        .await?;
    let done: i64 = sqlx::query("SELECT COALESCE(MAX(number), 0) AS done FROM migration")
        .fetch_one(&mut *within)
        .await?
        .try_get("done")?;
    if done > LATEST {
        return Err(Error::Newer { found: done, known: LATEST });
    }
    let missing = (1..=last).zip(STEPS).skip(usize::try_from(done).unwrap_or(0));
    for (number, (both, sqlite, postgres)) in missing {
        let own = if kind == Kind::Postgres { postgres } else { sqlite };
        sqlx::raw_sql(AssertSqlSafe(kind.words(both))).execute(&mut *within).await?;
        sqlx::raw_sql(*own).execute(&mut *within).await?;
        if number == SEARCH {
            search::rebuild(within).await?;
        }
        sqlx::query("INSERT INTO migration (number) VALUES ($1)").bind(number).execute(&mut *within).await?;
    }
    sqlx::query("INSERT INTO audit_head (one, seq, hash) VALUES (1, 0, $1) ON CONFLICT DO NOTHING")
        .bind(crate::audit::START.to_owned())
        .execute(&mut *within)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{SEARCH, run, run_to};
    use crate::columns::Columns as _;
    use crate::place::Kind;
    use sqlx::{AnyConnection, Connection as _};

    #[tokio::test]
    async fn what_was_written_before_there_was_an_index_of_words_is_in_it() {
        sqlx::any::install_default_drivers();
        let mut within = AnyConnection::connect("sqlite::memory:").await.expect("opened");
        run_to(&mut within, Kind::Sqlite, SEARCH - 1).await.expect("as it was");
        for sql in [
            "INSERT INTO assembly VALUES ('climate', 1, '{}', '', '{}')",
            "INSERT INTO recommendation (id, assembly, reference, sorting, revision, state, updated_at, titles, words, body) \
             VALUES ('a', 'climate', 'R1', 'r1', 1, 'draft', '', '{}', 'more shade', '{}')",
        ] {
            sqlx::query(sql).execute(&mut within).await.expect("written");
        }
        run(&mut within, Kind::Sqlite).await.expect("brought up to date");
        let rows = sqlx::query("SELECT word, recommendation FROM word_in ORDER BY word")
            .fetch_all(&mut within)
            .await;
        let rows = rows.expect("read");
        let rows = rows
            .iter()
            .map(|row| (row.text("word").expect("text"), row.text("recommendation").expect("text")));
        let a = |word: &str| (word.to_owned(), "a".to_owned());
        assert_eq!(rows.collect::<Vec<_>>(), [a("more"), a("shade")]);
    }
}

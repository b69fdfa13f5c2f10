//! The tables, made step by step when a store is opened.

use sqlx::{AnyConnection, AssertSqlSafe, Row as _};

use crate::place::Kind;
use crate::{Error, Result};

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
];

/// The number of the last step that this program knows.
pub const LATEST: i64 = STEPS.len() as i64;

/// Runs the steps that are missing, in the transaction that it is given.
///
/// # Errors
/// [`Error::Newer`] if a later program wrote this database.
pub async fn run(within: &mut AnyConnection, kind: Kind) -> Result<()> {
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
    for (number, (both, sqlite, postgres)) in (1..).zip(STEPS).skip(usize::try_from(done).unwrap_or(0)) {
        let own = if kind == Kind::Postgres { postgres } else { sqlite };
        sqlx::raw_sql(AssertSqlSafe(kind.words(both))).execute(&mut *within).await?;
        sqlx::raw_sql(*own).execute(&mut *within).await?;
        sqlx::query("INSERT INTO migration (number) VALUES ($1)")
            .bind(number as i64)
            .execute(&mut *within)
            .await?;
    }
    sqlx::query("INSERT INTO audit_head (one, seq, hash) VALUES (1, 0, $1) ON CONFLICT DO NOTHING")
        .bind(crate::audit::START.to_owned())
        .execute(&mut *within)
        .await?;
    Ok(())
}

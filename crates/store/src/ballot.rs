//! Anonymous ballots: each is used once and counted in the same transaction, and of it only is kept how it came in.
//!
//! No row says which scores one ballot had, and no row, time or line of the audit log says when it came in. What remains:
//! whoever holds the secrets of a round's ballots can see which of them were used; whoever can copy the whole database just
//! before and just after one ballot can see what it changed, and PostgreSQL's administrators can do that for the last ballot
//! by the number of its transaction (`xmin`). That is why scores are read when a round is over, and not before.

use crate::columns::Columns as _;
use crate::place::Transaction;
use crate::sql::Sql;
use crate::{Change, Error, Result, Store};

/// How many rows are written at a time.
const ROWS: usize = 500;

/// How often each score from 0 to 10 was given to a recommendation, by its id.
pub type Counted = (String, [u32; 11]);

impl Store {
    /// The round of a ballot by the hash of its secret, and whether it was used.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn ballot(&self, hash: &str) -> Result<Option<(String, bool)>> {
        let query = sqlx::query("SELECT round, used FROM ballot WHERE hash = $1").bind(hash.to_owned());
        let row = query.fetch_optional(&self.pool).await?;
        row.map(|row| Ok((row.text("round")?, row.yes("used")?))).transpose()
    }

    /// How many ballots a round has given out, and how many were used.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn ballots(&self, round: &str) -> Result<(u64, u64)> {
        let row = sqlx::query(
            "SELECT COUNT(*) AS given, CAST(COALESCE(SUM(CASE WHEN used > 0 THEN 1 ELSE 0 END), 0) AS BIGINT) AS came \
             FROM ballot WHERE round = $1",
        )
        .bind(round.to_owned())
        .fetch_one(&self.pool)
        .await?;
        Ok((row.whole("given")?.unsigned_abs(), row.whole("came")?.unsigned_abs()))
    }

    /// Uses a ballot and counts its scores: true once. Of two who send it at the same moment, one is told so. Not in the audit
    /// log, whose order would say when.
    ///
    /// # Errors
    /// [`Error::Missing`] if a recommendation is not in the round or a score not from 0 to 10; nothing is counted then.
    pub async fn cast(&self, round: &str, hash: &str, scores: &[(String, u8)]) -> Result<bool> {
        let _writing = self.writing.lock().await;
        let mut within = self.begin(self.kind.begin()).await?;
        let counted = count(&mut within, round, hash, scores, ONLINE).await?;
        if counted {
            within.commit().await?;
        }
        Ok(counted)
    }

    /// The hashes of a round's ballots, and by which way each came in; 0 where it did not.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn ballot_hashes(&self, round: &str) -> Result<Vec<(String, i64)>> {
        let query = sqlx::query("SELECT hash, used FROM ballot WHERE round = $1 ORDER BY hash");
        let rows = query.bind(round.to_owned()).fetch_all(&self.pool).await?;
        rows.iter().map(|row| Ok((row.text("hash")?, row.whole("used")?))).collect()
    }

    /// How many ballots of a round came in by each way, the number that [`Change::cast`] was given; 1 is online.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn ballot_ways(&self, round: &str) -> Result<Vec<(i64, u64)>> {
        let rows = sqlx::query(
            "SELECT used, COUNT(*) AS many FROM ballot WHERE round = $1 AND used > 0 GROUP BY used ORDER BY used",
        )
        .bind(round.to_owned())
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(|row| Ok((row.whole("used")?, row.whole("many")?.unsigned_abs()))).collect()
    }

    /// What was counted in a round, by recommendation.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn scores(&self, round: &str) -> Result<Vec<Counted>> {
        let rows = sqlx::query(
            "SELECT recommendation, score, n FROM score WHERE round = $1 ORDER BY recommendation, score",
        )
        .bind(round.to_owned())
        .fetch_all(&self.pool)
        .await?;
        let mut all: Vec<Counted> = Vec::new();
        for row in &rows {
            let id = row.text("recommendation")?;
            if all.last().is_none_or(|(last, _)| *last != id) {
                all.push((id, [0; 11]));
            }
            let place = usize::try_from(row.whole("score")?).unwrap_or(usize::MAX);
            if let Some(count) = all.last_mut().and_then(|(_, counts)| counts.get_mut(place)) {
                *count = u32::try_from(row.whole("n")?).unwrap_or(u32::MAX);
            }
        }
        Ok(all)
    }
}

/// The way of a ballot that its own holder sent.
const ONLINE: i64 = 1;

/// Uses a ballot and counts its scores; false if it was used already.
async fn count(
    within: &mut Transaction,
    round: &str,
    hash: &str,
    scores: &[(String, u8)],
    way: i64,
) -> Result<bool> {
    let used = sqlx::query("UPDATE ballot SET used = $3 WHERE hash = $1 AND round = $2 AND used = 0")
        .bind(hash.to_owned())
        .bind(round.to_owned())
        .bind(way)
        .execute(&mut **within)
        .await?;
    if used.rows_affected() != 1 {
        return Ok(false);
    }
    // Always in the same order, so that two servers never wait for each other.
    let mut scores: Vec<_> = scores.iter().collect();
    scores.sort_unstable();
    for (recommendation, score) in scores {
        let counted =
            sqlx::query("UPDATE score SET n = n + 1 WHERE round = $1 AND recommendation = $2 AND score = $3")
                .bind(round.to_owned())
                .bind(recommendation.clone())
                .bind(i64::from(*score))
                .execute(&mut **within)
                .await?;
        if counted.rows_affected() != 1 {
            return Err(Error::Missing);
        }
    }
    Ok(true)
}

impl Change {
    /// Uses a ballot that somebody else enters, and counts its scores: true once, whoever of its holder and the one who
    /// enters it was first. `way` says how it came, 2 or more. Whoever enters it saw it, so the audit log may say so.
    ///
    /// # Errors
    /// As [`Store::cast`]; then the change must not be made.
    pub async fn cast(&mut self, round: &str, hash: &str, scores: &[(String, u8)], way: i64) -> Result<bool> {
        count(&mut self.within, round, hash, scores, way).await
    }

    /// Makes the rows of a round: every recommendation with every score, and what was counted on paper before (else 0).
    ///
    /// # Errors
    /// [`Error::Taken`] if the round has rows, [`Error::Missing`] if there is no such round or recommendation.
    pub async fn open_scores(&mut self, round: &str, counted: &[Counted]) -> Result<()> {
        let rows: Vec<(&str, i64, i64)> = counted
            .iter()
            .flat_map(|(id, counts)| {
                (0..).zip(counts).map(move |(score, n)| (id.as_str(), score, i64::from(*n)))
            })
            .collect();
        for some in rows.chunks(ROWS) {
            let mut sql = Sql::new("INSERT INTO score (round, recommendation, score, n) VALUES ");
            for (place, (id, score, n)) in some.iter().enumerate() {
                sql.then(if place == 0 { "(" } else { ", (" }).bind(round.to_owned());
                sql.then(", ").bind((*id).to_owned()).then(", ").bind(*score).then(", ").bind(*n).then(")");
            }
            sql.run(&mut self.within).await?;
        }
        Ok(())
    }

    /// Gives out ballots by the hashes of their secrets, in the order of the hashes whatever the order given.
    ///
    /// # Errors
    /// [`Error::Missing`] if there is no such round.
    pub async fn add_ballots(&mut self, round: &str, hashes: &[String]) -> Result<()> {
        let fresh: Vec<(String, i64)> = hashes.iter().map(|hash| (hash.clone(), 0)).collect();
        self.bring_in_ballots(round, &fresh).await
    }

    /// The same of ballots as [`Store::ballot_hashes`] has them.
    ///
    /// # Errors
    /// [`Error::Missing`] if there is no such round.
    pub async fn bring_in_ballots(&mut self, round: &str, ballots: &[(String, i64)]) -> Result<()> {
        let mut ballots: Vec<&(String, i64)> = ballots.iter().collect();
        ballots.sort_unstable();
        for some in ballots.chunks(ROWS) {
            let mut sql = Sql::new("INSERT INTO ballot (hash, round, used) VALUES ");
            for (place, (hash, used)) in some.iter().enumerate() {
                sql.then(if place == 0 { "(" } else { ", (" }).bind(hash.clone());
                sql.then(", ").bind(round.to_owned()).then(", ").bind(*used).then(")");
            }
            sql.run(&mut self.within).await?;
        }
        Ok(())
    }
}

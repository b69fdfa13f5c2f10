//! Letters on their way: written once, held by one sender at a time, and marked so that a sender that dies loses none.
//!
//! A letter goes `waiting -> held -> handing -> sent`. What dies while it is held was not sent: another sender takes it when
//! the time of the first is over. What dies while it is being handed over may have been received; it is sent again with the
//! same id, and `unsure` counts how often that happened.

use jiff::Timestamp;
use sqlx::any::AnyRow;

use crate::columns::{Columns as _, time};
use crate::{Change, Result, Store};

/// A letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// Opaque; the receiver knows the letter by it.
    pub id: String,
    /// What it is and for whom: two letters never have the same.
    pub key: String,
    /// For whom, as the caller writes it; never an address.
    pub reader: String,
    /// What it is, a word of the caller's.
    pub kind: String,
    /// When it was written.
    pub written_at: Timestamp,
    /// How often a sender took it.
    pub tries: i64,
    /// How often a sender died when the receiver may have had it.
    pub unsure: i64,
    /// What it says, as the caller writes it; none once it has ended.
    pub body: Option<String>,
    /// Where it is: `waiting`, `held`, `handing`, `sent`, `returned` or `dropped`.
    pub state: String,
    /// Why it is not sent (yet): a code or a word, never an address.
    pub problem: Option<String>,
}

impl Letter {
    fn read(row: &AnyRow) -> Result<Self> {
        Ok(Self {
            id: row.text("id")?,
            key: row.text("key")?,
            reader: row.text("reader")?,
            kind: row.text("kind")?,
            written_at: row.time("written_at")?,
            tries: row.whole("tries")?,
            unsure: row.whole("unsure")?,
            body: row.maybe("body")?,
            state: row.text("state")?,
            problem: row.maybe("problem")?,
        })
    }
}

impl Change {
    /// Writes a letter, to be sent from now on: false if there is one with its key already. It waits, whatever its state says.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn write_letter(&mut self, letter: &Letter) -> Result<bool> {
        let done = sqlx::query(
            "INSERT INTO letter (id, key, reader, kind, state, written_at, next_at, tries, unsure, body) \
             VALUES ($1, $2, $3, $4, 'waiting', $5, $5, 0, 0, $6) ON CONFLICT (key) DO NOTHING",
        )
        .bind(letter.id.clone())
        .bind(letter.key.clone())
        .bind(letter.reader.clone())
        .bind(letter.kind.clone())
        .bind(time(letter.written_at))
        .bind(letter.body.clone())
        .execute(&mut *self.within)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Notes a step of escalation: true the first time for this due date.
    ///
    /// # Errors
    /// [`crate::Error::Missing`] if there is no such recommendation.
    pub async fn reach(&mut self, step: &Step) -> Result<bool> {
        let done = sqlx::query(
            "INSERT INTO step (recommendation, deadline, due_on, rung, at) VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT DO NOTHING",
        )
        .bind(step.recommendation.clone())
        .bind(step.deadline)
        .bind(step.due.clone())
        .bind(step.rung.clone())
        .bind(time(self.at))
        .execute(&mut *self.within)
        .await?;
        Ok(done.rows_affected() == 1)
    }
}

/// A step of escalation of a deadline.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Step {
    /// The recommendation's id.
    pub recommendation: String,
    /// The deadline's number in it.
    pub deadline: i64,
    /// The last day in time, ISO 8601.
    pub due: String,
    /// Which step, a word of the caller's.
    pub rung: String,
}

impl Store {
    /// The steps of an assembly's recommendations that were noted.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn steps(&self, assembly: &str) -> Result<Vec<Step>> {
        let rows = sqlx::query(
            "SELECT step.recommendation, step.deadline, step.due_on, step.rung FROM recommendation, step \
             WHERE recommendation.assembly = $1 AND step.recommendation = recommendation.id",
        )
        .bind(assembly.to_owned())
        .fetch_all(&self.pool)
        .await?;
        let read = |row: &AnyRow| {
            Ok(Step {
                recommendation: row.text("recommendation")?,
                deadline: row.whole("deadline")?,
                due: row.text("due_on")?,
                rung: row.text("rung")?,
            })
        };
        rows.iter().map(read).collect()
    }

    /// Takes the letter that has waited longest, for a sender of this name until a time: of two senders one gets it. What
    /// another sender took and did not end in its time is taken too.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn take_letter(
        &self,
        holder: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<Letter>> {
        let row = sqlx::query(
            "UPDATE letter SET unsure = unsure + CASE state WHEN 'handing' THEN 1 ELSE 0 END, state = 'held', holder = $1, \
               next_at = $2, tries = tries + 1 \
             WHERE next_at <= $3 AND id = (SELECT id FROM letter WHERE ended_at IS NULL AND next_at <= $3 \
               ORDER BY next_at, written_at, id LIMIT 1) RETURNING *",
        )
        .bind(holder.to_owned())
        .bind(time(until))
        .bind(time(now))
        .fetch_optional(&self.pool)
        .await?;
        row.as_ref().map(Letter::read).transpose()
    }

    /// Says that the receiver gets the letter from now on: false if the sender's time was over and another may have it.
    ///
    /// # Errors
    /// If the database cannot be written; then nothing may be handed over.
    pub async fn hand_letter(&self, id: &str, holder: &str, now: Timestamp) -> Result<bool> {
        let done = sqlx::query(
            "UPDATE letter SET state = 'handing' WHERE id = $1 AND holder = $2 AND state = 'held' AND next_at > $3",
        )
        .bind(id.to_owned())
        .bind(holder.to_owned())
        .bind(time(now))
        .execute(&self.pool)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Ends a letter: `sent`, `returned` (the receiver does not want it) or `dropped` (nobody is there to read it).
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn end_letter(
        &self,
        id: &str,
        holder: &str,
        state: &str,
        now: Timestamp,
        problem: Option<&str>,
    ) -> Result<()> {
        sqlx::query(
            "UPDATE letter SET state = $3, ended_at = $4, problem = $5, body = NULL, holder = NULL \
             WHERE id = $1 AND holder = $2",
        )
        .bind(id.to_owned())
        .bind(holder.to_owned())
        .bind(state.to_owned())
        .bind(time(now))
        .bind(problem.map(str::to_owned))
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Puts a letter back until a time. One that the receiver may have stays marked so.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn put_letter_back(
        &self,
        id: &str,
        holder: &str,
        next: Timestamp,
        problem: &str,
        may_be_there: bool,
    ) -> Result<()> {
        let state = if may_be_there { "handing" } else { "waiting" };
        sqlx::query(
            "UPDATE letter SET state = $3, next_at = $4, problem = $5, holder = NULL WHERE id = $1 AND holder = $2",
        )
        .bind(id.to_owned())
        .bind(holder.to_owned())
        .bind(state.to_owned())
        .bind(time(next))
        .bind(problem.to_owned())
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Whether a letter of this kind was written since a time.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn has_letters(&self, kind: &str, since: Timestamp) -> Result<bool> {
        let row = sqlx::query("SELECT COUNT(*) AS many FROM letter WHERE kind = $1 AND written_at >= $2")
            .bind(kind.to_owned())
            .bind(time(since))
            .fetch_one(&self.pool)
            .await?;
        Ok(row.whole("many")? > 0)
    }

    /// The letter with this id.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn letter(&self, id: &str) -> Result<Option<Letter>> {
        let query = sqlx::query("SELECT * FROM letter WHERE id = $1").bind(id.to_owned());
        query.fetch_optional(&self.pool).await?.as_ref().map(Letter::read).transpose()
    }

    /// The letters written last, newest first.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn letters(&self, most: i64) -> Result<Vec<Letter>> {
        let rows = sqlx::query("SELECT * FROM letter ORDER BY written_at DESC, id LIMIT $1")
            .bind(most)
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(Letter::read).collect()
    }

    /// How many letters there are in each state.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn letters_by_state(&self) -> Result<Vec<(String, i64)>> {
        let rows = sqlx::query("SELECT state, COUNT(*) AS many FROM letter GROUP BY state ORDER BY state")
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(|row| Ok((row.text("state")?, row.whole("many")?))).collect()
    }
}

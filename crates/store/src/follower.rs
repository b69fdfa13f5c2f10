//! People who follow an assembly or a recommendation by e-mail.

use jiff::Timestamp;
use sqlx::any::AnyRow;

use crate::columns::{Columns as _, time};
use crate::{Change, Result, Store};

/// Somebody who follows. The row goes when this ends, and the address with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Follower {
    /// Opaque.
    pub id: String,
    /// What confirms and ends it, and nothing else.
    pub secret: String,
    /// The address, in lower case.
    pub address: String,
    /// The language of the letters.
    pub language: String,
    /// The assembly's id.
    pub assembly: String,
    /// The recommendation's id; none: everything of the assembly.
    pub recommendation: Option<String>,
    /// When somebody asked for it.
    pub asked_at: Timestamp,
    /// When whoever reads the address confirmed it.
    pub confirmed_at: Option<Timestamp>,
    /// Until when they were told what happened.
    pub told_until: Timestamp,
}

impl Follower {
    fn read(row: &AnyRow) -> Result<Self> {
        Ok(Self {
            id: row.text("id")?,
            secret: row.text("secret")?,
            address: row.text("address")?,
            language: row.text("language")?,
            assembly: row.text("assembly")?,
            recommendation: Some(row.text("recommendation")?).filter(|id| !id.is_empty()),
            asked_at: row.time("asked_at")?,
            confirmed_at: row.maybe_time("confirmed_at")?,
            told_until: row.time("told_until")?,
        })
    }
}

impl Store {
    /// The follower with this id.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn follower(&self, id: &str) -> Result<Option<Follower>> {
        let query = sqlx::query("SELECT * FROM follower WHERE id = $1").bind(id.to_owned());
        query.fetch_optional(&self.pool).await?.as_ref().map(Follower::read).transpose()
    }

    /// The follower with this secret.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn follower_by_secret(&self, secret: &str) -> Result<Option<Follower>> {
        let query = sqlx::query("SELECT * FROM follower WHERE secret = $1").bind(secret.to_owned());
        query.fetch_optional(&self.pool).await?.as_ref().map(Follower::read).transpose()
    }

    /// Those who have confirmed and were last told before a time.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn followers_told_before(&self, at: Timestamp) -> Result<Vec<Follower>> {
        let rows = sqlx::query(
            "SELECT * FROM follower WHERE confirmed_at IS NOT NULL AND told_until < $1 ORDER BY assembly, id",
        )
        .bind(time(at))
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(Follower::read).collect()
    }

    /// How many have confirmed.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn count_followers(&self) -> Result<i64> {
        sqlx::query("SELECT COUNT(*) AS many FROM follower WHERE confirmed_at IS NOT NULL")
            .fetch_one(&self.pool)
            .await?
            .whole("many")
    }
}

impl Change {
    /// Writes a follower down: false if this address follows the same already, confirmed or not.
    ///
    /// # Errors
    /// [`crate::Error::Missing`] if there is no such assembly.
    pub async fn add_follower(&mut self, follower: &Follower) -> Result<bool> {
        let done = sqlx::query(
            "INSERT INTO follower (id, secret, address, language, assembly, recommendation, asked_at, confirmed_at, told_until) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING",
        )
        .bind(follower.id.clone())
        .bind(follower.secret.clone())
        .bind(follower.address.to_lowercase())
        .bind(follower.language.clone())
        .bind(follower.assembly.clone())
        .bind(follower.recommendation.clone().unwrap_or_default())
        .bind(time(follower.asked_at))
        .bind(follower.confirmed_at.map(time))
        .bind(time(follower.told_until))
        .execute(&mut *self.within)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Confirms: from now on they are told. Confirmed before, nothing changes.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn confirm_follower(&mut self, secret: &str) -> Result<bool> {
        let done = sqlx::query(
            "UPDATE follower SET confirmed_at = $2, told_until = $2 WHERE secret = $1 AND confirmed_at IS NULL",
        )
        .bind(secret.to_owned())
        .bind(time(self.at))
        .execute(&mut *self.within)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Notes until when a follower was told.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn told_follower(&mut self, id: &str, until: Timestamp) -> Result<()> {
        sqlx::query("UPDATE follower SET told_until = $2 WHERE id = $1 AND told_until < $2")
            .bind(id.to_owned())
            .bind(time(until))
            .execute(&mut *self.within)
            .await?;
        Ok(())
    }

    /// Ends one following and forgets its address: the ids that ended, none if there was none.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn end_follower(&mut self, secret: &str) -> Result<Vec<String>> {
        self.forget("DELETE FROM follower WHERE secret = $1 RETURNING id", secret.to_owned()).await
    }

    /// Forgets an address wherever it follows: the ids that ended.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn forget_address(&mut self, address: &str) -> Result<Vec<String>> {
        self.forget("DELETE FROM follower WHERE address = $1 RETURNING id", address.trim().to_lowercase())
            .await
    }

    /// Forgets those who never confirmed and asked before a time: the ids that ended.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn forget_unconfirmed(&mut self, before: Timestamp) -> Result<Vec<String>> {
        let sql = "DELETE FROM follower WHERE confirmed_at IS NULL AND asked_at < $1 RETURNING id";
        self.forget(sql, time(before)).await
    }

    async fn forget(&mut self, sql: &'static str, value: String) -> Result<Vec<String>> {
        let rows = sqlx::query(sql).bind(value).fetch_all(&mut *self.within).await?;
        rows.iter().map(|row| row.text("id")).collect()
    }
}

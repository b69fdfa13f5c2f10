//! Keys of programs that use the API, and answers to requests that may be sent again.

use jiff::Timestamp;
use sqlx::any::AnyRow;

use crate::columns::{Columns as _, time};
use crate::{Change, Error, Result, Store};

/// A key; the program has the secret, the table its hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Opaque.
    pub id: String,
    /// SHA-256 of the secret, in hexadecimal.
    pub hash: String,
    /// What people call it.
    pub name: String,
    /// What it may do: words of the caller's, with spaces between.
    pub scopes: String,
    /// Only in this assembly.
    pub assembly: Option<String>,
    /// Only in this unit.
    pub unit: Option<String>,
    /// Who made it: an opaque id.
    pub created_by: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
    /// When it was taken back.
    pub revoked_at: Option<Timestamp>,
}

/// What a request was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// SHA-256 of the request, in hexadecimal: another request with the same key is a mistake.
    pub request: String,
    /// The HTTP status.
    pub status: i64,
    /// The body.
    pub body: String,
}

impl Token {
    fn read(row: &AnyRow) -> Result<Self> {
        Ok(Self {
            id: row.text("id")?,
            hash: row.text("hash")?,
            name: row.text("name")?,
            scopes: row.text("scopes")?,
            assembly: row.maybe("assembly")?,
            unit: row.maybe("unit")?,
            created_by: row.text("created_by")?,
            created_at: row.time("created_at")?,
            expires_at: row.time("expires_at")?,
            revoked_at: row.maybe_time("revoked_at")?,
        })
    }
}

impl Store {
    /// The key with this hash, if it works at a time.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn token(&self, hash: &str, at: Timestamp) -> Result<Option<Token>> {
        let query =
            sqlx::query("SELECT * FROM token WHERE hash = $1 AND expires_at > $2 AND revoked_at IS NULL")
                .bind(hash.to_owned())
                .bind(time(at));
        query.fetch_optional(&self.pool).await?.as_ref().map(Token::read).transpose()
    }

    /// All keys, also those that have ended, oldest first.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn tokens(&self) -> Result<Vec<Token>> {
        let rows = sqlx::query("SELECT * FROM token ORDER BY created_at, id").fetch_all(&self.pool).await?;
        rows.iter().map(Token::read).collect()
    }
}

impl Change {
    /// Makes a key.
    ///
    /// # Errors
    /// [`Error::Taken`] if there is one with this id.
    pub async fn add_token(&mut self, token: &Token) -> Result<()> {
        sqlx::query(
            "INSERT INTO token (id, hash, name, scopes, assembly, unit, created_by, created_at, expires_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(token.id.clone())
        .bind(token.hash.clone())
        .bind(token.name.clone())
        .bind(token.scopes.clone())
        .bind(token.assembly.clone())
        .bind(token.unit.clone())
        .bind(token.created_by.clone())
        .bind(time(token.created_at))
        .bind(time(token.expires_at))
        .execute(&mut *self.within)
        .await?;
        Ok(())
    }

    /// Takes a key back.
    ///
    /// # Errors
    /// [`Error::Missing`] if there is none, or it was taken back before.
    pub async fn revoke_token(&mut self, id: &str) -> Result<()> {
        let now = time(self.at);
        let done = sqlx::query("UPDATE token SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL")
            .bind(id.to_owned())
            .bind(now)
            .execute(&mut *self.within)
            .await?;
        if done.rows_affected() == 1 { Ok(()) } else { Err(Error::Missing) }
    }

    /// What was answered to a key's request before. Asked inside the change, so that of two equal requests at once the
    /// second sees the answer of the first.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn answered(&mut self, token: &str, key: &str) -> Result<Option<Answer>> {
        let row =
            sqlx::query("SELECT request, status, body FROM answer WHERE token = $1 AND idempotency_key = $2")
                .bind(token.to_owned())
                .bind(key.to_owned())
                .fetch_optional(&mut *self.within)
                .await?;
        row.map(|row| {
            Ok(Answer {
                request: row.text("request")?,
                status: row.whole("status")?,
                body: row.text("body")?,
            })
        })
        .transpose()
    }

    /// Keeps what is answered to a key's request, together with what the request did.
    ///
    /// # Errors
    /// [`Error::Taken`] if it was answered before.
    pub async fn answer(&mut self, token: &str, key: &str, answer: &Answer) -> Result<()> {
        let now = time(self.at);
        sqlx::query(
            "INSERT INTO answer (token, idempotency_key, request, status, body, at) VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(token.to_owned())
        .bind(key.to_owned())
        .bind(answer.request.clone())
        .bind(answer.status)
        .bind(answer.body.clone())
        .bind(now)
        .execute(&mut *self.within)
        .await?;
        Ok(())
    }
}

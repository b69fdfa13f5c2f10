//! The audit log: every change, hash-chained, checked from beginning to end.

use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use sqlx::any::AnyRow;

use crate::columns::Columns as _;
use crate::{Result, Store};

/// What precedes the first entry.
pub const START: &str = "0000000000000000000000000000000000000000000000000000000000000000";

const TAG: &[u8] = b"boule/audit/1\n";

/// One line of the log. The hash is SHA-256 of the tag `boule/audit/1` and a line feed, the number as eight bytes (big end
/// first), the previous hash as 32 bytes, and the canonical JSON (RFC 8785) of actor, at, body, kind and subject.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// Counted from 1 without a gap.
    pub seq: i64,
    /// When, in UTC with six decimals.
    pub at: String,
    /// Who: an opaque id, or the name of a part of the program.
    pub actor: String,
    /// What was done.
    pub kind: String,
    /// The id of what it was done to.
    pub subject: String,
    /// Whatever explains it, as canonical JSON.
    pub body: String,
    /// The hash of the entry before.
    pub previous: String,
    /// The hash of this entry.
    pub hash: String,
}

impl Entry {
    pub(crate) fn new(
        seq: i64,
        previous: String,
        at: String,
        actor: &str,
        kind: &str,
        subject: &str,
        body: &Value,
    ) -> Self {
        let (actor, kind, subject) = (actor.to_owned(), kind.to_owned(), subject.to_owned());
        let mut entry =
            Self { seq, at, actor, kind, subject, body: canonical(body), previous, hash: String::new() };
        entry.hash = entry.digest(body);
        entry
    }

    fn digest(&self, body: &Value) -> String {
        let said = canonical(&json!({
            "actor": self.actor, "at": self.at, "body": body, "kind": self.kind, "subject": self.subject,
        }));
        let mut hash = Sha256::new_with_prefix(TAG);
        hash.update(self.seq.to_be_bytes());
        hash.update(bytes(&self.previous));
        hash.update(said);
        hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Whether this entry is what was written, and follows on `previous`, which has the number before.
    #[must_use]
    pub fn follows(&self, seq: i64, previous: &str) -> Option<&'static str> {
        if self.seq != seq + 1 {
            return Some("entries before it are missing");
        }
        if self.previous != previous {
            return Some("it does not follow on the entry before it");
        }
        match serde_json::from_str::<Value>(&self.body) {
            Ok(body) if canonical(&body) == self.body && self.digest(&body) == self.hash => None,
            _ => Some("it has been changed"),
        }
    }

    fn read(row: &AnyRow) -> Result<Self> {
        Ok(Self {
            seq: row.whole("seq")?,
            at: row.text("at")?,
            actor: row.text("actor")?,
            kind: row.text("kind")?,
            subject: row.text("subject")?,
            body: row.text("body")?,
            previous: row.text("previous")?,
            hash: row.text("hash")?,
        })
    }
}

fn canonical(value: &Value) -> String {
    serde_json_canonicalizer::to_string(value).expect("a JSON value has a canonical form")
}

/// Hexadecimal as bytes; what is none stands for itself, so that any change shows.
fn bytes(hex: &str) -> Vec<u8> {
    let pairs = hex.as_bytes().chunks(2).map(|pair| {
        std::str::from_utf8(pair)
            .ok()
            .filter(|pair| pair.len() == 2)
            .and_then(|pair| u8::from_str_radix(pair, 16).ok())
    });
    pairs.collect::<Option<Vec<u8>>>().unwrap_or_else(|| hex.as_bytes().to_vec())
}

/// What came of checking the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// How many entries were read.
    pub entries: i64,
    /// The hash of the last: publish it, and nobody can rewrite what is before it.
    pub head: String,
    /// Where the chain is broken and why, first the earliest.
    pub broken: Vec<Broken>,
}

/// A place where the log is not what was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Broken {
    /// The entry's number.
    pub seq: i64,
    /// What is wrong with it.
    pub why: &'static str,
}

impl Store {
    /// Reads the whole log and checks every entry; after the first that is broken, the others are checked against what
    /// they say themselves.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn verify(&self) -> Result<Verdict> {
        let mut verdict = Verdict { entries: 0, head: START.to_owned(), broken: Vec::new() };
        let mut last = 0;
        loop {
            let entries = self.log(last, 1000).await?;
            if entries.is_empty() {
                break;
            }
            for entry in entries {
                if let Some(why) = entry.follows(last, &verdict.head) {
                    verdict.broken.push(Broken { seq: entry.seq, why });
                }
                last = entry.seq;
                verdict.entries += 1;
                verdict.head = entry.hash;
            }
        }
        let head =
            sqlx::query("SELECT seq, hash FROM audit_head WHERE one = 1").fetch_optional(&self.pool).await?;
        let head =
            head.map(|row| Ok::<_, crate::Error>((row.whole("seq")?, row.text("hash")?))).transpose()?;
        if head != Some((last, verdict.head.clone())) {
            verdict.broken.push(Broken { seq: last + 1, why: "the end of the log is missing" });
        }
        Ok(verdict)
    }

    /// The hash of the last entry: another one whenever anything was changed.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn head(&self) -> Result<String> {
        sqlx::query("SELECT hash FROM audit_head WHERE one = 1").fetch_one(&self.pool).await?.text("hash")
    }

    /// At most `limit` entries after number `after`, oldest first.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn log(&self, after: i64, limit: i64) -> Result<Vec<Entry>> {
        let rows = sqlx::query("SELECT * FROM audit WHERE seq > $1 ORDER BY seq LIMIT $2")
            .bind(after)
            .bind(limit)
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(Entry::read).collect()
    }

    /// The number of the entry with this hash: a head that was published earlier must still be in the log.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn entry_with_hash(&self, hash: &str) -> Result<Option<i64>> {
        let query = sqlx::query("SELECT seq FROM audit WHERE hash = $1").bind(hash.to_owned());
        query.fetch_optional(&self.pool).await?.map(|row| row.whole("seq")).transpose()
    }

    /// The last entry that was written before an instant, as entries say it.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn last_before(&self, at: &str) -> Result<Option<Entry>> {
        let query =
            sqlx::query("SELECT * FROM audit WHERE at < $1 ORDER BY seq DESC LIMIT 1").bind(at.to_owned());
        query.fetch_optional(&self.pool).await?.as_ref().map(Entry::read).transpose()
    }

    /// At most `limit` entries before number `before` (all if none), newest first; of one subject if it is named.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn latest(&self, subject: Option<&str>, before: Option<i64>, limit: i64) -> Result<Vec<Entry>> {
        let before = before.unwrap_or(i64::MAX);
        let query = match subject {
            Some(subject) => {
                sqlx::query("SELECT * FROM audit WHERE seq < $1 AND subject = $3 ORDER BY seq DESC LIMIT $2")
                    .bind(before)
                    .bind(limit)
                    .bind(subject.to_owned())
            }
            None => sqlx::query("SELECT * FROM audit WHERE seq < $1 ORDER BY seq DESC LIMIT $2")
                .bind(before)
                .bind(limit),
        };
        query.fetch_all(&self.pool).await?.iter().map(Entry::read).collect()
    }
}

//! Backups: a copy of SQLite's file, or every row as a line of JSON, which either database takes in.
//!
//! The lines are: one with the form and the last migration, one for each row as `{"in": table, "row": {column: value}}` with
//! bytes in base64, and one with the number of rows and SHA-256 of all bytes before it.

use std::io::{BufRead, Write};
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::TryStreamExt as _;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};
use sqlx::any::{AnyArguments, AnyRow, AnyTypeInfoKind};
use sqlx::{AnyConnection, Arguments as _, AssertSqlSafe, Column as _, Row as _, ValueRef as _};

use crate::columns::Columns as _;
use crate::migrations::LATEST;
use crate::place::Kind;
use crate::{Error, Result, Store, search};

/// The first line's form.
const FORM: &str = "boule/backup/1";

/// Every table but `migration` and the index of words (made from the texts), those that others point to first, and the order of
/// its rows.
const TABLES: &[(&str, &str)] = &[
    ("audit", "seq"),
    ("audit_head", "one"),
    ("person", "id"),
    ("role_grant", "id"),
    ("session", "hash"),
    ("link", "hash"),
    ("unit", "id"),
    ("post", "id"),
    ("holding", "id"),
    ("assembly", "id"),
    ("recommendation", "id"),
    ("event", "recommendation, seq"),
    ("draft", "person, subject, kind"),
    ("file_bytes", "sha256"),
    ("file", "id"),
    ("token", "id"),
    ("answer", "token, idempotency_key"),
    ("publication", "assembly, part, path"),
    ("entry", "id"),
    ("ballot", "hash"),
    ("score", "round, recommendation, score"),
    ("attendance", "assembly, block, member"),
    ("snapshot", "assembly, number"),
    ("letter", "id"),
    ("step", "recommendation, deadline, due_on, rung"),
    ("follower", "id"),
];

/// Units above others come first; the same text works on both databases.
const UNITS: &str = "WITH RECURSIVE tree (id, depth) AS (SELECT id, 0 FROM unit WHERE parent IS NULL \
                     UNION ALL SELECT unit.id, depth + 1 FROM unit JOIN tree ON unit.parent = tree.id) \
                     SELECT unit.* FROM unit JOIN tree ON tree.id = unit.id ORDER BY depth, unit.id";

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct First {
    form: String,
    step: i64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    #[serde(rename = "in")]
    table: String,
    row: Map<String, Value>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Last {
    rows: u64,
    sha256: String,
}

/// Lines on their way out, counted and hashed.
struct Lines<'a> {
    out: &'a mut dyn Write,
    hash: Sha256,
    rows: u64,
}

impl Lines<'_> {
    fn line(&mut self, line: &impl Serialize) -> Result<()> {
        let mut bytes = serde_json::to_vec(line).map_err(|error| Error::Unreadable(error.to_string()))?;
        bytes.push(b'\n');
        self.hash.update(&bytes);
        self.out.write_all(&bytes).map_err(|error| crate::error::of_file(&error, "the backup"))
    }
}

impl Store {
    /// Writes a copy of SQLite's file to `path`, where nothing may be; the service may run meanwhile. False for PostgreSQL,
    /// which has no file.
    ///
    /// # Errors
    /// If the copy cannot be written.
    pub async fn copy_to(&self, path: &Path) -> Result<bool> {
        if self.kind == Kind::Postgres {
            return Ok(false);
        }
        let path = path.to_str().ok_or_else(|| Error::Unreachable("the path is not UTF-8".to_owned()))?;
        sqlx::query("VACUUM INTO $1").bind(path.to_owned()).execute(&self.pool).await?;
        Ok(true)
    }

    /// Writes everything as lines of JSON, as it is at one moment; the service may run meanwhile. Answers the number of rows.
    ///
    /// # Errors
    /// If the database cannot be read or `out` not written.
    pub async fn export(&self, out: &mut dyn Write) -> Result<u64> {
        let mut lines = Lines { out, hash: Sha256::new(), rows: 0 };
        lines.line(&First { form: FORM.to_owned(), step: LATEST })?;
        let begin = match self.kind {
            Kind::Sqlite => "BEGIN",
            Kind::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        };
        let mut within = self.begin(begin).await?;
        for (table, order) in TABLES {
            let before = lines.rows;
            let sql = match *table {
                "unit" => UNITS.to_owned(),
                table => format!("SELECT * FROM {table} ORDER BY {order}"),
            };
            let mut rows = sqlx::query(AssertSqlSafe(sql)).fetch(&mut *within);
            while let Some(row) = rows.try_next().await? {
                lines.line(&Line { table: (*table).to_owned(), row: row_as_json(&row)? })?;
                lines.rows += 1;
            }
            drop(rows);
            let counted = count(&mut within, table).await?;
            if counted.unsigned_abs() != lines.rows - before {
                return Err(Error::Damaged(format!(
                    "{table} has {counted} rows, not all of which can be read"
                )));
            }
        }
        within.commit().await?;
        let last = Last { rows: lines.rows, sha256: hex(&lines.hash.clone().finalize()) };
        lines.line(&last)?;
        lines.out.flush().map_err(|error| crate::error::of_file(&error, "the backup"))?;
        Ok(last.rows)
    }

    /// Takes in what [`Store::export`] wrote, all of it or nothing. The database must be new and empty.
    ///
    /// # Errors
    /// [`Error::Taken`] if something is in the database, [`Error::Damaged`] if the lines are not what was written.
    pub async fn import(&self, lines: &mut dyn BufRead) -> Result<u64> {
        let mut within = self.begin(self.kind.begin()).await?;
        for (table, _) in TABLES.iter().filter(|(table, _)| *table != "audit_head") {
            if count(&mut within, table).await? != 0 {
                return Err(Error::Taken);
            }
        }
        sqlx::query("DELETE FROM audit_head").execute(&mut *within).await?;
        let mut reading = Reading { lines, hash: Sha256::new(), number: 0 };
        let first: First =
            reading.parsed()?.ok_or_else(|| Error::Damaged("the backup is empty".to_owned()))?;
        if first.form != FORM {
            return Err(Error::Damaged(format!("this is not a backup of the form {FORM}")));
        }
        if first.step != LATEST {
            return Err(Error::Newer { found: first.step, known: LATEST });
        }
        let mut rows = 0;
        loop {
            let so_far = hex(&reading.hash.clone().finalize());
            let line: Value = reading.parsed()?.ok_or_else(|| reading.broken("the end is missing"))?;
            if line.get("in").is_none() {
                let last: Last =
                    serde_json::from_value(line).map_err(|error| reading.broken(&error.to_string()))?;
                if last.rows != rows || last.sha256 != so_far || reading.parsed::<Value>()?.is_some() {
                    return Err(reading.broken("the backup is not as it was written"));
                }
                break;
            }
            let line: Line =
                serde_json::from_value(line).map_err(|error| reading.broken(&error.to_string()))?;
            insert(&mut within, &line, &reading).await?;
            rows += 1;
        }
        search::rebuild(&mut within).await?;
        within.commit().await?;
        Ok(rows)
    }

    /// Everything that is wrong with what is stored: the file's structure and what points nowhere (SQLite), bytes of files
    /// that are not what their hash says, and entries of the audit log.
    ///
    /// # Errors
    /// If the database cannot be read at all.
    pub async fn examine(&self) -> Result<Vec<String>> {
        let mut wrong = Vec::new();
        if self.kind == Kind::Sqlite {
            let rows = sqlx::query("PRAGMA integrity_check").fetch_all(&self.pool).await?;
            for row in rows {
                let said: String = row.try_get(0)?;
                if said != "ok" {
                    wrong.push(said);
                }
            }
            let rows = sqlx::query("PRAGMA foreign_key_check").fetch_all(&self.pool).await?;
            for row in rows {
                let (table, parent): (String, String) = (row.try_get(0)?, row.try_get(2)?);
                wrong.push(format!("a row of {table} names something that is not in {parent}"));
            }
        }
        for (table, key) in [("file_bytes", "sha256"), ("publication", "path"), ("snapshot", "title")] {
            let sql = format!("SELECT {key} AS name, sha256, bytes FROM {table}");
            let mut rows = sqlx::query(AssertSqlSafe(sql)).fetch(&self.pool);
            while let Some(row) = rows.try_next().await? {
                if crate::columns::sha256(&row.bytes("bytes")?) != row.text("sha256")? {
                    wrong.push(format!("{} in {table} is not what was added", row.text("name")?));
                }
            }
        }
        let verdict = self.verify().await?;
        wrong.extend(
            verdict.broken.iter().map(|broken| format!("audit entry {}: {}", broken.seq, broken.why)),
        );
        Ok(wrong)
    }

    /// The names of the tables and how many rows each has.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn sizes(&self) -> Result<Vec<(&'static str, i64)>> {
        let mut within = self.pool.acquire().await?;
        let mut sizes = Vec::new();
        for (table, _) in TABLES {
            sizes.push((*table, count(&mut within, table).await?));
        }
        Ok(sizes)
    }
}

struct Reading<'a> {
    lines: &'a mut dyn BufRead,
    hash: Sha256,
    number: u64,
}

impl Reading<'_> {
    fn parsed<T: for<'de> Deserialize<'de>>(&mut self) -> Result<Option<T>> {
        let mut line = Vec::new();
        self.lines
            .read_until(b'\n', &mut line)
            .map_err(|error| crate::error::of_file(&error, "the backup"))?;
        if line.is_empty() {
            return Ok(None);
        }
        self.number += 1;
        self.hash.update(&line);
        serde_json::from_slice(&line).map(Some).map_err(|error| self.broken(&error.to_string()))
    }

    fn broken(&self, why: &str) -> Error {
        Error::Damaged(format!("line {} of the backup: {why}", self.number))
    }
}

async fn count(within: &mut AnyConnection, table: &str) -> Result<i64> {
    let sql = format!("SELECT COUNT(*) AS many FROM {table}");
    sqlx::query(AssertSqlSafe(sql)).fetch_one(&mut *within).await?.whole("many")
}

fn row_as_json(row: &AnyRow) -> Result<Map<String, Value>> {
    let mut map = Map::new();
    for (place, column) in row.columns().iter().enumerate() {
        let raw = row.try_get_raw(place)?;
        let value = match raw.type_info().kind() {
            _ if raw.is_null() => Value::Null,
            AnyTypeInfoKind::Text => json!(row.try_get::<String, _>(place)?),
            AnyTypeInfoKind::Blob => json!({ "base64": STANDARD.encode(row.try_get::<Vec<u8>, _>(place)?) }),
            _ => json!(row.try_get::<i64, _>(place)?),
        };
        map.insert(column.name().to_owned(), value);
    }
    Ok(map)
}

async fn insert(within: &mut AnyConnection, line: &Line, reading: &Reading<'_>) -> Result<()> {
    let plain =
        |name: &String| name.bytes().all(|byte| byte.is_ascii_lowercase() || b"_0123456789".contains(&byte));
    if !TABLES.iter().any(|(table, _)| *table == line.table) || !line.row.keys().all(plain) {
        return Err(reading.broken("this table or column does not exist"));
    }
    let mut arguments = AnyArguments::default();
    for value in line.row.values() {
        let bytes = |text: &str| STANDARD.decode(text).map_err(|error| reading.broken(&error.to_string()));
        let added = match value {
            Value::Null => arguments.add(Option::<String>::None),
            Value::String(text) => arguments.add(text.clone()),
            Value::Number(number) => {
                arguments.add(number.as_i64().ok_or_else(|| reading.broken("a number is not whole"))?)
            }
            Value::Object(map) if map.len() == 1 => match map.get("base64").and_then(Value::as_str) {
                Some(text) => arguments.add(bytes(text)?),
                None => return Err(reading.broken("a value has no form that is known")),
            },
            _ => return Err(reading.broken("a value has no form that is known")),
        };
        added.map_err(|error| reading.broken(&error.to_string()))?;
    }
    let columns = line.row.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
    let marks = (1..=line.row.len()).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ");
    let sql = format!("INSERT INTO {} ({columns}) VALUES ({marks})", line.table);
    sqlx::query_with(AssertSqlSafe(sql), arguments).execute(&mut *within).await?;
    Ok(())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

//! Units of the administration, their posts, and who holds a post from when until when.

use std::collections::BTreeMap;

use jiff::civil::Date;
use sqlx::any::AnyRow;

use crate::columns::{Columns as _, json};
use crate::{Change, Error, Result, Store};

/// A department or a part of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// A word that may stand in addresses of pages.
    pub id: String,
    /// The unit that it belongs to.
    pub parent: Option<String>,
    /// Its name by language.
    pub names: BTreeMap<String, String>,
    /// Anything else, as JSON text.
    pub body: String,
}

/// A post: work belongs to it, so that work survives people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Post {
    /// A word that may stand in addresses of pages.
    pub id: String,
    /// The unit that it belongs to.
    pub unit: String,
    /// Its name by language.
    pub names: BTreeMap<String, String>,
    /// Anything else, as JSON text.
    pub body: String,
}

/// Somebody holds a post from a day on, until a day (that day included).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holding {
    /// Opaque.
    pub id: String,
    /// The post.
    pub post: String,
    /// Who holds it.
    pub person: String,
    /// The first day.
    pub from: Date,
    /// The last day; none: until further notice.
    pub until: Option<Date>,
}

impl Unit {
    fn read(row: &AnyRow) -> Result<Self> {
        Ok(Self {
            id: row.text("id")?,
            parent: row.maybe("parent")?,
            names: row.map("names")?,
            body: row.text("body")?,
        })
    }
}

impl Post {
    fn read(row: &AnyRow) -> Result<Self> {
        Ok(Self {
            id: row.text("id")?,
            unit: row.text("unit")?,
            names: row.map("names")?,
            body: row.text("body")?,
        })
    }
}

impl Holding {
    fn read(row: &AnyRow) -> Result<Self> {
        Ok(Self {
            id: row.text("id")?,
            post: row.text("post")?,
            person: row.text("person")?,
            from: row.day("from_on")?,
            until: row.maybe_day("until_on")?,
        })
    }
}

impl Store {
    /// All units, by id.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn units(&self) -> Result<Vec<Unit>> {
        let rows = sqlx::query("SELECT * FROM unit ORDER BY id").fetch_all(&self.pool).await?;
        rows.iter().map(Unit::read).collect()
    }

    /// The unit with this id.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn unit(&self, id: &str) -> Result<Option<Unit>> {
        let query = sqlx::query("SELECT * FROM unit WHERE id = $1").bind(id.to_owned());
        query.fetch_optional(&self.pool).await?.as_ref().map(Unit::read).transpose()
    }

    /// All posts, by unit and id.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn posts(&self) -> Result<Vec<Post>> {
        let rows = sqlx::query("SELECT * FROM post ORDER BY unit, id").fetch_all(&self.pool).await?;
        rows.iter().map(Post::read).collect()
    }

    /// The post with this id.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn post(&self, id: &str) -> Result<Option<Post>> {
        let query = sqlx::query("SELECT * FROM post WHERE id = $1").bind(id.to_owned());
        query.fetch_optional(&self.pool).await?.as_ref().map(Post::read).transpose()
    }

    /// Who held, holds and will hold posts: everything, the earliest first.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn holdings(&self) -> Result<Vec<Holding>> {
        let rows = sqlx::query("SELECT * FROM holding ORDER BY from_on, id").fetch_all(&self.pool).await?;
        rows.iter().map(Holding::read).collect()
    }

    /// The posts that a person holds on a day.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn posts_of(&self, person: &str, day: Date) -> Result<Vec<Post>> {
        let rows = sqlx::query(
            "SELECT DISTINCT post.* FROM post JOIN holding ON holding.post = post.id \
             WHERE holding.person = $1 AND holding.from_on <= $2 AND COALESCE(holding.until_on, '9999-12-31') >= $2 \
             ORDER BY post.id",
        )
        .bind(person.to_owned())
        .bind(day.to_string())
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(Post::read).collect()
    }
}

impl Change {
    /// The unit with this id as this change sees it: nobody else changes it before the end.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn unit(&mut self, id: &str) -> Result<Option<Unit>> {
        let query = sqlx::query("SELECT * FROM unit WHERE id = $1").bind(id.to_owned());
        query.fetch_optional(&mut *self.within).await?.as_ref().map(Unit::read).transpose()
    }

    /// The post with this id as this change sees it: nobody else changes it before the end.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn post(&mut self, id: &str) -> Result<Option<Post>> {
        let query = sqlx::query("SELECT * FROM post WHERE id = $1").bind(id.to_owned());
        query.fetch_optional(&mut *self.within).await?.as_ref().map(Post::read).transpose()
    }

    /// Writes a new unit.
    ///
    /// # Errors
    /// [`Error::Taken`] if there is one with this id, [`Error::Missing`] if the unit that it belongs to is not there.
    pub async fn add_unit(&mut self, unit: &Unit) -> Result<()> {
        self.write_unit("INSERT INTO unit (id, parent, names, body) VALUES ($1, $2, $3, $4)", unit).await
    }

    /// Changes a unit.
    ///
    /// # Errors
    /// [`Error::Missing`] if it, or the unit that it belongs to, is not there.
    pub async fn save_unit(&mut self, unit: &Unit) -> Result<()> {
        self.write_unit("UPDATE unit SET parent = $2, names = $3, body = $4 WHERE id = $1", unit).await
    }

    async fn write_unit(&mut self, statement: &'static str, unit: &Unit) -> Result<()> {
        let written = sqlx::query(statement)
            .bind(unit.id.clone())
            .bind(unit.parent.clone())
            .bind(json(&unit.names))
            .bind(unit.body.clone())
            .execute(&mut *self.within)
            .await?;
        if written.rows_affected() == 1 { Ok(()) } else { Err(Error::Missing) }
    }

    /// Writes a new post.
    ///
    /// # Errors
    /// [`Error::Taken`] if there is one with this id, [`Error::Missing`] if its unit is not there.
    pub async fn add_post(&mut self, post: &Post) -> Result<()> {
        self.write_post("INSERT INTO post (id, unit, names, body) VALUES ($1, $2, $3, $4)", post).await
    }

    /// Changes a post.
    ///
    /// # Errors
    /// [`Error::Missing`] if it, or its unit, is not there.
    pub async fn save_post(&mut self, post: &Post) -> Result<()> {
        self.write_post("UPDATE post SET unit = $2, names = $3, body = $4 WHERE id = $1", post).await
    }

    async fn write_post(&mut self, statement: &'static str, post: &Post) -> Result<()> {
        let written = sqlx::query(statement)
            .bind(post.id.clone())
            .bind(post.unit.clone())
            .bind(json(&post.names))
            .bind(post.body.clone())
            .execute(&mut *self.within)
            .await?;
        if written.rows_affected() == 1 { Ok(()) } else { Err(Error::Missing) }
    }

    /// Writes who holds a post; of one known by the id, the last day only.
    ///
    /// # Errors
    /// [`Error::Missing`] if the post or the person is not there.
    pub async fn save_holding(&mut self, holding: &Holding) -> Result<()> {
        sqlx::query(
            "INSERT INTO holding (id, post, person, from_on, until_on) VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT (id) DO UPDATE SET until_on = $5",
        )
        .bind(holding.id.clone())
        .bind(holding.post.clone())
        .bind(holding.person.clone())
        .bind(holding.from.to_string())
        .bind(holding.until.map(|day| day.to_string()))
        .execute(&mut *self.within)
        .await?;
        Ok(())
    }
}

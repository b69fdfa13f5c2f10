//! A query whose conditions are chosen when it runs. Only texts of this crate become SQL; values are always bound.

use sqlx::any::{AnyArguments, AnyRow};
use sqlx::{Any, AnyConnection, AnyPool, Arguments as _, AssertSqlSafe};

use crate::Result;

/// SQL as it grows, with the values of its `$n`.
#[derive(Default)]
pub struct Sql {
    text: String,
    arguments: AnyArguments,
    count: usize,
    conditions: usize,
}

impl Sql {
    pub fn new(text: &str) -> Self {
        Self { text: text.to_owned(), ..Self::default() }
    }

    /// Adds text as it is.
    pub fn then(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// Adds a condition; each `?` in it stands for the next value.
    pub fn and(&mut self, condition: &str, values: &[String]) -> &mut Self {
        self.text.push_str(if self.conditions == 0 { " WHERE " } else { " AND " });
        self.conditions += 1;
        let mut parts = condition.split('?');
        self.text.push_str(parts.next().unwrap_or_default());
        for (part, value) in parts.zip(values) {
            self.bind(value.clone());
            self.text.push_str(part);
        }
        self
    }

    /// Adds that a column is one of some values; nothing if there are none.
    pub fn one_of(&mut self, column: &str, values: &[String]) -> &mut Self {
        if values.is_empty() {
            return self;
        }
        let marks = vec!["?"; values.len()].join(", ");
        self.and(&format!("{column} IN ({marks})"), values)
    }

    /// Adds the mark of a value.
    pub fn bind<T>(&mut self, value: T) -> &mut Self
    where
        T: for<'q> sqlx::Encode<'q, Any> + sqlx::Type<Any>,
    {
        self.count += 1;
        self.text.push_str(&format!("${}", self.count));
        self.arguments.add(value).expect("texts and whole numbers can be encoded");
        self
    }

    pub async fn run(self, within: &mut AnyConnection) -> Result<()> {
        sqlx::query_with(AssertSqlSafe(self.text), self.arguments).execute(within).await?;
        Ok(())
    }

    pub async fn rows(self, pool: &AnyPool) -> Result<Vec<AnyRow>> {
        Ok(sqlx::query_with(AssertSqlSafe(self.text), self.arguments).fetch_all(pool).await?)
    }
}

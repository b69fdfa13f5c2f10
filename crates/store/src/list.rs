//! Lists of recommendations: filtered, searched, in an order, page by page.

use jiff::Timestamp;
use jiff::civil::Date;
use sqlx::any::AnyRow;

use crate::columns::{Columns as _, time};
use crate::fold::{folded, pattern};
use crate::recommendation::COLUMNS;
use crate::sql::Sql;
use crate::{Error, Recommendation, Result, Store, Summary, search};

/// Which recommendations. Empty lists and none mean: whatever it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// In one of these assemblies.
    pub assemblies: Vec<String>,
    /// In one of these states.
    pub states: Vec<String>,
    /// Not in any of these states.
    pub not_states: Vec<String>,
    /// With one of these positions.
    pub positions: Vec<String>,
    /// With one of these deliveries.
    pub deliveries: Vec<String>,
    /// With one of these grades.
    pub grades: Vec<String>,
    /// With one of these themes.
    pub themes: Vec<String>,
    /// Of one of these units.
    pub units: Vec<String>,
    /// Within one of these: an assembly and a unit, each none for whichever it is.
    pub scopes: Vec<(Option<String>, Option<String>)>,
    /// One of these posts is accountable or stands in.
    pub posts: Vec<String>,
    /// Due before this day: with today, what is overdue.
    pub due_before: Option<Date>,
    /// Saved at this time or later.
    pub updated_since: Option<Timestamp>,
    /// Words that all occur, whatever their case and accents.
    pub words: String,
}

/// In which order. Ties are broken by id, so that pages never overlap.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// By reference as people count: R2 before R10.
    #[default]
    Reference,
    /// What is due first, then what is not due at all.
    Due,
    /// What was saved last, first.
    Newest,
    /// What was saved first, first: for those who fetch what is new.
    Oldest,
}

impl Order {
    fn key(self) -> &'static str {
        match self {
            Self::Reference => "sorting",
            Self::Due => "COALESCE(due_on, '9999-12-31')",
            Self::Newest | Self::Oldest => "updated_at",
        }
    }

    fn falls(self) -> bool {
        self == Self::Newest
    }
}

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed<T> {
    /// What is on the page.
    pub items: Vec<T>,
    /// What to ask the next page with; none on the last.
    pub next: Option<String>,
}

/// What can be counted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tally {
    /// By state.
    State,
    /// By position.
    Position,
    /// By delivery.
    Delivery,
    /// By grade.
    Grade,
    /// By theme.
    Theme,
    /// By unit.
    Unit,
    /// By assembly.
    Assembly,
}

impl Tally {
    fn column(self) -> &'static str {
        match self {
            Self::State => "state",
            Self::Position => "position",
            Self::Delivery => "delivery",
            Self::Grade => "grade",
            Self::Theme => "theme",
            Self::Unit => "unit",
            Self::Assembly => "assembly",
        }
    }
}

impl Filter {
    fn into(&self, sql: &mut Sql) {
        sql.one_of("assembly", &self.assemblies)
            .one_of("state", &self.states)
            .one_of("position", &self.positions)
            .one_of("delivery", &self.deliveries)
            .one_of("grade", &self.grades)
            .one_of("theme", &self.themes)
            .one_of("unit", &self.units);
        for state in &self.not_states {
            sql.and("state <> ?", std::slice::from_ref(state));
        }
        self.within(sql);
        if !self.posts.is_empty() {
            let marks = vec!["?"; self.posts.len()].join(", ");
            let twice: Vec<String> = self.posts.iter().chain(&self.posts).cloned().collect();
            sql.and(&format!("(post IN ({marks}) OR deputy IN ({marks}))"), &twice);
        }
        if let Some(day) = self.due_before {
            sql.and("due_on < ?", &[day.to_string()]);
        }
        if let Some(at) = self.updated_since {
            sql.and("updated_at >= ?", &[time(at)]);
        }
        for word in folded(&self.words).split(' ').filter(|word| !word.is_empty()) {
            // The few texts of one assembly are read; among all of them the word is looked up.
            let indexed = self.assemblies.is_empty() && search::is_indexed(word);
            sql.and(if indexed { search::STANDS_IN } else { "words LIKE ? ESCAPE '!'" }, &[pattern(word)]);
        }
    }
}

impl Filter {
    fn within(&self, sql: &mut Sql) {
        if self.scopes.is_empty() || self.scopes.contains(&(None, None)) {
            return;
        }
        let mut values = Vec::new();
        let one = |(assembly, unit): &(Option<String>, Option<String>)| {
            let parts = [("assembly = ?", assembly), ("unit = ?", unit)];
            let parts = parts.into_iter().filter_map(|(condition, value)| {
                values.push(value.clone()?);
                Some(condition)
            });
            format!("({})", parts.collect::<Vec<_>>().join(" AND "))
        };
        let any = self.scopes.iter().map(one).collect::<Vec<_>>().join(" OR ");
        sql.and(&format!("({any})"), &values);
    }
}

impl Store {
    /// A page of at most `limit` summaries; `after` is the `next` of the page before.
    ///
    /// # Errors
    /// [`Error::Unreadable`] if `after` is no such text.
    pub async fn list(
        &self,
        filter: &Filter,
        order: Order,
        after: Option<&str>,
        limit: i64,
    ) -> Result<Listed<Summary>> {
        self.page(COLUMNS, filter, order, after, limit, Summary::read).await
    }

    /// The same with bodies, for exports and the API.
    ///
    /// # Errors
    /// [`Error::Unreadable`] if `after` is no such text.
    pub async fn list_whole(
        &self,
        filter: &Filter,
        order: Order,
        after: Option<&str>,
        limit: i64,
    ) -> Result<Listed<Recommendation>> {
        self.page(&format!("{COLUMNS}, body"), filter, order, after, limit, Recommendation::read).await
    }

    async fn page<T>(
        &self,
        columns: &str,
        filter: &Filter,
        order: Order,
        after: Option<&str>,
        limit: i64,
        read: impl Fn(&AnyRow) -> Result<T>,
    ) -> Result<Listed<T>> {
        let key = order.key();
        let mut sql = Sql::new(&format!("SELECT {columns}, {key} AS place FROM recommendation"));
        filter.into(&mut sql);
        if let Some(after) = after {
            let (place, id) = after
                .split_once('~')
                .and_then(|(id, place)| Some((decoded(place)?, id.to_owned())))
                .ok_or_else(|| Error::Unreadable("the place in the list".to_owned()))?;
            let beyond = if order.falls() { "<" } else { ">" };
            sql.and(&format!("({key}, id) {beyond} (?, ?)"), &[place, id]);
        }
        let way = if order.falls() { " DESC" } else { "" };
        sql.then(&format!(" ORDER BY {key}{way}, id{way} LIMIT ")).bind(limit.clamp(1, 10_000) + 1);
        let mut rows = sql.rows(&self.pool).await?;
        let more = rows.len() > usize::try_from(limit.clamp(1, 10_000)).unwrap_or(usize::MAX);
        if more {
            rows.pop();
        }
        let next = match rows.last() {
            Some(last) if more => Some(format!("{}~{}", last.text("id")?, encoded(&last.text("place")?))),
            _ => None,
        };
        Ok(Listed { items: rows.iter().map(read).collect::<Result<_>>()?, next })
    }

    /// How many recommendations there are.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn count(&self, filter: &Filter) -> Result<i64> {
        let mut sql = Sql::new("SELECT COUNT(*) AS many FROM recommendation");
        filter.into(&mut sql);
        sql.rows(&self.pool).await?.first().map_or(Ok(0), |row| row.whole("many"))
    }

    /// How many there are of each kind, by the kind's name; an empty name counts those that have none.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn tally(&self, filter: &Filter, by: Tally) -> Result<Vec<(String, i64)>> {
        let column = by.column();
        let mut sql =
            Sql::new(&format!("SELECT COALESCE({column}, '') AS kind, COUNT(*) AS many FROM recommendation"));
        filter.into(&mut sql);
        sql.then(" GROUP BY 1 ORDER BY 1");
        sql.rows(&self.pool).await?.iter().map(|row| Ok((row.text("kind")?, row.whole("many")?))).collect()
    }
}

/// A place in an order as text for an address: hexadecimal.
fn encoded(place: &str) -> String {
    place.bytes().map(|byte| format!("{byte:02x}")).collect()
}

fn decoded(text: &str) -> Option<String> {
    let pairs =
        text.as_bytes().chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok());
    String::from_utf8(pairs.collect::<Option<_>>()?).ok()
}

#[cfg(test)]
mod tests {
    use super::{Filter, Order};
    use crate::columns::Columns as _;
    use crate::sql::Sql;
    use crate::{Result, Store};

    /// How SQLite would answer what follows `SELECT` for a filter.
    async fn plan(store: &Store, begin: &str, filter: &Filter, end: &str) -> Result<String> {
        let mut sql = Sql::new(&format!("EXPLAIN QUERY PLAN SELECT {begin} FROM recommendation"));
        filter.into(&mut sql);
        sql.then(end);
        let steps = sql.rows(&store.pool).await?;
        Ok(steps.iter().map(|step| step.text("detail")).collect::<Result<Vec<_>>>()?.join("; "))
    }

    #[tokio::test]
    async fn lists_are_answered_by_the_indexes_that_are_meant_for_them() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(folder.path().to_str().expect("plain")).await.expect("opened");
        let all = Filter {
            assemblies: vec!["climate".to_owned()],
            not_states: vec!["draft".to_owned()],
            ..Filter::default()
        };
        let in_state = Filter { states: vec!["closed".to_owned()], ..all.clone() };
        let due = Filter { due_before: Some(jiff::civil::date(2026, 1, 1)), ..all.clone() };
        let word = Filter { assemblies: Vec::new(), words: "shade".to_owned(), ..all.clone() };
        let order = format!(" ORDER BY {}, id LIMIT 51", Order::Reference.key());
        let cases = [
            ("titles", &all, order.as_str(), "recommendation_reference (assembly=?)"),
            ("titles", &in_state, &order, "recommendation_in_state (assembly=? AND state=?)"),
            ("COUNT(*)", &all, "", "COVERING INDEX recommendation_in_state (assembly=?)"),
            ("COUNT(*)", &due, "", "COVERING INDEX recommendation_counted (assembly=? AND due_on<?)"),
            ("theme, COUNT(*)", &all, " GROUP BY 1", "COVERING INDEX recommendation_counted (assembly=?)"),
            ("unit, COUNT(*)", &all, " GROUP BY 1", "COVERING INDEX recommendation_counted (assembly=?)"),
            ("COUNT(*)", &word, "", "SCAN recommendation USING COVERING INDEX recommendation_state"),
            ("titles", &word, &order, "SCAN recommendation USING INDEX recommendation_sorting"),
            ("titles", &word, &order, "SEARCH word_in USING PRIMARY KEY (word=?)"),
        ];
        for (begin, filter, end, wanted) in cases {
            let plan = plan(&store, begin, filter, end).await.expect("a plan");
            assert!(plan.contains(wanted), "{begin} {filter:?} {end}: {plan}");
        }
    }
}

//! The members by name, for the organiser alone: `private/members.csv`, and the lists of those selected and
//! remaining.

use crate::canonical::{Rows, integer, write_row};
use crate::register::identity;
use std::borrow::Cow;
use std::fmt;

/// The pool's columns and cells, with the members in the order of the register.
#[derive(Clone, PartialEq, Eq)]
pub struct People {
    /// The names of the pool's columns, in the pool's order.
    pub columns: Vec<String>,
    /// The cells of each member.
    pub rows: Vec<Vec<String>>,
}

impl fmt::Debug for People {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "People: {} with {} columns", self.rows.len(), self.columns.len())
    }
}

impl People {
    /// `private/members.csv`: the index, then the pool's own columns.
    pub fn to_csv(&self) -> String {
        let mut csv = String::new();
        write_row(&mut csv, std::iter::once("index").chain(self.columns.iter().map(String::as_str)));
        for (index, row) in self.rows.iter().enumerate() {
            let index = index.to_string();
            write_row(&mut csv, std::iter::once(&index).chain(row));
        }
        csv
    }

    /// Reads `private/members.csv` of `n` members.
    ///
    /// # Errors
    /// What is wrong with its form.
    pub fn from_canonical(bytes: &[u8], n: u32) -> Result<Self, String> {
        let mut lines = Rows::new(bytes)?;
        let header = lines.next().ok_or("it is empty")??;
        let (first, columns) = header.split_first().ok_or("it is empty")?;
        if first != "index" {
            return Err("its first column is not `index`".to_owned());
        }
        let mut rows = Vec::new();
        for (index, line) in lines.enumerate() {
            let line = line?;
            let (first, cells) = line.split_first().ok_or("a row is empty")?;
            if index >= n as usize
                || integer(first, n.into()) != Some(index as u64)
                || cells.len() != columns.len()
            {
                return Err(format!("member {index} is not in its place or has another number of cells"));
            }
            rows.push(cells.iter().cloned().map(Cow::into_owned).collect());
        }
        if rows.len() as u64 != u64::from(n) {
            return Err(format!("it has {} members instead of {n}", rows.len()));
        }
        Ok(Self { columns: columns.iter().cloned().map(Cow::into_owned).collect(), rows })
    }

    /// The places of columns by their names; `None` if one is missing or there twice.
    pub fn places<S: AsRef<str>>(&self, names: &[S]) -> Option<Vec<usize>> {
        let place = |name: &str| {
            let mut found = (0..self.columns.len()).filter(|&column| self.columns[column] == name);
            found.next().filter(|_| found.next().is_none())
        };
        names.iter().map(|name| place(name.as_ref())).collect()
    }

    /// Who each member is, by the columns at `places`.
    pub fn identities(&self, places: &[usize]) -> Vec<String> {
        self.rows.iter().map(|row| identity(row, places)).collect()
    }

    /// `selected.csv` and `remaining.csv`: the members of a panel (strictly ascending indices) and the
    /// others, each list in the order of the register, with the pool's own columns.
    pub fn split(&self, panel: &[u32]) -> (String, String) {
        let (mut selected, mut remaining) = (String::new(), String::new());
        write_row(&mut selected, &self.columns);
        write_row(&mut remaining, &self.columns);
        for (index, row) in (0u32..).zip(&self.rows) {
            let seated = panel.binary_search(&index).is_ok();
            write_row(if seated { &mut selected } else { &mut remaining }, row);
        }
        (selected, remaining)
    }

    /// The members with these indices, in this order, with the pool's own columns.
    pub fn list(&self, indices: &[u32]) -> String {
        let mut csv = String::new();
        write_row(&mut csv, &self.columns);
        indices
            .iter()
            .filter_map(|&index| self.rows.get(index as usize))
            .for_each(|row| write_row(&mut csv, row));
        csv
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn people() -> People {
        let row = |cells: [&str; 3]| cells.map(str::to_owned).to_vec();
        People {
            columns: row(["id", "name, full", "index"]),
            rows: vec![row(["7", "Ann \"A\" Ash", ""]), row(["8", "=1+1", "x\ny"]), row(["9", "", ""])],
        }
    }

    #[test]
    fn lists_have_the_columns_of_the_pool() {
        let people = people();
        let csv = people.to_csv();
        assert_eq!(
            csv,
            "index,id,\"name, full\",index\n0,7,\"Ann \"\"A\"\" Ash\",\n1,8,=1+1,\"x\ny\"\n2,9,,\n"
        );
        assert_eq!(People::from_canonical(csv.as_bytes(), 3).unwrap(), people);
        assert!(People::from_canonical(csv.as_bytes(), 2).is_err());
        assert!(People::from_canonical(csv.as_bytes(), 4).is_err());
        let (selected, remaining) = people.split(&[0, 2]);
        assert_eq!(selected, "id,\"name, full\",index\n7,\"Ann \"\"A\"\" Ash\",\n9,,\n");
        assert_eq!(remaining, "id,\"name, full\",index\n8,=1+1,\"x\ny\"\n");
        assert_eq!(people.places(&["index", "id"]), Some(vec![2, 0]));
        assert_eq!(people.places(&["ID"]), None);
        assert_eq!(people.identities(&[0, 2])[1], "8\nx\ny");
        assert!(!format!("{people:?}").contains("Ann"));
    }
}

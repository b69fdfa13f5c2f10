//! People who do not exist: made-up quotas, pools and recommendations for rehearsals, demonstrations and benches.
//!
//! Nothing here ever takes part in a real draw. Everything follows from a seed text by integers alone: the same seed
//! gives the same bytes on every machine.

mod assembly;
mod dice;
mod engagements;
mod fates;
mod groups;
mod outside;
mod people;
mod register;
mod sample;
mod shapes;
mod town;
mod tracked;

pub use assembly::{Assembly, assembly, meetings};
pub use engagements::engagements;
pub use register::{Labelled, register};
pub use sample::{SampleOptions, sample};
pub use shapes::{Shape, shapes};
pub use town::{Player, Post, Unit};
pub use tracked::{Tracked, tracked, tracked_of};

/// A table as it would be read from a file: a header and rows of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// The names of the columns.
    pub header: Vec<String>,
    /// The rows, each with as many cells as the header.
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// The table as a CSV file: commas, LF at every line's end, a field quoted only where it must be.
    pub fn to_csv(&self) -> String {
        let mut text = String::new();
        for row in std::iter::once(&self.header).chain(&self.rows) {
            let fields: Vec<String> = row.iter().map(|field| quoted(field)).collect();
            text.push_str(&fields.join(","));
            text.push('\n');
        }
        text
    }
}

fn quoted(field: &str) -> String {
    if field.contains([',', '"', '\r', '\n']) {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::Table;

    #[test]
    fn fields_are_quoted_only_where_they_must_be() {
        let cells = |row: [&str; 3]| row.map(str::to_owned).to_vec();
        let table = Table {
            header: cells(["id", "address", "note"]),
            rows: vec![cells(["1", "Flat 2, 7 Elm Street", "says \"hi\""]), cells(["2", "", "Zoë"])],
        };
        assert_eq!(
            table.to_csv(),
            "id,address,note\n1,\"Flat 2, 7 Elm Street\",\"says \"\"hi\"\"\"\n2,,Zoë\n"
        );
    }
}

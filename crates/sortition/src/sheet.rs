//! A table as it was read from a file: text in cells, each with its place. What a column means is decided elsewhere.

/// A header and rows of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// The file's name as the user gave it.
    pub file: String,
    /// The names of the columns, trimmed, in the file's order.
    pub header: Vec<String>,
    /// The rows below the header; each has as many cells as the header.
    pub rows: Vec<Row>,
}

/// One row of a [`Sheet`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The line of a text file, or the row of a spreadsheet, counted from 1.
    pub number: usize,
    /// The cells, trimmed of white space.
    pub cells: Vec<String>,
}

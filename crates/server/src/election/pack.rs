//! A pack: files in one zip archive, the same bytes for the same files.

use std::collections::BTreeMap;
use std::io::{Cursor, Write as _};

use serde::Serialize;
use serde_json::json;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::fault::Fault;
use crate::secret::fingerprint;

/// A table as CSV (RFC 4180) that a spreadsheet opens without running anything in it.
///
/// # Errors
/// Never: a table in memory can be written.
pub fn csv(columns: &[&str], rows: Vec<Vec<String>>) -> Result<Vec<u8>, Fault> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(columns).map_err(Fault::broken)?;
    for row in rows {
        let cells = row.iter().map(|cell| crate::api::table::guarded(cell));
        writer.write_record(cells).map_err(Fault::broken)?;
    }
    writer.into_inner().map_err(Fault::broken)
}

/// Files by their paths.
#[derive(Debug, Default)]
pub struct Pack {
    files: BTreeMap<String, Vec<u8>>,
}

impl Pack {
    /// Adds a file. Parts of its path that would lead out of the archive, or that no file system takes, are made plain.
    pub fn add(&mut self, path: &str, bytes: impl Into<Vec<u8>>) {
        self.files.insert(plain(path), bytes.into());
    }

    /// Adds something as JSON.
    ///
    /// # Errors
    /// Never: what is added is data.
    pub fn json(&mut self, path: &str, value: &impl Serialize) -> Result<(), Fault> {
        let mut text = serde_json::to_vec_pretty(value).map_err(Fault::broken)?;
        text.push(b'\n');
        self.add(path, text);
        Ok(())
    }

    /// Adds a table as CSV (RFC 4180) that a spreadsheet opens without running anything in it.
    ///
    /// # Errors
    /// Never: a table in memory can be written.
    pub fn csv(&mut self, path: &str, columns: &[&str], rows: Vec<Vec<String>>) -> Result<(), Fault> {
        self.add(path, csv(columns, rows)?);
        Ok(())
    }

    /// Adds the list of all files with their hashes (`datapackage.json`, specs.frictionlessdata.io/data-package).
    ///
    /// # Errors
    /// Never: the list is data.
    pub fn list(&mut self, name: &str, title: &str) -> Result<(), Fault> {
        let resource = |(number, (path, bytes)): (usize, (&String, &Vec<u8>))| {
            let hash = format!("sha256:{}", fingerprint(bytes));
            json!({ "name": format!("file-{}", number + 1), "path": path, "bytes": bytes.len(), "hash": hash })
        };
        let resources: Vec<_> = self.files.iter().enumerate().map(resource).collect();
        let list = json!({ "name": name, "title": title, "profile": "data-package", "resources": resources });
        self.json("datapackage.json", &list)
    }

    /// Adds the hashes of all files as `sha256sum --check` reads them.
    pub fn hashes(&mut self) {
        let line = |(path, bytes): (&String, &Vec<u8>)| format!("{}  {path}\n", fingerprint(bytes));
        let lines: String = self.files.iter().map(line).collect();
        self.add("SHA256SUMS", lines);
    }

    /// The archive.
    ///
    /// # Errors
    /// If it is too large for a zip archive in memory.
    pub fn zip(self) -> Result<Vec<u8>, Fault> {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .compression_level(Some(6))
            .last_modified_time(DateTime::default())
            .unix_permissions(0o644);
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (path, bytes) in self.files {
            writer.start_file(path, options).map_err(Fault::broken)?;
            writer.write_all(&bytes).map_err(Fault::broken)?;
        }
        Ok(writer.finish().map_err(Fault::broken)?.into_inner())
    }
}

/// A path of plain parts: no `..`, no empty part, nothing that a file system may refuse.
fn plain(path: &str) -> String {
    let letter = |c: char| if c.is_control() || r#"\:*?"<>|"#.contains(c) { '_' } else { c };
    let parts = path.split('/').filter(|part| !part.trim_matches(['.', ' ']).is_empty());
    parts.map(|part| part.chars().map(letter).collect::<String>()).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::{Pack, plain};

    #[test]
    fn paths_stay_in_the_archive() {
        let table = [
            ("evidence/R-01/1-plan.pdf", "evidence/R-01/1-plan.pdf"),
            ("../../etc/passwd", "etc/passwd"),
            ("a//./b/..", "a/b"),
            ("c:\\x?.txt", "c__x_.txt"),
        ];
        for (path, wanted) in table {
            assert_eq!(plain(path), wanted);
        }
    }

    #[test]
    fn the_same_files_make_the_same_bytes_in_whatever_order() {
        let pack = |names: [&str; 3]| {
            let mut pack = Pack::default();
            names.iter().for_each(|name| pack.add(name, format!("the file {name}\n").repeat(50)));
            pack.list("pack", "A pack").expect("a list");
            pack.zip().expect("an archive")
        };
        assert_eq!(pack(["a", "b", "c"]), pack(["c", "a", "b"]));
        assert_ne!(pack(["a", "b", "c"]), pack(["a", "b", "d"]));
    }

    #[test]
    fn no_cell_is_a_formula() {
        let mut pack = Pack::default();
        pack.csv("t.csv", &["a", "b"], vec![vec!["=1+1".into(), "one, \"two\"".into()]]).expect("a table");
        assert_eq!(pack.files["t.csv"], b"a,b\r\n'=1+1,\"one, \"\"two\"\"\"\r\n");
    }
}

//! Reads the files of a record: those that it is made of, and no others.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use sortition::record::{Bundle, Files};

use crate::failure::Failure;

/// All files of a record together are not larger than this, or somebody wants to fill the memory.
const MOST_BYTES: u64 = 1 << 30;
/// More earlier attempts, or more receipts, are not looked for.
const MOST_NAMES: usize = 1_000_000;

const PUBLIC: [&str; 6] = ["commit.json", "quotas.csv", "rules.json", "counts.csv", "draw.json", "void.json"];
const OBSERVERS: [&str; 4] = ["members.csv", "portfolio.csv", "certificate.json", "observer-secret"];
const PRIVATE: [&str; 5] = ["members.csv", "secret", "selected.csv", "remaining.csv", "reserve.csv"];

/// The folders of a record, as far as somebody has them.
#[derive(Debug, Clone, Default)]
pub struct Folders {
    /// `public/`.
    pub public: PathBuf,
    /// `observers/`.
    pub observers: Option<PathBuf>,
    /// `private/`.
    pub private: Option<PathBuf>,
}

impl Folders {
    /// All three, in the folder of an assembly.
    pub fn of(root: &Path) -> Self {
        Self {
            public: root.join("public"),
            observers: Some(root.join("observers")),
            private: Some(root.join("private")),
        }
    }

    /// Reads the files. One that is missing is left out: the checks say so.
    ///
    /// # Errors
    /// If a folder is missing, a file is a link or too large, or the operating system refuses.
    pub fn read(&self) -> Result<Bundle, Failure> {
        let mut reader = Reader { left: MOST_BYTES };
        Ok(Bundle {
            public: reader.public(&self.public)?,
            observers: self.observers.as_ref().map(|folder| reader.observers(folder)).transpose()?,
            private: self.private.as_ref().map(|folder| reader.private(folder)).transpose()?,
        })
    }

    /// What lies in the public and the observers' folder besides the record; nobody checks it.
    pub fn others(&self) -> Vec<PathBuf> {
        let public: Vec<&str> = PUBLIC.iter().copied().chain(["attempts", "replacements"]).collect();
        let folders = [
            (Some(&self.public), public),
            (self.observers.as_ref(), OBSERVERS.iter().copied().chain(["replacements"]).collect()),
        ];
        let mut others = Vec::new();
        for (folder, known) in folders {
            let Some(entries) = folder.and_then(|folder| fs::read_dir(folder).ok()) else { continue };
            let is_known =
                |path: &Path| path.file_name().is_some_and(|name| known.iter().any(|known| name == *known));
            others.extend(entries.flatten().map(|entry| entry.path()).filter(|path| !is_known(path)));
        }
        others.sort();
        others
    }
}

struct Reader {
    left: u64,
}

impl Reader {
    fn public(&mut self, folder: &Path) -> Result<Files, Failure> {
        let mut files = self.named(folder, "", &PUBLIC)?;
        for attempt in numbered(&folder.join("attempts"), "")? {
            let inner = format!("attempts/{attempt}/");
            files.extend(self.named(folder, &inner, &["commit.json", "void.json"])?);
        }
        for event in numbered(&folder.join("replacements"), "")? {
            files.extend(self.named(
                folder,
                &format!("replacements/{event}/"),
                &["record.json", "draw.json", "void.json", "quotas.csv"],
            )?);
        }
        Ok(files)
    }

    fn observers(&mut self, folder: &Path) -> Result<Files, Failure> {
        let mut files = self.named(folder, "", &OBSERVERS)?;
        for event in numbered(&folder.join("replacements"), "")? {
            let inner = format!("replacements/{event}/");
            files.extend(self.named(folder, &inner, &["portfolio.csv", "certificate.json"])?);
        }
        Ok(files)
    }

    fn private(&mut self, folder: &Path) -> Result<Files, Failure> {
        let mut files = self.named(folder, "", &PRIVATE)?;
        for member in numbered(&folder.join("receipts"), ".json")? {
            files.extend(self.named(folder, "receipts/", &[&format!("{member}.json")])?);
        }
        for event in numbered(&folder.join("replacements"), "")? {
            let inner = format!("replacements/{event}/");
            files.extend(self.named(folder, &inner, &["selected.csv", "newcomers.csv", "remaining.csv"])?);
        }
        Ok(files)
    }

    /// Those of the files `inner` + name in `folder` that exist.
    fn named(&mut self, folder: &Path, inner: &str, names: &[&str]) -> Result<Files, Failure> {
        real(folder, fs::metadata(folder))?;
        let mut files = Files::new();
        for name in names {
            let path = folder.join(inner).join(name);
            if let Some(bytes) = self.file(&path)? {
                files.insert(format!("{inner}{name}"), bytes);
            }
        }
        Ok(files)
    }

    fn file(&mut self, path: &Path) -> Result<Option<Vec<u8>>, Failure> {
        let Some(metadata) = exists(path)? else { return Ok(None) };
        if !metadata.is_file() {
            return Err(Failure::could_not_run(
                format!("{} is not a file but a link, a folder or a device", path.display()),
                "a record is made of plain files; get them anew",
            ));
        }
        let mut bytes = Vec::new();
        File::open(path)
            .and_then(|file| file.take(self.left + 1).read_to_end(&mut bytes))
            .map_err(|error| Failure::system("read", path, &error))?;
        self.left = self.left.checked_sub(bytes.len() as u64).ok_or_else(|| {
            Failure::could_not_run(
                format!("the record has more than {} MB at {}", MOST_BYTES >> 20, path.display()),
                "no record is so large; get it anew",
            )
        })?;
        Ok(Some(bytes))
    }
}

/// What is at `path` itself, not where a link leads; `None` if nothing is.
fn exists(path: &Path) -> Result<Option<fs::Metadata>, Failure> {
    match fs::symlink_metadata(path) {
        Err(error) if [io::ErrorKind::NotFound, io::ErrorKind::NotADirectory].contains(&error.kind()) => {
            Ok(None)
        }
        result => result.map(Some).map_err(|error| Failure::system("read", path, &error)),
    }
}

fn real(folder: &Path, metadata: io::Result<fs::Metadata>) -> Result<(), Failure> {
    let metadata = metadata.map_err(|error| Failure::system("read", folder, &error))?;
    if metadata.is_dir() {
        return Ok(());
    }
    Err(Failure::could_not_run(
        format!("{} is not a folder", folder.display()),
        "name the folder of the record, such as assembly/public",
    ))
}

/// The numbers N for which `folder` has a name N + `end`, ascending. No leading zeros: a number has one name.
fn numbered(folder: &Path, end: &str) -> Result<Vec<u32>, Failure> {
    let Some(metadata) = exists(folder)? else { return Ok(Vec::new()) };
    real(folder, Ok(metadata))?;
    let entries = fs::read_dir(folder).map_err(|error| Failure::system("read", folder, &error))?;
    let mut numbers = Vec::new();
    for entry in entries.take(MOST_NAMES) {
        let name = entry.map_err(|error| Failure::system("read", folder, &error))?.file_name();
        let number = name
            .to_str()
            .and_then(|name| name.strip_suffix(end))
            .and_then(|number| number.parse::<u32>().ok().filter(|parsed| parsed.to_string() == number));
        numbers.extend(number);
    }
    numbers.sort_unstable();
    Ok(numbers)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::PathBuf;

    use super::Folders;

    fn folders(root: &std::path::Path) -> Folders {
        for path in ["public/attempts/1", "observers", "private/receipts"] {
            fs::create_dir_all(root.join(path)).unwrap();
        }
        for file in [
            "public/commit.json",
            "public/attempts/1/void.json",
            "public/attempts/1/notes",
            "public/notes.txt",
            "observers/members.csv",
            "private/pool.csv",
            "private/secret",
            "private/receipts/0.json",
            "private/receipts/01.json",
            "private/receipts/x.json",
        ] {
            fs::write(root.join(file), file).unwrap();
        }
        Folders::of(root)
    }

    #[test]
    fn only_what_belongs_to_a_record_is_read() {
        let root = tempfile::tempdir().unwrap();
        let folders = folders(root.path());
        let bundle = folders.read().unwrap();
        assert_eq!(bundle.public.keys().collect::<Vec<_>>(), ["attempts/1/void.json", "commit.json"]);
        assert_eq!(bundle.observers.unwrap().keys().collect::<Vec<_>>(), ["members.csv"]);
        assert_eq!(bundle.private.unwrap().keys().collect::<Vec<_>>(), ["receipts/0.json", "secret"]);
        assert_eq!(folders.others(), [root.path().join("public/notes.txt")]);
    }

    #[test]
    fn a_missing_folder_is_said() {
        let folders = Folders { public: PathBuf::from("no-such-folder"), ..Folders::default() };
        assert!(folders.read().unwrap_err().reason.contains("no-such-folder"));
    }

    #[cfg(unix)]
    #[test]
    fn links_are_not_followed() {
        let root = tempfile::tempdir().unwrap();
        let folders = folders(root.path());
        fs::write(root.path().join("elsewhere"), "x").unwrap();
        std::os::unix::fs::symlink("../elsewhere", root.path().join("public/quotas.csv")).unwrap();
        assert!(folders.read().unwrap_err().reason.contains("quotas.csv"));
        fs::remove_file(root.path().join("public/quotas.csv")).unwrap();
        std::os::unix::fs::symlink("public", root.path().join("public/replacements")).unwrap();
        assert!(folders.read().is_err());
    }
}

//! Writing into the folder of an assembly, all or nothing.
//!
//! Files are first written into [`UNFINISHED`] and brought to disk. Then a plan of moves is written there, and from that
//! moment the writing has happened: whoever opens the folder next carries the plan to its end. Without a plan the next
//! one throws the unfinished files away.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Component, Path, PathBuf};

use fs4::{FileExt, TryLockError};
use serde::{Deserialize, Serialize};

use crate::failure::Failure;

/// Where files wait until all of them are there.
pub const UNFINISHED: &str = ".boule-unfinished";
const LOCK: &str = ".boule-lock";
const PLAN: &str = "plan.json";
const PRIVATE: &str = "private";

/// A move inside the folder; both paths are relative to it. Done if and only if `to` exists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Move {
    from: PathBuf,
    to: PathBuf,
}

/// The folder of an assembly, ours alone until this value is dropped.
#[derive(Debug)]
pub struct Folder {
    root: PathBuf,
    lock: File,
    /// Whether the folder was made for this.
    new: bool,
}

/// Carries an interrupted writing in `root` to its end, or throws it away if it had not come to its plan.
///
/// # Errors
/// If another `boule` is writing there now, or the operating system refuses.
pub fn recover(root: &Path) -> Result<(), Failure> {
    if root.join(UNFINISHED).exists() { Folder::open(root).map(drop) } else { Ok(()) }
}

/// Says so where there is no folder of that name, before a command looks for what should be in it.
///
/// # Errors
/// If there is none.
pub fn must_be_there(root: &Path) -> Result<(), Failure> {
    if root.is_dir() {
        return Ok(());
    }
    Err(Failure::could_not_run(format!("there is no folder {}", root.display()), "check the name"))
}

impl Folder {
    /// Makes the folder if need be, keeps other commands out of it and recovers it.
    ///
    /// # Errors
    /// If another `boule` is writing there now, or the operating system refuses.
    pub fn open(root: &Path) -> Result<Self, Failure> {
        let refused = |error| Failure::system("write into", root, &error);
        let new = !root.exists();
        fs::create_dir_all(root).map_err(refused)?;
        let path = root.join(LOCK);
        let lock =
            OpenOptions::new().create(true).truncate(false).write(true).open(&path).map_err(refused)?;
        // A drive that knows no locks, as some on a network, is used without one.
        let is_taken = matches!(FileExt::try_lock(&lock), Err(TryLockError::WouldBlock));
        if is_taken || !path.exists() {
            return Err(Failure::no(
                format!("another boule is at work in {}", root.display()),
                "wait until it has finished, then try again",
            ));
        }
        let folder = Self { root: root.to_owned(), lock, new };
        folder.finish().map_err(refused)?;
        Ok(folder)
    }

    /// Begins a writing. Nothing shows outside [`UNFINISHED`] before [`Writing::commit`].
    ///
    /// # Errors
    /// If the operating system refuses.
    pub fn begin(&self) -> Result<Writing<'_>, Failure> {
        make_folder(&self.root.join(UNFINISHED), true)
            .map_err(|error| Failure::system("write into", &self.root, &error))?;
        Ok(Writing { folder: self, moves: Vec::new() })
    }

    /// Carries the plan out if there is one, and takes [`UNFINISHED`] away.
    fn finish(&self) -> io::Result<()> {
        let unfinished = self.root.join(UNFINISHED);
        match fs::read(unfinished.join(PLAN)) {
            Ok(plan) => {
                let moves: Vec<Move> = serde_json::from_slice(&plan)?;
                moves.iter().try_for_each(|one| self.carry_out(one))?;
                let folders: BTreeSet<PathBuf> =
                    moves.iter().map(|one| above(&self.root.join(&one.to)).to_owned()).collect();
                folders.iter().try_for_each(|folder| sync_folder(folder))?;
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        match fs::remove_dir_all(&unfinished) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    fn carry_out(&self, Move { from, to }: &Move) -> io::Result<()> {
        if !is_inside(from) || !is_inside(to) {
            return Err(io::Error::other("the plan of an interrupted writing leads out of the folder"));
        }
        let (from, target) = (self.root.join(from), self.root.join(to));
        if target.exists() {
            return Ok(());
        }
        make_folder(above(&target), to.starts_with(PRIVATE))?;
        fs::rename(from, &target)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_file(self.root.join(LOCK));
        let _ = FileExt::unlock(&self.lock);
        if self.new {
            // Succeeds only where nothing was written.
            let _ = fs::remove_dir(&self.root);
        }
    }
}

/// Files on their way into a [`Folder`].
#[derive(Debug)]
pub struct Writing<'a> {
    folder: &'a Folder,
    moves: Vec<Move>,
}

impl Writing<'_> {
    /// Plans to move the file or folder `from` to `to`, before what is planned later. Nothing may exist at `to`.
    pub fn move_to(&mut self, from: impl Into<PathBuf>, to: impl Into<PathBuf>) {
        self.moves.push(Move { from: from.into(), to: to.into() });
    }

    /// Plans to write a file. When its turn comes nothing may exist at `path`.
    ///
    /// # Errors
    /// If the operating system refuses.
    pub fn write(&mut self, path: impl Into<PathBuf>, bytes: &[u8]) -> Result<(), Failure> {
        let (from, to) = self.waiting_place(path.into());
        let waiting = self.folder.root.join(&from);
        make_folder(above(&waiting), true)
            .and_then(|()| write_new(&waiting, bytes, to.starts_with(PRIVATE)))
            .map_err(|error| Failure::system("write", &self.folder.root.join(&to), &error))?;
        self.move_to(from, to);
        Ok(())
    }

    /// Plans to write a folder of files by their names. When its turn comes nothing may exist at `path`.
    ///
    /// # Errors
    /// If the operating system refuses.
    pub fn write_folder<'b>(
        &mut self,
        path: impl Into<PathBuf>,
        files: impl IntoIterator<Item = (&'b str, &'b [u8])>,
    ) -> Result<(), Failure> {
        let (from, to) = self.waiting_place(path.into());
        let waiting = self.folder.root.join(&from);
        let private = to.starts_with(PRIVATE);
        let write_all = || {
            make_folder(&waiting, private)?;
            files.into_iter().try_for_each(|(name, bytes)| write_new(&waiting.join(name), bytes, private))?;
            sync_folder(&waiting)
        };
        write_all().map_err(|error| Failure::system("write", &self.folder.root.join(&to), &error))?;
        self.move_to(from, to);
        Ok(())
    }

    fn waiting_place(&self, to: PathBuf) -> (PathBuf, PathBuf) {
        (Path::new(UNFINISHED).join("new").join(self.moves.len().to_string()), to)
    }

    /// Puts everything in its place.
    ///
    /// # Errors
    /// If something is in the way (then nothing is changed), or the operating system refuses.
    pub fn commit(self) -> Result<(), Failure> {
        let root = &self.folder.root;
        for Move { to, .. } in &self.moves {
            let moved_away = self.moves.iter().any(|other| other.from == *to);
            if root.join(to).exists() && !moved_away {
                return Err(Failure::no(
                    format!("{} is in the way", root.join(to).display()),
                    "move it elsewhere, then try again",
                ));
            }
        }
        let refused = |error| Failure::system("write into", root, &error);
        let unfinished = root.join(UNFINISHED);
        let draft = unfinished.join("plan.draft");
        let plan = serde_json::to_vec(&self.moves).map_err(Failure::bug)?;
        write_new(&draft, &plan, true).map_err(refused)?;
        let new = unfinished.join("new");
        if new.exists() {
            sync_folder(&new).map_err(refused)?;
        }
        fs::rename(&draft, unfinished.join(PLAN)).map_err(refused)?;
        sync_folder(&unfinished).and_then(|()| sync_folder(root)).map_err(refused)?;
        self.folder.finish().map_err(refused)
    }
}

impl Drop for Writing<'_> {
    fn drop(&mut self) {
        let unfinished = self.folder.root.join(UNFINISHED);
        if !unfinished.join(PLAN).exists() {
            let _ = fs::remove_dir_all(unfinished);
        }
    }
}

/// Writes a file that does not exist yet, and brings it to disk. Where the system knows owners, a private file is for its
/// owner's eyes only.
///
/// # Errors
/// If it exists or the operating system refuses.
pub fn write_new(path: &Path, bytes: &[u8], private: bool) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if private {
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    }
    let _ = private;
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Makes a folder with those above it. Where the system knows owners, a private one, even if it exists already, is for its
/// owner's eyes only.
///
/// # Errors
/// If the operating system refuses.
pub fn make_folder(path: &Path, private: bool) -> io::Result<()> {
    fs::create_dir_all(path)?;
    #[cfg(unix)]
    if private {
        fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o700))?;
    }
    let _ = private;
    Ok(())
}

/// Brings the names in a folder to disk, where the system can do that.
fn sync_folder(path: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(path)?.sync_all() } else { Ok(()) }
}

fn above(path: &Path) -> &Path {
    path.parent().unwrap_or(Path::new(""))
}

fn is_inside(path: &Path) -> bool {
    path.components().all(|part| matches!(part, Component::Normal(_)))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::{Folder, Move, PLAN, UNFINISHED, recover};

    fn read(root: &Path, path: &str) -> Option<String> {
        fs::read_to_string(root.join(path)).ok()
    }

    #[test]
    fn a_writing_shows_at_once_or_not_at_all() {
        let root = tempfile::tempdir().unwrap();
        let folder = Folder::open(root.path()).unwrap();
        let mut writing = folder.begin().unwrap();
        writing.write("public/a", b"a").unwrap();
        writing.write("private/b", b"b").unwrap();
        drop(writing);
        assert_eq!(read(root.path(), "public/a"), None);
        assert!(!root.path().join(UNFINISHED).exists());

        let mut writing = folder.begin().unwrap();
        writing.write("public/a", b"a").unwrap();
        writing.write("private/b", b"b").unwrap();
        writing.write_folder("private/c", [("1", &b"one"[..]), ("2", b"two")]).unwrap();
        writing.commit().unwrap();
        assert_eq!(read(root.path(), "public/a").as_deref(), Some("a"));
        assert_eq!(read(root.path(), "private/b").as_deref(), Some("b"));
        assert_eq!(read(root.path(), "private/c/2").as_deref(), Some("two"));
        drop(folder);
        assert_eq!(fs::read_dir(root.path()).unwrap().count(), 2, "neither lock nor unfinished files stay");
    }

    #[test]
    fn a_plan_is_carried_out_from_wherever_it_stopped() {
        for done in 0..=3 {
            let root = tempfile::tempdir().unwrap();
            let path = |name: &str| root.path().join(name);
            fs::create_dir_all(path("public/attempts/1")).unwrap();
            fs::create_dir_all(path(UNFINISHED).join("new")).unwrap();
            fs::write(path("public/a"), "old").unwrap();
            fs::write(path(UNFINISHED).join("new/1"), "new").unwrap();
            fs::write(path(UNFINISHED).join("new/2"), "b").unwrap();
            let moves = [
                ("public/a", "public/attempts/1/a"),
                (".boule-unfinished/new/1", "public/a"),
                (".boule-unfinished/new/2", "observers/b"),
            ]
            .map(|(from, to)| Move { from: from.into(), to: to.into() });
            fs::write(path(UNFINISHED).join(PLAN), serde_json::to_vec(&moves).unwrap()).unwrap();
            fs::create_dir_all(path("observers")).unwrap();
            for Move { from, to } in &moves[..done] {
                fs::rename(root.path().join(from), root.path().join(to)).unwrap();
            }
            recover(root.path()).unwrap();
            let all = ["public/attempts/1/a", "public/a", "observers/b"].map(|name| read(root.path(), name));
            assert_eq!(all.map(Option::unwrap), ["old", "new", "b"], "after {done} moves");
            assert!(!path(UNFINISHED).exists());
        }
    }

    #[test]
    fn without_a_plan_nothing_happened() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join(UNFINISHED).join("new")).unwrap();
        fs::write(root.path().join(UNFINISHED).join("new/0"), "half").unwrap();
        fs::write(root.path().join(UNFINISHED).join("plan.draft"), "[{").unwrap();
        recover(root.path()).unwrap();
        assert_eq!(fs::read_dir(root.path()).unwrap().count(), 0);
    }

    #[test]
    fn what_is_in_the_way_stays() {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("a"), "mine").unwrap();
        let folder = Folder::open(root.path()).unwrap();
        let mut writing = folder.begin().unwrap();
        writing.write("b", b"b").unwrap();
        writing.write("a", b"a").unwrap();
        assert!(writing.commit().is_err());
        assert_eq!(read(root.path(), "a").as_deref(), Some("mine"));
        assert_eq!(read(root.path(), "b"), None);
    }

    #[test]
    fn a_folder_that_was_made_for_nothing_goes_away() {
        let root = tempfile::tempdir().unwrap();
        let inner = root.path().join("inner");
        drop(Folder::open(&inner).unwrap());
        assert!(!inner.exists());
        fs::create_dir(&inner).unwrap();
        drop(Folder::open(&inner).unwrap());
        assert!(inner.exists());
    }

    #[test]
    fn two_cannot_write_at_once() {
        let root = tempfile::tempdir().unwrap();
        let first = Folder::open(root.path()).unwrap();
        assert!(Folder::open(root.path()).is_err());
        drop(first);
        assert!(Folder::open(root.path()).is_ok());
    }

    #[test]
    fn a_plan_never_leads_out_of_the_folder() {
        let root = tempfile::tempdir().unwrap();
        let inner = root.path().join("inner");
        fs::create_dir_all(inner.join(UNFINISHED)).unwrap();
        fs::write(root.path().join("x"), "x").unwrap();
        fs::write(inner.join(UNFINISHED).join(PLAN), r#"[{"from":"../x","to":"y"}]"#).unwrap();
        assert!(recover(&inner).is_err());
        assert!(!inner.join("y").exists());
    }

    #[cfg(unix)]
    #[test]
    fn private_files_are_for_the_owner_only() {
        use std::os::unix::fs::PermissionsExt as _;
        let root = tempfile::tempdir().unwrap();
        let folder = Folder::open(root.path()).unwrap();
        let mut writing = folder.begin().unwrap();
        writing.write("private/secret", b"s").unwrap();
        writing.commit().unwrap();
        let mode = |path: &str| fs::metadata(root.path().join(path)).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode("private"), mode("private/secret")), (0o700, 0o600));
    }
}

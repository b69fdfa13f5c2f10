//! Whether a record may take the place of the one that the service shows: only if it is the same draw, further on.

use std::collections::BTreeMap;

use sortition::hash::sha256;
use sortition::record::{Commit, Files};
use store::Store;

use super::DRAW;
use crate::database::refused;
use crate::failure::Failure;

const COMMIT: &str = "commit.json";
/// Files of an attempt that are kept privately once it is void; those of the next attempt take their place.
const OF_AN_ATTEMPT: [&str; 3] = ["quotas.csv", "rules.json", "counts.csv"];

/// Whether a record is of a rehearsal.
pub(super) fn is_rehearsal(record: &Files) -> bool {
    record.get(COMMIT).is_some_and(|bytes| is_of_rehearsal(bytes))
}

fn is_of_rehearsal(commit: &[u8]) -> bool {
    Commit::from_canonical(commit).is_ok_and(|commit| commit.rehearsal)
}

/// Refuses a record that would take away or change what was published of a real draw.
///
/// # Errors
/// Why it is no continuation of what the assembly's page shows, or if the store cannot be read.
pub(super) async fn may_follow(store: &Store, id: &str, record: &Files) -> Result<(), Failure> {
    let Some((_, commit)) = store.publication(id, DRAW, COMMIT).await.map_err(refused)? else {
        return Ok(());
    };
    if is_of_rehearsal(&commit) {
        return Ok(());
    }
    let published = store.publications(id, DRAW).await.map_err(refused)?;
    let published = published.into_iter().map(|file| (file.path, file.sha256)).collect();
    extends(&published, &commit, record).map_err(|why| {
        Failure::no(
            format!("the service shows another record of {id}, and a published record stays: {why}; nothing was published"),
            "name the folder of that draw, or give this assembly a word of its own: --assembly WORD",
        )
    })
}

/// Whether every published file, by its hash, is still in `record`: in its place, or with the attempts that were void.
fn extends(published: &BTreeMap<String, String>, commit: &[u8], record: &Files) -> Result<(), String> {
    let is_same = record.get(COMMIT).is_some_and(|now| now == commit);
    let attempt = Commit::from_canonical(commit).map_or(0, |commit| commit.attempt);
    let archive = format!("attempts/{attempt}");
    if !is_same && record.get(&format!("{archive}/{COMMIT}")).is_none_or(|kept| kept != commit) {
        let (old, new) = (sha256(commit), record.get(COMMIT).map(|now| sha256(now).to_string()));
        return Err(format!(
            "its commitment is {old}, this one's is {}, and that is no later attempt of it",
            new.unwrap_or_default()
        ));
    }
    for (path, hash) in published {
        if !is_same && OF_AN_ATTEMPT.contains(&path.as_str()) {
            continue;
        }
        let place = match path.as_str() {
            COMMIT | "void.json" if !is_same => format!("{archive}/{path}"),
            _ => path.clone(),
        };
        match record.get(&place) {
            None => return Err(format!("{path} was published and is missing here")),
            Some(bytes) if sha256(bytes).to_string() != *hash => {
                return Err(format!("{path} is another file than was published"));
            }
            Some(_) => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::path::Path;

    use sortition::hash::sha256;
    use sortition::record::Files;

    use super::{COMMIT, extends, is_rehearsal};
    use crate::bundle::Folders;

    fn record(name: &str) -> Files {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/records/accept").join(name);
        Folders { public: root.join("public"), ..Folders::default() }.read().unwrap().public
    }

    fn follows(before: &Files, after: &Files) -> Result<(), String> {
        let published: BTreeMap<_, _> =
            before.iter().map(|(path, bytes)| (path.clone(), sha256(bytes).to_string())).collect();
        extends(&published, &before[COMMIT], after)
    }

    #[test]
    fn a_record_grows_and_never_changes() {
        let whole = record("replaced");
        let without = |words: &[&str]| -> Files {
            let stays = |path: &str| !words.iter().any(|word| path.starts_with(word));
            whole.iter().filter(|(path, _)| stays(path)).map(|(p, b)| (p.clone(), b.clone())).collect()
        };
        let (prepared, drawn) = (without(&["draw.json", "replacements/"]), without(&["replacements/"]));
        for (before, after) in [(&prepared, &drawn), (&drawn, &whole), (&prepared, &whole), (&whole, &whole)]
        {
            assert_eq!(follows(before, after), Ok(()));
        }
        for (before, after) in [(&drawn, &prepared), (&whole, &drawn), (&whole, &record("plain"))] {
            assert!(follows(before, after).is_err());
        }
        let mut changed = whole.clone();
        changed.insert("draw.json".to_owned(), b"{}\n".to_vec());
        assert!(follows(&whole, &changed).is_err());
    }

    #[test]
    fn an_attempt_that_was_void_stays_with_the_next() {
        let second = record("second-attempt");
        let first = Files::from([
            (COMMIT.to_owned(), second["attempts/1/commit.json"].clone()),
            ("quotas.csv".to_owned(), b"others".to_vec()),
        ]);
        assert_eq!(follows(&first, &second), Ok(()));
        let mut drawn = first.clone();
        drawn.insert("draw.json".to_owned(), b"drawn".to_vec());
        assert!(follows(&drawn, &second).is_err(), "a draw is never voided");
        assert!(follows(&second, &first).is_err());
        let mut without = second.clone();
        without.remove("attempts/1/commit.json");
        assert!(follows(&first, &without).is_err());
    }

    #[test]
    fn rehearsals_are_known() {
        assert!(is_rehearsal(&record("rehearsal")));
        assert!(!is_rehearsal(&record("plain")));
    }
}

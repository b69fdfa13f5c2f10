//! What each role has a part in: one table, from which the lists are made that routes and pages ask for.

use tracking::Role;

/// A role of people, and what it has a part in.
struct Row {
    role: Role,
    parts: [bool; 4],
}

/// A column of the table.
#[derive(Clone, Copy)]
enum Part {
    /// Sees recommendations as the staff does.
    Staff,
    /// Works in a unit or looks after one.
    Office,
    /// Sees the work of posts: on the government's side, or looking after it; neither members nor those who check.
    Inside,
    /// Keeps a training record: works here.
    Learner,
}

const fn row(role: Role, staff: bool, office: bool, inside: bool, learner: bool) -> Row {
    Row { role, parts: [staff, office, inside, learner] }
}

/// Every role that people hold. Programs have tokens instead.
#[rustfmt::skip]
const TABLE: [Row; 9] = [
    //                        staff  office inside learner
    row(Role::Secretariat,    true,  true,  true,  true),
    row(Role::Coordinator,    true,  true,  true,  true),
    row(Role::Officer,        true,  true,  true,  true),
    row(Role::Approver,       true,  true,  true,  true),
    row(Role::Signatory,      true,  true,  true,  true),
    row(Role::Verifier,       true,  true,  false, true),
    row(Role::Member,         true,  false, false, false),
    row(Role::Auditor,        true,  true,  true,  false),
    row(Role::Administrator,  false, false, true,  true),
];

const fn count(part: Part) -> usize {
    let (mut at, mut found) = (0, 0);
    while at < TABLE.len() {
        found += TABLE[at].parts[part as usize] as usize;
        at += 1;
    }
    found
}

const fn those<const N: usize>(part: Part) -> [Role; N] {
    let (mut list, mut at, mut found) = ([Role::Administrator; N], 0, 0);
    while at < TABLE.len() {
        if TABLE[at].parts[part as usize] {
            list[found] = TABLE[at].role;
            found += 1;
        }
        at += 1;
    }
    list
}

const fn everybody() -> [Role; TABLE.len()] {
    let (mut list, mut at) = ([Role::Administrator; TABLE.len()], 0);
    while at < TABLE.len() {
        list[at] = TABLE[at].role;
        at += 1;
    }
    list
}

/// Every role that people hold.
pub const EVERYBODY: [Role; TABLE.len()] = everybody();
/// Who sees recommendations as the staff does.
pub const STAFF: &[Role] = &those::<{ count(Part::Staff) }>(Part::Staff);
/// Those of them who work in a unit or look after one: all but members.
pub const OFFICES: &[Role] = &those::<{ count(Part::Office) }>(Part::Office);
/// Who sees the work of posts: those on the government's side and those who look after it, not the members.
pub const INSIDE: &[Role] = &those::<{ count(Part::Inside) }>(Part::Inside);
/// Who keeps a training record: all who work here.
pub const LEARNERS: &[Role] = &those::<{ count(Part::Learner) }>(Part::Learner);
/// Who runs the service.
pub const ADMINISTRATOR: &[Role] = &[Role::Administrator];
/// Who reads the audit log.
pub const READERS: &[Role] = &[Role::Administrator, Role::Auditor];
/// Who brings recommendations in.
pub const SECRETARIAT: &[Role] = &[Role::Secretariat];
/// Who sets what a post can give, who stands in and who no longer holds it.
pub const KEEPERS: &[Role] = &[Role::Administrator, Role::Coordinator];
/// Who does a unit's work.
pub const WORKERS: &[Role] = &[Role::Officer, Role::Approver];
/// Who shares work out.
pub const COORDINATOR: &[Role] = &[Role::Coordinator];

#[cfg(test)]
mod tests {
    use super::{EVERYBODY, INSIDE, LEARNERS, OFFICES, STAFF};
    use tracking::Role;

    #[test]
    fn every_role_of_people_stands_in_the_table_once() {
        let mut there = EVERYBODY.to_vec();
        let mut all: Vec<Role> = Role::ALL.iter().copied().filter(|role| *role != Role::Client).collect();
        there.sort();
        all.sort();
        assert_eq!(there, all);
    }

    #[test]
    fn the_lists_hold_what_the_table_says() {
        assert_eq!((STAFF.len(), OFFICES.len(), INSIDE.len(), LEARNERS.len()), (8, 7, 7, 7));
        assert!(!STAFF.contains(&Role::Administrator) && !OFFICES.contains(&Role::Member));
        assert!(!INSIDE.contains(&Role::Verifier) && INSIDE.contains(&Role::Auditor));
        assert!(!LEARNERS.contains(&Role::Auditor) && LEARNERS.contains(&Role::Administrator));
    }

    #[test]
    fn no_other_file_lists_the_roles_anew() {
        let sources = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let mut folders = vec![sources];
        let mut read = 0;
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                if path.file_name().is_some_and(|name| name == "roles.rs") {
                    continue;
                }
                let text = std::fs::read_to_string(&path).expect("text");
                let longest = text.split("&[").chain(text.split("= [")).map(|list| {
                    let list = list.split(']').next().unwrap_or_default();
                    list.split(',').filter(|one| one.trim().starts_with("Role::")).count()
                });
                assert!(longest.max().unwrap_or_default() < 6, "{}", path.display());
                read += 1;
            }
        }
        assert!(read > 100, "{read}");
    }
}

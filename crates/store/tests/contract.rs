//! What every store keeps, on SQLite and on PostgreSQL alike.

#[path = "contract/backups.rs"]
mod backups;
#[path = "contract/ballots.rs"]
mod ballots;
#[path = "contract/cluster.rs"]
mod cluster;
#[path = "contract/databases.rs"]
mod databases;
#[path = "contract/letters.rs"]
mod letters;
#[path = "contract/papers.rs"]
mod papers;
#[path = "contract/people.rs"]
mod people;
#[path = "contract/samples.rs"]
mod samples;
#[path = "contract/search.rs"]
mod search;
#[path = "contract/snapshots.rs"]
mod snapshots;
#[path = "contract/trust.rs"]
mod trust;
#[path = "contract/work.rs"]
mod work;

use std::future::Future;
use std::pin::Pin;

/// A case gets the place of an empty database.
type Case = fn(String) -> Pin<Box<dyn Future<Output = ()>>>;

fn run(case: Case, place: String) {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(case(place));
}

macro_rules! contract {
    ($($file:ident: $($case:ident),+ $(,)?;)+) => {
        const CASES: &[(&str, Case)] = &[$($((stringify!($case), |place| Box::pin($file::$case(place)))),+),+];

        mod sqlite {
            $($(
                #[test]
                fn $case() {
                    let folder = tempfile::tempdir().expect("a folder");
                    // A name that needs care in a URL.
                    let place = folder.path().join("data of 100% ärger?#");
                    crate::run(|place| Box::pin(crate::$file::$case(place)), place.to_str().expect("plain").to_owned());
                }
            )+)+
        }
    };
}

contract! {
    people: people_are_found_by_id_and_address, an_address_is_taken_once, grants_hold_from_day_to_day,
        attempts_and_codes_are_counted, sessions_end, links_work_once, posts_survive_people,
        erasure_leaves_the_id_and_the_history, what_was_read_before_undoes_nothing;
    work: assemblies_are_saved_by_revision, who_saves_over_a_newer_revision_is_told,
        another_systems_id_finds_its_own, of_many_who_save_at_once_one_wins, lists_are_filtered, search_forgets_case_and_accents,
        pages_never_overlap_in_any_order, tallies_add_up, history_is_added_to,
        units_and_posts_are_added_once_and_changed_where_they_are;
    search: parts_of_words_are_found_as_if_every_text_were_read, words_of_any_length_are_found;
    papers: drafts_are_kept_until_they_are_dropped, a_draft_is_kept_over_the_one_that_was_read_only, files_come_back_as_they_were_added,
        keys_work_until_they_are_taken_back, a_request_is_answered_once, only_what_is_open_is_for_everybody,
        the_last_mark_holds, entries_are_found_by_what_they_are_about;
    letters: a_letter_is_written_once_and_ends_once, of_many_senders_one_has_a_letter,
        what_a_dead_sender_held_is_taken_again, a_step_is_reached_once, followers_are_told_and_forgotten;
    ballots: a_ballot_is_counted_once_and_leaves_nothing_else, of_many_who_send_one_ballot_one_is_counted,
        a_ballot_that_cannot_be_counted_stays_unused,
        a_ballot_that_is_entered_for_somebody_is_the_same_ballot;
    snapshots: a_snapshot_is_never_changed;
    backups: a_backup_goes_from_either_database_into_either, a_backup_that_was_changed_is_refused_as_a_whole,
        a_backup_has_every_table, a_copy_of_the_file_is_the_same, changed_bytes_of_files_are_found;
    trust: a_change_that_notes_nothing_is_not_made, a_change_that_is_dropped_never_happened, the_chain_verifies,
        any_changed_byte_is_found, missing_entries_are_found, triggers_refuse_what_is_not_added,
        two_programs_share_a_database, a_later_program_is_recognised;
}

#[test]
#[allow(clippy::print_stderr, reason = "says which case runs")]
fn postgres() {
    let Some(cluster) = cluster::Cluster::start() else { return };
    for (name, case) in CASES {
        eprintln!("{name}");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let place = runtime.block_on(cluster.database(name));
        run(*case, place);
    }
}

//! Every parser of bytes that come from elsewhere, for `hostile.rs` and for `fuzz/`: none panics, hangs or fills the memory.
#![allow(clippy::unwrap_used, reason = "what is known to be sound")]

use sessions::Names;
use sessions::members::Members;
use sessions::rounds::Rounds;
use sortition::acknowledgement::Acknowledgement;
use sortition::certificate::Certificate;
use sortition::people::People;
use sortition::receipt::{self, Receipt};
use sortition::record::{Commit, Draw, Void, secret_from_canonical};
use sortition::replacement::{self, Record};
use sortition::signatures::Signatures;
use sortition::{
    Combinations, ExtraRules, Pool, PoolOptions, Population, Portfolio, Quotas, counts, register,
};

/// How signatures are checked.
pub const SIGNATURES: Signatures = Signatures { beacon: beacon::verify, organiser: signing::verify };

/// Gives bytes to every parser of a file.
pub fn parse(bytes: &[u8]) {
    parse_record(bytes);
    parse_table(bytes);
}

/// Gives bytes to every parser of files of a record.
pub fn parse_record(bytes: &[u8]) {
    let _ = Quotas::from_canonical(bytes);
    let _ = Commit::from_canonical(bytes);
    let _ = Draw::from_canonical(bytes);
    let _ = Void::from_canonical(bytes, bytes);
    let _ = Record::from_canonical(bytes);
    let _ = replacement::Void::from_canonical(bytes, bytes);
    let _ = Receipt::from_canonical(bytes);
    let _ = receipt::check(bytes, None, &SIGNATURES);
    let _ = Acknowledgement::from_canonical(bytes);
    let _ = Certificate::from_json(bytes);
    let _ = People::from_canonical(bytes, 12);
    let _ = Portfolio::from_canonical(bytes, 12, 4, 20);
    let _ = secret_from_canonical(bytes);
    let _ = beacon::Served::read(bytes);
    let _ = sessions::record::Record::read(bytes);
    let (quotas, n) = (quotas(), 12);
    let _ = ExtraRules::from_canonical(bytes, &quotas, n, 4);
    let _ = counts::from_canonical(bytes, &quotas, n);
    let _ = sortition::replacement::own_quotas(&quotas, bytes);
    let _ = register::from_canonical(bytes, &quotas, &ExtraRules::default(), n, 20);
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = sessions::programme::file::read("programme.toml", text);
    }
}

/// Gives bytes to every reader of tables that organisers keep: CSV of any dialect, or Excel.
pub fn parse_table(bytes: &[u8]) {
    let Some(sheet) = reading::read("strange.csv", bytes).value else { return };
    let quotas = quotas();
    if let Some(own) = Quotas::read(&sheet).value {
        let _ = Quotas::from_canonical(own.to_csv().as_bytes()).unwrap();
    }
    let _ = Pool::read(&sheet, &quotas, &PoolOptions::default());
    let _ = Combinations::read(&sheet, &quotas);
    let _ = Population::read(&sheet);
    let known = |text: &str| reading::read("known.csv", text.as_bytes()).value.unwrap();
    let members = Members::read(&known(MEMBERS), None).value.unwrap();
    let rounds = Rounds::read(&known(ROUNDS)).value.unwrap();
    let blocks = Names::new(vec!["opening".to_owned(), "vote".to_owned()]);
    let _ = Members::read(&sheet, None);
    let _ = members.clone().with_modes(&sheet);
    let _ = Rounds::read(&sheet);
    let _ = sessions::constraints::read(&sheet, &members, &rounds);
    let _ = sessions::replacement::Replacements::read(
        &sheet,
        &members,
        &rounds,
        sessions::replacement::Who::ANYBODY,
    );
    let _ = sessions::allocation::read(&sheet, &members, &rounds, &|_, _| None);
    let _ = sessions::attendance::Attendance::read(&sheet, &members, Some(&blocks));
    let _ = sessions::quorum::read(&sheet, 9);
    let _ = sessions::pay::read(&sheet, &members, &blocks);
    let _ = sessions::dates::Poll::read(&sheet, Some(&members));
    let _ = sessions::dates::Poll::read(&sheet, None);
    if let Some(staff) = sessions::staff::read(&sheet, &members, &rounds).value {
        let _ = sessions::staff::read_rota(&sheet, &staff, &rounds);
    }
}

const MEMBERS: &str = include_str!("../fixtures/tables/syn100_con/members.csv");
const ROUNDS: &str = include_str!("../fixtures/tables/syn100_con/rounds.csv");

fn quotas() -> Quotas {
    Quotas::from_canonical(b"feature,value,min,max\nGender,Female,1,3\nGender,Male,1,3\n").unwrap()
}

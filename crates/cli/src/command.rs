//! The commands, one file each.

pub mod attend;
pub mod audit;
pub mod backup;
pub mod ceremony;
pub mod check;
pub mod dates;
pub mod demo;
pub mod demo_serve;
pub mod draw;
pub mod init;
pub mod mend;
pub mod prepare;
pub mod programme;
pub mod publish;
pub mod quotas;
pub mod receipt;
pub mod replace;
pub mod report;
pub mod restore;
pub mod sample;
pub mod serve;
pub mod tables;
pub mod tables_check;
pub mod verify;

//! The service as a library: pages for staff and for everybody, sign-in, and the frame that every route goes through.
//!
//! No SQL (that is `store`) and no rules about recommendations (those are `tracking`). A route exists only with a declaration
//! of who may use it ([`access`]); everything that changes something is a form, checked for its origin before its handler
//! sees it. Pages are plain HTML and work without JavaScript.

pub mod access;
pub mod account;
pub mod actions;
pub mod agenda;
pub mod amend;
pub mod api;
pub mod app;
pub mod assembly;
pub mod assets;
pub mod audit;
pub mod before;
pub mod bulk;
pub mod charts;
pub mod clock;
pub mod connections;
pub mod demo;
pub mod desk;
pub mod door;
pub mod election;
pub mod evidence;
pub mod fault;
pub mod follow;
pub mod form;
pub mod headers;
pub mod health;
pub mod house;
pub mod import;
pub mod kept;
pub mod language;
pub mod letters;
pub mod limits;
pub mod link;
pub mod list;
pub mod logs;
pub mod mail;
pub mod members;
pub mod names;
pub mod page;
pub mod parties;
pub mod password;
pub mod people;
pub mod plain;
pub mod posts;
pub mod public;
pub mod refusal;
pub mod register;
pub mod reports;
pub mod respond;
pub mod rule;
pub mod secret;
pub mod service;
pub mod session;
pub mod settings;
pub mod shelf;
pub mod sign_in;
pub mod sitting;
pub mod staff;
pub mod story;
pub mod tasks;
pub mod tokens;
pub mod told;
pub mod totp;
pub mod units;
pub mod unsent;
pub mod visit;
pub mod words;
pub mod worth;
pub mod wrong;

pub use app::App;
pub use clock::Clock;
pub use settings::Settings;

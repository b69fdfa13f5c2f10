//! The service as visitors, programs and mail meet it. One program of tests, so that the service is linked once.

#![allow(clippy::unwrap_used, reason = "a test stops where something is wrong")]

mod api;
mod before;
mod clocks;
mod common;
mod door;
mod elsewhere;
mod forms;
mod guide;
mod handover;
mod limits;
mod links;
mod lost;
mod mail;
mod members;
mod outside;
mod paper;
mod posted;
mod posts;
mod public;
mod reports;
mod routes;
mod said;
mod schemathesis;
mod security;
mod sink;
mod tasks;
mod town;
mod units;
mod unsent;
mod wording;
mod words;
mod work;
mod worth;
mod years;

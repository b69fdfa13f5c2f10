//! The API `/api/v1`: reading for everybody, writing for programs with a token.
//!
//! Its types are its own ([`shape`]): what the rules or the store look like inside never shows. What it can do is written down
//! in [`openapi`], and a test holds that document against the routes.

pub mod answer;
pub mod feeds;
pub mod history;
pub mod openapi;
pub mod problem;
pub mod query;
pub mod read;
pub mod said;
pub mod schemas;
pub mod shape;
pub mod shown;
pub mod table;
pub mod token;
pub mod write;

use crate::access::Routes;

/// What these modules answer.
pub fn routes(routes: Routes) -> Routes {
    routes
        .with(openapi::routes)
        .with(read::routes)
        .with(said::routes)
        .with(table::routes)
        .with(feeds::routes)
        .with(write::routes)
        .with(history::routes)
}

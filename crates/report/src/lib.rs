//! A record as one HTML page for people: it opens offline, needs no script and asks nothing of any network.
//!
//! Pure: a record goes in, text comes out, the same bytes for the same record. The edition for everybody is made of
//! `public/` alone, so it holds nothing that is not public; the one for observers has every chance and every panel.

pub mod chances;
pub mod numbers;
pub mod page;
pub mod quotas;

pub use chances::Ideal;
pub use page::{Compared, Contents, html, is_ours};

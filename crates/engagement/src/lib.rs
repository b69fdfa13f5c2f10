//! Who engages whom, about what, where and when: the register of all departments, what clashes, and what was asked before.
//!
//! A pure crate: no SQL, HTTP, files, clock or chance; days are arguments. Words of different spelling and of two languages
//! meet in the tags of [`terms`]. What deserves a warning, and what does not, stands in [`clash`].

pub mod area;
pub mod clash;
mod engagement;
mod faults;
pub mod method;
mod reuse;
pub mod table;
pub mod terms;

pub use clash::{Clash, Reason, clashes, clashes_of};
pub use engagement::{Engagement, Kind, Settled, Standing};
pub use faults::{Fault, faults};
pub use reuse::{Before, reuse};

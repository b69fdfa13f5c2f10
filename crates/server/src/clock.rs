//! The time, handed in at the start: the machine's in the program, a fixed one in tests.

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;

/// Where the service gets the time.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl Clock {
    /// The machine's clock.
    pub fn of_the_machine() -> Self {
        Self::new(Timestamp::now)
    }

    /// A clock of one's own.
    pub fn new(clock: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self(Arc::new(clock))
    }

    /// The time now.
    pub fn now(&self) -> Timestamp {
        (self.0)()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}

//! What every handler is given: store, clock, settings, and counters against abuse.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use store::Store;
use tokio::sync::Semaphore;

use crate::api::shown::Shown;
use crate::clock::Clock;
use crate::limits::Rate;
use crate::list::Counts;
use crate::mail::Mail;
use crate::public::progress::Figures;
use crate::reports::year::Years;
use crate::settings::Settings;

/// How many passwords are checked at a time: each takes 19 MiB of memory and a core.
const PASSWORDS_AT_ONCE: usize = 2;

/// What every handler is given. Cloning it is cheap.
#[derive(Debug, Clone)]
pub struct App {
    /// Where everything is kept.
    pub store: Store,
    /// The time.
    pub clock: Clock,
    /// How the service was started.
    pub settings: Arc<Settings>,
    pub(crate) requests: Arc<Rate>,
    /// Attempts to sign in to one account.
    pub(crate) attempts: Arc<Rate>,
    /// Attempts to sign in from one address.
    pub(crate) doors: Arc<Rate>,
    pub(crate) passwords: Arc<Semaphore>,
    /// The figures of assemblies by month.
    pub(crate) figures: Arc<Figures>,
    /// The annual reports of assemblies.
    pub(crate) years: Arc<Years>,
    /// Recommendations as the API says them.
    pub(crate) shown: Arc<Shown>,
    /// How many recommendations searches found.
    pub(crate) counts: Arc<Counts>,
    /// What becomes of letters.
    pub mail: Mail,
    /// Letters asked for from one address.
    pub(crate) follows: Arc<Rate>,
}

impl App {
    /// A service over a store.
    pub fn new(store: Store, clock: Clock, settings: Settings) -> Self {
        let requests = Arc::new(Rate::new(settings.rate, settings.rate.saturating_mul(2)));
        let attempts = Arc::new(Rate::new(0, 10).one_in(60));
        let doors = Arc::new(Rate::new(0, 30).one_in(10));
        let passwords = Arc::new(Semaphore::new(PASSWORDS_AT_ONCE));
        let follows = Arc::new(Rate::new(0, 10).one_in(120));
        Self {
            store,
            clock,
            settings: Arc::new(settings),
            requests,
            attempts,
            doors,
            passwords,
            figures: Arc::default(),
            years: Arc::default(),
            shown: Arc::default(),
            counts: Arc::default(),
            mail: Mail::None,
            follows,
        }
    }

    /// The same service that writes letters.
    pub fn with_mail(self, mail: Mail) -> Self {
        Self { mail, ..self }
    }

    /// The time now.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The service's time zone: where no assembly says otherwise.
    pub fn zone(&self) -> &TimeZone {
        &self.settings.zone
    }

    /// Today in the service's time zone.
    pub fn today(&self) -> Date {
        self.now().to_zoned(self.settings.zone.clone()).date()
    }
}

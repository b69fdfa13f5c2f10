//! Rules that somebody already lives by, to begin with.

use crate::duty::{Clock, Duty, DutyRule, Start};
use crate::period::Period;
use crate::words::words;
use jiff::tz::TimeZone;

words! {
    /// A rule to begin with.
    Preset {
        /// Boule's own.
        Usual = "usual", "usual";
        /// Scotland's climate assembly: six months to answer.
        Scotland = "scotland", "Scotland";
        /// Brussels' climate assembly: a first report after three months, the final one after a year.
        BrusselsClimate = "brussels_climate", "Brussels, climate assembly";
        /// Brussels' deliberative committees: followed up after six months, at the latest after nine.
        BrusselsCommittees = "brussels_committees", "Brussels, deliberative committees";
        /// Paris: once a year.
        Paris = "paris", "Paris";
        /// Canada's House of Commons: 120 days, and gone with the House. How not to do it.
        Canada = "canada", "Canada";
    }
}

impl Preset {
    /// What it rests on, in words for the public. An article is named only where it was read in the law itself.
    pub const fn basis(self) -> &'static str {
        match self {
            Self::Usual => "Boule's usual rule; the assembly has set no other",
            Self::Scotland => {
                "Climate Change (Scotland) Act 2009, section 32A(9): a statement within six months"
            }
            Self::BrusselsClimate => {
                "As described for the Citizens' Assembly on Climate of the Brussels-Capital Region: the government reports \
                 after three months and finally after one year; check the clause"
            }
            Self::BrusselsCommittees => {
                "As described for the deliberative committees of the Parliament of the Brussels-Capital Region: followed up \
                 within six months, at the latest within nine; check the clause in its rules of procedure"
            }
            Self::Paris => {
                "As described for the Citizens' Assembly of Paris: the city reports every year; check the clause in its charter"
            }
            Self::Canada => {
                "As described for the House of Commons of Canada: a response within 120 days; what is pending lapses when \
                 the House is dissolved; check the clause in its Standing Orders"
            }
        }
    }

    /// The rule, where a day begins and ends in `zone`. Its version is 1.
    pub fn rule(self, zone: TimeZone) -> DutyRule {
        let mut rule = DutyRule::usual(zone);
        self.key().clone_into(&mut rule.id);
        self.basis().clone_into(&mut rule.legal_basis);
        let year = Period::months(12);
        match self {
            Self::Usual | Self::Scotland => {}
            Self::BrusselsClimate => {
                // The first report may say "under study"; the final one may not, and is counted from the hand-over.
                rule.set(Duty::Answer, Period::months(3), None);
                rule.set(Duty::FirmPosition, year, None);
                rule.also_from(Duty::FirmPosition, Start::HandedOver);
            }
            Self::BrusselsCommittees => {
                rule.set(Duty::FirmPosition, Period::months(9), None);
                rule.also_from(Duty::FirmPosition, Start::HandedOver);
            }
            Self::Paris => {
                rule.set(Duty::Answer, year, None);
                rule.set(Duty::Progress, year, Some(year));
            }
            Self::Canada => {
                rule.set(Duty::Answer, Period::days(120), None);
                rule.survives_dissolution = false;
            }
        }
        rule
    }
}

impl DutyRule {
    /// The rule in the place of this one: its version is the next, and due dates that this one set stay as they are.
    pub fn followed_by(&self, next: Self) -> Self {
        Self { version: self.version.saturating_add(1), ..next }
    }

    /// The clock of a duty.
    pub fn clock(&self, duty: Duty) -> Option<&Clock> {
        self.clocks.iter().find(|clock| clock.duty == duty)
    }

    /// Sets how long a duty's clock runs.
    pub fn set(&mut self, duty: Duty, period: Period, then_every: Option<Period>) {
        for clock in self.clocks.iter_mut().filter(|clock| clock.duty == duty) {
            (clock.period, clock.then_every) = (period, then_every);
        }
    }

    fn also_from(&mut self, duty: Duty, start: Start) {
        for clock in self.clocks.iter_mut().filter(|clock| clock.duty == duty) {
            clock.starts.push(start);
        }
    }
}

//! A rule of law or of the house: what is due, from when on, and how long after.

use crate::calendar::Calendar;
use crate::period::Period;
use crate::words::words;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

words! {
    /// What somebody owes.
    Duty {
        /// To say that it arrived.
        Acknowledgement = "acknowledgement", "acknowledgement";
        /// To name an accountable post.
        Owner = "owner", "owner";
        /// To name another one after a return.
        NewOwner = "new_owner", "new owner";
        /// To publish a response.
        Answer = "answer", "answer";
        /// To replace "in principle" or "under study" by a position that can stand.
        FirmPosition = "firm_position", "firm position";
        /// A window, not a debt: the members may reply until its end.
        MembersReply = "members_reply", "members' reply";
        /// To report progress.
        Progress = "progress", "progress report";
        /// To keep a commitment.
        Commitment = "commitment", "commitment";
        /// To reach a milestone.
        Milestone = "milestone", "milestone";
    }
}

words! {
    /// What starts a clock.
    Start {
        /// The assembly adopted it.
        Adopted = "adopted", "adoption";
        /// It was handed over.
        HandedOver = "handed_over", "hand-over";
        /// A unit returned it.
        Returned = "returned", "return";
        /// A response without a firm position was published.
        NotFirm = "not_firm", "a position that is not firm";
        /// A published position is being revised.
        Revised = "revised", "revision";
        /// It was refused.
        Refused = "refused", "refusal";
        /// It came back to its owner.
        Reopened = "reopened", "reopening";
        /// Delivery began, or began again.
        Delivery = "delivery", "begin of delivery";
    }
}

/// One clock of a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clock {
    /// What is due.
    pub duty: Duty,
    /// What starts it. One that runs is not started again.
    pub starts: Vec<Start>,
    /// How long it runs.
    pub period: Period,
    /// After which it is due again and again, counted from the start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub then_every: Option<Period>,
}

/// Which rule set a date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleVersion {
    /// The rule's id.
    pub id: String,
    /// Its version.
    pub version: u32,
}

/// The clocks of an assembly.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DutyRule {
    /// Its id.
    pub id: String,
    /// Its version: due dates keep the version that set them.
    pub version: u32,
    /// The law, charter or decision behind it, in words for the public.
    pub legal_basis: String,
    /// Where a day begins and ends, for example `Europe/Madrid`.
    #[serde(with = "jiff::fmt::serde::tz::required")]
    pub zone: TimeZone,
    /// Its clocks.
    pub clocks: Vec<Clock>,
    /// The days on which they run.
    #[serde(default, skip_serializing_if = "Calendar::is_usual")]
    pub calendar: Calendar,
    /// Whether what is due stays due when the body that has to answer is dissolved. It does, but where a law says otherwise.
    #[serde(default = "always", skip_serializing_if = "is_always")]
    pub survives_dissolution: bool,
}

fn always() -> bool {
    true
}

fn is_always(survives: &bool) -> bool {
    *survives
}

impl DutyRule {
    /// The rule that holds where an assembly has no other: acknowledged within 14 days, owned within 30, answered within six
    /// months, 14 days after a return, six months for "in principle", 30 days for the members' reply, progress after three
    /// months and then every six.
    pub fn usual(zone: TimeZone) -> Self {
        let clock = |duty, starts: &[Start], period| Clock {
            duty,
            starts: starts.to_vec(),
            period,
            then_every: None,
        };
        let half_a_year = Period::months(6);
        Self {
            id: "usual".into(),
            version: 1,
            legal_basis: "Boule's usual rule; the assembly has set no other".into(),
            zone,
            clocks: vec![
                clock(Duty::Acknowledgement, &[Start::HandedOver], Period::days(14)),
                clock(Duty::Owner, &[Start::HandedOver], Period::days(30)),
                clock(Duty::Answer, &[Start::HandedOver, Start::Reopened, Start::Revised], half_a_year),
                clock(Duty::NewOwner, &[Start::Returned], Period::days(14)),
                clock(Duty::FirmPosition, &[Start::NotFirm], half_a_year),
                clock(Duty::MembersReply, &[Start::Refused], Period::days(30)),
                Clock {
                    then_every: Some(half_a_year),
                    ..clock(Duty::Progress, &[Start::Delivery], Period::months(3))
                },
            ],
            calendar: Calendar::default(),
            survives_dissolution: true,
        }
    }

    /// The day of an instant, where the rule holds.
    pub fn day(&self, at: Timestamp) -> Date {
        at.to_zoned(self.zone.clone()).date()
    }

    /// The last day in time of a clock that began on a day, for the `times`th time again.
    pub fn due(&self, clock: &Clock, started: Date, times: u32) -> Date {
        let again = clock.then_every.unwrap_or(Period::ZERO);
        self.calendar.due(started, clock.period.after(started, again, times))
    }

    /// Its id and version.
    pub fn version(&self) -> RuleVersion {
        RuleVersion { id: self.id.clone(), version: self.version }
    }
}

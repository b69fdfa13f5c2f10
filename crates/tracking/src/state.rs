//! The axes of a recommendation: its life, the government's position, the department's report, the check from outside.

use crate::words::words;

words! {
    /// Where a recommendation is in its life. A closed list; [`crate::TRANSITIONS`] says how to get from one to another.
    State {
        /// Written, not voted on.
        Draft = "draft", "draft";
        /// The assembly voted for it; its text is locked.
        Adopted = "adopted", "adopted";
        /// The assembly took it back. The only final state.
        Withdrawn = "withdrawn", "withdrawn";
        /// Given to the government; the clock runs.
        HandedOver = "handed_over", "handed over";
        /// A post is accountable for it.
        Owned = "owned", "owned";
        /// The unit says that it is not the one.
        Returned = "returned", "returned";
        /// A response is written and waits for four eyes.
        ResponseDrafted = "response_drafted", "response drafted";
        /// The response is public.
        Published = "published", "published";
        /// Another body is competent and has the letter.
        Forwarded = "forwarded", "forwarded";
        /// Not accepted; the members may reply.
        Refused = "refused", "refused";
        /// Work on it is going on.
        InDelivery = "in_delivery", "in delivery";
        /// Work on it has stopped for a stated reason.
        Stalled = "stalled", "stalled";
        /// Given up, with a reason.
        Abandoned = "abandoned", "abandoned";
        /// The department says done; the check is outstanding.
        ClaimedDone = "claimed_done", "claimed done";
        /// Checked and closed.
        Closed = "closed", "closed";
        /// What was delivered has been undone.
        Reversed = "reversed", "reversed";
    }
}

words! {
    /// What the government says about it.
    Position {
        /// It will be done as written.
        Accepted = "accepted", "accepted";
        /// Some of it will be done.
        InPart = "in_part", "accepted in part";
        /// Its aim will be reached by other means.
        AlternativeMeans = "alternative_means", "accepted by alternative means";
        /// Welcome, without a promise. Never counts as accepted.
        InPrinciple = "in_principle", "in principle";
        /// Being looked into. Never counts as accepted.
        UnderStudy = "under_study", "under study";
        /// It was done before; needs evidence.
        AlreadyDone = "already_done", "already done";
        /// Another body has to decide.
        NotCompetent = "not_competent", "not competent";
        /// It will not be done.
        NotAccepted = "not_accepted", "not accepted";
    }
}

impl Position {
    /// Whether it counts as accepted: "in principle" and "under study" never do.
    pub fn counts_as_accepted(self) -> bool {
        matches!(self, Self::Accepted | Self::InPart | Self::AlternativeMeans | Self::AlreadyDone)
    }

    /// Whether it is an answer that can stand. The others become overdue.
    pub fn is_firm(self) -> bool {
        !matches!(self, Self::InPrinciple | Self::UnderStudy)
    }
}

words! {
    /// What the department itself reports.
    Delivery {
        /// Nothing has begun.
        NotStarted = "not_started", "not started";
        /// Work goes on.
        UnderWay = "under_way", "under way";
        /// Some of it is there.
        PartlyDone = "partly_done", "partly done";
        /// The department says done.
        Done = "done", "done";
        /// Work has stopped.
        Stalled = "stalled", "stalled";
        /// Given up.
        Abandoned = "abandoned", "abandoned";
        /// Undone.
        Reversed = "reversed", "reversed";
    }
}

words! {
    /// What somebody outside the department found (the scale of OGP's Independent Reporting Mechanism).
    Grade {
        /// Nothing to go by.
        NoEvidence = "no_evidence", "no evidence";
        /// Not begun.
        NotStarted = "not_started", "not started";
        /// Limited completion.
        Limited = "limited", "limited";
        /// Substantial completion.
        Substantial = "substantial", "substantial";
        /// Complete.
        Complete = "complete", "complete";
    }
}

words! {
    /// What becomes of a commitment after an election.
    Decided {
        /// It stands.
        Reaffirmed = "reaffirmed", "reaffirmed";
        /// It stands with another text or another day.
        Amended = "amended", "amended";
        /// It is given up.
        Dropped = "dropped", "dropped";
    }
}

impl State {
    /// Whether nothing can follow.
    pub fn is_final(self) -> bool {
        self == Self::Withdrawn
    }
}

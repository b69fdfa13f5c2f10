//! Questions, answers and comments as pages show them.

use store::EntryFilter;
use tracking::{Clarification, Comment, Role, Turn};

use crate::app::App;
use crate::fault::Fault;
use crate::members::{COMMENTS, THREADS};
use crate::names::Names;
use crate::shelf::Kept;
use crate::words::Words;

/// Somebody's words.
#[derive(Debug)]
pub struct Said {
    /// The post, or "a member of the assembly".
    pub who: String,
    /// The day.
    pub when: String,
    /// The words.
    pub text: String,
}

/// A question and what came of it.
#[derive(Debug)]
pub struct Thread {
    /// Its id.
    pub id: String,
    /// Where it stands, in words.
    pub status: String,
    /// Whether it waits for somebody.
    pub open: bool,
    /// What was said.
    pub turns: Vec<Said>,
    /// Why it was set aside; empty if it was not.
    pub aside: String,
}

/// A comment.
#[derive(Debug)]
pub struct Remark {
    /// Its id.
    pub id: String,
    /// The words.
    pub said: Said,
    /// Where it stands, in words.
    pub status: String,
    /// Why it was refused; empty if it was not.
    pub refused: String,
    /// Whether it waits for the secretariat.
    pub waits: bool,
}

/// What everybody reads about a recommendation.
#[derive(Debug, Default)]
pub struct Exchange {
    /// Answered questions.
    pub threads: Vec<Thread>,
    /// Open ones: whom they wait for and since when.
    pub open: Vec<String>,
    /// Why others were set aside.
    pub aside: Vec<String>,
    /// Published comments.
    pub comments: Vec<Said>,
    /// Why others were refused.
    pub refused: Vec<String>,
}

impl Exchange {
    /// Whether there is nothing to show.
    pub fn is_empty(&self) -> bool {
        self.threads.is_empty()
            && self.open.is_empty()
            && self.aside.is_empty()
            && self.comments.is_empty()
            && self.refused.is_empty()
    }

    /// Reads what everybody may read of one recommendation.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub async fn read(app: &App, names: &Names, words: Words, id: &str) -> Result<Self, Fault> {
        let mut all = Self::default();
        for kept in threads(app, id).await? {
            let of = &kept.value;
            if let Some(aside) = &of.aside {
                all.aside.push(aside.reason.clone());
            }
            if let (Some(side), Some(last)) = (of.waits_for(), of.turns.last()) {
                let since = words.day(&last.at, app.zone());
                all.open.push(words.with(&format!("clarification-open-{}", side.key()), "day", since));
            }
            if !of.public().is_empty() {
                all.threads.push(thread(app, names, words, &kept, of.public()));
            }
        }
        for kept in comments(app, id).await? {
            match kept.value.refused() {
                Some(reason) => all.refused.push(reason.to_owned()),
                None if kept.value.is_public() => all.comments.push(remark(app, words, &kept).said),
                None => {}
            }
        }
        Ok(all)
    }
}

/// The questions about a recommendation, the oldest first.
///
/// # Errors
/// If the store cannot be read.
pub async fn threads(app: &App, id: &str) -> Result<Vec<Kept<Clarification>>, Fault> {
    let mut list = THREADS.list(app, &about(id)).await?;
    list.sort_by_key(|kept| kept.value.turns.first().map(|turn| turn.at));
    Ok(list)
}

/// The comments on a recommendation, the oldest first.
///
/// # Errors
/// If the store cannot be read.
pub async fn comments(app: &App, id: &str) -> Result<Vec<Kept<Comment>>, Fault> {
    let mut list = COMMENTS.list(app, &about(id)).await?;
    list.sort_by_key(|kept| kept.value.at);
    Ok(list)
}

/// What is about this recommendation.
fn about(id: &str) -> EntryFilter {
    EntryFilter { subject: Some(id.to_owned()), ..EntryFilter::default() }
}

/// A question with those of its turns that the reader may read.
pub fn thread(app: &App, names: &Names, words: Words, kept: &Kept<Clarification>, turns: &[Turn]) -> Thread {
    let of = &kept.value;
    let status = match (&of.aside, of.waits_for()) {
        (Some(_), _) => words.say("clarification-aside"),
        (None, Some(side)) => words.say(&format!("clarification-waits-{}", side.key())),
        (None, None) => words.say("clarification-answered"),
    };
    let said = |turn: &Turn| Said {
        who: match turn.role {
            Role::Member => words.say("said-by-member"),
            Role::Secretariat => words.say("said-by-secretariat"),
            role => {
                turn.post.as_deref().map_or_else(|| words.word("role", role.key()), |post| names.post(post))
            }
        },
        when: words.day(&turn.at, app.zone()),
        text: turn.text.clone(),
    };
    Thread {
        id: kept.entry.id.clone(),
        status,
        open: of.waits_for().is_some(),
        turns: turns.iter().map(said).collect(),
        aside: of.aside.as_ref().map_or_else(String::new, |aside| aside.reason.clone()),
    }
}

/// A comment.
pub fn remark(app: &App, words: Words, kept: &Kept<Comment>) -> Remark {
    let of = &kept.value;
    let status = if of.is_public() {
        "comment-public"
    } else if of.ruling.is_some() {
        "comment-refused"
    } else {
        "comment-waits"
    };
    let entered =
        of.through.map_or_else(String::new, |through| format!(", {}", words.word("entered", through.key())));
    let who = format!("{}{entered}", words.say("said-by-member"));
    let said = Said { who, when: words.day(&of.at, app.zone()), text: of.text.clone() };
    Remark {
        id: kept.entry.id.clone(),
        said,
        status: words.say(status),
        refused: of.refused().unwrap_or_default().to_owned(),
        waits: of.ruling.is_none(),
    }
}

//! The guides, as pages of the service: each page of the staff leads to the chapter that says how it is used.

use axum::extract::{Path, State};
use axum::response::Response;
use pulldown_cmark::{CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};
use tracking::Role;

use super::pictures;
use crate::access::{Access, Routes};
use crate::app::App;
use crate::fault::Fault;
use crate::page::{self, Page};
use crate::visit::Visit;

/// What this module answers.
pub fn routes(routes: Routes) -> Routes {
    routes.get("/guides", Access::Public, list).get("/guides/{guide}", Access::Public, show).get(
        "/guides/pictures/{name}",
        Access::Public,
        pictures::serve,
    )
}

/// A guide: the word in its address, and its text. They are written in English.
#[derive(Debug)]
pub struct Guide {
    /// The word in its address, which is the name of its file.
    pub word: &'static str,
    text: &'static str,
}

macro_rules! guides {
    ($($word:literal),+) => {
        /// All of them.
        pub const GUIDES: &[Guide] =
            &[$(Guide { word: $word, text: include_str!(concat!("../../../cli/guide/", $word, ".md")) }),+];
    };
}
guides!("officer", "coordinator", "secretariat", "member", "service", "sessions", "organisers", "observers");

/// Which chapter says how the pages below an address are used; the longest address that fits counts.
pub const CHAPTERS: &[(&str, &str, &str)] = &[
    ("/staff", "service", "a-recommendations-life"),
    ("/staff/before", "secretariat", "before-the-assembly"),
    ("/staff/coming", "officer", "what-is-coming"),
    ("/staff/training", "officer", "guides-words-and-training"),
    ("/staff/register", "coordinator", "the-register-of-engagements"),
    ("/staff/workload", "officer", "your-work-in-hours"),
    ("/staff/overload", "officer", "too-much-to-do"),
    ("/staff/posts", "coordinator", "hours-and-capacity"),
    ("/staff/practice", "officer", "practice-notes"),
    ("/staff/leaving", "coordinator", "somebody-leaves"),
    ("/staff/deadlines", "officer", "what-is-due-and-what-happens-if-it-is-not-done"),
    ("/staff/letters", "secretariat", "letters"),
    ("/staff/paper", "secretariat", "paper-and-telephone"),
    ("/staff/post", "secretariat", "letters-to-post"),
    ("/staff/elections", "secretariat", "after-an-election"),
    ("/staff/worth", "secretariat", "what-it-was-worth"),
    ("/staff/reports", "secretariat", "reports-bills-and-snapshots"),
    ("/staff/bills", "secretariat", "reports-bills-and-snapshots"),
    ("/staff/comments", "member", "for-the-secretariat"),
    ("/staff/members", "member", "for-the-secretariat"),
    ("/staff/rounds", "member", "for-the-secretariat"),
    ("/staff/threads", "member", "ask-and-answer"),
    ("/staff/r/{id}/talk", "member", "ask-and-answer"),
    ("/staff/sittings", "sessions", ""),
    ("/staff/people", "service", "set-it-up"),
    ("/staff/units", "service", "set-it-up"),
    ("/staff/assemblies", "service", "set-it-up"),
    ("/staff/tokens", "service", "set-it-up"),
    ("/staff/audit", "service", "the-audit-log"),
];

/// Pages that are used in another way by whoever holds a role: the role, and the chapter for it.
pub const OF_ROLES: &[(Role, &str, &str, &str)] = &[
    (Role::Coordinator, "/staff/overload", "coordinator", "too-much-to-do"),
    (Role::Coordinator, "/staff/workload", "coordinator", "hours-and-capacity"),
    (Role::Secretariat, "/staff/rounds", "member", "for-the-secretariat"),
    (Role::Member, "/staff/rounds", "member", "score"),
];

/// The guide with this word.
pub fn find(word: &str) -> Option<&'static Guide> {
    GUIDES.iter().find(|guide| guide.word == word)
}

/// The address of the chapter for a page, if it has one: what it says to a role that the reader holds, or to everybody.
pub fn chapter(path: &str, holds: impl Fn(Role) -> bool) -> Option<String> {
    let own = OF_ROLES.iter().find(|(role, at, ..)| holds(*role) && is_under(path, at));
    let all = || CHAPTERS.iter().filter(|(at, ..)| is_under(path, at)).max_by_key(|(at, ..)| at.len());
    let (guide, anchor) = match own {
        Some((_, _, guide, anchor)) => (guide, anchor),
        None => all().map(|(_, guide, anchor)| (guide, anchor))?,
    };
    let anchor = if anchor.is_empty() { String::new() } else { format!("#{anchor}") };
    Some(format!("/guides/{guide}{anchor}"))
}

/// Whether a path is an address or lies below it; `{id}` in the address stands for any part.
fn is_under(path: &str, at: &str) -> bool {
    let mut parts = path.split('/');
    at.split('/').all(|wanted| parts.next().is_some_and(|part| part == wanted || wanted.starts_with('{')))
}

impl Guide {
    /// Its title: its first line.
    pub fn title(&self) -> &'static str {
        self.text.lines().next().unwrap_or_default().trim_start_matches('#').trim()
    }

    fn events(&self) -> Vec<Event<'static>> {
        Parser::new_ext(self.text, Options::ENABLE_TABLES).collect()
    }

    /// The words in its address of its chapters, and their names.
    pub fn chapters(&self) -> Vec<(String, String)> {
        let events = self.events();
        let begins = |event: &Event<'_>| matches!(event, Event::Start(Tag::Heading { level, .. }) if *level == HeadingLevel::H2);
        let starts = (0..events.len()).filter(|at| begins(&events[*at]));
        starts.map(|at| heading(&events[at..])).map(|name| (slug(&name), name)).collect()
    }

    /// It as HTML with the classes of the other pages. Pictures of elsewhere and what is HTML in it are left out.
    pub fn html(&self) -> String {
        let events = with_own_pictures(self.events());
        let mut written = Vec::new();
        let mut in_head = false;
        let mut skip = false;
        let mut dead = Vec::new();
        for (at, event) in events.iter().enumerate() {
            match event {
                Event::Start(Tag::Heading { level: HeadingLevel::H1, .. }) => skip = true,
                Event::End(TagEnd::Heading(HeadingLevel::H1)) => skip = false,
                _ if skip => {}
                Event::Start(Tag::TableHead) => {
                    in_head = true;
                    written.push(raw("<thead class=\"govuk-table__head\"><tr class=\"govuk-table__row\">"));
                }
                Event::End(TagEnd::TableHead) => {
                    in_head = false;
                    written.push(raw("</tr></thead><tbody class=\"govuk-table__body\">"));
                }
                Event::Start(Tag::TableCell) => written.push(raw(match in_head {
                    true => "<th scope=\"col\" class=\"govuk-table__header\">",
                    false => "<td class=\"govuk-table__cell\">",
                })),
                Event::End(TagEnd::TableCell) => written.push(raw(if in_head { "</th>" } else { "</td>" })),
                Event::Start(Tag::Link { dest_url, .. }) => {
                    let to = address(dest_url);
                    dead.push(to.is_none());
                    written.extend(
                        to.map(|to| raw(format!("<a class=\"govuk-link\" href=\"{}\">", attribute(&to)))),
                    );
                }
                Event::End(TagEnd::Link) => {
                    if dead.pop() == Some(false) {
                        written.push(raw("</a>"));
                    }
                }
                Event::Start(tag) => {
                    written.push(opened(tag, &events[at..]).unwrap_or_else(|| event.clone()))
                }
                Event::End(end) => written.push(closed(*end).unwrap_or_else(|| event.clone())),
                _ => written.push(event.clone()),
            }
        }
        let mut text = String::new();
        html::push_html(&mut text, written.into_iter());
        text
    }
}

fn raw(text: impl Into<CowStr<'static>>) -> Event<'static> {
    Event::Html(text.into())
}

/// The text of the heading that the events begin with.
fn heading(events: &[Event<'_>]) -> String {
    let inside = events.iter().skip(1).take_while(|event| !matches!(event, Event::End(TagEnd::Heading(_))));
    inside
        .filter_map(
            |event| if let Event::Text(text) | Event::Code(text) = event { Some(&**text) } else { None },
        )
        .collect()
}

/// A name as a word for addresses: small letters and digits, hyphens between.
fn slug(name: &str) -> String {
    let plain = name.to_lowercase().replace(['\'', '’'], "");
    let words: Vec<&str> =
        plain.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.join("-")
}

/// The events with the guides' own pictures as HTML, without the HTML of the file and other pictures, and without paragraphs
/// that were such a picture only.
fn with_own_pictures(events: Vec<Event<'static>>) -> Vec<Event<'static>> {
    let mut kept: Vec<Event<'static>> = Vec::new();
    let mut within: Option<(CowStr<'static>, String)> = None;
    for event in events {
        match (&event, &mut within) {
            (Event::Start(Tag::Image { dest_url, .. }), _) => {
                within = Some((dest_url.clone(), String::new()))
            }
            (Event::End(TagEnd::Image), Some((file, alt))) => {
                kept.extend(
                    pictures::find(file).map(|picture| Event::InlineHtml(shown(picture, alt).into())),
                );
                within = None;
            }
            (Event::Text(text) | Event::Code(text), Some((_, alt))) => alt.push_str(text),
            (_, Some(_)) | (Event::Html(_) | Event::InlineHtml(_), _) => {}
            (Event::End(TagEnd::Paragraph), None)
                if matches!(kept.last(), Some(Event::Start(Tag::Paragraph))) =>
            {
                kept.pop();
            }
            _ => kept.push(event),
        }
    }
    kept
}

/// A picture as HTML; browsers fetch it when it comes into sight.
fn shown(picture: &pictures::Picture, alt: &str) -> String {
    let (width, height) = picture.size();
    format!(
        "<img class=\"boule-picture\" src=\"/guides/pictures/{}\" alt=\"{}\" width=\"{width}\" height=\"{height}\" loading=\"lazy\">",
        picture.name,
        attribute(alt)
    )
}

fn opened(tag: &Tag<'static>, from: &[Event<'static>]) -> Option<Event<'static>> {
    Some(match tag {
        Tag::Heading { level, .. } => {
            let (name, size) = if *level == HeadingLevel::H2 { ("h2", "m") } else { ("h3", "s") };
            raw(format!("<{name} class=\"govuk-heading-{size}\" id=\"{}\">", slug(&heading(from))))
        }
        Tag::Paragraph => raw("<p class=\"govuk-body\">"),
        Tag::List(None) => raw("<ul class=\"govuk-list govuk-list--bullet\">"),
        Tag::List(Some(_)) => raw("<ol class=\"govuk-list govuk-list--number\">"),
        Tag::CodeBlock(_) => raw(
            "<div class=\"boule-scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Example\"><pre><code>",
        ),
        Tag::Table(_) => raw(
            "<div class=\"boule-scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Table\"><table class=\"govuk-table\">",
        ),
        Tag::TableRow => raw("<tr class=\"govuk-table__row\">"),
        _ => return None,
    })
}

fn closed(end: TagEnd) -> Option<Event<'static>> {
    Some(raw(match end {
        TagEnd::Heading(HeadingLevel::H2) => "</h2>\n",
        TagEnd::Heading(_) => "</h3>\n",
        TagEnd::Paragraph => "</p>\n",
        TagEnd::List(false) => "</ul>\n",
        TagEnd::List(true) => "</ol>\n",
        TagEnd::CodeBlock => "</code></pre></div>\n",
        TagEnd::Table => "</tbody></table></div>\n",
        TagEnd::TableRow => "</tr>\n",
        _ => return None,
    }))
}

/// Where a link of a guide leads on these pages: to another guide, or elsewhere on the web. Files beside the guides are not
/// here.
fn address(to: &str) -> Option<String> {
    if to.starts_with("https://") || to.starts_with("http://") || to.starts_with('#') {
        return Some(to.to_owned());
    }
    let (file, anchor) = to.split_once('#').unwrap_or((to, ""));
    let guide = find(file.strip_suffix(".md")?)?;
    Some(if anchor.is_empty() {
        format!("/guides/{}", guide.word)
    } else {
        format!("/guides/{}#{anchor}", guide.word)
    })
}

/// Text inside an attribute.
fn attribute(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;").replace('>', "&gt;")
}

#[derive(askama::Template)]
#[template(path = "guide.html")]
struct GuidePage {
    page: Page,
    /// All guides where none is chosen.
    guides: &'static [Guide],
    word: &'static str,
    html: String,
    /// Whether who reads it can note it in the training record.
    learns: bool,
}

async fn list(State(_): State<App>, visit: Visit) -> Result<Response, Fault> {
    let page = Page::new(visit.clone(), visit.words.say("nav-guides"));
    page::html(&GuidePage { page, guides: GUIDES, word: "", html: String::new(), learns: false })
}

async fn show(State(_): State<App>, visit: Visit, Path(word): Path<String>) -> Result<Response, Fault> {
    let guide = find(&word).ok_or(Fault::NotFound)?;
    let learns = visit.signed.as_ref().is_some_and(|signed| signed.holds(crate::staff::LEARNERS));
    let page = Page::new(visit, guide.title());
    page::html(&GuidePage { page, guides: &[], word: guide.word, html: guide.html(), learns })
}

#[cfg(test)]
mod tests {
    use super::pictures::PICTURES;
    use super::{CHAPTERS, GUIDES, Guide, OF_ROLES, chapter, find};
    use crate::access::Access;
    use crate::service;
    use tracking::Role;

    #[test]
    fn every_page_of_the_staff_leads_to_a_chapter_that_is_there() {
        let mut pages = 0;
        for route in service::routes().declared() {
            if route.access == Access::Public || !route.path.starts_with("/staff") {
                continue;
            }
            pages += 1;
            assert!(chapter(route.path, |_| false).is_some(), "{}", route.path);
        }
        assert!(pages > 30, "{pages}");
        let of_roles = OF_ROLES.iter().map(|(_, at, word, anchor)| (at, word, anchor));
        for (at, word, anchor) in CHAPTERS.iter().map(|(at, word, anchor)| (at, word, anchor)).chain(of_roles)
        {
            let guide = find(word).unwrap_or_else(|| panic!("{at}: no guide {word}"));
            let there = guide.chapters();
            assert!(
                anchor.is_empty() || there.iter().any(|(own, _)| own == anchor),
                "{at}: no {anchor} in {there:?}"
            );
        }
    }

    #[test]
    fn a_page_leads_to_the_chapter_that_is_about_it() {
        let to = |path: &str, role: Role| chapter(path, |held| held == role).expect("a chapter");
        for (path, role, chapter) in [
            ("/staff/comments/one", Role::Secretariat, "/guides/member#for-the-secretariat"),
            ("/staff/rounds/one", Role::Secretariat, "/guides/member#for-the-secretariat"),
            ("/staff/rounds/one", Role::Member, "/guides/member#score"),
            ("/staff/members", Role::Secretariat, "/guides/member#for-the-secretariat"),
            ("/staff/r/x/talk", Role::Officer, "/guides/member#ask-and-answer"),
            ("/staff/r/x", Role::Officer, "/guides/service#a-recommendations-life"),
            ("/staff/posts/parks-head", Role::Coordinator, "/guides/coordinator#hours-and-capacity"),
            ("/staff/overload/one", Role::Officer, "/guides/officer#too-much-to-do"),
            ("/staff/overload/one", Role::Coordinator, "/guides/coordinator#too-much-to-do"),
            ("/staff/recommendations", Role::Coordinator, "/guides/service#a-recommendations-life"),
        ] {
            assert_eq!(to(path, role), chapter, "{path} as {role}");
        }
    }

    #[test]
    fn guides_are_pages_without_scripts_or_links_to_files_and_show_their_own_pictures() {
        let own =
            |guide: &Guide| guide.text.matches(".png)").count() - guide.text.matches("/pictures/").count();
        assert!(PICTURES.iter().all(|picture| GUIDES.iter().any(|guide| guide.text.contains(picture.name))));
        for guide in GUIDES {
            let html = guide.html();
            assert_eq!(html.matches("<img ").count(), own(guide), "{}", guide.word);
            assert!(!html.contains("alt=\"\"") && !html.contains("width=\"0\""), "{}", guide.word);
            for bad in ["<script", "<h1", ".md\"", "<p class=\"govuk-body\"></p>"] {
                assert!(!html.contains(bad), "{bad} in {}", guide.word);
            }
            assert!(
                html.contains("<h2 class=\"govuk-heading-m\" id=\"") && guide.title().len() > 5,
                "{}",
                guide.word
            );
            assert_eq!(html.matches("<a ").count(), html.matches("</a>").count(), "{}", guide.word);
        }
    }
}

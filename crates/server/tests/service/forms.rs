//! Nonsense in every field of every form: the answer names field and value, says what to do, and nothing typed is lost.

use std::collections::{BTreeMap, BTreeSet};

use crate::common::{Answer, House, Visitor};
use axum::http::{Method, StatusCode};
use server::access::Access;
use server::service;
use store::{Filter, Order};
use tracking::Verb;

/// What a field can be filled with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    /// Anything.
    Text,
    /// A whole number.
    Number,
    /// A day in three parts.
    Date,
    /// Something that is offered.
    Choice,
}

/// A form as it stands on a page.
#[derive(Clone, Debug, Default)]
struct Form {
    action: String,
    hidden: Vec<(String, String)>,
    /// Kind and label by name.
    fields: BTreeMap<String, (Kind, String)>,
}

const NONSENSE: &str = "<i>none";
const TEXT: &str = "Words & \"more\"";

fn attribute<'a>(tag: &'a str, name: &str) -> &'a str {
    let found = tag.split_once(&format!(" {name}=\"")).map_or("", |(_, rest)| rest);
    found.split('"').next().unwrap_or_default()
}

/// The forms of a page that are posted. Pages are made by our own templates, so that little has to be understood.
fn forms(page: &str) -> Vec<Form> {
    let mut all = Vec::new();
    for part in page.split("<form ").skip(1) {
        let (head, rest) = part.split_once('>').unwrap();
        let head = format!(" {head}");
        if attribute(&head, "method") != "post" {
            continue;
        }
        let mut form = Form { action: attribute(&head, "action").to_owned(), ..Form::default() };
        let (mut labels, mut legend) = (BTreeMap::new(), String::new());
        for piece in rest.split("</form>").next().unwrap().split('<').skip(1) {
            let (tag, text) = piece.split_once('>').unwrap_or((piece, ""));
            let name = attribute(tag, "name").to_owned();
            let label = |labels: &BTreeMap<String, String>| labels.get(&name).cloned().unwrap_or_default();
            match tag.split_whitespace().next().unwrap_or_default() {
                "legend" => legend = text.trim().to_owned(),
                "/fieldset" => legend.clear(),
                "label" => drop(labels.insert(attribute(tag, "for").to_owned(), text.trim().to_owned())),
                "select" => drop(form.fields.insert(name.clone(), (Kind::Choice, label(&labels)))),
                "textarea" => drop(form.fields.insert(name.clone(), (Kind::Text, label(&labels)))),
                "input" => match attribute(tag, "type") {
                    "hidden" => form.hidden.push((name, attribute(tag, "value").to_owned())),
                    "radio" | "checkbox" => {
                        form.fields.insert(name, (Kind::Choice, legend.clone()));
                    }
                    "text" if tag.contains("govuk-date-input__input") => {
                        let whole = name.rsplit_once('-').unwrap().0.to_owned();
                        form.fields.insert(whole, (Kind::Date, legend.clone()));
                    }
                    "text" if tag.contains("numeric") => {
                        drop(form.fields.insert(name.clone(), (Kind::Number, label(&labels))))
                    }
                    "text" => drop(form.fields.insert(name.clone(), (Kind::Text, label(&labels)))),
                    _ => {}
                },
                _ => {}
            }
        }
        all.push(form);
    }
    all
}

impl Form {
    fn is_strict(&self) -> bool {
        self.fields.values().any(|(kind, _)| *kind != Kind::Text)
    }

    /// Nonsense in every field.
    fn filled(&self) -> Vec<(String, String)> {
        let mut filled = self.hidden.clone();
        filled.retain(|(name, _)| name != "csrf");
        for (name, (kind, _)) in &self.fields {
            match kind {
                Kind::Text => filled.push((name.clone(), TEXT.to_owned())),
                Kind::Date => {
                    let parts = [("day", "31"), ("month", "2"), ("year", NONSENSE)];
                    filled.extend(parts.map(|(part, value)| (format!("{name}-{part}"), value.to_owned())));
                }
                Kind::Number | Kind::Choice => filled.push((name.clone(), NONSENSE.to_owned())),
            }
        }
        filled
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&#38;").replace('<', "&#60;").replace('>', "&#62;").replace('"', "&#34;")
}

/// What is missing in the answer to nonsense.
fn missing(form: &Form, answer: &Answer) -> Vec<String> {
    if answer.status != StatusCode::OK {
        return vec![format!("{} instead of the form", answer.status)];
    }
    let mut wrong = Vec::new();
    let summary = answer.body.split("govuk-error-summary__list").nth(1).unwrap_or_default();
    let summary = summary.split("</ul>").next().unwrap_or_default();
    for (name, (kind, label)) in &form.fields {
        let value = match kind {
            Kind::Date => format!("31 2 {NONSENSE}"),
            _ => NONSENSE.to_owned(),
        };
        let kept = if *kind == Kind::Text { TEXT } else { NONSENSE };
        if matches!(kind, Kind::Text | Kind::Number | Kind::Date) && !answer.body.contains(&escaped(kept)) {
            wrong.push(format!("{name}: what was typed is lost"));
        }
        if *kind == Kind::Text {
            continue;
        }
        let said = summary.split("<li>").find(|line| line.contains(&format!("<a href=\"#{name}\">")));
        let Some(said) = said else {
            wrong.push(format!("{name} ({kind:?}): nothing said: {}", summary.trim()));
            continue;
        };
        let text = said.split_once("\">").unwrap().1.split("</a>").next().unwrap();
        if !text.contains(&escaped(&value)) || !text.contains(label.as_str()) || label.is_empty() {
            wrong.push(format!("{name}: no field or value: {text}"));
        }
        if text.rsplit([':', '.', ';']).next().unwrap().trim().len() < 10 {
            wrong.push(format!("{name}: no remedy: {text}"));
        }
        if !answer.body.contains(&format!("id=\"{name}\"")) {
            wrong.push(format!("{name}: the summary leads nowhere"));
        }
    }
    if answer.body.contains(NONSENSE) {
        wrong.push("not escaped".to_owned());
    }
    wrong
}

async fn post(house: &House, visitor: &Visitor, form: &Form) -> Answer {
    let filled = form.filled();
    let fields: Vec<(&str, &str)> =
        filled.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    house.post(visitor, &form.action, &fields).await
}

/// A page's address with something in the place of its parts; none for pages that need what only a visit makes.
fn address(path: &str) -> Option<String> {
    let path = path
        .replace("/staff/leaving/{person}", "/staff/leaving/sample-officer-water")
        .replace("/staff/elections/{entry}/{id}/{number}", "/none")
        .replace("{entry}", "election-harbour-county")
        .replace("/staff/people/{id}", "/staff/people/sample-member-2")
        .replace("/staff/threads/{id}", "/staff/threads/demo-thread-2")
        .replace("/staff/comments/{id}", "/staff/comments/demo-comment-3")
        .replace("{assembly}", "harbour-county")
        .replace("{unit}", "parks")
        .replace("{post}", "parks-officer")
        .replace("{engagement}", "shade-1")
        .replace("{guide}", "officer");
    (!path.contains('{')).then_some(path)
}

#[tokio::test]
async fn nonsense_in_any_form_is_answered_with_field_value_and_remedy_in_both_languages() {
    let house = House::full().await;
    let cast = house.cast().await;
    let routes = service::routes();
    let mut pages: Vec<(String, &Visitor)> = Vec::new();
    for route in routes.declared().iter().filter(|route| route.method == Method::GET) {
        let Some(path) = address(route.path) else { continue };
        for (role, visitor) in &cast {
            let may = match route.access {
                Access::Any(roles) | Access::House(roles) => roles.contains(role),
                Access::SignedIn | Access::Public => true,
                Access::Token(_) => false,
            };
            if may {
                pages.push((path.clone(), visitor));
            }
        }
    }
    let (mut tried, mut wrong) = (BTreeSet::new(), Vec::new());
    for (path, visitor) in pages {
        let page = house.get(visitor, &path).await;
        for form in forms(&page.body).into_iter().filter(Form::is_strict) {
            // Rows are chosen here; what is no row is left out.
            if form.action == "/staff/bulk"
                || !tried.insert(form.action.clone() + &form.fields.keys().cloned().collect::<String>())
            {
                continue;
            }
            for language in ["en", "es"] {
                let cookie = format!("{}; language={language}", visitor.cookie);
                let visitor = Visitor { cookie, ..visitor.clone() };
                let page = house.get(&visitor, &path).await;
                let own = forms(&page.body);
                let same =
                    |one: &&Form| one.action == form.action && one.fields.keys().eq(form.fields.keys());
                let Some(form) = own.iter().find(same) else {
                    wrong.push(format!("{language} {path} {}: gone after nonsense", form.action));
                    continue;
                };
                let answer = post(&house, &visitor, form).await;
                let found = missing(form, &answer);
                wrong.extend(found.iter().map(|one| format!("{language} {path} {}: {one}", form.action)));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(tried.len() > 25, "only {}: {tried:?}", tried.len());
}

#[tokio::test]
async fn nonsense_in_the_form_of_any_action_is_answered_with_field_value_and_remedy() {
    let house = House::full().await;
    let cast = house.cast().await;
    let all = house.app.store.list(&Filter::default(), Order::Reference, None, 100).await.unwrap().items;
    let (mut tried, mut wrong) = (BTreeSet::new(), Vec::new());
    for (role, visitor) in &cast {
        for summary in &all {
            let page = house.get(visitor, &format!("/staff/r/{}", summary.id)).await;
            for verb in Verb::ALL {
                let address = format!("/staff/r/{}/do/{}", summary.id, verb.key());
                if tried.contains(verb.key()) || !page.body.contains(&address) {
                    continue;
                }
                let mut shown = house.get(visitor, &address).await;
                if shown.status == StatusCode::SEE_OTHER {
                    shown = house.get(visitor, shown.location()).await;
                }
                for form in forms(&shown.body).into_iter().filter(Form::is_strict) {
                    tried.insert(verb.key());
                    let answer = post(&house, visitor, &form).await;
                    let found = missing(&form, &answer);
                    wrong.extend(found.iter().map(|one| format!("{role} {}: {one}", verb.key())));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(tried.len() >= 15, "only {tried:?}");
}

//! Clocks that nobody can stop: steps noted once, letters to whom they concern, an assembly's rule changed as a new version,
//! following by e-mail from asking to stopping.

use std::collections::{BTreeMap, BTreeSet};

use crate::common::{House, Visitor};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use jiff::Timestamp;
use server::assembly::Assembly;
use server::desk;
use server::mail::paper::Text;
use server::mail::{Mail, rounds};
use server::service;
use store::Letter;
use tracking::Role;

const HERE: &str = "harbour-county";

/// The demonstration with addresses, and letters kept to be read.
async fn house() -> House {
    let mut house = House::full().await;
    let mut change = house.app.store.change("test", house.app.now()).await.unwrap();
    for mut person in house.app.store.people().await.unwrap() {
        person.email = Some(format!("{}@harbour.example", person.id));
        let spanish = ["officer", "approver"].iter().any(|role| person.id.contains(role));
        person.language = if spanish { "es".to_owned() } else { "en".to_owned() };
        change.save_person(&person).await.unwrap();
    }
    change.note("test", "test", &serde_json::json!({})).await.unwrap();
    change.commit().await.unwrap();
    house.app = house.app.clone().with_mail(Mail::Kept);
    house.router = service::router(house.app.clone());
    house
}

fn at(house: &House, time: &str) {
    *house.now.lock().unwrap() = time.parse::<Timestamp>().unwrap();
}

async fn letters(house: &House, kind: &str) -> Vec<(Letter, Text)> {
    let all = house.app.store.letters(100_000).await.unwrap().into_iter();
    let of_kind = all.filter(|letter| letter.kind == kind);
    of_kind
        .map(|letter| {
            let text = serde_json::from_str(letter.body.as_deref().unwrap()).unwrap();
            (letter, text)
        })
        .collect()
}

/// The steps of every deadline on a day, counted anew from the recommendations.
async fn counted(house: &House) -> usize {
    let everything = store::Filter::default();
    let listed =
        house.app.store.list_whole(&everything, store::Order::Reference, None, 10_000).await.unwrap();
    let assembly = Assembly::find(&house.app, HERE).await.unwrap();
    let today = assembly.about.rule.day(house.app.now());
    let of = |body: &str| tracking::escalations(&desk::read(body).unwrap(), today).len();
    listed.items.iter().map(|stored| of(&stored.body)).sum()
}

#[tokio::test]
async fn every_step_is_noted_once_and_told_once_however_many_rounds_there_are() {
    let house = house().await;
    at(&house, "2026-11-22T09:00:00Z");
    let (one, other) = (house.app.clone(), house.app.clone());
    let both = tokio::join!(
        tokio::spawn(async move { rounds::round(&one).await }),
        tokio::spawn(async move { rounds::round(&other).await })
    );
    assert!(both.0.unwrap().is_ok() && both.1.unwrap().is_ok());
    let noted = house.app.store.steps(HERE).await.unwrap().len();
    assert_eq!(noted, counted(&house).await);
    assert!(noted > 10, "the demonstration has overdue deadlines: {noted}");
    let told = letters(&house, "steps").await;
    assert!(!told.is_empty());
    for (letter, text) in &told {
        // One letter names a deadline once, and no two letters to the same reader name the same.
        assert!(letter.reader.starts_with("person:") || letter.reader == format!("sponsor:{HERE}"));
        assert!(!text.text.contains("{ $") && !text.text.contains("letter-"), "{}", text.text);
    }
    let readers: BTreeSet<&str> = told.iter().map(|(letter, _)| letter.reader.as_str()).collect();
    assert_eq!(readers.len(), told.len(), "one letter each, however many deadlines");
    assert!(told.iter().any(|(_, text)| text.language == "es" && text.subject.starts_with("Plazos")));
    let before = told.len();
    for time in ["2026-11-22T09:15:00Z", "2026-11-22T23:00:00Z"] {
        at(&house, time);
        rounds::round(&house.app).await.unwrap();
    }
    assert_eq!(letters(&house, "steps").await.len(), before, "nothing new on the same day");
    // Half a year later everything that is still open has gone up the whole way.
    at(&house, "2027-06-01T09:00:00Z");
    rounds::round(&house.app).await.unwrap();
    let counted = counted(&house).await;
    let now: BTreeSet<_> = house.app.store.steps(HERE).await.unwrap().into_iter().collect();
    assert!(now.len() >= counted && counted > noted, "{} {counted} {noted}", now.len());
    let told = letters(&house, "steps").await;
    let sponsor = told.iter().filter(|(letter, _)| letter.reader == format!("sponsor:{HERE}"));
    let last = sponsor.max_by_key(|(letter, _)| letter.written_at).expect("the sponsor is written to");
    assert!(last.1.text.contains("180 days ago"), "{}", last.1.text);
    let audit = house.app.store.log(0, 1_000_000).await.unwrap();
    let steps = audit.iter().filter(|entry| entry.kind.starts_with("escalation.")).count();
    assert_eq!(steps, now.len(), "the log of changes has each step");
    assert!(audit.iter().all(|entry| !entry.body.contains('@')), "and no address");
}

#[tokio::test]
async fn the_week_begins_with_one_letter_in_ones_own_language() {
    let house = house().await;
    at(&house, "2026-11-23T05:00:00Z");
    rounds::round(&house.app).await.unwrap();
    assert!(letters(&house, "digest").await.is_empty(), "six in the morning in Madrid is too early");
    for time in ["2026-11-23T06:30:00Z", "2026-11-23T12:00:00Z", "2026-11-24T08:00:00Z"] {
        at(&house, time);
        rounds::round(&house.app).await.unwrap();
    }
    let digests = letters(&house, "digest").await;
    let readers: BTreeSet<&str> = digests.iter().map(|(letter, _)| letter.reader.as_str()).collect();
    assert_eq!(readers.len(), digests.len());
    let officer = digests.iter().find(|(letter, _)| letter.reader.contains("officer")).expect("an officer");
    assert!(officer.1.subject.contains("23 de noviembre de 2026"), "{}", officer.1.subject);
    let text = digests.iter().map(|(_, text)| text.text.as_str()).collect::<String>();
    assert!(text.contains("OVERDUE") && text.contains("VENCIDO") && !text.contains("letter-"));
    at(&house, "2026-11-30T08:00:00Z");
    rounds::round(&house.app).await.unwrap();
    assert!(letters(&house, "digest").await.len() > digests.len(), "the next week");
}

/// Somebody chooses how often letters come; the answer is the person's id.
async fn choose(house: &House, role: Role, often: &str) -> String {
    let who = house.cast().await.into_iter().find(|(own, _)| *own == role).unwrap().1;
    let before = house.get(&who, "/account").await;
    assert!(before.body.contains("name=\"often\""), "{}", before.body);
    let answer = house.post(&who, "/account/letters", &[("often", often)]).await;
    assert_eq!(answer.location(), "/account?done=letters", "{}", answer.body);
    let after = house.get(&who, "/account").await;
    assert!(after.body.contains(&format!("value=\"{often}\" checked")), "{}", after.body);
    let log = house.app.store.log(0, 1_000_000).await.unwrap();
    let chosen = log.iter().rfind(|entry| entry.kind == "digest.choose").unwrap();
    chosen.actor.clone()
}

#[tokio::test]
async fn everybody_chooses_how_often_letters_come() {
    let house = house().await;
    let officer = choose(&house, Role::Officer, "daily").await;
    let coordinator = choose(&house, Role::Coordinator, "weekly").await;
    let approver = choose(&house, Role::Approver, "urgent").await;
    assert_eq!(
        choose(&house, Role::Approver, "urgent").await,
        approver,
        "chosen again, and in the same place"
    );
    let who = house.cast().await.into_iter().find(|(own, _)| *own == Role::Officer).unwrap().1;
    let wrong = house.post(&who, "/account/letters", &[("often", "hourly")]).await;
    assert_eq!(wrong.status, StatusCode::OK, "what cannot be chosen is refused");
    // A Tuesday: only those who want a letter every morning.
    for time in ["2026-11-24T08:00:00Z", "2026-11-24T12:00:00Z"] {
        at(&house, time);
        rounds::round(&house.app).await.unwrap();
    }
    let tuesday = letters(&house, "digest").await;
    let readers: Vec<&str> = tuesday.iter().map(|(letter, _)| letter.reader.as_str()).collect();
    assert_eq!(readers, [format!("person:{officer}")]);
    assert!(tuesday[0].1.text.contains("VENCIDO"), "{}", tuesday[0].1.text);
    // A Monday: everybody; who wants only what is urgent reads of nothing else.
    at(&house, "2026-11-30T08:00:00Z");
    rounds::round(&house.app).await.unwrap();
    let monday: BTreeMap<String, Text> = (letters(&house, "digest").await.into_iter())
        .filter(|(letter, _)| letter.written_at > "2026-11-30T00:00:00Z".parse::<Timestamp>().unwrap())
        .map(|(letter, text)| (letter.reader, text))
        .collect();
    let of = |person: &str| &monday[&format!("person:{person}")];
    assert!(monday.len() > 3, "{:?}", monday.keys());
    assert!(of(&approver).text.contains("VENCIDO") && !of(&approver).text.contains("VENCE EN"));
    let mine = of(&coordinator);
    assert!(mine.text.contains("TOO MUCH TO DO: WAITS FOR YOUR ANSWER"), "{}", mine.text);
    assert!(mine.text.contains("/staff/overload/"), "with the way to it");
    assert!(!of(&officer).text.contains("ESPERA SU RESPUESTA"), "an officer does not answer flags");
}

#[tokio::test]
async fn flags_that_wait_are_among_the_tasks_of_those_who_answer_them() {
    let house = house().await;
    for (role, visitor) in house.cast().await {
        let tasks = house.get(&visitor, "/staff").await.body;
        let asked = tasks.contains("Too much to do: waits for your answer");
        assert_eq!(asked, role == Role::Coordinator, "{role}");
        assert_eq!(tasks.contains("/staff/overload/"), asked, "{role}");
    }
}

async fn administrator(house: &House) -> Visitor {
    house.cast().await.into_iter().find(|(role, _)| *role == Role::Administrator).unwrap().1
}

/// The form of an assembly as it would be sent without a change.
async fn form(house: &House) -> BTreeMap<String, String> {
    let assembly = Assembly::find(&house.app, HERE).await.unwrap();
    let mut form = BTreeMap::new();
    for (tag, name) in &assembly.names {
        form.insert(format!("name-{tag}"), name.clone());
    }
    for (tag, text) in &assembly.about.remit {
        form.insert(format!("remit-{tag}"), text.clone());
    }
    let rule = &assembly.about.rule;
    let fixed = [
        ("languages", "en"),
        ("commissioner", "Harbour County"),
        ("members", "120"),
        ("preset", rule.id.as_str()),
        ("basis", rule.legal_basis.as_str()),
        ("zone", "Europe/Madrid"),
        ("weekend", "6"),
        ("in-recess", "runs_on"),
        ("moves", "stays"),
        ("survives", "yes"),
        ("sponsor", "The Board"),
        ("sponsor-address", "board@harbour.example"),
    ];
    form.extend(fixed.map(|(name, value)| (name.to_owned(), value.to_owned())));
    form.insert("revision".to_owned(), assembly.revision.to_string());
    form
}

async fn save(house: &House, who: &Visitor, form: &BTreeMap<String, String>) -> crate::common::Answer {
    let fields: Vec<(&str, &str)> =
        form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    house.post(who, &format!("/staff/assemblies/{HERE}"), &fields).await
}

#[tokio::test]
async fn a_changed_rule_is_a_new_version_and_running_deadlines_keep_theirs() {
    let house = house().await;
    let who = administrator(&house).await;
    let before = Assembly::find(&house.app, HERE).await.unwrap();
    let page = house.get(&who, &format!("/staff/assemblies/{HERE}")).await;
    assert!(page.status.is_success() && page.body.contains("board@harbour.example"), "{}", page.body);
    let due = |house: &House| {
        let store = house.app.store.clone();
        async move {
            let all = store::Filter::default();
            let listed = store.list_whole(&all, store::Order::Reference, None, 1000).await.unwrap();
            listed.items.into_iter().map(|stored| stored.body).collect::<Vec<_>>()
        }
    };
    let deadlines = due(&house).await;
    let mut typed = form(&house).await;
    typed.insert("preset".to_owned(), "scotland".to_owned());
    typed.insert("holidays".to_owned(), "2026-12-25\n2026-12-28\n".to_owned());
    typed.insert("recesses".to_owned(), "2026-07-18 2026-08-31".to_owned());
    typed.insert("moves".to_owned(), "later".to_owned());
    let saved = save(&house, &who, &typed).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    let after = Assembly::find(&house.app, HERE).await.unwrap();
    assert_eq!(
        (after.about.rule.id.as_str(), after.about.rule.version),
        ("scotland", before.about.rule.version + 1)
    );
    assert!(after.about.rule.legal_basis.contains("32A"), "the basis comes with the rule");
    assert_eq!(after.about.earlier.as_slice(), std::slice::from_ref(&before.about.rule));
    assert_eq!(after.about.rule.calendar.holidays.len(), 2);
    assert_eq!(due(&house).await, deadlines, "what runs is not touched");
    let stale = save(&house, &who, &typed).await;
    assert_eq!(stale.status, StatusCode::OK);
    assert!(
        stale.body.contains("Somebody else has saved") && stale.body.contains("2026-12-28"),
        "{}",
        stale.body
    );
    let same = form(&house).await;
    let mut same = BTreeMap::from_iter(same);
    same.insert("holidays".to_owned(), "2026-12-25\n2026-12-28".to_owned());
    same.insert("recesses".to_owned(), "2026-07-18 2026-08-31".to_owned());
    same.insert("moves".to_owned(), "later".to_owned());
    assert_eq!(save(&house, &who, &same).await.status, StatusCode::SEE_OTHER);
    let again = Assembly::find(&house.app, HERE).await.unwrap();
    assert_eq!(again.about.rule.version, after.about.rule.version, "saved without a change of the rule");
    let public = house.get(&Visitor::default(), &format!("/a/{HERE}/data")).await;
    assert!(public.body.contains("32A(9)") && !public.body.contains("board@harbour.example"));
}

#[tokio::test]
async fn what_is_wrong_with_a_rule_is_said_at_once_and_nothing_is_lost() {
    let house = house().await;
    let who = administrator(&house).await;
    let mut typed = form(&house).await;
    for (name, value) in [
        ("zone", "Europe/Atlantis"),
        ("holidays", "Christmas"),
        ("recesses", "2026-09-01 2026-08-01"),
        ("sponsor-address", "nobody"),
        ("name-en", ""),
        ("name-es", ""),
    ] {
        typed.insert(name.to_owned(), value.to_owned());
    }
    let answer = save(&house, &who, &typed).await;
    assert_eq!(answer.status, StatusCode::OK);
    for said in
        ["Europe/Atlantis", "&quot;Christmas&quot; is no day", "begins on 2026-09-01", "nobody", "Write the"]
    {
        let there = answer.body.contains(said) || answer.body.contains(&said.replace("&quot;", "&#34;"));
        assert!(there, "{said}: {}", answer.body);
    }
    assert_eq!(Assembly::find(&house.app, HERE).await.unwrap().revision, 1);
}

/// What a mail program sends that knows RFC 8058: no cookie, no origin, no page of ours.
async fn one_click(house: &House, path: &str) -> crate::common::Answer {
    let request = Request::post(path)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from("List-Unsubscribe=One-Click"))
        .unwrap();
    house.send(request).await
}

#[tokio::test]
async fn whoever_follows_confirms_is_told_and_stops_with_one_click() {
    let house = house().await;
    let visitor = Visitor::default();
    let ask = |address: &'static str| {
        let house = &house;
        let visitor = visitor.clone();
        async move {
            let fields = [("email", address), ("recommendation", "")];
            house.post(&visitor, &format!("/a/{HERE}/follow"), &fields).await
        }
    };
    let wrong = ask("nobody").await;
    assert!(wrong.status.is_success() && wrong.body.contains("nobody"), "what was typed stays");
    let first = ask("Ana@town.example").await;
    let second = ask("ana@town.example").await;
    assert_eq!(
        (first.status, first.location()),
        (second.status, second.location()),
        "both are told the same"
    );
    let asked = letters(&house, "confirm").await;
    assert_eq!(asked.len(), 1, "and one letter goes out");
    let (_, text) = &asked[0];
    let link = text.text.lines().find(|line| line.starts_with("http")).unwrap();
    let path = link.strip_prefix("http://boule.example").unwrap();
    at(&house, "2026-11-22T10:00:00Z");
    rounds::round(&house.app).await.unwrap();
    assert!(letters(&house, "news").await.is_empty(), "not before it is confirmed");
    assert!(
        house.get(&visitor, path).await.body.contains("<button"),
        "a program that opens links confirms nothing"
    );
    assert_eq!(house.app.store.count_followers().await.unwrap(), 0);
    assert_eq!(house.post(&visitor, path, &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(house.app.store.count_followers().await.unwrap(), 1);
    at(&house, "2027-01-11T10:00:00Z");
    rounds::round(&house.app).await.unwrap();
    rounds::round(&house.app).await.unwrap();
    let news = letters(&house, "news").await;
    assert_eq!(news.len(), 1, "what has become overdue meanwhile, in one letter");
    assert!(news[0].1.text.contains("Overdue"), "{}", news[0].1.text);
    let end = news[0].1.end.clone().unwrap();
    assert!(news[0].1.text.contains(&end));
    let end = end.strip_prefix("http://boule.example").unwrap().to_owned();
    assert!(house.get(&visitor, &end).await.body.contains("<button"));
    for _ in 0..2 {
        assert_eq!(one_click(&house, &end).await.location(), "/follow/ended", "a second click does no harm");
    }
    assert_eq!(house.app.store.count_followers().await.unwrap(), 0);
    let reader = server::mail::readers::address(&house.app, &news[0].0.reader).await.unwrap();
    assert_eq!(reader, None, "a letter that still waits has nobody to go to");
    let elsewhere = one_click(&house, &format!("/a/{HERE}/follow")).await;
    assert_eq!(elsewhere.status, StatusCode::FORBIDDEN, "other forms come from our pages only");
}

#[tokio::test]
async fn a_wish_on_paper_is_entered_for_somebody_says_so_and_leaves_the_address_nowhere_else() {
    let house = house().await;
    let cast = house.cast().await;
    let who = cast.iter().find(|(role, _)| *role == Role::Secretariat).unwrap().1.clone();
    let page = house.get(&who, "/staff/paper").await.body;
    assert!(page.contains("action=\"/staff/paper/follow\""), "{page}");
    let empty = house.post(&who, "/staff/paper/follow", &[]).await;
    for field in ["assembly", "language", "through", "email"] {
        assert!(empty.body.contains(&format!("href=\"#follow-{field}\"")), "{field}: {}", empty.body);
    }
    let wish = |address: &'static str, reference: &'static str| {
        [
            ("follow-assembly", HERE),
            ("follow-reference", reference),
            ("follow-email", address),
            ("follow-language", "es"),
            ("follow-through", "paper"),
        ]
    };
    let unknown = house.post(&who, "/staff/paper/follow", &wish("ana@town.example", "R-999")).await;
    assert!(unknown.body.contains("ana@town.example"), "what was typed stays");
    assert!(letters(&house, "confirm").await.is_empty(), "and nothing goes out");
    for _ in 0..2 {
        let done = house.post(&who, "/staff/paper/follow", &wish("Ana@town.example", "R-01")).await;
        assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, "/staff/paper?done=follow"));
    }
    let asked = letters(&house, "confirm").await;
    assert_eq!(asked.len(), 1, "one letter, however often it is entered");
    let text = &asked[0].1.text;
    assert!(text.contains("La secretaría anotó esta dirección desde un formulario impreso"), "{text}");
    let log = house.app.store.log(0, 1_000_000).await.unwrap();
    let entered: Vec<_> = log.iter().filter(|entry| entry.kind == "follower.enter-paper").collect();
    assert_eq!(entered.len(), 1, "named as entered for somebody");
    assert_eq!(entered[0].actor, "sample-secretariat");
    assert!(!log.iter().any(|entry| entry.body.contains("town.example")), "no address in the log");
    for path in ["/a/harbour-county/recommendations/R-01", "/staff/paper", "/staff/audit"] {
        assert!(!house.get(&who, path).await.body.contains("town.example"), "{path}");
    }
    let link = text.lines().find(|line| line.starts_with("http")).unwrap();
    let path = link.strip_prefix("http://boule.example").unwrap();
    assert_eq!(house.app.store.count_followers().await.unwrap(), 0, "not before the reader confirms");
    house.post(&Visitor::default(), path, &[]).await;
    assert_eq!(house.app.store.count_followers().await.unwrap(), 1);
    let member = &cast.iter().find(|(role, _)| *role == Role::Member).unwrap().1;
    let refused = house.post(member, "/staff/paper/follow", &wish("bea@town.example", "")).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn an_address_is_forgotten_when_it_is_asked_for_or_never_confirmed() {
    let house = house().await;
    let visitor = Visitor::default();
    for address in ["ana@town.example", "bea@town.example"] {
        let fields = [("email", address), ("recommendation", "")];
        house.post(&visitor, &format!("/a/{HERE}/follow"), &fields).await;
    }
    let who = administrator(&house).await;
    let answer = house.post(&who, "/staff/letters/forget", &[("email", "ANA@town.example")]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let page = house.get(&who, "/staff/letters").await;
    assert!(page.status.is_success() && !page.body.contains("town.example"), "{}", page.body);
    at(&house, "2026-12-01T10:00:00Z");
    rounds::round(&house.app).await.unwrap();
    for (letter, _) in letters(&house, "confirm").await {
        assert_eq!(server::mail::readers::address(&house.app, &letter.reader).await.unwrap(), None);
    }
}

#[tokio::test]
async fn without_a_mail_server_nobody_is_asked_for_an_address() {
    let house = House::full().await;
    let cast = house.cast().await;
    let who = &cast.iter().find(|(role, _)| *role == Role::Secretariat).unwrap().1;
    assert!(!house.get(who, "/staff/paper").await.body.contains("/staff/paper/follow"), "nor on paper");
    let page = house.get(&Visitor::default(), &format!("/a/{HERE}/follow?recommendation=R-01")).await;
    assert!(page.status.is_success() && !page.body.contains("<input type=\"text\""), "{}", page.body);
    at(&house, "2026-11-23T10:00:00Z");
    rounds::round(&house.app).await.unwrap();
    assert!(house.app.store.steps(HERE).await.unwrap().len() > 10, "steps are noted all the same");
    assert!(house.app.store.letters(10).await.unwrap().is_empty());
}

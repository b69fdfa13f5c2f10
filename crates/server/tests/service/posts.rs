//! Work belongs to posts: hours, "too much to do", notes, leaving, elections and the handover pack, as people use them.

use std::collections::BTreeMap;

use crate::common::{Answer, House, Visitor, unzipped};
use axum::http::StatusCode;
use jiff::civil::date;
use tracking::{Decided, Role, Standing};

/// Everybody of the cast, by role.
struct Staff {
    house: House,
    cast: BTreeMap<Role, Visitor>,
}

impl Staff {
    async fn new() -> Self {
        let house = House::full().await;
        let cast = house.cast().await.into_iter().collect();
        Self { house, cast }
    }

    async fn get(&self, role: Role, path: &str) -> Answer {
        self.house.get(&self.cast[&role], path).await
    }

    async fn post(&self, role: Role, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.house.post(&self.cast[&role], path, fields).await
    }

    /// Sends a form as the page has it: with what it sends along unseen.
    async fn send(&self, role: Role, page: &str, action: &str, fields: &[(&str, &str)]) -> Answer {
        let shown = self.get(role, page).await.body;
        let form = shown.split("<form").find(|form| form.contains(&format!("action=\"{action}\""))).unwrap();
        let hidden = form.split("type=\"hidden\" name=\"").skip(1).filter_map(|rest| {
            let (name, rest) = rest.split_once("\" value=\"")?;
            (name != "csrf").then(|| (name.to_owned(), rest.split('"').next().unwrap_or_default().to_owned()))
        });
        let hidden: Vec<(String, String)> = hidden.collect();
        let own = hidden.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let all: Vec<(&str, &str)> = own.chain(fields.iter().copied()).collect();
        self.post(role, action, &all).await
    }

    async fn public(&self, path: &str) -> String {
        let answer = self.house.get(&Visitor::default(), path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        answer.body
    }
}

fn done(answer: &Answer, what: &str) {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    assert!(answer.location().ends_with(&format!("done={what}")), "{}", answer.location());
}

const LATER: [(&str, &str); 3] = [("by-day", "1"), ("by-month", "2"), ("by-year", "2027")];

#[tokio::test]
async fn what_is_asked_of_a_post_stands_beside_what_it_can_give() {
    let staff = Staff::new().await;
    let page = staff.get(Role::Coordinator, "/staff/workload/water").await;
    assert!(page.body.contains("12 hours over"), "{}", page.body);
    assert!(page.body.contains("room for 16 hours"), "{}", page.body);
    for (role, path, status) in [
        (Role::Member, "/staff/workload", StatusCode::FORBIDDEN),
        (Role::Officer, "/staff/workload/parks", StatusCode::OK),
        (Role::Officer, "/staff/workload/water", StatusCode::NOT_FOUND),
        (Role::Officer, "/staff/posts/water-officer", StatusCode::NOT_FOUND),
        (Role::Auditor, "/staff/workload/water", StatusCode::OK),
    ] {
        assert_eq!(staff.get(role, path).await.status, status, "{role} {path}");
    }
    let path = "/staff/posts/parks-officer";
    let from = [("from-day", "1"), ("from-month", "3"), ("from-year", "2026")];
    let hours = [&[("hours", "1")][..], &from[..]].concat();
    let set = format!("{path}/capacity");
    done(&staff.send(Role::Coordinator, path, &set, &hours).await, "post");
    assert!(staff.get(Role::Officer, path).await.body.contains("hours over"));
    let again = staff.post(Role::Coordinator, &set, &hours).await;
    assert!(again.body.contains("Somebody else has changed this"), "without what the form saw");
    let wrong = staff.send(Role::Coordinator, path, &set, &[("hours", "745")]).await;
    assert!(wrong.body.contains("up to 744") && wrong.body.contains("From: write a day"), "{}", wrong.body);
    let deputy = format!("{path}/deputy");
    let own = staff.send(Role::Coordinator, path, &deputy, &[("deputy", "parks-officer")]).await;
    assert!(own.body.contains("another post"), "{}", own.body);
    done(&staff.send(Role::Coordinator, path, &deputy, &[("deputy", "parks-deputy")]).await, "post");
    assert!(staff.get(Role::Officer, path).await.body.contains("Deputy head of Parks and Trees stands in"));
}

#[tokio::test]
async fn too_much_to_do_waits_until_a_coordinator_answers_with_a_day() {
    let staff = Staff::new().await;
    let (page, raise) = ("/staff/workload/parks", "/staff/workload/parks/overload");
    let empty = staff.post(Role::Officer, raise, &[("post", "parks-officer"), ("reason", "")]).await;
    assert!(empty.body.contains("Reason is missing"), "{}", empty.body);
    let elsewhere = staff.post(Role::Officer, raise, &[("post", "water-officer"), ("reason", "x")]).await;
    assert!(elsewhere.body.contains("missing"), "nobody speaks for a post that is not theirs");
    let fields = [("post", "parks-officer"), ("reason", "Two of us are ill.")];
    done(&staff.post(Role::Officer, raise, &fields).await, "overload");
    let twice = staff.post(Role::Officer, raise, &fields).await;
    assert!(twice.body.contains("waits for an answer already"), "{}", twice.body);
    let shown = staff.get(Role::Coordinator, page).await.body;
    assert!(
        shown.contains("Two of us are ill.") && shown.contains("waits for an answer until 6 December 2026")
    );
    let flag = shown.split("/staff/overload/").nth(1).unwrap().split('"').next().unwrap();
    let flag = format!("/staff/overload/{flag}");
    staff.house.later(60 * 24 * 20);
    let cast: BTreeMap<Role, Visitor> = staff.house.cast().await.into_iter().collect();
    let staff = Staff { house: staff.house, cast };
    assert!(staff.get(Role::Coordinator, page).await.body.contains("the answer is 6 days late"));
    assert_eq!(staff.post(Role::Officer, &flag, &[]).await.status, StatusCode::FORBIDDEN);
    let answer = [&[("text", "Roads takes two of them.")][..], &LATER[..]].concat();
    let without = staff.send(Role::Coordinator, &flag, &flag, &[("text", "Soon.")]).await;
    assert!(without.body.contains("By when is missing"), "{}", without.body);
    let blind = staff.post(Role::Coordinator, &flag, &answer).await;
    assert!(blind.body.contains("Somebody else has changed this"), "{}", blind.body);
    done(&staff.send(Role::Coordinator, &flag, &flag, &answer).await, "relief");
    let shown = staff.get(Role::Officer, page).await.body;
    assert!(shown.contains("answered; by 1 February 2027"), "{shown}");
    assert!(staff.get(Role::Officer, &flag).await.body.contains("Roads takes two of them."));
}

#[tokio::test]
async fn notes_are_read_by_whom_they_are_for() {
    let staff = Staff::new().await;
    let own = staff
        .house
        .app
        .store
        .list(
            &store::Filter { posts: vec!["parks-head".into()], ..Default::default() },
            store::Order::Reference,
            None,
            1,
        )
        .await
        .unwrap();
    let (id, reference) = (own.items[0].id.clone(), own.items[0].reference.clone());
    let note = |who: &'static str, words: &'static str| {
        [
            ("post", "parks-officer"),
            ("hindered", words),
            ("helped", ""),
            ("who", who),
            ("recommendation", id.as_str()),
        ]
    };
    let nothing = staff.post(Role::Officer, "/staff/practice", &note("public", " ")).await;
    assert!(nothing.body.contains("What got in the way is missing"), "{}", nothing.body);
    done(
        &staff.post(Role::Officer, "/staff/practice", &note("private", "The boss was away.")).await,
        "practice",
    );
    done(
        &staff.post(Role::Officer, "/staff/practice", &note("public", "The map was old.")).await,
        "practice",
    );
    let pages = [
        "/a/harbour-county/departments/parks".to_owned(),
        format!("/a/harbour-county/recommendations/{reference}"),
    ];
    for page in pages {
        let shown = staff.public(&page).await;
        assert!(shown.contains("The map was old.") && !shown.contains("The boss was away."), "{page}");
        assert!(!shown.contains("Olga"), "posts, not people");
    }
    assert!(staff.get(Role::Approver, &format!("/staff/r/{id}")).await.body.contains("The boss was away."));
    assert!(!staff.get(Role::Member, &format!("/staff/r/{id}")).await.body.contains("The boss was away."));
    let list = staff.get(Role::Officer, "/staff/practice").await.body;
    let notes: Vec<&str> =
        list.split("/staff/practice/").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    let mut changed = 0;
    for note in notes {
        let path = format!("/staff/practice/{note}");
        let page = staff.get(Role::Officer, &path).await;
        if page.body.contains("The boss was away.") {
            let now = [("post", "parks-officer"), ("hindered", "The boss was away."), ("who", "public")];
            let blind = staff.post(Role::Officer, &path, &now).await;
            assert!(blind.body.contains("Somebody else has changed this"));
            done(&staff.send(Role::Officer, &path, &path, &now).await, "practice");
            changed += 1;
        }
    }
    assert_eq!(changed, 1);
    assert!(staff.public("/a/harbour-county/departments/parks").await.contains("The boss was away."));
}

#[tokio::test]
async fn somebody_leaves_and_nothing_is_left_without_an_owner() {
    let staff = Staff::new().await;
    let path = "/staff/leaving/sample-officer-water";
    assert_eq!(staff.get(Role::Officer, path).await.status, StatusCode::FORBIDDEN);
    let last = [("last-day", "30"), ("last-month", "11"), ("last-year", "2026")];
    let nobody = staff.post(Role::Coordinator, path, &last).await;
    assert!(nobody.body.contains("choose who or what takes over"), "{}", nobody.body);
    let stranger = [&last[..], &[("heir-water-officer", "person:sample-officer-parks")]].concat();
    let stranger = staff.post(Role::Coordinator, path, &stranger).await;
    assert!(stranger.body.contains("no role in its unit"), "{}", stranger.body);
    let chosen = [&last[..], &[("heir-water-officer", "post:water-head")]].concat();
    let preview = staff.post(Role::Coordinator, path, &chosen).await;
    assert_eq!(preview.status, StatusCode::OK);
    assert!(preview.body.contains("Head of Water Services") && preview.body.contains("Yes, do all of this"));
    let before = load(&staff, "water-officer").await + load(&staff, "water-head").await;
    assert!(load(&staff, "water-officer").await > 0, "nothing is done before it is seen");
    let unseen = [&chosen[..], &[("sure", "yes"), ("plan", "another")]].concat();
    let unseen = staff.post(Role::Coordinator, path, &unseen).await;
    assert!(unseen.body.contains("Something has changed in the meantime"), "{}", unseen.body);
    let plan = preview.body.split("name=\"plan\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let sure = [&chosen[..], &[("sure", "yes"), ("plan", plan)]].concat();
    done(&staff.post(Role::Coordinator, path, &sure).await, "left");
    assert_eq!(load(&staff, "water-officer").await, 0);
    assert_eq!(load(&staff, "water-head").await, before, "no hour is lost");
    let store = &staff.house.app.store;
    let ended =
        store.holdings().await.unwrap().into_iter().filter(|one| one.person == "sample-officer-water");
    assert!(ended.into_iter().all(|one| one.until == Some(date(2026, 11, 30))));
    let grants = store.grants(Some("sample-officer-water")).await.unwrap();
    assert!(grants.iter().all(|grant| grant.until == Some(date(2026, 11, 30))));
    let town = server::posts::town::Town::read(&staff.house.app).await.unwrap();
    assert!(town.office().without_owner(date(2026, 12, 1)).is_empty());
    let (id, it) =
        town.work.iter().find(|(_, it)| it.has_part("water-head") && it.state.takes_work()).unwrap();
    let story = staff.public(&format!("/a/harbour-county/recommendations/{}", it.reference)).await;
    assert!(story.contains("The part of a post went to another post"), "{id}");
    assert!(
        server::desk::history(&staff.house.app, id)
            .await
            .is_ok_and(|events| tracking::Recommendation::rebuild(&events).unwrap() == *it)
    );
    let myself = staff.get(Role::Coordinator, "/staff/leaving/sample-coordinator").await;
    assert_eq!(myself.status, StatusCode::NOT_FOUND, "nobody sends themselves away");
}

async fn load(staff: &Staff, post: &str) -> u64 {
    let town = server::posts::town::Town::read(&staff.house.app).await.unwrap();
    server::posts::workload::loads(&town, staff.house.app.today())[post].hours
}

#[tokio::test]
async fn a_colleague_takes_the_post_and_its_work_on_the_day_after() {
    let staff = Staff::new().await;
    let path = "/staff/leaving/sample-officer-water";
    let chosen = [
        ("last-day", "30"),
        ("last-month", "11"),
        ("last-year", "2026"),
        ("heir-water-officer", "person:sample-officer-water-2"),
    ];
    let preview = staff.post(Role::Coordinator, path, &chosen).await.body;
    let plan = preview.split("name=\"plan\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let sure = [&chosen[..], &[("sure", "yes"), ("plan", plan)]].concat();
    done(&staff.post(Role::Coordinator, path, &sure).await, "left");
    let held = |person: &'static str, day| {
        let store = staff.house.app.store.clone();
        async move { store.posts_of(person, day).await.unwrap().len() }
    };
    for (person, day, posts) in [
        ("sample-officer-water", date(2026, 11, 30), 1),
        ("sample-officer-water", date(2026, 12, 1), 0),
        ("sample-officer-water-2", date(2026, 11, 30), 0),
        ("sample-officer-water-2", date(2026, 12, 1), 1),
    ] {
        assert_eq!(held(person, day).await, posts, "{person} on {day}");
    }
}

#[tokio::test]
async fn one_role_and_one_post_can_be_ended() {
    let staff = Staff::new().await;
    let path = "/staff/people/sample-officer-roads";
    assert_eq!(staff.get(Role::Administrator, path).await.status, StatusCode::NOT_FOUND);
    let path = "/staff/people/sample-officer-schools";
    let store = &staff.house.app.store;
    let grant = store.grants(Some("sample-officer-schools")).await.unwrap().remove(0);
    let last = |what: &str| {
        [("day", "25"), ("month", "11"), ("year", "2026")]
            .map(|(part, value)| (format!("{what}-last-{part}"), value.to_owned()))
    };
    let end = |what: &'static str, id: String| {
        let mut fields = vec![(what.to_owned(), id)];
        fields.extend(last(what));
        fields
    };
    for (what, id) in [("end-role", grant.id.clone()), ("end-post", "sample-officer-schools-post".to_owned())]
    {
        let fields = end(what, id);
        let fields: Vec<(&str, &str)> =
            fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let answer = staff.post(Role::Administrator, &format!("{path}/{what}"), &fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    }
    let grant = store.grants(Some("sample-officer-schools")).await.unwrap().remove(0);
    assert_eq!(grant.until, Some(date(2026, 11, 25)));
    let held = store.posts_of("sample-officer-schools", date(2026, 11, 26)).await.unwrap();
    assert!(held.is_empty());
    let early = [
        ("end-post", "sample-officer-health-post"),
        ("end-post-last-day", "1"),
        ("end-post-last-month", "1"),
        ("end-post-last-year", "1999"),
    ];
    let early = staff.post(Role::Administrator, "/staff/people/sample-officer-health/end-post", &early).await;
    assert!(early.body.contains("cannot be before the first"), "{}", early.body);
}

#[tokio::test]
async fn a_role_and_a_post_can_begin_on_a_later_day_and_not_before_it() {
    let staff = Staff::new().await;
    let (path, person) = ("/staff/people/sample-officer-schools", "sample-officer-schools");
    let day = |field: &str, day: &str, month: &str| {
        [("day", day), ("month", month), ("year", "2026")]
            .map(|(part, value)| (format!("{field}-{part}"), value.to_owned()))
    };
    let send = async |what: &str, fields: Vec<[(String, String); 3]>| {
        let mut all = vec![("role", "approver"), ("unit", "schools"), ("post", "schools-head")];
        all.extend(fields.iter().flatten().map(|(name, value)| (name.as_str(), value.as_str())));
        staff.post(Role::Administrator, &format!("{path}/{what}"), &all).await
    };
    for (what, fields, said) in [
        ("grant", vec![day("from", "21", "11")], "The first day has to be today or a later day"),
        ("grant", vec![day("from", "3", "12"), day("until", "2", "12")], "cannot be before the first"),
        ("grant", vec![day("from", "31", "11")], "From"),
        ("post", vec![day("post-from", "21", "11")], "The first day has to be today or a later day"),
        ("post", vec![day("post-from", "31", "11")], "From"),
    ] {
        let refused = send(what, fields).await;
        assert_eq!(refused.status, StatusCode::OK);
        assert!(refused.body.contains("error-summary") && refused.body.contains(said), "{}", refused.body);
    }
    let store = &staff.house.app.store;
    let held = async |on| {
        let roles = store.grants_on(person, on).await.unwrap();
        let posts = store.posts_of(person, on).await.unwrap();
        let roles = roles.iter().filter(|one| one.role == "approver").count();
        (roles, posts.iter().filter(|one| one.id == "schools-head").count())
    };
    let (today, last, first) = (date(2026, 11, 22), date(2026, 12, 2), date(2026, 12, 3));
    assert_eq!(held(first).await, (0, 0));
    done(&send("grant", vec![day("from", "3", "12"), day("until", "3", "12")]).await, "grant");
    done(&send("post", vec![day("post-from", "3", "12")]).await, "holding");
    assert_eq!([held(today).await, held(last).await, held(first).await], [(0, 0), (0, 0), (1, 1)]);
    assert_eq!(held(date(2026, 12, 4)).await, (0, 1));
    done(&send("revoke", Vec::new()).await, "revoked");
    assert_eq!(held(first).await.0, 0, "what was to come is taken back too");
    done(&send("grant", Vec::new()).await, "grant");
    assert_eq!(held(today).await.0, 1, "nothing typed is today");
}

#[tokio::test]
async fn after_an_election_everything_is_said_in_public_and_silence_shows() {
    let staff = Staff::new().await;
    let (public, own) =
        ("/a/harbour-county/elections/election-harbour-county", "/staff/elections/election-harbour-county");
    let shown = staff.public(public).await;
    for words in ["not reaffirmed, 30 days over", "reaffirmed", "amended", "dropped", "Before:"] {
        assert!(shown.contains(words), "{words}");
    }
    assert!(staff.public("/a/harbour-county").await.contains(public), "the assembly's page leads there");
    let app = &staff.house.app;
    let work = server::election::record::of_assembly(app, "harbour-county").await.unwrap();
    let election = tracking::Election { id: "election-harbour-county".into(), on: date(2026, 7, 25) };
    let silent: Vec<&String> = work
        .iter()
        .filter(|(_, it)| {
            let stands = it.commitments.first().and_then(|one| election.standing(it, one, app.today()));
            matches!(stands, Some(Standing::Silent(30)))
        })
        .map(|(id, _)| id)
        .collect();
    assert!(!silent.is_empty());
    let reference = &work.iter().find(|(id, _)| id == silent[0]).unwrap().1.reference;
    let story = format!("/a/harbour-county/recommendations/{reference}");
    let told = staff.public(&story).await;
    assert!(told.contains("not reaffirmed, 30 days over") && told.contains(public), "{told}");
    let desk = staff.get(Role::Coordinator, &format!("/staff/r/{}", silent[0])).await.body;
    assert!(desk.contains("not reaffirmed, 30 days over"), "{desk}");
    let form = format!("{own}/{}/1", silent[0]);
    assert_eq!(staff.get(Role::Officer, &form).await.status, StatusCode::FORBIDDEN);
    let without = staff.send(Role::Signatory, &form, &form, &[("outcome", "dropped"), ("reason", "")]).await;
    assert!(without.body.contains("Reason is missing"), "{}", without.body);
    let undecided = staff.send(Role::Signatory, &form, &form, &[("reason", "x")]).await;
    assert!(undecided.body.contains("What becomes of it: choose one"), "{}", undecided.body);
    let fields = [("outcome", "reaffirmed"), ("reason", "We want it <b>too</b>.")];
    done(&staff.send(Role::Signatory, &form, &form, &fields).await, "review");
    assert!(staff.public(public).await.contains("We want it &#60;b&#62;too&#60;/b&#62;."));
    assert!(!staff.public(&story).await.contains("not reaffirmed"), "what was said is no silence");
    let case = server::desk::find(app, silent[0]).await.unwrap();
    assert_eq!(case.recommendation.commitments[0].reviews.last().unwrap().outcome, Decided::Reaffirmed);
    let stale = staff
        .post(Role::Signatory, &form, &[("revision", "1"), ("outcome", "dropped"), ("reason", "x")])
        .await;
    assert!(stale.body.contains("Somebody else has changed"), "{}", stale.body);
    let generic =
        staff.post(Role::Signatory, &format!("/staff/r/{}/do/drop", silent[0]), &[("reason", "x")]).await;
    assert_eq!(generic.status, StatusCode::NOT_FOUND, "only by way of an election");
    let add = [
        ("assembly", "harbour-county"),
        ("name-en", "By-election"),
        ("on-day", "1"),
        ("on-month", "11"),
        ("on-year", "2026"),
    ];
    done(&staff.post(Role::Secretariat, "/staff/elections", &add).await, "election");
    let twice = staff.post(Role::Secretariat, "/staff/elections", &add).await;
    assert!(twice.body.contains("on this day already"), "{}", twice.body);
    assert!(staff.get(Role::Coordinator, "/staff/elections").await.body.contains("By-election"));
}

#[tokio::test]
async fn the_handover_pack_has_everything_and_is_the_same_for_the_same_data() {
    let staff = Staff::new().await;
    let app = &staff.house.app;
    let pack = server::election::handover::pack(app, "harbour-county").await.unwrap();
    staff.house.later(60 * 24 * 40);
    assert_eq!(
        server::election::handover::pack(app, "harbour-county").await.unwrap(),
        pack,
        "on another day too"
    );
    let files = unzipped(pack);
    let text = |name: &str| String::from_utf8(files[name].clone()).unwrap();
    let adopted = server::election::record::of_assembly(app, "harbour-county").await.unwrap();
    assert_eq!(files.keys().filter(|name| name.starts_with("histories/")).count(), adopted.len());
    for (id, it) in &adopted {
        let events: Vec<tracking::Event> =
            serde_json::from_str(&text(&format!("histories/{}.json", it.reference))).unwrap();
        assert_eq!(tracking::Recommendation::rebuild(&events).unwrap(), *it, "{id}");
        assert!(text("report-en.html").contains(&format!("<th scope=\"row\">{}</th>", it.reference)));
    }
    for name in [
        "report-en.html",
        "report-es.html",
        "recommendations.csv",
        "assignments.csv",
        "posts.csv",
        "practice.csv",
        "elections.csv",
        "commitments.csv",
        "deadlines.csv",
        "bills.csv",
    ] {
        assert!(text(name).lines().count() > 2, "{name}");
        assert!(!text(name).contains("Olga") && !text(name).contains("sample-"), "{name}: posts, not people");
    }
    let bill = &server::reports::bills::of(app, "harbour-county").await.unwrap()[0];
    let told = text(&format!("bills/{}.json", bill.entry.id));
    assert_eq!(text("bills.csv").lines().count(), 1 + bill.value.links.len(), "a line for each link");
    for link in &bill.value.links {
        let row = format!(",{},{},", link.recommendation, link.relation.key());
        assert!(text("bills.csv").contains(&row), "{row}");
        for said in [&link.changed, &link.refused] {
            assert!(told.contains(said.as_str()) && text("report-en.html").contains(said.as_str()), "{said}");
        }
    }
    let list: serde_json::Value = serde_json::from_str(&text("datapackage.json")).unwrap();
    let listed = list["resources"].as_array().unwrap();
    assert_eq!(listed.len() + 1, files.len());
    for file in listed {
        let hash = server::secret::fingerprint(&files[file["path"].as_str().unwrap()]);
        assert_eq!(file["hash"], format!("sha256:{hash}"));
    }
    let cast: BTreeMap<Role, Visitor> = staff.house.cast().await.into_iter().collect();
    let staff = Staff { house: staff.house, cast };
    let answer = staff.get(Role::Coordinator, "/staff/handover/harbour-county").await;
    assert_eq!(answer.headers["content-type"], "application/zip");
    assert_eq!(staff.get(Role::Member, "/staff/handover/harbour-county").await.status, StatusCode::FORBIDDEN);
    assert_eq!(staff.get(Role::Auditor, "/staff/handover/nowhere").await.status, StatusCode::NOT_FOUND);
}

//! Forms that led astray: what is offered can be done, what is said is so, and what is typed plainly is taken.

use crate::common::{House, Visitor};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use jiff::civil::date;
use server::mail::{Mail, relay::Relay};
use server::{desk, service};
use store::{Filter, Order};
use tracking::{Role, State};

async fn as_role(house: &House, role: Role) -> Visitor {
    house.cast().await.into_iter().find(|(one, _)| *one == role).unwrap().1
}

#[tokio::test]
async fn a_reference_in_small_letters_is_taken_and_none_is_asked_for_where_none_is_needed() {
    let house = House::full().await;
    let secretariat = as_role(&house, Role::Secretariat).await;
    let words = |reference: &'static str| {
        [
            ("assembly", "harbour-county"),
            ("reference", reference),
            ("what", "comment"),
            ("through", "paper"),
            ("text", "The wells are dry."),
        ]
    };
    let none = house.post(&secretariat, "/staff/paper/words", &words("")).await;
    assert_eq!(none.status, StatusCode::OK);
    assert!(none.body.contains("Enter one like R-07") && !none.body.contains("or leave it empty"));
    let taken = house.post(&secretariat, "/staff/paper/words", &words("r-01")).await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.body);
    let found = desk::find_typed(&house.app, "harbour-county", "r-01").await.unwrap();
    assert_eq!(found.recommendation.reference, "R-01");
    assert!(desk::find_typed(&house.app, "harbour-county", "r-999").await.is_err());
}

#[tokio::test]
async fn the_rule_of_an_assembly_ends_with_one_full_stop() {
    let house = House::full().await;
    for language in ["en", "es"] {
        let visitor = Visitor { cookie: format!("language={language}"), ..Visitor::default() };
        let page = house.get(&visitor, "/a/harbour-county/data").await.body;
        assert!(page.contains("Boule"), "{page}");
        assert!(!page.contains(".. ") && !page.contains("..<"), "{language}: {page}");
    }
    let stored = house.app.store.assembly("harbour-county").await.unwrap().unwrap();
    let mut assembly = server::assembly::Assembly::of(stored).unwrap();
    let words = server::words::Words::of(server::words::Language::EN);
    for (written, said) in
        [("Charter, article 5", "Charter, article 5."), ("Act 3.", "Act 3."), ("Why? ", "Why?")]
    {
        assembly.about.rule.legal_basis = written.to_owned();
        assert_eq!(assembly.basis(words), said);
    }
}

#[tokio::test]
async fn letters_are_offered_only_where_there_is_a_mail_server() {
    let mut house = House::full().await;
    let pages = ["/a/harbour-county", "/a/harbour-county/recommendations/R-01"];
    let nobody = Visitor::default();
    for path in pages {
        assert!(!house.get(&nobody, path).await.body.contains("/a/harbour-county/follow"), "{path}");
    }
    let relay = Relay::read("smtp://127.0.0.1:1", "Assembly <assembly@boule.example>", None).unwrap();
    house.router = service::router(house.app.clone().with_mail(Mail::Sent(relay)));
    for path in pages {
        assert!(house.get(&nobody, path).await.body.contains("/a/harbour-county/follow"), "{path}");
    }
}

#[tokio::test]
async fn a_milestone_is_met_only_where_one_is_open() {
    let house = House::full().await;
    let officer = as_role(&house, Role::Officer).await;
    let states = [State::InDelivery, State::Stalled].map(|state| state.key().to_owned()).into();
    let filter = Filter { states, units: vec!["parks".into()], ..Filter::default() };
    let mut offered = [0, 0];
    for stored in house.app.store.list_whole(&filter, Order::Reference, None, 100).await.unwrap().items {
        let it = desk::read(&stored.body).unwrap();
        let milestones = it.commitments.iter().flat_map(|one| &one.milestones);
        let open = milestones.filter(|one| one.met_at.is_none()).count() > 0;
        let page = house.get(&officer, &format!("/staff/r/{}", stored.summary.id)).await.body;
        assert!(page.contains("/do/add_milestone"), "{}", it.reference);
        assert_eq!(page.contains("/do/meet_milestone"), open, "{}", it.reference);
        offered[usize::from(open)] += 1;
    }
    assert!(offered.iter().sum::<usize>() > 0, "{offered:?}");
    let bare = filter_of(&house).await;
    let page = house.get(&officer, &format!("/staff/r/{bare}")).await.body;
    assert!(!page.contains("/do/meet_milestone"), "nothing was promised with steps");
}

/// A recommendation in delivery whose only commitment has no milestone, made by those whose work it is.
async fn filter_of(house: &House) -> String {
    let cast = house.cast().await;
    let of = |role: Role| &cast.iter().find(|(one, _)| *one == role).unwrap().1;
    let filter = Filter { states: vec!["owned".into()], units: vec!["parks".into()], ..Filter::default() };
    let id = house.app.store.list(&filter, Order::Reference, None, 1).await.unwrap().items.remove(0).id;
    let post = async |role: Role, what: &str, fields: &[(&str, &str)]| {
        let answer = house.post(of(role), &format!("/staff/r/{id}/{what}"), fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{what}: {}", answer.body);
    };
    let answer = [("do", "send"), ("position", "accepted"), ("reasons-en", "Forty wells are dug by us.")];
    post(Role::Officer, "respond", &answer).await;
    post(Role::Approver, "do/approve", &[]).await;
    post(Role::Signatory, "do/publish", &[]).await;
    let promise = [
        ("deliverable", "Forty wells"),
        ("post", "parks-head"),
        ("due-day", "1"),
        ("due-month", "6"),
        ("due-year", "2027"),
    ];
    post(Role::Officer, "do/deliver", &promise).await;
    id
}

#[tokio::test]
async fn a_draft_says_that_its_file_is_not_kept() {
    let house = House::full().await;
    let officer = as_role(&house, Role::Officer).await;
    let filter = Filter { states: vec!["owned".into()], units: vec!["parks".into()], ..Filter::default() };
    let id = house.app.store.list(&filter, Order::Reference, None, 1).await.unwrap().items.remove(0).id;
    let path = format!("/staff/r/{id}/respond");
    let part = |head: &str, value: &str| {
        format!("--boule\r\nContent-Disposition: form-data; name={head}\r\n\r\n{value}\r\n")
    };
    let pressed = |button: &str| {
        let body = [
            part("\"csrf\"", &officer.csrf),
            part("\"do\"", button),
            part("\"reasons-en\"", "Because."),
            part("\"file\"; filename=\"plan.pdf\"", "%PDF"),
            "--boule--\r\n".to_owned(),
        ];
        Request::post(&path)
            .header(header::COOKIE, &officer.cookie)
            .header("sec-fetch-site", "same-origin")
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=boule")
            .body(Body::from(body.concat()))
            .unwrap()
    };
    let refused = house.send(pressed("send")).await.body;
    assert!(refused.contains("Choose the file plan.pdf again") && refused.contains("Because."), "{refused}");
    let kept = house.send(pressed("keep")).await;
    assert_eq!(kept.location(), format!("{path}?done=draft-kept-file"));
    let page = house.get(&officer, kept.location()).await.body;
    assert!(page.contains("The file is not kept with a draft") && page.contains("Because."), "{page}");
    for tag in ["en", "es"] {
        let field = format!("name=\"reasons-{tag}\" lang=\"{tag}\"");
        assert!(page.contains(&field), "{field}: {page}");
    }
}

#[tokio::test]
async fn a_role_that_somebody_has_is_not_given_twice() {
    let house = House::full().await;
    let administrator = as_role(&house, Role::Administrator).await;
    let path = "/staff/people/sample-auditor/grant";
    let everywhere = [("role", "auditor")];
    let twice = house.post(&administrator, path, &everywhere).await;
    assert_eq!(twice.status, StatusCode::OK);
    assert!(twice.body.contains("has this role already") && twice.body.contains("href=\"#role\""));
    let one = [("role", "auditor"), ("unit", "parks")];
    assert_eq!(house.post(&administrator, path, &one).await.status, StatusCode::SEE_OTHER, "for one unit");
    assert_eq!(house.post(&administrator, path, &one).await.status, StatusCode::OK, "once");
    // Ended on its first day: it stands in the table and is in nobody's way.
    let revoked = house.post(&administrator, "/staff/people/sample-auditor/revoke", &[("sure", "yes")]).await;
    assert_eq!(revoked.status, StatusCode::SEE_OTHER, "{}", revoked.body);
    let page = house.get(&administrator, "/staff/people/sample-auditor").await.body;
    assert!(page.contains("called off, or ended on its first day"), "{page}");
    assert_eq!(house.post(&administrator, path, &one).await.status, StatusCode::SEE_OTHER, "given again");
    let own = house.get(&administrator, "/staff/people/sample-administrator").await.body;
    for what in ["revoke", "disable", "erase", "end-role"] {
        assert!(!own.contains(&format!("/staff/people/sample-administrator/{what}\"")), "{what}");
    }
}

#[tokio::test]
async fn a_table_that_is_there_already_is_said_to_be() {
    let house = House::full().await;
    let secretariat = as_role(&house, Role::Secretariat).await;
    let header = "reference,theme,title_en,text_en";
    let tried = async |rows: &str| {
        let table = format!("{header}\n{rows}");
        let fields = [("assembly", "harbour-county"), ("table", table.as_str())];
        house.post(&secretariat, "/staff/import", &fields).await.body
    };
    let there = tried("R-01,Water,Another,text").await;
    assert!(there.contains("There is nothing to import") && !there.contains("Mend the table"), "{there}");
    let some = tried("R-01,Water,Another,text\nR-95,Water,Wells,Dig.").await;
    assert!(some.contains("1 is there already and stays as it is."), "{some}");
    assert!(some.contains("/staff/import/do"));
    assert!(some.contains("These would come into: Assembly on heat and water."), "{some}");
    let wrong = tried("R 96,Water,Wells,Dig.").await;
    assert!(wrong.contains("Mend the table") && !wrong.contains("/staff/import/do"), "{wrong}");
    assert!(
        wrong.contains("R 96,Water,Wells,Dig.</textarea>"),
        "what was pasted is there to be mended: {wrong}"
    );
    let table = format!("{header},title_fr\nR-97,Water,Wells,Dig.,Puits");
    let fields = [("assembly", "harbour-county"), ("table", table.as_str())];
    let left = house.post(&secretariat, "/staff/import", &fields).await.body;
    assert!(left.contains("left out: title_fr."), "{left}");
}

#[tokio::test]
async fn what_is_only_planned_can_be_called_off() {
    let house = House::full().await;
    let administrator = as_role(&house, Role::Administrator).await;
    let person = "/staff/people/sample-officer-schools";
    let later = [
        ("post", "parks-deputy"),
        ("post-from-day", "1"),
        ("post-from-month", "3"),
        ("post-from-year", "2027"),
    ];
    let planned = house.post(&administrator, &format!("{person}/post"), &later).await;
    assert_eq!(planned.status, StatusCode::SEE_OTHER, "{}", planned.body);
    let holding = async || {
        let held = house.app.store.holdings().await.unwrap();
        held.into_iter()
            .find(|one| one.post == "parks-deputy" && one.person == "sample-officer-schools")
            .unwrap()
    };
    let one = holding().await;
    assert!(house.get(&administrator, person).await.body.contains("1 March 2027"));
    let today = [
        ("end-post", one.id.as_str()),
        ("end-post-last-day", "22"),
        ("end-post-last-month", "11"),
        ("end-post-last-year", "2026"),
    ];
    let ended = house.post(&administrator, &format!("{person}/end-post"), &today).await;
    assert_eq!(ended.status, StatusCode::SEE_OTHER, "{}", ended.body);
    assert_eq!(holding().await.until, Some(date(2027, 2, 28)), "it ends before it begins");
    let page = house.get(&administrator, person).await.body;
    assert!(page.contains("called off, or ended on its first day"), "it is remembered: {page}");
    assert!(!page.contains(&one.id), "and cannot be ended again: {page}");
    assert!(!house.get(&administrator, "/staff/posts/parks-deputy").await.body.contains("1 March 2027"));
}

#[tokio::test]
async fn what_the_staff_writes_bears_its_language_where_the_page_has_another() {
    let house = House::full().await;
    let (en, es) = (Visitor::default(), Visitor { cookie: "language=es".to_owned(), ..Visitor::default() });
    let states = vec!["in_delivery".to_owned()];
    let filter = Filter { states, ..Filter::default() };
    let one = house.app.store.list_whole(&filter, Order::Reference, None, 1).await.unwrap().items.remove(0);
    let it = desk::read(&one.body).unwrap();
    let story = format!("/a/harbour-county/recommendations/{}", it.reference);
    let spoken = |text: &str| format!(" lang=\"en\">{text}<");
    let list = "/a/harbour-county/recommendations";
    let deliverable = it.commitments[0].deliverable.as_str();
    for (path, text) in [(&story, it.theme.as_str()), (&story, deliverable), (&list.to_owned(), &it.theme)] {
        let text = text.replace('&', "&#38;").replace('\'', "&#39;");
        assert!(house.get(&es, path).await.body.contains(&spoken(&text)), "{path}: {text}");
        let own = house.get(&en, path).await.body;
        assert!(own.contains(&text) && !own.contains(&spoken(&text)), "{path}: {text}");
    }
    let signatory = as_role(&house, Role::Signatory).await;
    for (path, public) in [
        ("/a/harbour-county/elections/election-harbour-county".to_owned(), true),
        ("/staff/elections/election-harbour-county".to_owned(), false),
        (format!("/staff/elections/election-harbour-county/{}/1", one.summary.id), false),
    ] {
        let cookie = if public { String::new() } else { signatory.cookie.clone() };
        let reader = |language: &str| Visitor {
            cookie: format!("{cookie}; language={language}"),
            csrf: signatory.csrf.clone(),
        };
        let bare = format!(">{deliverable}<");
        let deliverable = format!(" lang=\"en\" dir=\"auto\"{bare}");
        let page = house.get(&reader("es"), &path).await.body;
        assert!(page.contains(&deliverable), "{path}: {page}");
        let own = house.get(&reader("en"), &path).await.body;
        assert!(own.contains(&bare) && !own.contains(&deliverable), "{path}: {own}");
    }
    let pack = server::election::handover::pack(&house.app, "harbour-county").await.unwrap();
    let pack = crate::common::unzipped(pack);
    let report = |tag: &str| String::from_utf8(pack[&format!("report-{tag}.html")].clone()).unwrap();
    let cell = format!("<td lang=\"en\" dir=\"auto\">{deliverable}</td>");
    assert!(report("es").contains(&cell) && !report("en").contains(&cell));
    let administrator = as_role(&house, Role::Administrator).await;
    let page = house.get(&administrator, "/staff/assemblies/harbour-county").await.body;
    assert!(page.contains("<option value=\"en\" selected>"), "{page}");
    let add = [
        ("id", "costa"),
        ("name-es", "Asamblea de la costa"),
        ("languages", "en"),
        ("languages", "es"),
        ("zone", "Europe/Madrid"),
        ("preset", "usual"),
    ];
    let wrong: Vec<(&str, &str)> = add.iter().filter(|one| **one != ("languages", "es")).copied().collect();
    let wrong: Vec<(&str, &str)> = wrong.into_iter().chain([("first", "es")]).collect();
    let refused = house.post(&administrator, "/staff/assemblies", &wrong).await;
    assert!(refused.body.contains("Choose one of the languages that are ticked"), "{}", refused.body);
    let right: Vec<(&str, &str)> = add.into_iter().chain([("first", "es")]).collect();
    let added = house.post(&administrator, "/staff/assemblies", &right).await;
    assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.body);
    let assembly = server::assembly::Assembly::find(&house.app, "costa").await.unwrap();
    assert_eq!(assembly.about.languages, ["es", "en"]);
    let words = server::words::Words::of(server::words::Language::EN);
    assert_eq!(assembly.written(words), Some("es"));
}

#[tokio::test]
async fn a_table_that_cannot_be_read_is_told_so_in_the_readers_language() {
    let house = House::full().await;
    let secretariat = as_role(&house, Role::Secretariat).await;
    let spanish = Visitor { cookie: format!("{}; language=es", secretariat.cookie), ..secretariat };
    for (table, said) in [
        ("reference,theme\nR-95", "Fila 2: La fila tiene menos celdas que la cabecera."),
        ("reference,theme\nR-95,Water,Wells,x", "Fila 2: La fila tiene más celdas que la cabecera."),
        ("reference,theme\nR-95,\"Water", "Fila 2: Aquí se abren unas comillas que no se cierran."),
        ("reference,reference\nR-95,R-95", "Fila 1: Hay dos columnas llamadas reference."),
        ("reference,\nR-95,Water", "Una columna con contenido no tiene nombre."),
        ("reference,theme\n", "No hay nada debajo de la cabecera."),
        ("%PDF-1.7", "Esto no es una tabla."),
        (",,", "La tabla está vacía."),
    ] {
        let fields = [("assembly", "harbour-county"), ("table", table)];
        let told = house.post(&spanish, "/staff/import", &fields).await.body;
        assert!(told.contains(said), "{table:?} {said}: {told}");
    }
}

/// Every kind of flaw that `reading` tells of has its words.
#[test]
fn every_flaw_of_a_table_has_words() {
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/../reading/src");
    let mut kinds = Vec::new();
    for file in std::fs::read_dir(source).unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        kinds.extend(
            text.split("findings.error(\"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()),
        );
    }
    assert!(kinds.len() > 10);
    kinds.extend(["row too short".to_owned(), "row too long".to_owned()]);
    for language in [server::words::Language::EN, server::words::Language::ES] {
        let words = server::words::Words::of(language);
        for kind in &kinds {
            assert!(words.has(&format!("flaw-{}", kind.replace(' ', "_"))), "{kind}");
        }
    }
}

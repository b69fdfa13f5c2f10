//! The gates of an assembly: everybody reads what is passed and what was overridden and why; the staff opens them.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use serde_json::json;
use tracking::{
    Gate, GateState, Hand, Hindrance, Mandate, Missing, Outcome, Preparation, REASON, Role, Topic, WRITERS,
    checks, gates,
};

use super::{MANDATES, in_scope, of};
use crate::access::{Access, Routes};
use crate::app::App;
use crate::assembly::{Assembly, in_language};
use crate::fault::Fault;
use crate::form::{Choice, Field, Kind, Problem, Typed};
use crate::names::Names;
use crate::page::{Page, escaped};
use crate::plain::{Cell, Form, Plain, Table};
use crate::shelf::Kept;
use crate::staff::STAFF;
use crate::units::{name_fields, names};
use crate::visit::Visit;
use crate::words::Words;
use crate::wrong;

/// What this module answers.
pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/a/{assembly}/before", Access::Public, public)
        .get("/staff/before", Access::Any(STAFF), all)
        .get("/staff/before/{assembly}", Access::Any(STAFF), staff)
        .post("/staff/before/{assembly}", Access::Any(STAFF), step)
}

/// The page of an assembly's gates for the staff.
pub fn address(assembly: &str) -> String {
    format!("/staff/before/{}", escaped(assembly))
}

async fn all(State(app): State<App>, visit: Visit) -> Result<Response, Fault> {
    let words = visit.words;
    let mut rows = Vec::new();
    for assembly in Assembly::all(&app).await? {
        if in_scope(&visit, &assembly.id).is_err() {
            continue;
        }
        let mandate = of(&app, &assembly).await?.value;
        let states = gates(&mandate, &assembly.about.rule);
        let through = states.iter().filter(|state| state.lets_through()).count();
        let stand = match &mandate.opening {
            Some(opening) => Cell::tag(words.with("gates-opened", "day", words.date(&opening.on)), "green"),
            None if through == states.len() => Cell::tag(words.say("gates-ready"), "blue"),
            None => Cell::tag(words.say("gates-shut"), "grey"),
        };
        rows.push(vec![
            Cell::link(assembly.name(words), address(&assembly.id)),
            Cell::text(words.share("gates-count", through, states.len())),
            stand,
        ]);
    }
    let columns = ["field-assembly", "gates-title", "gates-state"].map(|key| words.say(key)).into();
    Plain::new(Page::new(visit, words.say("nav-before")))
        .about(words.say("before-about"))
        .go("/method", words.say("nav-method"))
        .table(Table { columns, rows, ..Table::default() })
        .show()
}

async fn public(State(app): State<App>, visit: Visit, Path(id): Path<String>) -> Result<Response, Fault> {
    let assembly = Assembly::find(&app, &id).await?;
    let kept = of(&app, &assembly).await?;
    let title = format!("{} – {}", visit.words.say("gates-title"), assembly.name(visit.words));
    let about = Told {
        app: &app,
        words: visit.words,
        assembly: &assembly,
        names: Names::read(&app, visit.words).await?,
    };
    let plain =
        Plain::new(Page::new(visit, title)).back(format!("/a/{}", escaped(&id)), assembly.name(about.words));
    about.tell(plain, &kept.value, false).await?.show()
}

async fn staff(State(app): State<App>, visit: Visit, Path(id): Path<String>) -> Result<Response, Fault> {
    show(&app, visit, &id, &Typed::default(), Vec::new()).await
}

async fn show(
    app: &App,
    visit: Visit,
    id: &str,
    typed: &Typed,
    problems: Vec<Problem>,
) -> Result<Response, Fault> {
    in_scope(&visit, id)?;
    let assembly = Assembly::find(app, id).await?;
    let kept = of(app, &assembly).await?;
    let words = visit.words;
    let names = Names::read(app, words).await?;
    let forms = forms(&visit, &assembly, &kept, &names, (typed, &problems))?;
    let writes = hand(&visit, &assembly, app)?.can_write();
    let open = kept.value.opening.is_none();
    let title = format!("{} – {}", words.say("gates-title"), assembly.name(words));
    let mut plain = Plain::new(Page::new(visit, title).with_problems(problems))
        .back("/staff/before", words.say("nav-before"));
    if writes && open {
        plain = plain.go(format!("{}/mandate", address(id)), words.say("mandate-write"));
    }
    plain = plain.go(format!("/a/{}/before", escaped(id)), words.say("gates-public"));
    let told = Told { app, words, assembly: &assembly, names };
    plain = told.tell(plain, &kept.value, writes && open).await?;
    for form in forms {
        plain = plain.form(form);
    }
    plain.show()
}

/// What a page tells of a mandate.
struct Told<'a> {
    app: &'a App,
    words: Words,
    assembly: &'a Assembly,
    names: Names,
}

impl Told<'_> {
    async fn tell(&self, plain: Plain, of: &Mandate, writes: bool) -> Result<Plain, Fault> {
        let words = self.words;
        let grants = self.app.store.grants(None).await?;
        let verifier = grants.iter().any(|grant| {
            grant.role == Role::Verifier.key()
                && grant.assembly.as_deref().is_none_or(|own| own == self.assembly.id)
        });
        let opened = match &of.opening {
            Some(opening) => {
                let (post, day) = (self.names.post(&opening.post), words.date(&opening.on));
                words.with2("gates-opened-by", "post", post, "day", day)
            }
            None => words.say("gates-not-open"),
        };
        let checks = checks(of, &self.assembly.about.rule, verifier);
        Ok(plain
            .about(words.say("gates-about"))
            .about(opened)
            .table(self.gates(of))
            .table(self.topics(of, writes))
            .table(self.facts(of))
            .table(self.checks(&checks)))
    }

    fn facts(&self, of: &Mandate) -> Table {
        let words = self.words;
        let decision = |decision: &Option<tracking::Decision>| {
            decision.as_ref().map_or_else(Cell::default, |one| {
                Cell::link(format!("{}, {}", one.title, words.date(&one.on)), one.url.clone())
            })
        };
        let day = |day: Option<jiff::civil::Date>| day.map_or(String::new(), |day| words.date(&day));
        let days = match (of.first_day, of.last_day) {
            (Some(from), Some(until)) => {
                words.with2("register-from-until", "from", words.date(&from), "until", words.date(&until))
            }
            (from, _) => day(from),
        };
        let budget = of.budget.as_ref().map_or(String::new(), |budget| {
            let amount = format!("{} {}", words.number(budget.amount), budget.currency);
            let values =
                [("amount", amount), ("line", budget.line.clone()), ("until", words.date(&budget.until))];
            words.with_all("mandate-budget-said", &values)
        });
        let signed = of.duty.as_ref().map_or(String::new(), |signed| {
            words.with2(
                "mandate-signed-by",
                "post",
                self.names.post(&signed.post),
                "day",
                words.date(&signed.on),
            )
        });
        let text = |key: &str, text: &str| (words.word("mandate", key), Cell::text(text));
        let facts = [
            text("question", in_language(&of.question, words).unwrap_or_default()),
            text("off", in_language(&of.off_table, words).unwrap_or_default()),
            text("by", &words.word("commissioner", of.by.key())),
            text("commissioner", &of.commissioner),
            text("addressee", &of.addressee),
            text("organiser", &of.organiser),
            (words.say("mandate-decision"), decision(&of.decision)),
            (words.say("mandate-notified"), decision(&of.notified)),
            text("rule", &self.assembly.basis(words)),
            text("duty", &signed),
            text("budget", &budget),
            text("days", &days),
            text("open-until", &day(of.open_until)),
        ];
        let filled = facts.into_iter().filter(|(_, cell)| !cell.text.is_empty());
        let columns = ["engagement-fact", "engagement-value"].map(|key| words.say(key)).into();
        let rows = filled.map(|(key, cell)| vec![Cell::text(key), cell]).collect();
        Table { caption: words.say("mandate-title"), columns, rows }
    }

    fn gates(&self, of: &Mandate) -> Table {
        let words = self.words;
        let row = |state: &GateState| {
            let colour = [("passed", "green"), ("overridden", "orange")]
                .into_iter()
                .find(|(key, _)| *key == state.key());
            let mut said: Vec<String> =
                state.missing.iter().map(|missing| self.missing(of, missing)).collect();
            if let Some(forced) = &state.overridden {
                let values = [
                    ("post", self.names.post(&forced.post)),
                    ("day", words.date(&forced.on)),
                    ("reason", forced.reason.clone()),
                ];
                said.push(words.with_all("gates-overridden-by", &values));
            }
            vec![
                Cell::text(words.word("gate", state.name)),
                Cell::tag(words.word("gate-is", state.key()), colour.map_or("grey", |(_, colour)| colour)),
                Cell::text(said.join(" ")),
            ]
        };
        let columns = ["gates-gate", "gates-state", "gates-missing"].map(|key| words.say(key)).into();
        let rows = gates(of, &self.assembly.about.rule).iter().map(row).collect();
        Table { caption: words.say("gates-title"), columns, rows }
    }

    fn missing(&self, of: &Mandate, missing: &Missing) -> String {
        let topic = of.topics.iter().find(|topic| topic.id == missing.about());
        let what = match topic {
            Some(topic) => in_language(&topic.names, self.words).unwrap_or(&topic.id).to_owned(),
            None => self.words.language(missing.about()),
        };
        self.words.with(&format!("missing-{}", missing.key()), "what", what)
    }

    fn topics(&self, of: &Mandate, writes: bool) -> Table {
        let words = self.words;
        let row = |topic: &Topic| {
            let name = in_language(&topic.names, words).unwrap_or(&topic.id).to_owned();
            let link = format!("{}?topic={}#post", address(&self.assembly.id), escaped(&topic.id));
            let known = topic.acknowledged.as_ref().map_or_else(
                || Cell::tag(words.say("topic-not-yet"), "grey"),
                |known| Cell::text(words.date(&known.on)),
            );
            let named =
                |id: &str, name: String| Cell::text(if id.is_empty() { "–".to_owned() } else { name });
            vec![
                if writes { Cell::link(name, link) } else { Cell::text(name) },
                Cell::text(&topic.theme),
                named(&topic.unit, self.names.unit(&topic.unit)),
                named(&topic.post, self.names.post(&topic.post)),
                known,
            ]
        };
        let columns = ["topic-name", "topic-theme", "field-unit", "topic-post", "topic-known"];
        let columns = columns.map(|key| words.say(key)).into();
        Table { caption: words.say("topic-title"), columns, rows: of.topics.iter().map(row).collect() }
    }

    fn checks(&self, found: &[(tracking::Check, Outcome)]) -> Table {
        let words = self.words;
        let row = |(check, outcome): &(tracking::Check, Outcome)| {
            let colour = match outcome {
                Outcome::Good => "green",
                Outcome::Doubt => "yellow",
                Outcome::Unknown => "grey",
            };
            vec![
                Cell::text(words.word("check", check.key())),
                Cell::tag(words.word("outcome", outcome.key()), colour),
                Cell::text(words.say(&format!("check-{}-why", check.key()))),
            ]
        };
        let columns = ["check-what", "check-outcome", "check-why"].map(|key| words.say(key)).into();
        Table { caption: words.say("check-title"), columns, rows: found.iter().map(row).collect() }
    }
}

/// Who acts, as the rules ask for it.
struct Acting<'a> {
    visit: &'a Visit,
    assembly: &'a Assembly,
    on: jiff::civil::Date,
}

impl Acting<'_> {
    fn hand(&self) -> Result<Hand<'_>, Fault> {
        let signed = self.visit.signed()?;
        Ok(Hand { actor: &signed.actor, posts: &signed.posts, assembly: &self.assembly.id, on: self.on })
    }

    fn holds(&self, roles: &'static [Role]) -> bool {
        let grants = self.visit.signed.iter().flat_map(|signed| signed.grants_of(roles));
        let mut own = grants.filter(|grant| grant.covers_assembly(&self.assembly.id));
        own.next().is_some()
    }

    fn can_write(&self) -> bool {
        self.holds(WRITERS)
    }
}

fn hand<'a>(visit: &'a Visit, assembly: &'a Assembly, app: &App) -> Result<Acting<'a>, Fault> {
    visit.signed()?;
    Ok(Acting { visit, assembly, on: assembly.about.rule.day(app.now()) })
}

/// The forms that who visits can send: those that the rules would let through.
fn forms(
    visit: &Visit,
    assembly: &Assembly,
    kept: &Kept<Mandate>,
    names: &Names,
    (typed, problems): (&Typed, &[Problem]),
) -> Result<Vec<Form>, Fault> {
    let (words, of) = (visit.words, &kept.value);
    if of.opening.is_some() {
        return Ok(Vec::new());
    }
    let signed = visit.signed()?;
    let acting = Acting { visit, assembly, on: signed.today };
    let states = gates(of, &assembly.about.rule);
    let shut: Vec<&GateState> = states.iter().filter(|state| !state.lets_through()).collect();
    let form = |step: &str, fields: Vec<Field>| Form {
        heading: words.word("step", step),
        about: words.say(&format!("step-{step}-about")),
        action: address(&assembly.id),
        fields: fields.into_iter().map(|field| field.typed(typed, problems)).collect(),
        hidden: vec![("step".into(), step.into()), ("revision".into(), kept.entry.revision.to_string())],
        button: words.say(&format!("step-{step}-button")),
        ..Form::default()
    };
    let mut all = Vec::new();
    let print = of.print();
    for topic in of.topics.iter().filter(|topic| signed.posts.contains(&topic.post)) {
        if topic.acknowledged.as_ref().is_none_or(|known| known.of != print) && !of.question.is_empty() {
            let mut one = form("acknowledge", Vec::new());
            let name = in_language(&topic.names, words).unwrap_or(&topic.id);
            one.heading = words.with("step-acknowledge-topic", "topic", name);
            one.hidden.push(("topic".into(), topic.id.clone()));
            all.push(one);
        }
    }
    let duty_open = states.iter().any(|state| state.gate == Gate::Duty && !state.is_passed());
    if acting.holds(&[Role::Signatory]) && duty_open && !of.question.is_empty() {
        all.push(form("sign", Vec::new()));
    }
    if acting.can_write() {
        all.push(form("topic", topic_fields(words, of, names, &visit.query)?));
        if !of.topics.is_empty() {
            let choices = of
                .topics
                .iter()
                .map(|topic| Choice::new(&topic.id, in_language(&topic.names, words).unwrap_or(&topic.id)));
            let field = Field::new("drop", words.say("topic-name"), Kind::Select(choices.collect()));
            all.push(Form { grave: true, ..form("drop", vec![field]) });
        }
    }
    if acting.holds(&[Role::Coordinator, Role::Signatory]) && !shut.is_empty() {
        let choices = shut.iter().map(|state| Choice::new(state.gate.key(), words.word("gate", state.name)));
        let fields = vec![
            Field::new("gate", words.say("gates-gate"), Kind::Select(choices.collect())),
            Field::new("reason", words.say("gates-reason"), Kind::Lines(3))
                .hint(words.count("gates-reason-hint", REASON)),
        ];
        all.push(form("override", fields));
    }
    if acting.holds(&[Role::Secretariat]) && shut.is_empty() {
        all.push(form("open", Vec::new()));
    }
    Ok(all)
}

/// The fields of a topic; filled in with the one that the address names.
fn topic_fields(words: Words, of: &Mandate, names: &Names, query: &str) -> Result<Vec<Field>, Fault> {
    let wanted = Typed::of_address(query)?.text("topic");
    let topic = of.topics.iter().find(|topic| topic.id == wanted);
    let with_none = |choices: Vec<Choice>| {
        let none = Choice::new("", words.say("topic-nobody"));
        Kind::Select(std::iter::once(none).chain(choices).collect())
    };
    let value = |of: fn(&Topic) -> &str| topic.map_or(String::new(), |topic| of(topic).to_owned());
    let mut fields = vec![
        Field::new("id", words.say("unit-id"), Kind::Line)
            .hint(words.say("unit-id-hint"))
            .value(value(|one| &one.id)),
    ];
    fields.extend(name_fields(words).into_iter().map(|field| {
        let tag = field.name.strip_prefix("name-").unwrap_or_default().to_owned();
        field.value(topic.and_then(|topic| topic.names.get(&tag)).cloned().unwrap_or_default())
    }));
    fields.extend([
        Field::new("theme", words.say("topic-theme"), Kind::Line)
            .hint(words.say("topic-theme-hint"))
            .value(value(|one| &one.theme)),
        Field::new("unit", words.say("field-unit"), with_none(names.unit_choices()))
            .value(value(|one| &one.unit)),
        Field::new("post", words.say("topic-post"), with_none(names.post_choices()))
            .value(value(|one| &one.post)),
    ]);
    Ok(fields)
}

/// What was sent, as a step of the rules.
fn read(typed: &Typed) -> Result<Preparation, Fault> {
    Ok(match typed.text("step").as_str() {
        "sign" => Preparation::Sign,
        "open" => Preparation::Open,
        "acknowledge" => Preparation::Acknowledge(typed.text("topic")),
        "drop" => Preparation::Drop(typed.text("drop")),
        "override" => {
            let gate = Gate::from_key(&typed.text("gate")).ok_or(Fault::Unreadable)?;
            Preparation::Override(gate, typed.text("reason"))
        }
        "topic" => Preparation::Topic(Topic {
            id: typed.text("id"),
            names: names(typed),
            theme: typed.text("theme"),
            unit: typed.text("unit"),
            post: typed.text("post"),
            acknowledged: None,
        }),
        _ => return Err(Fault::Unreadable),
    })
}

/// Why the rules refuse a step, in words.
pub fn sentence(words: Words, names: &Names, hindrance: &Hindrance) -> Problem {
    let (field, what) = match hindrance {
        Hindrance::Role(roles) => {
            let roles: Vec<String> = roles.iter().map(|role| words.word("role", role.key())).collect();
            ("", roles.join(", "))
        }
        Hindrance::OtherPost(post) => ("", names.post(post)),
        Hindrance::ReasonShort(least) => ("reason", words.number(*least)),
        Hindrance::GateOpen(gate) => ("gate", words.word("gate", gate.key())),
        Hindrance::Shut(gates) => {
            let gates: Vec<String> = gates.iter().map(|gate| words.word("gate", gate.key())).collect();
            ("", gates.join(", "))
        }
        Hindrance::TopicUnnamed => ("id", String::new()),
        _ => ("", String::new()),
    };
    Problem::new(field, words.with(&format!("hindrance-{}", hindrance.key()), "what", what))
}

async fn step(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response, Fault> {
    in_scope(&visit, &id)?;
    let assembly = Assembly::find(&app, &id).await?;
    let kept = of(&app, &assembly).await?;
    let words = visit.words;
    let seen: i64 = typed.text("revision").parse().map_err(|_| Fault::Unreadable)?;
    let done = typed.text("step");
    let mut problems = nonsense(&app, &visit, &assembly, &kept, &typed).await?;
    let preparation = match read(&typed) {
        Err(_) if !problems.is_empty() => return show(&app, visit, &id, &typed, problems).await,
        read => read?,
    };
    if let Preparation::Topic(topic) = &preparation {
        problems.extend(post_outside(&app, words, topic).await?);
    }
    let after = {
        let acting = hand(&visit, &assembly, &app)?;
        kept.value.take(acting.hand()?, preparation, &assembly.about.rule)
    };
    if let Err(hindrances) = &after {
        let names = Names::read(&app, words).await?;
        let said = hindrances.iter().map(|one| sentence(words, &names, one));
        let new =
            |one: &Problem| one.field.is_empty() || problems.iter().all(|known| known.field != one.field);
        let said: Vec<Problem> = said.filter(new).collect();
        problems.extend(said);
    } else if seen != kept.entry.revision {
        problems.push(Problem::new("", words.say("stale-once-more")));
    }
    let Some(after) = after.ok().filter(|_| problems.is_empty()) else {
        return show(&app, visit, &id, &typed, problems).await;
    };
    let mut change = app.store.change(&visit.signed()?.actor.person, app.now()).await?;
    match MANDATES.keep(&mut change, kept.entry, &after, &done).await {
        Err(store::Error::Stale { .. } | store::Error::Taken) => {
            drop(change);
            let problem = Problem::new("", words.say("stale-once-more"));
            return show(&app, visit, &id, &typed, vec![problem]).await;
        }
        kept => kept?,
    };
    if done == "open" {
        let forced: Vec<&str> = gates(&after, &assembly.about.rule)
            .iter()
            .filter(|state| !state.is_passed())
            .map(|state| state.gate.key())
            .collect();
        change.note("assembly.open", &id, &json!({ "overridden": forced })).await?;
    }
    change.commit().await?;
    Ok(Redirect::to(&format!("{}?done=step-{done}", address(&id))).into_response())
}

/// What the form of a step does not take.
async fn nonsense(
    app: &App,
    visit: &Visit,
    assembly: &Assembly,
    kept: &Kept<Mandate>,
    typed: &Typed,
) -> Result<Vec<Problem>, Fault> {
    let names = Names::read(app, visit.words).await?;
    let forms = forms(visit, assembly, kept, &names, (&Typed::default(), &[]))?;
    let step = ("step".to_owned(), typed.text("step"));
    let own = forms.iter().find(|form| form.hidden.contains(&step));
    Ok(own.map(|form| wrong::nonsense(visit.words, &form.fields, typed)).unwrap_or_default())
}

/// A topic's post has to be one of its unit.
async fn post_outside(app: &App, words: Words, topic: &Topic) -> Result<Option<Problem>, Fault> {
    if topic.post.is_empty() {
        return Ok(None);
    }
    let post = app.store.post(&topic.post).await?;
    let inside = post.is_some_and(|post| post.unit == topic.unit);
    Ok((!inside).then(|| Problem::new("post", words.say("topic-post-outside"))))
}

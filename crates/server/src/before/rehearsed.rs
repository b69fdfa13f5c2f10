//! What the demonstration shows of it: an assembly that was opened with one gate forced, one that is not open yet, a register.

use std::collections::BTreeMap;

use jiff::ToSpan as _;
use jiff::civil::Date;
use rehearsal::{Tracked, meetings};
use serde_json::json;
use store::{Change, Grant};
use tracking::{
    Acknowledged, Budget, Commissioner, Decision, Gate, Mandate, Opening, Override, Role, Signature, Topic,
};

use super::MANDATES;
use crate::app::App;
use crate::assembly::About;
use crate::register;
use crate::roles::{LEARNERS, STAFF};

/// The assembly that is still being prepared.
pub const AHEAD: &str = "river-plan";
fn texts(english: &str, spanish: &str) -> BTreeMap<String, String> {
    BTreeMap::from([("en".to_owned(), english.to_owned()), ("es".to_owned(), spanish.to_owned())])
}

/// Brings everything in as part of the demonstration's change.
///
/// # Errors
/// If the store cannot be written.
pub async fn fill(change: &mut Change, app: &App, made: &Tracked, about: &About) -> store::Result<()> {
    let today = made.rule.day(app.now());
    keep(change, &made.assembly, &opened(made, about, today)).await?;
    ahead(change, app, made, about, today).await?;
    let table = rehearsal::engagements(today);
    for row in &table.rows {
        let cell = |name: &str| {
            table.header.iter().position(|own| own == name).map_or_else(String::new, |at| row[at].clone())
        };
        let it = engagement::table::read(&cell)
            .map_err(|faults| store::Error::Unreadable(format!("{faults:?}")))?;
        register::keep(change, &it, 0, "add").await?;
    }
    Ok(())
}

async fn keep(change: &mut Change, assembly: &str, mandate: &Mandate) -> store::Result<()> {
    let mut entry = MANDATES.only(assembly);
    entry.assembly = Some(assembly.to_owned());
    MANDATES.keep(change, entry, mandate, "write").await.map(drop)
}

fn ago(today: Date, months: i32) -> Date {
    today.checked_sub(months.months()).unwrap_or(Date::MIN)
}

fn ahead_of(today: Date, months: i32) -> Date {
    today.checked_add(months.months()).unwrap_or(Date::MAX)
}

/// The mandate of the assembly with the recommendations: opened long ago, although no money was set aside.
fn opened(made: &Tracked, about: &About, today: Date) -> Mandate {
    let mut units: BTreeMap<String, String> = BTreeMap::new();
    for (it, _) in &made.histories {
        if let Some(assignment) = &it.assignment {
            units.entry(assignment.unit.clone()).or_insert_with(|| it.theme.clone());
        }
    }
    let mut it = Mandate {
        addressee: "County council of Harbour County (made up)".to_owned(),
        organiser: "Sortition Office (made up)".to_owned(),
        question: about.remit.clone(),
        off_table: texts("The county's budget of this year.", "El presupuesto del condado de este año."),
        decision: Some(Decision {
            title: "County council, decision 14".to_owned(),
            on: ago(today, 36),
            url: String::new(),
        }),
        first_day: Some(meetings(today)[0]),
        last_day: Some(meetings(today)[3]),
        days: Some(6),
        open_until: Some(ago(today, 29)),
        overrides: vec![Override {
            gate: Gate::Budget,
            reason: "The budget was voted on after the first session; the members had been invited already."
                .to_owned(),
            post: "council-governor".to_owned(),
            on: ago(today, 33),
        }],
        opening: Some(Opening { on: ago(today, 32), post: "council-secretariat".to_owned() }),
        ..Mandate::new(Commissioner::Government, &about.commissioner)
    };
    let of = it.print();
    let named = |unit: &str| made.units.iter().find(|one| one.id == unit);
    it.topics = units
        .into_iter()
        .map(|(unit, theme)| Topic {
            names: named(&unit).map_or_else(BTreeMap::new, |one| texts(&theme, &one.spanish)),
            id: unit.clone(),
            theme,
            post: format!("{unit}-head"),
            acknowledged: Some(Acknowledged {
                post: format!("{unit}-head"),
                on: ago(today, 34),
                of: of.clone(),
            }),
            unit,
        })
        .collect();
    let post = "council-governor".to_owned();
    it.duty = Some(Signature { post, on: ago(today, 34), of, rule: made.rule.version() });
    it
}

/// An assembly that waits for a signature and an acknowledgement.
async fn ahead(
    change: &mut Change,
    app: &App,
    made: &Tracked,
    about: &About,
    today: Date,
) -> store::Result<()> {
    let mut it = Mandate {
        addressee: "County council of Harbour County (made up)".to_owned(),
        organiser: "Sortition Office (made up)".to_owned(),
        question: texts(
            "How should the river run through our towns after the flood?",
            "¿Cómo debe pasar el río por nuestros pueblos después de la inundación?",
        ),
        off_table: texts("The dam upstream stays.", "La presa de río arriba se queda."),
        decision: Some(Decision {
            title: "County council, decision 31".to_owned(),
            on: ago(today, 1),
            url: String::new(),
        }),
        budget: Some(Budget {
            amount: 60_000,
            currency: "EUR".to_owned(),
            line: "920-22706".to_owned(),
            until: ahead_of(today, 36),
        }),
        first_day: Some(ahead_of(today, 3)),
        last_day: Some(ahead_of(today, 6)),
        days: Some(5),
        open_until: Some(ahead_of(today, 12)),
        ..Mandate::new(Commissioner::Government, &about.commissioner)
    };
    let of = it.print();
    let topic = |id: &str, names: BTreeMap<String, String>, theme: &str, post: &str| Topic {
        id: id.to_owned(),
        names,
        theme: theme.to_owned(),
        unit: id.to_owned(),
        post: post.to_owned(),
        acknowledged: None,
    };
    let mut water = topic("water", texts("Flood and drought", "Inundación y sequía"), "Water", "water-head");
    water.acknowledged = Some(Acknowledged { post: "water-head".to_owned(), on: ago(today, 1), of });
    it.topics = vec![
        water,
        topic("parks", texts("Banks and trees", "Riberas y árboles"), "Shade and trees", "parks-officer"),
    ];
    let own = About {
        remit: it.question.clone(),
        members: Some(60),
        begins: it.first_day,
        ends: it.last_day,
        ..about.clone()
    };
    let stored = store::Assembly {
        id: AHEAD.to_owned(),
        revision: 1,
        names: texts("Assembly on the river", "Asamblea sobre el río"),
        updated_at: app.now(),
        body: serde_json::to_string(&own).map_err(|error| store::Error::Unreadable(error.to_string()))?,
    };
    change.save_assembly(&stored, None).await?;
    // Those who work for it too.
    let works = |role: Role| STAFF.contains(&role) && LEARNERS.contains(&role);
    for player in &made.cast {
        let grants = player.actor.grants.iter().filter(|grant| works(grant.role) && grant.assembly.is_some());
        for grant in grants {
            let stored = Grant {
                id: format!("{}-{AHEAD}", player.actor.person),
                person: player.actor.person.clone(),
                role: grant.role.key().to_owned(),
                assembly: Some(AHEAD.to_owned()),
                unit: grant.unit.clone(),
                from: grant.from,
                until: grant.until,
            };
            change.save_grant(&stored).await?;
        }
    }
    change.note("demonstration", AHEAD, &json!({ "recommendations": 0 })).await?;
    keep(change, AHEAD, &it).await
}

//! What is announced, to subscribe to (RFC 5545) and as a table (RFC 4180).

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use engagement::terms::List;
use engagement::{Engagement, Standing, table};
use icalendar::{Calendar, Component as _, Event, EventLike as _, Property};
use jiff::civil::Date;

use super::list::Asked;
use super::{all, said};
use crate::access::{Access, Routes};
use crate::api::answer;
use crate::api::table::guarded;
use crate::app::App;
use crate::fault::Fault;
use crate::names::Names;
use crate::page::escaped;
use crate::shelf::Kept;
use crate::staff::STAFF;
use crate::visit::Visit;
use crate::words::Words;

/// What this module answers.
pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/register/calendar.ics", Access::Public, calendar)
        .get("/register/table.csv", Access::Public, public_table)
        .get("/staff/register/table.csv", Access::Any(STAFF), whole_table)
}

async fn wanted(app: &App, visit: &Visit, public: bool) -> Result<Vec<Kept<Engagement>>, Fault> {
    let asked = Asked::read(&visit.query)?;
    let mut entries = all(app).await?;
    entries.retain(|kept| (!public || kept.value.is_public()) && asked.wants(&kept.value));
    Ok(entries)
}

async fn calendar(State(app): State<App>, visit: Visit, headers: HeaderMap) -> Result<Response, Fault> {
    let names = Names::read(&app, visit.words).await?;
    let mut calendar = Calendar::new();
    calendar.name(&visit.words.say("register-title"));
    for kept in wanted(&app, &visit, true).await? {
        calendar.push(event(&app.settings.url, visit.words, &names, &kept));
    }
    Ok(answer::text(&headers, "text/calendar; charset=utf-8", calendar.done().to_string()))
}

/// An entry as days in a calendar. Its UID follows from its id, its SEQUENCE from how often it was saved, so that whoever has
/// subscribed sees what changed and what was cancelled.
fn event(site: &str, words: Words, names: &Names, kept: &Kept<Engagement>) -> Event {
    let it = &kept.value;
    let page = format!("{site}/register/{}", escaped(&it.id));
    let cancelled = it.standing == Standing::Cancelled;
    let about = [names.unit(&it.unit), said(words, List::Audience, &it.audience), it.question.clone()];
    let about: Vec<String> = about.into_iter().filter(|line| !line.is_empty()).collect();
    let mut event = Event::new();
    event.uid(&page).summary(&it.title).description(&about.join("\n")).location(&it.area).url(&page);
    event.sequence(u32::try_from(kept.entry.revision - 1).unwrap_or_default());
    event.add_property("DTSTAMP", kept.entry.updated_at.strftime("%Y%m%dT%H%M%SZ").to_string());
    event.add_property("STATUS", if cancelled { "CANCELLED" } else { "CONFIRMED" });
    event.add_property("TRANSP", "TRANSPARENT");
    event.append_property(day("DTSTART", it.from));
    event.append_property(day("DTEND", it.until.tomorrow().unwrap_or(it.until)));
    event.done()
}

fn day(name: &str, day: Date) -> Property {
    Property::new(name, day.strftime("%Y%m%d").to_string()).add_parameter("VALUE", "DATE").done()
}

async fn public_table(State(app): State<App>, visit: Visit, headers: HeaderMap) -> Result<Response, Fault> {
    written(&headers, wanted(&app, &visit, true).await?)
}

async fn whole_table(State(app): State<App>, visit: Visit, headers: HeaderMap) -> Result<Response, Fault> {
    written(&headers, wanted(&app, &visit, false).await?)
}

fn written(headers: &HeaderMap, entries: Vec<Kept<Engagement>>) -> Result<Response, Fault> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(table::COLUMNS).map_err(Fault::broken)?;
    for kept in entries {
        let cells = table::row(&kept.value).into_iter().map(|cell| guarded(&cell));
        writer.write_record(cells).map_err(Fault::broken)?;
    }
    let bytes = writer.into_inner().map_err(|error| Fault::broken(error.into_error()))?;
    let text = String::from_utf8(bytes).map_err(Fault::broken)?;
    Ok(answer::text(headers, "text/csv; charset=utf-8", text))
}

//! The service put together: routes, and what every request goes through on its way to them.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::LazyLock;
use std::time::Duration;

use axum::Router;
use axum::http::Method;
use axum::middleware::{from_fn, from_fn_with_state};
use tokio::net::TcpListener;
use tower_http::catch_panic::CatchPanicLayer;

use crate::access::{Access, Routes};
use crate::app::App;
use crate::fault::Fault;
use crate::{
    account, agenda, amend, api, assets, audit, before, bulk, connections, door, election, evidence, fault,
    follow, headers, health, house, import, language, letters, limits, link, logs, mail, members, people,
    posts, public, register, reports, respond, sign_in, story, tasks, tokens, units, visit, worth,
};

/// How often what has ended is forgotten.
const HOUR: Duration = Duration::from_secs(3600);

/// Every route there is.
pub fn routes() -> Routes {
    Routes::default()
        .get("/static/{edition}/{name}", Access::Public, assets::serve)
        .with(api::routes)
        .with(health::routes)
        .with(language::routes)
        .with(sign_in::routes)
        .with(link::routes)
        .with(account::routes)
        .with(evidence::routes)
        .with(follow::routes)
        .with(public::routes)
        .with(audit::routes)
        .with(before::routes)
        .with(bulk::routes)
        .with(door::routes)
        .with(house::routes)
        .with(amend::routes)
        .with(agenda::routes)
        .with(import::routes)
        .with(letters::routes)
        .with(election::routes)
        .with(members::routes)
        .with(people::routes)
        .with(posts::routes)
        .with(register::routes)
        .with(reports::routes)
        .with(respond::routes)
        .with(tokens::routes)
        .with(units::routes)
        .with(story::routes)
        .with(tasks::routes)
        .with(worth::routes)
}

/// Who may open the page at an address that has no parts; `None` where there is no such page.
pub fn access_of(address: &str) -> Option<Access> {
    static PAGES: LazyLock<BTreeMap<&str, Access>> = LazyLock::new(|| {
        let routes = routes();
        let pages = routes.declared().iter().filter(|route| route.method == Method::GET);
        pages.map(|route| (route.path, route.access)).collect()
    });
    PAGES.get(address).copied()
}

/// The service as something that answers requests. The last layer is the outermost.
pub fn router(app: App) -> Router {
    routes()
        .into_router()
        .layer(CatchPanicLayer::custom(|_| {
            use axum::response::IntoResponse as _;
            Fault::broken("a handler panicked").into_response()
        }))
        .layer(from_fn(limits::time))
        .layer(from_fn(fault::show))
        .layer(from_fn_with_state(app.clone(), visit::recognise))
        .layer(from_fn_with_state(app.clone(), limits::rate))
        .layer(from_fn(fault::show))
        .layer(from_fn_with_state(app.clone(), headers::put))
        .layer(from_fn(logs::log))
        .with_state(app)
}

/// Answers requests until `stop` is over; then those that have begun are answered to their end.
///
/// # Errors
/// If the listener fails.
pub async fn serve(app: App, listener: TcpListener, stop: impl Future<Output = ()>) -> std::io::Result<()> {
    let sweeper = tokio::spawn(sweep(app.clone()));
    let mail = tokio::spawn(mail::work(app.clone()));
    let served = connections::serve(router(app), listener, connections::HEAD, stop).await;
    sweeper.abort();
    // A letter that is under way is taken up at the next start.
    mail.abort();
    served
}

/// Forgets sessions and links that have ended, every hour.
async fn sweep(app: App) {
    loop {
        if let Err(error) = app.store.sweep(app.now()).await {
            tracing::warn!(%error, "sessions that have ended could not be forgotten");
        }
        tokio::time::sleep(HOUR).await;
    }
}

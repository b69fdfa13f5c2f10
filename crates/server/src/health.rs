//! Health: whether the process answers, and whether it can reach its store.

use std::time::Duration;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};

use crate::access::{Access, Routes};
use crate::app::App;

/// How long a store may take to answer: a watchdog does not wait as long as a page does.
const PATIENCE: Duration = Duration::from_millis(1500);

/// What this module answers.
pub fn routes(routes: Routes) -> Routes {
    routes.get("/health", Access::Public, health)
}

/// 200 and "ok", or 503 and "store": for a watchdog or a load balancer.
async fn health(State(app): State<App>) -> Response {
    let (status, text) = match tokio::time::timeout(PATIENCE, app.store.alive()).await {
        Ok(Ok(())) => (StatusCode::OK, "ok\n"),
        _ => (StatusCode::SERVICE_UNAVAILABLE, "store\n"),
    };
    (status, [(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response()
}

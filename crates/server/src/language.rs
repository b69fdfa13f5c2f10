//! The reader's choice of language.

use axum::extract::{Path, State};
use axum::http::HeaderValue;
use axum::response::{IntoResponse as _, Redirect, Response};

use crate::access::{Access, Routes};
use crate::app::App;
use crate::fault::Fault;
use crate::form::Typed;
use crate::page;
use crate::session::with_cookie;
use crate::visit::Visit;
use crate::words::Language;

/// What this module answers.
pub fn routes(routes: Routes) -> Routes {
    routes.get("/language/{tag}", Access::Public, choose)
}

async fn choose(State(app): State<App>, visit: Visit, Path(tag): Path<String>) -> Result<Response, Fault> {
    let language = Language::from_tag(&tag).ok_or(Fault::NotFound)?;
    let to = visit.query.split('&').find_map(|pair| pair.strip_prefix("to=")).unwrap_or_default();
    let to = Typed::of_query(to);
    let secure = if app.settings.is_https() { "; Secure" } else { "" };
    let text =
        format!("language={}; Path=/; SameSite=Lax; HttpOnly; Max-Age=31536000{secure}", language.tag());
    let cookie = HeaderValue::from_str(&text).map_err(Fault::broken)?;
    Ok(with_cookie(Redirect::to(page::within(&to, "/")).into_response(), cookie))
}

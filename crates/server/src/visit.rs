//! A visit: who asks, in which language, for which address.

use std::sync::Arc;

use axum::extract::{FromRequestParts, Request, State};
use axum::http::HeaderMap;
use axum::http::header::{ACCEPT_LANGUAGE, COOKIE};
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use jiff::civil::Date;
use tracking::{Actor, Grant, Role};

use crate::app::App;
use crate::fault::Fault;
use crate::limits::address;
use crate::words::{Language, Words};
use crate::{api, session};

/// Somebody who is signed in.
#[derive(Debug, Clone)]
pub struct Signed {
    /// The name, for the person's own pages.
    pub name: String,
    /// The opaque id, the id of the post and the grants in force today.
    pub actor: Actor,
    /// The posts held today, by their ids.
    pub posts: Vec<String>,
    /// What every form of this session has to send along.
    pub csrf: String,
    /// The hash of the session's token.
    pub session: String,
    /// Today.
    pub today: Date,
}

impl Signed {
    /// Whether one of these roles is held today, in whatever scope.
    pub fn holds(&self, roles: &[Role]) -> bool {
        self.grants_of(roles).next().is_some()
    }

    /// Whether one of these roles is held today for an assembly, in whatever unit.
    pub fn holds_in(&self, roles: &[Role], assembly: &str) -> bool {
        self.grants_of(roles).any(|grant| grant.covers_assembly(assembly))
    }

    /// Whether one of these roles is held today for the whole house: no assembly's and no unit's alone.
    pub fn holds_house(&self, roles: &[Role]) -> bool {
        self.grants_of(roles).any(|grant| grant.covers_house(None))
    }

    /// Whether one of these roles is held today for what a unit has beside its part in assemblies: its posts and their work.
    pub fn holds_at(&self, roles: &[Role], unit: &str) -> bool {
        self.grants_of(roles).any(|grant| grant.covers_house(Some(unit)))
    }

    /// The same, or a post of the unit is held and one of these roles in it, be it for one assembly only: whoever works in a
    /// unit sees the unit's work.
    pub fn works_at(&self, roles: &[Role], unit: &str) -> bool {
        let own = || self.actor.units.iter().any(|own| own == unit);
        self.holds_at(roles, unit) || own() && self.grants_of(roles).any(|grant| grant.covers_unit(unit))
    }

    /// The grants of these roles that are in force today.
    pub fn grants_of<'a>(&'a self, roles: &'a [Role]) -> impl Iterator<Item = &'a Grant> {
        self.actor.grants.iter().filter(|grant| roles.contains(&grant.role) && grant.in_force(self.today))
    }
}

/// A program with a token.
#[derive(Debug, Clone)]
pub struct Client {
    /// The opaque id and the grants.
    pub actor: Actor,
    /// What the token lets it do.
    pub scopes: Vec<String>,
}

/// A visit.
#[derive(Debug, Clone)]
pub struct Visit {
    /// The words of the visitor's language.
    pub words: Words,
    /// Who is signed in.
    pub signed: Option<Arc<Signed>>,
    /// The program that asks.
    pub client: Option<Arc<Client>>,
    /// The path of the address.
    pub path: String,
    /// What stands behind its question mark.
    pub query: String,
    /// From where, for limits only; never kept or logged.
    pub from: String,
}

impl Default for Visit {
    fn default() -> Self {
        let words = Words::of(Language::EN);
        Self {
            words,
            signed: None,
            client: None,
            path: "/".to_owned(),
            query: String::new(),
            from: String::new(),
        }
    }
}

impl Visit {
    /// The whole address, to come back to.
    pub fn here(&self) -> String {
        if self.query.is_empty() { self.path.clone() } else { format!("{}?{}", self.path, self.query) }
    }

    /// Who is signed in.
    ///
    /// # Errors
    /// If nobody is: a route that needs somebody says so in its [`crate::access::Access`].
    pub fn signed(&self) -> Result<&Signed, Fault> {
        self.signed.as_deref().ok_or_else(|| Fault::SignIn(self.here()))
    }
}

impl<S: Sync> FromRequestParts<S> for Visit {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Fault> {
        parts.extensions.get().cloned().ok_or_else(|| Fault::broken("a handler runs without a visit"))
    }
}

/// The value of a cookie (RFC 6265, section 5.4).
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let all = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    all.flat_map(|line| line.split(';')).find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
}

/// Finds out who visits.
pub async fn recognise(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let headers = request.headers();
    let chosen = cookie(headers, "language").and_then(Language::from_tag);
    let accepted =
        || headers.get(ACCEPT_LANGUAGE).and_then(|list| list.to_str().ok()).map(Language::accepted);
    let words = Words::of(chosen.or_else(accepted).unwrap_or(Language::EN));
    let signed = match session::signed(&app, headers).await {
        Ok(signed) => signed.map(Arc::new),
        Err(fault) => return fault.into_response(),
    };
    let client = match api::token::client(&app, headers).await {
        Ok(client) => client.map(Arc::new),
        Err(fault) => return fault.into_response(),
    };
    let (path, query) =
        (request.uri().path().to_owned(), request.uri().query().unwrap_or_default().to_owned());
    let from = address(&app, &request);
    request.extensions_mut().insert(Visit { words, signed, client, path, query, from });
    next.run(request).await
}

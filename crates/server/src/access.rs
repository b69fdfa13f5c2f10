//! Who may use which route. A route cannot be added without saying so, and nothing reaches its handler before this is checked.

use axum::Router;
use axum::extract::{Request, State};
use axum::handler::Handler;
use axum::http::{Method, header};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::{MethodFilter, on};
use tracking::Role;

use crate::app::App;
use crate::fault::Fault;
use crate::form::Typed;
use crate::secret::same;
use crate::unsent;
use crate::visit::{Signed, Visit};

/// Who may use a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Everybody.
    Public,
    /// Whoever is signed in.
    SignedIn,
    /// Whoever is signed in and holds one of these roles today, in whatever scope; the handler asks for the scope.
    Any(&'static [Role]),
    /// Whoever is signed in and holds one of these roles today for the whole house, not for one assembly or unit.
    House(&'static [Role]),
    /// A program with a token that has this scope; nobody with a browser's session.
    Token(&'static str),
}

/// A route as it was declared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declared {
    /// The method.
    pub method: Method,
    /// The path, as axum writes it.
    pub path: &'static str,
    /// Who may use it.
    pub access: Access,
}

/// A form of a few short words that everybody may send.
pub const SHORT: usize = 8 << 10;
/// A form of words only.
pub const WORDS: usize = 1 << 20;
/// A form with a file.
pub const FILE: usize = 20 << 20;

/// What a route lets through.
#[derive(Debug, Clone, Copy)]
struct Gate {
    access: Access,
    most: usize,
    /// Whether a form may come from anywhere.
    anywhere: bool,
}

/// The routes of the service.
#[derive(Debug, Default)]
pub struct Routes {
    router: Router<App>,
    declared: Vec<Declared>,
}

impl Routes {
    /// Adds a page that is read.
    pub fn get<H, T>(self, path: &'static str, access: Access, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.add(Method::GET, path, Gate { access, most: 0, anywhere: false }, handler)
    }

    /// Adds a form of words. Its handler takes a [`Typed`].
    pub fn post<H, T>(self, path: &'static str, access: Access, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.add(Method::POST, path, Gate { access, most: WORDS, anywhere: false }, handler)
    }

    /// Adds a form of a few short words, for those who are not known yet. Its handler takes a [`Typed`].
    pub fn post_short<H, T>(self, path: &'static str, access: Access, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.add(Method::POST, path, Gate { access, most: SHORT, anywhere: false }, handler)
    }

    /// Adds a form that may come from anywhere, without a page of ours: mail programs end letters so (RFC 8058). Its address
    /// holds a secret that opens nothing else, and nobody's session is looked at.
    pub fn post_from_anywhere<H, T>(self, path: &'static str, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.add(Method::POST, path, Gate { access: Access::Public, most: WORDS, anywhere: true }, handler)
    }

    /// Adds a form with files. Its handler takes a [`Typed`].
    pub fn upload<H, T>(self, path: &'static str, access: Access, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.add(Method::POST, path, Gate { access, most: FILE, anywhere: false }, handler)
    }

    /// Adds a route for programs, by any method. Its handler reads the body.
    pub fn program<H, T>(self, method: Method, path: &'static str, access: Access, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.add(method, path, Gate { access, most: WORDS, anywhere: false }, handler)
    }

    /// Adds what a module declares.
    pub fn with(self, module: fn(Self) -> Self) -> Self {
        module(self)
    }

    fn add<H, T>(mut self, method: Method, path: &'static str, gate: Gate, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        let filter = MethodFilter::try_from(method.clone()).expect("routes have methods that axum knows");
        let route = on(filter, handler).route_layer(middleware::from_fn_with_state(gate, guard));
        self.router = self.router.route(path, route);
        self.declared.push(Declared { method, path, access: gate.access });
        self
    }

    /// What was declared.
    pub fn declared(&self) -> &[Declared] {
        &self.declared
    }

    /// The router, for the service.
    pub(crate) fn into_router(self) -> Router<App> {
        self.router
    }
}

/// Lets a request through to its handler, or not.
async fn guard(State(gate): State<Gate>, mut request: Request, next: Next) -> Result<Response, Fault> {
    let visit: Visit = request.extensions().get().cloned().unwrap_or_default();
    let admitted = admit(gate.access, &visit);
    if request.method().is_safe() || request.uri().path().starts_with("/api/") {
        admitted?;
        return Ok(next.run(request).await);
    }
    if matches!(admitted, Err(Fault::SignIn(_))) && same_origin(&request, &visit).is_ok() {
        return unsent::read(request, visit).await;
    }
    admitted?;
    if !gate.anywhere {
        same_origin(&request, &visit)?;
    }
    let (parts, body) = request.into_parts();
    let mut bare = Request::new(body);
    if let Some(kind) = parts.headers.get(header::CONTENT_TYPE) {
        bare.headers_mut().insert(header::CONTENT_TYPE, kind.clone());
    }
    let typed = Typed::read(bare, gate.most).await?;
    let forged = |signed: &Signed| !same(&signed.csrf, typed.exact("csrf"));
    if !gate.anywhere && visit.signed.as_ref().is_some_and(|signed| forged(signed)) {
        return unsent::show(visit, &parts.headers, &typed);
    }
    let (headers, again) = (parts.headers.clone(), typed.without_bytes());
    request = Request::from_parts(parts, axum::body::Body::empty());
    request.extensions_mut().insert(typed);
    let response = next.run(request).await;
    match response.extensions().get::<Fault>() {
        Some(fault @ (Fault::Unsaved(_) | Fault::Unavailable(_) | Fault::Overtaken)) => {
            unsent::failed(visit, &headers, &again, fault)
        }
        _ => Ok(response),
    }
}

/// Whether a visitor gets in.
pub fn opens(access: Access, visit: &Visit) -> bool {
    admit(access, visit).is_ok()
}

fn admit(access: Access, visit: &Visit) -> Result<(), Fault> {
    let signed = || visit.signed.as_ref().ok_or_else(|| Fault::SignIn(visit.here()));
    match access {
        Access::Public => Ok(()),
        Access::SignedIn => signed().map(|_| ()),
        Access::Any(roles) => {
            if signed()?.holds(roles) {
                Ok(())
            } else {
                Err(Fault::Forbidden)
            }
        }
        Access::House(roles) => {
            if signed()?.holds_house(roles) {
                Ok(())
            } else {
                Err(Fault::Forbidden)
            }
        }
        Access::Token(scope) => match &visit.client {
            Some(client) if client.scopes.iter().any(|own| own == scope) => Ok(()),
            Some(_) => Err(Fault::Forbidden),
            None => Err(Fault::SignIn(String::new())),
        },
    }
}

/// A form must come from a page of this service: the browser says so in `Sec-Fetch-Site` or `Origin`, and one that says
/// neither is let through only with a session, whose token is checked besides.
fn same_origin(request: &Request, visit: &Visit) -> Result<(), Fault> {
    let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = header("sec-fetch-site") {
        return if matches!(site, "same-origin" | "none") { Ok(()) } else { Err(Fault::Forged) };
    }
    match (header("origin"), header("host")) {
        (Some(origin), Some(host)) => {
            let own =
                origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://")) == Some(host);
            if own { Ok(()) } else { Err(Fault::Forged) }
        }
        (None, _) if visit.signed.is_some() => Ok(()),
        _ => Err(Fault::Forged),
    }
}

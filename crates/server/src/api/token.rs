//! Programs: who they are by the token that they send (RFC 6750).

use axum::http::{HeaderMap, header};
use jiff::civil::Date;
use tracking::{Actor, Grant, Role};

use crate::app::App;
use crate::fault::Fault;
use crate::secret::fingerprint;
use crate::visit::Client;

/// May write recommendations down and correct those that are not adopted.
pub const RECOMMENDATIONS: &str = "recommendations:write";
/// May report progress.
pub const PROGRESS: &str = "progress:write";
/// May add evidence.
pub const EVIDENCE: &str = "evidence:write";
/// May read whole histories, with opaque ids of people and what is not public yet.
pub const HISTORY: &str = "history:read";
/// May bring whole histories in.
pub const RESTORE: &str = "history:write";

/// Every scope that a token may have.
pub const SCOPES: &[&str] = &[RECOMMENDATIONS, PROGRESS, EVIDENCE, HISTORY, RESTORE];

/// The program that asks: none without a token that works today.
///
/// # Errors
/// If the store cannot be read.
pub async fn client(app: &App, headers: &HeaderMap) -> Result<Option<Client>, Fault> {
    let Some(secret) = bearer(headers) else { return Ok(None) };
    let Some(token) = app.store.token(&fingerprint(secret.as_bytes()), app.now()).await? else {
        return Ok(None);
    };
    let scopes = token.scopes.split_whitespace().map(str::to_owned).collect();
    let grant = Grant {
        role: Role::Client,
        assembly: token.assembly,
        unit: token.unit,
        // The store has looked at the token's own days.
        from: Date::MIN,
        until: None,
    };
    Ok(Some(Client {
        actor: Actor { person: token.id, post: None, units: Vec::new(), grants: vec![grant] },
        scopes,
    }))
}

/// Whether a program may touch what a unit answers for in an assembly; of `None`, what no unit answers for.
///
/// # Errors
/// [`Fault::Forbidden`] if not.
pub fn covers(client: &Client, assembly: &str, unit: Option<&str>) -> Result<(), Fault> {
    let mut own = client.actor.grants.iter().filter(|grant| grant.role == Role::Client);
    if own.any(|grant| grant.covers(assembly, unit)) { Ok(()) } else { Err(Fault::Forbidden) }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, secret) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| secret.trim())
}

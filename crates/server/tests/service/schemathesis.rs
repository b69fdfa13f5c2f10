//! The API under made-up requests: `tests/schemathesis/run` says where the program is that makes them up.
#![expect(clippy::print_stderr, reason = "whoever runs it has to know that it was skipped")]

use std::net::SocketAddr;
use std::process::Command;

use crate::town::{SECRET, Town};
use server::service;
use tokio::net::TcpListener;

const CHECKS: &str =
    "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance";

#[tokio::test(flavor = "multi_thread")]
async fn no_made_up_request_gets_a_server_error() {
    let Some(program) = std::env::var_os("BOULE_SCHEMATHESIS") else {
        eprintln!("skipped: tests/schemathesis/run runs it");
        return;
    };
    let town = Town::new().await;
    let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.expect("a port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    let serving = tokio::spawn(service::serve(town.app.clone(), listener, std::future::pending()));
    let token = format!("{SECRET}{}", server::api::token::SCOPES.join(" "));
    let folder = tempfile::tempdir().expect("a folder for what it keeps");
    let mut command = Command::new(&program);
    command
        .current_dir(folder.path())
        .args(["run", &format!("{address}/api/v1/openapi.json"), "--url", &address])
        .args(["--header", &format!("Authorization: Bearer {token}")])
        .args(["--checks", CHECKS, "--seed", "1", "--max-examples", "100", "--no-color"])
        .args(["--generation-database", "none"]);
    let run = tokio::task::spawn_blocking(move || command.status()).await.expect("it ran");
    assert!(run.expect("schemathesis starts").success(), "see above");
    serving.abort();
}

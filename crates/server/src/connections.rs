//! Connections: each is answered until it ends, and nobody keeps one open without asking for something.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;

use axum::extract::ConnectInfo;
use axum::{Extension, Router};
use hyper::server::conn::http1::Builder;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tower::Layer as _;

use crate::limits;

/// How long whoever connects may take to send the head of a request.
pub const HEAD: Duration = Duration::from_secs(15);
/// How long to wait when no connection can be taken, because too many files are open for example.
const PAUSE: Duration = Duration::from_secs(1);

/// Answers requests over HTTP/1.1 until `stop` is over; then those that have begun are answered to their end, if it comes in
/// time. A connection ends if the head of a request takes longer than `head`.
///
/// # Errors
/// If the listener has no address.
pub async fn serve(
    router: Router,
    listener: TcpListener,
    head: Duration,
    stop: impl Future<Output = ()>,
) -> io::Result<()> {
    listener.local_addr()?;
    let mut builder = Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(head);
    let under_way = GracefulShutdown::new();
    let mut stop = pin!(stop);
    loop {
        let (stream, from) = tokio::select! {
            () = &mut stop => break,
            taken = take(&listener) => taken,
        };
        let service = TowerToHyperService::new(Extension(ConnectInfo(from)).layer(router.clone()));
        let connection = builder.serve_connection(TokioIo::new(stream), service);
        let connection = under_way.watch(connection);
        tokio::spawn(async move {
            // Whoever hangs up in the middle is no fault of the service.
            let _ = connection.await;
        });
    }
    drop(listener);
    let _ = tokio::time::timeout(limits::TIME, under_way.shutdown()).await;
    Ok(())
}

/// The next connection. One that fails before it is there is forgotten; where no more can be had, it waits.
async fn take(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok((stream, from)) => {
                let _ = stream.set_nodelay(true);
                return (stream, from);
            }
            Err(error) => {
                use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
                if !matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset) {
                    tracing::warn!(%error, "a connection could not be taken");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;
    use std::time::Duration;

    use axum::Router;
    use axum::extract::ConnectInfo;
    use axum::routing::get;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::{TcpListener, TcpStream};
    use tokio::sync::oneshot;

    async fn started(head: Duration) -> (SocketAddr, oneshot::Sender<()>, tokio::task::JoinHandle<()>) {
        let who = |ConnectInfo(from): ConnectInfo<SocketAddr>| async move { from.ip().to_string() };
        let router = Router::new().route("/", get(who));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a listener");
        let address = listener.local_addr().expect("an address");
        let (stop, stopped) = oneshot::channel();
        let service = tokio::spawn(async move {
            let stopped = async { drop(stopped.await) };
            super::serve(router, listener, head, stopped).await.expect("it serves");
        });
        (address, stop, service)
    }

    /// What comes back until the connection ends.
    async fn told(address: SocketAddr, said: &str) -> String {
        let mut stream = TcpStream::connect(address).await.expect("a connection");
        stream.write_all(said.as_bytes()).await.expect("sent");
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        String::from_utf8_lossy(&answer).into_owned()
    }

    #[tokio::test]
    async fn asvs_15_2_2_who_sends_half_a_head_or_nothing_is_not_waited_for() {
        let (address, _stop, _service) = started(Duration::from_millis(200)).await;
        for half in ["", "G", "GET / HTTP/1.1\r\nHost: town.example\r\nX-Slow: "] {
            assert!(!told(address, half).await.contains("200 OK"), "{half:?}");
        }
    }

    #[tokio::test]
    async fn requests_are_answered_with_their_sender_and_the_end_waits_for_nobody_idle() {
        let (address, stop, service) = started(Duration::from_secs(600)).await;
        let answer = told(address, "GET / HTTP/1.1\r\nHost: town.example\r\nConnection: close\r\n\r\n").await;
        assert!(answer.starts_with("HTTP/1.1 200 OK") && answer.ends_with("127.0.0.1"), "{answer}");
        let idle = TcpStream::connect(address).await.expect("a connection");
        stop.send(()).expect("it listens");
        service.await.expect("it ended");
        drop(idle);
        assert!(TcpStream::connect(address).await.is_err(), "nobody listens any more");
    }
}

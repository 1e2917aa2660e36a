//! Door: as much of an HTTP server as a page of figures needs: `GET`, one answer, and the connection
//! is closed. It knows nothing of what it serves.
//!
//! Bounded in everything: connections at once, the head of a request, the time for both ways.

use std::{future::Future, sync::Arc, time::Duration};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::Semaphore,
};
use tokio_util::sync::CancellationToken;

/// Connections at once; further ones wait to be accepted.
const CONNECTIONS: usize = 16;

/// The longest head of a request, in bytes.
const HEAD: usize = 8 * 1024;

/// How long a request and its answer may take together.
const PATIENCE: Duration = Duration::from_secs(10);

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The HTTP status.
    pub status: u16,
    /// Its type.
    pub kind: &'static str,
    /// What it says.
    pub body: String,
}

impl Page {
    /// Plain text, in the version Prometheus asks for.
    #[must_use]
    pub fn text(status: u16, body: String) -> Self {
        Self { status, kind: "text/plain; version=0.0.4; charset=utf-8", body }
    }
}

/// Whoever answers.
pub trait Desk: Clone + Send + Sync + 'static {
    /// The page at a path, which holds no query.
    fn page(&self, path: &str) -> impl Future<Output = Page> + Send;
}

/// Serves until it is told to stop.
pub async fn serve(listener: TcpListener, desk: impl Desk, stop: CancellationToken) {
    let room = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let Ok(place) = Arc::clone(&room).acquire_owned().await else { return };
        let stream = tokio::select! {
            () = stop.cancelled() => return,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => stream,
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    // Most often the process has no file descriptors left; others give some back.
                    tokio::task::yield_now().await;
                    continue;
                }
            },
        };
        let desk = desk.clone();
        tokio::spawn(async move {
            let _place = place;
            // A caller that is too slow is left alone.
            let _ = tokio::time::timeout(PATIENCE, answer(stream, &desk)).await;
        });
    }
}

async fn answer(mut stream: TcpStream, desk: &impl Desk) -> std::io::Result<()> {
    let Some(head) = head(&mut stream).await? else { return Ok(()) };
    let (page, with_body) = match asked(&head) {
        Some(("GET", path)) => (desk.page(path).await, true),
        Some(("HEAD", path)) => (desk.page(path).await, false),
        Some(_) => (Page::text(405, "only GET\n".to_owned()), true),
        None => (Page::text(400, "this is not HTTP\n".to_owned()), true),
    };
    let Page { status, kind, body } = &page;
    let said = match status {
        200 => "OK",
        404 => "Not Found",
        503 => "Service Unavailable",
        _ => "Bad Request",
    };
    let mut text = format!(
        "HTTP/1.1 {status} {said}\r\ncontent-type: {kind}\r\ncontent-length: {}\r\n\
         cache-control: no-store\r\nconnection: close\r\n\r\n",
        body.len()
    );
    if with_body {
        text.push_str(body);
    }
    stream.write_all(text.as_bytes()).await?;
    stream.shutdown().await
}

/// The head of a request; none when the connection ends before it does, or it is too long.
async fn head(stream: &mut TcpStream) -> std::io::Result<Option<String>> {
    let mut bytes = Vec::with_capacity(1024);
    while bytes.len() < HEAD {
        if stream.read_buf(&mut bytes).await? == 0 {
            return Ok(None);
        }
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            return Ok(Some(String::from_utf8_lossy(&bytes[..end]).into_owned()));
        }
    }
    Ok(None)
}

/// Method and path of a request.
fn asked(head: &str) -> Option<(&str, &str)> {
    let mut words = head.lines().next()?.split(' ');
    let (method, target, version) = (words.next()?, words.next()?, words.next()?);
    let path = target.split('?').next()?;
    (version.starts_with("HTTP/1.") && path.starts_with('/')).then_some((method, path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone)]
    struct Echo;

    impl Desk for Echo {
        async fn page(&self, path: &str) -> Page {
            Page::text(200, format!("you asked for {path}"))
        }
    }

    async fn ask(address: std::net::SocketAddr, request: &str) -> String {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        stream.shutdown().await.unwrap();
        let mut said = String::new();
        // Whoever is left alone may find the connection reset.
        drop(stream.read_to_string(&mut said).await);
        said
    }

    #[tokio::test]
    async fn whatever_comes_is_answered_or_left_alone() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let stop = CancellationToken::new();
        let serving = tokio::spawn(serve(listener, Echo, stop.clone()));
        let long = format!("GET /{} HTTP/1.1\r\n", "x".repeat(HEAD));
        for (request, expected) in [
            ("GET /a?b=c HTTP/1.1\r\nHost: x\r\n\r\n", "you asked for /a"),
            ("HEAD /a HTTP/1.1\r\n\r\n", "content-length: 16"),
            ("POST /a HTTP/1.1\r\n\r\n", "405"),
            ("GET a HTTP/1.1\r\n\r\n", "400"),
            ("\u{0}\u{1}\r\n\r\n", "400"),
            ("GET /a HTT", ""),
            (long.as_str(), ""),
        ] {
            let said = ask(address, request).await;
            let right = if expected.is_empty() { said.is_empty() } else { said.contains(expected) };
            assert!(right, "{request:.40}: {said}");
        }
        assert!(!ask(address, "HEAD /a HTTP/1.1\r\n\r\n").await.contains("you asked"));
        stop.cancel();
        serving.await.unwrap();
    }
}

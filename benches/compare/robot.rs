//! The robot every contender posts to: a loopback server that takes each message at once and notes
//! when it came. It is made to be far from any limit that is measured.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    thread::JoinHandle,
    time::Duration,
};

use jiff::Timestamp;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::Notify,
};

const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 27\r\n\r\n{\"errcode\":0,\"errmsg\":\"ok\"}";

/// When each message came, by the number of its target.
#[derive(Debug, Default)]
struct Came {
    arrivals: Mutex<Vec<(u32, Timestamp)>>,
    more: Notify,
}

/// The server, on a thread of its own.
pub(super) struct Robot {
    address: SocketAddr,
    came: Arc<Came>,
    _thread: JoinHandle<()>,
}

impl Robot {
    /// Starts it on a free port.
    pub(super) fn start() -> std::io::Result<Self> {
        let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let came = Arc::new(Came::default());
        let noting = Arc::clone(&came);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let thread = std::thread::spawn(move || runtime.block_on(serve(listener, noting)));
        Ok(Self { address, came, _thread: thread })
    }

    /// What stands before the number of a target in its webhook.
    pub(super) fn webhook(&self) -> String {
        format!("http://{}/robot/send?access_token=t", self.address)
    }

    /// Forgets what came.
    pub(super) fn clear(&self) {
        self.came.arrivals.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// What came so far.
    pub(super) fn arrivals(&self) -> Vec<(u32, Timestamp)> {
        self.came.arrivals.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits until `count` messages came: `first` for the first one, then until none came for
    /// `silence`.
    pub(super) async fn wait(&self, count: usize, first: Duration, silence: Duration) {
        let mut patience = first;
        while self.came_so_far() < count {
            let more = self.came.more.notified();
            if self.came_so_far() >= count || tokio::time::timeout(patience, more).await.is_err() {
                return;
            }
            patience = silence;
        }
    }

    fn came_so_far(&self) -> usize {
        self.came.arrivals.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}

async fn serve(listener: std::net::TcpListener, came: Arc<Came>) {
    let Ok(listener) = TcpListener::from_std(listener) else { return };
    loop {
        if let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(connection(stream, Arc::clone(&came)));
        }
    }
}

/// Answers the requests of one connection.
async fn connection(mut stream: TcpStream, came: Arc<Came>) -> Option<()> {
    let mut bytes = Vec::with_capacity(4096);
    loop {
        let head = loop {
            if let Some(end) = find(&bytes, b"\r\n\r\n") {
                break end + 4;
            }
            if stream.read_buf(&mut bytes).await.ok()? == 0 {
                return None;
            }
        };
        note(&bytes[..head], &came);
        let whole = head + length(&bytes[..head]);
        while bytes.len() < whole {
            if stream.read_buf(&mut bytes).await.ok()? == 0 {
                return None;
            }
        }
        bytes.drain(..whole);
        stream.write_all(ANSWER).await.ok()?;
    }
}

#[expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]
fn note(head: &[u8], came: &Came) {
    let number = find(head, b"access_token=t")
        .map(|at| &head[at + 14..])
        .and_then(|rest| rest.split(|byte| !byte.is_ascii_digit()).next())
        .and_then(|digits| std::str::from_utf8(digits).ok()?.parse().ok());
    let Some(number) = number else { return };
    let mut arrivals = came.arrivals.lock().unwrap_or_else(PoisonError::into_inner);
    arrivals.push((number, Timestamp::now()));
    came.more.notify_waiters();
}

fn length(head: &[u8]) -> usize {
    let text = String::from_utf8_lossy(head).to_ascii_lowercase();
    let value = text.lines().find_map(|line| line.strip_prefix("content-length:"));
    value.and_then(|value| value.trim().parse().ok()).unwrap_or(0)
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}

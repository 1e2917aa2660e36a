//! A vendor of our own: a real HTTP server on this machine that enforces the vendor's documented
//! rules ([`Vendor`]), shows what a group would see, and misbehaves when asked to ([`Fault`]).
//!
//! It runs on a thread of its own, so it serves tests that drive the built program as well as those
//! that call the library. It shares no code with the program.

use std::{
    collections::{BTreeSet, VecDeque},
    fmt,
    net::{SocketAddr, TcpListener},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread::JoinHandle,
    time::Duration,
};

use jiff::Timestamp;
use tokio::{
    io::AsyncWriteExt,
    net::TcpStream,
    sync::{oneshot, watch},
};

pub(crate) use self::wire::Received;

mod wire;

/// Whose server it is: the vendor's documented rules, written down a second time, independently of
/// the program.
pub(crate) trait Vendor: Default + fmt::Debug + Send + 'static {
    /// Does what a request asks for, by the rules, and answers.
    fn answer(&mut self, request: &Received, now: Timestamp) -> Reply;

    /// The body of a refusal as the vendor writes it.
    fn refusal(code: i64, said: &str) -> String;
}

/// An answer, and what a group saw.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) kind: &'static str,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: String,
    pub(crate) shown: Vec<Shown>,
}

impl Reply {
    /// 200 with JSON.
    pub(crate) fn json(body: &serde_json::Value) -> Self {
        Self { status: 200, kind: "application/json", body: body.to_string(), ..Self::default() }
    }

    /// Plain text.
    pub(crate) fn text(status: u16, body: &str) -> Self {
        Self { status, kind: "text/plain", body: body.to_owned(), ..Self::default() }
    }
}

/// No test waits longer than this for something to happen; reached only when it never would.
const PATIENCE: Duration = Duration::from_secs(30);

/// How the next request is mistreated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Answers this HTTP status and a few words, and does nothing else.
    Status(u16),
    /// Answers 200 and this body, and does nothing else.
    Body(String),
    /// Answers 200 and this code and text, and does nothing else.
    Code(i64, &'static str),
    /// Answers with a redirect to itself.
    Redirect,
    /// Closes the connection without reading the request.
    CloseBefore,
    /// Does what was asked and closes the connection without an answer.
    CloseAfter,
    /// Does what was asked and closes the connection in the middle of the answer.
    CloseWithin,
    /// Reads the request and does nothing with it before [`Fake::release`].
    HoldBefore,
    /// Does what was asked and keeps the answer back until [`Fake::release`].
    HoldAfter,
    /// Does what was asked, sends the first byte of the answer and then nothing.
    Drip,
    /// Answers 200 and 10 MB.
    Huge,
}

/// What a group saw.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Shown {
    /// Whose robot it came from.
    pub(crate) token: String,
    /// `text`, `markdown` or `actionCard`.
    pub(crate) kind: String,
    /// What the chat list shows; empty for `text`.
    pub(crate) title: String,
    /// What the group reads.
    pub(crate) text: String,
    /// Labels and links.
    pub(crate) buttons: Vec<(String, String)>,
    /// Ids of those whose phones ring.
    pub(crate) notified: Vec<String>,
    /// Whether everybody's does.
    pub(crate) all: bool,
}

/// The server. It ends when dropped.
pub(crate) struct Fake<V: Vendor> {
    address: SocketAddr,
    shared: Arc<Shared<V>>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct Shared<V> {
    state: Mutex<State<V>>,
    /// Ticks whenever something happened.
    changed: watch::Sender<u64>,
}

#[derive(Debug, Default)]
struct State<V> {
    vendor: V,
    requests: Vec<Received>,
    shown: Vec<Shown>,
    faults: VecDeque<Fault>,
    /// Tokens of robots that answer 502.
    down: BTreeSet<String>,
    /// The vendor's clock; the real one when none is set.
    now: Option<Timestamp>,
    releases: u64,
}

impl<V: Vendor> Fake<V> {
    /// Starts a server on a free port of 127.0.0.1.
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let (changed, _) = watch::channel(0);
        let shared = Arc::new(Shared { state: Mutex::default(), changed });
        let (stop, stopped) = oneshot::channel();
        let serving = Arc::clone(&shared);
        let serve = move |stream| serve(stream, Arc::clone(&serving));
        let thread = std::thread::spawn(move || run(listener, stopped, serve));
        Self { address, shared, stop: Some(stop), thread: Some(thread) }
    }

    /// An address on this server.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Changes what the vendor knows.
    pub(crate) fn vendor<T>(&self, change: impl FnOnce(&mut V) -> T) -> T {
        self.shared.change(|state| change(&mut state.vendor))
    }

    /// Mistreats the next request that has not been mistreated yet.
    pub(crate) fn fault(&self, fault: Fault) {
        self.shared.change(|state| state.faults.push_back(fault));
    }

    /// From now on this robot answers 502 to everything.
    pub(crate) fn take_down(&self, token: &str) {
        self.shared.change(|state| state.down.insert(token.to_owned()));
    }

    /// Lets go of every request held back now.
    pub(crate) fn release(&self) {
        self.shared.change(|state| state.releases += 1);
    }

    /// Sets the vendor's clock, by which signatures and rates are judged.
    pub(crate) fn set_now(&self, now: Timestamp) {
        self.shared.change(|state| state.now = Some(now));
    }

    /// What the groups saw, oldest first.
    pub(crate) fn shown(&self) -> Vec<Shown> {
        self.shared.state().shown.clone()
    }

    /// Every request that was read, oldest first.
    pub(crate) fn requests(&self) -> Vec<Received> {
        self.shared.state().requests.clone()
    }

    /// Waits until the groups saw `count` messages since the start, and returns them.
    pub(crate) async fn wait_for_shown(&self, count: usize) -> Vec<Shown> {
        self.wait("messages to be shown", |state| {
            (state.shown.len() >= count).then(|| state.shown.clone())
        })
        .await
    }

    /// Waits until `count` requests were read since the start, and returns them.
    pub(crate) async fn wait_for_requests(&self, count: usize) -> Vec<Received> {
        self.wait("requests", |state| {
            (state.requests.len() >= count).then(|| state.requests.clone())
        })
        .await
    }

    async fn wait<T>(&self, what: &str, found: impl Fn(&State<V>) -> Option<T>) -> T {
        let waiting = self.shared.until(found);
        tokio::time::timeout(PATIENCE, waiting).await.unwrap_or_else(|_| {
            panic!("waited {PATIENCE:?} for {what}; so far: {:#?}", self.shared.state())
        })
    }
}

impl<V: Vendor> Drop for Fake<V> {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl<V: Vendor> Shared<V> {
    fn state(&self) -> MutexGuard<'_, State<V>> {
        // A test that failed while it held the lock has said so already.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change<T>(&self, change: impl FnOnce(&mut State<V>) -> T) -> T {
        let result = change(&mut self.state());
        self.changed.send_modify(|tick| *tick += 1);
        result
    }

    async fn until<T>(&self, found: impl Fn(&State<V>) -> Option<T>) -> T {
        let mut changes = self.changed.subscribe();
        loop {
            let found = found(&self.state());
            if let Some(found) = found {
                return found;
            }
            changes.changed().await.unwrap();
        }
    }

    async fn released(&self, before: u64) {
        self.until(|state| (state.releases > before).then_some(())).await;
    }

    /// Does what a request asks for, by the vendor's rules, and returns the answer.
    fn process(&self, request: &Received) -> Reply {
        self.change(|state| {
            let now = state.now();
            let mut reply = state.vendor.answer(request, now);
            state.shown.append(&mut reply.shown);
            reply
        })
    }
}

impl<V> State<V> {
    #[expect(clippy::disallowed_methods, reason = "the vendor has a clock of its own")]
    fn now(&self) -> Timestamp {
        self.now.unwrap_or_else(Timestamp::now)
    }
}

/// Accepts connections, each served for itself, until it is stopped.
pub(super) fn run<F: Future<Output = ()> + Send + 'static>(
    listener: TcpListener,
    mut stopped: oneshot::Receiver<()>,
    serve: impl Fn(TcpStream) -> F,
) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::from_std(listener).unwrap();
        loop {
            tokio::select! {
                _ = &mut stopped => return,
                Ok((stream, _)) = listener.accept() => { tokio::spawn(serve(stream)); }
            }
        }
    });
}

/// Answers the requests of one connection, until either side closes it.
async fn serve<V: Vendor>(mut stream: TcpStream, shared: Arc<Shared<V>>) {
    while matches!(stream.peek(&mut [0]).await, Ok(1)) {
        // Closing with the request unread resets the connection.
        let fault = shared.change(|state| state.faults.pop_front());
        if fault == Some(Fault::CloseBefore) {
            return;
        }
        let Some(request) = wire::read(&mut stream).await else { return };
        // Whoever hears of the request may let go of it: that counts from here.
        let releases = shared.change(|state| {
            state.requests.push(request.clone());
            state.releases
        });
        let down = shared.state().down.iter().any(|token| request.addresses(token));
        let fault = fault.or_else(|| down.then_some(Fault::Status(502)));
        if fault == Some(Fault::HoldBefore) {
            shared.released(releases).await;
        }
        let answer = answer(&request, fault.as_ref(), &shared);
        match fault {
            Some(Fault::CloseAfter) => return,
            Some(Fault::HoldAfter) => shared.released(releases).await,
            Some(Fault::CloseWithin) => {
                let _ = stream.write_all(&answer[..answer.len() - 5]).await;
                return;
            }
            Some(Fault::Drip) => {
                let head = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
                let _ = stream.write_all(&answer[..head + 5]).await;
                // Whatever comes next, the client has given up.
                let _ = stream.peek(&mut [0]).await;
                return;
            }
            _ => {}
        }
        if stream.write_all(&answer).await.is_err() {
            return;
        }
    }
}

fn answer<V: Vendor>(request: &Received, fault: Option<&Fault>, shared: &Shared<V>) -> Vec<u8> {
    let reply = match fault {
        Some(Fault::Status(status)) => Reply::text(*status, &format!("status {status}")),
        Some(Fault::Body(body)) => {
            Reply { kind: "text/html", body: body.clone(), ..Reply::text(200, "") }
        }
        Some(Fault::Code(code, said)) => {
            Reply { kind: "application/json", ..Reply::text(200, &V::refusal(*code, said)) }
        }
        Some(Fault::Redirect) => {
            Reply { headers: vec![("Location", request.path.clone())], ..Reply::text(302, "") }
        }
        Some(Fault::Huge) => Reply::text(200, &"x".repeat(10_000_000)),
        _ => shared.process(request),
    };
    wire::answer(&reply, shared.state().now())
}

//! A DingTalk of our own: a real HTTP server on this machine that enforces the vendor's documented
//! rules ([`rules`]), shows what a group would see, and misbehaves when asked to ([`Fault`]).
//!
//! It runs on a thread of its own, so it serves tests that drive the built program as well as those
//! that call the library. It shares no code with the program.

use std::{
    collections::{BTreeSet, VecDeque},
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

use self::{
    rules::{Group, Groups},
    wire::Received,
};

pub(crate) mod rules;
mod wire;

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
    /// Reads the request and does nothing with it before [`FakeDingtalk::release`].
    HoldBefore,
    /// Does what was asked and keeps the answer back until [`FakeDingtalk::release`].
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
pub(crate) struct FakeDingtalk {
    address: SocketAddr,
    shared: Arc<Shared>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    /// Ticks whenever something happened.
    changed: watch::Sender<u64>,
}

#[derive(Debug, Default)]
struct State {
    groups: Groups,
    requests: Vec<Received>,
    shown: Vec<Shown>,
    faults: VecDeque<Fault>,
    /// Tokens of robots that answer 502.
    down: BTreeSet<String>,
    /// The vendor's clock; the real one when none is set.
    now: Option<Timestamp>,
    releases: u64,
}

impl FakeDingtalk {
    /// Starts a server on a free port of 127.0.0.1.
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let (changed, _) = watch::channel(0);
        let shared = Arc::new(Shared { state: Mutex::default(), changed });
        let (stop, stopped) = oneshot::channel();
        let serving = Arc::clone(&shared);
        let thread = std::thread::spawn(move || run(listener, &serving, stopped));
        Self { address, shared, stop: Some(stop), thread: Some(thread) }
    }

    /// The webhook of a group's robot. A token not known before gets a robot without any security.
    pub(crate) fn webhook(&self, token: &str) -> String {
        self.shared.state().groups.entry(token.to_owned()).or_default();
        format!("http://{}/robot/send?access_token={token}", self.address)
    }

    /// Sets up a group and its robot, and returns its webhook.
    pub(crate) fn group(&self, token: &str, group: Group) -> String {
        self.shared.state().groups.insert(token.to_owned(), group);
        self.webhook(token)
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

    async fn wait<T>(&self, what: &str, found: impl Fn(&State) -> Option<T>) -> T {
        let waiting = self.shared.until(found);
        tokio::time::timeout(PATIENCE, waiting).await.unwrap_or_else(|_| {
            panic!("waited {PATIENCE:?} for {what}; so far: {:#?}", self.shared.state())
        })
    }
}

impl Drop for FakeDingtalk {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        // A test that failed while it held the lock has said so already.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let result = change(&mut self.state());
        self.changed.send_modify(|tick| *tick += 1);
        result
    }

    async fn until<T>(&self, found: impl Fn(&State) -> Option<T>) -> T {
        let mut changes = self.changed.subscribe();
        loop {
            let found = found(&self.state());
            if let Some(found) = found {
                return found;
            }
            changes.changed().await.unwrap();
        }
    }

    async fn released(&self) {
        let before = self.state().releases;
        self.until(|state| (state.releases > before).then_some(())).await;
    }

    /// Does what a request asks for, by the vendor's rules, and returns the answer's body.
    fn process(&self, request: &Received) -> String {
        self.change(|state| {
            let now = state.now();
            let (code, said, shown) = match rules::judge(&mut state.groups, request, now) {
                Ok(shown) => (0, "ok".to_owned(), shown),
                Err((code, said)) => (code, said, None),
            };
            state.shown.extend(shown);
            serde_json::json!({"errcode": code, "errmsg": said}).to_string()
        })
    }
}

impl State {
    #[expect(clippy::disallowed_methods, reason = "the vendor has a clock of its own")]
    fn now(&self) -> Timestamp {
        self.now.unwrap_or_else(Timestamp::now)
    }
}

fn run(listener: TcpListener, shared: &Arc<Shared>, mut stopped: oneshot::Receiver<()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::from_std(listener).unwrap();
        loop {
            tokio::select! {
                _ = &mut stopped => return,
                Ok((stream, _)) = listener.accept() => {
                    tokio::spawn(serve(stream, Arc::clone(shared)));
                }
            }
        }
    });
}

/// Answers the requests of one connection, until either side closes it.
async fn serve(mut stream: TcpStream, shared: Arc<Shared>) {
    while matches!(stream.peek(&mut [0]).await, Ok(1)) {
        // Closing with the request unread resets the connection.
        let fault = shared.change(|state| state.faults.pop_front());
        if fault == Some(Fault::CloseBefore) {
            return;
        }
        let Some(request) = wire::read(&mut stream).await else { return };
        shared.change(|state| state.requests.push(request.clone()));
        let down = |token: &String| shared.state().down.contains(token);
        let down = request.parameter("access_token").iter().any(down);
        let fault = fault.or_else(|| down.then_some(Fault::Status(502)));
        if fault == Some(Fault::HoldBefore) {
            shared.released().await;
        }
        let answer = answer(&request, fault.as_ref(), &shared);
        match fault {
            Some(Fault::CloseAfter) => return,
            Some(Fault::HoldAfter) => shared.released().await,
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

fn answer(request: &Received, fault: Option<&Fault>, shared: &Shared) -> Vec<u8> {
    let json = "application/json";
    let (status, kind, body) = match fault {
        Some(Fault::Status(status)) => (*status, "text/plain", format!("status {status}")),
        Some(Fault::Body(body)) => (200, "text/html", body.clone()),
        Some(Fault::Code(code, said)) => {
            (200, json, serde_json::json!({"errcode": code, "errmsg": said}).to_string())
        }
        Some(Fault::Redirect) => (302, "text/html", String::new()),
        Some(Fault::Huge) => (200, "text/plain", "x".repeat(10_000_000)),
        _ => (200, json, shared.process(request)),
    };
    wire::answer(status, kind, &body, shared.state().now())
}

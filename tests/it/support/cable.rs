//! A cable between the program and a server, which can be cut after any byte on either way.

use std::{
    net::{SocketAddr, TcpListener},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread::JoinHandle,
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    sync::oneshot,
};

use super::fake::run;

/// A direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// From the program to the server.
    There,
    /// Back to the program.
    Back,
}

/// The cable. It is gone when dropped.
pub(crate) struct Cable {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct State {
    /// Where the cable will be cut once.
    cut: Option<(Way, usize)>,
    /// What has passed since that was said, by way.
    passed: [usize; 2],
    cuts: usize,
}

impl Cable {
    /// Lays a cable to the server behind a URL; returns it with the URL at its near end.
    pub(crate) fn to(url: &str) -> (Self, String) {
        let (scheme, rest) = url.split_once("://").unwrap();
        let (server, path) = rest.split_once('/').unwrap();
        let server: SocketAddr = server.parse().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(Mutex::new(State::default()));
        let (stop, stopped) = oneshot::channel();
        let carrying = Arc::clone(&state);
        let serve = move |near| carry_to(server, near, Arc::clone(&carrying));
        let thread = std::thread::spawn(move || run(listener, stopped, serve));
        let cable = Self { address, state, stop: Some(stop), thread: Some(thread) };
        let near = format!("{scheme}://{}/{path}", cable.address);
        (cable, near)
    }

    /// Cuts the cable once, as soon as `after` bytes have passed on a way, counted from now.
    pub(crate) fn cut(&self, way: Way, after: usize) {
        *state(&self.state) = State { cut: Some((way, after)), ..State::default() };
    }

    /// How many bytes have passed on each way, there and back, since the last cut was asked for,
    /// and whether it was made.
    pub(crate) fn passed(&self) -> ([usize; 2], bool) {
        let state = state(&self.state);
        (state.passed, state.cuts > 0)
    }
}

impl Drop for Cable {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl State {
    /// How much of a chunk may pass; whether the cable is cut behind it.
    fn pass(&mut self, way: Way, chunk: usize) -> (usize, bool) {
        let passed = self.passed[way as usize];
        let room = match self.cut {
            Some((cut, after)) if cut == way => after.saturating_sub(passed),
            _ => usize::MAX,
        };
        self.passed[way as usize] += chunk.min(room);
        if chunk < room {
            return (chunk, false);
        }
        self.cut = None;
        self.cuts += 1;
        (room, true)
    }
}

fn state(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn carry_to(server: SocketAddr, near: TcpStream, cable: Arc<Mutex<State>>) {
    if let Ok(far) = TcpStream::connect(server).await {
        carry(near, far, &cable).await;
    }
}

/// Carries bytes both ways until either end closes, or the cable is cut.
async fn carry(mut near: TcpStream, mut far: TcpStream, cable: &Mutex<State>) {
    let (mut there, mut back) = ([0; 4096], [0; 4096]);
    loop {
        let (way, read) = tokio::select! {
            read = near.read(&mut there) => (Way::There, read),
            read = far.read(&mut back) => (Way::Back, read),
        };
        let Ok(read @ 1..) = read else { return };
        let (pass, cut) = state(cable).pass(way, read);
        let written = match way {
            Way::There => far.write_all(&there[..pass]).await,
            Way::Back => near.write_all(&back[..pass]).await,
        };
        if cut {
            // The program hears a reset; the server reads what reached it, and then the end.
            let _ = near.set_zero_linger();
        }
        if cut || written.is_err() {
            return;
        }
    }
}

//! `run`: the service.

use std::{net::SocketAddr, sync::Arc};

use tokio::{
    net::TcpListener,
    runtime::Runtime,
    signal::unix::{Signal, SignalKind, signal},
};
use tokio_util::sync::CancellationToken;

use super::{
    Exit, Globals, output,
    prepare::{self, Prepared},
};
use crate::{
    app::{self, FileSource},
    daemon::{
        shared::Bells,
        systemd,
        world::{Source as _, World},
    },
    model::text::text,
    outbox::{OpenMode, Outbox, ServiceLock},
    telemetry::{self, Level, Lines},
};

/// Arguments of `run`.
#[derive(Debug, clap::Args)]
pub(super) struct Options {}

pub(super) fn run(globals: &Globals, _options: &Options) -> Exit {
    let lines = if globals.json { Lines::Json } else { Lines::Readable };
    telemetry::start(lines, Level::Service);
    let ended = prepare::runtime().and_then(|runtime| {
        let ended = start(globals, &runtime);
        // What hangs now (a watcher, a name lookup) must not keep the process.
        runtime.shutdown_timeout(std::time::Duration::from_secs(1));
        ended
    });
    ended.err().unwrap_or(Exit::Done)
}

fn start(globals: &Globals, runtime: &Runtime) -> Result<(), Exit> {
    // First of all: a SIGHUP that nobody listens to would end the process.
    let signals = runtime.block_on(async { Signals::new() })?;
    let prepared = prepare::settings(globals)?;
    runtime.block_on(serve(globals, prepared, signals))
}

async fn serve(globals: &Globals, prepared: Prepared, signals: Signals) -> Result<(), Exit> {
    let outbox = prepared.store(OpenMode::Write).await?;
    let _service = ServiceLock::acquire(outbox.path()).map_err(refused)?;
    outbox.nudge().map_err(|error| {
        output::error(text!(
            "the store's folder cannot be written: {why}",
            why = error.to_string()
        ));
        Exit::Store
    })?;
    let source = Arc::new(FileSource::new(globals.config.clone(), prepared.machine.clone()));
    let world = first_world(&prepared, &outbox, &source).await?;
    announce(&world, &outbox);
    let printer = Arc::new(output::Console::new(globals.json));
    let broken = world.broken.clone();
    let parts = app::parts(outbox.clone(), world, &prepared.settings, &prepared.machine, printer)
        .map_err(refused)?;
    for file in &broken {
        parts.shared.alert(crate::daemon::alerter::Alert::broken_file(file));
    }
    let figures = figures(prepared.settings.metrics).await;
    let (service, _owner) = app::service(parts, source);
    let service = service.with_figures(figures);
    let stop = CancellationToken::new();
    let listening = tokio::spawn(listen(signals, service.bells(), stop.clone()));
    service.run(stop).await;
    listening.abort();
    outbox.close().await;
    tracing::info!("stopped");
    Ok(())
}

/// Loads what is in force, and keeps its texts in the store.
async fn first_world(
    prepared: &Prepared,
    outbox: &Outbox,
    source: &FileSource,
) -> Result<World, Exit> {
    let last_good = outbox.last_good().await.map_err(prepare::store_failed)?;
    let loaded = source.load(&last_good).map_err(|broken| {
        prepare::show(&broken.diagnostics, &prepared.text);
        Exit::Invalid
    })?;
    let now = app::clock().now();
    outbox.keep_good(&loaded.good, now).await.map_err(prepare::store_failed)?;
    outbox.forget(&loaded.gone).await.map_err(prepare::store_failed)?;
    Ok(loaded.world)
}

/// Where the page of figures is served. Reminders go out without it.
async fn figures(at: Option<SocketAddr>) -> Option<TcpListener> {
    let at = at?;
    match TcpListener::bind(at).await {
        Ok(listener) => {
            tracing::info!("figures are served: http://{at}/metrics, http://{at}/healthz");
            Some(listener)
        }
        Err(error) => {
            tracing::error!(%error, "figures cannot be served at {at}");
            None
        }
    }
}

/// What the service is told from outside.
struct Signals {
    hangup: Signal,
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    fn new() -> Result<Self, Exit> {
        let hear = |kind| {
            signal(kind).map_err(|error| {
                output::error(text!("signals cannot be heard: {why}", why = error.to_string()));
                Exit::Failed
            })
        };
        Ok(Self {
            hangup: hear(SignalKind::hangup())?,
            terminate: hear(SignalKind::terminate())?,
            interrupt: hear(SignalKind::interrupt())?,
        })
    }
}

/// SIGHUP reloads; SIGTERM and SIGINT drain.
async fn listen(mut signals: Signals, bells: Arc<Bells>, stop: CancellationToken) {
    loop {
        tokio::select! {
            _ = signals.hangup.recv() => bells.reloader.notify_one(),
            _ = signals.terminate.recv() => break,
            _ = signals.interrupt.recv() => break,
        }
    }
    tracing::info!("stopping: requests under way are finished, the rest waits for the next start");
    systemd::stopping();
    stop.cancel();
}

fn announce(world: &World, outbox: &Outbox) {
    tracing::info!(
        reminders = world.reminders.len(),
        targets = world.targets.len(),
        broken = world.broken.len(),
        store = %outbox.path().display(),
        "dingdong {} runs",
        env!("CARGO_PKG_VERSION"),
    );
}

fn refused(error: crate::outbox::LockError) -> Exit {
    output::error(error.text());
    Exit::Store
}

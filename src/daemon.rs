//! Joins the arrows: the loops of the running service.
//!
//! ```text
//! files ──reloader──▶ World ──scheduler──▶ planned ──composer──▶ pending ──dispatcher──▶ robot
//!                                                                  ▲            │
//!                                  rescuer (dead leases, keep) ────┘            ▼
//!      answers (after a save) ──▶ alerter ◀── every loop   housekeeping (prune, sweep, coverage)
//! ```
//!
//! Each loop sleeps until its next instant or until its bell rings; each has a `run_once` that does
//! one round and says what it did. They share no lock and no channel but the store, the world in
//! force and the alerts.

pub mod alerter;
pub mod answers;
pub mod chance;
pub mod changes;
pub mod composer;
pub mod dispatcher;
pub mod echo;
pub mod figures;
pub mod folders;
pub mod housekeeping;
pub mod lift;
mod merger;
pub mod probe;
pub mod pulse;
pub mod reads;
pub mod reasons;
pub mod reloader;
pub mod report;
pub mod rescuer;
pub mod scheduler;
pub mod shared;
pub mod systemd;
pub mod tally;
pub mod watchdog;
pub mod world;

use std::sync::Arc;

use tokio::{
    net::TcpListener,
    sync::{mpsc, watch},
    task::JoinSet,
};
use tokio_util::sync::CancellationToken;

use self::{
    alerter::{Alert, Alerter},
    answers::Answers,
    changes::Changes,
    composer::Composer,
    dispatcher::Dispatcher,
    figures::Figures,
    folders::Folders,
    housekeeping::Housekeeping,
    reloader::Reloader,
    rescuer::Rescuer,
    scheduler::Scheduler,
    shared::{Bells, Shared},
    watchdog::Watchdog,
    world::{Source, World},
};
use crate::{door, outbox::Outbox};

/// The service with all its loops, not started yet.
pub struct Service {
    shared: Shared,
    source: Arc<dyn Source>,
    world: watch::Sender<Arc<World>>,
    alerts: mpsc::Receiver<Alert>,
    figures: Option<TcpListener>,
}

impl Service {
    /// Puts the loops together. `shared` comes from [`channels`].
    #[must_use]
    pub fn new(
        shared: Shared,
        source: Arc<dyn Source>,
        world: watch::Sender<Arc<World>>,
        alerts: mpsc::Receiver<Alert>,
    ) -> Self {
        Self { shared, source, world, alerts, figures: None }
    }

    /// Serves the page of figures there.
    #[must_use]
    pub fn with_figures(self, at: Option<TcpListener>) -> Self {
        Self { figures: at, ..self }
    }

    /// The bells, for signals.
    #[must_use]
    pub fn bells(&self) -> Arc<Bells> {
        Arc::clone(&self.shared.bells)
    }

    /// Runs until `stop`, then drains. Returns when every loop has ended.
    pub async fn run(self, stop: CancellationToken) {
        let Self { shared, source, world, alerts, figures } = self;
        // Alerts are planned until the very end: the loops' last words are heard.
        let alerter_stop = CancellationToken::new();
        let alerter =
            tokio::spawn(Alerter::new(shared.noting("alerter"), alerts).run(alerter_stop.clone()));
        let housekeeping = Housekeeping::new(shared.clone()).start().await;
        if let Err(error) = &housekeeping {
            tracing::error!(%error, "housekeeping could not be started");
        }
        if let Err(error) = lift::run_once(&shared).await {
            shared.alert(Alert::store(&error));
        }
        let nudge = Outbox::nudge_path(shared.outbox.path());
        let mut loops = JoinSet::new();
        let dispatcher = Dispatcher::new(shared.noting("dispatcher"));
        let composer = Composer::new(shared.noting("composer")).handing_to(dispatcher.seats());
        loops.spawn(Scheduler::new(shared.noting("scheduler")).run(stop.clone()));
        loops.spawn(Folders::new(shared.noting("folders")).run(stop.clone()));
        loops.spawn(Changes::new(shared.noting("changes")).run(stop.clone()));
        loops.spawn(composer.run(stop.clone()));
        loops.spawn(dispatcher.run(stop.clone()));
        loops.spawn(Rescuer::new(shared.noting("rescuer")).run(stop.clone()));
        loops.spawn(
            Reloader::new(shared.noting("reloader"), source, world).run(nudge, stop.clone()),
        );
        loops.spawn(Answers::new(shared.noting("answers")).run(stop.clone()));
        loops.spawn(Watchdog::new(shared.noting("watchdog")).run(stop.clone()));
        if let Some(listener) = figures {
            loops.spawn(door::serve(listener, Figures::new(shared.clone()), stop.clone()));
        }
        systemd::ready();
        while let Some(ended) = loops.join_next().await {
            // A loop ends because it was told to, or because it is wrong: then the process ends and
            // is started anew, which is what `Restart=` is for.
            if let Err(error) = ended
                && error.is_panic()
            {
                std::panic::resume_unwind(error.into_panic());
            }
            assert!(stop.is_cancelled(), "a loop of the service ended by itself");
        }
        if let Ok(mut scheduler) = housekeeping {
            drop(scheduler.shutdown().await);
        }
        alerter_stop.cancel();
        drop(alerter.await);
    }
}

/// The two ends of what the loops share.
pub struct Channels {
    /// The loops' end of the world in force.
    pub world: watch::Receiver<Arc<World>>,
    /// The reloader's end.
    pub swap: watch::Sender<Arc<World>>,
    /// The loops' end of the alerts.
    pub raise: mpsc::Sender<Alert>,
    /// The alerter's end.
    pub alerts: mpsc::Receiver<Alert>,
}

/// Makes the channels around a first world.
#[must_use]
pub fn channels(first: impl Into<Arc<World>>) -> Channels {
    let (swap, world) = watch::channel(first.into());
    let (raise, alerts) = mpsc::channel(alerter::WAITING);
    Channels { world, swap, raise, alerts }
}

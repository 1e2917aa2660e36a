//! The reloader: builds the new world before it touches the old one.
//!
//! It is rung by SIGHUP, by the file watcher, by commands that nudge the service, and by
//! housekeeping once a minute (a watcher can miss what happens on a network share).

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use notify::{RecommendedWatcher, RecursiveMode, Watcher};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::{
    alerter::Alert,
    shared::Shared,
    systemd,
    world::{BrokenSettings, Source, Watched, World},
};
use crate::outbox::StoreError;

/// Editors write a file in several steps; a change is read when it has been quiet this long.
const SETTLE: Duration = Duration::from_millis(200);

/// What a round did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reloaded {
    /// The new world is in force.
    Swapped {
        /// Reminders in force.
        reminders: usize,
        /// Files that cannot be used as they are.
        broken: usize,
    },
    /// The settings are broken; the old world stays.
    Kept,
}

/// The loop.
pub struct Reloader {
    shared: Shared,
    source: Arc<dyn Source>,
    world: watch::Sender<Arc<World>>,
}

impl Reloader {
    /// A reloader that swaps the world behind `world`.
    #[must_use]
    pub fn new(shared: Shared, source: Arc<dyn Source>, world: watch::Sender<Arc<World>>) -> Self {
        Self { shared, source, world }
    }

    /// Loads, and swaps when the settings are good.
    ///
    /// # Errors
    /// The store could not be read or written.
    pub async fn run_once(&self) -> Result<Reloaded, StoreError> {
        let last_good = self.shared.outbox.last_good().await?;
        let source = Arc::clone(&self.source);
        let loaded = tokio::task::spawn_blocking(move || source.load(&last_good)).await;
        let loaded = match loaded {
            Ok(Ok(loaded)) => loaded,
            Ok(Err(broken)) => {
                self.keep_old(&broken);
                return Ok(Reloaded::Kept);
            }
            Err(panicked) => std::panic::resume_unwind(panicked.into_panic()),
        };
        let now = self.shared.clock.now();
        self.shared.outbox.keep_good(&loaded.good, now).await?;
        self.shared.outbox.forget(&loaded.gone).await?;
        for file in &loaded.world.broken {
            self.shared.alert(Alert::broken_file(file));
        }
        let summary = Reloaded::Swapped {
            reminders: loaded.world.reminders.len(),
            broken: loaded.world.broken.len(),
        };
        self.world.send_replace(Arc::new(loaded.world));
        self.shared.bells.composer.notify_one();
        self.shared.bells.dispatcher.notify_one();
        Ok(summary)
    }

    fn keep_old(&self, broken: &BrokenSettings) {
        self.shared.alert(Alert::broken_settings(broken));
    }

    /// Runs until it is told to stop. `nudge` is the file other processes ring this one with.
    pub async fn run(self, nudge: PathBuf, stop: CancellationToken) {
        let mut follower = Follower::new(&self.shared, &nudge);
        loop {
            follower.follow(&self.shared.world());
            tokio::select! {
                biased;
                () = stop.cancelled() => return,
                () = self.shared.bells.reloader.notified() => {}
            }
            let quiet = self.shared.clock.now() + SETTLE;
            self.shared.clock.sleep_until(Some(quiet)).await;
            systemd::reloading();
            match self.run_once().await {
                Ok(Reloaded::Swapped { reminders, broken }) => {
                    tracing::info!(reminders, broken, "schedule files read");
                }
                Ok(Reloaded::Kept) => {}
                Err(error) => self.shared.alert(Alert::store(&error)),
            }
            systemd::ready();
        }
    }
}

/// The file watcher, with the folders it watches.
struct Follower {
    watcher: Option<RecommendedWatcher>,
    followed: Vec<Watched>,
}

impl Follower {
    /// Watches the nudge file, which must exist.
    fn new(shared: &Shared, nudge: &Path) -> Self {
        let ears = Ears::new(shared, nudge);
        let watcher = notify::recommended_watcher(move |event| ears.hear(event))
            .map_err(
                |error| tracing::warn!(%error, "files are not watched; they are read each minute"),
            )
            .ok();
        let mut follower = Self { watcher, followed: Vec::new() };
        follower.watch(nudge, RecursiveMode::NonRecursive);
        follower
    }

    /// Watches the folders of a world; those of older worlds stay watched, which does no harm.
    fn follow(&mut self, world: &World) {
        for watched in &world.watched {
            if !self.followed.contains(watched) && watched.folder.is_dir() {
                let mode = match watched.recursive {
                    true => RecursiveMode::Recursive,
                    false => RecursiveMode::NonRecursive,
                };
                self.watch(&watched.folder, mode);
                self.followed.push(watched.clone());
            }
        }
    }

    fn watch(&mut self, path: &Path, mode: RecursiveMode) {
        if let Some(watcher) = &mut self.watcher
            && let Err(error) = watcher.watch(path, mode)
        {
            tracing::warn!(path = %path.display(), %error, "not watched; it is read each minute");
        }
    }
}

/// What the watcher's thread does with an event.
struct Ears {
    bells: Arc<super::shared::Bells>,
    nudge: OsString,
    store: OsString,
}

impl Ears {
    fn new(shared: &Shared, nudge: &Path) -> Self {
        let name = |path: &Path| path.file_name().unwrap_or_default().to_owned();
        Self {
            bells: Arc::clone(&shared.bells),
            nudge: name(nudge),
            store: name(shared.outbox.path()),
        }
    }

    /// The nudge wakes the loops that work on the store; any other file means a reload, but for the
    /// store's own files, which may lie in a watched folder.
    fn hear(&self, event: notify::Result<notify::Event>) {
        let Ok(event) = event else { return self.bells.reloader.notify_one() };
        if event.kind.is_access() {
            return;
        }
        for name in event.paths.iter().filter_map(|path| path.file_name()) {
            if name == self.nudge {
                self.bells.composer.notify_one();
                self.bells.dispatcher.notify_one();
                self.bells.rescuer.notify_one();
            } else if !name.as_encoded_bytes().starts_with(self.store.as_encoded_bytes()) {
                self.bells.reloader.notify_one();
            }
        }
    }
}

//! The reloader: builds the new world before it touches the old one.
//!
//! It is rung by SIGHUP, by the file watcher, by commands that nudge the service, and by
//! housekeeping once a minute (a watcher can miss what happens on a network share).

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use notify::{RecommendedWatcher, RecursiveMode, Watcher};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::{
    alerter::Alert,
    lift,
    shared::Shared,
    systemd,
    world::{AtStart, BrokenSettings, Source, Watched, World},
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
    /// What the service works with until it is started anew.
    at_start: AtStart,
}

impl Reloader {
    /// A reloader that swaps the world behind `world`.
    #[must_use]
    pub fn new(shared: Shared, source: Arc<dyn Source>, world: watch::Sender<Arc<World>>) -> Self {
        let at_start = shared.world().at_start.clone();
        Self { shared, source, world, at_start }
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
        let waits = loaded.world.at_start.other_than(&self.at_start);
        if !waits.is_empty() {
            self.shared.alert(Alert::needs_restart(&waits));
        }
        let summary = Reloaded::Swapped {
            reminders: loaded.world.reminders.len(),
            broken: loaded.world.broken.len(),
        };
        self.world.send_replace(Arc::new(loaded.world));
        lift::run_once(&self.shared).await?;
        self.shared.bells.composer.notify_one();
        self.shared.bells.dispatcher.notify_one();
        self.shared.bells.rescuer.notify_one();
        Ok(summary)
    }

    fn keep_old(&self, broken: &BrokenSettings) {
        self.shared.alert(Alert::broken_settings(broken));
    }

    /// Whether what the world is read from looks different now.
    async fn changed(&self) -> bool {
        let source = Arc::clone(&self.source);
        tokio::task::spawn_blocking(move || source.changed()).await.unwrap_or(true)
    }

    /// Runs until it is told to stop. `nudge` is the file other processes ring this one with.
    pub async fn run(self, nudge: PathBuf, stop: CancellationToken) {
        let mut follower = Follower::new(&self.shared, &nudge);
        loop {
            if follower.follow(&self.shared.world()) {
                // What changed before it was watched was not heard.
                self.shared.bells.files.notify_one();
            }
            let asked = tokio::select! {
                biased;
                () = stop.cancelled() => return,
                () = self.shared.bells.reloader.notified() => true,
                () = self.shared.bells.files.notified() => false,
                // Nothing is due: the clock notes that the loop sleeps.
                _ = self.shared.clock.sleep_until(None) => continue,
            };
            let quiet = self.shared.clock.now() + SETTLE;
            self.shared.clock.sleep_until(Some(quiet)).await;
            if !asked && !self.changed().await {
                continue;
            }
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

/// The file watcher, with what it watches.
struct Follower {
    watcher: Option<RecommendedWatcher>,
    followed: Arc<Mutex<Vec<Watched>>>,
}

impl Follower {
    /// Watches the nudge file, which must exist.
    fn new(shared: &Shared, nudge: &Path) -> Self {
        let followed = Arc::default();
        let ears = Ears {
            bells: Arc::clone(&shared.bells),
            nudge: nudge.file_name().unwrap_or_default().to_owned(),
            followed: Arc::clone(&followed),
        };
        let watcher = notify::recommended_watcher(move |event| ears.hear(event))
            .map_err(
                |error| tracing::warn!(%error, "files are not watched; they are read each minute"),
            )
            .ok();
        let mut follower = Self { watcher, followed };
        follower.watch(nudge, RecursiveMode::NonRecursive);
        follower
    }

    /// Watches what a world is read from; what older worlds were read from stays watched, which
    /// does no harm. A file is watched through its folder: editors replace files. Returns whether
    /// something is watched that was not before.
    fn follow(&mut self, world: &World) -> bool {
        let mut more = false;
        for watched in &world.watched {
            let (folder, mode) = match watched {
                Watched::File(file) => (folder_of(file), RecursiveMode::NonRecursive),
                Watched::Folder(folder) => (folder.as_path(), RecursiveMode::Recursive),
            };
            if folder.is_dir() && !self.followed().contains(watched) {
                self.watch(&absolute(folder), mode);
                self.followed().push(watched.clone());
                more = true;
            }
        }
        more
    }

    fn followed(&self) -> MutexGuard<'_, Vec<Watched>> {
        self.followed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn watch(&mut self, path: &Path, mode: RecursiveMode) {
        if let Some(watcher) = &mut self.watcher
            && let Err(error) = watcher.watch(path, mode)
        {
            tracing::warn!(path = %path.display(), %error, "not watched; it is read each minute");
        }
    }
}

fn folder_of(file: &Path) -> &Path {
    let parent = file.parent().filter(|parent| !parent.as_os_str().is_empty());
    parent.unwrap_or(Path::new("."))
}

/// The watcher makes a relative path absolute in its own way; so it never gets one.
fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

/// What the watcher's thread does with an event.
struct Ears {
    bells: Arc<super::shared::Bells>,
    nudge: OsString,
    followed: Arc<Mutex<Vec<Watched>>>,
}

impl Ears {
    /// The nudge wakes the loops that work on the store; a change of what the world is read from
    /// has the reloader look.
    fn hear(&self, event: notify::Result<notify::Event>) {
        let Ok(event) = event else { return self.bells.files.notify_one() };
        if event.kind.is_access() {
            return;
        }
        for path in &event.paths {
            if path.file_name() == Some(&self.nudge) {
                self.bells.composer.notify_one();
                self.bells.dispatcher.notify_one();
                self.bells.rescuer.notify_one();
            } else if self.concerns(path) {
                self.bells.files.notify_one();
            }
        }
    }

    /// Paths in events begin as the watched folder was given, which was [`absolute`].
    fn concerns(&self, path: &Path) -> bool {
        let followed = self.followed.lock().unwrap_or_else(PoisonError::into_inner);
        followed.iter().any(|watched| match watched {
            Watched::File(file) => file.file_name() == path.file_name(),
            Watched::Folder(folder) => path.starts_with(absolute(folder)),
        })
    }
}

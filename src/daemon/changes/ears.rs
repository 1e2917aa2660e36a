//! Hears that something happened in a folder that is waited for.

use std::sync::Arc;

use notify::{RecommendedWatcher, RecursiveMode, Watcher};

use super::{folders, waiting};
use crate::daemon::{shared::Shared, world::World};

/// The file watcher. It only says that something happened; each minute the loop looks by itself,
/// as a share says nothing of what others do.
pub(super) struct Ears {
    watcher: Option<RecommendedWatcher>,
    /// The folders listened to.
    to: Vec<std::path::PathBuf>,
}

impl Ears {
    pub(super) fn new(shared: &Shared) -> Self {
        let bells = Arc::clone(&shared.bells);
        let hear = move |event: notify::Result<notify::Event>| {
            if event.map_or(true, |event| !event.kind.is_access()) {
                bells.folders.notify_one();
            }
        };
        let watcher = notify::recommended_watcher(hear);
        let watcher = watcher.map_err(
            |error| tracing::warn!(%error, "folders are not watched; they are looked at each minute"),
        );
        Self { watcher: watcher.ok(), to: Vec::new() }
    }

    /// Listens to the folders that are waited for, and to no others. A share that does not answer
    /// holds up this loop alone.
    pub(super) async fn listen(mut self, world: Arc<World>) -> Self {
        let follow = move || {
            self.follow(&world);
            self
        };
        match tokio::task::spawn_blocking(follow).await {
            Ok(ears) => ears,
            Err(failed) => std::panic::resume_unwind(failed.into_panic()),
        }
    }

    fn follow(&mut self, world: &World) {
        let Some(watcher) = &mut self.watcher else { return };
        let paths = waiting(world).flat_map(|one| folders(one));
        let mut paths: Vec<_> =
            paths.filter_map(|(_, folder)| world.content.real_folder(folder)).collect();
        paths.sort_unstable();
        paths.dedup();
        for gone in self.to.iter().filter(|known| !paths.contains(known)) {
            drop(watcher.unwatch(gone));
        }
        for new in paths.iter().filter(|path| !self.to.contains(path)) {
            if let Err(error) = watcher.watch(new, RecursiveMode::Recursive) {
                tracing::warn!(path = %new.display(), %error, "not watched; it is looked at each minute");
            }
        }
        self.to = paths;
    }
}

//! Folders: remembers what is in a folder when a reminder about it is first loaded, so that its
//! first message tells what changed since then.

use std::{collections::HashSet, sync::Arc, time::Duration};

use tokio_util::sync::CancellationToken;

use super::{
    alerter::Alert,
    composer::{Look, Reading, look},
    shared::Shared,
    world::World,
};
use crate::{
    model::{
        cursor::{CursorId, CursorMove},
        reminder::Reminder,
        source::SourceKind,
    },
    outbox::StoreError,
};

/// How long the loop waits before it looks again at a folder that could not be read.
const AGAIN: Duration = Duration::from_secs(60);

/// What a round did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Begun {
    /// Cursors that began.
    pub cursors: usize,
    /// Folders that could not be read; they are looked at again.
    pub failed: usize,
}

/// The loop. Holds nothing of its own.
pub struct Folders {
    shared: Shared,
    reading: Reading,
}

impl Folders {
    /// A loop that has not looked at any folder yet.
    #[must_use]
    pub fn new(shared: Shared) -> Self {
        let reading = Reading::of(&shared);
        Self { shared, reading }
    }

    /// Begins the cursors that the world in force asks for and that there are not yet.
    ///
    /// # Errors
    /// The store could not be read or written.
    pub async fn run_once(&self) -> Result<Begun, StoreError> {
        let world = self.shared.world();
        let mut begun = Begun::default();
        let mut used = Vec::new();
        for reminder in world.reminders.values() {
            self.begin(&world, reminder, &mut begun, &mut used).await?;
        }
        self.shared.outbox.see_cursors(&used, self.shared.clock.now()).await?;
        Ok(begun)
    }

    /// Runs until it is told to stop.
    pub async fn run(self, stop: CancellationToken) {
        let mut world = self.shared.world.clone();
        loop {
            let again = match self.run_once().await {
                Ok(Begun { failed: 0, .. }) => None,
                Ok(_) => Some(self.shared.clock.now() + AGAIN),
                Err(error) => {
                    self.shared.alert(Alert::store(&error));
                    Some(self.shared.clock.now() + AGAIN)
                }
            };
            tokio::select! {
                biased;
                () = stop.cancelled() => return,
                changed = world.changed() => {
                    if changed.is_err() { return; }
                }
                _ = self.shared.clock.sleep_until(again) => {}
            }
        }
    }

    /// Begins the cursors of one reminder.
    async fn begin(
        &self,
        world: &Arc<World>,
        reminder: &Reminder,
        begun: &mut Begun,
        used: &mut Vec<CursorId>,
    ) -> Result<(), StoreError> {
        let mut there: Option<HashSet<CursorId>> = None;
        for source in &reminder.data {
            let SourceKind::Folder(folder) = &source.kind else { continue };
            let there = match &mut there {
                Some(there) => there,
                none => {
                    let cursors = self.shared.outbox.cursor_ids(&reminder.id).await?;
                    none.insert(cursors.into_iter().collect())
                }
            };
            let id = |target: &_| CursorId {
                reminder: reminder.id.clone(),
                source: source.name.clone(),
                target: Clone::clone(target),
            };
            let all: Vec<CursorId> = reminder.to.iter().map(id).collect();
            let missing: Vec<&CursorId> = all.iter().filter(|id| !there.contains(id)).collect();
            if !missing.is_empty() {
                // Whoever reads it for the first time need not wait for what is still written:
                // a change that follows is told like any other.
                match look(&self.reading, world, source, folder, &[], Look::Now).await {
                    Ok(listing) => {
                        let begin = |id: &&CursorId| listing.baseline(id, folder);
                        let steps: Vec<CursorMove> = missing.iter().map(begin).collect();
                        let now = self.shared.clock.now();
                        self.shared.outbox.begin_cursors(&steps, now).await?;
                        begun.cursors += steps.len();
                    }
                    // Whoever is responsible hears of it when a message needs the folder.
                    Err(wrong) => {
                        tracing::warn!(%wrong, reminder = %reminder.id, "a folder cannot be read");
                        begun.failed += 1;
                    }
                }
            }
            used.extend(all);
        }
        Ok(())
    }
}

//! Answers: after a save, whoever owns the file hears what is in force now.
//!
//! The loop compares the world people were last told of with the one in force. It waits until saving
//! has been over for a moment, so that however many files an edit touches, each owner gets one
//! message. Mistakes are the alerter's; this tells what is right.

mod difference;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use tokio_util::sync::CancellationToken;

use self::difference::{Changed, changed};
use super::{
    alerter::{self, Alert},
    shared::Shared,
    world::{BrokenFile, World},
};
use crate::{
    model::text::{Text, text},
    outbox::StoreError,
};

/// Saving is over when nothing changed for so long.
const QUIET: Duration = Duration::from_secs(2);

/// Whoever saves without a pause hears all the same after this time.
const LONGEST: Duration = Duration::from_secs(20);

/// Reminders of one message that are told singly.
const SHOWN: usize = 12;

/// The loop.
pub struct Answers {
    shared: Shared,
    /// The world people were last told of.
    told: Arc<World>,
}

impl Answers {
    /// What is in force now needs no telling.
    #[must_use]
    pub fn new(shared: Shared) -> Self {
        let told = shared.world();
        Self { shared, told }
    }

    /// Tells what changed since it was last told. Returns how many messages that makes.
    ///
    /// # Errors
    /// The store could not be written; it is told the next time.
    pub async fn run_once(&mut self) -> Result<usize, StoreError> {
        let world = self.shared.world();
        if Arc::ptr_eq(&world, &self.told) {
            return Ok(0);
        }
        let now = self.shared.clock.now();
        self.shared.outbox.mended(&mended(&self.told, &world)).await?;
        // Comparing tens of thousands of reminders is no work for a thread that others wait for.
        let (before, after) = (Arc::clone(&self.told), Arc::clone(&world));
        let letters = tokio::task::spawn_blocking(move || letters(&before, &after, now)).await;
        let letters = match letters {
            Ok(letters) => letters,
            Err(failed) if failed.is_panic() => std::panic::resume_unwind(failed.into_panic()),
            // The program ends.
            Err(_) => return Ok(0),
        };
        let told = alerter::answer(&self.shared, &letters).await?;
        self.told = world;
        Ok(told)
    }

    /// Runs until it is told to stop.
    pub async fn run(mut self, stop: CancellationToken) {
        let mut world = self.shared.world.clone();
        loop {
            tokio::select! {
                biased;
                () = stop.cancelled() => return,
                changed = world.changed() => {
                    if changed.is_err() { return; }
                }
                // Nothing is due: the clock notes that the loop sleeps.
                _ = self.shared.clock.sleep_until(None) => continue,
            }
            let latest = self.shared.clock.now() + LONGEST;
            loop {
                let quiet = (self.shared.clock.now() + QUIET).min(latest);
                tokio::select! {
                    biased;
                    () = stop.cancelled() => return,
                    _ = self.shared.clock.sleep_until(Some(quiet)) => break,
                    changed = world.changed() => {
                        if changed.is_err() { return; }
                    }
                }
            }
            if let Err(error) = self.run_once().await {
                self.shared.alert(Alert::store(&error));
            }
        }
    }
}

/// The causes of alerts about files whose mistakes are gone.
fn mended(before: &World, after: &World) -> Vec<String> {
    let still = |file: &&BrokenFile| !after.broken.iter().any(|one| one.path == file.path);
    before.broken.iter().filter(still).map(BrokenFile::cause).collect()
}

/// What everyone who owns a changed file is told.
fn letters(
    before: &World,
    after: &World,
    now: jiff::Timestamp,
) -> Vec<(Vec<String>, Text, Vec<Text>)> {
    let letter = |(owners, changes): (Vec<String>, Vec<Changed>)| {
        let (title, lines) = letter(&changes, before, after, now);
        (owners, title, lines)
    };
    by_owners(changed(before, after)).into_iter().map(letter).collect()
}

/// Changes by those who are told of them: everyone gets one message.
fn by_owners(changes: Vec<Changed>) -> BTreeMap<Vec<String>, Vec<Changed>> {
    let mut sorted: BTreeMap<Vec<String>, Vec<Changed>> = BTreeMap::new();
    for change in changes {
        sorted.entry(change.owners.clone()).or_default().push(change);
    }
    sorted
}

/// What one message says.
fn letter(
    changes: &[Changed],
    before: &World,
    after: &World,
    now: jiff::Timestamp,
) -> (Text, Vec<Text>) {
    let title = match changes {
        [one] => text!("{file} is in force", file = &one.file),
        _ => text!("{files} schedule files are in force", files = changes.len()),
    };
    let all = || changes.iter().flat_map(|one| one.reminders.iter().map(move |id| (one, id)));
    let mut lines = Vec::new();
    for one in changes.iter().filter(|one| one.mended) {
        lines.push(text!("{file}: the mistakes are gone", file = &one.file));
    }
    lines.truncate(SHOWN);
    let shown = SHOWN - lines.len();
    lines.extend(all().take(shown).map(|(one, id)| one.line(id, before, after, now)));
    let more = all().count().saturating_sub(shown);
    if more > 0 {
        lines.push(text!("… and {more} more reminders; `dingdong status` shows all", more = more));
    }
    (title, lines)
}

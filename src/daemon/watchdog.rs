//! The watchdog: tells systemd that the service is alive, and how it is, in one sentence.
//!
//! It speaks only after the store has answered, so a service whose store hangs is restarted.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::{shared::Shared, systemd};
use crate::outbox::StoreError;

/// How often the sentence is made anew where systemd asks for no sign of life.
const QUIETLY: Duration = Duration::from_secs(300);

/// The loop.
pub struct Watchdog {
    shared: Shared,
}

impl Watchdog {
    /// A watchdog.
    #[must_use]
    pub fn new(shared: Shared) -> Self {
        Self { shared }
    }

    /// The service in one sentence.
    ///
    /// # Errors
    /// The store could not be read.
    pub async fn run_once(&self) -> Result<String, StoreError> {
        let waiting = self.shared.outbox.waiting().await?;
        let suspended = self.shared.outbox.suspended().await?.len();
        let world = self.shared.world();
        Ok(sentence(world.reminders.len(), world.broken.len(), suspended, waiting))
    }

    /// Runs until it is told to stop.
    pub async fn run(self, stop: CancellationToken) {
        let pause = systemd::watchdog().unwrap_or(QUIETLY);
        loop {
            match self.run_once().await {
                Ok(sentence) => {
                    systemd::status(&sentence);
                    systemd::alive();
                }
                Err(error) => tracing::warn!(%error, "the store did not answer"),
            }
            let next = self.shared.clock.now() + pause;
            tokio::select! {
                biased;
                () = stop.cancelled() => return,
                _ = self.shared.clock.sleep_until(Some(next)) => {}
            }
        }
    }
}

fn sentence(reminders: usize, broken: usize, suspended: usize, waiting: u64) -> String {
    let mut sentence = format!("{reminders} reminders in force, {waiting} deliveries waiting");
    if suspended > 0 {
        sentence.push_str(&format!(", {suspended} robots suspended"));
    }
    if broken > 0 {
        sentence.push_str(&format!(", {broken} broken files"));
    }
    sentence
}

//! The watchdog: tells systemd that the service is alive, and how it is, in one sentence.
//!
//! It speaks only after the store has answered, so a service whose store hangs is restarted.

use std::time::Duration;

use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use super::{shared::Shared, systemd, world::World};
use crate::{
    model::{language::Language, text::text},
    outbox::StoreError,
};

/// How often the sentence is made anew where systemd asks for no sign of life.
const QUIETLY: Duration = Duration::from_secs(300);

/// A calendar that ends within so many days is named.
const CALENDAR_ENDS: i32 = 60;

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
        let state = State {
            waiting: self.shared.outbox.waiting().await?,
            suspended: self.shared.outbox.suspended().await?.len(),
            next: self.shared.pulses.until("scheduler"),
            now: self.shared.clock.now(),
        };
        Ok(sentence(&self.shared.world(), &state))
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

/// What the sentence says besides what is in force.
struct State {
    waiting: u64,
    suspended: usize,
    /// When the scheduler wakes, which is when something is due next.
    next: Option<Timestamp>,
    now: Timestamp,
}

/// Everything of `status` in one sentence; what is as it should be is left out.
fn sentence(world: &World, state: &State) -> String {
    let mut parts = vec![text!("{count} reminders in force", count = world.reminders.len())];
    if let Some(next) = state.next.filter(|next| *next > state.now) {
        let local = next.to_zoned_datetime(world.zone.tz.clone());
        let time = local.strftime("%Y-%m-%d %H:%M").to_string();
        parts.push(text!("the next at {time}", time = time));
    }
    parts.push(text!("{count} deliveries wait", count = state.waiting));
    if state.suspended > 0 {
        parts.push(text!("{count} robots are suspended", count = state.suspended));
    }
    if !world.broken.is_empty() {
        parts.push(text!("{count} files have mistakes", count = world.broken.len()));
    }
    let today = state.now.to_zoned_datetime(world.zone.tz.clone()).date();
    for (id, calendar) in &world.calendars {
        let Some((_, last)) = calendar.coverage() else { continue };
        let left = today.until(last).map_or(0, |span| span.get_days());
        if left <= CALENDAR_ENDS {
            parts.push(text!("calendar {calendar} ends on {last}", calendar = id, last = last));
        }
    }
    let told: Vec<String> = parts.iter().map(|part| part.told(world.language)).collect();
    told.join(if world.language == Language::Chinese { "，" } else { ", " })
}

//! What the service tells systemd: ready, reloading, stopping, its status in one sentence, and that
//! it is alive. Without systemd all of it does nothing.

use std::time::Duration;

use sd_notify::NotifyState;

fn tell(states: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(states) {
        tracing::debug!(%error, "systemd could not be told");
    }
}

/// Started, or done with reloading.
pub fn ready() {
    tell(&[NotifyState::Ready]);
}

/// Reads its files again.
pub fn reloading() {
    match NotifyState::monotonic_usec_now() {
        Ok(at) => tell(&[NotifyState::Reloading, at]),
        Err(error) => tracing::debug!(%error, "systemd could not be told"),
    }
}

/// Drains.
pub fn stopping() {
    tell(&[NotifyState::Stopping]);
}

/// One sentence for `systemctl status`.
pub fn status(sentence: &str) {
    tell(&[NotifyState::Status(sentence)]);
}

/// Still alive.
pub fn alive() {
    tell(&[NotifyState::Watchdog]);
}

/// How often systemd wants to hear that the service is alive: half of what the unit allows.
#[must_use]
pub fn watchdog() -> Option<Duration> {
    sd_notify::watchdog_enabled().map(|allowed| allowed / 2)
}

//! Figures: what the service says of itself over HTTP: `/metrics` for Prometheus, `/healthz` for
//! whoever asks whether it is well.
//!
//! The text format: <https://prometheus.io/docs/instrumenting/exposition_formats/>.

use std::{fmt::Write as _, time::Duration};

use jiff::tz::TimeZone;

use super::shared::Shared;
use crate::{
    door::{Desk, Page},
    outbox::{Queue, StoreError, Suspension},
};

/// A store that does not answer in this time is not well.
const PATIENCE: Duration = Duration::from_secs(5);

/// Answers the questions.
#[derive(Clone)]
pub struct Figures {
    shared: Shared,
}

impl Desk for Figures {
    async fn page(&self, path: &str) -> Page {
        match path {
            "/metrics" => match self.metrics().await {
                Ok(text) => Page::text(200, text),
                Err(error) => Page::text(503, format!("{error}\n")),
            },
            "/healthz" => match self.trouble().await {
                None => Page::text(200, "ok\n".to_owned()),
                Some(trouble) => Page::text(503, format!("{trouble}\n")),
            },
            _ => Page::text(404, "there are /metrics and /healthz\n".to_owned()),
        }
    }
}

impl Figures {
    /// Figures of a running service.
    #[must_use]
    pub fn new(shared: Shared) -> Self {
        Self { shared }
    }

    /// What is wrong with the service; none when it is well.
    pub async fn trouble(&self) -> Option<String> {
        let now = self.shared.clock.now();
        let stalled = self.shared.pulses.stalled(now);
        if !stalled.is_empty() {
            return Some(format!("stalled: {}", stalled.join(", ")));
        }
        tokio::select! {
            answer = self.shared.outbox.waiting() => answer.err().map(|error| error.to_string()),
            _ = self.shared.clock.sleep_until(Some(now + PATIENCE)) => {
                Some("the store does not answer".to_owned())
            }
        }
    }

    /// Every figure in Prometheus' text format.
    ///
    /// # Errors
    /// The store could not be read.
    pub async fn metrics(&self) -> Result<String, StoreError> {
        let now = self.shared.clock.now();
        let world = self.shared.world();
        let queues = world.queues(&self.shared.outbox, now).await?;
        let suspended = self.shared.outbox.suspended().await?;
        let mut text = Exposition::default();
        text.gauge("dingdong_reminders", "Reminders in force.");
        text.value("dingdong_reminders", &[], world.reminders.len() as f64);
        text.gauge("dingdong_broken_files", "Files that cannot be used as they are.");
        text.value("dingdong_broken_files", &[], world.broken.len() as f64);
        self.targets(&mut text, &queues, &suspended);
        self.sent(&mut text);
        let name = "dingdong_calendar_ends_timestamp_seconds";
        text.gauge(name, "When the data of a calendar in use ends.");
        for (id, calendar) in &world.calendars {
            let last = calendar.coverage().and_then(|(_, last)| last.tomorrow().ok());
            let end = last.and_then(|end| end.to_zoned_datetime(TimeZone::UTC).ok());
            if let Some(end) = end {
                text.value(name, &[("calendar", id)], end.timestamp().as_second() as f64);
            }
        }
        text.gauge("dingdong_loop_stalled", "1 for a loop that hangs.");
        for (name, pulse) in self.shared.pulses.list() {
            let stalled = f64::from(u8::from(pulse.has_stalled(now)));
            text.value("dingdong_loop_stalled", &[("loop", name)], stalled);
        }
        let name = "dingdong_loop_moved_timestamp_seconds";
        text.gauge(name, "When a loop last went to sleep or woke.");
        for (one, pulse) in self.shared.pulses.list() {
            let moved = pulse.moved.as_millisecond() as f64 / 1_000.0;
            text.value(name, &[("loop", one)], moved);
        }
        Ok(text.0)
    }

    /// What waits for each target, and why nothing leaves.
    fn targets(&self, text: &mut Exposition, queues: &[Queue], suspended: &[Suspension]) {
        let world = self.shared.world();
        let now = self.shared.clock.now();
        let queue = |target: &_| queues.iter().find(|queue| queue.target == *target);
        text.gauge("dingdong_waiting", "Deliveries that wait, by target.");
        for id in world.targets.keys() {
            let waiting = queue(id).map_or(0, |queue| queue.waiting) as f64;
            text.value("dingdong_waiting", &[("target", id.as_str())], waiting);
        }
        text.gauge("dingdong_suspended", "1 for a target whose robot waits for a person.");
        for (id, target) in &world.targets {
            let key = target.robot_key();
            let one = suspended.iter().any(|one| one.robot_key == key);
            text.value("dingdong_suspended", &[("target", id.as_str())], f64::from(u8::from(one)));
        }
        text.gauge("dingdong_resting", "1 for a target whose robot rests after a throttle.");
        for id in world.targets.keys() {
            let rests = queue(id).and_then(|queue| queue.rest_until).is_some_and(|at| at > now);
            text.value("dingdong_resting", &[("target", id.as_str())], f64::from(u8::from(rests)));
        }
    }

    /// What was sent since the start.
    fn sent(&self, text: &mut Exposition) {
        let counts = self.shared.tally.all();
        text.counter("dingdong_attempts_total", "Attempts, by target and verdict.");
        for ((target, verdict), count) in &counts.attempts {
            let labels = [("target", target.as_str()), ("verdict", verdict.as_str())];
            text.value("dingdong_attempts_total", &labels, *count as f64);
        }
        let name = "dingdong_delivery_delay_seconds";
        text.head(name, "summary", "From when a delivery was due to when it arrived.");
        for (target, (count, sum)) in &counts.delays {
            let labels = [("target", target.as_str())];
            text.value(&format!("{name}_sum"), &labels, sum.as_secs_f64());
            text.value(&format!("{name}_count"), &labels, *count as f64);
        }
    }
}

/// Text in Prometheus' format.
#[derive(Debug, Default)]
struct Exposition(String);

impl Exposition {
    fn gauge(&mut self, name: &str, help: &str) {
        self.head(name, "gauge", help);
    }

    fn counter(&mut self, name: &str, help: &str) {
        self.head(name, "counter", help);
    }

    fn head(&mut self, name: &str, kind: &str, help: &str) {
        // Writing to a String cannot fail.
        let _ = write!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}\n");
    }

    fn value(&mut self, name: &str, labels: &[(&str, &str)], value: f64) {
        let escape =
            |text: &str| text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
        let labels: Vec<String> =
            labels.iter().map(|(name, text)| format!("{name}=\"{}\"", escape(text))).collect();
        let labels =
            if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
        let _ = writeln!(self.0, "{name}{labels} {value}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_hold_whatever_people_call_things() {
        let mut text = Exposition::default();
        text.counter("a_total", "Things.");
        text.value("a_total", &[("target", "政策\"群\\\n"), ("verdict", "sent")], 3.0);
        assert_eq!(
            text.0,
            "# HELP a_total Things.\n# TYPE a_total counter\n\
             a_total{target=\"政策\\\"群\\\\\\n\",verdict=\"sent\"} 3\n"
        );
    }
}

//! Alerts past the store: when the store itself is in trouble, nothing can be planned in it, and
//! this is what people have to hear.

use std::{collections::HashMap, time::Duration};

use jiff::Timestamp;

use super::{ALERTS, Alert, letters};
use crate::{
    daemon::{probe::Reach, shared::Shared},
    model::{
        occurrence::{Occurrence, Origin},
        receipt::Verdict,
        reminder::ReminderId,
    },
};

/// How long a cause counts as told.
const TOLD: Duration = Duration::from_secs(24 * 3600);

/// So often others are asked in place of those who could not be reached.
const ROUNDS: usize = 4;

/// Causes remembered; beyond, the journal has them.
const CAUSES: usize = 1_000;

/// What was told past the store, by cause: as long as the process lives.
#[derive(Debug, Default)]
pub(super) struct Direct {
    told: HashMap<String, Timestamp>,
}

impl Direct {
    /// Posts what was not told within a day, once, without the queue. Returns how many messages
    /// arrived.
    pub(super) async fn tell(&mut self, shared: &Shared, alerts: &[Alert]) -> usize {
        let now = shared.clock.now();
        let new: Vec<bool> = alerts.iter().map(|alert| self.is_new(&alert.cause, now)).collect();
        if !new.contains(&true) {
            return 0;
        }
        let world = shared.world();
        let reach = Reach {
            clock: shared.clock.clone(),
            client: shared.client.clone(),
            mailer: shared.mailer.clone(),
            secrets: shared.secrets.clone(),
        };
        let origin = Origin::Alert(0);
        let occurrence = Occurrence { reminder: ReminderId::new(ALERTS), due_at: now, origin };
        // Who cannot be reached is taken for suspended, so that others hear it in their place.
        let (mut arrived, mut deaf, mut reached) = (0, Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            let mut failed = false;
            for letter in letters(&world, alerts, &deaf, &new) {
                let target = letter.listener.target;
                let robot = target.robot_key();
                if deaf.contains(&robot) || reached.contains(&target.id) {
                    continue;
                }
                let Some(message) = letter.message(&world, &occurrence) else { continue };
                let receipt = reach.attempt(&world, target, &message, &*shared.printer).await;
                if receipt.verdict == Verdict::Sent {
                    arrived += 1;
                    reached.push(target.id.clone());
                    continue;
                }
                tracing::error!(
                    TARGET = %target.id,
                    verdict = receipt.verdict.name(),
                    reason = receipt.reason.to_string(),
                    "an alert could not be posted past the store"
                );
                deaf.push(robot);
                failed = true;
            }
            if !failed {
                break;
            }
        }
        arrived
    }

    /// Whether a cause is to be told; it counts as told then.
    fn is_new(&mut self, cause: &str, now: Timestamp) -> bool {
        self.told.retain(|_, at| *at + TOLD > now && *at <= now);
        let new = self.told.len() < CAUSES && !self.told.contains_key(cause);
        if new {
            self.told.insert(cause.to_owned(), now);
        }
        new
    }
}

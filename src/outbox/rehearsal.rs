//! The rehearsal: what happens at a due instant, done once beforehand and taken back, so that the
//! first message of the day does not wait until its statements are understood.

use std::time::Duration;

use jiff::Timestamp;

use super::{
    ClaimRequest, Composing, Composition, Fate, OpenTarget, Outbox, Paces, PlannedRow, StoreError,
    Watermark, claim, compose, plan, sqlite::READERS,
};
use crate::model::{
    delivery::NewDelivery,
    message::Message,
    occurrence::{Occurrence, Origin},
    reminder::{Fingerprint, Priority, ReminderId},
    target::TargetId,
};

/// What the made-up reminder, target and robot are called: nothing real can have no name.
const NOBODY: &str = "";

impl Outbox {
    /// Plans, composes and claims an occurrence that does not exist, in a transaction that is
    /// rolled back: nobody ever sees any of it. From then on every statement is prepared on the
    /// connection that writes, and on those that read.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn rehearse(&self, now: Timestamp) -> Result<(), StoreError> {
        let (reminder, target) = (ReminderId::new(NOBODY), TargetId::new(NOBODY));
        let occurrence =
            Occurrence { reminder: reminder.clone(), due_at: now, origin: Origin::Schedule };
        let row =
            PlannedRow { occurrence: occurrence.clone(), zone: String::new(), fate: Fate::Planned };
        let fingerprint = Fingerprint::of(NOBODY);
        let mark = Watermark { reminder, until: now, fingerprint, enabled: true };
        let delivery = NewDelivery {
            target: target.clone(),
            robot_key: NOBODY.to_owned(),
            priority: Priority::Normal,
            not_before: now,
            keep_until: now.saturating_add(Duration::from_secs(60)).unwrap_or(now),
            message: Message::default(),
        };
        let item = Composing::new(occurrence, Composition::Deliveries(vec![delivery]));
        let target = OpenTarget { id: target, robot_key: NOBODY.to_owned(), quiet_until: None };
        let request = ClaimRequest {
            now,
            owner: NOBODY,
            token: NOBODY,
            lease: Duration::from_secs(1),
            limit: 1,
            paces: &Paces::new([]),
            robots: Some(&[NOBODY.to_owned()]),
            targets: Some(&[target]),
            only: None,
        };
        let mut tx = self.store.write_along().await?;
        plan::write(&mut tx, &[row], &[mark], now).await?;
        compose::write(&mut tx, &[item], now).await?;
        claim::take(&mut tx, &request).await?;
        tx.rollback().await?;
        // They take turns.
        for _ in 0..READERS {
            self.planned(now, 1).await?;
        }
        for _ in 0..READERS {
            self.brakes().await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outbox::OpenMode;

    #[tokio::test]
    async fn a_rehearsal_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let outbox = Outbox::open(&folder.path().join("store.db"), OpenMode::Write).await.unwrap();
        let now = Timestamp::from_second(1_764_000_000).unwrap();
        outbox.rehearse(now).await.unwrap();
        assert_eq!(outbox.watermarks().await.unwrap(), []);
        assert_eq!(outbox.planned(now, 10).await.unwrap(), []);
        assert_eq!(outbox.waiting().await.unwrap(), 0);
        outbox.rehearse(now).await.unwrap();
    }
}

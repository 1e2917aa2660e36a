//! A crash between any two steps: nothing planned is lost, and attempts are counted beforehand.

use dingdong::{
    model::{delivery::DeliveryState, occurrence::OccurrenceState, receipt::Verdict},
    outbox::{Fate, Outbox, OwnerLock},
};
use proptest::prelude::*;

use super::{
    DATABASES, Place, at, claim_paced, composing, due, mark, on_every_database, only_delivery,
    record, row, runtime, settle, to, unlimited,
};

const REMINDERS: [&str; 3] = ["a", "b", "c"];

/// One process's life: it does the steps the service does, in the service's order, and dies after
/// so many of them. Requests that left, as the robot saw them, are added to `seen`.
async fn live(outbox: &Outbox, life: usize, steps: usize, seen: &mut Vec<String>) {
    let mut left = steps;
    let mut step = || {
        let alive = left > 0;
        left = left.saturating_sub(1);
        alive
    };
    let now = at(i64::try_from(life).unwrap() * 100);
    let owner = OwnerLock::acquire(outbox.path(), &super::token()).unwrap();
    if !step() {
        return;
    }
    let dead = outbox.dead_owners().await.unwrap();
    outbox.rescue(&dead, &[], now).await.unwrap();
    if !step() {
        return;
    }
    let rows = REMINDERS.map(|id| row(&due(id, 0), Fate::Planned));
    outbox.plan(&rows, &REMINDERS.map(|id| mark(id, 0)), now).await.unwrap();
    loop {
        if !step() {
            return;
        }
        let planned = outbox.planned(now, 1).await.unwrap();
        let Some(one) = planned.first() else { break };
        if !step() {
            return;
        }
        outbox.compose(composing(&one.occurrence, vec![to("group")]), now).await.unwrap();
    }
    loop {
        if !step() {
            return;
        }
        let leased = claim_paced(outbox, owner.token(), now, 1, &unlimited()).await;
        let Some(one) = leased.first() else { return };
        if !step() {
            return;
        }
        seen.push(one.id.clone());
        if !step() {
            return;
        }
        assert!(settle(outbox, one, Verdict::Sent, now).await);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_the_crashes_everything_planned_arrives_and_every_request_was_counted(
        lives in prop::collection::vec(0..18usize, 0..8),
    ) {
        for database in DATABASES {
            runtime().block_on(async {
                let place = Place::new(database);
                let mut seen = Vec::new();
                for (life, steps) in lives.iter().enumerate() {
                    live(&place.open().await, life, *steps, &mut seen).await;
                }
                // The last process lives as long as it needs.
                let outbox = place.open().await;
                live(&outbox, lives.len(), usize::MAX, &mut seen).await;
                for id in REMINDERS {
                    let kept = only_delivery(&outbox, &due(id, 0)).await;
                    assert_eq!(kept.state, DeliveryState::Delivered);
                    let sent = seen.iter().filter(|one| **one == kept.id).count();
                    assert!(sent >= 1, "{id} never arrived");
                    assert!(kept.attempt as usize >= sent, "a request left uncounted");
                    // A repeat happens only where a life ended between request and answer.
                    let unknown = kept.attempts.iter().filter(|one| one.verdict == "unknown");
                    assert_eq!(kept.attempts.len(), kept.attempt as usize);
                    assert_eq!(unknown.count() + 1, kept.attempt as usize);
                }
                assert_eq!(super::log(&outbox).await.len(), REMINDERS.len());
            });
        }
    }
}

#[test]
fn a_transaction_whose_future_is_dropped_midway_leaves_nothing_half_done() {
    on_every_database(async |place| {
        let outbox = place.open().await;
        let rows = [row(&due("a", 0), Fate::Planned)];
        // Polled a growing number of times and then dropped, as when its task is aborted.
        for polls in 0..40 {
            let item = composing(&due("a", 0), vec![to("group"), to("other")]);
            let plan = async {
                outbox.plan(&rows, &[mark("a", 0)], at(0)).await.unwrap();
                outbox.compose(item, at(0)).await.unwrap();
            };
            poll(plan, polls).await;
            let other = place.open().await;
            let planned = !other.watermarks().await.unwrap().is_empty();
            match other.occurrence(&due("a", 0).id()).await.unwrap() {
                None => assert!(!planned, "a watermark without its row"),
                Some(kept) => {
                    assert!(planned, "a row without its watermark");
                    let whole = match kept.state {
                        OccurrenceState::Planned => 0,
                        _ => 2,
                    };
                    assert_eq!(kept.deliveries.len(), whole);
                }
            }
            other.close().await;
        }
        // The connection is still good for work.
        outbox.plan(&rows, &[mark("a", 0)], at(1)).await.unwrap();
        let item = composing(&due("a", 0), vec![to("group"), to("other")]);
        outbox.compose(item, at(1)).await.unwrap();
        assert_eq!(record(&outbox, &due("a", 0)).await.deliveries.len(), 2);
    });
}

/// Polls a future at most so many times.
async fn poll(future: impl Future<Output = ()>, times: usize) {
    let mut future = std::pin::pin!(future);
    let mut left = times;
    std::future::poll_fn(|context| {
        if left == 0 {
            return std::task::Poll::Ready(());
        }
        left -= 1;
        future.as_mut().poll(context)
    })
    .await;
}

//! Pruning: what is old and settled goes, in small bites; what is promised stays.

use std::time::Duration;

use dingdong::{
    model::{
        delivery::NewDelivery, occurrence::OccurrenceState, receipt::Verdict, reminder::ReminderId,
    },
    outbox::{Fate, Pruned},
};

use super::{
    at, claim, claim_paced, compose, due, log, mark, on_every_database, paced, record, row, settle,
    to,
};

const KEEP: Duration = Duration::from_secs(1_000);

#[test]
fn old_settled_rows_go_in_small_bites_and_young_ones_stay() {
    on_every_database(async |place| {
        let outbox = place.open().await;
        for n in 0..5 {
            compose(&outbox, &due("a", n), vec![to("group")]).await;
        }
        for leased in claim(&outbox, at(10)).await {
            settle(&outbox, &leased, Verdict::Sent, at(11)).await;
        }
        compose(&outbox, &due("young", 600), vec![to("group")]).await;
        let bite = async || outbox.prune(KEEP, at(1_100), 2).await.unwrap().occurrences;
        assert_eq!([bite().await, bite().await, bite().await, bite().await], [2, 2, 1, 0]);
        let left = log(&outbox).await;
        assert_eq!(left.len(), 1);
        assert_eq!(left[0].occurrence, due("young", 600));
    });
}

#[test]
fn nothing_that_is_under_way_goes_however_old() {
    on_every_database(async |place| {
        let outbox = place.open().await;
        let long = |target| NewDelivery { keep_until: at(1_000_000), ..to(target) };
        outbox.plan(&[row(&due("planned", 0), Fate::Planned)], &[], at(0)).await.unwrap();
        compose(&outbox, &due("pending", 0), vec![long("one")]).await;
        compose(&outbox, &due("half", 0), vec![long("two"), long("three")]).await;
        for leased in claim(&outbox, at(0)).await {
            if leased.target.as_str() == "two" {
                settle(&outbox, &leased, Verdict::Sent, at(1)).await;
            }
        }
        assert_eq!(outbox.prune(KEEP, at(100_000), 100).await.unwrap().occurrences, 0);
        assert_eq!(record(&outbox, &due("planned", 0)).await.state, OccurrenceState::Planned);
        assert_eq!(log(&outbox).await.len(), 3);
    });
}

#[test]
fn a_pruned_occurrence_is_not_planned_again() {
    on_every_database(async |place| {
        let outbox = place.open().await;
        let missed = Fate::Missed { reason: "too late".to_owned(), span: None };
        outbox.plan(&[row(&due("a", 0), missed)], &[mark("a", 0)], at(0)).await.unwrap();
        assert_eq!(outbox.prune(KEEP, at(2_000), 10).await.unwrap().occurrences, 1);
        assert_eq!(outbox.watermarks().await.unwrap(), [mark("a", 0)]);
    });
}

#[test]
fn pace_slots_go_after_two_days_and_alerts_with_the_log() {
    on_every_database(async |place| {
        const DAY: i64 = 86_400;
        let outbox = place.open().await;
        compose(&outbox, &due("a", 0), vec![to("group")]).await;
        let paces = paced("env:group", 1, Duration::from_secs(86_400));
        let leased = claim_paced(&outbox, "me", at(0), 1, &paces).await;
        settle(&outbox, &leased[0], Verdict::Sent, at(1)).await;
        outbox
            .plan_alert(&ReminderId::new("@alerts"), &["disk"], "UTC", |_, _| Vec::new(), at(0))
            .await
            .unwrap();
        let keep = Duration::from_secs(400 * 86_400);
        assert_eq!(outbox.prune(keep, at(2 * DAY), 10).await.unwrap(), Pruned::default());
        let later = outbox.prune(keep, at(2 * DAY + 2), 10).await.unwrap();
        assert_eq!(later, Pruned { slots: 1, ..Pruned::default() });
        let much_later = outbox.prune(keep, at(401 * DAY), 10).await.unwrap();
        assert_eq!((much_later.occurrences, much_later.alerts), (1, 1));
    });
}

//! Compose: the mark and the deliveries, together; what a newer occurrence does to an older one.

use std::time::Duration;

use dingdong::{
    model::{
        delivery::{DeliveryState, NewDelivery},
        occurrence::OccurrenceState,
        receipt::Verdict,
        reminder::ReminderId,
    },
    outbox::{ClaimRequest, Composing, Composition, Fate},
};

use super::{
    LEASE, at, claim, claim_paced, compose, composing, due, ids, message, on_every_database,
    only_delivery, paced, record, row, settle, to, token, unlimited,
};

#[test]
fn deliveries_come_with_the_mark_and_keep_the_message_as_it_is() {
    on_every_database(async |place| {
        let outbox = place.open().await;
        compose(&outbox, &due("a", 0), vec![to("group"), to("other")]).await;
        let kept = record(&outbox, &due("a", 0)).await;
        assert_eq!(kept.state, OccurrenceState::Composed);
        let ids: Vec<_> = kept.deliveries.iter().map(|one| one.id.as_str()).collect();
        let expected = ["a@2026-11-24T01:00:00Z/group/1", "a@2026-11-24T01:00:00Z/other/1"];
        assert_eq!(ids, expected);
        let leased = claim(&outbox, at(0)).await;
        assert_eq!(leased[0].message, message(1, 1));
        assert_eq!(leased[0].keep_until, at(3600));
    });
}

#[test]
fn composing_twice_counts_once() {
    on_every_database(async |place| {
        let (first, second) = (place.open().await, place.open().await);
        compose(&first, &due("a", 0), vec![to("group")]).await;
        let again =
            second.compose(composing(&due("a", 0), vec![to("other")]), at(1)).await.unwrap();
        assert_eq!((again.counted, again.superseded.len()), (vec![false], 0));
        let unknown = composing(&due("never-planned", 0), vec![to("group")]);
        assert_eq!(second.compose(unknown, at(1)).await.unwrap().counted, [false]);
        assert_eq!(only_delivery(&first, &due("a", 0)).await.target.as_str(), "group");
    });
}

#[test]
fn a_batch_with_one_occurrence_twice_counts_it_once() {
    on_every_database(async |place| {
        let outbox = place.open().await;
        outbox.plan(&[row(&due("a", 0), Fate::Planned)], &[], at(0)).await.unwrap();
        let item = composing(&due("a", 0), vec![to("group")]);
        let done = outbox.compose_batch(&[item.clone(), item], at(0)).await.unwrap();
        assert_eq!(done.counted, [true, false]);
    });
}

#[test]
fn a_composition_that_cannot_be_written_leaves_the_occurrence_planned() {
    on_every_database(async |place| {
        let outbox = place.open().await;
        let rows = [row(&due("a", 0), Fate::Planned), row(&due("b", 0), Fate::Planned)];
        outbox.plan(&rows, &[], at(0)).await.unwrap();
        // Two deliveries with one identity: the database refuses the second.
        let impossible = composing(&due("b", 0), vec![to("group"), to("group")]);
        let batch = [composing(&due("a", 0), vec![to("group")]), impossible];
        outbox.compose_batch(&batch, at(0)).await.unwrap_err();
        assert_eq!(outbox.planned(at(0), 10).await.unwrap().len(), 2);
        assert!(claim(&outbox, at(0)).await.is_empty());
    });
}

#[test]
fn what_is_not_sent_has_a_reason_of_bounded_length() {
    on_every_database(async |place| {
        let outbox = place.open().await;
        let rows = [row(&due("a", 0), Fate::Planned), row(&due("b", 0), Fate::Planned)];
        outbox.plan(&rows, &[], at(0)).await.unwrap();
        let skipped = Composition::Skipped { reason: "condition".to_owned() };
        let failed = Composition::Failed { reason: "错".repeat(2_000).into() };
        let item = |occurrence, composition| Composing {
            detail: Some("x".repeat(2_000).into()),
            ..Composing::new(occurrence, composition)
        };
        outbox
            .compose_batch(&[item(due("a", 0), skipped), item(due("b", 0), failed)], at(0))
            .await
            .unwrap();
        let a = record(&outbox, &due("a", 0)).await;
        assert_eq!(
            (a.state, a.reason.as_ref().map(ToString::to_string).as_deref()),
            (OccurrenceState::Skipped, Some("condition"))
        );
        let b = record(&outbox, &due("b", 0)).await;
        assert_eq!(b.state, OccurrenceState::Failed);
        assert_eq!(b.reason.unwrap().to_string().chars().count(), dingdong::outbox::REASON_LIMIT);
        assert_eq!(b.detail.unwrap().to_string().len(), dingdong::outbox::REASON_LIMIT);
    });
}

#[test]
fn a_newer_occurrence_takes_the_place_of_a_waiting_older_one_of_the_same_target() {
    on_every_database(async |place| {
        let outbox = place.open().await;
        compose(&outbox, &due("a", 0), vec![to("group"), to("other")]).await;
        compose(&outbox, &due("b", 0), vec![to("group")]).await;
        outbox.plan(&[row(&due("a", 60), Fate::Planned)], &[], at(60)).await.unwrap();
        let done =
            outbox.compose(composing(&due("a", 60), vec![to("group")]), at(60)).await.unwrap();
        let superseded: Vec<_> =
            done.superseded.iter().map(|one| (one.id.as_str(), one.reason.as_str())).collect();
        assert_eq!(superseded, [("a@2026-11-24T01:00:00Z/group/1", "superseded")]);
        let old = record(&outbox, &due("a", 0)).await;
        let states: Vec<_> = old.deliveries.iter().map(|one| one.state).collect();
        assert_eq!(states, [DeliveryState::Expired, DeliveryState::Pending]);
        let b = only_delivery(&outbox, &due("b", 0)).await;
        assert_eq!(b.state, DeliveryState::Pending);
    });
}

#[test]
fn an_older_occurrence_composed_late_takes_no_ones_place() {
    on_every_database(async |place| {
        let outbox = place.open().await;
        compose(&outbox, &due("a", 60), vec![to("group")]).await;
        compose(&outbox, &due("a", 0), vec![to("group")]).await;
        assert_eq!(only_delivery(&outbox, &due("a", 60)).await.state, DeliveryState::Pending);
        assert_eq!(only_delivery(&outbox, &due("a", 0)).await.state, DeliveryState::Pending);
    });
}

#[test]
fn on_miss_all_keeps_older_ones_in_the_queue() {
    on_every_database(async |place| {
        let outbox = place.open().await;
        compose(&outbox, &due("a", 0), vec![to("group")]).await;
        outbox.plan(&[row(&due("a", 60), Fate::Planned)], &[], at(60)).await.unwrap();
        let item = Composing { keep_older: true, ..composing(&due("a", 60), vec![to("group")]) };
        assert_eq!(outbox.compose(item, at(60)).await.unwrap().superseded, []);
        assert_eq!(claim(&outbox, at(60)).await.len(), 2);
    });
}

#[test]
fn manual_sends_take_no_ones_place_and_lose_theirs_to_none() {
    on_every_database(async |place| {
        let outbox = place.open().await;
        compose(&outbox, &due("a", 0), vec![to("group")]).await;
        let id = ReminderId::new("a");
        let manual = outbox.plan_manual(&id, at(10), "UTC", "{}", at(10)).await.unwrap();
        outbox.compose(composing(&manual, vec![to("group")]), at(10)).await.unwrap();
        assert_eq!(only_delivery(&outbox, &due("a", 0)).await.state, DeliveryState::Pending);
        compose(&outbox, &due("a", 60), vec![to("group")]).await;
        assert_eq!(only_delivery(&outbox, &manual).await.state, DeliveryState::Pending);
        assert_eq!(only_delivery(&outbox, &due("a", 0)).await.state, DeliveryState::Expired);
    });
}

#[test]
fn one_that_is_being_sent_may_finish_but_is_not_tried_again() {
    on_every_database(async |place| {
        let outbox = place.open().await;
        compose(&outbox, &due("a", 0), vec![to("group")]).await;
        compose(&outbox, &due("b", 0), vec![to("group")]).await;
        let leased = claim(&outbox, at(59)).await;
        compose(&outbox, &due("a", 60), vec![to("group")]).await;
        compose(&outbox, &due("b", 60), vec![to("group")]).await;
        assert!(settle(&outbox, &leased[0], Verdict::Sent, at(61)).await);
        assert_eq!(only_delivery(&outbox, &due("a", 0)).await.state, DeliveryState::Delivered);
        assert!(settle(&outbox, &leased[1], Verdict::Retry(None), at(61)).await);
        let dropped = outbox.expire(at(61)).await.unwrap();
        assert_eq!(dropped[0].reason, "superseded");
        let b = only_delivery(&outbox, &due("b", 0)).await;
        assert_eq!((b.state, b.reason.as_deref()), (DeliveryState::Expired, Some("superseded")));
    });
}

#[test]
fn what_waited_longer_than_keep_is_expired_and_nothing_else_is() {
    on_every_database(async |place| {
        let outbox = place.open().await;
        let short = NewDelivery { keep_until: at(100), ..to("group") };
        compose(&outbox, &due("short", 0), vec![short]).await;
        compose(&outbox, &due("long", 0), vec![to("group")]).await;
        assert_eq!(outbox.expire(at(99)).await.unwrap(), []);
        assert_eq!(outbox.next_rescue().await.unwrap(), Some(at(100)));
        // Not even in the same instant is it sent any more.
        assert_eq!(claim(&outbox, at(100)).await.len(), 1);
        let dropped = outbox.expire(at(100)).await.unwrap();
        assert_eq!((dropped.len(), dropped[0].reason.as_str()), (1, "keep"));
        let kept = only_delivery(&outbox, &due("short", 0)).await;
        assert_eq!((kept.state, kept.reason.as_deref()), (DeliveryState::Expired, Some("keep")));
        assert_eq!(outbox.expire(at(100)).await.unwrap(), []);
    });
}

#[test]
fn what_can_leave_at_once_is_leased_as_it_is_composed_by_every_rule_of_the_claim() {
    on_every_database(async |place| {
        let outbox = place.open().await;
        compose(&outbox, &due("older", 0), vec![to("group")]).await;
        let occurrences = [due("a", 5), due("b", 5)];
        let rows = occurrences.each_ref().map(|one| row(one, Fate::Planned));
        outbox.plan(&rows, &[], at(5)).await.unwrap();
        let later = NewDelivery { not_before: at(60), ..to("free") };
        let parts = [message(1, 2), message(2, 2)];
        let parts = parts.map(|message| NewDelivery { message, ..to("parts") });
        let items = [
            composing(&occurrences[0], vec![to("group"), to("resting"), later]),
            composing(&occurrences[1], parts.to_vec()),
        ];
        outbox.rest("env:resting", at(600)).await.unwrap();
        let robots = ["env:free", "env:group", "env:parts", "env:resting"].map(str::to_owned);
        let (paces, token) = (paced("env:group", 1, Duration::from_secs(60)), token());
        let request = ClaimRequest {
            now: at(5),
            owner: "me",
            token: &token,
            lease: LEASE,
            limit: 10,
            paces: &paces,
            robots: Some(&robots),
            targets: None,
            only: None,
        };
        let (done, leased) = outbox.compose_and_claim(&items, request).await.unwrap();
        assert_eq!(done.counted, [true, true]);
        // What waited before goes first, and the pace allows no more than that.
        assert_eq!(
            ids(&leased),
            ["older@2026-11-24T01:00:00Z/group/1", "b@2026-11-24T01:00:05Z/parts/1"]
        );
        // Another process sees the leases, and takes nothing of it.
        assert!(claim_paced(&place.open().await, "other", at(5), 10, &paces).await.is_empty());
        for leased in &leased {
            assert!(settle(&outbox, leased, Verdict::Sent, at(6)).await);
        }
    });
}

#[test]
fn composing_again_leases_nothing_twice() {
    on_every_database(async |place| {
        let outbox = place.open().await;
        outbox.plan(&[row(&due("a", 0), Fate::Planned)], &[], at(0)).await.unwrap();
        let item = [composing(&due("a", 0), vec![to("group")])];
        let robots = ["env:group".to_owned()];
        let (paces, token) = (unlimited(), token());
        let request = ClaimRequest {
            now: at(0),
            owner: "me",
            token: &token,
            lease: LEASE,
            limit: 10,
            paces: &paces,
            robots: Some(&robots),
            targets: None,
            only: None,
        };
        let (_, leased) = outbox.compose_and_claim(&item, request).await.unwrap();
        assert_eq!(leased.len(), 1);
        let (again, leased) = outbox.compose_and_claim(&item, request).await.unwrap();
        assert_eq!((again.counted, leased), (vec![false], Vec::new()));
    });
}

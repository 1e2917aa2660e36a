//! Reading: the log as `log` shows it, the queues as `status` does.

use std::time::Duration;

use dingdong::{
    model::{
        delivery::{DeliveryState, NewDelivery},
        occurrence::OccurrenceState,
        receipt::Verdict,
        reminder::{Priority, ReminderId},
        target::TargetId,
    },
    outbox::{Ahead, Fate, LogQuery, LogState, OpenTarget},
};

use super::{
    at, claim, claim_paced, compose, due, log, mark, on_every_database, only_delivery, paced, row,
    settle, to, unlimited,
};

fn everything() -> LogQuery {
    LogQuery { limit: 100, ..LogQuery::default() }
}

#[test]
fn the_log_is_newest_first_and_every_question_narrows_it() {
    on_every_database(async |place| {
        let outbox = place.open().await;
        compose(&outbox, &due("a", 0), vec![to("group"), to("other")]).await;
        compose(&outbox, &due("b", 60), vec![to("group")]).await;
        let missed = Fate::Missed { reason: "too late".to_owned(), span: None };
        outbox.plan(&[row(&due("a", -60), missed)], &[], at(60)).await.unwrap();
        let leased = claim(&outbox, at(60)).await;
        settle(&outbox, &leased[0], Verdict::Sent, at(61)).await;

        let ask = async |query: LogQuery| {
            let found = outbox.log(&query).await.unwrap();
            let seen = found.iter().map(|one| {
                let seconds = one.occurrence.due_at.duration_since(at(0)).as_secs();
                (one.occurrence.reminder.to_string(), seconds, one.deliveries.len())
            });
            seen.collect::<Vec<_>>()
        };
        let (a, b) = (|s, n| ("a".to_owned(), s, n), |s, n| ("b".to_owned(), s, n));
        assert_eq!(ask(everything()).await, [b(60, 1), a(0, 2), a(-60, 0)]);
        assert_eq!(ask(LogQuery { limit: 1, ..everything() }).await, [b(60, 1)]);
        assert_eq!(ask(LogQuery { limit: 0, ..everything() }).await, []);
        let reminder = Some(ReminderId::new("a"));
        assert_eq!(ask(LogQuery { reminder, ..everything() }).await, [a(0, 2), a(-60, 0)]);
        let target = Some(TargetId::new("other"));
        assert_eq!(ask(LogQuery { target, ..everything() }).await, [a(0, 1)]);
        let since = Some(at(0));
        assert_eq!(ask(LogQuery { since, ..everything() }).await, [b(60, 1), a(0, 2)]);
        let state = Some(LogState::Occurrence(OccurrenceState::Missed));
        assert_eq!(ask(LogQuery { state, ..everything() }).await, [a(-60, 0)]);
        let state = Some(LogState::Delivery(DeliveryState::Delivered));
        assert_eq!(ask(LogQuery { state, ..everything() }).await, [a(0, 1)]);
    });
}

#[test]
fn what_is_written_in_ids_and_texts_does_no_harm() {
    on_every_database(async |place| {
        let outbox = place.open().await;
        let nasty = "政策'; DROP TABLE occurrence; --\"\\%_\u{1F600}";
        let occurrence = due(nasty, 0);
        compose(&outbox, &occurrence, vec![to(nasty)]).await;
        let leased = claim(&outbox, at(0)).await;
        assert_eq!(leased[0].occurrence, occurrence);
        settle(&outbox, &leased[0], Verdict::Sent, at(1)).await;
        let query = LogQuery {
            reminder: Some(ReminderId::new(nasty)),
            target: Some(TargetId::new(nasty)),
            ..everything()
        };
        assert_eq!(outbox.log(&query).await.unwrap().len(), 1);
    });
}

#[test]
fn of_many_attempts_the_newest_are_shown() {
    on_every_database(async |place| {
        let outbox = place.open().await;
        let patient = NewDelivery { keep_until: at(1_000_000), ..to("group") };
        compose(&outbox, &due("a", 0), vec![patient]).await;
        for n in 0..60 {
            let leased = claim(&outbox, at(n * 5_000)).await;
            settle(&outbox, &leased[0], Verdict::Retry(None), at(n * 5_000 + 1)).await;
        }
        let kept = only_delivery(&outbox, &due("a", 0)).await;
        assert_eq!((kept.attempt, kept.attempts.len()), (60, 50));
        let last = kept.attempts.last().unwrap().at_ms;
        assert_eq!(last, at(59 * 5_000 + 1).as_millisecond() - 100);
        assert!(kept.attempts.is_sorted_by_key(|one| one.at_ms));
    });
}

#[test]
fn the_last_occurrence_of_each_reminder_is_the_schedules_own() {
    on_every_database(async |place| {
        let outbox = place.open().await;
        outbox.plan(&[], &[mark("a", 60), mark("never", 60)], at(60)).await.unwrap();
        // One that waits for a folder to change has no watermark.
        compose(&outbox, &due("on-change", 30), vec![to("group")]).await;
        compose(&outbox, &due("a", 0), vec![to("group")]).await;
        compose(&outbox, &due("a", 60), vec![to("group")]).await;
        outbox.plan_manual(&ReminderId::new("a"), at(90), "UTC", "{}", at(90)).await.unwrap();
        let asked = ["a", "never", "on-change"].map(ReminderId::new);
        let asked: Vec<&ReminderId> = asked.iter().collect();
        let last = outbox.last_occurrences(&asked).await.unwrap();
        let last: Vec<_> = last.into_iter().map(|one| one.occurrence).collect();
        assert_eq!(last, [due("a", 60), due("on-change", 30)]);
        assert_eq!(outbox.last_occurrences(&[]).await.unwrap(), []);
    });
}

#[test]
fn a_queue_says_how_many_wait_and_when_the_last_one_leaves() {
    on_every_database(async |place| {
        let outbox = place.open().await;
        for n in 0..5 {
            compose(&outbox, &due(&format!("r{n}"), 0), vec![to("group")]).await;
        }
        compose(&outbox, &due("other", 0), vec![to("free")]).await;
        let paces = paced("env:group", 2, Duration::from_secs(60));
        let open = |id: &TargetId, _| {
            let robot_key = format!("env:{id}");
            Some(OpenTarget { id: id.clone(), robot_key, quiet_until: None })
        };
        let queues = async |seconds| {
            let ahead = Ahead { now: at(seconds), paces: &paces, target: &open };
            outbox.queues(&ahead).await.unwrap()
        };
        let before = queues(0).await;
        let seen: Vec<_> =
            before.iter().map(|one| (one.target.as_str(), one.waiting, one.last_leaves)).collect();
        assert_eq!(seen, [("free", 1, Some(at(0))), ("group", 5, Some(at(120)))]);

        for leased in claim_paced(&outbox, "me", at(0), 10, &paces).await {
            let mut one = super::answer(&leased, Verdict::Sent, at(0));
            (one.attempt.at_ms, one.attempt.ms) = (at(0).as_millisecond(), 0);
            outbox.settle_batch(&[one], at(0)).await.unwrap();
        }
        let after = queues(10).await;
        assert_eq!((after.len(), after[0].waiting), (1, 3));
        assert_eq!(after[0].last_leaves, Some(at(120)));

        outbox.rest("env:group", at(600)).await.unwrap();
        let resting = queues(10).await;
        assert_eq!(resting[0].rest_until, Some(at(600)));
        assert_eq!(resting[0].last_leaves, Some(at(660)));
    });
}

#[test]
fn counts_say_how_many_rows_stand_where() {
    on_every_database(async |place| {
        let outbox = place.open().await;
        let urgent = NewDelivery { priority: Priority::Urgent, ..to("group") };
        compose(&outbox, &due("a", 0), vec![urgent, to("other")]).await;
        outbox.plan(&[row(&due("b", 0), Fate::Planned)], &[], at(0)).await.unwrap();
        let leased = claim_paced(&outbox, "me", at(0), 1, &unlimited()).await;
        settle(&outbox, &leased[0], Verdict::BadMessage, at(1)).await;
        let counts = outbox.counts().await.unwrap();
        assert_eq!(counts.of(OccurrenceState::Planned), 1);
        assert_eq!(counts.of(OccurrenceState::Composed), 1);
        assert_eq!(counts.of_deliveries(DeliveryState::Dead), 1);
        assert_eq!(counts.of_deliveries(DeliveryState::Pending), 1);
        assert_eq!(counts.of_deliveries(DeliveryState::Held), 0);
        assert_eq!(log(&outbox).await.len(), 2);
    });
}

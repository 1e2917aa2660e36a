//! The brakes: pauses hold back what waits, skipped dates take it out, and both outlive the process.

use dingdong::{
    model::{
        delivery::{DeliveryState, NewDelivery},
        occurrence::OccurrenceState,
        receipt::Verdict,
        reminder::{Priority, ReminderId},
        target::TargetId,
    },
    outbox::{Fate, Scope, Skipped},
};

use super::{
    Place, at, claim, compose, composing, due, mark, on_every_database, only_delivery, record,
    reminders, row, settle, to, unlimited,
};

fn of_reminder(id: &str) -> Scope {
    Scope::Reminder(ReminderId::new(id))
}

fn of_target(id: &str) -> Scope {
    Scope::Target(TargetId::new(id))
}

#[test]
fn a_pause_holds_back_what_waits_of_its_scope_until_it_ends() {
    on_every_database(async |place| {
        // Who goes out while it holds, and who when it has ended.
        let cases = [
            (of_reminder("a"), "urgent", "a"),
            (of_target("group"), "", "urgent a"),
            (of_target("other"), "urgent a", ""),
            (Scope::All, "", "urgent a"),
        ];
        for (scope, before, after) in cases {
            let place = Place::new(place.database);
            let outbox = place.open().await;
            compose(&outbox, &due("a", 0), vec![to("group")]).await;
            let urgent = NewDelivery { priority: Priority::Urgent, ..to("group") };
            compose(&outbox, &due("urgent", 0), vec![urgent]).await;
            outbox.pause(&scope, Some(at(100)), None, at(0)).await.unwrap();
            assert_eq!(reminders(&claim(&outbox, at(1)).await).join(" "), before, "{scope:?}");
            let wake = outbox.next_claim(at(1), &unlimited(), None).await.unwrap();
            assert_eq!(wake, (!after.is_empty()).then_some(at(100)), "{scope:?}");
            assert!(claim(&outbox, at(99)).await.is_empty());
            assert_eq!(reminders(&claim(&outbox, at(100)).await).join(" "), after, "{scope:?}");
        }
    });
}

#[test]
fn a_pause_without_an_end_wakes_nobody_and_ends_by_hand() {
    on_every_database(async |place| {
        let outbox = place.open().await;
        compose(&outbox, &due("a", 0), vec![to("group")]).await;
        outbox.pause(&of_reminder("a"), None, Some("moving"), at(0)).await.unwrap();
        assert!(claim(&outbox, at(1000)).await.is_empty());
        assert_eq!(outbox.next_claim(at(1000), &unlimited(), None).await.unwrap(), None);
        // It outlives the process, and `keep` goes on.
        let other = place.open().await;
        let brakes = other.brakes().await.unwrap();
        let pause = brakes.pause(&of_reminder("a"), at(1000)).unwrap();
        assert_eq!(
            (pause.since, pause.until, pause.reason.as_deref()),
            (at(0), None, Some("moving"))
        );
        assert_eq!(other.next_rescue().await.unwrap(), Some(at(3600)));

        assert!(!other.end_pause(&of_reminder("b"), at(1000)).await.unwrap());
        assert!(!other.end_pause(&Scope::All, at(1000)).await.unwrap());
        assert!(other.end_pause(&of_reminder("a"), at(1000)).await.unwrap());
        assert!(!other.end_pause(&of_reminder("a"), at(1000)).await.unwrap());
        assert_eq!(claim(&outbox, at(1000)).await.len(), 1);
        // Why nothing came in between can still be told.
        let brakes = other.brakes().await.unwrap();
        assert!(brakes.pause(&of_reminder("a"), at(999)).is_some());
        assert!(brakes.pause(&of_reminder("a"), at(1000)).is_none());
    });
}

#[test]
fn pausing_again_changes_the_end_and_keeps_the_beginning() {
    on_every_database(async |place| {
        let outbox = place.open().await;
        outbox.pause(&Scope::All, Some(at(100)), Some("first"), at(0)).await.unwrap();
        outbox.pause(&Scope::All, Some(at(50)), Some("second"), at(10)).await.unwrap();
        outbox.pause(&Scope::All, None, None, at(60)).await.unwrap();
        let brakes = outbox.brakes().await.unwrap();
        let seen: Vec<_> = brakes.pauses.iter().map(|one| (one.since, one.until)).collect();
        assert_eq!(seen, [(at(0), Some(at(50))), (at(60), None)]);
    });
}

#[test]
fn manual_sends_and_alerts_go_out_through_every_pause() {
    on_every_database(async |place| {
        let outbox = place.open().await;
        for scope in [of_reminder("a"), of_target("group"), Scope::All] {
            outbox.pause(&scope, None, None, at(0)).await.unwrap();
        }
        let id = ReminderId::new("a");
        let manual = outbox.plan_manual(&id, at(1), "UTC", "{}", at(1)).await.unwrap();
        outbox.compose(composing(&manual, vec![to("group")]), at(1)).await.unwrap();
        let alerts = ReminderId::new("@alerts");
        outbox
            .plan_alert(&alerts, &["disk"], "UTC", |_, _| vec![to("group")], at(1))
            .await
            .unwrap();
        assert_eq!(claim(&outbox, at(1)).await.len(), 2);
    });
}

#[test]
fn a_skipped_date_takes_out_what_waits_of_it_and_nothing_else() {
    on_every_database(async |place| {
        let outbox = place.open().await;
        let id = ReminderId::new("a");
        compose(&outbox, &due("a", -10), vec![to("group")]).await;
        compose(&outbox, &due("a", 0), vec![to("group"), to("done")]).await;
        compose(&outbox, &due("b", 0), vec![to("group")]).await;
        outbox.plan(&[row(&due("a", 99), Fate::Planned)], &[mark("a", 99)], at(99)).await.unwrap();
        compose(&outbox, &due("a", 100), vec![to("later")]).await;
        let manual = outbox.plan_manual(&id, at(50), "UTC", "{}", at(50)).await.unwrap();
        for leased in claim(&outbox, at(0)).await {
            let verdict = match leased.target.as_str() {
                "done" => Verdict::Sent,
                _ => Verdict::Retry(None),
            };
            settle(&outbox, &leased, verdict, at(1)).await;
        }
        let date = "2026-11-24".parse().unwrap();
        let skipped = outbox.skip(&id, date, (at(0), at(100))).await.unwrap();
        assert_eq!(skipped, Skipped { occurrences: 1, deliveries: 1 });
        let planned = record(&outbox, &due("a", 99)).await;
        assert_eq!(
            (planned.state, planned.reason.as_ref().map(ToString::to_string).as_deref()),
            (OccurrenceState::Skipped, Some("by hand"))
        );
        let states: Vec<_> =
            record(&outbox, &due("a", 0)).await.deliveries.iter().map(|one| one.state).collect();
        assert_eq!(states, [DeliveryState::Delivered, DeliveryState::Cancelled]);
        assert_eq!(only_delivery(&outbox, &due("a", 100)).await.state, DeliveryState::Pending);
        assert_eq!(only_delivery(&outbox, &due("b", 0)).await.state, DeliveryState::Pending);
        assert_eq!(record(&outbox, &manual).await.state, OccurrenceState::Planned);

        assert!(outbox.brakes().await.unwrap().skips.contains(&(id.clone(), date)));
        assert!(outbox.unskip(&id, date).await.unwrap());
        assert!(!outbox.unskip(&id, date).await.unwrap());
        assert!(outbox.brakes().await.unwrap().skips.is_empty());
    });
}

#[test]
fn brakes_that_were_over_long_ago_are_pruned() {
    on_every_database(async |place| {
        let outbox = place.open().await;
        outbox.pause(&Scope::All, Some(at(10)), None, at(0)).await.unwrap();
        outbox.pause(&of_reminder("a"), None, None, at(0)).await.unwrap();
        let (id, date) = (ReminderId::new("a"), "2026-11-24".parse().unwrap());
        outbox.skip(&id, date, (at(0), at(10))).await.unwrap();
        let keep = std::time::Duration::from_secs(100);
        assert_eq!(outbox.prune(keep, at(110), 10).await.unwrap().brakes, 0);
        assert_eq!(outbox.prune(keep, at(111), 10).await.unwrap().brakes, 2);
        let left = outbox.brakes().await.unwrap();
        assert_eq!((left.pauses.len(), left.skips.len()), (1, 0));
        assert_eq!(left.pauses[0].scope, of_reminder("a"));
    });
}

//! Plan: rows and watermarks, together, each occurrence once.

use dingdong::{
    model::{
        delivery::DeliveryState,
        occurrence::{Occurrence, OccurrenceState, Origin},
        reminder::{Fingerprint, ReminderId},
    },
    outbox::{Fate, Span},
};

use super::{at, compose, due, log, mark, on_every_database, record, row, to};

#[test]
fn planning_twice_writes_once() {
    on_every_database(async |place| {
        let (first, second) = (place.open().await, place.open().await);
        let (a, b) = (due("a", 0), due("b", 0));
        let rows = [row(&a, Fate::Planned), row(&b, Fate::Planned)];
        assert_eq!(
            first.plan(&rows[..1], &[mark("a", 0)], at(0)).await.unwrap(),
            std::slice::from_ref(&a)
        );
        // Another process plans the same and one more.
        assert_eq!(second.plan(&rows, &[mark("a", 0)], at(1)).await.unwrap(), [b]);
        assert_eq!(second.plan(&rows, &[], at(2)).await.unwrap(), []);
        assert_eq!(log(&first).await.len(), 2);
        assert_eq!(record(&first, &a).await.planned_at, at(0));
    });
}

#[test]
fn the_same_occurrence_twice_in_one_plan_is_one_row() {
    on_every_database(async |place| {
        let outbox = place.open().await;
        let twice = [row(&due("a", 0), Fate::Planned), row(&due("a", 0), Fate::Planned)];
        assert_eq!(outbox.plan(&twice, &[], at(0)).await.unwrap(), [due("a", 0)]);
        assert_eq!(log(&outbox).await.len(), 1);
    });
}

#[test]
fn a_composed_occurrence_is_not_planned_again() {
    on_every_database(async |place| {
        let outbox = place.open().await;
        compose(&outbox, &due("a", 0), vec![to("group")]).await;
        let again = [row(&due("a", 0), Fate::Planned)];
        assert_eq!(outbox.plan(&again, &[], at(5)).await.unwrap(), []);
        assert!(outbox.planned(at(5), 10).await.unwrap().is_empty());
        assert_eq!(record(&outbox, &due("a", 0)).await.state, OccurrenceState::Composed);
    });
}

#[test]
fn what_was_missed_under_a_wrong_clock_is_planned_when_its_time_comes() {
    on_every_database(async |place| {
        let outbox = place.open().await;
        let missed = Fate::Missed { reason: "too late".to_owned(), span: None };
        // At ten by a clock that was wrong; at nine by the right one.
        outbox
            .plan(&[row(&due("a", 0), missed.clone())], &[mark("a", 3600)], at(3600))
            .await
            .unwrap();
        let new = outbox.plan(&[row(&due("a", 0), Fate::Planned)], &[], at(0)).await.unwrap();
        assert_eq!(new, [due("a", 0)]);
        let kept = record(&outbox, &due("a", 0)).await;
        assert_eq!((kept.state, kept.reason), (OccurrenceState::Planned, None));
        // Never the other way round.
        assert_eq!(outbox.plan(&[row(&due("a", 0), missed)], &[], at(1)).await.unwrap(), []);
        assert_eq!(record(&outbox, &due("a", 0)).await.state, OccurrenceState::Planned);
    });
}

#[test]
fn a_watermark_moves_back_only_with_another_schedule() {
    on_every_database(async |place| {
        let outbox = place.open().await;
        let marks = async || outbox.watermarks().await.unwrap();
        outbox.plan(&[], &[mark("a", 60), mark("b", 60)], at(60)).await.unwrap();
        outbox.plan(&[], &[mark("a", 0)], at(61)).await.unwrap();
        assert_eq!(marks().await, [mark("a", 60), mark("b", 60)]);

        let mut edited = mark("a", 30);
        edited.fingerprint = Fingerprint::of("every day at 10:00");
        outbox.plan(&[], std::slice::from_ref(&edited), at(62)).await.unwrap();
        let mut silent = mark("b", 30);
        silent.enabled = false;
        outbox.plan(&[], std::slice::from_ref(&silent), at(62)).await.unwrap();
        assert_eq!(marks().await, [edited, silent]);
    });
}

#[test]
fn a_clock_that_was_set_back_takes_the_watermarks_with_it() {
    on_every_database(async |place| {
        let outbox = place.open().await;
        outbox.plan(&[], &[mark("a", 7200), mark("b", 0)], at(7200)).await.unwrap();
        outbox.set_back(at(60)).await.unwrap();
        assert_eq!(outbox.watermarks().await.unwrap(), [mark("a", 60), mark("b", 0)]);
    });
}

#[test]
fn what_is_not_sent_keeps_its_reason() {
    on_every_database(async |place| {
        let outbox = place.open().await;
        let span = Span { first: at(-9000), last: at(-10), count: 150 };
        let rows = [
            row(&due("late", 0), Fate::Missed { reason: "too late".to_owned(), span: None }),
            row(&due("many", -10), Fate::Missed { reason: "latest".to_owned(), span: Some(span) }),
            row(
                &due("quiet", 0),
                Fate::Skipped {
                    reason: "paused".to_owned(),
                    detail: Some("stocktaking".to_owned()),
                    span: None,
                },
            ),
        ];
        outbox.plan(&rows, &[], at(1)).await.unwrap();
        let late = record(&outbox, &due("late", 0)).await;
        assert_eq!(
            (late.state, late.reason.as_ref().map(ToString::to_string).as_deref()),
            (OccurrenceState::Missed, Some("too late"))
        );
        assert_eq!(record(&outbox, &due("many", -10)).await.span, Some(span));
        let quiet = record(&outbox, &due("quiet", 0)).await;
        assert_eq!(
            (quiet.state, quiet.reason.as_ref().map(ToString::to_string).as_deref()),
            (OccurrenceState::Skipped, Some("paused"))
        );
        assert_eq!(quiet.detail.as_ref().map(ToString::to_string).as_deref(), Some("stocktaking"));
        // None of them waits to be composed.
        assert!(outbox.planned(at(10), 10).await.unwrap().is_empty());
    });
}

#[test]
fn manual_sends_are_numbered_by_reminder_and_never_take_an_occurrence() {
    on_every_database(async |place| {
        let outbox = place.open().await;
        let (a, b) = (ReminderId::new("a"), ReminderId::new("b"));
        let send = async |id, seconds| {
            outbox.plan_manual(id, at(seconds), "UTC", r#"{"only":[]}"#, at(0)).await.unwrap()
        };
        assert_eq!(send(&a, 0).await.origin, Origin::Manual(1));
        assert_eq!(send(&a, 0).await.origin, Origin::Manual(2));
        assert_eq!(send(&b, 0).await.origin, Origin::Manual(1));
        let new = outbox.plan(&[row(&due("a", 0), Fate::Planned)], &[], at(0)).await.unwrap();
        assert_eq!(new, [due("a", 0)]);
        assert_eq!(outbox.planned(at(0), 10).await.unwrap().len(), 4);
    });
}

#[test]
fn a_manual_send_goes_out_now_whatever_its_due_instant_says() {
    on_every_database(async |place| {
        let outbox = place.open().await;
        let id = ReminderId::new("a");
        let tomorrow = outbox.plan_manual(&id, at(86_400), "UTC", "{}", at(0)).await.unwrap();
        let rows = [row(&due("a", 0), Fate::Planned), row(&due("a", 3600), Fate::Planned)];
        outbox.plan(&rows, &[], at(0)).await.unwrap();
        let waiting = outbox.planned(at(0), 10).await.unwrap();
        let waiting: Vec<_> = waiting.iter().map(|one| &one.occurrence).collect();
        assert_eq!(waiting, [&due("a", 0), &tomorrow]);
        let one = outbox.planned_one(&tomorrow).await.unwrap().unwrap();
        assert_eq!((one.occurrence, one.request.as_deref()), (tomorrow, Some("{}")));
        assert_eq!(outbox.planned_one(&due("b", 0)).await.unwrap(), None);
    });
}

#[test]
fn what_is_planned_waits_oldest_first_in_batches() {
    on_every_database(async |place| {
        let outbox = place.open().await;
        let rows: Vec<_> =
            (0..10).rev().map(|n| row(&due(&format!("r{n}"), n), Fate::Planned)).collect();
        outbox.plan(&rows, &[], at(10)).await.unwrap();
        let waiting = outbox.planned(at(10), 3).await.unwrap();
        let waiting: Vec<_> = waiting.iter().map(|one| one.occurrence.due_at).collect();
        assert_eq!(waiting, [at(0), at(1), at(2)]);
        // What is due later waits for its time.
        assert_eq!(outbox.planned(at(4), 100).await.unwrap().len(), 5);
    });
}

#[test]
fn what_nobody_composed_is_overdue() {
    on_every_database(async |place| {
        let outbox = place.open().await;
        let rows =
            [row(&due("old", 0), Fate::Planned), row(&due("caught-up", -600), Fate::Planned)];
        outbox.plan(&rows[..1], &[], at(0)).await.unwrap();
        outbox.plan(&rows[1..], &[], at(500)).await.unwrap();
        let overdue = outbox.overdue(at(300), 10).await.unwrap();
        let overdue: Vec<_> = overdue.iter().map(|one| one.occurrence.clone()).collect();
        // The other was due before, but is known for a moment only.
        assert_eq!(overdue, [due("old", 0)]);
    });
}

#[test]
fn an_alert_is_planned_and_composed_at_once_and_told_once_a_day() {
    on_every_database(async |place| {
        let outbox = place.open().await;
        let id = ReminderId::new("@alerts");
        let tell = async |cause: &str, seconds| {
            outbox
                .plan_alert(&id, &[cause], "UTC", |_, _| vec![to("ops")], at(seconds))
                .await
                .unwrap()
        };
        let first = tell("disk", 0).await.expect("the first is told");
        assert_eq!(first.origin, Origin::Alert(1));
        assert_eq!(record(&outbox, &first).await.deliveries[0].state, DeliveryState::Pending);
        assert_eq!(tell("disk", 86_399).await, None);
        assert_eq!(tell("network", 1).await.map(|one| one.origin), Some(Origin::Alert(2)));
        assert!(tell("disk", 86_400).await.is_some());
        // Several causes at once: only what is new is told, and what nobody hears counts as told.
        let together = async |causes: &[&str], heard: bool| {
            let mut new = Vec::new();
            let deliveries = |_: &Occurrence, fresh: &[bool]| {
                new = fresh.to_vec();
                if heard { vec![to("ops")] } else { Vec::new() }
            };
            let planned =
                outbox.plan_alert(&id, causes, "UTC", deliveries, at(86_401)).await.unwrap();
            (planned.is_some(), new)
        };
        assert_eq!(together(&["disk"], true).await, (false, vec![]));
        assert_eq!(together(&["for the journal"], false).await, (false, vec![true]));
        assert_eq!(
            together(&["disk", "other", "for the journal"], true).await,
            (true, vec![false, true, false])
        );
        // What was mended is told anew.
        outbox.mended(&["disk".to_owned()]).await.unwrap();
        assert_eq!(together(&["disk"], true).await, (true, vec![true]));
        // A mark that a wrong clock made far ahead silences nothing.
        assert!(tell("clock", 10 * 86_400).await.is_some());
        assert!(tell("clock", 0).await.is_some());
        assert_eq!(log(&outbox).await.len(), 7);
    });
}

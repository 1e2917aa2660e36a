//! Claim: who may send what, in which order, each delivery once.

use std::time::Duration;

use dingdong::{
    model::{
        delivery::{DeliveryState, NewDelivery},
        receipt::Verdict,
        reminder::{Priority, ReminderId},
        target::TargetId,
    },
    outbox::{ClaimRequest, Fate, OpenTarget},
};

use super::{
    LEASE, Place, at, claim, claim_paced, compose, composing, due, ids, message, on_every_database,
    only_delivery, paced, reminders, row, runtime, settle, to, token, unlimited,
};

#[test]
fn the_queue_goes_by_priority_then_due_instant_then_id() {
    on_every_database(async |place| {
        let outbox = place.open().await;
        let with = |priority| vec![NewDelivery { priority, ..to("group") }];
        compose(&outbox, &due("low", 0), with(Priority::Low)).await;
        compose(&outbox, &due("later", 5), with(Priority::Normal)).await;
        compose(&outbox, &due("b", 3), with(Priority::Normal)).await;
        compose(&outbox, &due("a", 3), with(Priority::Normal)).await;
        compose(&outbox, &due("urgent", 9), with(Priority::Urgent)).await;
        // The same order, whether taken at once or by and by.
        let mut taken = Vec::new();
        taken.extend(claim_paced(&outbox, "me", at(10), 2, &unlimited()).await);
        taken.extend(claim_paced(&outbox, "me", at(10), 2, &unlimited()).await);
        taken.extend(claim(&outbox, at(10)).await);
        assert_eq!(reminders(&taken), ["urgent", "a", "b", "later", "low"]);
    });
}

#[test]
fn an_attempt_is_counted_before_its_request_leaves() {
    on_every_database(async |place| {
        let outbox = place.open().await;
        compose(&outbox, &due("a", 0), vec![to("group")]).await;
        let leased = claim(&outbox, at(0)).await;
        assert_eq!((leased[0].attempt, leased[0].until), (1, at(60)));
        // Another process sees it already.
        let other = place.open().await;
        let kept = only_delivery(&other, &due("a", 0)).await;
        assert_eq!((kept.state, kept.attempt), (DeliveryState::Sending, 1));
        assert!(claim(&other, at(1)).await.is_empty());
    });
}

#[test]
fn nothing_is_claimed_before_its_time_and_the_wake_up_says_when() {
    on_every_database(async |place| {
        let outbox = place.open().await;
        let wake =
            async |seconds| outbox.next_claim(at(seconds), &unlimited(), None).await.unwrap();
        assert_eq!(wake(0).await, None);
        let later = NewDelivery { not_before: at(30), ..to("group") };
        compose(&outbox, &due("a", 0), vec![later]).await;
        assert!(claim(&outbox, at(29)).await.is_empty());
        assert_eq!(wake(0).await, Some(at(30)));
        assert_eq!(claim(&outbox, at(30)).await.len(), 1);
        assert_eq!(wake(30).await, None);
    });
}

fn open(target: &str) -> OpenTarget {
    OpenTarget { id: TargetId::new(target), robot_key: format!("env:{target}"), quiet_until: None }
}

#[test]
fn quiet_hours_hold_back_what_is_not_urgent_and_was_not_asked_for_by_a_person() {
    on_every_database(async |place| {
        let outbox = place.open().await;
        let with = |priority| vec![NewDelivery { priority, ..to("group") }];
        compose(&outbox, &due("normal", 0), with(Priority::Normal)).await;
        compose(&outbox, &due("urgent", 0), with(Priority::Urgent)).await;
        let id = ReminderId::new("manual");
        let manual = outbox.plan_manual(&id, at(0), "UTC", "{}", at(0)).await.unwrap();
        outbox.compose(composing(&manual, vec![to("group")]), at(0)).await.unwrap();
        let night = [OpenTarget { quiet_until: Some(at(600)), ..open("group") }];
        let (paces, token) = (unlimited(), token());
        let request = |now, targets| ClaimRequest {
            now,
            owner: "me",
            token: &token,
            lease: LEASE,
            limit: 10,
            paces: &paces,
            robots: None,
            targets: Some(targets),
            only: None,
        };
        let leased = outbox.claim(request(at(1), &night)).await.unwrap();
        assert_eq!(reminders(&leased), ["urgent", "manual"]);
        let wake = outbox.next_claim(at(1), &paces, Some(&night)).await.unwrap();
        assert_eq!(wake, Some(at(600)));
        let morning = [open("group")];
        let leased = outbox.claim(request(at(600), &morning)).await.unwrap();
        assert_eq!(reminders(&leased), ["normal"]);
    });
}

#[test]
fn only_the_targets_asked_for_are_claimed_and_waited_for() {
    on_every_database(async |place| {
        let outbox = place.open().await;
        compose(&outbox, &due("a", 0), vec![to("silent"), to("group")]).await;
        let targets = [open("group")];
        let paces = unlimited();
        let token = token();
        let request = ClaimRequest {
            now: at(0),
            owner: "me",
            token: &token,
            lease: LEASE,
            limit: 10,
            paces: &paces,
            robots: None,
            targets: Some(&targets),
            only: None,
        };
        let leased = outbox.claim(request).await.unwrap();
        assert_eq!(leased.len(), 1);
        assert_eq!(leased[0].target, targets[0].id);
        // What waits for a target that is not sent to wakes nobody.
        assert_eq!(outbox.next_claim(at(0), &paces, Some(&targets)).await.unwrap(), None);
        assert_eq!(outbox.next_claim(at(0), &paces, None).await.unwrap(), Some(at(0)));
        assert_eq!(outbox.claim(ClaimRequest { targets: Some(&[]), ..request }).await.unwrap(), []);
    });
}

#[test]
fn a_command_claims_its_own_occurrence_alone() {
    on_every_database(async |place| {
        let outbox = place.open().await;
        compose(&outbox, &due("a", 0), vec![to("group")]).await;
        compose(&outbox, &due("mine", 5), vec![to("group")]).await;
        let (paces, token, mine) = (unlimited(), token(), due("mine", 5));
        let request = ClaimRequest {
            now: at(5),
            owner: "command",
            token: &token,
            lease: LEASE,
            limit: 10,
            paces: &paces,
            robots: None,
            targets: None,
            only: Some(&mine),
        };
        assert_eq!(reminders(&outbox.claim(request).await.unwrap()), ["mine"]);
    });
}

#[test]
fn a_part_waits_for_the_one_before_it() {
    on_every_database(async |place| {
        let outbox = place.open().await;
        let parts = (1..=3)
            .map(|number| NewDelivery { message: message(number, 3), ..to("group") })
            .collect();
        compose(&outbox, &due("a", 0), parts).await;
        for number in 1..=3 {
            let leased = claim(&outbox, at(i64::from(number))).await;
            assert_eq!(ids(&leased), [format!("a@{}/group/{number}", super::NINE)]);
            assert_eq!(leased[0].message.part.number, number);
            assert!(claim(&outbox, at(10)).await.is_empty());
            settle(&outbox, &leased[0], Verdict::Sent, at(i64::from(number))).await;
        }
        assert!(claim(&outbox, at(10)).await.is_empty());
    });
}

#[test]
fn two_processes_claim_each_delivery_once() {
    // Real threads and connections: the database alone keeps them apart.
    const DELIVERIES: usize = 60;
    for database in super::DATABASES {
        let place = Place::new(database);
        runtime().block_on(async {
            let outbox = place.open().await;
            for n in 0..DELIVERIES {
                compose(&outbox, &due(&format!("r{n}"), 0), vec![to(&format!("t{}", n % 3))]).await;
            }
            outbox.close().await;
        });
        let taken: Vec<Vec<String>> = std::thread::scope(|scope| {
            let work = |owner: &'static str| {
                let place = &place;
                move || {
                    runtime().block_on(async {
                        let outbox = place.open().await;
                        let mut taken = Vec::new();
                        loop {
                            let leased = claim_paced(&outbox, owner, at(0), 3, &unlimited()).await;
                            if leased.is_empty() {
                                return taken;
                            }
                            for one in &leased {
                                assert!(settle(&outbox, one, Verdict::Sent, at(1)).await);
                            }
                            taken.extend(leased.into_iter().map(|one| one.id));
                        }
                    })
                }
            };
            let threads = ["one", "two", "three"].map(|owner| scope.spawn(work(owner)));
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        let mut all: Vec<String> = taken.into_iter().flatten().collect();
        assert_eq!(all.len(), DELIVERIES);
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), DELIVERIES, "none was taken twice");
    }
}

#[test]
fn a_robot_that_cannot_send_keeps_no_other_waiting() {
    on_every_database(async |place| {
        let outbox = place.open().await;
        for n in 0..20 {
            compose(&outbox, &due(&format!("r{n}"), 0), vec![to("busy")]).await;
        }
        compose(&outbox, &due("z", 5), vec![to("free")]).await;
        let paces = paced("env:busy", 2, Duration::from_secs(60));
        // Fewer are asked for than wait before it.
        assert_eq!(claim_paced(&outbox, "me", at(5), 2, &paces).await.len(), 2);
        assert_eq!(reminders(&claim_paced(&outbox, "me", at(5), 2, &paces).await), ["z"]);
    });
}

#[test]
fn a_message_that_never_passes_blocks_nothing_behind_it() {
    on_every_database(async |place| {
        let outbox = place.open().await;
        compose(&outbox, &due("a", 0), vec![to("group")]).await;
        compose(&outbox, &due("b", 0), vec![to("group")]).await;
        let poisoned = claim_paced(&outbox, "me", at(0), 1, &unlimited()).await;
        assert_eq!(reminders(&poisoned), ["a"]);
        settle(&outbox, &poisoned[0], Verdict::Retry(None), at(1)).await;
        assert_eq!(reminders(&claim_paced(&outbox, "me", at(1), 1, &unlimited()).await), ["b"]);
    });
}

#[test]
fn a_resting_robot_is_left_alone_until_its_rest_is_over() {
    on_every_database(async |place| {
        let outbox = place.open().await;
        compose(&outbox, &due("a", 0), vec![to("group")]).await;
        outbox.rest("env:group", at(600)).await.unwrap();
        // A shorter rest does not end a longer one.
        outbox.rest("env:group", at(10)).await.unwrap();
        assert!(claim(&outbox, at(599)).await.is_empty());
        let wake = outbox.next_claim(at(0), &unlimited(), None).await.unwrap();
        assert_eq!(wake, Some(at(600)));
        assert_eq!(claim(&outbox, at(600)).await.len(), 1);
    });
}

#[test]
fn a_damaged_message_is_dead_and_keeps_nothing_behind_it_waiting() {
    on_every_database(async |place| {
        let outbox = place.open().await;
        for reminder in ["a", "b", "c", "d"] {
            compose(&outbox, &due(reminder, 0), vec![to("group")]).await;
        }
        let mut store = super::directly(&place.path()).await;
        let id = |reminder| format!("{}/group/1", due(reminder, 0).id());
        let spoil = |statement: &'static str, id| sqlx::query(statement).bind(id);
        let torn = spoil("UPDATE content SET message = '{\"title\"' WHERE delivery = $1", id("a"));
        torn.execute(&mut store).await.unwrap();
        let gone = spoil("DELETE FROM content WHERE delivery = $1", id("c"));
        gone.execute(&mut store).await.unwrap();
        let paces = paced("env:group", 3, Duration::from_secs(60));
        let mut left = Vec::new();
        while let [one, ..] = &claim_paced(&outbox, "me", at(1), 10, &paces).await[..] {
            left.push(one.occurrence.reminder.to_string());
            settle(&outbox, one, Verdict::Sent, at(1)).await;
        }
        assert_eq!(left[0], "b");
        // Whoever runs the service is to hear of each, once.
        let told: Vec<String> = outbox.damaged().into_iter().map(|one| one.id).collect();
        assert_eq!(told, [id("a"), id("c")]);
        assert_eq!(outbox.damaged(), []);
        let kept = only_delivery(&outbox, &due("a", 0)).await;
        assert_eq!((kept.state, kept.attempt), (DeliveryState::Dead, 0));
        assert!(kept.reason.as_deref().is_some_and(|why| why.contains("damaged")), "{kept:?}");
        let kept = only_delivery(&outbox, &due("c", 0)).await;
        assert_eq!(kept.state, DeliveryState::Dead);
    });
}

#[test]
fn a_damaged_occurrence_has_failed_and_keeps_nothing_behind_it_waiting() {
    on_every_database(async |place| {
        let outbox = place.open().await;
        let rows = ["a", "b"].map(|reminder| row(&due(reminder, 0), Fate::Planned));
        outbox.plan(&rows, &[], at(0)).await.unwrap();
        let mut store = super::directly(&place.path()).await;
        let spoil = "UPDATE occurrence SET origin = 'nobody' WHERE reminder = 'a'";
        sqlx::query(spoil).execute(&mut store).await.unwrap();
        for _ in 0..2 {
            let planned = outbox.planned(at(1), 1).await.unwrap();
            assert!(planned.iter().all(|one| one.occurrence == due("b", 0)), "{planned:?}");
        }
        assert_eq!(outbox.planned(at(1), 1).await.unwrap().len(), 1);
        let damaged = outbox.damaged();
        assert_eq!(damaged.len(), 1, "{damaged:?}");
        assert_eq!(damaged[0].id, due("a", 0).id());
        assert!(damaged[0].reason.to_string().contains("`nobody`"), "{damaged:?}");
        let state: String = sqlx::query_scalar("SELECT state FROM occurrence WHERE reminder = 'a'")
            .fetch_one(&mut store)
            .await
            .unwrap();
        assert_eq!(state, "failed");
    });
}

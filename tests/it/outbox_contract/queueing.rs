//! The queue as it is foretold: why each delivery waits, and that the claims do what was said.

use std::{collections::BTreeMap, time::Duration};

use dingdong::{
    model::{
        delivery::NewDelivery,
        receipt::Verdict,
        reminder::{Priority, ReminderId},
        target::{Pace, TargetId},
    },
    outbox::{Ahead, ClaimRequest, Holdup, OpenTarget, Outbox, Paces, Scope, Waiting},
};
use jiff::Timestamp;
use proptest::prelude::*;

use super::{
    DATABASES, LEASE, Place, answer, at, claim, compose, composing, due, message,
    on_every_database, paced, runtime, settle, to, token, unlimited,
};

/// Targets as they are: silent from second 100 until second 200, and `closed` is not sent to.
fn open(id: &TargetId, now: Timestamp) -> Option<OpenTarget> {
    let quiet = id.as_str() == "quiet" && now >= at(100) && now < at(200);
    let quiet_until = quiet.then(|| at(200));
    let robot_key = format!("env:{id}");
    (id.as_str() != "closed").then(|| OpenTarget { id: id.clone(), robot_key, quiet_until })
}

async fn queue(outbox: &Outbox, now: Timestamp, paces: &Paces) -> Vec<Waiting> {
    outbox.queue(&Ahead { now, paces, target: &open }).await.unwrap()
}

#[test]
fn everything_that_waits_says_why() {
    on_every_database(async |place| {
        let outbox = place.open().await;
        let now = at(150);
        let pause = |scope, until| {
            let outbox = outbox.clone();
            async move { outbox.pause(&scope, until, None, at(0)).await.unwrap() }
        };
        for target in ["free", "quiet", "closed", "resting", "halted"] {
            compose(&outbox, &due(target, 0), vec![to(target)]).await;
        }
        compose(&outbox, &due("paused", 0), vec![to("free")]).await;
        pause(Scope::Reminder(ReminderId::new("paused")), Some(at(500))).await;
        compose(&outbox, &due("endless", 0), vec![to("free")]).await;
        pause(Scope::Reminder(ReminderId::new("endless")), None).await;
        let parts = (1..=2).map(|n| NewDelivery { message: message(n, 2), ..to("parts") });
        compose(&outbox, &due("parts", 0), parts.collect()).await;
        outbox.rest("env:resting", at(300)).await.unwrap();
        let halted = claim(&outbox, at(0)).await;
        for one in &halted {
            let (verdict, ended) = match one.target.as_str() {
                "halted" => (Verdict::Misconfigured, at(0)),
                _ => (Verdict::Retry(Some(Duration::from_secs(20))), at(0)),
            };
            settle(&outbox, one, verdict, ended).await;
        }
        compose(&outbox, &due("retry", 140), vec![to("retry")]).await;
        let retry = claim(&outbox, at(140)).await;
        for one in &retry {
            settle(&outbox, one, Verdict::Retry(Some(Duration::from_secs(20))), at(140)).await;
        }
        compose(&outbox, &due("first", 141), vec![to("free")]).await;
        compose(&outbox, &due("second", 142), vec![to("free")]).await;
        let paces = paced("env:free", 1, Duration::from_secs(10));
        let seen: BTreeMap<String, (Option<Holdup>, Option<Timestamp>)> =
            queue(&outbox, now, &paces)
                .await
                .into_iter()
                .map(|one| {
                    (format!("{}/{}", one.occurrence.reminder, one.part), (one.holdup, one.leaves))
                })
                .collect();
        let expected = [
            ("closed/1", Some(Holdup::Closed), None),
            ("endless/1", Some(Holdup::Paused), None),
            ("first/1", None, Some(at(150))),
            ("free/1", Some(Holdup::Retry), Some(at(160))),
            ("halted/1", Some(Holdup::Suspended), None),
            ("parts/1", Some(Holdup::Retry), Some(at(160))),
            ("parts/2", Some(Holdup::Part), Some(at(160))),
            ("paused/1", Some(Holdup::Paused), Some(at(500))),
            ("quiet/1", Some(Holdup::Quiet), Some(at(200))),
            ("resting/1", Some(Holdup::Rest), Some(at(300))),
            ("retry/1", Some(Holdup::Retry), Some(at(160))),
            ("second/1", Some(Holdup::Turn), Some(at(170))),
        ];
        let expected: BTreeMap<String, _> =
            expected.map(|(id, why, leaves)| (id.to_owned(), (why, leaves))).into();
        assert_eq!(seen, expected);
    });
}

#[test]
fn what_will_be_expired_before_its_turn_is_known_beforehand() {
    on_every_database(async |place| {
        let outbox = place.open().await;
        for n in 0..3 {
            let short = NewDelivery { keep_until: at(15), ..to("group") };
            compose(&outbox, &due(&format!("r{n}"), 0), vec![short]).await;
        }
        let paces = paced("env:group", 1, Duration::from_secs(10));
        let waiting = queue(&outbox, at(0), &paces).await;
        let expires: Vec<_> = waiting.iter().map(Waiting::expires_first).collect();
        assert_eq!(expires, [false, false, true]);
    });
}

/// What is put into the queue.
#[derive(Clone, Debug)]
struct Put {
    target: &'static str,
    priority: Priority,
    due: i64,
    not_before: i64,
    parts: u32,
    manual: bool,
}

fn put() -> impl Strategy<Value = Put> {
    let target = prop_oneof![Just("group"), Just("quiet"), Just("other"), Just("closed")];
    let priority = prop_oneof![Just(Priority::Urgent), Just(Priority::Normal), Just(Priority::Low)];
    let rest = (0..5i64, 0..250i64, 1..4u32, prop::bool::weighted(0.2));
    (target, priority, rest).prop_map(|(target, priority, (due, not_before, parts, manual))| Put {
        target,
        priority,
        due,
        not_before,
        parts,
        manual,
    })
}

/// Plays the service: claims whenever it would wake, and hears every answer at once. When each
/// delivery left.
async fn claims(outbox: &Outbox, paces: &Paces, from: Timestamp) -> BTreeMap<String, Timestamp> {
    let (mut now, mut left) = (from, BTreeMap::new());
    let ids = ["group", "quiet", "other", "closed"].map(TargetId::new);
    loop {
        let targets: Vec<OpenTarget> = ids.iter().filter_map(|id| open(id, now)).collect();
        let Some(next) = outbox.next_claim(now, paces, Some(&targets)).await.unwrap() else {
            return left;
        };
        now = next.max(now);
        let targets: Vec<OpenTarget> = ids.iter().filter_map(|id| open(id, now)).collect();
        let token = token();
        let request = ClaimRequest {
            now,
            owner: "me",
            token: &token,
            lease: LEASE,
            limit: 1_000,
            paces,
            robots: None,
            targets: Some(&targets),
            only: None,
        };
        for leased in outbox.claim(request).await.unwrap() {
            let mut one = answer(&leased, Verdict::Sent, now);
            (one.attempt.at_ms, one.attempt.ms) = (now.as_millisecond(), 0);
            assert_eq!(outbox.settle_batch(&[one], now).await.unwrap(), [true]);
            left.insert(leased.id, now);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_foretold_is_what_the_claims_do(
        puts in prop::collection::vec(put(), 1..20),
        rest in prop::option::of(0..120i64),
        pause in prop::option::of(20..300i64),
    ) {
        for database in DATABASES {
            runtime().block_on(async {
                let place = Place::new(database);
                let outbox = place.open().await;
                for (n, put) in puts.iter().enumerate() {
                    put_in(&outbox, n, put).await;
                }
                if let Some(rest) = rest {
                    outbox.rest("env:group", at(rest)).await.unwrap();
                }
                if let Some(until) = pause {
                    let scope = Scope::Reminder(ReminderId::new("r0"));
                    outbox.pause(&scope, Some(at(until)), None, at(0)).await.unwrap();
                }
                let pace = Pace { count: 2, window: Duration::from_secs(30) };
                let paces = Paces::new(
                    ["env:group", "env:quiet"].map(|robot| (robot.to_owned(), pace)),
                );
                let foretold: BTreeMap<String, Timestamp> = queue(&outbox, at(5), &paces)
                    .await
                    .into_iter()
                    .filter_map(|one| Some((one.id, one.leaves?)))
                    .collect();
                assert_eq!(claims(&outbox, &paces, at(5)).await, foretold);
            });
        }
    }
}

async fn put_in(outbox: &Outbox, n: usize, put: &Put) {
    let delivery = |number| NewDelivery {
        priority: put.priority,
        not_before: at(put.not_before),
        keep_until: at(1_000_000),
        message: message(number, put.parts),
        ..to(put.target)
    };
    let deliveries: Vec<_> = (1..=put.parts).map(delivery).collect();
    let id = format!("r{n}");
    if !put.manual {
        return compose(outbox, &due(&id, put.due), deliveries).await;
    }
    let id = ReminderId::new(id);
    let manual = outbox.plan_manual(&id, at(put.due), "UTC", "{}", at(0)).await.unwrap();
    outbox.compose(composing(&manual, deliveries), at(0)).await.unwrap();
    assert!(queue(outbox, at(0), &unlimited()).await.iter().any(|one| one.occurrence == manual));
}

//! Rescue: a dead process's leases come back at once, a living one's when they run out.

use dingdong::{
    model::{delivery::DeliveryState, receipt::Verdict, target::TargetId},
    outbox::OwnerLock,
};

use super::{
    at, claim, claim_paced, compose, due, on_every_database, only_delivery, settle, to, unlimited,
};

#[test]
fn a_living_owners_lease_comes_back_when_it_runs_out() {
    on_every_database(async |place| {
        let outbox = place.open().await;
        let alive = OwnerLock::acquire(outbox.path(), "alive").unwrap();
        compose(&outbox, &due("a", 0), vec![to("group")]).await;
        claim_paced(&outbox, alive.token(), at(0), 1, &unlimited()).await;
        assert!(outbox.dead_owners().await.unwrap().is_empty());
        assert_eq!(outbox.rescue(&[], &[], at(59)).await.unwrap(), []);
        assert_eq!(outbox.next_rescue().await.unwrap(), Some(at(60)));
        let back = outbox.rescue(&[], &[], at(60)).await.unwrap();
        assert_eq!((back.len(), back[0].state), (1, DeliveryState::Pending));
        assert_eq!(back[0].occurrence, due("a", 0));
        let kept = only_delivery(&outbox, &due("a", 0)).await;
        assert_eq!(kept.attempts.len(), 1);
        assert_eq!(kept.attempts[0].verdict, "unknown");
        assert_eq!(kept.attempts[0].at_ms, at(0).as_millisecond());
    });
}

#[test]
fn a_dead_owners_lease_comes_back_at_once() {
    on_every_database(async |place| {
        let outbox = place.open().await;
        let dying = OwnerLock::acquire(outbox.path(), "dying").unwrap();
        let alive = OwnerLock::acquire(outbox.path(), "alive").unwrap();
        compose(&outbox, &due("a", 0), vec![to("group")]).await;
        compose(&outbox, &due("b", 0), vec![to("group")]).await;
        claim_paced(&outbox, dying.token(), at(0), 1, &unlimited()).await;
        claim_paced(&outbox, alive.token(), at(0), 1, &unlimited()).await;
        drop(dying);
        let dead = outbox.dead_owners().await.unwrap();
        assert_eq!(dead, ["dying"]);
        let back = outbox.rescue(&dead, &[], at(1)).await.unwrap();
        assert_eq!(back.len(), 1);
        assert_eq!(back[0].occurrence, due("a", 0));
        let again = claim(&outbox, at(1)).await;
        assert_eq!((again.len(), again[0].attempt, again[0].uncertain), (1, 2, true));
        // What was given back once is not given back again.
        assert_eq!(outbox.rescue(&dead, &[], at(2)).await.unwrap(), []);
    });
}

#[test]
fn after_a_crash_a_target_that_forbids_repeats_holds() {
    on_every_database(async |place| {
        let outbox = place.open().await;
        compose(&outbox, &due("a", 0), vec![to("careful"), to("group")]).await;
        claim_paced(&outbox, "gone", at(0), 10, &unlimited()).await;
        let dead = outbox.dead_owners().await.unwrap();
        let hold = [TargetId::new("careful")];
        let back = outbox.rescue(&dead, &hold, at(1)).await.unwrap();
        let states: Vec<_> = back.iter().map(|one| (one.target.as_str(), one.state)).collect();
        assert_eq!(states, [("careful", DeliveryState::Held), ("group", DeliveryState::Pending)]);
        // A held one waits for a person, without end.
        assert_eq!(claim(&outbox, at(2)).await.len(), 1);
        assert_eq!(outbox.expire(at(100_000)).await.unwrap(), []);
        let held = back[0].id.as_str();
        outbox.redrive(held, at(200_000), at(100_000)).await.unwrap();
        let again = claim(&outbox, at(100_000)).await;
        assert_eq!((again[0].id.as_str(), again[0].attempt), (held, 2));
        assert_eq!(again[0].message.key, "key-1");
    });
}

#[test]
fn an_answer_that_was_settled_is_not_lost_with_its_process() {
    on_every_database(async |place| {
        let outbox = place.open().await;
        compose(&outbox, &due("a", 0), vec![to("group")]).await;
        let leased = claim_paced(&outbox, "gone", at(0), 1, &unlimited()).await;
        settle(&outbox, &leased[0], Verdict::Sent, at(1)).await;
        let everyone = ["gone".to_owned()];
        assert_eq!(outbox.rescue(&everyone, &[], at(1000)).await.unwrap(), []);
        assert_eq!(only_delivery(&outbox, &due("a", 0)).await.state, DeliveryState::Delivered);
    });
}

#[test]
fn two_owners_cannot_have_one_token_and_left_over_locks_are_cleared_away() {
    on_every_database(async |place| {
        let outbox = place.open().await;
        let first = OwnerLock::acquire(outbox.path(), "same").unwrap();
        let error = OwnerLock::acquire(outbox.path(), "same").unwrap_err().to_string();
        assert!(error.contains("owner-same.lock"), "{error}");
        drop(first);
        let folder = place.folder.path().join("store.db.d");
        // As a killed process leaves it: there, and locked by nobody.
        std::fs::write(folder.join("owner-killed.lock"), "").unwrap();
        let second = OwnerLock::acquire(outbox.path(), "other").unwrap();
        let left: Vec<_> = std::fs::read_dir(&folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        assert_eq!(left, ["owner-other.lock"]);
        drop(second);
    });
}

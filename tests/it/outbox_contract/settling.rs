//! Settle: the attempt and the state, fenced by the lease; what verdicts do to robots.

use std::time::Duration;

use dingdong::{
    model::{
        delivery::{self, DeliveryState, Leased, NewDelivery},
        message::Progress,
        receipt::Verdict,
        target::TargetId,
    },
    outbox::{Answer, Outbox, OwnerLock, REASON_LIMIT},
};
use jiff::Timestamp;

use super::{
    answer, at, claim, compose, due, message, on_every_database, only_delivery, record, reminders,
    settle, to, unlimited,
};

#[test]
fn every_attempt_stands_in_the_log() {
    on_every_database(async |place| {
        let outbox = place.open().await;
        compose(&outbox, &due("a", 0), vec![to("group")]).await;
        let first = claim(&outbox, at(0)).await;
        settle(&outbox, &first[0], Verdict::Retry(Some(Duration::from_secs(9))), at(1)).await;
        let waiting = only_delivery(&outbox, &due("a", 0)).await;
        assert_eq!((waiting.state, waiting.not_before), (DeliveryState::Pending, at(10)));
        let second = claim(&outbox, at(10)).await;
        assert_eq!((second[0].attempt, second[0].uncertain), (2, false));
        settle(&outbox, &second[0], Verdict::Sent, at(11)).await;
        let kept = only_delivery(&outbox, &due("a", 0)).await;
        assert_eq!((kept.state, kept.attempt), (DeliveryState::Delivered, 2));
        let words: Vec<_> = kept.attempts.iter().map(|one| one.verdict.as_str()).collect();
        assert_eq!(words, ["retry", "sent"]);
        let first = answer(&first[0], Verdict::Retry(None), at(1)).attempt;
        assert_eq!(kept.attempts[0], first);
    });
}

#[test]
fn whoever_lost_the_lease_settles_nothing() {
    on_every_database(async |place| {
        let (slow, quick) = (place.open().await, place.open().await);
        compose(&slow, &due("a", 0), vec![to("group")]).await;
        let old = claim(&slow, at(0)).await;
        assert_eq!(quick.rescue(&[], &[], at(60)).await.unwrap().len(), 1);
        // Neither while it waits …
        assert!(!settle(&slow, &old[0], Verdict::Sent, at(61)).await);
        let new = claim(&quick, at(61)).await;
        assert_eq!((new[0].attempt, new[0].uncertain), (2, true));
        // … nor while another sends it, nor after that one is done.
        assert!(!settle(&slow, &old[0], Verdict::DeadTarget, at(62)).await);
        assert_eq!(slow.release(&old).await.unwrap(), 0);
        assert!(settle(&quick, &new[0], Verdict::Sent, at(63)).await);
        assert!(!settle(&slow, &old[0], Verdict::DeadTarget, at(64)).await);
        let kept = only_delivery(&quick, &due("a", 0)).await;
        assert_eq!(kept.state, DeliveryState::Delivered);
        let words: Vec<_> = kept.attempts.iter().map(|one| one.verdict.as_str()).collect();
        assert_eq!(words, ["unknown", "sent"]);
        assert!(quick.suspended().await.unwrap().is_empty());
    });
}

#[test]
fn settling_twice_counts_once() {
    on_every_database(async |place| {
        let outbox = place.open().await;
        compose(&outbox, &due("a", 0), vec![to("group")]).await;
        let leased = claim(&outbox, at(0)).await;
        let one = answer(&leased[0], Verdict::Sent, at(1));
        let twice = [one.clone(), one.clone()];
        assert_eq!(outbox.settle_batch(&twice, at(1)).await.unwrap(), [true, false]);
        // As after a commit whose confirmation was lost.
        assert_eq!(outbox.settle_batch(&[one], at(2)).await.unwrap(), [false]);
        assert_eq!(only_delivery(&outbox, &due("a", 0)).await.attempts.len(), 1);
    });
}

#[test]
fn a_refusal_for_good_is_dead_at_once() {
    on_every_database(async |place| {
        let outbox = place.open().await;
        compose(&outbox, &due("a", 0), vec![to("one"), to("two")]).await;
        let leased = claim(&outbox, at(0)).await;
        settle(&outbox, &leased[0], Verdict::BadMessage, at(1)).await;
        settle(&outbox, &leased[1], Verdict::DeadTarget, at(1)).await;
        let kept = record(&outbox, &due("a", 0)).await.deliveries;
        assert!(kept.iter().all(|one| one.state == DeliveryState::Dead));
        assert_eq!(outbox.next_claim(at(1), &unlimited(), None).await.unwrap(), None);
        assert_eq!(outbox.next_rescue().await.unwrap(), None);
    });
}

#[test]
fn a_misconfigured_robot_is_suspended_with_what_waits_behind_it_until_a_person_resumes_it() {
    on_every_database(async |place| {
        let outbox = place.open().await;
        compose(&outbox, &due("a", 0), vec![to("group"), to("other")]).await;
        let leased = claim(&outbox, at(0)).await;
        compose(&outbox, &due("b", 1), vec![to("group")]).await;
        let group = leased.iter().find(|one| one.target.as_str() == "group").unwrap();
        settle(&outbox, group, Verdict::Misconfigured, at(2)).await;
        let suspended = outbox.suspended().await.unwrap();
        assert_eq!((suspended.len(), suspended[0].robot_key.as_str()), (1, "env:group"));
        assert_eq!(suspended[0].reason.to_string(), "the keyword is missing");
        assert_eq!(suspended[0].since, at(2));
        assert!(claim(&outbox, at(1000)).await.is_empty());
        assert_eq!(outbox.next_claim(at(1000), &unlimited(), None).await.unwrap(), None);
        assert!(outbox.resume("env:group").await.unwrap());
        assert!(!outbox.resume("env:group").await.unwrap());
        assert_eq!(reminders(&claim(&outbox, at(1000)).await), ["a", "b"]);
    });
}

#[test]
fn what_waits_follows_its_target_to_another_robot() {
    on_every_database(async |place| {
        let outbox = place.open().await;
        compose(&outbox, &due("a", 0), vec![to("group")]).await;
        let leased = claim(&outbox, at(0)).await;
        settle(&outbox, &leased[0], Verdict::Misconfigured, at(1)).await;
        // The settings name another webhook.
        let now = [(TargetId::new("group"), "env:new".to_owned())];
        assert_eq!(outbox.rekey(&now).await.unwrap(), 1);
        assert_eq!(outbox.rekey(&now).await.unwrap(), 0);
        let leased = claim(&outbox, at(2)).await;
        assert_eq!(leased[0].robot_key, "env:new");
    });
}

#[test]
fn a_throttled_robot_rests_as_a_whole() {
    on_every_database(async |place| {
        let outbox = place.open().await;
        for n in 0..3 {
            compose(&outbox, &due(&format!("r{n}"), 0), vec![to("group")]).await;
        }
        let leased = claim(&outbox, at(0)).await;
        let rest = |seconds| Verdict::Throttled(Duration::from_secs(seconds));
        let answers = [
            answer(&leased[0], rest(30), at(1)),
            answer(&leased[1], rest(600), at(1)),
            answer(&leased[2], Verdict::Sent, at(1)),
        ];
        outbox.settle_batch(&answers, at(1)).await.unwrap();
        assert!(claim(&outbox, at(600)).await.is_empty());
        assert_eq!(claim(&outbox, at(601)).await.len(), 2);
    });
}

#[test]
fn the_last_try_is_within_keep() {
    on_every_database(async |place| {
        let outbox = place.open().await;
        let short = NewDelivery { keep_until: at(10), ..to("group") };
        compose(&outbox, &due("a", 0), vec![short]).await;
        let leased = claim(&outbox, at(9)).await;
        settle(&outbox, &leased[0], Verdict::Retry(Some(Duration::from_secs(5))), at(9)).await;
        let kept = only_delivery(&outbox, &due("a", 0)).await;
        assert_eq!((kept.state, kept.reason.as_deref()), (DeliveryState::Expired, Some("keep")));
        assert_eq!(kept.attempts.len(), 1);
    });
}

#[test]
fn parts_behind_a_dead_one_wait_for_its_redrive() {
    on_every_database(async |place| {
        let outbox = place.open().await;
        let parts =
            (1..=2).map(|n| NewDelivery { message: message(n, 2), ..to("group") }).collect();
        compose(&outbox, &due("a", 0), parts).await;
        let first = claim(&outbox, at(0)).await;
        settle(&outbox, &first[0], Verdict::BadMessage, at(1)).await;
        assert!(claim(&outbox, at(2)).await.is_empty());
        outbox.redrive(&first[0].id, at(7200), at(3)).await.unwrap();
        let again = claim(&outbox, at(3)).await;
        assert_eq!((again[0].id.as_str(), again[0].attempt), (first[0].id.as_str(), 2));
        settle(&outbox, &again[0], Verdict::Sent, at(4)).await;
        assert_eq!(claim(&outbox, at(4)).await[0].message.part.number, 2);
    });
}

#[test]
fn released_leases_leave_no_trace() {
    on_every_database(async |place| {
        let outbox = place.open().await;
        compose(&outbox, &due("a", 0), vec![to("group")]).await;
        let paces = super::paced("env:group", 1, Duration::from_secs(60));
        let leased = super::claim_paced(&outbox, "me", at(0), 1, &paces).await;
        assert_eq!(outbox.release(&leased).await.unwrap(), 1);
        assert_eq!(outbox.release(&leased).await.unwrap(), 0);
        let kept = only_delivery(&outbox, &due("a", 0)).await;
        assert_eq!((kept.state, kept.attempt), (DeliveryState::Pending, 0));
        // The slot is free again, and so is the number of the attempt.
        let again = super::claim_paced(&outbox, "me", at(1), 1, &paces).await;
        assert_eq!((again[0].attempt, again[0].uncertain), (1, false));
        settle(&outbox, &again[0], Verdict::Sent, at(2)).await;
        assert_eq!(only_delivery(&outbox, &due("a", 0)).await.attempts.len(), 1);
    });
}

#[test]
fn what_robots_say_is_cut_to_a_bounded_length() {
    on_every_database(async |place| {
        let outbox = place.open().await;
        compose(&outbox, &due("a", 0), vec![to("group")]).await;
        let leased = claim(&outbox, at(0)).await;
        let mut long = answer(&leased[0], Verdict::Misconfigured, at(1));
        long.attempt.reason = Some("说".repeat(5_000).into());
        long.settlement.suspend = long.attempt.reason.clone();
        outbox.settle_batch(&[long], at(1)).await.unwrap();
        let kept = only_delivery(&outbox, &due("a", 0)).await;
        let said = kept.attempts[0].reason.clone().unwrap();
        assert_eq!(said.to_string().chars().count(), REASON_LIMIT);
        assert_eq!(outbox.suspended().await.unwrap()[0].reason, said);
    });
}

#[test]
fn an_empty_batch_is_nothing() {
    on_every_database(async |place| {
        let outbox = place.open().await;
        let none: [Answer; 0] = [];
        assert!(outbox.settle_batch(&none, at(0)).await.unwrap().is_empty());
        assert_eq!(outbox.release(&[]).await.unwrap(), 0);
        assert!(outbox.compose_batch(&[], at(0)).await.unwrap().counted.is_empty());
        assert!(outbox.plan(&[], &[], at(0)).await.unwrap().is_empty());
        let owner = OwnerLock::acquire(outbox.path(), "fresh").unwrap();
        assert!(outbox.dead_owners().await.unwrap().is_empty());
        assert_eq!(owner.token(), "fresh");
    });
}

/// A message to several receivers: whoever has it does not get it again, and whoever was refused
/// for good is not forgotten, whatever the others come to.
#[test]
fn only_those_who_lack_it_are_tried_again() {
    on_every_database(async |place| {
        let outbox = place.open().await;
        compose(&outbox, &due("a", 0), vec![part(1), part(2)]).await;
        let first = claim(&outbox, at(0)).await;
        let came = Progress { again: names(&["b", "c"]), refused: names(&["d"]) };
        come(&outbox, &first[0], Verdict::Retry(None), came, at(1)).await;
        assert!(claim(&outbox, at(1)).await.is_empty());
        let second = claim(&outbox, at(10)).await;
        let left = &second[0].message.progress;
        assert_eq!(left.again, ["b", "c"]);
        assert!(left.wants("b") && !left.wants("a") && !left.wants("d"));
        // No answer changes nothing.
        settle(&outbox, &second[0], Verdict::Retry(None), at(11)).await;
        let third = claim(&outbox, at(30)).await;
        assert_eq!(&third[0].message.progress, left);
        // The last ones have it: the one who cannot have it stays, and the next part may go.
        settle(&outbox, &third[0], Verdict::Sent, at(31)).await;
        let kept = record(&outbox, &due("a", 0)).await.deliveries;
        assert_eq!(kept[0].state, DeliveryState::Dead);
        let next = claim(&outbox, at(31)).await;
        assert_eq!(next[0].message.part.number, 2);
        outbox.redrive(&kept[0].id, at(3600), at(32)).await.unwrap();
        let again = claim(&outbox, at(32)).await;
        assert_eq!(again[0].message.progress.refused, ["d"]);
        assert!(again[0].message.progress.wants("d") && !again[0].message.progress.wants("b"));
        settle(&outbox, &again[0], Verdict::Sent, at(33)).await;
        let kept = record(&outbox, &due("a", 0)).await.deliveries;
        assert_eq!(kept[0].state, DeliveryState::Delivered);
    });
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(ToString::to_string).collect()
}

/// One of two parts.
fn part(number: u32) -> NewDelivery {
    NewDelivery { message: message(number, 2), ..to("group") }
}

/// Settles an attempt that left some of its receivers out.
async fn come(
    outbox: &Outbox,
    leased: &Leased,
    verdict: Verdict,
    came: Progress,
    ended: Timestamp,
) {
    let Answer { attempt, .. } = answer(leased, verdict, ended);
    let receipt = super::receipt(verdict);
    let settlement = delivery::settle(leased, &receipt, came, ended, 0.5);
    let answer = Answer { leased: leased.clone(), settlement, attempt, handle: None };
    assert_eq!(outbox.settle_batch(&[answer], ended).await.unwrap(), [true]);
}

#[test]
fn what_a_vendor_calls_a_message_is_kept_with_its_delivery() {
    on_every_database(async |place| {
        let outbox = place.open().await;
        compose(&outbox, &due("a", 0), vec![to("group")]).await;
        let leased = claim(&outbox, at(0)).await;
        let named =
            Answer { handle: Some("q1".to_owned()), ..answer(&leased[0], Verdict::Sent, at(1)) };
        outbox.settle_batch(&[named], at(1)).await.unwrap();
        let ids = [leased[0].id.clone()];
        let kept = outbox.handles(&ids).await.unwrap();
        assert_eq!(kept.len(), 1);
        let (handle, taken_at) = (kept[0].handle.as_str(), kept[0].taken_at);
        assert_eq!((handle, kept[0].attempt, taken_at), ("q1", 1, at(1)));
        assert_eq!((&kept[0].reads, kept[0].recalled_at), (&None, None));
        outbox.keep_reads(&kept[0], "[]", at(2)).await.unwrap();
        outbox.recalled(&kept[0], at(3)).await.unwrap();
        let kept = outbox.handles(&ids).await.unwrap().remove(0);
        assert_eq!((kept.reads.as_deref(), kept.asked_at), (Some("[]"), Some(at(2))));
        assert_eq!(kept.recalled_at, Some(at(3)));
        let message = outbox.message(&ids[0]).await.unwrap();
        assert_eq!(message.as_ref(), Some(&leased[0].message));
        assert_eq!(outbox.message("nobody's").await.unwrap(), None);
    });
}

//! The operator's verbs on one delivery, and the last good files.

use dingdong::{
    model::{
        delivery::{DeliveryState, NewDelivery},
        receipt::Verdict,
    },
    outbox::{Changed, GoodFile},
};

use super::{at, claim, compose, due, on_every_database, only_delivery, settle, to};

#[test]
fn redrive_puts_back_what_is_dead_with_its_lineage() {
    on_every_database(async |place| {
        let outbox = place.open().await;
        compose(&outbox, &due("a", 0), vec![to("group")]).await;
        let leased = claim(&outbox, at(0)).await;
        let id = leased[0].id.clone();
        assert_eq!(
            outbox.redrive(&id, at(9000), at(1)).await.unwrap(),
            Changed::Refused(DeliveryState::Sending)
        );
        settle(&outbox, &leased[0], Verdict::DeadTarget, at(1)).await;
        // Long after its `keep`: it gets a new one.
        assert_eq!(outbox.redrive(&id, at(9000), at(5000)).await.unwrap(), Changed::Done);
        let again = claim(&outbox, at(5000)).await;
        assert_eq!((again[0].id.as_str(), again[0].attempt), (id.as_str(), 2));
        assert_eq!(again[0].message.key, leased[0].message.key);
        settle(&outbox, &again[0], Verdict::Sent, at(5001)).await;
        assert_eq!(
            outbox.redrive(&id, at(9000), at(5002)).await.unwrap(),
            Changed::Refused(DeliveryState::Delivered)
        );
        assert_eq!(only_delivery(&outbox, &due("a", 0)).await.attempts.len(), 2);
        assert_eq!(outbox.redrive("no such", at(9), at(1)).await.unwrap(), Changed::NotFound);
    });
}

#[test]
fn redrive_puts_back_what_is_expired() {
    on_every_database(async |place| {
        let outbox = place.open().await;
        compose(&outbox, &due("a", 0), vec![NewDelivery { keep_until: at(1), ..to("group") }])
            .await;
        let dropped = outbox.expire(at(1)).await.unwrap();
        outbox.redrive(&dropped[0].id, at(100), at(2)).await.unwrap();
        let kept = only_delivery(&outbox, &due("a", 0)).await;
        assert_eq!((kept.state, kept.reason), (DeliveryState::Pending, None));
        assert_eq!(claim(&outbox, at(2)).await.len(), 1);
    });
}

#[test]
fn cancel_takes_back_what_waits_and_nothing_else() {
    on_every_database(async |place| {
        let outbox = place.open().await;
        compose(&outbox, &due("a", 0), vec![to("group")]).await;
        let id = only_delivery(&outbox, &due("a", 0)).await.id;
        assert_eq!(outbox.cancel(&id).await.unwrap(), Changed::Done);
        assert!(claim(&outbox, at(0)).await.is_empty());
        assert_eq!(outbox.cancel(&id).await.unwrap(), Changed::Refused(DeliveryState::Cancelled));
        compose(&outbox, &due("b", 0), vec![to("group")]).await;
        let leased = claim(&outbox, at(0)).await;
        assert_eq!(
            outbox.cancel(&leased[0].id).await.unwrap(),
            Changed::Refused(DeliveryState::Sending)
        );
        assert_eq!(outbox.cancel("no such").await.unwrap(), Changed::NotFound);
    });
}

#[test]
fn the_last_good_files_outlive_the_process() {
    on_every_database(async |place| {
        let file = |path: &str, text: &str| GoodFile {
            path: path.to_owned(),
            text: text.to_owned(),
            hash: format!("hash of {text}"),
        };
        let first = place.open().await;
        let (a, b) = (file("schedules/a.yaml", "eins"), file("制度/b.yaml", "二"));
        first.keep_good(&[a.clone(), b.clone()], at(0)).await.unwrap();
        let newer = file("schedules/a.yaml", "zwei");
        first.keep_good(std::slice::from_ref(&newer), at(1)).await.unwrap();
        first.close().await;
        let second = place.open().await;
        assert_eq!(second.last_good().await.unwrap(), [newer.clone(), b]);
        second.forget(&["制度/b.yaml".to_owned(), "no such".to_owned()]).await.unwrap();
        assert_eq!(second.last_good().await.unwrap(), [newer]);
    });
}

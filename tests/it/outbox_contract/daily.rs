//! The daily limit: counted with the message, and whatever happens in whatever order, everything that
//! was held back arrives once.

use std::collections::BTreeMap;

use dingdong::{
    model::{
        delivery::{DeliveryState, NewDelivery},
        message::{IdKind, Mentioned, Message},
        occurrence::Occurrence,
        receipt::Verdict,
        reminder::Priority,
        target::TargetId,
    },
    outbox::{Allowance, Composing, Composition, Crowd, Fate, LetGo, Outbox, merged_into},
};
use jiff::Timestamp;
use proptest::prelude::*;

use super::{
    DATABASES, Place, at, claim, composing, directly, due, message, on_every_database, record, row,
    runtime, settle, to, unlimited,
};

/// A day of so many messages that ends at that second.
fn allowance(most: u32, ends: i64) -> Allowance {
    let target = TargetId::new("group");
    Allowance { target, most, began: at(ends - 1_000), ends: at(ends) }
}

fn item(id: &str, seconds: i64, priority: Priority, limit: &Allowance) -> Composing {
    let delivery =
        NewDelivery { priority, not_before: at(seconds), keep_until: at(1_000_000), ..to("group") };
    let item = composing(&due(id, seconds), vec![delivery]);
    Composing { allowances: vec![limit.clone()], ..item }
}

/// Plans and composes them together; returns how many are held back.
async fn compose(outbox: &Outbox, items: &[Composing], seconds: i64) -> usize {
    let rows: Vec<_> = items.iter().map(|one| row(&one.occurrence, Fate::Planned)).collect();
    outbox.plan(&rows, &[], at(seconds)).await.unwrap();
    outbox.compose_batch(items, at(seconds)).await.unwrap().held
}

async fn let_go(outbox: &Outbox, now: Timestamp, limit: &Allowance) -> LetGo {
    let (target, paces) = (TargetId::new("group"), unlimited());
    let crowd = Crowd { target: &target, robot_key: "env:group", paces: &paces, zone: "UTC", now };
    let whole = |occurrence: &Occurrence, _: &[Message]| {
        vec![Message { key: occurrence.id(), ..message(1, 1) }]
    };
    outbox.let_go(crowd, limit, whole).await.unwrap()
}

fn names(leased: &[dingdong::model::delivery::Leased]) -> Vec<&str> {
    leased.iter().map(|one| one.occurrence.reminder.as_str()).collect()
}

#[test]
fn of_what_comes_together_the_most_important_go_and_the_rest_waits_until_the_day_ends() {
    on_every_database(async |place| {
        let outbox = place.open().await;
        let limit = allowance(2, 500);
        let items = [
            item("low", 0, Priority::Low, &limit),
            item("lower", 0, Priority::Low, &limit),
            item("a", 0, Priority::Normal, &limit),
            item("b", 0, Priority::Normal, &limit),
            item("c", 0, Priority::Normal, &limit),
        ];
        assert_eq!(compose(&outbox, &items, 0).await, 3);
        let first = claim(&outbox, at(0)).await;
        assert_eq!(names(&first), ["a", "b"]);
        assert_eq!(outbox.next_claim(at(0), &unlimited(), None).await.unwrap(), Some(at(500)));
        assert_eq!(outbox.next_rescue().await.unwrap(), Some(at(60)), "their leases");
        for one in &first {
            settle(&outbox, one, Verdict::Sent, at(1)).await;
        }
        assert_eq!(outbox.next_rescue().await.unwrap(), Some(at(500)));
        assert!(outbox.over_limit(std::slice::from_ref(&limit), at(499)).await.unwrap().is_empty());
        assert_eq!(
            outbox.over_limit(std::slice::from_ref(&limit), at(500)).await.unwrap().len(),
            1
        );
        // Nobody can be faster than the message they are gathered in.
        assert_eq!(names(&claim(&outbox, at(500)).await), ["c"]);
        let done = let_go(&outbox, at(500), &limit).await;
        assert_eq!(done, LetGo { alone: 0, gathered: 2, wholes: 1, moved: 0 });
        assert_eq!(names(&claim(&outbox, at(501)).await), ["@merged-group"]);
        assert_eq!(let_go(&outbox, at(502), &limit).await, LetGo::default());
        assert!(outbox.over_limit(&[limit], at(600)).await.unwrap().is_empty());
    });
}

#[test]
fn parts_stay_together_and_a_repeated_count_is_none() {
    on_every_database(async |place| {
        let outbox = place.open().await;
        let limit = allowance(1, 500);
        let split = |id: &str, priority| {
            let part = |n| NewDelivery { priority, message: message(n, 3), ..to("group") };
            let item = composing(&due(id, 0), (1..=3).map(part).collect());
            Composing { allowances: vec![limit.clone()], ..item }
        };
        assert_eq!(compose(&outbox, &[split("first", Priority::Normal)], 0).await, 0);
        assert_eq!(compose(&outbox, &[split("first", Priority::Normal)], 0).await, 0);
        assert_eq!(compose(&outbox, &[split("second", Priority::Low)], 0).await, 1);
        for n in 1..=3 {
            let [one] = &claim(&outbox, at(n)).await[..] else { panic!("one part at a time") };
            assert_eq!(
                (one.occurrence.reminder.as_str(), one.message.part.number),
                ("first", n as u32)
            );
            settle(&outbox, one, Verdict::Sent, at(n)).await;
        }
        outbox.lift_limit(&limit.target, at(10)).await.unwrap();
        for n in 1..=3 {
            let [one] = &claim(&outbox, at(10 + n)).await[..] else { panic!("one part at a time") };
            assert_eq!(one.message.part.number, n as u32);
            settle(&outbox, one, Verdict::Sent, at(10 + n)).await;
        }
    });
}

#[test]
fn what_goes_to_single_people_and_what_is_damaged_is_in_no_message_to_the_group() {
    on_every_database(async |place| {
        let outbox = place.open().await;
        let limit = allowance(1, 500);
        let mut items = ["a", "b", "c", "d", "e"].map(|id| item(id, 0, Priority::Low, &limit));
        let Composition::Deliveries(own) = &mut items[2].composition else { panic!() };
        let name = "张三".to_owned();
        own[0].message.people = vec![Mentioned { id: "u1".into(), kind: IdKind::User, name }];
        assert_eq!(compose(&outbox, &items, 0).await, 4);
        let mut direct = directly(&place.path()).await;
        let spoil = "UPDATE content SET message = '{' WHERE delivery LIKE 'd@%'";
        sqlx::query(spoil).execute(&mut direct).await.unwrap();
        let done = let_go(&outbox, at(500), &limit).await;
        assert_eq!(done, LetGo { alone: 2, gathered: 2, wholes: 1, moved: 0 });
        let leased = claim(&outbox, at(500)).await;
        assert_eq!(names(&leased), ["@merged-group", "a", "c"]);
        assert_eq!(record(&outbox, &due("d", 0)).await.deliveries[0].state, DeliveryState::Dead);
    });
}

/// Something that happens in a day.
#[derive(Clone, Debug)]
enum Event {
    /// So many messages come due.
    Due(u8, Priority),
    /// So many seconds pass.
    Pass(u16),
    /// Everything that can be claimed is, and so many of the answers are heard.
    Send(u8),
    /// Whatever is to be let go by a limit of so many is.
    LetGo(u32),
    /// The limit is gone.
    Lift,
    /// The process ends.
    Crash,
}

fn event() -> impl Strategy<Value = Event> {
    let priority = prop_oneof![Just(Priority::Normal), Just(Priority::Low)];
    prop_oneof![
        4 => (1..5u8, priority).prop_map(|(count, priority)| Event::Due(count, priority)),
        3 => (0..400u16).prop_map(Event::Pass),
        4 => (0..4u8).prop_map(Event::Send),
        3 => (1..5u32).prop_map(Event::LetGo),
        1 => Just(Event::Lift),
        2 => Just(Event::Crash),
    ]
}

/// A store, and how often each message left by itself.
struct Day {
    outbox: Outbox,
    now: i64,
    messages: usize,
    sent: BTreeMap<String, usize>,
}

impl Day {
    /// The day that is now: each lasts a thousand seconds.
    fn limit(&self, most: u32) -> Allowance {
        allowance(most, (self.now / 1_000 + 1) * 1_000)
    }

    async fn happen(&mut self, place: &Place, event: &Event) {
        match *event {
            Event::Due(count, priority) => {
                let limit = self.limit(2);
                let items: Vec<_> = (0..count)
                    .map(|n| {
                        let id = format!("r{:03}", self.messages + usize::from(n));
                        item(&id, self.now, priority, &limit)
                    })
                    .collect();
                compose(&self.outbox, &items, self.now).await;
                self.messages += usize::from(count);
            }
            Event::Pass(seconds) => self.now += i64::from(seconds),
            Event::Send(heard) => self.send(usize::from(heard)).await,
            Event::LetGo(most) => {
                let_go(&self.outbox, at(self.now), &self.limit(most)).await;
                self.outbox.follow_merged().await.unwrap();
            }
            Event::Lift => {
                self.outbox.lift_limit(&TargetId::new("group"), at(self.now)).await.unwrap();
            }
            Event::Crash => {
                self.outbox = place.open().await;
                self.outbox.rescue(&["me".to_owned()], &[], at(self.now)).await.unwrap();
            }
        }
    }

    async fn send(&mut self, heard: usize) {
        let leased = claim(&self.outbox, at(self.now)).await;
        for one in leased.iter().take(heard) {
            assert!(settle(&self.outbox, one, Verdict::Sent, at(self.now)).await);
            *self.sent.entry(one.id.clone()).or_default() += 1;
        }
        // The others' process dies.
        self.outbox.rescue(&["me".to_owned()], &[], at(self.now)).await.unwrap();
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_what_is_held_back_arrives_once(
        events in prop::collection::vec(event(), 1..40),
    ) {
        for database in DATABASES {
            runtime().block_on(async {
                let place = Place::new(database);
                let outbox = place.open().await;
                let mut day = Day { outbox, now: 1, messages: 0, sent: BTreeMap::new() };
                for event in &events {
                    day.happen(&place, event).await;
                }
                // The end of the last day; whatever is under way is over.
                day.now += 5_000;
                for _ in 0..3 {
                    day.happen(&place, &Event::LetGo(2)).await;
                    day.send(usize::MAX).await;
                }
                day.outbox.follow_merged().await.unwrap();
                prop_assert!(day.sent.values().all(|times| *times == 1));
                for n in 0..day.messages {
                    let id = format!("r{n:03}");
                    let log = super::log(&day.outbox).await;
                    let own = log.iter().find(|one| one.occurrence.reminder.as_str() == id).unwrap();
                    let kept = record(&day.outbox, &own.occurrence).await.deliveries.remove(0);
                    prop_assert_eq!(kept.state, DeliveryState::Delivered);
                    let within = merged_into(kept.reason.as_deref()).is_some();
                    let alone = day.sent.get(&kept.id).copied().unwrap_or(0);
                    prop_assert_eq!(alone + usize::from(within), 1, "{}", kept.id);
                }
                Ok(())
            })?;
        }
    }
}

#[test]
fn what_waits_longer_waits_for_the_end_of_the_day_as_it_is_now() {
    on_every_database(async |place| {
        let outbox = place.open().await;
        let limit = allowance(1, 500);
        let items = ["a", "b"].map(|id| item(id, 0, Priority::Normal, &limit));
        assert_eq!(compose(&outbox, &items, 0).await, 1);
        let earlier = allowance(1, 300);
        assert_eq!(
            outbox.over_limit(std::slice::from_ref(&earlier), at(10)).await.unwrap().len(),
            1
        );
        assert_eq!(let_go(&outbox, at(10), &earlier).await, LetGo { moved: 1, ..LetGo::default() });
        drop(claim(&outbox, at(10)).await);
        assert_eq!(outbox.next_claim(at(10), &unlimited(), None).await.unwrap(), Some(at(300)));
        let more = allowance(2, 300);
        assert_eq!(let_go(&outbox, at(10), &more).await, LetGo { alone: 1, ..LetGo::default() });
        assert_eq!(names(&claim(&outbox, at(10)).await), ["b"]);
        let third = item("c", 11, Priority::Normal, &more);
        assert_eq!(compose(&outbox, &[third], 11).await, 1, "what was let go counts");
    });
}

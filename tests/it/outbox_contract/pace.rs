//! Pace: whatever happens in whatever order, no window at the robot's end holds more than allowed.

use std::time::Duration;

use dingdong::{
    model::{
        delivery::{Leased, NewDelivery},
        receipt::Verdict,
    },
    outbox::{LONGEST_LEASE, Outbox, Paces},
};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::{
    DATABASES, Place, answer, at, claim_paced, compose, due, on_every_database, paced, runtime,
    settle, to, unlimited,
};

const COUNT: u32 = 3;
const WINDOW: Duration = Duration::from_secs(10);
const PROCESSES: usize = 2;

/// Something that can happen to a store that two processes share.
#[derive(Clone, Debug)]
enum Event {
    /// So many messages become due.
    Due(u8),
    /// So many milliseconds pass.
    Pass(u16),
    /// A process claims at most so many.
    Claim(usize, u32),
    /// A process hears its answers.
    Answer(usize),
    /// A process gives back what it did not begin.
    Release(usize),
    /// A process dies and starts anew; the living one takes its leases back.
    Crash(usize),
    /// Leases that ran out are taken back.
    Rescue,
    /// Somebody sets the clock ahead or back, by so many seconds.
    Set(i64),
}

/// Events in which the clock is set by these seconds.
fn event(set: impl Strategy<Value = i64>) -> impl Strategy<Value = Event> {
    let process = || 0..PROCESSES;
    prop_oneof![
        3 => (1..6u8).prop_map(Event::Due),
        5 => (0..7_000u16).prop_map(Event::Pass),
        6 => (process(), 1..5u32).prop_map(|(process, limit)| Event::Claim(process, limit)),
        4 => process().prop_map(Event::Answer),
        1 => process().prop_map(Event::Release),
        1 => process().prop_map(Event::Crash),
        1 => Just(Event::Rescue),
        1 => set.prop_map(Event::Set),
    ]
}

/// Set back, and nobody has noticed.
fn unnoticed() -> impl Strategy<Value = Event> {
    event(prop_oneof![-30..-1i64, -4_000..-500i64])
}

/// Set in both directions, and whoever works on the store compares it with the time up.
fn noticed() -> impl Strategy<Value = Event> {
    event(prop_oneof![-30..30i64, -8_000..8_000i64])
}

/// A request: by real time it reached the robot at some instant from `begun` until `ended`, and in
/// no more time than a lease has.
struct Request {
    delivery: String,
    attempt: u32,
    begun: SignedDuration,
    ended: Option<SignedDuration>,
}

/// The store, its processes, and what a watcher with a clock of his own saw.
struct Story {
    outboxes: Vec<Outbox>,
    leases: [Vec<Leased>; PROCESSES],
    owners: [String; PROCESSES],
    requests: Vec<Request>,
    real: SignedDuration,
    set: SignedDuration,
    messages: u32,
    paces: Paces,
    /// Whether the processes compare the clock with the time up.
    reckons: bool,
}

impl Story {
    async fn new(place: &Place, reckons: bool) -> Self {
        let owners = [super::token(), super::token()];
        Self {
            outboxes: vec![place.open().await, place.open().await],
            leases: Default::default(),
            owners,
            requests: Vec::new(),
            real: SignedDuration::ZERO,
            set: SignedDuration::ZERO,
            messages: 0,
            paces: paced("env:group", COUNT, WINDOW),
            reckons,
        }
    }

    /// What the clock on the wall shows.
    fn now(&self) -> Timestamp {
        at(100_000) + self.real + self.set
    }

    /// What a process of the service does before it works on the store.
    async fn reckon(&self, process: usize) {
        if self.reckons {
            let uptime = Duration::try_from(self.real).unwrap();
            self.outboxes[process].reckon(self.now(), uptime, "this boot").await.unwrap();
        }
    }

    async fn happen(&mut self, place: &Place, event: &Event) {
        let now = self.now();
        match *event {
            Event::Due(count) => self.due(count).await,
            Event::Pass(ms) => self.real += SignedDuration::from_millis(ms.into()),
            Event::Set(seconds) => self.set += SignedDuration::from_secs(seconds),
            Event::Claim(process, limit) => self.claim(process, limit).await,
            Event::Answer(process) => {
                self.reckon(process).await;
                let leases = std::mem::take(&mut self.leases[process]);
                let answers: Vec<_> =
                    leases.iter().map(|one| answer(one, Verdict::Retry(None), now)).collect();
                self.outboxes[process].settle_batch(&answers, now).await.unwrap();
                self.end(&leases);
            }
            Event::Release(process) => {
                let leases = std::mem::take(&mut self.leases[process]);
                self.outboxes[process].release(&leases).await.unwrap();
                // Nothing was sent under them.
                self.requests.retain(|request| !leases.iter().any(|one| request.is(one)));
            }
            Event::Crash(process) => {
                let leases = std::mem::take(&mut self.leases[process]);
                let dead = std::mem::replace(&mut self.owners[process], super::token());
                self.outboxes[process] = place.open().await;
                self.end(&leases);
                self.reckon(1 - process).await;
                self.outboxes[1 - process].rescue(&[dead], &[], now).await.unwrap();
            }
            Event::Rescue => {
                self.reckon(0).await;
                let rescued = self.outboxes[0].rescue(&[], &[], now).await.unwrap();
                // No request is under way for longer than its lease.
                let is_lost = |one: &Leased| rescued.iter().any(|lost| lost.id == one.id);
                for process in &mut self.leases {
                    process.retain(|one| !is_lost(one));
                }
                for request in &mut self.requests {
                    if rescued.iter().any(|lost| lost.id == request.delivery) {
                        request.ended.get_or_insert(self.real);
                    }
                }
            }
        }
    }

    async fn due(&mut self, count: u8) {
        for _ in 0..count {
            self.messages += 1;
            let occurrence = due(&format!("r{}", self.messages), 0);
            let kept = NewDelivery {
                not_before: at(-10_000_000),
                keep_until: at(10_000_000),
                ..to("group")
            };
            compose(&self.outboxes[0], &occurrence, vec![kept]).await;
        }
    }

    async fn claim(&mut self, process: usize, limit: u32) {
        self.reckon(process).await;
        let (outbox, owner) = (&self.outboxes[process], &self.owners[process]);
        let leased = claim_paced(outbox, owner, self.now(), limit, &self.paces).await;
        for one in &leased {
            self.requests.push(Request {
                delivery: one.id.clone(),
                attempt: one.attempt,
                begun: self.real,
                ended: None,
            });
        }
        self.leases[process].extend(leased);
        // Of every request that can arrive in a window with these, this one begins last: if no
        // claim ever finds too many, no window can.
        let window = SignedDuration::try_from(WINDOW).unwrap();
        let with = |one: &&Request| {
            let longest = one.begun + SignedDuration::try_from(LONGEST_LEASE).unwrap();
            one.ended.unwrap_or(self.real).min(longest) > self.real - window
        };
        let together = self.requests.iter().filter(with).count();
        assert!(together <= COUNT as usize, "{together} requests within one window");
    }

    fn end(&mut self, leases: &[Leased]) {
        for request in self.requests.iter_mut().filter(|request| request.ended.is_none()) {
            if leases.iter().any(|one| request.is(one)) {
                request.ended = Some(self.real);
            }
        }
    }
}

impl Request {
    fn is(&self, leased: &Leased) -> bool {
        self.delivery == leased.id && self.attempt == leased.attempt
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_window_ever_holds_more_than_the_pace_allows(
        events in prop::collection::vec(unnoticed(), 1..50),
    ) {
        happen(&events, false);
    }

    #[test]
    fn whichever_way_the_clock_is_set_no_window_holds_more_and_no_robot_is_held_longer(
        events in prop::collection::vec(noticed(), 1..50),
    ) {
        happen(&events, true);
    }
}

/// Tells a story; at its end the robot is free again after all that may be under way.
fn happen(events: &[Event], reckons: bool) {
    for database in DATABASES {
        runtime().block_on(async {
            let place = Place::new(database);
            let mut story = Story::new(&place, reckons).await;
            for event in events {
                story.happen(&place, event).await;
            }
            if reckons {
                story.real += SignedDuration::try_from(LONGEST_LEASE + WINDOW).unwrap();
                let before = story.requests.len();
                story.due(1).await;
                story.claim(0, 1).await;
                assert_eq!(story.requests.len(), before + 1, "the robot is held");
            }
        });
    }
}

#[test]
fn a_hundred_messages_leave_as_fast_as_the_pace_lets_them_and_in_order() {
    on_every_database(async |place| {
        let outbox = place.open().await;
        for n in 0..100 {
            compose(&outbox, &due(&format!("r{n:02}"), n % 2), vec![to("group")]).await;
        }
        let paces = paced("env:group", 16, Duration::from_secs(61));
        let (mut now, mut left) = (at(1), Vec::new());
        while let Some(next) = outbox.next_claim(now, &paces, None).await.unwrap() {
            now = next.max(now);
            for leased in claim_paced(&outbox, "me", now, 1_000, &paces).await {
                let mut one = answer(&leased, Verdict::Sent, now);
                one.attempt.at_ms = now.as_millisecond();
                one.attempt.ms = 0;
                assert_eq!(outbox.settle_batch(&[one], now).await.unwrap(), [true]);
                left.push((now, leased.occurrence.due_at, leased.id));
            }
        }
        assert_eq!(left.len(), 100);
        // Six windows after the first sixteen; the last four leave then.
        assert_eq!(left.last().unwrap().0, at(1 + 6 * 61));
        assert!(left.is_sorted_by_key(|(_, due_at, id)| (*due_at, id.clone())));
    });
}

#[test]
fn a_restart_resets_no_window() {
    on_every_database(async |place| {
        let paces = paced("env:group", 2, Duration::from_secs(60));
        for n in 0..4 {
            compose(&place.open().await, &due(&format!("r{n}"), 0), vec![to("group")]).await;
        }
        let first = place.open().await;
        for leased in claim_paced(&first, "me", at(0), 10, &paces).await {
            settle(&first, &leased, Verdict::Sent, at(1)).await;
        }
        first.close().await;
        let second = place.open().await;
        assert!(claim_paced(&second, "me", at(60), 10, &paces).await.is_empty());
        assert_eq!(second.next_claim(at(2), &paces, None).await.unwrap(), Some(at(61)));
        assert_eq!(claim_paced(&second, "me", at(61), 10, &paces).await.len(), 2);
    });
}

#[test]
fn a_slow_answer_makes_room_one_window_after_it_came() {
    on_every_database(async |place| {
        let outbox = place.open().await;
        compose(&outbox, &due("a", 0), vec![to("group")]).await;
        compose(&outbox, &due("b", 0), vec![to("group")]).await;
        let paces = paced("env:group", 1, Duration::from_secs(10));
        let slow = claim_paced(&outbox, "me", at(0), 1, &paces).await;
        // A second after the window of its beginning it may still not have arrived.
        assert!(claim_paced(&outbox, "me", at(11), 1, &paces).await.is_empty());
        settle(&outbox, &slow[0], Verdict::Sent, at(12)).await;
        assert!(claim_paced(&outbox, "me", at(21), 1, &paces).await.is_empty());
        assert_eq!(claim_paced(&outbox, "me", at(22), 1, &paces).await.len(), 1);
    });
}

#[test]
fn a_clock_that_was_set_back_holds_a_robot_for_no_more_than_a_window() {
    on_every_database(async |place| {
        let outbox = place.open().await;
        let early = |target| NewDelivery { not_before: at(-100_000), ..to(target) };
        for n in 0..2 {
            compose(&outbox, &due(&format!("r{n}"), 0), vec![early("group")]).await;
        }
        let paces = paced("env:group", 1, Duration::from_secs(10));
        let leased = claim_paced(&outbox, "me", at(0), 1, &paces).await;
        settle(&outbox, &leased[0], Verdict::Sent, at(1)).await;
        assert!(claim_paced(&outbox, "me", at(-7_200), 1, &paces).await.is_empty());
        assert_eq!(outbox.next_claim(at(-7_200), &paces, None).await.unwrap(), Some(at(-7_190)));
        assert_eq!(claim_paced(&outbox, "me", at(-7_190), 1, &paces).await.len(), 1);
    });
}

/// Up for so many seconds, at the instant so many seconds after nine.
async fn reckon(outbox: &Outbox, now: i64, uptime: u64, boot: &str) -> Option<i64> {
    let set = outbox.reckon(at(now), Duration::from_secs(uptime), boot).await.unwrap();
    set.map(|set| set.as_secs())
}

#[test]
fn a_clock_that_was_set_takes_everything_along_that_has_to_last() {
    for set in [7_200, -7_200] {
        on_every_database(async |place| {
            let outbox = place.open().await;
            assert_eq!(reckon(&outbox, 0, 500, "boot").await, None);
            for id in ["slow", "again", "next"] {
                let early = NewDelivery { not_before: at(-100_000), ..to("group") };
                let kept = NewDelivery { keep_until: at(100_000), ..early };
                compose(&outbox, &due(id, 0), vec![kept]).await;
            }
            let paces = paced("env:group", 2, Duration::from_secs(10));
            let leased = claim_paced(&outbox, "me", at(0), 2, &paces).await;
            settle(&outbox, &leased[0], Verdict::Retry(Some(Duration::from_secs(30))), at(1)).await;
            let early = NewDelivery { not_before: at(-100_000), ..to("rests") };
            let kept = NewDelivery { keep_until: at(100_000), ..early };
            compose(&outbox, &due("rests", 0), vec![kept]).await;
            outbox.rest("env:rests", at(100)).await.unwrap();
            let free = async |robot: &str, now| {
                let found = outbox.look(now, &[robot.to_owned()], &paces, None).await.unwrap();
                found[0].1
            };
            // Two seconds later; the clock shows two hours more, or less.
            assert_eq!(reckon(&outbox, 3 + set, 503, "boot").await, Some(set));
            assert_eq!(reckon(&outbox, 3 + set, 503, "boot").await, None);
            let now = at(3 + set);
            assert!(claim_paced(&outbox, "me", now, 10, &paces).await.is_empty());
            assert_eq!(free("env:group", now).await, at(11 + set));
            assert_eq!(free("env:rests", now).await, at(100 + set));
            // The request under way keeps its lease for as long as it had.
            assert!(outbox.rescue(&[], &[], at(59 + set)).await.unwrap().is_empty());
            assert_eq!(outbox.rescue(&[], &[], at(60 + set)).await.unwrap().len(), 1);
        });
    }
}

#[test]
fn what_another_process_moved_is_not_moved_again_and_another_boot_compares_nothing() {
    on_every_database(async |place| {
        let (service, command) = (place.open().await, place.open().await);
        assert_eq!(reckon(&service, 0, 500, "boot").await, None);
        // The command begins after the clock was set, and knows by the store that it was.
        assert_eq!(reckon(&command, 3_601, 501, "boot").await, Some(3_600));
        assert_eq!(reckon(&service, 3_602, 502, "boot").await, None);
        // Bit by bit is as far in the end.
        let bits = async |millis| {
            let now = at(3_650) + SignedDuration::from_millis(millis);
            service.reckon(now, Duration::from_secs(550), "boot").await.unwrap()
        };
        assert_eq!(bits(600).await, None);
        assert_eq!(bits(1_200).await, Some(SignedDuration::from_millis(1_200)));
        assert_eq!(reckon(&place.open().await, 9_000, 10, "next boot").await, None);
        // Where the boot has no name, a process knows what it saw itself.
        let nameless = place.open().await;
        assert_eq!(reckon(&nameless, 0, 10, "").await, None);
        assert_eq!(reckon(&nameless, 100, 11, "").await, Some(99));
        assert_eq!(reckon(&place.open().await, 0, 12, "").await, None);
    });
}

#[test]
fn targets_that_share_a_webhook_share_its_pace() {
    on_every_database(async |place| {
        let outbox = place.open().await;
        let shared = |target| NewDelivery { robot_key: "env:one".to_owned(), ..to(target) };
        compose(&outbox, &due("a", 0), vec![shared("hr"), shared("it"), to("free")]).await;
        let paces = paced("env:one", 1, Duration::from_secs(10));
        assert_eq!(claim_paced(&outbox, "me", at(0), 10, &paces).await.len(), 2);
        // Of two measures for one robot the slower counts.
        let two = Paces::new([
            ("env:one".to_owned(), paces.of("env:one").unwrap()),
            (
                "env:one".to_owned(),
                dingdong::model::target::Pace { count: 100, window: Duration::from_secs(1) },
            ),
        ]);
        assert_eq!(two, paces);
        assert_eq!(claim_paced(&outbox, "me", at(1), 10, &unlimited()).await.len(), 1);
    });
}

//! What comes of attempts: answers become rows, and leases that were not used go back.

use std::time::Duration;

use jiff::Timestamp;
use tokio::task::JoinSet;

use super::{STORE_PAUSE, attempt::report};
use crate::{
    clock::Clock,
    daemon::{alerter::Alert, shared::Shared},
    model::delivery::{DeliveryState, Leased},
    outbox::{Answer, StoreError},
};

/// Answers that come in so soon after the first one are settled with it: the disk is waited for once.
const TOGETHER: Duration = Duration::from_millis(10);

/// At most so many at once.
const BATCH: usize = 256;

/// The attempts under way.
#[derive(Default)]
pub(super) struct UnderWay {
    attempts: JoinSet<Answer>,
    /// Answers that came in, and until when others are waited for.
    came: Vec<Answer>,
    until: Option<Timestamp>,
}

impl UnderWay {
    /// Begins one.
    pub(super) fn begin(&mut self, attempt: impl Future<Output = Answer> + Send + 'static) {
        self.attempts.spawn(attempt);
    }

    /// Whether there is nothing to wait for.
    pub(super) fn is_empty(&self) -> bool {
        self.attempts.is_empty() && self.came.is_empty()
    }

    /// Waits for an answer and for what else comes in with it. Whoever stops waiting loses none.
    pub(super) async fn answers(&mut self, clock: &dyn Clock) -> Vec<Answer> {
        loop {
            while let Some(done) = self.attempts.try_join_next() {
                self.came.extend(done.ok());
            }
            let now = clock.now();
            // A clock that was set back makes nobody wait longer.
            let over = self.until.is_some_and(|until| until <= now || until > now + TOGETHER);
            if self.attempts.is_empty() || self.came.len() >= BATCH || over {
                self.until = None;
                return std::mem::take(&mut self.came);
            }
            if !self.came.is_empty() {
                self.until.get_or_insert(now + TOGETHER);
            }
            let waiting = self.until.is_some();
            tokio::select! {
                done = self.attempts.join_next() => self.came.extend(done.and_then(Result::ok)),
                _ = clock.sleep_until(self.until), if waiting => {}
            }
        }
    }

    /// Stops waiting for those that have no answer; returns what came in.
    pub(super) async fn abandon(&mut self) -> Vec<Answer> {
        self.attempts.shutdown().await;
        std::mem::take(&mut self.came)
    }
}

pub(super) async fn settle_all(shared: &Shared, answers: &[Answer]) -> Result<(), StoreError> {
    let now = shared.reckon().await?;
    let counted = shared.outbox.settle_batch(answers, now).await?;
    for (answer, counted) in answers.iter().zip(counted) {
        report(shared, answer, counted);
    }
    Ok(())
}

/// Settles even when the store is in trouble for a while: an answer in hand is worth waiting for.
pub(super) async fn settle_surely(shared: &Shared, answers: Vec<Answer>) {
    const TRIES: u32 = 30;
    for _ in 0..TRIES {
        match settle_all(shared, &answers).await {
            Ok(()) => return,
            Err(error) => shared.alert(Alert::store(&error)),
        }
        let again = shared.clock.now() + STORE_PAUSE;
        shared.clock.sleep_until(Some(again)).await;
    }
    // Their leases run out; the rescuer has to know.
    tracing::error!(answers = answers.len(), "answers could not be written down and are lost");
    shared.bells.rescuer.notify_one();
}

pub(super) fn confirmed(answer: &Answer) -> bool {
    answer.settlement.state == DeliveryState::Delivered
}

/// Gives leases back whose request never began.
pub(in crate::daemon) async fn give_back(shared: &Shared, leases: &[Leased]) {
    if !leases.is_empty()
        && let Err(error) = shared.outbox.release(leases).await
    {
        // They run out like those of a process that died.
        tracing::error!(leases = leases.len(), %error, "leases could not be given back");
    }
}

#[cfg(test)]
mod tests {
    use std::task::Poll;

    use tokio::sync::oneshot;

    use super::*;
    use crate::{
        clock::ManualClock,
        model::{
            delivery::Settlement,
            message::{Format, Message, Part},
            occurrence::{Occurrence, Origin},
            receipt::Attempt,
            reminder::ReminderId,
            target::TargetId,
        },
    };

    fn answer(id: &str) -> Answer {
        let message = Message {
            title: "t".to_owned(),
            body: "b".to_owned(),
            format: Format::Text,
            part: Part { number: 1, of: 1 },
            key: "k".to_owned(),
            ..Message::default()
        };
        let reminder = ReminderId::new("r");
        let occurrence =
            Occurrence { reminder, due_at: Timestamp::UNIX_EPOCH, origin: Origin::Schedule };
        let leased = Leased {
            id: id.to_owned(),
            occurrence,
            target: TargetId::new("t"),
            robot_key: "k".to_owned(),
            message,
            attempt: 1,
            token: "t".to_owned(),
            until: Timestamp::MAX,
            keep_until: Timestamp::MAX,
            uncertain: false,
        };
        let state = DeliveryState::Delivered;
        let settlement =
            Settlement { state, not_before: None, rest_until: None, suspend: None, progress: None };
        let attempt = Attempt {
            at_ms: 0,
            verdict: "sent".to_owned(),
            code: None,
            reason: None,
            help: None,
            ms: 0,
        };
        Answer { leased, settlement, attempt, handle: None }
    }

    fn ids(answers: &[Answer]) -> Vec<&str> {
        answers.iter().map(|answer| answer.leased.id.as_str()).collect()
    }

    /// Looks at the answers for a moment, as the loop does that has other things to do.
    async fn glance(under_way: &mut UnderWay, clock: &ManualClock) -> Option<Vec<Answer>> {
        let mut waiting = std::pin::pin!(under_way.answers(clock));
        for _ in 0..10 {
            if let Poll::Ready(answers) = polled(&mut waiting).await {
                return Some(answers);
            }
            tokio::task::yield_now().await;
        }
        None
    }

    async fn polled<F: Future + Unpin>(future: &mut F) -> Poll<F::Output> {
        std::future::poll_fn(|cx| Poll::Ready(std::pin::Pin::new(&mut *future).poll(cx))).await
    }

    #[tokio::test]
    async fn answers_are_settled_together_and_none_is_lost_by_who_stops_waiting() {
        let clock = ManualClock::new(Timestamp::UNIX_EPOCH);
        let mut under_way = UnderWay::default();
        let (first, came_first) = oneshot::channel();
        let (_second, never) = oneshot::channel::<()>();
        under_way.begin(async move {
            drop(came_first.await);
            answer("first")
        });
        under_way.begin(async move {
            drop(never.await);
            answer("second")
        });
        assert!(glance(&mut under_way, &clock).await.is_none());
        first.send(()).unwrap();
        assert!(glance(&mut under_way, &clock).await.is_none(), "another may come with it");
        assert!(!under_way.is_empty());
        clock.advance_to(Timestamp::UNIX_EPOCH + TOGETHER);
        let together = glance(&mut under_way, &clock).await.unwrap();
        assert_eq!(ids(&together), ["first"]);
        assert!(glance(&mut under_way, &clock).await.is_none());
        assert!(under_way.abandon().await.is_empty());
    }
}

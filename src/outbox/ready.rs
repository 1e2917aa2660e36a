//! The SQL of the claim and of the look at the queue: which deliveries may leave now, and when the
//! next one may.

/// The robots something waits for: one index seek each, however long the queue.
pub(super) const WAITING: &str = "WITH RECURSIVE waiting (robot_key) AS (
         SELECT min(robot_key) FROM delivery WHERE state = 'pending' AND blocked = 0
         UNION ALL
         SELECT (SELECT min(d.robot_key) FROM delivery d
                 WHERE d.state = 'pending' AND d.blocked = 0
                   AND d.robot_key > waiting.robot_key)
         FROM waiting WHERE waiting.robot_key IS NOT NULL)
     SELECT robot_key FROM waiting WHERE robot_key IS NOT NULL";

/// Slots from further ahead than any lease, and than any claim waits for the store, were taken
/// before the clock was set back. Nobody knows how long ago that was: they count as taken now
/// (`$2`), and those whose request may still be on its way as claimed now, for the longest lease.
pub(super) const BRING_BACK: &str = "UPDATE slot SET at = $2 + CASE WHEN EXISTS (
          SELECT 1 FROM delivery
          WHERE delivery.id = slot.delivery AND delivery.attempt = slot.attempt
            AND delivery.state = 'sending') THEN 60000 ELSE 0 END
     WHERE robot_key IN (SELECT value ->> 0 FROM json_each($1)) AND at > $2 + 120000";

/// An instant that never comes, in milliseconds: the end of a pause without one.
macro_rules! never {
    () => {
        "253000000000000"
    };
}

/// `ready`: the robots looked at (`$1`: key, pace, and the targets that are sent to with the end of
/// their quiet hours; none for all) with the slots that count in the window that ends at `$2` (now),
/// open ones included, and the oldest of these. `paused`: what is paused now, and until when.
macro_rules! with_what_is_ready {
    () => {
        concat!(
            "WITH
            given AS MATERIALIZED (
                SELECT value ->> 0 AS robot_key, CAST(value ->> 1 AS BIGINT) AS most,
                       CAST(value ->> 2 AS BIGINT) AS span, value ->> 3 AS targets
                FROM json_each($1)),
            paused AS MATERIALIZED (
                SELECT scope, name, coalesce(until, ",
            never!(),
            ") AS until
                FROM pause WHERE until IS NULL OR until > $2),
            ready AS MATERIALIZED (
                SELECT given.robot_key, given.most, given.span, given.targets,
                       coalesce(robot.rest_until, 0) AS rest_until,
                       (SELECT count(*) FROM slot
                        WHERE slot.robot_key = given.robot_key AND slot.at > $2 - given.span
                       ) AS used,
                       (SELECT min(slot.at) FROM slot
                        WHERE slot.robot_key = given.robot_key AND slot.at > $2 - given.span
                       ) AS oldest
                FROM given LEFT JOIN robot ON robot.robot_key = given.robot_key
                WHERE robot.suspended_since IS NULL) "
        )
    };
}

/// A queue's deliveries `q` that are sent to and still kept.
macro_rules! queued {
    () => {
        "q.robot_key = ready.robot_key AND q.state = 'pending' AND q.blocked = 0
         AND q.keep_until > $2 AND (ready.targets IS NULL OR EXISTS (
             SELECT 1 FROM json_each(ready.targets) WHERE value ->> 0 = q.target))"
    };
}

/// The first of a queue.
macro_rules! head {
    () => {
        "WHERE q.robot_key = ready.robot_key AND q.state = 'pending' AND q.blocked = 0
         ORDER BY q.priority, q.due_at, q.id LIMIT 1"
    };
}

/// When `q` may leave for all that its robot has to say. What the schedule did not ask for waits
/// for neither quiet hours nor pauses; what is urgent only for pauses.
macro_rules! free_at {
    () => {
        "max(q.not_before, CASE WHEN q.origin <> 'schedule' THEN 0 ELSE max(
             CASE WHEN q.priority = 0 THEN 0 ELSE
                 coalesce((SELECT CAST(value ->> 1 AS BIGINT) FROM json_each(ready.targets)
                           WHERE value ->> 0 = q.target), 0) END,
             coalesce((SELECT max(paused.until) FROM paused
                       WHERE paused.scope = 'all'
                          OR (paused.scope = 'reminder' AND paused.name = q.reminder)
                          OR (paused.scope = 'target' AND paused.name = q.target)), 0)) END)"
    };
}

/// The claim. Of each robot no more than its pace leaves is looked at, so that a long queue hides
/// no other.
pub(super) const CLAIM: &str = concat!(
    with_what_is_ready!(),
    "UPDATE delivery SET state = 'sending', attempt = attempt + 1, lease_token = $5,
            lease_owner = $6, lease_until = $7, leased_at = $2
     WHERE id IN (
         SELECT id FROM (
             SELECT d.id, d.priority, d.due_at, ready.most - ready.used AS room,
                    row_number() OVER (PARTITION BY ready.robot_key
                                       ORDER BY d.priority, d.due_at, d.id) AS turn
             FROM ready CROSS JOIN delivery d
             WHERE ready.rest_until <= $2 AND (ready.most IS NULL OR ready.used < ready.most)
               AND d.id IN (
                   SELECT q.id FROM delivery q
                   WHERE ",
    queued!(),
    " AND ($3 IS NULL OR q.occurrence = $3) AND ",
    free_at!(),
    " <= $2
                   ORDER BY q.priority, q.due_at, q.id LIMIT $4))
         WHERE room IS NULL OR turn <= room
         ORDER BY priority, due_at, id LIMIT $4)
     RETURNING id, reminder, due_at, origin, target, robot_key, priority, attempt, keep_until,
               uncertain, (SELECT message FROM content WHERE content.delivery = delivery.id) AS message"
);

/// When each robot may be used next, in the order of what waits for them: never before something
/// can leave, and never after the first thing can.
pub(super) const LOOK: &str = concat!(
    with_what_is_ready!(),
    ", looked AS MATERIALIZED (
         SELECT robot_key, max(
                 rest_until,
                 (SELECT min(free_at) FROM (SELECT ",
    free_at!(),
    " AS free_at FROM delivery q WHERE ",
    queued!(),
    ") WHERE free_at < ",
    never!(),
    "),
                 CASE WHEN most IS NULL OR used < most THEN 0 ELSE oldest + span END) AS at,
             (SELECT q.priority FROM delivery q ",
    head!(),
    ") AS priority,
             (SELECT q.due_at FROM delivery q ",
    head!(),
    ") AS due_at
         FROM ready)
     SELECT robot_key, at FROM looked
     WHERE at IS NOT NULL ORDER BY priority, due_at, robot_key"
);

#[cfg(test)]
mod tests {
    use sqlx::AssertSqlSafe;

    use super::*;
    use crate::outbox::{OpenMode, Outbox};

    /// What SQLite would do for a statement with so many parameters.
    async fn steps(outbox: &Outbox, statement: &str, parameters: usize) -> Vec<String> {
        let explained = AssertSqlSafe(format!("EXPLAIN QUERY PLAN {statement}"));
        let mut query = sqlx::query_as(explained);
        for _ in 0..parameters {
            query = query.bind("[]");
        }
        let rows: Vec<(i64, i64, i64, String)> =
            query.fetch_all(outbox.store.read()).await.unwrap();
        rows.into_iter().map(|(.., step)| step).collect()
    }

    #[tokio::test]
    async fn however_long_the_log_nothing_of_it_is_read_from_end_to_end() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store.db");
        let outbox = Outbox::open(&path, OpenMode::Write).await.unwrap();
        // What grows with the queue and the log; the others hold what the statement was given.
        let grows = ["delivery", "d", "q", "slot", "content", "robot"];
        for (statement, parameters) in [(WAITING, 0), (BRING_BACK, 2), (CLAIM, 7), (LOOK, 2)] {
            let steps = steps(&outbox, statement, parameters).await;
            assert!(steps.iter().any(|step| step.contains("USING")), "{steps:#?}");
            for step in &steps {
                let scanned = step.strip_prefix("SCAN ").and_then(|rest| rest.split(' ').next());
                let read = scanned.is_some_and(|table| grows.contains(&table));
                assert!(!read, "{step} in {steps:#?}");
            }
        }
        let queues = steps(&outbox, CLAIM, 7).await;
        let seek = "SEARCH q USING INDEX delivery_queue (robot_key=?";
        assert!(queues.iter().any(|step| step.starts_with(seek)), "{queues:#?}");
    }
}

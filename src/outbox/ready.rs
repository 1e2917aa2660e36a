//! The SQL of the claim and its wake-up: which deliveries may leave now, and when the next one may.

/// `waiting`: every robot with something sendable, one index seek each, however long its queue.
macro_rules! waiting_robots {
    () => {
        "waiting (robot_key) AS (
             SELECT min(robot_key) FROM delivery WHERE state = 'pending' AND blocked = 0
             UNION ALL
             SELECT (SELECT min(d.robot_key) FROM delivery d
                     WHERE d.state = 'pending' AND d.blocked = 0
                       AND d.robot_key > waiting.robot_key)
             FROM waiting WHERE waiting.robot_key IS NOT NULL)"
    };
}

/// Slots from further ahead than any lease, and than any claim waits for the store, were taken
/// before the clock was set back. Nobody knows how long ago that was: they count as taken now
/// (`$1`), and those whose request may still be on its way as claimed now, for the longest lease.
pub(super) const BRING_BACK: &str = concat!(
    "WITH RECURSIVE ",
    waiting_robots!(),
    " UPDATE slot SET at = $1 + CASE WHEN EXISTS (
              SELECT 1 FROM delivery
              WHERE delivery.id = slot.delivery AND delivery.attempt = slot.attempt
                AND delivery.state = 'sending') THEN 60000 ELSE 0 END
      WHERE robot_key IN (SELECT robot_key FROM waiting) AND at > $1 + 120000"
);

/// An instant that never comes, in milliseconds: the end of a pause without one.
macro_rules! never {
    () => {
        "253000000000000"
    };
}

/// `ready`: the waiting robots with their pace, the slots that count in the window that ends at
/// `$2` (now), open ones included, and the oldest of these. `open`: the targets that are sent to
/// (`$3`) and when their quiet hours end. `paused`: what is paused now, and until when.
macro_rules! with_what_is_ready {
    () => {
        concat!(
            "WITH RECURSIVE
            pace AS MATERIALIZED (
                SELECT value ->> 0 AS robot_key, CAST(value ->> 1 AS BIGINT) AS most,
                       CAST(value ->> 2 AS BIGINT) AS span
                FROM json_each($1)),
            open AS MATERIALIZED (
                SELECT value ->> 0 AS target,
                       coalesce(CAST(value ->> 1 AS BIGINT), 0) AS quiet_until
                FROM json_each($3)),
            paused AS MATERIALIZED (
                SELECT scope, name, coalesce(until, ",
            never!(),
            ") AS until
                FROM pause WHERE until IS NULL OR until > $2),
            ",
            waiting_robots!(),
            ",
            ready AS MATERIALIZED (
                SELECT waiting.robot_key, pace.most, pace.span,
                       coalesce(robot.rest_until, 0) AS rest_until,
                       (SELECT count(*) FROM slot
                        WHERE slot.robot_key = waiting.robot_key AND slot.at > $2 - pace.span
                       ) AS used,
                       (SELECT min(slot.at) FROM slot
                        WHERE slot.robot_key = waiting.robot_key AND slot.at > $2 - pace.span
                       ) AS oldest
                FROM waiting
                LEFT JOIN pace ON pace.robot_key = waiting.robot_key
                LEFT JOIN robot ON robot.robot_key = waiting.robot_key
                WHERE waiting.robot_key IS NOT NULL AND robot.suspended_since IS NULL) "
        )
    };
}

/// A queue's deliveries `q` that are sent to and still kept.
macro_rules! queued {
    () => {
        "q.robot_key = ready.robot_key AND q.state = 'pending' AND q.blocked = 0
         AND q.keep_until > $2 AND ($3 IS NULL OR q.target IN (SELECT target FROM open))"
    };
}

/// When `q` may leave for all that its robot has to say. What the schedule did not ask for waits
/// for neither quiet hours nor pauses; what is urgent only for pauses.
macro_rules! free_at {
    () => {
        "max(q.not_before, CASE WHEN q.origin <> 'schedule' THEN 0 ELSE max(
             CASE WHEN q.priority = 0 THEN 0 ELSE
                 coalesce((SELECT quiet_until FROM open WHERE open.target = q.target), 0) END,
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
    "UPDATE delivery SET state = 'sending', attempt = attempt + 1, lease_token = $6,
            lease_owner = $7, lease_until = $8, leased_at = $2
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
    " AND ($4 IS NULL OR q.occurrence = $4) AND ",
    free_at!(),
    " <= $2
                   ORDER BY q.priority, q.due_at, q.id LIMIT $5))
         WHERE room IS NULL OR turn <= room
         ORDER BY priority, due_at, id LIMIT $5)
     RETURNING id, reminder, due_at, origin, target, robot_key, priority, attempt, keep_until,
               uncertain, (SELECT message FROM content WHERE content.delivery = delivery.id) AS message"
);

/// When the dispatcher has to look again: never before something can leave, and never after the
/// first thing can.
pub(super) const NEXT_CLAIM: &str = concat!(
    with_what_is_ready!(),
    "SELECT min(max(
             rest_until,
             (SELECT min(free_at) FROM (SELECT ",
    free_at!(),
    " AS free_at FROM delivery q WHERE ",
    queued!(),
    ") WHERE free_at < ",
    never!(),
    "),
             CASE WHEN most IS NULL OR used < most THEN 0 ELSE oldest + span END))
     FROM ready"
);

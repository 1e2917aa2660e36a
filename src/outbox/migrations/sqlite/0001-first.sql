-- Instants are unix milliseconds, ids and JSON are text. States are the words of the log.

CREATE TABLE store_version (version BIGINT NOT NULL);

-- How far each reminder is planned.
CREATE TABLE watermark (
    reminder    TEXT PRIMARY KEY NOT NULL,
    planned_to  BIGINT NOT NULL,
    fingerprint TEXT NOT NULL,
    enabled     BIGINT NOT NULL
);

-- The last number given to manual sends and alerts of each reminder.
CREATE TABLE counter (
    name TEXT PRIMARY KEY NOT NULL,
    last BIGINT NOT NULL
);

CREATE TABLE occurrence (
    id          TEXT PRIMARY KEY NOT NULL,
    reminder    TEXT NOT NULL,
    due_at      BIGINT NOT NULL,
    origin      TEXT NOT NULL,
    zone        TEXT NOT NULL,
    request     TEXT,
    state       TEXT NOT NULL,
    reason      TEXT,
    detail      TEXT,
    span_first  BIGINT,
    span_last   BIGINT,
    span_count  BIGINT,
    planned_at  BIGINT NOT NULL,
    composed_at BIGINT,
    UNIQUE (reminder, due_at, origin)
);
CREATE INDEX occurrence_planned ON occurrence (due_at, id) WHERE state = 'planned';
CREATE INDEX occurrence_log ON occurrence (due_at, id);
CREATE INDEX occurrence_age ON occurrence (planned_at);

-- Narrow, because it is rewritten at every step; the message stands in its own table.
-- `blocked`: the part before it is not delivered yet.
-- `lease_owner` and `leased_at` stay after the lease, as facts about the last one.
CREATE TABLE delivery (
    id          TEXT PRIMARY KEY NOT NULL,
    occurrence  TEXT NOT NULL REFERENCES occurrence (id) ON DELETE CASCADE,
    reminder    TEXT NOT NULL,
    due_at      BIGINT NOT NULL,
    origin      TEXT NOT NULL,
    target      TEXT NOT NULL,
    part        BIGINT NOT NULL,
    robot_key   TEXT NOT NULL,
    priority    BIGINT NOT NULL,
    not_before  BIGINT NOT NULL,
    keep_until  BIGINT NOT NULL,
    state       TEXT NOT NULL,
    reason      TEXT,
    blocked     BIGINT NOT NULL,
    attempt     BIGINT NOT NULL DEFAULT 0,
    uncertain   BIGINT NOT NULL DEFAULT 0,
    lease_token TEXT,
    lease_owner TEXT,
    lease_until BIGINT,
    leased_at   BIGINT,
    UNIQUE (occurrence, target, part)
);
CREATE INDEX delivery_queue ON delivery (robot_key, priority, due_at, id)
    WHERE state = 'pending' AND blocked = 0;
CREATE INDEX delivery_wake ON delivery (robot_key, not_before)
    WHERE state = 'pending' AND blocked = 0;
CREATE INDEX delivery_keep ON delivery (keep_until) WHERE state = 'pending';
CREATE INDEX delivery_older ON delivery (reminder, target, due_at)
    WHERE state IN ('pending', 'sending');
CREATE INDEX delivery_lease ON delivery (lease_until) WHERE state = 'sending';

CREATE TABLE content (
    delivery TEXT PRIMARY KEY NOT NULL REFERENCES delivery (id) ON DELETE CASCADE,
    message  TEXT NOT NULL
);

CREATE TABLE attempt (
    delivery TEXT NOT NULL REFERENCES delivery (id) ON DELETE CASCADE,
    number   BIGINT NOT NULL,
    at       BIGINT NOT NULL,
    verdict  TEXT NOT NULL,
    code     TEXT,
    reason   TEXT,
    help     TEXT,
    ms       BIGINT NOT NULL,
    PRIMARY KEY (delivery, number)
);

-- One row per attempt begun: what pace is counted by. `at` is the last instant at which the request
-- can have reached the robot: the lease's end while it is under way, then when it was answered.
CREATE TABLE slot (
    robot_key TEXT NOT NULL,
    delivery  TEXT NOT NULL,
    attempt   BIGINT NOT NULL,
    at        BIGINT NOT NULL
);
CREATE INDEX slot_window ON slot (robot_key, at);
CREATE INDEX slot_age ON slot (at);

CREATE TABLE robot (
    robot_key        TEXT PRIMARY KEY NOT NULL,
    rest_until       BIGINT NOT NULL DEFAULT 0,
    suspended_reason TEXT,
    suspended_since  BIGINT
);

-- Who is silent: scope `reminder` or `target` with its name, or `all`. One that has ended stays, for
-- the question why nothing came.
CREATE TABLE pause (
    scope  TEXT NOT NULL,
    name   TEXT NOT NULL,
    since  BIGINT NOT NULL,
    until  BIGINT,
    reason TEXT,
    PRIMARY KEY (scope, name, since)
);

-- Dates, by each reminder's own calendar, on which a person took its occurrences out.
CREATE TABLE skip (
    reminder TEXT NOT NULL,
    date     TEXT NOT NULL,
    ends_at  BIGINT NOT NULL,
    PRIMARY KEY (reminder, date)
);

-- When each cause of an alert was last told.
CREATE TABLE alert (
    cause   TEXT PRIMARY KEY NOT NULL,
    told_at BIGINT NOT NULL
);

-- The last good text of each schedule file.
CREATE TABLE good_file (
    path    TEXT PRIMARY KEY NOT NULL,
    text    TEXT NOT NULL,
    hash    TEXT NOT NULL,
    kept_at BIGINT NOT NULL
);

-- Nothing asks for it: when a robot's queue may move on is read from the queue itself.
DROP INDEX delivery_wake;

-- Rows that are found by their key alone stand in it, not beside it: each is written once.
CREATE TABLE lean_watermark (
    reminder    TEXT PRIMARY KEY NOT NULL,
    planned_to  BIGINT NOT NULL,
    fingerprint TEXT NOT NULL,
    enabled     BIGINT NOT NULL
) WITHOUT ROWID;
INSERT INTO lean_watermark SELECT reminder, planned_to, fingerprint, enabled FROM watermark;
DROP TABLE watermark;
ALTER TABLE lean_watermark RENAME TO watermark;

CREATE TABLE lean_content (
    delivery TEXT PRIMARY KEY NOT NULL REFERENCES delivery (id) ON DELETE CASCADE,
    message  TEXT NOT NULL
) WITHOUT ROWID;
INSERT INTO lean_content SELECT delivery, message FROM content;
DROP TABLE content;
ALTER TABLE lean_content RENAME TO content;

CREATE TABLE lean_attempt (
    delivery TEXT NOT NULL REFERENCES delivery (id) ON DELETE CASCADE,
    number   BIGINT NOT NULL,
    at       BIGINT NOT NULL,
    verdict  TEXT NOT NULL,
    code     TEXT,
    reason   TEXT,
    help     TEXT,
    ms       BIGINT NOT NULL,
    PRIMARY KEY (delivery, number)
) WITHOUT ROWID;
INSERT INTO lean_attempt SELECT delivery, number, at, verdict, code, reason, help, ms FROM attempt;
DROP TABLE attempt;
ALTER TABLE lean_attempt RENAME TO attempt;

CREATE TABLE lean_slot (
    robot_key TEXT NOT NULL,
    at        BIGINT NOT NULL,
    delivery  TEXT NOT NULL,
    attempt   BIGINT NOT NULL,
    PRIMARY KEY (robot_key, at, delivery, attempt)
) WITHOUT ROWID;
INSERT OR IGNORE INTO lean_slot SELECT robot_key, at, delivery, attempt FROM slot;
DROP TABLE slot;
ALTER TABLE lean_slot RENAME TO slot;
CREATE INDEX slot_age ON slot (at);

-- What counts against a target's daily limit, and since when. What is beyond it waits until `until`; it
-- is gone from here when it may go. A row for each occurrence and target, where the target has a limit.
CREATE TABLE daily (
    occurrence TEXT NOT NULL REFERENCES occurrence (id) ON DELETE CASCADE,
    target     TEXT NOT NULL,
    at         BIGINT NOT NULL,
    until      BIGINT,
    PRIMARY KEY (occurrence, target)
) WITHOUT ROWID;
CREATE INDEX daily_counted ON daily (target, at) WHERE until IS NULL;
CREATE INDEX daily_held ON daily (target, until) WHERE until IS NOT NULL;
CREATE INDEX daily_next ON daily (until) WHERE until IS NOT NULL;
CREATE INDEX daily_age ON daily (at);

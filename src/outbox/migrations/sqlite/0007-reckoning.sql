-- How far the clock on the wall was ahead of the machine's time up when instants were written here, and
-- in which boot: when that differs, somebody has set the clock since. One row.
CREATE TABLE reckoning (
    boot  TEXT NOT NULL,
    ahead BIGINT NOT NULL
);

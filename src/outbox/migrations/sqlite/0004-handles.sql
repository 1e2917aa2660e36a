-- What a vendor calls a message that it took, one row per attempt that it took: for recalling it, and
-- for asking who has read it. `reads` is what was answered last, as JSON.
CREATE TABLE handle (
    delivery    TEXT NOT NULL REFERENCES delivery (id) ON DELETE CASCADE,
    attempt     BIGINT NOT NULL,
    handle      TEXT NOT NULL,
    taken_at    BIGINT NOT NULL,
    recalled_at BIGINT,
    reads       TEXT,
    asked_at    BIGINT,
    PRIMARY KEY (delivery, attempt)
);

-- What each target was last told of a folder. `id` is reminder/source/target. `version` counts its
-- moves; at version `base` it began to be about the files it is about (`mark`).
CREATE TABLE cursor (
    id       TEXT PRIMARY KEY NOT NULL,
    reminder TEXT NOT NULL,
    source   TEXT NOT NULL,
    target   TEXT NOT NULL,
    mark     TEXT NOT NULL,
    version  BIGINT NOT NULL,
    base     BIGINT NOT NULL,
    moved_at BIGINT NOT NULL,
    seen_at  BIGINT NOT NULL
);
CREATE INDEX cursor_reminder ON cursor (reminder);

-- A file at each move that changed it; no hash: it was gone. The newest row of a path is what
-- counts, the older ones say what was told before.
CREATE TABLE cursor_file (
    cursor   TEXT NOT NULL REFERENCES cursor (id) ON DELETE CASCADE,
    path     TEXT NOT NULL,
    version  BIGINT NOT NULL,
    at       BIGINT NOT NULL,
    hash     TEXT,
    modified BIGINT NOT NULL,
    PRIMARY KEY (cursor, path, version)
);
CREATE INDEX cursor_file_age ON cursor_file (at);
CREATE INDEX cursor_file_hash ON cursor_file (hash);

-- The texts of told files, so that the next change can say what it changed.
CREATE TABLE told_text (
    hash TEXT PRIMARY KEY NOT NULL,
    text TEXT NOT NULL
);

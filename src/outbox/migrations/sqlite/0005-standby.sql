-- What other targets are sent in a delivery's place, should its own be dead or suspended: beside the
-- first part, in the order in which they stand in, as JSON. Gone when nobody has to stand in any more.
CREATE TABLE standby (
    delivery TEXT PRIMARY KEY NOT NULL REFERENCES delivery (id) ON DELETE CASCADE,
    others   TEXT NOT NULL
);

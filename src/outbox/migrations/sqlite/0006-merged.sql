-- Deliveries that go out in another message, with the occurrence of that message.
CREATE TABLE merged (
    delivery TEXT PRIMARY KEY NOT NULL REFERENCES delivery (id) ON DELETE CASCADE,
    whole    TEXT NOT NULL
);
CREATE INDEX merged_whole ON merged (whole);

-- Events that a host raised itself, and subscriptions that resume where they were.

-- Which process raised an event, so that it does not take its own for news; NULL for what was written with its deed.
ALTER TABLE outbox ADD COLUMN raised_by TEXT NULL;

-- How far a durable subscription has come: everything up to this number was handled, or was not wanted.
CREATE TABLE event_cursor (
    name       TEXT    NOT NULL PRIMARY KEY,
    seq        INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
);

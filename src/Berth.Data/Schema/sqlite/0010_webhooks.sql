-- Webhooks: where events are sent, what was sent and what came back. A delivery names its event by its number and holds no
-- copy of it: what is gone from the outbox, for its age or because its user was deleted, is nowhere kept.

CREATE TABLE webhook (
    id              TEXT    NOT NULL PRIMARY KEY,
    user_id         TEXT    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name            TEXT    NOT NULL DEFAULT '',
    url             TEXT    NOT NULL,
    everybodys      INTEGER NOT NULL DEFAULT 0,             -- an administrator's: events of all users
    types           TEXT    NOT NULL DEFAULT '[]',          -- types, or prefixes that end in *
    plugin_slug     TEXT    NULL,
    secret          TEXT    NOT NULL,                       -- sealed
    previous_secret TEXT    NULL,                           -- sealed; signs too until then
    previous_until  INTEGER NULL,
    enabled         INTEGER NOT NULL DEFAULT 1,
    disabled_reason TEXT    NULL,                           -- when it was switched off by the server
    begins_after    INTEGER NOT NULL,                       -- number of the event
    failures        INTEGER NOT NULL DEFAULT 0,             -- attempts since the last that succeeded
    failing_since   INTEGER NULL,
    paused_until    INTEGER NULL,                           -- nothing is sent before
    created_at      INTEGER NOT NULL,
    updated_at      INTEGER NOT NULL
);
CREATE INDEX webhook_by_user ON webhook (user_id);

CREATE TABLE webhook_delivery (
    id         TEXT    NOT NULL PRIMARY KEY,                -- begins with its time
    webhook_id TEXT    NOT NULL REFERENCES webhook (id) ON DELETE CASCADE,
    user_id    TEXT    NULL,                                -- whose event it is
    kind       TEXT    NOT NULL,                            -- event, replay, test
    event_seq  INTEGER NULL,                                -- none for a test
    event_type TEXT    NOT NULL,
    state      TEXT    NOT NULL,                            -- pending, delivered, failed, gone
    attempts   INTEGER NOT NULL DEFAULT 0,
    next_at    INTEGER NULL,                                -- while it is pending
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
);
CREATE INDEX webhook_delivery_by_webhook ON webhook_delivery (webhook_id, id);
CREATE INDEX webhook_delivery_due ON webhook_delivery (webhook_id, next_at, event_seq) WHERE state = 'pending';
CREATE INDEX webhook_delivery_by_user ON webhook_delivery (user_id);

CREATE TABLE webhook_attempt (
    delivery_id TEXT    NOT NULL REFERENCES webhook_delivery (id) ON DELETE CASCADE,
    attempt     INTEGER NOT NULL,
    at          INTEGER NOT NULL,
    ms          INTEGER NOT NULL,
    status      INTEGER NULL,                               -- HTTP; none without an answer
    error       TEXT    NULL,                               -- why there was no answer
    answer      TEXT    NULL,                               -- how it began
    PRIMARY KEY (delivery_id, attempt)
);

-- One node sends at a time: the lease, and up to where events have become deliveries.
CREATE TABLE webhook_sender (
    one         INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    seq         INTEGER NOT NULL,
    holder      TEXT    NULL,
    lease_until INTEGER NOT NULL DEFAULT 0
);
INSERT INTO webhook_sender (one, seq) SELECT 1, COALESCE(MAX(seq), 0) FROM outbox;

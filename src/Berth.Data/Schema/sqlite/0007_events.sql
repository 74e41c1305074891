-- Events in order, an audit that nobody rewrites, the nodes, and users on their way out.

CREATE INDEX outbox_by_user ON outbox (user_id, seq);

-- Up to where events are gone. A reader that resumes below it is told that there is a gap.
CREATE TABLE outbox_floor (
    one INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    seq INTEGER NOT NULL
);
INSERT INTO outbox_floor (one, seq) VALUES (1, 0);

CREATE INDEX audit_by_actor ON audit (actor_id, seq);

-- Rows of the audit that are older than this may be deleted while this row stands: put in, used and taken out in one
-- transaction by the retention, the only place that opens the door.
CREATE TABLE audit_door (
    before_at INTEGER NOT NULL
);
CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit is append-only');
END;
CREATE TRIGGER audit_is_kept BEFORE DELETE ON audit
WHEN NOT EXISTS (SELECT 1 FROM audit_door WHERE before_at > OLD.at)
BEGIN
    SELECT RAISE(ABORT, 'the audit is append-only');
END;

CREATE TABLE node (
    name       TEXT    NOT NULL PRIMARY KEY,
    version    TEXT    NOT NULL,
    started_at INTEGER NOT NULL,
    seen_at    INTEGER NOT NULL
);

-- The journal of deletions of users: from this row on, whatever happens, the deletion is carried to its end.
CREATE TABLE user_removal (
    user_id      TEXT    NOT NULL PRIMARY KEY,
    username     TEXT    NOT NULL,
    heir_id      TEXT    NULL,                              -- who takes everything over
    actor_id     TEXT    NOT NULL,
    request_id   TEXT    NULL,
    step         TEXT    NOT NULL,                          -- begun, gone (rows are deleted, files are not yet)
    notes        TEXT    NOT NULL DEFAULT '[]',
    started_at   INTEGER NOT NULL
);

-- Documents that a user took over and whose plugin they have already: nothing is mixed, nothing is lost.
CREATE TABLE kept_document (
    user_id     TEXT    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    batch       TEXT    NOT NULL,
    plugin_slug TEXT    NOT NULL,
    version     TEXT    NOT NULL,                           -- whose format it is in
    key         TEXT    NOT NULL,
    value       TEXT    NOT NULL,
    kept_at     INTEGER NOT NULL,
    PRIMARY KEY (user_id, batch, plugin_slug, key)
);

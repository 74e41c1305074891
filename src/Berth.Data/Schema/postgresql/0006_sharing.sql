-- Packages that only some users see, offers of a version from user to user, operations on many users, and answers that
-- are given again to a request with the same Idempotency-Key.

CREATE TABLE private_version (
    digest      TEXT    NOT NULL PRIMARY KEY,               -- of the package, SHA-256
    slug        TEXT    NOT NULL,
    slug_folded TEXT    NOT NULL,
    version     TEXT    NOT NULL,
    size        BIGINT  NOT NULL,
    manifest    TEXT    NOT NULL,
    trust_level TEXT    NOT NULL,                           -- internal when an administrator brought it, otherwise community
    added_by    TEXT    NOT NULL,                           -- a user's id, or 'migration'
    added_at    BIGINT  NOT NULL
);

CREATE TABLE private_reader (
    digest     TEXT    NOT NULL REFERENCES private_version (digest) ON DELETE CASCADE,
    user_id    TEXT    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    granted_by TEXT    NOT NULL,
    at         BIGINT  NOT NULL,
    PRIMARY KEY (digest, user_id)
);
CREATE INDEX private_reader_by_user ON private_reader (user_id);

CREATE TABLE share (
    id          TEXT    NOT NULL PRIMARY KEY,
    from_user   TEXT    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    to_user     TEXT    NULL REFERENCES users (id) ON DELETE CASCADE, -- NULL when nobody is called so: the sender does not learn it
    recipient   TEXT    NOT NULL,                           -- as the sender wrote it
    plugin_slug TEXT    NOT NULL,
    version     TEXT    NOT NULL,
    digest      TEXT    NOT NULL,
    state       TEXT    NOT NULL,                           -- offered, accepted, declined, withdrawn; expired is offered past its time
    created_at  BIGINT  NOT NULL,
    expires_at  BIGINT  NOT NULL,
    updated_at  BIGINT  NOT NULL
);
CREATE INDEX share_by_sender ON share (from_user, created_at);
CREATE INDEX share_by_recipient ON share (to_user, created_at);

ALTER TABLE operation ADD COLUMN progress TEXT NULL;        -- of kind bulk: {total, done, succeeded, failed, failures}
ALTER TABLE operation ADD COLUMN idempotency_key TEXT NULL; -- id of the request in idempotency
CREATE INDEX operation_by_key ON operation (idempotency_key) WHERE idempotency_key IS NOT NULL;

-- An operation on many users is nobody's own operation on the plugin: it must not keep its administrator from one.
DROP INDEX operation_running;
CREATE UNIQUE INDEX operation_running ON operation (user_id, plugin_slug) WHERE state = 'running' AND kind <> 'bulk';
CREATE INDEX operation_bulk_running ON operation (node, lease_until) WHERE state = 'running' AND kind = 'bulk';

CREATE TABLE idempotency (
    id           TEXT    NOT NULL PRIMARY KEY,              -- SHA-256 of caller, method, path and key: the key itself is not kept
    fingerprint  TEXT    NOT NULL,                          -- SHA-256 of query and body
    attempt      TEXT    NOT NULL,                          -- which process and request runs it
    lease_until  BIGINT  NOT NULL,
    status       BIGINT  NULL,                              -- NULL while the first request runs
    content_type TEXT    NULL,
    location     TEXT    NULL,
    body         BYTEA   NULL,
    created_at   BIGINT  NOT NULL
);
CREATE INDEX idempotency_by_age ON idempotency (created_at);

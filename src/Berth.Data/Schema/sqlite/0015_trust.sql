-- A level in force is the newest decision that has neither ended nor run out. What is settled has been noticed as run out.
ALTER TABLE trust_decision ADD COLUMN kind TEXT NOT NULL DEFAULT 'decision'; -- decision, request, restriction
ALTER TABLE trust_decision ADD COLUMN evidence TEXT NULL;                    -- JSON
ALTER TABLE trust_decision ADD COLUMN expires_at INTEGER NULL;
ALTER TABLE trust_decision ADD COLUMN ended_at INTEGER NULL;                 -- lifted before its time
ALTER TABLE trust_decision ADD COLUMN settled_at INTEGER NULL;
CREATE INDEX trust_decision_by_slug ON trust_decision (slug, seq);
CREATE INDEX trust_decision_to_settle ON trust_decision (expires_at) WHERE expires_at IS NOT NULL AND settled_at IS NULL;

-- Policies that differ from the ones Berth comes with.
CREATE TABLE trust_policy (
    level  TEXT    NOT NULL PRIMARY KEY,
    policy TEXT    NOT NULL,                               -- JSON
    reason TEXT    NOT NULL,
    set_by TEXT    NOT NULL,
    set_at INTEGER NOT NULL
);

CREATE TABLE trust_request (
    id           TEXT    NOT NULL PRIMARY KEY,
    slug         TEXT    NOT NULL,
    level        TEXT    NOT NULL,
    reason       TEXT    NOT NULL,
    evidence     TEXT    NULL,                             -- JSON
    source       TEXT    NOT NULL,                         -- publisher, manifest
    state        TEXT    NOT NULL,                         -- open, approved, rejected
    requested_by TEXT    NOT NULL,
    requested_at INTEGER NOT NULL,
    decided_by   TEXT    NULL,
    decided_at   INTEGER NULL,
    answer       TEXT    NULL
);
CREATE UNIQUE INDEX trust_request_open ON trust_request (slug) WHERE state = 'open';
CREATE INDEX trust_request_by_state ON trust_request (state, id);

CREATE TABLE trust_violation (
    id            TEXT    NOT NULL PRIMARY KEY,
    slug          TEXT    NOT NULL,
    version       TEXT    NULL,
    kind          TEXT    NOT NULL,
    severity      TEXT    NOT NULL,                        -- low, medium, high, critical
    action        TEXT    NOT NULL,                        -- warn, restrict, quarantine, remove
    reason        TEXT    NOT NULL,
    evidence      TEXT    NULL,                            -- JSON
    recorded_by   TEXT    NOT NULL,
    recorded_at   INTEGER NOT NULL,
    expires_at    INTEGER NULL,
    decision_seq  INTEGER NULL,                            -- of the restriction
    quarantine_id TEXT    NULL,
    lifted_by     TEXT    NULL,
    lifted_at     INTEGER NULL,
    lift_reason   TEXT    NULL
);
CREATE INDEX trust_violation_by_slug ON trust_violation (slug, id);

CREATE TABLE trust_quarantine (
    id          TEXT    NOT NULL PRIMARY KEY,
    kind        TEXT    NOT NULL,                          -- version, plugin, publisher, file
    subject     TEXT    NOT NULL,                          -- as it is compared: folded slug, folded slug@version, user id, SHA-256
    shown       TEXT    NOT NULL,                          -- as it is spelled
    reason      TEXT    NOT NULL,
    set_by      TEXT    NOT NULL,
    set_at      INTEGER NOT NULL,
    expires_at  INTEGER NULL,
    lifted_by   TEXT    NULL,
    lifted_at   INTEGER NULL,
    lift_reason TEXT    NULL
);
CREATE INDEX trust_quarantine_in_force ON trust_quarantine (kind, subject) WHERE lifted_at IS NULL;

-- Which files a version has, for a quarantine by a file's digest.
CREATE TABLE package_file (
    sha256  TEXT NOT NULL,
    slug    TEXT NOT NULL,
    version TEXT NOT NULL,
    path    TEXT NOT NULL,
    PRIMARY KEY (sha256, slug, version, path)
);
CREATE INDEX package_file_by_version ON package_file (slug, version);

-- On a host: what its registry said last of quarantines and policies.
CREATE TABLE trust_known (
    id      TEXT    NOT NULL PRIMARY KEY,
    etag    TEXT    NOT NULL,
    body    TEXT    NOT NULL,                              -- JSON
    read_at INTEGER NOT NULL
);

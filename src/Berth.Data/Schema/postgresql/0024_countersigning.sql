-- Puts new countersignatures in the place of those that went with a revoked key. One node runs one at a time; another takes over
-- when its lease ends.
CREATE TABLE countersign_run (
    id            TEXT NOT NULL PRIMARY KEY,
    state         TEXT NOT NULL,                             -- running, ended
    reason        TEXT NOT NULL,
    started_by    TEXT NULL,
    started_at    BIGINT NOT NULL,
    ended_at      BIGINT NULL,
    total         BIGINT NOT NULL,
    done          BIGINT NOT NULL DEFAULT 0,
    failed        BIGINT NOT NULL DEFAULT 0,
    after_slug    TEXT NOT NULL DEFAULT '',
    after_version TEXT NOT NULL DEFAULT '',
    holder        TEXT NULL,
    lease_until   BIGINT NOT NULL DEFAULT 0
);

-- Runs of the migration from the old per-user layout: what each has made, so that it can go on, or be undone exactly.
CREATE TABLE migration (
    id          TEXT   NOT NULL PRIMARY KEY,
    fingerprint TEXT   NOT NULL,                            -- SHA-256 over everything the old system held
    state       TEXT   NOT NULL,                            -- running, applied, verified, undoing
    started_at  BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL
);

CREATE TABLE migration_item (
    migration_id TEXT   NOT NULL REFERENCES migration (id) ON DELETE CASCADE,
    kind         TEXT   NOT NULL,                           -- user, package, reader, installation
    key          TEXT   NOT NULL,
    created      BIGINT NOT NULL,                           -- 1: made by the run; 0: was there before
    detail       TEXT   NOT NULL DEFAULT '{}',
    PRIMARY KEY (migration_id, kind, key)
);

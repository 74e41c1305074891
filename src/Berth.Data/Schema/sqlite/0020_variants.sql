-- Derived artifacts of versions: packages of their own in the package store, made by the registry and signed by it. A row is
-- also the order to make one; what is queued or was being made when a process died is made by the next one.

CREATE TABLE variant (
    slug          TEXT    NOT NULL,
    version       TEXT    NOT NULL,
    kind          TEXT    NOT NULL,                          -- optimized
    source_digest TEXT    NOT NULL,                          -- of the original
    state         TEXT    NOT NULL,                          -- queued, running, ready, unchanged, unavailable, failed
    digest        TEXT    NULL,                              -- of the variant, when it is ready
    size          INTEGER NULL,
    report        TEXT    NULL,                              -- what was done and what came of it
    signature     TEXT    NULL,                              -- of the registry, over the variant's files
    code          TEXT    NULL,                              -- why there is none
    reason        TEXT    NULL,
    attempts      INTEGER NOT NULL DEFAULT 0,
    requested_by  TEXT    NULL,
    created_at    INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL,
    PRIMARY KEY (slug, version, kind)
);
CREATE INDEX variant_open ON variant (created_at) WHERE state IN ('queued', 'running');

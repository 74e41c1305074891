-- Operations on several plugins at once: the entries of what comes along name the entry of what was asked for.
ALTER TABLE operation ADD COLUMN parent_id TEXT NULL;
CREATE INDEX operation_by_parent ON operation (parent_id) WHERE parent_id IS NOT NULL;

-- What an administrator allows of a plugin on this site.
CREATE TABLE site_pin (
    slug_folded TEXT    NOT NULL PRIMARY KEY,
    slug        TEXT    NOT NULL,
    pin         TEXT    NOT NULL,                           -- a version or a range
    reason      TEXT    NULL,
    set_by      TEXT    NOT NULL,
    set_at      BIGINT NOT NULL
);

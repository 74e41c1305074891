-- Installations that their users let be updated by themselves, and what became of the newest version that was considered.
CREATE TABLE auto_update (
    plugin_id   TEXT    NOT NULL PRIMARY KEY REFERENCES plugin (id) ON DELETE CASCADE,
    user_id     TEXT    NOT NULL,
    plugin_slug TEXT    NOT NULL,
    since       BIGINT  NOT NULL,
    state       TEXT    NOT NULL,                           -- current, updated, cooling_down, withheld, failed, given_up
    version     TEXT    NULL,                               -- the one that was considered last
    code        TEXT    NULL,                               -- why it is not in force
    reason      TEXT    NULL,                               -- the same for people
    attempts    BIGINT  NOT NULL DEFAULT 0,                 -- at that version, that failed
    next_at     BIGINT  NOT NULL DEFAULT 0,                 -- it is not tried again before
    decided_at  BIGINT  NULL
);
CREATE INDEX auto_update_by_slug ON auto_update (plugin_slug, plugin_id);
CREATE INDEX auto_update_by_user ON auto_update (user_id);

-- One process at a time looks after a plugin's installations, and none does so again too soon.
CREATE TABLE auto_update_turn (
    plugin_slug TEXT    NOT NULL PRIMARY KEY,
    holder      TEXT    NOT NULL,
    lease_until BIGINT  NOT NULL,
    checked_at  BIGINT  NOT NULL
);

-- What administrators want of plugin versions on every node: to be loaded from the start on, or never to run.
CREATE TABLE desired_state (
    slug    TEXT    NOT NULL,
    version TEXT    NOT NULL,
    state   TEXT    NOT NULL,                               -- wanted, quarantined
    reason  TEXT    NOT NULL,
    set_by  TEXT    NOT NULL,
    set_at  BIGINT  NOT NULL,
    PRIMARY KEY (slug, version, state)
);

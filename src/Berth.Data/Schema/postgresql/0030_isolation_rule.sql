-- Where administrators want the code of a plugin, or of all plugins of a publisher, to run at least, on every node.
CREATE TABLE isolation_rule (
    kind              TEXT    NOT NULL,                     -- plugin, publisher
    subject_folded    TEXT    NOT NULL,
    subject           TEXT    NOT NULL,
    level             TEXT    NOT NULL,
    memory_megabytes  BIGINT  NULL,
    cpu_percent       BIGINT  NULL,
    execution_seconds BIGINT  NULL,
    slugs             TEXT    NOT NULL,                     -- JSON: the publisher's plugins as the registry told them last
    reason            TEXT    NOT NULL,
    set_by            TEXT    NOT NULL,
    set_at            BIGINT  NOT NULL,
    PRIMARY KEY (kind, subject_folded)
);

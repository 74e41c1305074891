-- Where administrators want the code of a plugin, or of all plugins of a publisher, to run at least, on every node.
CREATE TABLE isolation_rule (
    kind              TEXT    NOT NULL,                     -- plugin, publisher
    subject_folded    TEXT    NOT NULL,
    subject           TEXT    NOT NULL,
    level             TEXT    NOT NULL,
    memory_megabytes  INTEGER NULL,
    cpu_percent       INTEGER NULL,
    execution_seconds INTEGER NULL,
    slugs             TEXT    NOT NULL,                     -- JSON: the publisher's plugins as the registry told them last
    reason            TEXT    NOT NULL,
    set_by            TEXT    NOT NULL,
    set_at            INTEGER NOT NULL,
    PRIMARY KEY (kind, subject_folded)
);

-- Versions that stayed in memory once after their unload, on any node: they run in workers until an administrator releases them.
CREATE TABLE leaked_version (
    slug      TEXT    NOT NULL,
    version   TEXT    NOT NULL,
    roots     TEXT    NOT NULL,                             -- what kept it, for people
    leaked_at INTEGER NOT NULL,
    PRIMARY KEY (slug, version)
);

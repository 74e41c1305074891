-- Which versions the shared store has, so that operations and the cleanup agree: an operation puts a version in force only
-- while its row is here and not marked; the cleanup marks the row before it touches a file.
CREATE TABLE store_version (
    slug          TEXT    NOT NULL,
    version       TEXT    NOT NULL,
    digest        TEXT    NOT NULL,                         -- of the package, SHA-256
    staged_at     BIGINT  NOT NULL,
    referenced_at BIGINT  NOT NULL,                        -- when it was staged, or when the last reference to it was noted
    removing      TEXT    NULL,                             -- the removal under way
    PRIMARY KEY (slug, version)
);
CREATE INDEX plugin_by_pinned ON plugin (plugin_slug, pinned) WHERE pinned IS NOT NULL;
-- Users of a version are listed page by page in the order of their plugin ids; SQLite does that by its row numbers.
DROP INDEX plugin_by_version;
CREATE INDEX plugin_by_version ON plugin (plugin_slug, version, id);
-- Packages that no version names and that are kept all the same: a rebuild found them without the rows that named them.
CREATE TABLE kept_package (
    digest TEXT    NOT NULL PRIMARY KEY,
    reason TEXT    NOT NULL,
    at     BIGINT  NOT NULL
);

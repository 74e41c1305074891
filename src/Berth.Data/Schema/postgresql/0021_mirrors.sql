-- What an upstream registry said of plugins that are not published here: shown again when it is away.
CREATE TABLE upstream_plugin (
    slug_folded TEXT    NOT NULL PRIMARY KEY,
    document    TEXT    NULL,                               -- its answer; NULL when it has no such plugin
    fetched_at  BIGINT  NOT NULL
);

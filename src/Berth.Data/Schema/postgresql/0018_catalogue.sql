-- What the catalogue lists of each plugin, made anew: words, facets and the summary of its newest version, from which every
-- node keeps the index it searches in memory. Both dialects hold the same, so that both find the same. The registry fills it
-- from package, package_version and download_daily at its next search.
DROP TABLE package_search;
DROP TABLE package_listing;
CREATE TABLE package_listing (
    id           BIGINT  NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    slug         TEXT    NOT NULL UNIQUE REFERENCES package (slug) ON DELETE CASCADE,
    slug_folded  TEXT    COLLATE "C" NOT NULL UNIQUE,
    listed       BIGINT  NOT NULL,                          -- 0: no version is visible; the counts stay
    offered      BIGINT  NOT NULL,                          -- 0: every visible version is yanked
    deprecated   BIGINT  NOT NULL DEFAULT 0,
    verified     BIGINT  NOT NULL DEFAULT 0,                -- its publisher is a verified one
    name         TEXT    NOT NULL,                          -- display name of the newest version
    name_folded  TEXT    NOT NULL,
    name_since   BIGINT  NOT NULL,                          -- since when it bears that name
    category     TEXT    NULL,
    type         TEXT    NOT NULL,                          -- frontend, backend, fullstack
    trust_level  TEXT    NOT NULL,
    keywords     TEXT    NOT NULL,                          -- JSON array, lower case
    title_words  TEXT    NOT NULL,                          -- separated by blanks
    other_words  TEXT    NOT NULL,                          -- of keywords, category and author
    body_words   TEXT    NOT NULL,
    summary      TEXT    NOT NULL,                          -- JSON object: what a search shows, trust and downloads aside
    published_at BIGINT  NOT NULL,                          -- of its first visible version
    updated_at   BIGINT  NOT NULL,                          -- of its newest offered version
    downloads    BIGINT  NOT NULL DEFAULT 0,
    heat         BIGINT  NOT NULL DEFAULT 0,                -- recent downloads, see docs/search.md; 0 means none
    relisted_at  BIGINT  NOT NULL,                          -- last change of anything but the counts
    changed_at   BIGINT  NOT NULL                           -- last change; grows with each
);
CREATE INDEX package_listing_by_change ON package_listing (changed_at);

CREATE INDEX download_daily_by_day ON download_daily (day);

-- Writes of counts that are in the database: one that is tried again after a lost answer counts once.
CREATE TABLE download_batch (
    id TEXT    NOT NULL PRIMARY KEY,
    at BIGINT  NOT NULL
);
CREATE INDEX download_batch_by_time ON download_batch (at);

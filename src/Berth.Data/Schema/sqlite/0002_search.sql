-- What the catalogue lists of each plugin: one row, kept up to date in the transaction of what it reports.
CREATE TABLE package_listing (
    id            INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    slug          TEXT    NOT NULL UNIQUE REFERENCES package (slug),
    slug_folded   TEXT    NOT NULL UNIQUE,
    name_folded   TEXT    NOT NULL,                         -- display name of the newest version
    category      TEXT    NULL,
    trust_level   TEXT    NOT NULL,
    trust_rank    INTEGER NOT NULL,                         -- 0 is most trusted
    downloads     INTEGER NOT NULL DEFAULT 0,
    weight        INTEGER NOT NULL                          -- percent by which trust and downloads lift a match of words
);
CREATE INDEX package_listing_by_category ON package_listing (category, slug_folded);

-- Words are separated by blanks before they come here, the same for both dialects.
CREATE VIRTUAL TABLE package_search USING fts5(title, keywords, body, tokenize = "unicode61 remove_diacritics 0", prefix = '2 3');

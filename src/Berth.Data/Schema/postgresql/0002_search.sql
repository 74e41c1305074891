-- What the catalogue lists of each plugin: one row, kept up to date in the transaction of what it reports.
CREATE TABLE package_listing (
    id            BIGINT  NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    slug          TEXT    NOT NULL UNIQUE REFERENCES package (slug),
    slug_folded   TEXT    COLLATE "C" NOT NULL UNIQUE,
    name_folded   TEXT    NOT NULL,                         -- display name of the newest version
    category      TEXT    NULL,
    trust_level   TEXT    NOT NULL,
    trust_rank    BIGINT  NOT NULL,                         -- 0 is most trusted
    downloads     BIGINT  NOT NULL DEFAULT 0,
    weight        BIGINT  NOT NULL                          -- percent by which trust and downloads lift a match of words
);
CREATE INDEX package_listing_by_category ON package_listing (category, slug_folded);

-- Words are separated by blanks before they come here, the same for both dialects; this one is given ready-made lexemes.
CREATE TABLE package_search (
    id       BIGINT   NOT NULL PRIMARY KEY REFERENCES package_listing (id) ON DELETE CASCADE,
    document TSVECTOR NOT NULL
);
CREATE INDEX package_search_by_document ON package_search USING gin (document);

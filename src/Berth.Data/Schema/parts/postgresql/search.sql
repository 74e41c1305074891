-- What the search by the database itself needs of package_listing (docs/search.md, "Two engines"). Triggers keep it in step, in
-- the transaction of whoever writes the row; indexes keep themselves. A registry that searches its index in memory does not have it:
-- with it a listing costs five times the bytes written.

-- Names, in each of their forms.
CREATE INDEX package_listing_unformed ON package_listing (id) WHERE formed_name IS NULL OR formed_name <> name_folded;
CREATE INDEX package_listing_by_name ON package_listing (name_folded);
CREATE INDEX package_listing_by_slug_compact ON package_listing (slug_compact);
CREATE INDEX package_listing_by_name_compact ON package_listing (name_compact);
CREATE INDEX package_listing_by_slug_skeleton ON package_listing (slug_skeleton);
CREATE INDEX package_listing_by_name_skeleton ON package_listing (name_skeleton);

-- Lists without words in each order, with what their filters ask, and their facets.
CREATE INDEX package_listing_by_heat ON package_listing (heat DESC, downloads DESC, slug_folded, trust_level, category, type, verified, offered) WHERE listed = 1;
CREATE INDEX package_listing_by_published ON package_listing (published_at DESC, slug_folded, trust_level, category, type, verified, offered) WHERE listed = 1;
CREATE INDEX package_listing_by_updated ON package_listing (updated_at DESC, slug_folded, trust_level, category, type, verified, offered) WHERE listed = 1;
CREATE INDEX package_listing_by_title ON package_listing (name_folded, slug_folded, trust_level, category, type, verified, offered) WHERE listed = 1;
CREATE INDEX package_listing_by_slug ON package_listing (slug_folded, trust_level, category, type, verified, offered) WHERE listed = 1;
CREATE INDEX package_listing_by_facets ON package_listing (trust_level, category, type, verified, offered, listed);

-- Words by listing. They are taken over as they are, separated by blanks: no text search configuration cuts or changes them.
CREATE TABLE package_search (
    listing_id BIGINT   NOT NULL PRIMARY KEY REFERENCES package_listing (id) ON DELETE CASCADE,
    words      TSVECTOR NOT NULL
);
CREATE INDEX package_search_by_words ON package_search USING GIN (words);

CREATE TABLE package_search_keyword (
    keyword    TEXT COLLATE "C" NOT NULL,
    listing_id BIGINT NOT NULL REFERENCES package_listing (id) ON DELETE CASCADE,
    PRIMARY KEY (keyword, listing_id)
);
CREATE INDEX package_search_keyword_by_listing ON package_search_keyword (listing_id);

CREATE FUNCTION package_search_words(title TEXT, other TEXT, body TEXT) RETURNS TSVECTOR LANGUAGE SQL IMMUTABLE AS $$
    SELECT array_to_tsvector(array_remove(string_to_array(title || ' ' || other || ' ' || body, ' '), ''))
$$;

INSERT INTO package_search (listing_id, words) SELECT id, package_search_words(title_words, other_words, body_words) FROM package_listing;
INSERT INTO package_search_keyword (keyword, listing_id)
    SELECT DISTINCT k.keyword, l.id FROM package_listing l, jsonb_array_elements_text(CAST(l.keywords AS jsonb)) AS k (keyword);

CREATE FUNCTION package_search_keep_words() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO package_search (listing_id, words) VALUES (new.id, package_search_words(new.title_words, new.other_words, new.body_words))
        ON CONFLICT (listing_id) DO UPDATE SET words = excluded.words;
    RETURN NULL;
END $$;
CREATE FUNCTION package_search_keep_keywords() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM package_search_keyword WHERE listing_id = new.id;
    INSERT INTO package_search_keyword (keyword, listing_id)
        SELECT DISTINCT k.keyword, new.id FROM jsonb_array_elements_text(CAST(new.keywords AS jsonb)) AS k (keyword);
    RETURN NULL;
END $$;
CREATE TRIGGER package_search_on_insert AFTER INSERT ON package_listing FOR EACH ROW EXECUTE FUNCTION package_search_keep_words();
CREATE TRIGGER package_search_on_words AFTER UPDATE OF title_words, other_words, body_words ON package_listing FOR EACH ROW
    WHEN (old.title_words <> new.title_words OR old.other_words <> new.other_words OR old.body_words <> new.body_words)
    EXECUTE FUNCTION package_search_keep_words();
CREATE TRIGGER package_search_keywords_on_insert AFTER INSERT ON package_listing FOR EACH ROW EXECUTE FUNCTION package_search_keep_keywords();
CREATE TRIGGER package_search_on_keywords AFTER UPDATE OF keywords ON package_listing FOR EACH ROW
    WHEN (old.keywords <> new.keywords) EXECUTE FUNCTION package_search_keep_keywords();

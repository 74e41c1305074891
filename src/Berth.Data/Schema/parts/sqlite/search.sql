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

-- What a search looks at of each match, side by side: rows carry summaries of kilobytes, which it would have to step over.
CREATE INDEX package_search_narrow ON package_listing (
    id, listed, offered, deprecated, verified, slug, slug_folded, name_folded, name_since, category, type, trust_level, keywords,
    title_words, other_words, published_at, updated_at, downloads, heat, relisted_at, changed_at,
    slug_compact, name_compact, slug_skeleton, name_skeleton);

-- Words by listing, without a copy of the texts. The words are separated by blanks, lower case already, and of letters and
-- digits only: 'ascii' takes every byte beyond ASCII for a letter, so it cuts at the blanks and nowhere else.
CREATE VIRTUAL TABLE package_search USING fts5(title, other, body, content = '', tokenize = 'ascii', detail = 'column', prefix = '2 3');

CREATE TABLE package_search_keyword (
    keyword    TEXT    NOT NULL,
    listing_id INTEGER NOT NULL,
    PRIMARY KEY (keyword, listing_id)
) WITHOUT ROWID;

INSERT INTO package_search (rowid, title, other, body) SELECT id, title_words, other_words, body_words FROM package_listing;
INSERT INTO package_search_keyword (keyword, listing_id) SELECT DISTINCT k.value, l.id FROM package_listing l, json_each(l.keywords) k;

CREATE TRIGGER package_search_on_insert AFTER INSERT ON package_listing BEGIN
    INSERT INTO package_search (rowid, title, other, body) VALUES (new.id, new.title_words, new.other_words, new.body_words);
    INSERT INTO package_search_keyword (keyword, listing_id) SELECT DISTINCT value, new.id FROM json_each(new.keywords);
END;
CREATE TRIGGER package_search_on_delete AFTER DELETE ON package_listing BEGIN
    INSERT INTO package_search (package_search, rowid, title, other, body) VALUES ('delete', old.id, old.title_words, old.other_words, old.body_words);
    DELETE FROM package_search_keyword WHERE listing_id = old.id AND keyword IN (SELECT value FROM json_each(old.keywords));
END;
CREATE TRIGGER package_search_on_words AFTER UPDATE OF title_words, other_words, body_words ON package_listing
WHEN old.title_words <> new.title_words OR old.other_words <> new.other_words OR old.body_words <> new.body_words BEGIN
    INSERT INTO package_search (package_search, rowid, title, other, body) VALUES ('delete', old.id, old.title_words, old.other_words, old.body_words);
    INSERT INTO package_search (rowid, title, other, body) VALUES (new.id, new.title_words, new.other_words, new.body_words);
END;
CREATE TRIGGER package_search_on_keywords AFTER UPDATE OF keywords ON package_listing WHEN old.keywords <> new.keywords BEGIN
    DELETE FROM package_search_keyword WHERE listing_id = old.id AND keyword IN (SELECT value FROM json_each(old.keywords));
    INSERT INTO package_search_keyword (keyword, listing_id) SELECT DISTINCT value, new.id FROM json_each(new.keywords);
END;

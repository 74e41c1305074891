-- Which parts of the schema that not everybody needs are in the database, and from which text (SHA-256).
CREATE TABLE schema_part (
    name         TEXT   NOT NULL PRIMARY KEY,
    sha256       TEXT   NOT NULL,
    installed_at BIGINT NOT NULL
);

-- Forms of slug and name that no SQL can make, for searches by the database. They are of the name in formed_name: a row where that is
-- not the name is formed anew by the registry before it searches. Texts are ordered by their bytes, as SQLite orders them.
ALTER TABLE package_listing ALTER COLUMN name_folded TYPE TEXT COLLATE "C";
ALTER TABLE package_listing ADD COLUMN slug_compact TEXT COLLATE "C" NULL;
ALTER TABLE package_listing ADD COLUMN name_compact TEXT COLLATE "C" NULL;
ALTER TABLE package_listing ADD COLUMN slug_skeleton TEXT COLLATE "C" NULL;
ALTER TABLE package_listing ADD COLUMN name_skeleton TEXT COLLATE "C" NULL;
ALTER TABLE package_listing ADD COLUMN formed_name TEXT COLLATE "C" NULL;

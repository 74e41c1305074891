-- Which parts of the schema that not everybody needs are in the database, and from which text (SHA-256).
CREATE TABLE schema_part (
    name         TEXT   NOT NULL PRIMARY KEY,
    sha256       TEXT   NOT NULL,
    installed_at BIGINT NOT NULL
);

-- Forms of slug and name that no SQL can make, for searches by the database. They are of the name in formed_name: a row where that is
-- not the name is formed anew by the registry before it searches.
ALTER TABLE package_listing ADD COLUMN slug_compact TEXT NULL;
ALTER TABLE package_listing ADD COLUMN name_compact TEXT NULL;
ALTER TABLE package_listing ADD COLUMN slug_skeleton TEXT NULL;
ALTER TABLE package_listing ADD COLUMN name_skeleton TEXT NULL;
ALTER TABLE package_listing ADD COLUMN formed_name TEXT NULL;

-- Secrets lie apart from the settings they belong to, each one encrypted: JSON pointer to ciphertext.
ALTER TABLE plugin ADD COLUMN secrets TEXT NOT NULL DEFAULT '{}';
-- The rollback slot returns the settings the user had.
ALTER TABLE plugin ADD COLUMN previous_config TEXT NULL;
ALTER TABLE plugin ADD COLUMN previous_secrets TEXT NULL;

-- What a user chose of a module. Apart from module, which is made anew from the manifest with each update.
CREATE TABLE module_choice (
    plugin_id  TEXT    NOT NULL REFERENCES plugin (id) ON DELETE CASCADE,
    user_id    TEXT    NOT NULL,
    name       TEXT    NOT NULL,                            -- of the module
    enabled    INTEGER NULL,                                -- null: as the row in module says
    priority   INTEGER NULL,                                -- null: as the manifest says
    settings   TEXT    NOT NULL DEFAULT '{}',               -- field of configFields to value
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (plugin_id, name)
);

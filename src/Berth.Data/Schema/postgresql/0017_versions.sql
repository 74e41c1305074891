-- What becomes of a version after it was published. A tombstone (state deleted) keeps its number; digest is then empty, so
-- that nothing refers to the bytes any more.
ALTER TABLE package_version ADD COLUMN yanked_by TEXT NULL;
ALTER TABLE package_version ADD COLUMN deprecated_at BIGINT  NULL;
ALTER TABLE package_version ADD COLUMN deprecated_by TEXT NULL;
ALTER TABLE package_version ADD COLUMN deprecation TEXT NULL;
ALTER TABLE package_version ADD COLUMN successor_slug TEXT NULL;
ALTER TABLE package_version ADD COLUMN successor_version TEXT NULL;
ALTER TABLE package_version ADD COLUMN deleted_at BIGINT  NULL;
ALTER TABLE package_version ADD COLUMN deleted_by TEXT NULL;
ALTER TABLE package_version ADD COLUMN delete_reason TEXT NULL;
ALTER TABLE package_version ADD COLUMN deleted_sha256 TEXT NULL;

-- Channels whose version somebody chose; a channel without a row follows the version numbers.
CREATE TABLE release_channel (
    slug    TEXT    NOT NULL REFERENCES package (slug),
    name    TEXT    NOT NULL,
    version TEXT    NOT NULL,
    set_by  TEXT    NOT NULL,
    set_at  BIGINT  NOT NULL,
    PRIMARY KEY (slug, name)
);

CREATE TABLE release_channel_change (
    seq        BIGINT  NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    slug       TEXT    NOT NULL REFERENCES package (slug),
    name       TEXT    NOT NULL,
    kind       TEXT    NOT NULL,                            -- promote, rollback, release
    version    TEXT    NULL,                                -- what the channel points to now; NULL when it follows the numbers again
    previous   TEXT    NULL,                                -- what it gave before
    reason     TEXT    NULL,
    changed_by TEXT    NOT NULL,
    at         BIGINT  NOT NULL
);
CREATE INDEX release_channel_change_by_slug ON release_channel_change (slug, seq);

-- Publishers --------------------------------------------------------------------------------------------------------

-- Who owns slugs: an organisation with members, or one person. A plugin without publisher_id belongs to its owner_id.
CREATE TABLE publisher (
    id           TEXT    NOT NULL PRIMARY KEY,
    name         TEXT    NOT NULL UNIQUE,                   -- lower case; of a person ~ and their id
    display_name TEXT    NOT NULL,
    kind         TEXT    NOT NULL,                          -- personal, organisation
    user_id      TEXT    NULL UNIQUE,                       -- whose personal publisher it is
    created_by   TEXT    NOT NULL,
    created_at   BIGINT  NOT NULL
);

CREATE TABLE publisher_member (
    publisher_id TEXT    NOT NULL REFERENCES publisher (id) ON DELETE CASCADE,
    user_id      TEXT    NOT NULL,
    role         TEXT    NOT NULL,                          -- owner, admin, maintainer, viewer
    added_at     BIGINT  NOT NULL,
    PRIMARY KEY (publisher_id, user_id)
);
CREATE INDEX publisher_member_by_user ON publisher_member (user_id);

CREATE TABLE publisher_invitation (
    id           TEXT    NOT NULL PRIMARY KEY,
    publisher_id TEXT    NOT NULL REFERENCES publisher (id) ON DELETE CASCADE,
    user_id      TEXT    NOT NULL,                          -- who is invited
    role         TEXT    NOT NULL,
    invited_by   TEXT    NOT NULL,
    created_at   BIGINT  NOT NULL,
    expires_at   BIGINT  NOT NULL,
    UNIQUE (publisher_id, user_id)
);
CREATE INDEX publisher_invitation_by_user ON publisher_invitation (user_id);

CREATE TABLE publisher_prefix (
    prefix       TEXT    NOT NULL PRIMARY KEY,              -- folded, with its last character: acme. or acme-
    publisher_id TEXT    NOT NULL REFERENCES publisher (id) ON DELETE CASCADE,
    granted_by   TEXT    NOT NULL,
    granted_at   BIGINT  NOT NULL
);
CREATE INDEX publisher_prefix_by_publisher ON publisher_prefix (publisher_id);

CREATE TABLE publisher_proof (
    id           TEXT    NOT NULL PRIMARY KEY,
    publisher_id TEXT    NOT NULL REFERENCES publisher (id) ON DELETE CASCADE,
    kind         TEXT    NOT NULL,                          -- domain, repository
    subject      TEXT    NOT NULL,                          -- acme.example, or https://github.com/acme/plugins
    token        TEXT    NOT NULL,
    created_by   TEXT    NOT NULL,
    created_at   BIGINT  NOT NULL,
    checked_at   BIGINT  NULL,
    verified_at  BIGINT  NULL,
    expires_at   BIGINT  NULL,
    trouble      TEXT    NULL,                              -- why the last check failed
    UNIQUE (publisher_id, kind, subject)
);

CREATE TABLE package_transfer (
    id         TEXT    NOT NULL PRIMARY KEY,
    slug       TEXT    NOT NULL UNIQUE REFERENCES package (slug),
    to_publisher TEXT NULL REFERENCES publisher (id) ON DELETE CASCADE,
    to_user    TEXT    NULL,
    offered_by TEXT    NOT NULL,
    created_at BIGINT  NOT NULL,
    expires_at BIGINT  NOT NULL
);

CREATE TABLE reserved_slug (
    slug_folded TEXT    NOT NULL PRIMARY KEY,
    reason      TEXT    NOT NULL,
    reserved_by TEXT    NOT NULL,
    reserved_at BIGINT  NOT NULL
);

ALTER TABLE package ADD COLUMN publisher_id TEXT NULL REFERENCES publisher (id);
CREATE INDEX package_by_publisher ON package (publisher_id) WHERE publisher_id IS NOT NULL;

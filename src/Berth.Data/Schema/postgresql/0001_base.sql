-- Instants are Unix milliseconds (UTC); flags are 0 or 1; JSON is text. Both dialects hold the same tables and columns.

CREATE TABLE users (
    id              TEXT    NOT NULL PRIMARY KEY,          -- 32 lower-case hexadecimal digits
    username        TEXT    NOT NULL,
    username_folded TEXT    NOT NULL UNIQUE,
    password_hash   TEXT    NULL,
    roles           TEXT    NOT NULL DEFAULT '[]',
    created_at      BIGINT  NOT NULL,
    disabled_at     BIGINT  NULL
);

CREATE TABLE tokens (
    id           TEXT    NOT NULL PRIMARY KEY,
    user_id      TEXT    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    kind         TEXT    NOT NULL,                          -- pat, session, signin
    hash         TEXT    NOT NULL UNIQUE,                   -- SHA-256 of the whole token, hexadecimal
    name         TEXT    NOT NULL,
    scopes       TEXT    NOT NULL DEFAULT '[]',
    created_at   BIGINT  NOT NULL,
    expires_at   BIGINT  NULL,
    revoked_at   BIGINT  NULL
);
CREATE INDEX tokens_by_user ON tokens (user_id);

-- Installations ------------------------------------------------------------------------------------------------------

CREATE TABLE plugin (
    id                  TEXT    NOT NULL PRIMARY KEY,       -- {user_id}_{plugin_slug}
    user_id             TEXT    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    plugin_slug         TEXT    NOT NULL,
    version             TEXT    NOT NULL,
    digest              TEXT    NOT NULL,                   -- of the package, SHA-256
    enabled             BIGINT  NOT NULL DEFAULT 1,
    config              TEXT    NOT NULL DEFAULT '{}',
    granted             TEXT    NOT NULL DEFAULT '[]',      -- capabilities the user granted
    generation          BIGINT  NOT NULL,                   -- of user_data, in force
    previous_version    TEXT    NULL,                       -- the rollback slot
    previous_digest     TEXT    NULL,
    previous_generation BIGINT  NULL,
    pinned              TEXT    NULL,
    channel             TEXT    NOT NULL DEFAULT 'stable',
    created_at          BIGINT  NOT NULL,
    updated_at          BIGINT  NOT NULL,
    UNIQUE (user_id, plugin_slug)
);
CREATE INDEX plugin_by_version ON plugin (plugin_slug, version);
CREATE INDEX plugin_by_previous ON plugin (plugin_slug, previous_version) WHERE previous_version IS NOT NULL;

CREATE TABLE module (
    id                TEXT    NOT NULL PRIMARY KEY,         -- {plugin_id}_{name}
    plugin_id         TEXT    NOT NULL REFERENCES plugin (id) ON DELETE CASCADE,
    user_id           TEXT    NOT NULL,
    name              TEXT    NOT NULL,
    display_name      TEXT    NOT NULL,
    description       TEXT    NULL,
    icon              TEXT    NULL,
    category          TEXT    NULL,
    enabled           BIGINT  NOT NULL DEFAULT 1,
    priority          BIGINT  NOT NULL DEFAULT 0,
    props             TEXT    NOT NULL DEFAULT '{}',
    config_fields     TEXT    NOT NULL DEFAULT '{}',
    messages          TEXT    NOT NULL DEFAULT '{}',
    required_services TEXT    NOT NULL DEFAULT '{}',
    dependencies      TEXT    NOT NULL DEFAULT '[]',
    layout            TEXT    NOT NULL DEFAULT '{}',
    tags              TEXT    NOT NULL DEFAULT '[]',
    created_at        BIGINT  NOT NULL,
    updated_at        BIGINT  NOT NULL,
    UNIQUE (plugin_id, name)
);

-- Each update writes a new generation of a user's documents; a row here names the version whose format it is in.
CREATE TABLE user_data_generation (
    user_id     TEXT    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    plugin_slug TEXT    NOT NULL,
    generation  BIGINT  NOT NULL,
    version     TEXT    NOT NULL,
    created_at  BIGINT  NOT NULL,
    PRIMARY KEY (user_id, plugin_slug, generation)
);

CREATE TABLE user_data (
    user_id     TEXT    NOT NULL,
    plugin_slug TEXT    NOT NULL,
    generation  BIGINT  NOT NULL,
    key         TEXT    NOT NULL,
    value       TEXT    NOT NULL,
    updated_at  BIGINT  NOT NULL,
    PRIMARY KEY (user_id, plugin_slug, generation, key),
    FOREIGN KEY (user_id, plugin_slug, generation)
        REFERENCES user_data_generation (user_id, plugin_slug, generation) ON DELETE CASCADE
);

-- Journal, audit, events ---------------------------------------------------------------------------------------------

CREATE TABLE operation (
    id              TEXT    NOT NULL PRIMARY KEY,
    kind            TEXT    NOT NULL,
    user_id         TEXT    NOT NULL,
    plugin_slug     TEXT    NOT NULL,
    state           TEXT    NOT NULL,                       -- running, succeeded, failed, undone
    step            TEXT    NOT NULL,
    steps           TEXT    NOT NULL DEFAULT '[]',          -- [{name, at}]
    data            TEXT    NOT NULL DEFAULT '{}',          -- what the undo needs
    result          TEXT    NULL,
    error           TEXT    NULL,
    node            TEXT    NOT NULL,
    lease_until     BIGINT  NOT NULL,
    created_at      BIGINT  NOT NULL,
    updated_at      BIGINT  NOT NULL
);
-- The database lease: one running operation for each user and plugin.
CREATE UNIQUE INDEX operation_running ON operation (user_id, plugin_slug) WHERE state = 'running';
CREATE INDEX operation_by_user ON operation (user_id, created_at);

CREATE TABLE audit (
    seq         BIGINT  NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at          BIGINT  NOT NULL,
    actor_id    TEXT    NOT NULL,
    user_id     TEXT    NOT NULL,                           -- on whose behalf; the actor unless an administrator acts
    action      TEXT    NOT NULL,
    subject     TEXT    NOT NULL,
    outcome     TEXT    NOT NULL,
    detail      TEXT    NOT NULL DEFAULT '{}',
    request_id  TEXT    NULL
);
CREATE INDEX audit_by_user ON audit (user_id, seq);

CREATE TABLE outbox (
    seq     BIGINT  NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at      BIGINT  NOT NULL,
    type    TEXT    NOT NULL,                               -- CloudEvents type
    subject TEXT    NOT NULL,
    user_id TEXT    NULL,
    data    TEXT    NOT NULL
);

-- Registry -----------------------------------------------------------------------------------------------------------

CREATE TABLE package (
    slug        TEXT    NOT NULL PRIMARY KEY,               -- as the first publisher spelled it
    slug_folded TEXT    NOT NULL UNIQUE,
    owner_id    TEXT    NOT NULL,
    trust_level TEXT    NOT NULL,                           -- in force; trust_decision tells why
    created_at  BIGINT  NOT NULL,
    updated_at  BIGINT  NOT NULL
);

CREATE TABLE package_version (
    slug          TEXT    NOT NULL REFERENCES package (slug),
    version       TEXT    NOT NULL,
    digest        TEXT    NOT NULL,
    size          BIGINT  NOT NULL,
    unpacked_size BIGINT  NOT NULL,
    file_count    BIGINT  NOT NULL,
    manifest      TEXT    NOT NULL,
    readme        TEXT    NULL,
    changelog     TEXT    NULL,
    published_by  TEXT    NOT NULL,
    published_at  BIGINT  NOT NULL,
    yanked_at     BIGINT  NULL,
    yank_reason   TEXT    NULL,
    PRIMARY KEY (slug, version)
);
CREATE INDEX package_version_by_digest ON package_version (digest);

CREATE TABLE trust_decision (
    seq        BIGINT  NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    slug       TEXT    NOT NULL REFERENCES package (slug),
    level      TEXT    NOT NULL,
    decided_by TEXT    NOT NULL,
    reason     TEXT    NOT NULL,
    at         BIGINT  NOT NULL
);

CREATE TABLE download_daily (
    slug    TEXT    NOT NULL,
    version TEXT    NOT NULL,
    day     TEXT    NOT NULL,                               -- YYYY-MM-DD, UTC
    count   BIGINT  NOT NULL,
    PRIMARY KEY (slug, version, day)
);

-- Versions that are kept and not shown: in review, rejected, deleted.
ALTER TABLE package_version ADD COLUMN state TEXT NOT NULL DEFAULT 'visible'; -- visible, held, rejected, deleted
CREATE INDEX package_version_by_state ON package_version (state) WHERE state <> 'visible';

-- What each stage said when the version was published, without its evidence: [{stage, verdict, rule_set, code, reason, at}].
ALTER TABLE package_version ADD COLUMN stages TEXT NOT NULL DEFAULT '[]';
ALTER TABLE package_version ADD COLUMN publication_id TEXT NULL;

-- One publish. Who waits for the answer gets the row with the version; who does not gets it before the answer, so that a
-- process that dies leaves the work to the next one.
CREATE TABLE publication (
    id           TEXT    NOT NULL PRIMARY KEY,
    slug         TEXT    NOT NULL,
    version      TEXT    NOT NULL,
    digest       TEXT    NOT NULL,
    state        TEXT    NOT NULL,                          -- running, visible, held, refused
    published_by TEXT    NOT NULL,
    sent_by      TEXT    NOT NULL,                          -- the publisher, or the administrator who acted for them
    request      TEXT    NOT NULL DEFAULT '{}',             -- what the stages need to know of the request
    exchange_id  TEXT    NULL,                              -- the continuous integration's proof of identity, if it published
    verdicts     TEXT    NOT NULL DEFAULT '[]',             -- all that the stages said, with evidence
    error        TEXT    NULL,                              -- {code, message, faults} when it was refused
    node         TEXT    NOT NULL,                          -- who works on it while it runs
    lease_until  INTEGER NOT NULL,
    attempts     INTEGER NOT NULL DEFAULT 1,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL
);
CREATE INDEX publication_running ON publication (slug, version) WHERE state = 'running';
CREATE INDEX publication_refused ON publication (updated_at) WHERE state = 'refused';

-- How a plugin may be published.
CREATE TABLE package_publishing (
    slug         TEXT    NOT NULL PRIMARY KEY REFERENCES package (slug),
    staged       INTEGER NOT NULL DEFAULT 0,                -- a second person must approve each version
    trusted_only INTEGER NOT NULL DEFAULT 0,                -- only continuous integration with a binding may publish
    updated_by   TEXT    NOT NULL,
    updated_at   INTEGER NOT NULL
);

-- Continuous integration that may publish a plugin, by what its identity token says.
CREATE TABLE publish_binding (
    id          TEXT    NOT NULL PRIMARY KEY,
    slug        TEXT    NOT NULL REFERENCES package (slug),
    issuer      TEXT    NOT NULL,
    audience    TEXT    NOT NULL,
    repository  TEXT    NOT NULL,
    workflow    TEXT    NOT NULL,
    environment TEXT    NULL,
    created_by  TEXT    NOT NULL,
    created_at  INTEGER NOT NULL
);
CREATE INDEX publish_binding_by_slug ON publish_binding (slug);
CREATE INDEX publish_binding_by_repository ON publish_binding (issuer, repository);

-- An identity token that was exchanged, once.
CREATE TABLE publish_exchange (
    id         TEXT    NOT NULL PRIMARY KEY,
    slug       TEXT    NOT NULL,
    binding_id TEXT    NOT NULL,
    issuer     TEXT    NOT NULL,
    jti        TEXT    NOT NULL,                            -- SHA-256 of it
    claims     TEXT    NOT NULL,                            -- those that tell where a version comes from
    at         INTEGER NOT NULL,
    UNIQUE (issuer, jti)
);
CREATE INDEX tokens_of_integration ON tokens (expires_at) WHERE kind = 'ci';

-- Versions that somebody has to look at, and what was decided.
CREATE TABLE review (
    id             TEXT    NOT NULL PRIMARY KEY,
    slug           TEXT    NOT NULL,
    version        TEXT    NOT NULL,
    state          TEXT    NOT NULL,                        -- open, approved, rejected
    published_by   TEXT    NOT NULL,
    sent_by        TEXT    NOT NULL,
    reasons        TEXT    NOT NULL,                        -- [{stage, code, reason}]
    is_staged      INTEGER NOT NULL DEFAULT 0,              -- waits for a second publisher only
    held_at        INTEGER NOT NULL,
    queued_at      INTEGER NOT NULL,                        -- an appeal goes to the end of the queue
    decided_by     TEXT    NULL,
    decided_at     INTEGER NULL,
    decision       TEXT    NULL,                            -- the reviewer's reason
    appeal         TEXT    NULL,
    appealed_at    INTEGER NULL,
    rejected_by    TEXT    NULL,                            -- who must not decide on the appeal
    rejection      TEXT    NULL,
    UNIQUE (slug, version)
);
CREATE INDEX review_queue ON review (queued_at, id) WHERE state = 'open';
CREATE INDEX review_by_publisher ON review (published_by, held_at);

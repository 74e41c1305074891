-- What scanners said of each version, what versions bring along, and what is known against it.

CREATE TABLE scan_report (
    slug     TEXT NOT NULL,
    version  TEXT NOT NULL,
    scanner  TEXT NOT NULL,                                  -- il, scripts, secrets, dependencies, names, archives, indicators
    rule_set INTEGER NOT NULL,
    outcome  TEXT NOT NULL,                                  -- clean, findings, not_configured, error, timeout
    reason   TEXT NULL,                                      -- of error and timeout
    findings TEXT NOT NULL,                                  -- a JSON array
    at       INTEGER NOT NULL,
    PRIMARY KEY (slug, version, scanner)
);

CREATE TABLE scan_dependency (
    slug           TEXT NOT NULL,
    version        TEXT NOT NULL,
    ecosystem      TEXT NOT NULL,
    name           TEXT NOT NULL,
    used_version   TEXT NOT NULL,
    file           TEXT NOT NULL,
    is_development INTEGER NOT NULL,
    PRIMARY KEY (slug, version, ecosystem, name, used_version)
);
CREATE INDEX scan_dependency_by_name ON scan_dependency (ecosystem, name);

CREATE TABLE advisory (
    id          TEXT NOT NULL PRIMARY KEY,
    modified    INTEGER NOT NULL,
    withdrawn   INTEGER NULL,
    severity    TEXT NOT NULL,
    summary     TEXT NULL,
    document    TEXT NOT NULL,                               -- OSV, as it was imported
    imported_at INTEGER NOT NULL
);

CREATE TABLE advisory_package (
    advisory_id TEXT NOT NULL REFERENCES advisory (id) ON DELETE CASCADE,
    ecosystem   TEXT NOT NULL,
    name        TEXT NOT NULL,
    PRIMARY KEY (ecosystem, name, advisory_id)
);
CREATE INDEX advisory_package_by_advisory ON advisory_package (advisory_id);

-- Versions that an advisory names through something they bring along.
CREATE TABLE advisory_hit (
    advisory_id  TEXT NOT NULL REFERENCES advisory (id) ON DELETE CASCADE,
    slug         TEXT NOT NULL,
    version      TEXT NOT NULL,
    ecosystem    TEXT NOT NULL,
    name         TEXT NOT NULL,
    used_version TEXT NOT NULL,
    severity     TEXT NOT NULL,
    found_at     INTEGER NOT NULL,
    PRIMARY KEY (slug, version, advisory_id, ecosystem, name, used_version)
);
CREATE INDEX advisory_hit_by_advisory ON advisory_hit (advisory_id);

-- The registry's own indicators: looked for in every package from then on.
CREATE TABLE scan_indicator (
    kind     TEXT NOT NULL,                                  -- text, sha256, member, domain
    value    TEXT NOT NULL,
    name     TEXT NOT NULL,
    severity TEXT NOT NULL,
    added_by TEXT NULL,
    added_at INTEGER NOT NULL,
    PRIMARY KEY (kind, value)
);

-- Looks at everything that is published, again. One node runs one at a time; another takes over when its lease ends.
CREATE TABLE scan_run (
    id          TEXT NOT NULL PRIMARY KEY,
    state       TEXT NOT NULL,                               -- running, ended
    reason      TEXT NOT NULL,
    started_by  TEXT NULL,
    started_at  INTEGER NOT NULL,
    ended_at    INTEGER NULL,
    total       INTEGER NOT NULL,
    done        INTEGER NOT NULL DEFAULT 0,
    failed      INTEGER NOT NULL DEFAULT 0,
    worse       INTEGER NOT NULL DEFAULT 0,
    held        INTEGER NOT NULL DEFAULT 0,
    after_slug    TEXT NOT NULL DEFAULT '',
    after_version TEXT NOT NULL DEFAULT '',
    holder      TEXT NULL,
    lease_until INTEGER NOT NULL DEFAULT 0
);

-- Runs that judge the dependencies of some versions again, because what is known against them has changed.
ALTER TABLE scan_run ADD COLUMN kind TEXT NOT NULL DEFAULT 'packages';  -- packages: everything, read again; dependencies: what is in scan_recheck
ALTER TABLE scan_run ADD COLUMN lifted BIGINT NOT NULL DEFAULT 0;      -- held versions that are visible again

-- What a run has still to look at. Written with the advisories themselves, so that no kill comes in between.
CREATE TABLE scan_recheck (
    run_id  TEXT NOT NULL REFERENCES scan_run (id) ON DELETE CASCADE,
    slug    TEXT NOT NULL,
    version TEXT NOT NULL,
    PRIMARY KEY (run_id, slug, version)
);

-- Which registry a bundle comes from: who signs is who it is, wherever it says it lives.
CREATE TABLE carried_source (
    kid         TEXT NOT NULL,                              -- of the key that signed a bundle
    named       TEXT NOT NULL,                              -- what the bundle called its registry
    source      TEXT NOT NULL,                              -- what it is called in everything that came from it
    accepted_by TEXT NULL,                                  -- who said that this key is that registry's, where another one was known
    at          BIGINT NOT NULL,
    PRIMARY KEY (kid, named)
);
CREATE INDEX carried_source_by_name ON carried_source (named);
INSERT INTO carried_source (kid, named, source, at)
    SELECT m.signed_by, m.source, (SELECT MIN(o.source) FROM carried_mark o WHERE o.signed_by = m.signed_by), MIN(m.as_of) * 1000
    FROM carried_mark m GROUP BY m.signed_by, m.source;

-- Keys of authors that an administrator's mirror or a bundle registered: for all administrators who carry, not for one account.
ALTER TABLE signing_key ADD COLUMN is_vouched BIGINT NOT NULL DEFAULT 0;
UPDATE signing_key SET is_vouched = 1 WHERE name IN ('Mirrored', 'From a bundle') AND owner_id IN (SELECT id FROM users WHERE roles LIKE '%"admin"%');

-- Public keys whose signatures the registry accepts, its own among them. A key stays for as long as something that it signed.
CREATE TABLE signing_key (
    kid           TEXT    NOT NULL PRIMARY KEY,             -- RFC 7638 thumbprint, SHA-256, base64url
    owner_id      TEXT    NULL,                             -- a publisher; NULL for the registry's own
    name          TEXT    NULL,                             -- what its owner calls it
    algorithm     TEXT    NOT NULL,                         -- RS256, RS512, ES256, ES512: the only one it is good for
    jwk           TEXT    NOT NULL,                         -- public members only
    not_before    INTEGER NOT NULL,
    not_after     INTEGER NULL,
    state         TEXT    NOT NULL,                         -- active, retired, revoked
    retired_at    INTEGER NULL,
    revoked_since INTEGER NULL,                             -- what was received from then on does not count
    revoke_reason TEXT    NULL,
    vouch         TEXT    NULL,                             -- of the registry's own: signed by the key before it
    created_at    INTEGER NOT NULL
);
CREATE INDEX signing_key_by_owner ON signing_key (owner_id);

-- Signatures of versions: the authors' and the registry's countersignatures. They lie beside the package, never in it.
CREATE TABLE package_signature (
    slug             TEXT    NOT NULL,
    version          TEXT    NOT NULL,
    digest           TEXT    NOT NULL,                      -- SHA-256 of protected.signature, base64url
    kid              TEXT    NOT NULL REFERENCES signing_key (kid),
    role             TEXT    NOT NULL,                      -- author, registry
    protected_header TEXT    NOT NULL,                      -- base64url, as signed
    signature        TEXT    NOT NULL,                      -- base64url
    signed_at        INTEGER NULL,                          -- what the signer says
    received_at      INTEGER NOT NULL,                      -- what counts
    PRIMARY KEY (slug, version, digest),
    FOREIGN KEY (slug, version) REFERENCES package_version (slug, version)
);
CREATE INDEX package_signature_by_kid ON package_signature (kid, received_at);

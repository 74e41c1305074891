-- What administrators allow single users, other than everybody, and seals over the audit.

-- Names: upload, download, api, search, admin (a rule such as 1000/60), quota.bytes, quota.versions (a whole number);
-- 'unlimited' for either. Without an end it stands until it is taken back.
CREATE TABLE limit_override (
    user_id     TEXT    NOT NULL,
    name        TEXT    NOT NULL,
    value       TEXT    NOT NULL,
    reason      TEXT    NOT NULL,
    set_by      TEXT    NOT NULL,
    set_at      INTEGER NOT NULL,
    expires_at  INTEGER NULL,
    PRIMARY KEY (user_id, name)
);

-- A seal covers all numbers of the audit from one to another: how many rows there are, and a hash over the seal before and
-- each of them. Sealed is what can no longer change its place in the order.
CREATE TABLE audit_seal (
    seq_from        INTEGER NOT NULL PRIMARY KEY,
    seq_to          INTEGER NOT NULL,
    row_count       INTEGER NOT NULL,
    previous_hash   TEXT    NOT NULL,
    hash            TEXT    NOT NULL,
    at              INTEGER NOT NULL
);
CREATE TRIGGER audit_seal_is_never_changed BEFORE UPDATE ON audit_seal
BEGIN
    SELECT RAISE(ABORT, 'seals of the audit are append-only');
END;
CREATE TRIGGER audit_seal_is_kept BEFORE DELETE ON audit_seal
WHEN NOT EXISTS (SELECT 1 FROM audit_door)
BEGIN
    SELECT RAISE(ABORT, 'seals of the audit are append-only');
END;

-- The last seal that the retention took away: the chain goes on from here.
CREATE TABLE audit_anchor (
    one     INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    seq_to  INTEGER NOT NULL,
    hash    TEXT    NOT NULL,
    at      INTEGER NOT NULL
);

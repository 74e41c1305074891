-- What administrators allow single users, other than everybody, and seals over the audit.

-- Names: upload, download, api, search, admin (a rule such as 1000/60), quota.bytes, quota.versions (a whole number);
-- 'unlimited' for either. Without an end it stands until it is taken back.
CREATE TABLE limit_override (
    user_id     TEXT    NOT NULL,
    name        TEXT    NOT NULL,
    value       TEXT    NOT NULL,
    reason      TEXT    NOT NULL,
    set_by      TEXT    NOT NULL,
    set_at      BIGINT  NOT NULL,
    expires_at  BIGINT  NULL,
    PRIMARY KEY (user_id, name)
);

-- A seal covers all numbers of the audit from one to another: how many rows there are, and a hash over the seal before and
-- each of them. Sealed is what can no longer change its place in the order.
CREATE TABLE audit_seal (
    seq_from        BIGINT  NOT NULL PRIMARY KEY,
    seq_to          BIGINT  NOT NULL,
    row_count       BIGINT  NOT NULL,
    previous_hash   TEXT    NOT NULL,
    hash            TEXT    NOT NULL,
    at              BIGINT  NOT NULL
);
CREATE FUNCTION berth_audit_seal_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND EXISTS (SELECT 1 FROM audit_door) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'seals of the audit are append-only' USING ERRCODE = 'check_violation';
END
$$;
CREATE TRIGGER audit_seal_is_kept BEFORE UPDATE OR DELETE ON audit_seal FOR EACH ROW EXECUTE FUNCTION berth_audit_seal_guard();

-- The last seal that the retention took away: the chain goes on from here.
CREATE TABLE audit_anchor (
    one     BIGINT  NOT NULL PRIMARY KEY CHECK (one = 1),
    seq_to  BIGINT  NOT NULL,
    hash    TEXT    NOT NULL,
    at      BIGINT  NOT NULL
);

-- Numbers are drawn before commits, and commits may come in another order: who seals waits until every transaction has
-- ended that may hold a smaller number. For that a transaction must have its own id before it draws one (as in the outbox).
ALTER TABLE audit ALTER COLUMN seq DROP IDENTITY;
CREATE SEQUENCE audit_number OWNED BY audit.seq;
SELECT setval('audit_number', (SELECT COALESCE(MAX(seq), 0) + 1 FROM audit), false);
CREATE FUNCTION berth_audit_number() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_current_xact_id();
    NEW.seq := nextval('audit_number');
    RETURN NEW;
END
$$;
CREATE TRIGGER audit_draws_number BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION berth_audit_number();

-- Events in order, an audit that nobody rewrites, the nodes, and users on their way out.

CREATE INDEX outbox_by_user ON outbox (user_id, seq);

-- Up to where events are gone. A reader that resumes below it is told that there is a gap.
CREATE TABLE outbox_floor (
    one BIGINT  NOT NULL PRIMARY KEY CHECK (one = 1),
    seq BIGINT  NOT NULL
);
INSERT INTO outbox_floor (one, seq) VALUES (1, 0);

CREATE INDEX audit_by_actor ON audit (actor_id, seq);

-- Rows of the audit that are older than this may be deleted while this row stands: put in, used and taken out in one
-- transaction by the retention, the only place that opens the door.
CREATE TABLE audit_door (
    before_at BIGINT  NOT NULL
);
CREATE FUNCTION berth_audit_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND EXISTS (SELECT 1 FROM audit_door WHERE before_at > OLD.at) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'the audit is append-only' USING ERRCODE = 'check_violation';
END
$$;
CREATE TRIGGER audit_is_kept BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION berth_audit_guard();

CREATE TABLE node (
    name       TEXT    NOT NULL PRIMARY KEY,
    version    TEXT    NOT NULL,
    started_at BIGINT  NOT NULL,
    seen_at    BIGINT  NOT NULL
);

-- The journal of deletions of users: from this row on, whatever happens, the deletion is carried to its end.
CREATE TABLE user_removal (
    user_id      TEXT    NOT NULL PRIMARY KEY,
    username     TEXT    NOT NULL,
    heir_id      TEXT    NULL,                              -- who takes everything over
    actor_id     TEXT    NOT NULL,
    request_id   TEXT    NULL,
    step         TEXT    NOT NULL,                          -- begun, gone (rows are deleted, files are not yet)
    notes        TEXT    NOT NULL DEFAULT '[]',
    started_at   BIGINT  NOT NULL
);

-- Documents that a user took over and whose plugin they have already: nothing is mixed, nothing is lost.
CREATE TABLE kept_document (
    user_id     TEXT    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    batch       TEXT    NOT NULL,
    plugin_slug TEXT    NOT NULL,
    version     TEXT    NOT NULL,                           -- whose format it is in
    key         TEXT    NOT NULL,
    value       TEXT    NOT NULL,
    kept_at     BIGINT  NOT NULL,
    PRIMARY KEY (user_id, batch, plugin_slug, key)
);

-- Numbers are drawn before commits, and commits may come in another order, so a reader must know when a missing number
-- can no longer appear. It waits until every transaction has ended that was running when it saw the gap; for that a
-- transaction must have its own id before it draws a number. A column's default does not promise this, a trigger does.
ALTER TABLE outbox ALTER COLUMN seq DROP IDENTITY;
CREATE SEQUENCE outbox_number OWNED BY outbox.seq;
SELECT setval('outbox_number', (SELECT COALESCE(MAX(seq), 0) + 1 FROM outbox), false);
CREATE FUNCTION berth_outbox_number() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_current_xact_id();
    NEW.seq := nextval('outbox_number');
    RETURN NEW;
END
$$;
CREATE TRIGGER outbox_draws_number BEFORE INSERT ON outbox FOR EACH ROW EXECUTE FUNCTION berth_outbox_number();

-- What each publisher has in the registry, so that a publish need not count it: 'publisher:ID' for what an organisation owns, else
-- 'user:ID' of the slug's owner. Deleted versions do not count. Triggers keep it in step, in the transaction of whoever writes.
CREATE TABLE publisher_usage (
    payer    TEXT   NOT NULL PRIMARY KEY,
    versions BIGINT NOT NULL,
    bytes    BIGINT NOT NULL
);

CREATE FUNCTION publisher_usage_payer(publisher_id TEXT, owner_id TEXT) RETURNS TEXT LANGUAGE SQL IMMUTABLE AS $$
    SELECT COALESCE('publisher:' || publisher_id, 'user:' || owner_id)
$$;

-- Between the copy and the triggers nobody may write.
LOCK TABLE package, package_version IN SHARE ROW EXCLUSIVE MODE;
INSERT INTO publisher_usage (payer, versions, bytes)
    SELECT publisher_usage_payer(p.publisher_id, p.owner_id), COUNT(*), CAST(SUM(v.size) AS BIGINT)
    FROM package_version v JOIN package p ON p.slug = v.slug WHERE v.state <> 'deleted' GROUP BY 1;

CREATE FUNCTION publisher_usage_add(whose TEXT, more_versions BIGINT, more_bytes BIGINT) RETURNS VOID LANGUAGE SQL AS $$
    INSERT INTO publisher_usage (payer, versions, bytes) VALUES (whose, more_versions, more_bytes)
        ON CONFLICT (payer) DO UPDATE SET versions = publisher_usage.versions + excluded.versions, bytes = publisher_usage.bytes + excluded.bytes
$$;

CREATE FUNCTION publisher_usage_keep_versions() RETURNS TRIGGER LANGUAGE plpgsql AS $$
DECLARE
    more_versions BIGINT := 0;
    more_bytes BIGINT := 0;
    whose TEXT;
BEGIN
    IF TG_OP <> 'INSERT' AND old.state <> 'deleted' THEN
        more_versions := more_versions - 1;
        more_bytes := more_bytes - old.size;
    END IF;
    IF TG_OP <> 'DELETE' AND new.state <> 'deleted' THEN
        more_versions := more_versions + 1;
        more_bytes := more_bytes + new.size;
    END IF;
    IF more_versions <> 0 OR more_bytes <> 0 THEN
        -- Locked, so that who owns it does not change between this and the commit.
        SELECT publisher_usage_payer(p.publisher_id, p.owner_id) INTO whose FROM package p
            WHERE p.slug = CASE WHEN TG_OP = 'DELETE' THEN old.slug ELSE new.slug END FOR SHARE;
        PERFORM publisher_usage_add(whose, more_versions, more_bytes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION publisher_usage_keep_owner() RETURNS TRIGGER LANGUAGE plpgsql AS $$
DECLARE
    moved_versions BIGINT;
    moved_bytes BIGINT;
    giver TEXT := publisher_usage_payer(old.publisher_id, old.owner_id);
    taker TEXT := publisher_usage_payer(new.publisher_id, new.owner_id);
BEGIN
    SELECT COUNT(*), COALESCE(SUM(v.size), 0) INTO moved_versions, moved_bytes FROM package_version v WHERE v.slug = new.slug AND v.state <> 'deleted';
    IF giver = taker OR moved_versions = 0 THEN
        RETURN NULL;
    END IF;
    -- Always in the same order: two that move against each other wait and do not lock each other out.
    IF giver < taker THEN
        PERFORM publisher_usage_add(giver, -moved_versions, -moved_bytes);
        PERFORM publisher_usage_add(taker, moved_versions, moved_bytes);
    ELSE
        PERFORM publisher_usage_add(taker, moved_versions, moved_bytes);
        PERFORM publisher_usage_add(giver, -moved_versions, -moved_bytes);
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER publisher_usage_on_insert AFTER INSERT ON package_version FOR EACH ROW EXECUTE FUNCTION publisher_usage_keep_versions();
CREATE TRIGGER publisher_usage_on_delete AFTER DELETE ON package_version FOR EACH ROW EXECUTE FUNCTION publisher_usage_keep_versions();
CREATE TRIGGER publisher_usage_on_state AFTER UPDATE OF state, size ON package_version FOR EACH ROW EXECUTE FUNCTION publisher_usage_keep_versions();
CREATE TRIGGER publisher_usage_on_owner AFTER UPDATE OF owner_id, publisher_id ON package FOR EACH ROW EXECUTE FUNCTION publisher_usage_keep_owner();

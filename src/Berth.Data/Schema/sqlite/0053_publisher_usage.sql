-- What each publisher has in the registry, so that a publish need not count it: 'publisher:ID' for what an organisation owns, else
-- 'user:ID' of the slug's owner. Deleted versions do not count. Triggers keep it in step, in the transaction of whoever writes.
CREATE TABLE publisher_usage (
    payer    TEXT   NOT NULL PRIMARY KEY,
    versions BIGINT NOT NULL,
    bytes    BIGINT NOT NULL
);

INSERT INTO publisher_usage (payer, versions, bytes)
    SELECT COALESCE('publisher:' || p.publisher_id, 'user:' || p.owner_id), COUNT(*), SUM(v.size)
    FROM package_version v JOIN package p ON p.slug = v.slug WHERE v.state <> 'deleted' GROUP BY 1;

CREATE TRIGGER publisher_usage_on_insert AFTER INSERT ON package_version WHEN new.state <> 'deleted' BEGIN
    INSERT INTO publisher_usage (payer, versions, bytes)
        SELECT COALESCE('publisher:' || p.publisher_id, 'user:' || p.owner_id), 1, new.size FROM package p WHERE p.slug = new.slug
        ON CONFLICT (payer) DO UPDATE SET versions = versions + 1, bytes = bytes + excluded.bytes;
END;

CREATE TRIGGER publisher_usage_on_delete AFTER DELETE ON package_version WHEN old.state <> 'deleted' BEGIN
    UPDATE publisher_usage SET versions = versions - 1, bytes = bytes - old.size
        WHERE payer = (SELECT COALESCE('publisher:' || p.publisher_id, 'user:' || p.owner_id) FROM package p WHERE p.slug = old.slug);
END;

CREATE TRIGGER publisher_usage_on_state AFTER UPDATE OF state, size ON package_version
    WHEN (old.state = 'deleted') <> (new.state = 'deleted') OR old.size <> new.size BEGIN
    INSERT INTO publisher_usage (payer, versions, bytes)
        SELECT COALESCE('publisher:' || p.publisher_id, 'user:' || p.owner_id),
            (new.state <> 'deleted') - (old.state <> 'deleted'), (new.state <> 'deleted') * new.size - (old.state <> 'deleted') * old.size
        FROM package p WHERE p.slug = new.slug
        ON CONFLICT (payer) DO UPDATE SET versions = versions + excluded.versions, bytes = bytes + excluded.bytes;
END;

CREATE TRIGGER publisher_usage_on_owner AFTER UPDATE OF owner_id, publisher_id ON package
    WHEN old.publisher_id IS NOT new.publisher_id OR (new.publisher_id IS NULL AND old.owner_id <> new.owner_id) BEGIN
    INSERT INTO publisher_usage (payer, versions, bytes)
        SELECT COALESCE('publisher:' || old.publisher_id, 'user:' || old.owner_id), -COUNT(*), -SUM(v.size)
        FROM package_version v WHERE v.slug = new.slug AND v.state <> 'deleted' HAVING COUNT(*) > 0
        ON CONFLICT (payer) DO UPDATE SET versions = versions + excluded.versions, bytes = bytes + excluded.bytes;
    INSERT INTO publisher_usage (payer, versions, bytes)
        SELECT COALESCE('publisher:' || new.publisher_id, 'user:' || new.owner_id), COUNT(*), SUM(v.size)
        FROM package_version v WHERE v.slug = new.slug AND v.state <> 'deleted' HAVING COUNT(*) > 0
        ON CONFLICT (payer) DO UPDATE SET versions = versions + excluded.versions, bytes = bytes + excluded.bytes;
END;

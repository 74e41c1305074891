-- What bundles of other registries brought: a mark that its source lifts is lifted here only while it is the one that came from there.
-- Kinds: yank and warning (text is the reason, the message), quarantine (text is its id here), told (when the source last spoke of
-- a plugin; of its quarantines, with the subject '*').
CREATE TABLE carried_mark (
    source      TEXT    NOT NULL,                           -- as its bundles name it
    kind        TEXT    NOT NULL,
    subject     TEXT    NOT NULL,                           -- slug@version or slug, in small letters
    text        TEXT    NOT NULL,
    signed_by   TEXT    NOT NULL,                           -- the key that signed the bundle
    as_of       INTEGER NOT NULL,                           -- when the bundle was made
    PRIMARY KEY (source, kind, subject)
);

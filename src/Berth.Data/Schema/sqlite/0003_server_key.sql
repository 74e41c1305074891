-- Keys with which this installation makes opaque links (the capability segment of file URLs). Shared by all nodes.
CREATE TABLE server_key (
    kid        INTEGER NOT NULL PRIMARY KEY,                -- 1 to 255, in the link
    purpose    TEXT    NOT NULL,
    material   TEXT    NOT NULL,                            -- 32 bytes, hexadecimal
    created_at INTEGER NOT NULL
);

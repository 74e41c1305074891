-- Whether the user of an installation takes optimised files where the host and the author allow them; 0 is the author's files only.
ALTER TABLE plugin ADD COLUMN allows_variant INTEGER NOT NULL DEFAULT 1;

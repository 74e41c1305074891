-- What else a rule can limit, beside memory, processor and the time of a request.
ALTER TABLE isolation_rule ADD COLUMN processes INTEGER NULL;
ALTER TABLE isolation_rule ADD COLUMN open_files INTEGER NULL;
ALTER TABLE isolation_rule ADD COLUMN file_size_megabytes INTEGER NULL;
ALTER TABLE isolation_rule ADD COLUMN disk_megabytes INTEGER NULL;
ALTER TABLE isolation_rule ADD COLUMN bandwidth_kilobytes INTEGER NULL;

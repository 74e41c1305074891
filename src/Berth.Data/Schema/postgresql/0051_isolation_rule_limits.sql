-- What else a rule can limit, beside memory, processor and the time of a request.
ALTER TABLE isolation_rule ADD COLUMN processes BIGINT NULL;
ALTER TABLE isolation_rule ADD COLUMN open_files BIGINT NULL;
ALTER TABLE isolation_rule ADD COLUMN file_size_megabytes BIGINT NULL;
ALTER TABLE isolation_rule ADD COLUMN disk_megabytes BIGINT NULL;
ALTER TABLE isolation_rule ADD COLUMN bandwidth_kilobytes BIGINT NULL;

-- How far a reader of scim_change has come: seq is that of the last request
-- that it has dealt with, 0 for none. No row of the log goes that a consumer
-- has not read (../commit/consumer.sql).
CREATE TABLE scim_consumer (
  name TEXT PRIMARY KEY CHECK (name <> ''),
  seq  INTEGER NOT NULL DEFAULT 0 CHECK (seq >= 0)
) STRICT, WITHOUT ROWID;

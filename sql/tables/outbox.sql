-- What is to be told to somebody outside: a row a job, written in the statement
-- of the change that it tells of, or by hand with tenant, id and kind alone.
-- Workers claim and acknowledge it (sql/README.md). The number of a job is
-- never used again, so that it tells a message that was sent twice. A row that is
-- inserted without created gets the time of now (../commit/created.sql).
CREATE TABLE scim_outbox (
  job     INTEGER PRIMARY KEY AUTOINCREMENT,
  seq     INTEGER,
  tenant  TEXT NOT NULL,
  type    TEXT,
  id      TEXT NOT NULL,
  event   TEXT,
  kind    TEXT NOT NULL CHECK (kind <> ''),
  payload TEXT,
  created TEXT NOT NULL DEFAULT '',
  claimed TEXT,
  done    TEXT,
  tries   INTEGER NOT NULL DEFAULT 0,
  error   TEXT
) STRICT;

-- Has there been one for this person? What is still to be done, and what of it
-- waits for how long?
CREATE INDEX scim_outbox_once ON scim_outbox (tenant, kind, id);
CREATE INDEX scim_outbox_open ON scim_outbox (kind, job) WHERE done IS NULL;
CREATE INDEX scim_outbox_waiting ON scim_outbox (tenant, created, tries)
 WHERE done IS NULL;

-- A customer of the platform. Every resource, token and log row is of one. A
-- tenant that is being removed takes no request any more, whatever enabled says.
-- A row that is inserted without created gets the time of now
-- (../commit/created.sql).
CREATE TABLE scim_tenant (
  name     TEXT PRIMARY KEY CHECK (name <> ''),
  idp      TEXT,
  base_url TEXT,
  settings TEXT NOT NULL DEFAULT '{}',
  created  TEXT NOT NULL DEFAULT '',
  enabled  INTEGER NOT NULL DEFAULT 1 CHECK (enabled = 0 OR enabled = 1),
  removing TEXT
) STRICT, WITHOUT ROWID;

INSERT INTO scim_tenant (name, created)
VALUES ('default', strftime('%Y-%m-%dT%H:%M:%fZ', 'now'));

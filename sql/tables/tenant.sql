-- A customer of the platform. Every resource, token and log row is of one.
CREATE TABLE scim_tenant (
  name     TEXT PRIMARY KEY CHECK (name <> ''),
  idp      TEXT,
  base_url TEXT,
  settings TEXT NOT NULL DEFAULT '{}',
  created  TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
) STRICT, WITHOUT ROWID;

INSERT INTO scim_tenant (name) VALUES ('default');

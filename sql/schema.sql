-- The tables of scim. Ordinary STRICT tables, no extension function anywhere:
-- a stock sqlite3 reads, dumps and repairs the file. README.md beside this
-- file documents every column; times are TEXT, UTC, as
-- 2026-11-21T09:30:00.000Z; booleans inside documents are JSON booleans.

-- One row a fact about the installation. 'version' is the version of this
-- schema. 'generation' grows whenever a definition changes, so that every
-- connection knows when to read the definitions again; 'stale' is 1 from when
-- a definition is replaced until the next write has built all indexes anew.
-- 'cursor_key' signs the cursors of lists: it says where a page begins, and
-- opens nothing.
CREATE TABLE scim_meta (
  name  TEXT PRIMARY KEY,
  value ANY NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO scim_meta VALUES
  ('version', 1),
  ('generation', 1),
  ('stale', 0),
  ('cursor_key', lower(hex(randomblob(32))));

-- A customer of the platform. Every resource, token and log row is of one.
CREATE TABLE scim_tenant (
  name     TEXT PRIMARY KEY CHECK (name <> ''),
  idp      TEXT,
  base_url TEXT,
  settings TEXT NOT NULL DEFAULT '{}',
  created  TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
) STRICT, WITHOUT ROWID;

INSERT INTO scim_tenant (name) VALUES ('default');

-- Bearer tokens. The secret itself is never stored: digest is its SHA-256.
CREATE TABLE scim_token (
  token     INTEGER PRIMARY KEY,
  tenant    TEXT NOT NULL,
  label     TEXT NOT NULL,
  digest    TEXT NOT NULL UNIQUE,
  scopes    TEXT NOT NULL DEFAULT 'read write',
  resource  TEXT,
  created   TEXT NOT NULL,
  expires   TEXT,
  revoked   TEXT,
  last_used TEXT
) STRICT;

-- RFC 7643 section 7 and section 6, as the JSON that discovery shows. Only
-- definition is given; the triggers in commit.sql fill in the rest. They are
-- no generated columns, nor is there a CHECK of JSON: SQLite 3.40 would not
-- open a file with JSON functions in its tables where trusted_schema is off.
CREATE TABLE scim_schema (
  definition TEXT NOT NULL,
  id         TEXT UNIQUE
) STRICT;

CREATE TABLE scim_resource_type (
  definition TEXT NOT NULL,
  name       TEXT UNIQUE,
  endpoint   TEXT UNIQUE
) STRICT;

-- Which attributes have rows in scim_value. An INSERT marks an attribute; the
-- next write, or SELECT scim_init(), builds it and sets built to 1.
CREATE TABLE scim_index (
  type      TEXT NOT NULL,
  attribute TEXT NOT NULL,
  built     INTEGER NOT NULL DEFAULT 0 CHECK (built BETWEEN 0 AND 1),
  PRIMARY KEY (type, attribute)
) STRICT, WITHOUT ROWID;

-- Values that an attribute has when a create leaves it out; a PUT that leaves
-- it out keeps what is there. value is JSON.
CREATE TABLE scim_default (
  type      TEXT NOT NULL,
  attribute TEXT NOT NULL,
  value     TEXT NOT NULL,
  PRIMARY KEY (type, attribute)
) STRICT, WITHOUT ROWID;

-- The resources. doc holds no meta, members, groups or password.
CREATE TABLE scim_resource (
  resource INTEGER PRIMARY KEY,
  tenant   TEXT NOT NULL,
  type     TEXT NOT NULL,
  id       TEXT NOT NULL,
  version  INTEGER NOT NULL,
  created  TEXT NOT NULL,
  modified TEXT NOT NULL,
  doc      TEXT NOT NULL,
  UNIQUE (tenant, id)
) STRICT;

CREATE INDEX scim_resource_type_order ON scim_resource (tenant, type);
CREATE INDEX scim_resource_created ON scim_resource (tenant, type, created);
CREATE INDEX scim_resource_modified ON scim_resource (tenant, type, modified);

-- The filter index: one row a value of an indexed attribute. key is the form
-- that is compared: folded text, a number, or an instant in UTC.
CREATE TABLE scim_value (
  tenant    TEXT NOT NULL,
  type      TEXT NOT NULL,
  attribute TEXT NOT NULL,
  key       ANY NOT NULL,
  resource  INTEGER NOT NULL,
  PRIMARY KEY (tenant, type, attribute, key, resource)
) STRICT, WITHOUT ROWID;

-- Values of attributes with uniqueness "server" (per tenant) or "global"
-- (tenant is then '').
CREATE TABLE scim_unique (
  tenant    TEXT NOT NULL,
  type      TEXT NOT NULL,
  attribute TEXT NOT NULL,
  key       ANY NOT NULL,
  resource  INTEGER NOT NULL,
  PRIMARY KEY (tenant, type, attribute, key)
) STRICT, WITHOUT ROWID;

-- Members of groups: a row each, so that one member costs the same in a group
-- of 10 and of 100,000. "group" is scim_resource.resource, value a SCIM id.
CREATE TABLE scim_member (
  "group" INTEGER NOT NULL,
  value   TEXT NOT NULL,
  type    TEXT,
  display TEXT,
  source  TEXT NOT NULL DEFAULT 'idp' CHECK (source = 'idp' OR source = 'manual'),
  PRIMARY KEY ("group", value)
) STRICT, WITHOUT ROWID;

CREATE INDEX scim_member_value ON scim_member (value, "group");

-- One row a request that tried to change something. before and after are
-- RFC 7396 merge patches: after turns the old document into the new one,
-- before turns it back. A create has no before, a delete no after.
CREATE TABLE scim_log (
  seq         INTEGER PRIMARY KEY,
  time        TEXT NOT NULL,
  tenant      TEXT,
  token       INTEGER,
  method      TEXT NOT NULL,
  target      TEXT NOT NULL,
  status      INTEGER NOT NULL,
  scim_type   TEXT,
  detail      TEXT,
  action      TEXT CHECK (action = 'create' OR action = 'update' OR
                          action = 'delete'),
  type        TEXT,
  id          TEXT,
  version     INTEGER,
  before      TEXT,
  after       TEXT,
  member_add  TEXT,
  member_drop TEXT,
  groups_left TEXT
) STRICT;

CREATE INDEX scim_log_id ON scim_log (id) WHERE id IS NOT NULL;

-- Live resources per tenant and type: an unfiltered totalResults.
CREATE TABLE scim_count (
  tenant TEXT NOT NULL,
  type   TEXT NOT NULL,
  live   INTEGER NOT NULL,
  PRIMARY KEY (tenant, type)
) STRICT, WITHOUT ROWID;

-- What the IdPs look up before they create, and what filters often ask for.
INSERT INTO scim_index (type, attribute, built) VALUES
  ('User', 'userName', 1),
  ('User', 'externalId', 1),
  ('User', 'displayName', 1),
  ('User', 'emails.value', 1),
  ('User',
   'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value',
   1),
  ('Group', 'displayName', 1),
  ('Group', 'externalId', 1);

-- Nobody is created or left disabled because a client did not say active.
INSERT INTO scim_default (type, attribute, value) VALUES
  ('User', 'active', 'true');

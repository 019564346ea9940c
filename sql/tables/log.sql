-- One row a request that tried to change something. before and after are
-- RFC 7396 merge patches: after turns the old document into the new one,
-- before turns it back. A create has no before, a delete no after. source says
-- whose members member_add, member_drop and member_patch are; where it is NULL,
-- what is dropped goes whosever it is. member_patch has, by their ids, the merge
-- patches of type and display of members who stay, null being a display that goes.
-- digest is the SHA-256 of the values, hash that of the digest, the other columns
-- and the hash of the tenant's row before
-- (ext/store/chain.c); NULL in rows of versions that had none. forgotten is NULL,
-- or the digest of what is left where values were taken out of the row. request is
-- the name of the request, its option id, in a database that is replicated: by it
-- one that is sent again finds that it was done. shape says which attributes before
-- and after touch (shape.sql): NULL where there are none, and where they were taken
-- out.
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
  groups_left TEXT,
  source      TEXT CHECK (source = 'idp' OR source = 'manual'),
  digest      BLOB,
  hash        BLOB,
  forgotten   BLOB,
  request     TEXT,
  shape       INTEGER,
  member_patch TEXT
) STRICT;

-- Users whom a token deactivated or deleted, and a few changes more: the breaker
-- counts them within its window, whatever else the log holds. An index of JSON
-- functions could not be opened where trusted_schema is off (definition.sql).
CREATE INDEX scim_log_loss ON scim_log (tenant, time)
WHERE token IS NOT NULL AND type = 'User' AND
      (action = 'delete' OR
       action = 'update' AND instr(after, '"active":false') > 0);

CREATE INDEX scim_log_id ON scim_log (id) WHERE id IS NOT NULL;

-- What failed, by whom and when: nothing to write for what succeeds.
CREATE INDEX scim_log_failed ON scim_log (tenant, token, time)
WHERE status >= 400;

-- Whose groups changed with them.
CREATE INDEX scim_log_groups_left ON scim_log (tenant)
 WHERE groups_left IS NOT NULL;
-- Who asked when, and with what outcome: a run of an IdP without its rows. Tokens
-- and tenants are few, so that it also finds what is asked by tenant or time alone.
CREATE INDEX scim_log_token ON scim_log (token, tenant, time, action, status);

-- The few rows that views ask for by what is in them. Deletions are what comes
-- between two other words: where a view asks for action = 'delete', SQLite may
-- take that for a reason to make an index of its own, of the whole log.
CREATE INDEX scim_log_gone ON scim_log (id, tenant)
 WHERE action > 'create' AND action < 'update';
CREATE INDEX scim_log_member ON scim_log (time)
 WHERE member_add IS NOT NULL OR member_drop IS NOT NULL;

-- Which request that has a name was done: none where the database is not
-- replicated.
CREATE INDEX scim_log_request ON scim_log (request) WHERE request IS NOT NULL;

-- The changes of an attribute, by the shapes that have it.
CREATE INDEX scim_log_shape ON scim_log (shape) WHERE shape IS NOT NULL;

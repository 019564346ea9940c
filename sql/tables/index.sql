-- Which attributes have rows in scim_value. An INSERT marks an attribute; the
-- next write, or SELECT scim_init(), builds it and sets built to 1.
CREATE TABLE scim_index (
  type      TEXT NOT NULL,
  attribute TEXT NOT NULL,
  built     INTEGER NOT NULL DEFAULT 0 CHECK (built BETWEEN 0 AND 1),
  PRIMARY KEY (type, attribute)
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

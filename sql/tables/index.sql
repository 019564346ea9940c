-- Which attributes have rows in scim_value. An INSERT marks an attribute; the
-- next write, or SELECT scim_init(), builds it and sets built to 1.
CREATE TABLE scim_index (
  type      TEXT NOT NULL,
  attribute TEXT NOT NULL,
  built     INTEGER NOT NULL DEFAULT 0 CHECK (built BETWEEN 0 AND 1),
  PRIMARY KEY (type, attribute)
) STRICT, WITHOUT ROWID;

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

-- One row a fact about the installation. 'version' is the version of this
-- schema. 'generation' grows whenever a definition changes, so that every
-- connection knows when to read the definitions again; 'stale' is 1 from when
-- a definition is replaced until the next write has built all indexes anew.
-- 'cursor_key' signs the cursors of lists: it says where a page begins, and
-- opens nothing. 'deleted_resource', 'deleted_seq', 'deleted_token' and
-- 'deleted_review' are the highest numbers that rows had which are gone
-- (../commit/number.sql). 'unchained' is the number of the newest row of the log
-- that was there before it became a chain.
-- 'horizon' is the moment up to which scim_prune has removed the log, '' for
-- none, 'horizon_seq' the highest seq that it has removed, and
-- 'horizon_resource' the highest number that a resource had by then.
-- 'replicated' is there where each statement runs on several nodes, and nothing
-- may be drawn that is written.
-- 'unfit User' is, for each type of which a definition was replaced, the last
-- resource that was there by then (../views/misfit.sql). 'shared User' is there
-- from when several users had a value before it had to be unique (claim.sql),
-- until the indexes are built anew: no search goes by scim_unique.
CREATE TABLE scim_meta (
  name  TEXT PRIMARY KEY,
  value ANY NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO scim_meta VALUES
  ('version', 16),
  ('generation', 1),
  ('stale', 0),
  ('cursor_key', lower(hex(randomblob(32)))),
  ('deleted_resource', 0),
  ('deleted_seq', 0),
  ('deleted_token', 0),
  ('deleted_review', 0),
  ('unchained', 0),
  ('horizon', ''),
  ('horizon_seq', 0),
  ('horizon_resource', 0);

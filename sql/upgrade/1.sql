-- From version 1 to 2: numbers of rows are not used again, keys of scim_commit
-- are objects, and reals and integers from 9e18 on have other keys.
--
-- No table changes its form, so that rows, indexes, columns and triggers that
-- an application has added to them stay as they are.
--
-- As far as the log goes back: a resource took one number more than the highest
-- that was there, so none is above the count of those created. Of the tokens
-- that are gone it knows those that were used.
INSERT INTO scim_meta (name, value) VALUES
  ('deleted_resource',
   (SELECT count(*) FROM scim_log WHERE action = 'create')),
  ('deleted_seq', 0),
  ('deleted_token', (SELECT coalesce(max(token), 0) FROM scim_log));

-- All keys are to be made anew; until then no filter looks at them.
UPDATE scim_index SET built = 0;
UPDATE scim_meta SET value = 1 WHERE name = 'stale';
UPDATE scim_meta SET value = value + 1 WHERE name = 'generation';
UPDATE scim_meta SET value = 2 WHERE name = 'version';

-- The settings that a tenant may have (scim_tenant.settings), a row each: kind
-- is integer, within least and most; boolean, true or false (1 or 0 are taken
-- too); word, one of the JSON array words; paths, a list of indexed attributes,
-- as ["Group.displayName"]; or object, whose members are the settings with its
-- name and a dot before theirs, one of which at least is among words. "default"
-- is what holds where a tenant says nothing.
CREATE VIEW scim_setting (name, kind, least, most, words, "default") AS
VALUES
  ('page_default', 'integer', 1, 1000000, NULL, 100),
  ('page_max', 'integer', 1, 1000000, NULL, 1000),
  ('max_body', 'integer', 1, 1073741824, NULL, 16777216),
  ('max_values', 'integer', 1, 4194304, NULL, 200000),
  ('bulk_operations', 'integer', 1, 100000, NULL, 1000),
  ('max_joined', 'integer', 1, 1073741824, NULL, 100000),
  ('rate', 'integer', 0, 1000000, NULL, NULL),
  ('burst', 'integer', 1, 1000000, NULL, NULL),
  ('group_reply', 'integer', 0, 1000000, NULL, 1000),
  ('show_manual_members', 'boolean', NULL, NULL, NULL, 'false'),
  ('empty_members', 'word', NULL, NULL, '["show","hide"]', 'show'),
  ('advertise_pagination', 'boolean', NULL, NULL, NULL, 'true'),
  ('patch_reply', 'word', NULL, NULL, '["200","204"]', '200'),
  ('dangling_references', 'word', NULL, NULL, '["accept","reject"]', 'accept'),
  ('unique_attributes', 'paths', NULL, NULL, NULL, NULL),
  ('unmatched_value_path', 'word', NULL, NULL, '["create","noTarget"]',
   'create'),
  ('unquoted_literals', 'word', NULL, NULL, '["accept","reject"]', 'accept'),
  ('string_booleans', 'word', NULL, NULL, '["accept","reject"]', 'accept'),
  ('missing_schemas', 'word', NULL, NULL, '["accept","reject"]', 'accept'),
  ('other_shapes', 'word', NULL, NULL, '["accept","reject"]', 'accept'),
  ('empty_operations', 'word', NULL, NULL, '["accept","reject"]', 'accept'),
  ('loose_names', 'word', NULL, NULL, '["accept","reject"]', 'accept'),
  ('remove_values', 'word', NULL, NULL, '["accept","reject"]', 'accept'),
  ('loose_values', 'word', NULL, NULL, '["accept","reject"]', 'accept'),
  ('empty_strings', 'word', NULL, NULL, '["unset","keep"]', 'unset'),
  ('one_token_per_idp', 'boolean', NULL, NULL, NULL, 'false'),
  ('rehire', 'word', NULL, NULL, '["revive","new","refuse"]', 'new'),
  ('breaker', 'object', NULL, NULL, '["deactivations","percent"]', NULL),
  ('breaker.deactivations', 'integer', 0, 1000000, NULL, NULL),
  ('breaker.percent', 'integer', 1, 100, NULL, NULL),
  ('breaker.minutes', 'integer', 1, 10080, NULL, 60),
  ('preset', 'word', NULL, NULL, '["rfc"]', NULL);

-- What the people of Keepnet run: one map for all companies. The token of a
-- company says which it is; the URL is the same for all.
SELECT scim_map('target', '{
  "type": "User", "table": "target", "key": "uuid", "tenant": "company",
  "columns": {
    "email":     {"from": ["emails[type eq \"work\"].value", "userName"], "as": "lower"},
    "full_name": {"from": ["displayName", "name.formatted"]},
    "phone":     {"from": "phoneNumbers.value", "as": "e164"},
    "language":  {"from": "preferredLanguage", "absent": "keep"},
    "status":    {"active": "Active", "inactive": "Inactive"}},
  "match": ["email"], "none": "create", "many": "review",
  "deleted": "delete"}');
SELECT scim_map('target_group', '{
  "type": "Group", "table": "target_group", "key": "id", "tenant": "company",
  "columns": {"name": {"from": "displayName", "unique": " (%d)"}},
  "none": "create", "deleted": "delete",
  "members": {"table": "target_group_target", "group": "target_group", "member": "target", "of": "target"}}');
SELECT scim_map_switch('target', 'on');
SELECT scim_map_switch('target_group', 'on');
INSERT INTO scim_tenant (name, idp, settings) VALUES
  ('acme', 'Entra ID', '{"breaker": {"percent": 20, "minutes": 1440}}'),
  ('globex', 'Entra ID', '{}'),
  ('hooli', 'Okta', '{"rehire": "revive"}');

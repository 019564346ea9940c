-- What the people of 360Learning run: the integration is there, and off.
-- A custom field that the company has defined.
INSERT INTO scim_schema (definition) VALUES ('{
  "id": "urn:ietf:params:scim:schemas:extension:360:2.0:User", "name": "Custom",
  "attributes": [{"name": "badge", "type": "string"}]}');
UPDATE scim_resource_type
   SET definition = json_insert(definition, '$.schemaExtensions[#]', json('{
         "schema": "urn:ietf:params:scim:schemas:extension:360:2.0:User",
         "required": false}'))
 WHERE name = 'User';

SELECT scim_map('user', '{
  "type": "User", "table": "user", "key": "id", "only": "firm",
  "columns": {
    "mail":       {"from": ["emails[type eq \"work\"].value", "userName"], "as": "lower"},
    "first_name": {"from": "name.givenName"},
    "last_name":  {"from": "name.familyName"},
    "job":        {"from": "title", "absent": "keep"},
    "badge":      {"from": "urn:ietf:params:scim:schemas:extension:360:2.0:User:badge"},
    "status":     {"active": "active", "inactive": "suspended"}},
  "match": ["mail"], "none": "create", "many": "review",
  "deleted": "inactive"}');
SELECT scim_map('team', '{
  "type": "Group", "table": "team", "key": "id", "only": "firm",
  "columns": {
    "name":   {"from": "displayName", "on": "create"},
    "parent": {"value": 1, "on": "create"}},
  "none": "create", "deleted": "keep",
  "members": {"table": "team_user", "group": "team", "member": "user", "of": "user"}}');
SELECT scim_map_switch('user', 'on');
SELECT scim_map_switch('team', 'on');

-- An e-mail with a temporary password: the company wants it.
INSERT INTO scim_rule (event, filter, kind) VALUES
  ('created', 'active eq true', 'welcome');

-- Choose the identity provider; of its tokens one is active; off so far.
INSERT INTO scim_tenant (name, idp, settings, enabled) VALUES
  ('firm', 'okta', '{"one_token_per_idp": true, "rehire": "revive",
                     "breaker": {"deactivations": 2, "minutes": 60}}', 0);

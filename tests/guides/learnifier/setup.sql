-- What the people of Learnifier run, once for all customers and once for acme.

-- Extra fields are defined on the platform first: what Entra sends beyond them
-- is ignored, as a field that nobody has defined.
INSERT INTO scim_schema (definition) VALUES ('{
  "id": "urn:learnifier:params:scim:schemas:extension:2.0:User",
  "name": "Learnifier",
  "attributes": [
    {"name": "costCenter", "type": "string"},
    {"name": "hireDate", "type": "dateTime"}]}');
UPDATE scim_resource_type
   SET definition = json_insert(definition, '$.schemaExtensions[#]', json('{
         "schema": "urn:learnifier:params:scim:schemas:extension:2.0:User",
         "required": false}'))
 WHERE name = 'User';

SELECT scim_map('participant', '{
  "type": "User", "table": "participant", "key": "id", "tenant": "customer",
  "columns": {
    "email":       {"from": ["emails[type eq \"work\"].value", "userName"], "as": "lower"},
    "first_name":  {"from": "name.givenName"},
    "last_name":   {"from": "name.familyName"},
    "title":       {"from": "title"},
    "country":     {"from": "addresses[type eq \"work\"].country"},
    "cost_center": {"from": "urn:learnifier:params:scim:schemas:extension:2.0:User:costCenter"},
    "hired":       {"from": "urn:learnifier:params:scim:schemas:extension:2.0:User:hireDate", "as": "date"},
    "state":       {"active": "active", "inactive": "inactive"},
    "origin":      {"value": "entra", "on": "create"}},
  "match": ["email"], "none": "create", "many": "review",
  "deleted": "inactive"}');
SELECT scim_map('team', '{
  "type": "Group", "table": "team", "key": "id", "tenant": "customer",
  "columns": {"name": {"from": "displayName"}},
  "none": "create", "deleted": "delete",
  "members": {"table": "team_participant", "group": "team", "member": "participant", "of": "participant"}}');
SELECT scim_map_switch('participant', 'on');
SELECT scim_map_switch('team', 'on');

-- Accidental deletion is prevented: three people a day may go.
INSERT INTO scim_tenant (name, idp, settings) VALUES
  ('acme', 'Entra ID',
   '{"breaker": {"deactivations": 3, "minutes": 1440}, "rehire": "revive"}');
INSERT INTO scim_tenant (name, idp) VALUES ('other', 'none');

-- What the people of Bob's Business run. Who exists is matched by UPN, and if
-- nobody has it by mail; where several match, a person decides.
SELECT scim_map('employee', '{
  "type": "User", "table": "employee", "key": "id", "tenant": "organisation",
  "columns": {
    "upn":        {"from": "userName"},
    "mail":       {"from": "emails[type eq \"work\"].value", "as": "lower"},
    "name":       {"from": ["displayName", "name.formatted"]},
    "department": {"from": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department"},
    "enabled":    {"active": 1, "inactive": 0}},
  "match": ["upn", "mail"], "none": "create", "many": "review",
  "deleted": "inactive"}');
SELECT scim_map('cohort', '{
  "type": "Group", "table": "cohort", "key": "id", "tenant": "organisation",
  "columns": {"name": {"from": "displayName"}},
  "none": "create", "deleted": "delete",
  "members": {"table": "cohort_employee", "group": "cohort_id", "member": "employee_id", "of": "employee"}}');
SELECT scim_map_switch('employee', 'on');
SELECT scim_map_switch('cohort', 'on');

-- New people are invited, once, also those who come back to life.
INSERT INTO scim_rule (event, filter, kind) VALUES
  ('created', 'active eq true', 'invite');

INSERT INTO scim_tenant (name, idp, settings) VALUES
  ('council', 'Entra ID', '{"rehire": "new"}'), ('school', 'none', '{}');

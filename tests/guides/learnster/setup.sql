-- What the people of Learnster run for a customer. The names on the right are
-- those that the guide promises.
SELECT scim_map('learner', '{
  "type": "User", "table": "learner", "key": "id",
  "columns": {
    "email":       {"from": "userName", "as": "lower"},
    "sso":         {"from": "userName"},
    "secondary":   {"from": "emails[type eq \"work\"].value", "as": "lower"},
    "external_id": {"from": "externalId"},
    "full_name":   {"from": ["displayName", "name.formatted", "userName"]},
    "given_name":  {"from": "name.givenName"},
    "family_name": {"from": "name.familyName"},
    "title":       {"from": "title"},
    "office":      {"from": "addresses[type eq \"work\"].formatted"},
    "street":      {"from": "addresses[type eq \"work\"].streetAddress"},
    "city":        {"from": "addresses[type eq \"work\"].locality"},
    "postal_code": {"from": "addresses[type eq \"work\"].postalCode"},
    "country":     {"from": "addresses[type eq \"work\"].country"},
    "phone":       {"from": "phoneNumbers.value", "as": "e164"},
    "company":     {"from": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:organization"},
    "manager":     {"from": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value", "as": "key"},
    "active":      {"active": 1, "inactive": 0}},
  "match": ["sso", "email"], "none": "create", "many": "review",
  "deleted": "delete"}');
SELECT scim_map('tag', '{
  "type": "Group", "table": "tag", "key": "id",
  "columns": {
    "name":        {"from": "displayName", "unique": " (%d)"},
    "external_id": {"from": "externalId"}},
  "none": "create", "deleted": "delete",
  "members": {"table": "learner_tag", "group": "tag_id", "member": "learner_id", "of": "learner"}}');
SELECT scim_map_switch('learner', 'on');
SELECT scim_map_switch('tag', 'on');
UPDATE scim_tenant SET idp = 'Entra ID' WHERE name = 'default';

-- What the IdPs look up before they create, and what filters often ask for.
INSERT INTO scim_index (type, attribute, built) VALUES
  ('User', 'userName', 1),
  ('User', 'externalId', 1),
  ('User', 'displayName', 1),
  ('User', 'emails.value', 1),
  ('User',
   'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value',
   1),
  ('Group', 'displayName', 1),
  ('Group', 'externalId', 1);

-- Nobody is created or left disabled because a client did not say active.
INSERT INTO scim_default (type, attribute, value) VALUES
  ('User', 'active', 'true');

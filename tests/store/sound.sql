-- A small database with something in every table: two tenants, a type of its
-- own, a default, members of both sources, a history, two tokens, and an index
-- that is marked and not built. sound.h reads it.
SELECT scim_init();
INSERT INTO scim_tenant (name, settings) VALUES
  ('acme', '{"page_default":2,"unique_attributes":["Group.displayName"]}');
INSERT INTO scim_schema (definition) VALUES
  ('{"id":"urn:example:Device","name":"Device","attributes":[
     {"name":"serial","type":"string","required":true,"uniqueness":"global"},
     {"name":"weight","type":"decimal"},
     {"name":"bought","type":"dateTime"}]}');
INSERT INTO scim_resource_type (definition) VALUES
  ('{"name":"Device","endpoint":"/Devices","schema":"urn:example:Device"}');
INSERT INTO scim_index (type, attribute) VALUES
  ('Device', 'bought'), ('User', 'name.familyName');
INSERT INTO scim_default (type, attribute, value) VALUES
  ('User', 'userType', '"Employee"');
SELECT scim_init();

SELECT scim_token('default', 'idp', '{"resource":"ann"}');
SELECT scim_token('acme', 'old', '{"expires":"2026-01-01","now":"2025-01-01"}');

SELECT scim_apply('POST', '/Users', '{"userName":"ann","title":"chef",
  "name":{"familyName":"Lee"},"emails":[{"value":"a@b.no","type":"work"}],
  "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{
    "department":"R"}}', '{"id":"ann"}');
SELECT scim_apply('POST', '/Users', '{"userName":"bob","nickName":"b",
  "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{
    "manager":{"value":"ann"}}}', '{"id":"bob"}');
SELECT scim_apply('POST', '/Users', '{"userName":"eve"}', '{"id":"eve"}');
SELECT scim_apply('POST', '/Users', '{"userName":"ann"}',
  '{"id":"ann","tenant":"acme"}');
SELECT scim_apply('POST', '/Groups', '{"displayName":"Sales","members":[
  {"value":"ann"},{"value":"eve"},{"value":"nobody"}]}', '{"id":"sales"}');
SELECT scim_apply('POST', '/Groups', '{"displayName":"All","members":[
  {"value":"sales"}]}', '{"id":"all"}');
SELECT scim_apply('PATCH', '/Groups/all', '{"Operations":[{"op":"add",
  "path":"members","value":[{"value":"bob"}]}]}', '{"source":"manual"}');
SELECT scim_apply('POST', '/Devices', '{"serial":"A1","weight":1.50,
  "bought":"2026-02-01T09:00:00Z"}', '{"id":"laptop"}');
SELECT scim_apply('PATCH', '/Users/ann', '{"Operations":[{"op":"replace",
  "path":"title","value":"boss"}]}', NULL);
SELECT scim_apply('DELETE', '/Users/eve', NULL, NULL);
SELECT scim_apply('POST', '/Users', '{"userName":"ANN"}', NULL);

INSERT INTO scim_index (type, attribute) VALUES ('User', 'nickName');

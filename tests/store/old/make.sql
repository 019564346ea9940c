-- How the databases of this folder were made, each with the extension of its
-- version:
--
--   sqlite3 version1.db -cmd '.load scim' <make.sql
--
-- Kept to say what is in them; no test runs it, and later versions would make
-- other files of it. Ids, times, the secret of the tokens and the key of the
-- cursors are fixed, so that everything that a file answers is known.
PRAGMA page_size = 1024; -- a small file
.bail on
SELECT scim_init();
UPDATE scim_meta SET value = printf('%064d', 7) WHERE name = 'cursor_key';

-- ---- Tenants, settings, and what they want to be indexed and unique

UPDATE scim_tenant SET created = '2026-01-01T00:00:00.000Z';
INSERT INTO scim_tenant (name, idp, base_url, settings, created) VALUES
  ('acme', 'Entra ID', 'https://id.example.com/acme/scim/v2',
   '{"page_default":2,"patch_reply":"204",'
   || '"unique_attributes":["Group.displayName"]}',
   '2026-01-02T00:00:00.000Z');
INSERT INTO scim_index (type, attribute) VALUES
  ('User', 'title'), ('User', 'name.familyName'),
  ('User', 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department');
DELETE FROM scim_index WHERE type = 'User' AND attribute = 'displayName';
INSERT INTO scim_default (type, attribute, value) VALUES
  ('User', 'preferredLanguage', '"en"'),
  ('User', 'userType', '"Employee"');

-- ---- An extension of User, and a type of its own with every kind of value

INSERT INTO scim_schema (definition) VALUES
  ('{"id":"urn:example:Badge","name":"Badge","description":"Doors.",
     "attributes":[
     {"name":"number","type":"integer","uniqueness":"server"},
     {"name":"doors","type":"string","multiValued":true}]}'),
  ('{"id":"urn:example:Device","name":"Device","attributes":[
     {"name":"serial","type":"string","required":true,"caseExact":true,
      "uniqueness":"global","mutability":"immutable"},
     {"name":"weight","type":"decimal"},
     {"name":"ports","type":"integer","multiValued":true},
     {"name":"bought","type":"dateTime"},
     {"name":"leased","type":"boolean"},
     {"name":"blob","type":"binary"},
     {"name":"owner","type":"complex","subAttributes":[
       {"name":"value","type":"string"},
       {"name":"$ref","type":"reference","referenceTypes":["User"]}]}]}');
INSERT INTO scim_resource_type (definition) VALUES
  ('{"name":"Device","endpoint":"/Devices","schema":"urn:example:Device"}');
UPDATE scim_resource_type
   SET definition = json_set(definition, '$.schemaExtensions[1]',
       json('{"schema":"urn:example:Badge","required":false}'))
 WHERE name = 'User';
INSERT INTO scim_index (type, attribute) VALUES
  ('Device', 'bought'), ('Device', 'weight'), ('Device', 'leased');
SELECT scim_init();

-- ---- Tokens: of each tenant, one that has expired, one that is revoked, one
-- that stands for Ada. Their secrets are scim_a-secret-of-version-1 to -4.

SELECT scim_token('default', 'Okta',
  '{"resource":"ada","now":"2026-01-03T00:00:00Z"}') IS NOT NULL;
SELECT scim_token('acme', 'Entra ID',
  '{"scopes":"read","now":"2026-01-03T00:00:00Z"}') IS NOT NULL;
SELECT scim_token('default', 'old',
  '{"expires":"2026-01-04T00:00:00Z","now":"2026-01-03T00:00:00Z"}') IS NOT NULL;
SELECT scim_token('default', 'lost', '{"now":"2026-01-03T00:00:00Z"}') IS NOT NULL;
UPDATE scim_token SET revoked = '2026-01-05T00:00:00.000Z' WHERE token = 4;
UPDATE scim_token SET digest = CASE token
  WHEN 1 THEN '1d4abdf4c500980f80bf2759faad75749cc47f8e4dd7ca317cd384a083112024'
  WHEN 2 THEN 'c5475815349c123bb2338d61adc64863a540fcab2cf1b5dd3908c562f01e5899'
  WHEN 3 THEN '85fa7fccf170c0f35269aaeeccb6aaab757a9086704a5f7590f07d9bfd9ac010'
  ELSE '8f2fd834a4e3dd7105ed270d9658f48c5686e0933ba141ff57e8dc5373a5f5b7' END;

-- ---- People, groups and things. request is (time, method, target, body, more
-- options), in the order in which they came.

CREATE TEMP TABLE request (at TEXT, method TEXT, target TEXT, body TEXT,
  options TEXT);
INSERT INTO request VALUES
  ('02-01T08:00:00', 'POST', '/Users', '{"userName":"ada@example.com",
    "externalId":"e-1","name":{"givenName":"Ada","familyName":"Lovelace"},
    "title":"Countess","emails":[
      {"value":"Ada@Example.com","type":"work","primary":true},
      {"value":"ada@home.example","type":"home"}],
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{
      "department":"R&D","employeeNumber":"1"},
    "urn:example:Badge":{"number":7,"doors":["East","west"]}}',
    '{"id":"ada"}'),
  ('02-01T08:00:01', 'POST', '/Users', '{"userName":"bob@example.com",
    "externalId":"e-2","name":{"familyName":"Straße"},"active":false,
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{
      "department":"r&d","manager":{"value":"ada"}}}', '{"id":"bob"}'),
  ('02-01T08:00:02', 'POST', '/Users', '{"userName":"Änne@example.com",
    "name":{"familyName":"STRASSE"},"title":"chef"}', '{"id":"anne"}'),
  ('02-01T08:00:03', 'POST', '/Users', '{"userName":"eve@example.com"}',
    '{"id":"eve"}'),
  ('02-01T09:00:00', 'POST', '/Groups', '{"displayName":"Sales",
    "externalId":"g-1","members":[{"value":"ada"},{"value":"bob",
    "display":"Bob"},{"value":"eve"},{"value":"not-here-yet"}]}',
    '{"id":"sales"}'),
  ('02-01T09:00:01', 'POST', '/Groups', '{"displayName":"Everyone",
    "members":[{"value":"sales"},{"value":"anne"}]}', '{"id":"everyone"}'),
  -- added by the platform, then dropped and kept by a PUT of the IdP
  ('02-01T09:30:00', 'PATCH', '/Groups/sales', '{"Operations":[{"op":"add",
    "path":"members","value":[{"value":"anne"}]}]}', '{"source":"manual"}'),
  ('02-01T09:30:01', 'PUT', '/Groups/sales', '{"displayName":"Sales",
    "externalId":"g-1","members":[{"value":"ada"},{"value":"eve"}]}', '{}'),
  ('02-01T10:00:00', 'POST', '/Devices', '{"serial":"A-1","weight":1.50,
    "ports":[80,443],"bought":"2026-02-01T09:00:00+01:00","leased":true,
    "blob":"3q2+7w==","owner":{"value":"ada"}}', '{"id":"laptop"}'),
  ('02-01T10:00:01', 'POST', '/Devices', '{"serial":"a-1","weight":15e-1}',
    '{"id":"tablet"}'),
  -- the same names in another tenant
  ('02-02T08:00:00', 'POST', '/Users', '{"userName":"ADA@example.com",
    "active":true}', '{"id":"ada","tenant":"acme"}'),
  ('02-02T08:00:01', 'POST', '/Users', '{"userName":"carl@example.com"}',
    '{"id":"carl","tenant":"acme"}'),
  ('02-02T08:00:02', 'POST', '/Users', '{"userName":"dora@example.com"}',
    '{"id":"dora","tenant":"acme"}'),
  ('02-02T08:00:03', 'POST', '/Groups', '{"displayName":"Sales",
    "members":[{"value":"ada"}]}', '{"id":"sales","tenant":"acme"}'),
  -- history
  ('03-01T08:00:00', 'PATCH', '/Users/ada', '{"Operations":[
    {"op":"replace","path":"title","value":"Analyst"},
    {"op":"add","path":"emails[type eq \"home\"].display","value":"home"},
    {"op":"remove","path":"urn:example:Badge:doors"}]}', '{}'),
  ('03-02T08:00:00', 'PUT', '/Users/anne', '{"userName":"Änne@example.com",
    "name":{"familyName":"Strasse"},"active":false}', '{}'),
  ('03-03T08:00:00', 'PATCH', '/Users/bob', '{"Operations":[{"op":"Replace",
    "value":{"active":"True"}}]}', '{}'),
  ('03-04T08:00:00', 'PATCH', '/Groups/everyone', '{"Operations":[{"op":"remove",
    "path":"members[value eq \"anne\"]"}]}', '{}'),
  ('03-05T08:00:00', 'DELETE', '/Users/eve', NULL, '{}'),
  ('03-05T08:00:01', 'DELETE', '/Users/dora', NULL, '{"tenant":"acme"}'),
  -- a bulk, in which a group names a user before it is there
  ('03-06T08:00:00', 'POST', '/Bulk', '{"Operations":[
    {"method":"PATCH","path":"/Groups/everyone","data":{"Operations":[
      {"op":"replace","path":"displayName","value":"All"}]}},
    {"method":"PATCH","path":"/Devices/tablet","data":{"Operations":[
      {"op":"add","value":{"ports":[22]}}]}}]}', '{}'),
  -- what was refused, what changed nothing, and who had no token
  ('03-07T08:00:00', 'POST', '/Users', '{"userName":"ADA@EXAMPLE.COM"}', '{}'),
  ('03-07T08:00:01', 'PATCH', '/Users/ada', '{"Operations":[{"op":"replace",
    "path":"title","value":"Analyst"}]}', '{}'),
  ('03-07T08:00:02', 'DELETE', '/Users/nobody', NULL, '{}'),
  ('03-07T08:00:03', 'DELETE', '/Users/ada', NULL,
    '{"authorization":"Bearer not a token"}'),
  ('03-07T08:00:04', 'PATCH', '/Users/ada', '{"Operations":[{"op":"replace",
    "path":"displayName","value":"Ada, Countess"}]}',
    '{"authorization":"Bearer scim_a-secret-of-version-1"}'),
  -- the newest resource goes again: its row must not be anybody else's
  ('03-08T08:00:00', 'POST', '/Users', '{"userName":"last"}', '{"id":"last"}'),
  ('03-08T08:00:01', 'DELETE', '/Users/last', NULL, '{}');

SELECT at, method, target, json_extract(scim_apply(method, target, body,
         json_set(options, '$.now', '2026-' || at || 'Z')), '$.status')
  FROM (SELECT * FROM request ORDER BY rowid);

-- An index that was marked and not built yet.
INSERT INTO scim_index (type, attribute) VALUES ('User', 'nickName');

-- What people add of their own to the file.
CREATE TABLE app_note (id TEXT PRIMARY KEY, note TEXT);
INSERT INTO app_note VALUES ('ada', 'calls herself an analyst');
CREATE VIEW app_person AS SELECT u.id, u.user_name, n.note
  FROM scim_user AS u LEFT JOIN app_note AS n USING (id)
 WHERE u.tenant = 'default';
CREATE TRIGGER app_joined AFTER INSERT ON scim_resource WHEN NEW.type = 'User'
BEGIN
  INSERT INTO app_note VALUES (NEW.tenant || '/' || NEW.id, 'joined');
END;
VACUUM;

-- Known people for reports.sh, told as the requests that made them. The story
-- is read at noon of 21 November 2026.

-- Tokens 1 to 5: one in use, one about to expire, one each that is revoked,
-- expired and unused; and a sixth of another tenant.
INSERT INTO scim_commit_work (action, tenant, time, data) VALUES
  ('token', 'default', '2026-01-01T00:00:00.000Z',
   '{"label":"Entra","digest":"1","scopes":"read write"}'),
  ('token', 'default', '2026-11-01T00:00:00.000Z',
   '{"label":"Okta","digest":"2","scopes":"read write",
     "expires":"2026-12-01T00:00:00Z"}'),
  ('token', 'default', '2026-01-01T00:00:00.000Z',
   '{"label":"Leaked","digest":"3","scopes":"read write"}'),
  ('token', 'default', '2026-01-01T00:00:00.000Z',
   '{"label":"Trial","digest":"4","scopes":"read",
     "expires":"2026-02-01T00:00:00Z"}'),
  ('token', 'default', '2026-01-01T00:00:00.000Z',
   '{"label":"Shelf","digest":"5","scopes":"read"}'),
  ('token', 'acme', '2026-11-01T00:00:00.000Z',
   '{"label":"Acme","digest":"6","scopes":"read write"}');
UPDATE scim_token SET revoked = '2026-03-01T00:00:00.000Z' WHERE token = 3;

-- A first sync, in March. Groups come empty and are filled afterwards.
WITH person (seq, id, doc, keys) AS (VALUES
  (1, 'u-ada', '{"userName":"ada@example.com","externalId":"e1",
    "active":true,"displayName":"Ada L","title":"Analyst",
    "name":{"givenName":"Ada","familyName":"Lovelace"},
    "emails":[{"value":"ada@home.example","type":"home"},
              {"value":"ada@example.com","type":"Work"},
              {"type":"other"}],
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{
      "employeeNumber":"7","department":"Research",
      "manager":{"value":"u-bob"}}}',
    '{"emails.value":"ada@home.example",
      "emails.value":"ada@example.com"}'),
  (2, 'u-bob', '{"userName":"bob@example.com","active":true,
    "displayName":"Bob","emails":[{"value":"Éva@example.com"},
              {"value":"bob@example.com","primary":true}]}',
    '{"emails.value":"éva@example.com",
      "emails.value":"bob@example.com"}'),
  (3, 'u-cyd', '{"userName":"cyd@example.com",
    "emails":[{"value":"éVA@example.com"}],
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{
      "manager":{"value":"u-ghost"}}}',
    '{"emails.value":"éva@example.com"}'),
  (4, 'u-dan', '{"userName":"dan@example.com","active":true}', NULL),
  (5, 'u-eve', '{"userName":"eve@example.com","active":true,
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{
      "manager":{"value":"u-bob"}}}', NULL),
  (6, 'u-fay', '{"userName":"fay@example.com"}', NULL),
  (7, 'u-gus', '{"userName":"gus@example.com","active":true}', NULL)
)
INSERT INTO scim_commit (action, tenant, type, resource, id, version, time,
       doc, value_add, token, method, target, status, after)
SELECT 'create', 'default', 'User', seq, id, 1,
       '2026-03-01T08:00:0' || seq || '.000Z', json(doc), keys, 1,
       'POST', '/Users', 201,
       json_insert(json(doc), '$.id', id, '$.schemas',
         json('["urn:ietf:params:scim:schemas:core:2.0:User"]'))
  FROM person;

INSERT INTO scim_commit (action, tenant, type, resource, id, version, time,
       doc, value_add, token, method, target, status, after) VALUES
  ('create', 'acme', 'User', 8, 'u-zoe', 1, '2026-11-20T08:00:00.000Z',
   '{"userName":"zoe@acme.example","active":true}',
   '{"emails.value":"ada@example.com"}', 6, 'POST', '/Users', 201,
   '{"userName":"zoe@acme.example","active":true}');

WITH grp (seq, id, name) AS (VALUES
  (0, 'g-sales', 'Sales'), (1, 'g-ops', 'Operations'),
  (2, 'g-idle', 'Idle'), (3, 'g-empty', 'Empty'), (4, 'g-old', 'Old')
)
INSERT INTO scim_commit (action, tenant, type, id, version, time, doc,
       token, method, target, status, after)
SELECT 'create', 'default', 'Group', id, 1,
       '2026-03-01T08:01:0' || seq || '.000Z',
       json_object('displayName', name), 1, 'POST', '/Groups', 201,
       json_object('displayName', name)
  FROM grp;

WITH joined (seq, id, members, source, token) AS (VALUES
  (0, 'g-sales', '[{"value":"u-ada"},{"value":"u-dan"},
                   {"display":"Lost","type":"User","value":"x-lost"}]',
   'idp', 1),
  (1, 'g-sales', '[{"value":"u-bob"}]', 'manual', NULL),
  (2, 'g-ops', '[{"value":"g-sales"}]', 'idp', 1),
  (3, 'g-idle', '[{"value":"u-gus"}]', 'idp', 1),
  (4, 'g-old', '[{"value":"u-ada"}]', 'idp', 1)
)
INSERT INTO scim_commit (action, tenant, type, resource, id, version, time,
       doc, member_add, joins, source, token, method, target, status)
SELECT 'update', 'default', 'Group', g.resource, g.id, g.version + 1,
       '2026-03-01T08:02:0' || seq || '.000Z', g.doc, members,
       (SELECT json_group_object(m.value ->> 'value', json(m.value))
          FROM json_each(members) AS m), source, token,
       'PATCH', '/Groups/' || g.id, 200
  FROM joined JOIN scim_resource AS g USING (id);

-- What happened since, one request after the other.
WITH story (time, token, id, doc, before, after, member_add, member_drop) AS (
  VALUES
  ('2026-05-01T08:00:00.000Z', 1, 'u-gus',
   '{"userName":"gus@example.com","active":false}',
   '{"active":true}', '{"active":false}', NULL, NULL),
  ('2026-10-01T08:00:00.000Z', 1, 'u-eve', NULL,
   '{"active":true}', '{"active":false}', NULL, NULL),
  ('2026-11-05T20:00:00.000Z', 1, 'u-eve', NULL,
   '{"active":false}', '{"active":true}', NULL, NULL),
  ('2026-11-06T08:00:00.000Z', 1, 'u-ada', NULL,
   '{"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{
      "department":"Sales"},"nickName":"A","name":null}',
   '{"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{
      "department":"Research"},"nickName":null,
     "name":{"givenName":"Ada","familyName":"Lovelace"}}', NULL, NULL),
  ('2026-11-07T08:00:00.000Z', 1, 'g-sales', NULL, NULL, NULL,
   '[{"value":"u-eve"}]', '["u-ada"]'),
  ('2026-11-10T08:00:00.000Z', 1, 'u-dan',
   '{"userName":"dan@example.com","active":false}',
   '{"active":true}', '{"active":false}', NULL, NULL)
)
INSERT INTO scim_commit (action, tenant, type, resource, id, version, time,
       doc, before, after, member_add, joins, member_drop, token, method,
       target, status)
SELECT 'update', 'default', r.type, r.resource, r.id, r.version + 1, s.time,
       coalesce(s.doc, r.doc), s.before, s.after, s.member_add,
       iif(s.member_add IS NULL, NULL,
           (SELECT json_group_object(m.value ->> 'value', json(m.value))
              FROM json_each(s.member_add) AS m)),
       s.member_drop, s.token, 'PATCH', '/' || r.type || 's/' || r.id, 200
  FROM story AS s JOIN scim_resource AS r USING (id);

-- The last sync: Dan is cleared up, and some requests fail.
WITH gone (time, token, id) AS (VALUES
  ('2026-11-15T08:00:00.000Z', NULL, 'u-fay'),
  ('2026-11-16T08:00:00.000Z', 1, 'g-old'),
  ('2026-11-20T08:00:00.000Z', 1, 'u-dan')
)
INSERT INTO scim_commit (action, tenant, type, resource, id, version, time,
       before, member_drop, groups_left, token, method, target, status)
SELECT 'delete', 'default', r.type, r.resource, r.id, r.version, g.time,
       r.doc,
       (SELECT nullif(json_group_array(value), '[]')
          FROM scim_member
         WHERE "group" = r.resource),
       (SELECT nullif(json_group_array(o.id), '[]')
          FROM scim_member AS m
          JOIN scim_resource AS o ON o.resource = m."group"
         WHERE m.value = r.id),
       g.token, 'DELETE', '/' || r.type || 's/' || r.id, 204
  FROM gone AS g JOIN scim_resource AS r USING (id);

INSERT INTO scim_commit (action, tenant, time, token, method, target, status,
       scim_type, detail) VALUES
  ('none', 'default', '2026-11-20T08:10:00.000Z', 1, 'POST', '/Users', 409,
   'uniqueness', 'userName "ada@example.com" is taken'),
  ('none', 'default', '2026-11-20T08:29:59.000Z', 1, 'POST', '/Users', 409,
   'uniqueness', 'userName "bob@example.com" is taken'),
  ('none', NULL, '2026-11-20T09:00:00.000Z', NULL, 'POST', '/Users', 401,
   NULL, 'no such token');

-- Without the extension nobody has said which attributes the changes touch.
CREATE TEMP TABLE form AS
WITH RECURSIVE
leaf (seq, path) AS (
  SELECT l.seq, t.fullkey FROM scim_log AS l, json_tree(l.after) AS t
   WHERE t.type <> 'object' AND instr(t.fullkey, '[') = 0
   UNION
  SELECT l.seq, t.fullkey FROM scim_log AS l, json_tree(l.before) AS t
   WHERE t.type NOT IN ('object', 'null') AND instr(t.fullkey, '[') = 0),
numbered (seq, path, n) AS (
  SELECT seq, path, row_number() OVER (PARTITION BY seq ORDER BY path)
    FROM leaf
   WHERE path NOT IN ('$.schemas', '$.id')),
built (seq, n, form) AS (
  SELECT seq, 1, json_set('{}', path, 0) FROM numbered WHERE n = 1
   UNION ALL
  SELECT b.seq, m.n, json_set(b.form, m.path, 0)
    FROM built AS b
    JOIN numbered AS m ON m.seq = b.seq AND m.n = b.n + 1)
SELECT seq, max(n), form FROM built GROUP BY seq;
INSERT INTO scim_shape (form) SELECT DISTINCT form FROM form;
UPDATE scim_log
   SET shape = (SELECT s.shape FROM form AS f JOIN scim_shape AS s
                    ON s.form = f.form WHERE f.seq = scim_log.seq);

-- A directory for answers.py: :users people as Entra ID sends them in ten months,
-- of two tenants, the last tenth of each hundred in the second; a group of half
-- of them, groups of 180, fifty groups within each other above the large one;
-- each person changed once, some switched off and on again, one of a hundred
-- deleted. Twice as many rows of the log.
CREATE TEMP TABLE caller AS
SELECT tenant, 'Bearer ' || scim_token('t' || tenant, 'IdP ' || tenant,
                 '{"now":"2026-01-01T00:00:00Z"}') AS secret
  FROM (SELECT 0 AS tenant UNION ALL SELECT 1);

-- A group of half of them comes in one request.
UPDATE scim_tenant SET settings = '{"max_values":4194304}';

CREATE TEMP TABLE person (i INTEGER PRIMARY KEY);
INSERT INTO person
WITH RECURSIVE n (i) AS (
  SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < (SELECT users FROM size))
SELECT i FROM n;

INSERT INTO scim (method, target, body, options)
SELECT 'POST', '/Users', json_object(
         'externalId', 'e' || i, 'userName', 'User' || i || '@contoso.example',
         'active', json('true'), 'displayName', 'First Last ' || i,
         'title', 'Senior Field Engineer', 'preferredLanguage', 'en-GB',
         'name', json_object('formatted', 'First Last ' || i,
                             'familyName', 'Last' || i, 'givenName', 'First'),
         'emails', json_array(json_object(
           'primary', json('true'), 'type', 'work',
           'value', 'User' || i || '@contoso.example')),
         'addresses', json_array(json_object(
           'type', 'work', 'streetAddress', '12 Harbour Street',
           'locality', 'Hamburg', 'postalCode', '20457', 'country', 'DE')),
         'phoneNumbers', json_array(
           json_object('type', 'work', 'value', '+49 40 ' || i),
           json_object('type', 'mobile', 'value', '+49 171 ' || i)),
         'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
         json_object('employeeNumber', '' || i, 'costCenter', 'C' || (i % 1000),
                     'organization', 'Contoso', 'division', 'Field Services',
                     'department', 'Department ' || (i % 100),
                     'manager', json_object('value', 'u' || max(1, i / 10)))),
       json_object('authorization', c.secret, 'id', 'u' || i,
         'now', strftime('%Y-%m-%dT%H:%M:%fZ', '2026-02-01',
                         (i * 60000 / users) || ' minutes'))
  FROM person, size, caller AS c
 WHERE c.tenant = i % 10 / 9
 ORDER BY i;

INSERT INTO scim (method, target, body, options)
SELECT 'POST', '/Groups', json_object('displayName', 'Group ' || p.i, 'members',
         (SELECT json_group_array(json_object('value', 'u' ||
                   iif(p.i = 1, m.i, 1 + (p.i * 7919 + m.i * 31) % users)))
            FROM person AS m
           WHERE m.i <= iif(p.i = 1, users / 2, 180))),
       json_object('authorization', c.secret, 'id', 'g' || p.i,
                   'now', '2026-03-20T00:00:00Z')
  FROM person AS p, size, caller AS c
 WHERE c.tenant = 0 AND p.i <= max(20, users / 200);

INSERT INTO scim (method, target, body, options)
SELECT 'POST', '/Groups', json_object('displayName', 'Nest ' || i, 'members',
         json_array(json_object('value',
           iif(i = 1, 'g1', 'nest' || (i - 1))))),
       json_object('authorization', c.secret, 'id', 'nest' || i,
                   'now', '2026-03-20T00:00:00Z')
  FROM person, caller AS c
 WHERE c.tenant = 0 AND i <= 50
 ORDER BY i;

INSERT INTO scim (method, target, body, options)
SELECT 'PATCH', '/Users/u' || i, json_object('Operations', json_array(
         CASE WHEN i % 300 IN (7, 8)
              THEN json_object('op', 'replace', 'path', 'active',
                               'value', json('false'))
              WHEN i % 50 = 0
              THEN json_object('op', 'replace', 'path',
        'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department',
                               'value', 'Other')
              ELSE json_object('op', 'replace', 'path', 'title',
                               'value', 'Engineer ' || i)
         END)),
       json_object('authorization', c.secret,
         'now', strftime('%Y-%m-%dT%H:%M:%fZ', '2026-05-01',
                         (i * 260000 / users) || ' minutes'))
  FROM person, size, caller AS c
 WHERE c.tenant = i % 10 / 9
 ORDER BY i;

INSERT INTO scim (method, target, body, options)
SELECT 'PATCH', '/Users/u' || i, json_object('Operations', json_array(
         json_object('op', 'replace', 'path', 'active',
                     'value', json('true')))),
       json_object('authorization', c.secret, 'now', '2026-11-10T00:00:00Z')
  FROM person, caller AS c
 WHERE c.tenant = i % 10 / 9 AND i % 300 = 7;

INSERT INTO scim (method, target, body, options)
SELECT 'PATCH', '/Groups/g' || i, json_object('Operations', json_array(
         json_object('op', 'add', 'path', 'members', 'value',
                     json_array(json_object('value', 'u' || i))))),
       json_object('authorization', c.secret, 'now', '2026-11-11T00:00:00Z')
  FROM person, caller AS c
 WHERE c.tenant = 0 AND i BETWEEN 2 AND 20;

INSERT INTO scim (method, target, options)
SELECT 'DELETE', '/Users/u' || i,
       json_object('authorization', c.secret, 'now', '2026-11-12T00:00:00Z')
  FROM person, caller AS c
 WHERE c.tenant = i % 10 / 9 AND i % 100 = 3;

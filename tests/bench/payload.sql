-- The users of the bench, as Entra ID sends them: about 1.2 KB each, all of
-- one length, so that one captured reply stands for all. :people says how many.
CREATE TABLE payload (n INTEGER PRIMARY KEY, login TEXT, body TEXT);

WITH RECURSIVE number (n) AS (
  SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < :people),
person (n, tag, first, last) AS (
  SELECT n, format('%06d', n),
         substr('AlmaBodoCleoDinaEmilFinjGretHugo', 1 + n % 8 * 4, 4),
         substr('AdlerBauerCramsDrostEbertFranz', 1 + n % 6 * 5, 5)
    FROM number),
named (n, tag, first, last, login) AS (
  SELECT *, format('%s.%s.%s@contoso.example', lower(first), lower(last), tag)
    FROM person)
INSERT INTO payload
SELECT n, login, json_object(
  'schemas', json_array(
    'urn:ietf:params:scim:schemas:core:2.0:User',
    'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'),
  'externalId', format('8f2c6f0e-5d1b-4a0c-9d53-7be0c2%s', tag),
  'userName', login,
  'active', json('true'),
  'displayName', first || ' ' || last,
  'title', 'Senior Field Engineer',
  'preferredLanguage', 'en-GB',
  'name', json_object(
    'formatted', first || ' ' || last,
    'familyName', last, 'givenName', first),
  'emails', json_array(json_object(
    'primary', json('true'), 'type', 'work', 'value', login)),
  'addresses', json_array(json_object(
    'primary', json('true'), 'type', 'work',
    'formatted', '12 Harbour Street, 20457 Hamburg',
    'streetAddress', '12 Harbour Street', 'locality', 'Hamburg',
    'region', 'Hamburg', 'postalCode', '20457', 'country', 'Germany')),
  'phoneNumbers', json_array(
    json_object('type', 'work', 'value', '+49 40 ' || tag),
    json_object('type', 'mobile', 'value', '+49 171 ' || tag),
    json_object('type', 'fax', 'value', '+49 40 99' || tag)),
  'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User', json_object(
    'employeeNumber', tag, 'costCenter', 'CC-' || substr(tag, 3),
    'organization', 'Contoso Northern Europe', 'division', 'Field Services',
    'department', 'Department ' || substr(tag, 5),
    'manager', json_object(
      'value', format('3b1f7c52-90de-4e61-8a37-d04c55%s', substr(tag, 1, 5)
                      || '0'))),
  'meta', json_object('resourceType', 'User'))
  FROM named;

-- What version1.db is asked, before and after it is upgraded; the answers of
-- version 1 are in version1.answers. Reads only. Each question begins with its
-- sentence; columns are named, so that a later version may have more of them.

.mode list
.separator " | "
.nullvalue NULL

-- ---- One resource

.print # a user is got by its id
SELECT scim_apply('GET', '/Users/ada', NULL, NULL);
.print # every resource is got by its id
SELECT id, json_extract(r, '$.status'), json_extract(r, '$.headers.ETag'),
       json_extract(r, '$.body')
  FROM (SELECT r.id, scim_apply('GET', json_extract(t.definition, '$.endpoint')
               || '/' || r.id, NULL, json_object('tenant', r.tenant)) AS r
          FROM scim_resource AS r
          JOIN scim_resource_type AS t ON t.name = r.type
         ORDER BY r.resource);
.print # a deleted user is not there
SELECT scim_apply('GET', '/Users/eve', NULL, NULL);
.print # a resource of another tenant is not there
SELECT json_extract(scim_apply('GET', '/Users/carl', NULL, NULL), '$.status');
.print # a version that is known is not sent again
SELECT json_extract(scim_apply('GET', '/Users/ada', NULL,
  json_object('if_none_match', (SELECT 'W/"' || version || '"'
    FROM scim_resource WHERE tenant = 'default' AND id = 'ada'))), '$.status');

-- ---- Lists, sorts, pages

.print # all users
SELECT json_extract(scim_apply('GET', '/Users', NULL, NULL), '$.body');
.print # all groups without their members
SELECT json_extract(scim_apply('GET',
  '/Groups?excludedAttributes=members', NULL, NULL), '$.body');
.print # all things of a type of one's own
SELECT json_extract(scim_apply('GET', '/Devices', NULL, NULL), '$.body');
.print # a tenant's page is as long as its settings say
SELECT json_extract(r, '$.body.itemsPerPage'),
       json_extract(r, '$.body.totalResults'),
       json_extract(r, '$.body.Resources[0].meta.location')
  FROM (SELECT scim_apply('GET', '/Users', NULL, '{"tenant":"acme"}') AS r);
.print # a list that is sorted
SELECT (SELECT group_concat(json_extract(value, '$.id'))
          FROM json_each(r, '$.body.Resources'))
  FROM (SELECT scim_apply('GET', '/Users?sortBy=userName&sortOrder=descending',
          NULL, NULL) AS r);
.print # pages by cursor go on
SELECT (SELECT group_concat(json_extract(value, '$.id'))
          FROM json_each(r, '$.body.Resources'))
  FROM (SELECT scim_apply('GET', '/Users?count=2&cursor='
          || json_extract(scim_apply('GET', '/Users?cursor&count=2', NULL,
               '{"now":"2026-04-01T00:00:00Z"}'), '$.body.nextCursor'),
          NULL, '{"now":"2026-04-01T00:01:00Z"}') AS r);
.print # a cursor that version 1 gave is still one
SELECT (SELECT group_concat(json_extract(value, '$.id'))
          FROM json_each(r, '$.body.Resources'))
  FROM (SELECT scim_apply('GET', '/Users?count=2&cursor=M2Q0NjljNDQ2OWM4Y2E1NjZmN2RiOTg0OGU2YjhjNDNbIjIwMjYtMDQtMDFUMDA6MDA6MDAuMDAwWiIsZmFsc2UsMl0',
          NULL, '{"now":"2026-04-01T00:01:00Z"}') AS r);

-- ---- Filters

.print # filters find what they found
WITH q (type, filter) AS (VALUES
  ('User', 'userName eq "ADA@example.com"'), ('User', 'externalId eq "e-2"'),
  ('User', 'userName sw "ÄNNE"'), ('User', 'title pr'),
  ('User', 'title eq "analyst"'), ('User', 'title gt "b"'),
  ('User', 'name.familyName eq "strasse"'), ('User', 'active eq false'),
  ('User', 'active ne true'), ('User', 'not (title pr)'),
  ('User', 'emails.value eq "ada@EXAMPLE.com"'),
  ('User', 'emails[type eq "home" and value ew ".example"]'),
  ('User', 'displayName co "ada"'), ('User', 'nickName pr'),
  ('User', 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department eq "R&D"'),
  ('User', 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value eq "ada"'),
  ('User', 'urn:example:Badge:number eq 7'), ('User', 'urn:example:Badge:doors pr'),
  ('User', 'preferredLanguage eq "en" and userType eq "employee"'),
  ('User', 'groups.value eq "sales"'),
  ('User', 'meta.lastModified gt "2026-03-02T12:00:00Z"'),
  ('Group', 'displayName eq "all"'), ('Group', 'members eq "ada"'),
  ('Group', 'members.value eq "sales"'), ('Group', 'externalId pr'),
  ('Device', 'serial eq "A-1"'), ('Device', 'serial eq "a-1"'),
  ('Device', 'weight eq 1.5'), ('Device', 'weight lt 1.5'),
  ('Device', 'bought eq "2026-02-01T08:00:00Z"'), ('Device', 'leased eq true'),
  ('Device', 'ports eq 443'), ('Device', 'owner.value eq "ada"'))
SELECT filter, coalesce((SELECT group_concat(id)
                           FROM scim_filter(q.type, q.filter)), 'nobody')
  FROM q;
.print # and the same in another tenant
SELECT (SELECT group_concat(id) FROM scim_filter('User', 'userName co "a"')
         WHERE tenant = 'acme'),
       (SELECT group_concat(id) FROM scim_filter('Group', 'members eq "ada"')
         WHERE tenant = 'acme');
.print # scim_filter shows the documents and their times
SELECT id, version, created, modified, resource, doc
  FROM scim_filter('User', 'userName co "example"', 'userName');
.print # scim_match, scim_validate and scim_attributes know the types
SELECT scim_match('urn:example:Badge:number gt 6', doc) FROM scim_resource
 WHERE id = 'ada' AND tenant = 'default';
SELECT id, scim_validate(type, doc) FROM scim_resource ORDER BY resource;
SELECT path, a.type, value, "primary", data_type, position
  FROM scim_resource AS r, scim_attributes(r.doc) AS a
 WHERE r.type = 'Device' ORDER BY r.id, path, position;

-- ---- History

.print # users as they stood
WITH t (time) AS (VALUES ('2026-01-31T00:00:00Z'), ('2026-02-01T08:00:01Z'),
  ('2026-03-01T00:00:00Z'), ('2026-03-04T00:00:00Z'), ('2027-01-01T00:00:00Z'))
SELECT t.time, id, version, modified, doc
  FROM t, scim_as_of('User', t.time) ORDER BY t.time, id;
.print # things, and another tenant's users, as they stood
SELECT id, version, modified, doc FROM scim_as_of('Device', '2026-03-01');
SELECT id, version, modified, doc FROM scim_as_of('User', '2026-03-01')
 WHERE tenant = 'acme';
.print # the log
SELECT seq, time, tenant, token, method, target, status, scim_type, detail,
       action, type, id, version, before, after, member_add, member_drop,
       groups_left
  FROM scim_log ORDER BY seq;
.print # the log as the table scim shows it
SELECT rowid, method, target, status, action, id, version FROM scim;

-- ---- Tokens

.print # tokens open what they opened
SELECT token, json_extract(r, '$.status'), json_extract(r, '$.body.detail'),
       json_extract(r, '$.body.userName')
  FROM (SELECT value AS token, scim_apply('GET', '/Me', NULL,
               json_object('authorization', 'Bearer ' || value)) AS r
          FROM json_each('["scim_a-secret-of-version-1",
            "scim_a-secret-of-version-2", "scim_a-secret-of-version-3",
            "scim_a-secret-of-version-4", "scim_a-secret-of-version-5"]'));
.print # a token leads to its tenant
SELECT json_extract(scim_apply('GET', '/Users?filter=userName+co+%22a%22', NULL,
  '{"authorization":"Bearer scim_a-secret-of-version-2"}'), '$.body');
.print # a token that may only read may not write
SELECT json_extract(scim_apply('DELETE', '/Users/ada', NULL,
  '{"authorization":"Bearer scim_a-secret-of-version-2","dry_run":true}'),
  '$.status');
.print # the table of tokens
SELECT token, tenant, label, digest, scopes, resource, created, expires,
       revoked, last_used
  FROM scim_token ORDER BY token;

-- ---- Views and tables

.print # scim_user
SELECT tenant, id, user_name, external_id, active, display_name, given_name,
       family_name, title, email, department, employee_number, manager,
       manager_name, created, modified, version
  FROM scim_user ORDER BY tenant, id;
.print # scim_group
SELECT tenant, id, display_name, external_id, members, created, modified,
       version
  FROM scim_group ORDER BY tenant, id;
.print # scim_membership
SELECT tenant, group_id, group_name, member, member_type, member_name, source
  FROM scim_membership ORDER BY tenant, group_id, member;
.print # scim_email
SELECT tenant, user, user_name, value, type, "primary"
  FROM scim_email ORDER BY tenant, user, value;
.print # scim_name
SELECT tenant, type, id, name, deleted FROM scim_name ORDER BY tenant, type, id;
.print # scim_history
SELECT seq, time, tenant, token, label, method, action, type, id, name,
       attribute, old, new
  FROM scim_history ORDER BY seq, type, id, attribute, old, new;
.print # scim_sync
SELECT tenant, token, label, started, ended, requests, created, updated,
       deactivated, reactivated, deleted, failed
  FROM scim_sync ORDER BY tenant, token, started;
.print # nothing is wrong with the definitions, nor what does not fit them
SELECT count(*) FROM scim_mistake;
SELECT count(*) FROM scim_misfit;
.print # tenants and their settings
SELECT name, idp, base_url, settings, created FROM scim_tenant ORDER BY name;
.print # defaults
SELECT type, attribute, value FROM scim_default ORDER BY type, attribute;
.print # which attributes are indexed
SELECT type, attribute FROM scim_index ORDER BY type, attribute;
.print # what must be unique
SELECT u.tenant, u.type, u.attribute, u.key, r.id
  FROM scim_unique AS u JOIN scim_resource AS r USING (resource)
 ORDER BY 1, 2, 3, 4;
.print # the counts
SELECT tenant, type, live FROM scim_count ORDER BY tenant, type;
.print # the custom definitions
SELECT id, definition FROM scim_schema WHERE id LIKE 'urn:example:%'
 ORDER BY id;
SELECT name, endpoint, definition FROM scim_resource_type WHERE name = 'Device';
.print # what people added to the file
SELECT id, user_name, note FROM app_person ORDER BY id;

-- Reporting views over the tables of schema.sql. Built-in functions of SQLite
-- 3.40 only, so a stock sqlite3 answers them without the extension. A column
-- named after a thing (user, manager, member) holds its SCIM id, and the same
-- with _name its name; groups are group_id, as GROUP is a keyword. README.md
-- beside this file documents every column.

-- One row a user. email is the primary address, else the first of type work,
-- else the first. active is 1 or 0, or NULL if the client never said.
--   SELECT user_name, email FROM scim_user WHERE active AND department = 'R&D';
CREATE VIEW scim_user (
  tenant, id, user_name, external_id, active, display_name, given_name,
  family_name, title, email, department, employee_number, manager,
  manager_name, created, modified, version
) AS
SELECT u.tenant, u.id,
       json_extract(u.doc, '$.userName'),
       json_extract(u.doc, '$.externalId'),
       json_extract(u.doc, '$.active'),
       json_extract(u.doc, '$.displayName'),
       json_extract(u.doc, '$.name.givenName'),
       json_extract(u.doc, '$.name.familyName'),
       json_extract(u.doc, '$.title'),
       (SELECT json_extract(e.value, '$.value')
          FROM json_each(u.doc, '$.emails') AS e
         WHERE json_extract(e.value, '$.value') IS NOT NULL
         ORDER BY json_extract(e.value, '$.primary') IS 1 DESC,
                  lower(json_extract(e.value, '$.type')) IS 'work' DESC,
                  e.key
         LIMIT 1),
       json_extract(u.doc,
 '$."urn:ietf:params:scim:schemas:extension:enterprise:2.0:User".department'),
       json_extract(u.doc,
 '$."urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"'
 || '.employeeNumber'),
       json_extract(u.doc,
 '$."urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"'
 || '.manager.value'),
       (SELECT coalesce(json_extract(m.doc, '$.displayName'),
                        json_extract(m.doc, '$.userName'))
          FROM scim_resource AS m
         WHERE m.tenant = u.tenant AND m.id = json_extract(u.doc,
 '$."urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"'
 || '.manager.value')),
       u.created, u.modified, u.version
  FROM scim_resource AS u
 WHERE u.type = 'User';

-- One row a group. members counts its direct members.
--   SELECT display_name, members FROM scim_group ORDER BY members DESC;
CREATE VIEW scim_group (
  tenant, id, display_name, external_id, members, created, modified, version
) AS
SELECT g.tenant, g.id,
       json_extract(g.doc, '$.displayName'),
       json_extract(g.doc, '$.externalId'),
       (SELECT count(*) FROM scim_member AS m WHERE m."group" = g.resource),
       g.created, g.modified, g.version
  FROM scim_resource AS g
 WHERE g.type = 'Group';

-- One row an e-mail address of a user, in the spelling that was sent.
--   SELECT user_name FROM scim_email WHERE value LIKE '%@example.com';
CREATE VIEW scim_email (tenant, user, user_name, value, type, "primary") AS
SELECT u.tenant, u.id,
       json_extract(u.doc, '$.userName'),
       json_extract(e.value, '$.value'),
       json_extract(e.value, '$.type'),
       json_extract(e.value, '$.primary') IS 1
  FROM scim_resource AS u, json_each(u.doc, '$.emails') AS e
 WHERE u.type = 'User'
   AND json_extract(e.value, '$.value') IS NOT NULL;

-- One row a name: of every resource that lives, and of every one that was
-- deleted. name is userName, else displayName; deleted is when, or NULL.
--   SELECT name, deleted FROM scim_name WHERE id = '…';
CREATE VIEW scim_name (tenant, type, id, name, deleted) AS
SELECT r.tenant, r.type, r.id,
       coalesce(json_extract(r.doc, '$.userName'),
                json_extract(r.doc, '$.displayName')),
       CAST(NULL AS TEXT)
  FROM scim_resource AS r
 UNION ALL
SELECT d.tenant, d.type, d.id,
       coalesce(json_extract(d.before, '$.userName'),
                json_extract(d.before, '$.displayName')),
       d.time
  FROM scim_log AS d
 WHERE d.action = 'delete'
   AND d.seq = (SELECT max(later.seq) FROM scim_log AS later
                 WHERE later.id = d.id AND later.tenant = d.tenant
                   AND later.action IN ('create', 'delete'));

-- One row a direct membership. member_name is that of the member if it is
-- known here, else what the client called it.
--   SELECT member_name FROM scim_membership WHERE group_name = 'Sales';
CREATE VIEW scim_membership (
  tenant, group_id, group_name, member, member_type, member_name, source
) AS
SELECT g.tenant, g.id,
       json_extract(g.doc, '$.displayName'),
       m.value,
       coalesce(r.type, m.type),
       coalesce(json_extract(r.doc, '$.userName'),
                json_extract(r.doc, '$.displayName'), m.display),
       m.source
  FROM scim_member AS m
  JOIN scim_resource AS g ON g.resource = m."group"
  LEFT JOIN scim_resource AS r ON r.tenant = g.tenant AND r.id = m.value;

-- One row an attribute that one request changed, with the value before and
-- after. Sub-attributes are rows of their own (name.givenName), extension
-- attributes carry their URN, a multi-valued attribute is one row of JSON.
-- Members are rows with attribute members: joined has the id in new, left
-- has it in old. A user who is deleted shows as leaving each group.
-- A NULL token is a trusted caller from SQL, with the label '(sql)'.
--   SELECT time, label, old, new FROM scim_history
--    WHERE name = 'ada@example.com' AND attribute = 'title';
CREATE VIEW scim_history (
  seq, time, tenant, token, label, method, action, type, id, name,
  attribute, old, new
) AS
WITH
-- What the merge patches of the log say, leaf by leaf. An object is no leaf
-- and an array is one, with all that is in it.
leaf (seq, path, old, new) AS (
  SELECT l.seq, t.fullkey, json_extract(l.before, t.fullkey),
         json_extract(l.after, t.fullkey)
    FROM scim_log AS l, json_tree(l.after) AS t
   WHERE t.type <> 'object' AND instr(t.fullkey, '[') = 0
     AND json_type(l.before, t.fullkey) IS NOT 'object'
   UNION ALL
  SELECT l.seq, t.fullkey, json_extract(l.before, t.fullkey), NULL
    FROM scim_log AS l, json_tree(l.before) AS t
   WHERE t.type <> 'object' AND instr(t.fullkey, '[') = 0
     AND json_type(l.after, t.fullkey) IS NULL
),
-- $."urn:a:b".c.d becomes urn:a:b:c.d, and $.name.givenName loses its start.
change (seq, type, id, attribute, old, new) AS (
  SELECT l.seq, l.type, l.id,
         replace(CASE WHEN path LIKE '$."urn:%' AND instr(path, '".')
                      THEN substr(path, 4, instr(path, '".') - 4) || ':'
                           || substr(path, instr(path, '".') + 2)
                      ELSE substr(path, 3)
                 END, '"', ''),
         old, new
    FROM leaf JOIN scim_log AS l USING (seq)
   WHERE path NOT IN ('$.schemas', '$.id')
   UNION ALL
  SELECT l.seq, l.type, l.id, 'members', NULL,
         json_extract(m.value, '$.value')
    FROM scim_log AS l, json_each(l.member_add) AS m
   UNION ALL
  SELECT l.seq, l.type, l.id, 'members', m.value, NULL
    FROM scim_log AS l, json_each(l.member_drop) AS m
   UNION ALL
  SELECT l.seq, 'Group', g.value, 'members', l.id, NULL
    FROM scim_log AS l, json_each(l.groups_left) AS g
)
SELECT l.seq, l.time, l.tenant, l.token,
       iif(l.token IS NULL, '(sql)', t.label),
       l.method, l.action, c.type, c.id,
       (SELECT n.name FROM scim_name AS n
         WHERE n.tenant = l.tenant AND n.id = c.id),
       c.attribute, c.old, c.new
  FROM change AS c
  JOIN scim_log AS l USING (seq)
  LEFT JOIN scim_token AS t ON t.token = l.token
 WHERE l.action IS NOT NULL;

-- One row a run of an IdP: the requests of one token with less than 20
-- minutes between one and the next. deactivated and reactivated are also
-- counted in updated. Requests that no token was found for (401) are nobody's
-- run and left out.
--   SELECT label, started, failed FROM scim_sync ORDER BY started DESC;
CREATE VIEW scim_sync (
  tenant, token, label, started, ended, requests, created, updated,
  deactivated, reactivated, deleted, failed
) AS
WITH
request AS (
  SELECT seq, tenant, token, time, status, action,
         iif(action = 'update', json_extract(before, '$.active'), NULL) AS old,
         iif(action = 'update', json_extract(after, '$.active'), NULL) AS new,
         unixepoch(time) - lag(unixepoch(time)) OVER (
           PARTITION BY tenant, token ORDER BY time, seq) AS gap
    FROM scim_log
   WHERE token IS NOT NULL OR status <> 401
),
numbered AS (
  SELECT *, count(*) FILTER (WHERE gap >= 20 * 60) OVER (
              PARTITION BY tenant, token ORDER BY time, seq) AS run
    FROM request
)
SELECT n.tenant, n.token,
       iif(n.token IS NULL, '(sql)', t.label),
       min(n.time), max(n.time), count(*),
       count(*) FILTER (WHERE action = 'create'),
       count(*) FILTER (WHERE action = 'update'),
       count(*) FILTER (WHERE new = 0),
       count(*) FILTER (WHERE new = 1 AND old = 0),
       count(*) FILTER (WHERE action = 'delete'),
       count(*) FILTER (WHERE status >= 400)
  FROM numbered AS n
  LEFT JOIN scim_token AS t ON t.token = n.token
 GROUP BY n.tenant, n.token, n.run;

-- What resources hold that their definition does not fit (any more): names that
-- it does not know, values of another JSON type, what it requires and they are
-- without, and resources without a type. A definition may be replaced while
-- there are resources; nothing of them is lost, and this is what is to be
-- looked after.
CREATE VIEW scim_misfit (tenant, type, id, attribute, reason) AS
WITH attribute (schema, parent, name, many, kind, required) AS (
  SELECT s.id, '', lower(json_extract(a.value, '$.name')),
         coalesce(json_extract(a.value, '$.multiValued'), 0),
         lower(coalesce(json_extract(a.value, '$.type'), 'string')),
         coalesce(json_extract(a.value, '$.required'), 0)
    FROM scim_schema AS s, json_each(s.definition, '$.attributes') AS a
   UNION ALL
  SELECT s.id, lower(json_extract(a.value, '$.name')),
         lower(json_extract(b.value, '$.name')),
         coalesce(json_extract(b.value, '$.multiValued'), 0),
         lower(coalesce(json_extract(b.value, '$.type'), 'string')), 0
    FROM scim_schema AS s, json_each(s.definition, '$.attributes') AS a,
         json_each(a.value, '$.subAttributes') AS b),
part (tenant, type, id, schema, prefix, body) AS (
  SELECT r.tenant, r.type, r.id, json_extract(t.definition, '$.schema'), '',
         r.doc
    FROM scim_resource AS r
    JOIN scim_resource_type AS t ON t.name = r.type
   UNION ALL
  SELECT r.tenant, r.type, r.id, json_extract(e.value, '$.schema'),
         json_extract(e.value, '$.schema') || ':', d.value
    FROM scim_resource AS r
    JOIN scim_resource_type AS t ON t.name = r.type,
         json_each(t.definition, '$.schemaExtensions') AS e,
         json_each(r.doc) AS d
   WHERE lower(d.key) = lower(json_extract(e.value, '$.schema'))),
top (tenant, type, id, schema, prefix, name, kind, body) AS (
  SELECT p.tenant, p.type, p.id, p.schema, p.prefix, d.key, d.type, d.value
    FROM part AS p, json_each(p.body) AS d
   WHERE p.prefix <> ''
      OR (d.key NOT IN ('schemas', 'id', 'externalId')
          AND lower(d.key) NOT IN (
              SELECT lower(json_extract(e.value, '$.schema'))
                FROM scim_resource_type AS t,
                     json_each(t.definition, '$.schemaExtensions') AS e
               WHERE t.name = p.type))),
element (tenant, type, id, schema, prefix, name, kind, body) AS (
  SELECT t.tenant, t.type, t.id, t.schema, t.prefix, t.name, e.type, e.value
    FROM top AS t, json_each(t.body) AS e
   WHERE t.kind = 'array'
   UNION ALL
  SELECT tenant, type, id, schema, prefix, name, kind, body
    FROM top
   WHERE kind <> 'array'),
sub (tenant, type, id, schema, prefix, parent, name, kind) AS (
  SELECT e.tenant, e.type, e.id, e.schema, e.prefix, e.name, d.key, d.type
    FROM element AS e, json_each(e.body) AS d
   WHERE e.kind = 'object'),
fit (kind, json) AS (
  VALUES ('complex', 'object'), ('boolean', 'true'), ('boolean', 'false'),
         ('integer', 'integer'), ('integer', 'real'), ('decimal', 'integer'),
         ('decimal', 'real'), ('string', 'text'), ('datetime', 'text'),
         ('binary', 'text'), ('reference', 'text'))
SELECT tenant, type, id, prefix || name, 'is not defined'
  FROM top
 WHERE NOT EXISTS (SELECT 1 FROM attribute AS a
                    WHERE a.schema = top.schema AND a.parent = ''
                      AND a.name = lower(top.name))
 UNION ALL
SELECT t.tenant, t.type, t.id, t.prefix || t.name,
       CASE WHEN a.many THEN 'is no list' ELSE 'is a list' END
  FROM top AS t
  JOIN attribute AS a ON a.schema = t.schema AND a.parent = ''
                     AND a.name = lower(t.name)
 WHERE a.many <> (t.kind = 'array')
 UNION
SELECT e.tenant, e.type, e.id, e.prefix || e.name, 'is of JSON type ' || e.kind
  FROM element AS e
  JOIN attribute AS a ON a.schema = e.schema AND a.parent = ''
                     AND a.name = lower(e.name)
 WHERE (a.kind, e.kind) NOT IN (SELECT kind, json FROM fit)
 UNION
SELECT s.tenant, s.type, s.id, s.prefix || s.parent || '.' || s.name,
       CASE WHEN b.name IS NULL THEN 'is not defined'
            ELSE 'is of JSON type ' || s.kind END
  FROM sub AS s
  JOIN attribute AS a ON a.schema = s.schema AND a.parent = ''
                     AND a.name = lower(s.parent) AND a.kind = 'complex'
  LEFT JOIN attribute AS b ON b.schema = s.schema AND b.parent = a.name
                          AND b.name = lower(s.name)
 WHERE b.name IS NULL
    OR (NOT b.many AND (b.kind, s.kind) NOT IN (SELECT kind, json FROM fit))
 UNION ALL
SELECT p.tenant, p.type, p.id, p.prefix || a.name, 'is required'
  FROM part AS p
  JOIN attribute AS a ON a.schema = p.schema AND a.parent = '' AND a.required
 WHERE a.name <> 'members'
   AND NOT EXISTS (SELECT 1 FROM json_each(p.body) AS d
                    WHERE lower(d.key) = a.name)
 UNION ALL
SELECT r.tenant, r.type, r.id, json_extract(e.value, '$.schema'), 'is required'
  FROM scim_resource AS r
  JOIN scim_resource_type AS t ON t.name = r.type,
       json_each(t.definition, '$.schemaExtensions') AS e
 WHERE json_extract(e.value, '$.required')
   AND NOT EXISTS (SELECT 1 FROM json_each(r.doc) AS d
                    WHERE lower(d.key) =
                          lower(json_extract(e.value, '$.schema')))
 UNION ALL
SELECT tenant, type, id, NULL, 'is of a type that is not defined'
  FROM scim_resource AS r
 WHERE NOT EXISTS (SELECT 1 FROM scim_resource_type AS t
                    WHERE t.name = r.type);

-- The one door for changes. The extension computes, then executes a single
-- INSERT INTO scim_commit; the trigger below spreads the row over the tables.
-- One statement is atomic wherever it is called from: a SELECT, a
-- transaction, a trigger, a virtual table. Built-in functions only.
--
-- action is 'create', 'update', 'delete', 'none' (log only), 'token', or one of
-- the steps in which a filter index is built: 'rebuild' (empties it for a
-- type), 'index' (the keys of one resource), 'built' (it may be used). value_add and value_drop are
-- JSON arrays of [attribute, key], unique_add and unique_drop of [attribute,
-- key, tenant] ('' where uniqueness is global); member_add is an array of
-- {value, type, display}, member_drop an array of ids. data is the JSON of a
-- 'token'.
CREATE VIEW scim_commit (
  action, tenant, type, resource, id, version, time, doc,
  value_add, value_drop, unique_add, unique_drop,
  member_add, member_drop, source,
  token, method, target, status, scim_type, detail, before, after, data
) AS SELECT
  NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
  NULL, NULL, NULL, NULL,
  NULL, NULL, NULL,
  NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
WHERE 0;

CREATE TRIGGER scim_commit_insert INSTEAD OF INSERT ON scim_commit BEGIN

  -- Who did what. Comes first: it notes the groups that a deleted resource
  -- is about to leave.
  INSERT INTO scim_log (time, tenant, token, method, target, status,
         scim_type, detail, action, type, id, version, before, after,
         member_add, member_drop, groups_left)
  SELECT NEW.time, NEW.tenant, NEW.token, NEW.method, NEW.target, NEW.status,
         NEW.scim_type, NEW.detail, nullif(NEW.action, 'none'), NEW.type,
         NEW.id, NEW.version, NEW.before, NEW.after,
         NEW.member_add,
         CASE WHEN NEW.action = 'delete' THEN
           (SELECT nullif(json_group_array(value), '[]')
              FROM scim_member
             WHERE "group" = NEW.resource)
         ELSE NEW.member_drop END,
         CASE WHEN NEW.action = 'delete' THEN
           (SELECT nullif(json_group_array(g.id), '[]')
              FROM scim_member AS m
              JOIN scim_resource AS g ON g.resource = m."group"
             WHERE m.value = NEW.id AND g.tenant = NEW.tenant)
         END
   WHERE NEW.action IN ('create', 'update', 'delete', 'none');

  -- The resource itself.
  INSERT INTO scim_resource (tenant, type, id, version, created, modified, doc)
  SELECT NEW.tenant, NEW.type, NEW.id, NEW.version, NEW.time, NEW.time, NEW.doc
   WHERE NEW.action = 'create';

  UPDATE scim_resource
     SET version = NEW.version, modified = NEW.time, doc = NEW.doc
   WHERE NEW.action = 'update' AND resource = NEW.resource;

  DELETE FROM scim_resource
   WHERE NEW.action = 'delete' AND resource = NEW.resource;

  INSERT INTO scim_count (tenant, type, live)
  SELECT NEW.tenant, NEW.type, NEW.action = 'create'
   WHERE NEW.action IN ('create', 'delete')
      ON CONFLICT (tenant, type) DO UPDATE
     SET live = live + iif(NEW.action = 'create', 1, -1);

  -- What filters and uniqueness look at. The tables below have no rowid, so
  -- last_insert_rowid() stays that of the resource just created.
  -- The rows to go are found by whole keys: compared with the JSON itself,
  -- SQLite would walk through all values of an attribute.
  DELETE FROM scim_value
   WHERE NEW.value_drop IS NOT NULL
     AND (tenant, type, attribute, key, resource) IN (
         SELECT v.tenant, v.type, v.attribute, v.key, v.resource
           FROM json_each(NEW.value_drop) AS j
          CROSS JOIN scim_value AS v
             ON v.tenant = NEW.tenant AND v.type = NEW.type
            AND v.attribute = json_extract(j.value, '$[0]')
            AND v.key = json_extract(j.value, '$[1]')
            AND v.resource = NEW.resource);

  INSERT OR IGNORE INTO scim_value (tenant, type, attribute, key, resource)
  SELECT NEW.tenant, NEW.type, json_extract(value, '$[0]'),
         json_extract(value, '$[1]'),
         coalesce(NEW.resource, last_insert_rowid())
    FROM json_each(NEW.value_add);

  DELETE FROM scim_unique
   WHERE NEW.unique_drop IS NOT NULL
     AND (tenant, type, attribute, key) IN (
         SELECT u.tenant, u.type, u.attribute, u.key
           FROM json_each(NEW.unique_drop) AS j
          CROSS JOIN scim_unique AS u
             ON u.tenant = json_extract(j.value, '$[2]')
            AND u.type = NEW.type
            AND u.attribute = json_extract(j.value, '$[0]')
            AND u.key = json_extract(j.value, '$[1]')
          WHERE u.resource = NEW.resource);

  INSERT INTO scim_unique (tenant, type, attribute, key, resource)
  SELECT json_extract(value, '$[2]'), NEW.type, json_extract(value, '$[0]'),
         json_extract(value, '$[1]'),
         coalesce(NEW.resource, last_insert_rowid())
    FROM json_each(NEW.unique_add)
   WHERE NEW.action <> 'index'
      OR NOT EXISTS (
         SELECT 1
           FROM scim_unique AS u
          WHERE u.tenant = json_extract(json_each.value, '$[2]')
            AND u.type = NEW.type
            AND u.attribute = json_extract(json_each.value, '$[0]')
            AND u.key = json_extract(json_each.value, '$[1]'));

  -- Building an index. built stays 0 until all of it is there, so that a
  -- build that fails is begun anew by the next write.
  UPDATE scim_index SET built = 0
   WHERE NEW.action = 'rebuild' AND type = NEW.type AND built = 1;

  DELETE FROM scim_value WHERE NEW.action = 'rebuild' AND type = NEW.type;
  DELETE FROM scim_unique WHERE NEW.action = 'rebuild' AND type = NEW.type;

  UPDATE scim_index SET built = 1
   WHERE NEW.action = 'built' AND type = NEW.type;

  -- Members. type is what the id really is, else what was sent.
  DELETE FROM scim_member
   WHERE NEW.member_drop IS NOT NULL AND "group" = NEW.resource
     AND value IN (SELECT value FROM json_each(NEW.member_drop));

  INSERT INTO scim_member ("group", value, type, display, source)
  SELECT coalesce(NEW.resource, last_insert_rowid()),
         json_extract(j.value, '$.value'),
         coalesce((SELECT r.type FROM scim_resource AS r
                    WHERE r.tenant = NEW.tenant
                      AND r.id = json_extract(j.value, '$.value')),
                  json_extract(j.value, '$.type')),
         json_extract(j.value, '$.display'),
         coalesce(NEW.source, 'idp')
    FROM json_each(NEW.member_add) AS j
   WHERE true
      ON CONFLICT ("group", value) DO UPDATE
     SET type = excluded.type,
         display = coalesce(excluded.display, display);

  -- Groups may have named the resource before it was there (RFC 7644 section
  -- 3.7.1: a bulk request in which resources refer to each other).
  UPDATE scim_member
     SET type = NEW.type
   WHERE NEW.action = 'create' AND value = NEW.id AND type IS NULL
     AND EXISTS (SELECT 1
                   FROM scim_resource AS g
                  WHERE g.resource = "group" AND g.tenant = NEW.tenant);

  -- A deleted resource leaves its groups, and takes its own members along.
  UPDATE scim_resource
     SET version = version + 1, modified = NEW.time
   WHERE NEW.action = 'delete' AND +tenant = NEW.tenant
     AND resource IN (SELECT "group" FROM scim_member WHERE value = NEW.id);

  DELETE FROM scim_member
   WHERE NEW.action = 'delete' AND value = NEW.id
     AND EXISTS (SELECT 1
                   FROM scim_resource AS g
                  WHERE g.resource = "group" AND g.tenant = NEW.tenant);

  DELETE FROM scim_member
   WHERE NEW.action = 'delete' AND "group" = NEW.resource;

  -- Tokens: a new one, and the hour in which one was last used for a write.
  INSERT OR IGNORE INTO scim_tenant (name, created)
  SELECT NEW.tenant, NEW.time
   WHERE NEW.action = 'token';

  INSERT INTO scim_token (tenant, label, digest, scopes, resource, created,
         expires)
  SELECT NEW.tenant, json_extract(NEW.data, '$.label'),
         json_extract(NEW.data, '$.digest'),
         json_extract(NEW.data, '$.scopes'),
         json_extract(NEW.data, '$.resource'), NEW.time,
         json_extract(NEW.data, '$.expires')
   WHERE NEW.action = 'token';

  UPDATE scim_token
     SET last_used = substr(NEW.time, 1, 13) || ':00:00.000Z'
   WHERE token = NEW.token
     AND last_used IS NOT substr(NEW.time, 1, 13) || ':00:00.000Z';
END;

-- What is wrong in the definitions: where, and what. Empty, because the
-- triggers below refuse a change that would put a row here.
CREATE VIEW scim_mistake (definition, place, mistake) AS
WITH attribute (definition, parent, place, position, value, type) AS (
  SELECT s.id, '', 'attributes[' || a.key || ']', a.key, a.value, a.type
    FROM scim_schema AS s, json_each(s.definition, '$.attributes') AS a
   UNION ALL
  SELECT t.definition, t.place, t.place || '.subAttributes[' || a.key || ']',
         a.key, a.value, a.type
    FROM attribute AS t, json_each(t.value, '$.subAttributes') AS a
   WHERE t.type = 'object' AND t.parent = ''),
object AS (
  SELECT definition, parent, position, value,
         place || ' (' || coalesce(json_extract(value, '$.name'), '') || ')'
         AS place,
         coalesce(json_extract(value, '$.name'), '') AS name,
         lower(coalesce(json_extract(value, '$.type'), 'string')) AS kind
    FROM attribute
   WHERE type = 'object'),
word (member, words) AS (
  VALUES ('mutability', 'readwrite readonly immutable writeonly'),
         ('returned', 'default always request never'),
         ('uniqueness', 'none server global')),
flag (member) AS (VALUES ('multiValued'), ('required'), ('caseExact'))
SELECT id, 'id', 'must be a URN' FROM scim_schema WHERE id NOT LIKE 'urn:_%'
 UNION ALL
SELECT id, 'attributes', 'must be an array'
  FROM scim_schema
 WHERE json_type(definition, '$.attributes') IS NOT 'array'
 UNION ALL
SELECT definition, place, 'must be an object'
  FROM attribute
 WHERE type <> 'object'
 UNION ALL
SELECT definition, place, 'needs a name of letters and digits'
  FROM object
 WHERE name NOT GLOB '[A-Za-z$]*' OR name GLOB '*[^-_A-Za-z0-9$]*'
 UNION ALL
SELECT definition, place, 'has an unknown type'
  FROM object
 WHERE kind NOT IN ('string', 'boolean', 'decimal', 'integer', 'datetime',
                    'binary', 'reference', 'complex')
 UNION ALL
SELECT definition, place, 'is complex within a complex attribute'
  FROM object
 WHERE kind = 'complex' AND parent <> ''
 UNION ALL
SELECT definition, place, 'is complex and needs subAttributes'
  FROM object
 WHERE kind = 'complex'
   AND coalesce(json_array_length(value, '$.subAttributes'), 0) = 0
 UNION ALL
SELECT definition, place, 'has an unknown ' || member
  FROM object, word
 WHERE json_type(value, '$.' || member) IS NOT NULL
   AND ' ' || words || ' ' NOT LIKE
       '% ' || json_extract(value, '$.' || member) || ' %'
 UNION ALL
SELECT definition, place, 'needs true or false for ' || member
  FROM object, flag
 WHERE json_type(value, '$.' || member) NOT IN ('true', 'false')
 UNION ALL
SELECT a.definition, a.place, 'has the name of another attribute'
  FROM object AS a
  JOIN object AS b USING (definition, parent)
 WHERE b.position < a.position AND lower(a.name) = lower(b.name)
 UNION ALL
SELECT name, 'name', 'must be text'
  FROM scim_resource_type
 WHERE json_type(definition, '$.name') IS NOT 'text' OR name = ''
 UNION ALL
SELECT name, 'endpoint', 'must be like "/Users" and no other''s'
  FROM scim_resource_type
 WHERE endpoint NOT GLOB '/[A-Za-z]*' OR substr(endpoint, 2) GLOB '*[/?#% ]*'
    OR lower(endpoint) IN ('/schemas', '/resourcetypes', '/bulk', '/me',
                           '/serviceproviderconfig')
 UNION ALL
SELECT t.name, 'schema', 'names an unknown schema'
  FROM scim_resource_type AS t
 WHERE NOT EXISTS (
       SELECT 1
         FROM scim_schema AS s
        WHERE lower(s.id) = lower(json_extract(t.definition, '$.schema')))
 UNION ALL
SELECT t.name, 'schemaExtensions[' || e.key || ']', 'names an unknown schema'
  FROM scim_resource_type AS t,
       json_each(t.definition, '$.schemaExtensions') AS e
 WHERE NOT EXISTS (
       SELECT 1
         FROM scim_schema AS s
        WHERE lower(s.id) = lower(json_extract(e.value, '$.schema')));

-- Definitions are data: whoever changes one makes every connection read them
-- again. A definition that is replaced also makes the filter index stale, and
-- one that is wrong is refused. RAISE knows only fixed words in SQLite 3.40;
-- the error of json_extract about a path that is none shows the place.
CREATE TRIGGER scim_schema_insert AFTER INSERT ON scim_schema
BEGIN
  SELECT json_extract('{}', definition || ', ' || place || ' ' || mistake)
    FROM scim_mistake
   LIMIT 1;
  UPDATE scim_meta SET value = value + 1 WHERE name = 'generation';
END;
CREATE TRIGGER scim_schema_update AFTER UPDATE ON scim_schema
BEGIN
  SELECT json_extract('{}', definition || ', ' || place || ' ' || mistake)
    FROM scim_mistake
   LIMIT 1;
  UPDATE scim_index SET built = 0;
  UPDATE scim_meta SET value = value + 1 WHERE name = 'generation';
END;
CREATE TRIGGER scim_schema_delete AFTER DELETE ON scim_schema
BEGIN
  SELECT json_extract('{}', definition || ', ' || place || ' ' || mistake)
    FROM scim_mistake
   LIMIT 1;
  UPDATE scim_meta SET value = value + 1 WHERE name = 'generation';
END;
CREATE TRIGGER scim_resource_type_insert AFTER INSERT ON scim_resource_type
BEGIN
  SELECT json_extract('{}', definition || ', ' || place || ' ' || mistake)
    FROM scim_mistake
   LIMIT 1;
  UPDATE scim_meta SET value = value + 1 WHERE name = 'generation';
END;
CREATE TRIGGER scim_resource_type_update AFTER UPDATE ON scim_resource_type
BEGIN
  SELECT json_extract('{}', definition || ', ' || place || ' ' || mistake)
    FROM scim_mistake
   LIMIT 1;
  UPDATE scim_index SET built = 0;
  UPDATE scim_meta SET value = value + 1 WHERE name = 'generation';
END;
CREATE TRIGGER scim_resource_type_delete AFTER DELETE ON scim_resource_type
BEGIN
  SELECT json_extract('{}', definition || ', ' || place || ' ' || mistake)
    FROM scim_mistake
   LIMIT 1;
  UPDATE scim_meta SET value = value + 1 WHERE name = 'generation';
END;
CREATE TRIGGER scim_index_insert AFTER INSERT ON scim_index
BEGIN
  UPDATE scim_meta SET value = value + 1 WHERE name = 'generation';
END;
CREATE TRIGGER scim_index_update AFTER UPDATE ON scim_index
BEGIN
  UPDATE scim_meta SET value = value + 1 WHERE name = 'generation';
END;
CREATE TRIGGER scim_index_delete AFTER DELETE ON scim_index
BEGIN
  DELETE FROM scim_value WHERE type = OLD.type AND attribute = OLD.attribute;
  UPDATE scim_meta SET value = value + 1 WHERE name = 'generation';
END;
CREATE TRIGGER scim_default_insert AFTER INSERT ON scim_default
BEGIN
  UPDATE scim_meta SET value = value + 1 WHERE name = 'generation';
END;
CREATE TRIGGER scim_default_update AFTER UPDATE ON scim_default
BEGIN
  UPDATE scim_meta SET value = value + 1 WHERE name = 'generation';
END;
CREATE TRIGGER scim_default_delete AFTER DELETE ON scim_default
BEGIN
  UPDATE scim_meta SET value = value + 1 WHERE name = 'generation';
END;

-- The one door for changes. The extension computes, then executes a single
-- INSERT INTO scim_commit; the triggers below spread the row over the tables.
-- One statement is atomic wherever it is called from: a SELECT, a
-- transaction, a trigger, a virtual table. Built-in functions only.
--
-- action is 'create', 'update', 'delete', 'none' (log only), 'token', or one of
-- the steps in which a filter index is built: 'rebuild' (empties it for a
-- type), 'index' (the keys of one resource), 'built' (it may be used).
--
-- resource is the row of scim_resource, a new one for a create. value_add,
-- value_drop, unique_add and unique_drop are JSON objects of attribute and key,
-- an attribute as often as it has keys; a key in an array is unique among all
-- tenants. member_add is an array of {value, type, display}, member_drop an
-- array of ids, as is groups_left of a delete. A row with a status is logged.
-- data is the JSON of a 'token'.
--
-- A trigger for each thing to do, so that what a row does not ask for costs
-- nothing. None relies on another having run before.
CREATE VIEW scim_commit (
  action, tenant, type, resource, id, version, time, doc,
  value_add, value_drop, unique_add, unique_drop,
  member_add, member_drop, groups_left, source,
  token, method, target, status, scim_type, detail, before, after, data
) AS SELECT
  NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
  NULL, NULL, NULL, NULL,
  NULL, NULL, NULL, NULL,
  NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
WHERE 0;

-- Who did what, and the hour in which a token was last used for a write.
CREATE TRIGGER scim_commit_log INSTEAD OF INSERT ON scim_commit
WHEN NEW.status IS NOT NULL
BEGIN
  INSERT INTO scim_log (time, tenant, token, method, target, status,
         scim_type, detail, action, type, id, version, before, after,
         member_add, member_drop, groups_left)
  VALUES (NEW.time, NEW.tenant, NEW.token, NEW.method, NEW.target, NEW.status,
         NEW.scim_type, NEW.detail,
         CASE WHEN NEW.action <> 'none' THEN NEW.action END,
         NEW.type, NEW.id, NEW.version, NEW.before, NEW.after,
         NEW.member_add, NEW.member_drop, NEW.groups_left);

  UPDATE scim_token
     SET last_used = substr(NEW.time, 1, 13) || ':00:00.000Z'
   WHERE token = NEW.token
     AND last_used IS NOT substr(NEW.time, 1, 13) || ':00:00.000Z';
END;

-- The resource itself. Groups may have named it before it was there (RFC 7644
-- section 3.7.1: a bulk request in which resources refer to each other).
CREATE TRIGGER scim_commit_create INSTEAD OF INSERT ON scim_commit
WHEN NEW.action = 'create'
BEGIN
  INSERT INTO scim_resource (resource, tenant, type, id, version, created,
         modified, doc)
  VALUES (NEW.resource, NEW.tenant, NEW.type, NEW.id, NEW.version, NEW.time,
         NEW.time, NEW.doc);

  INSERT INTO scim_count (tenant, type, live)
  VALUES (NEW.tenant, NEW.type, 1)
      ON CONFLICT (tenant, type) DO UPDATE SET live = live + 1;

  UPDATE scim_member
     SET type = NEW.type
   WHERE value = NEW.id AND type IS NULL
     AND EXISTS (SELECT 1
                   FROM scim_resource AS g
                  WHERE g.resource = "group" AND g.tenant = NEW.tenant);
END;

CREATE TRIGGER scim_commit_update INSTEAD OF INSERT ON scim_commit
WHEN NEW.action = 'update'
BEGIN
  UPDATE scim_resource
     SET version = NEW.version, modified = NEW.time, doc = NEW.doc
   WHERE resource = NEW.resource;
END;

-- A deleted resource leaves its groups, which are then of a new version, and
-- takes its own members along.
CREATE TRIGGER scim_commit_delete INSTEAD OF INSERT ON scim_commit
WHEN NEW.action = 'delete'
BEGIN
  DELETE FROM scim_resource WHERE resource = NEW.resource;

  UPDATE scim_count
     SET live = live - 1
   WHERE tenant = NEW.tenant AND type = NEW.type;

  UPDATE scim_resource
     SET version = version + 1, modified = NEW.time
   WHERE +tenant = NEW.tenant
     AND resource IN (SELECT "group" FROM scim_member WHERE value = NEW.id);

  DELETE FROM scim_member
   WHERE value = NEW.id
     AND EXISTS (SELECT 1
                   FROM scim_resource AS g
                  WHERE g.resource = "group" AND g.tenant = NEW.tenant);

  DELETE FROM scim_member WHERE "group" = NEW.resource;
END;

-- What filters look at. The rows to go are found by whole keys: compared with
-- the JSON itself, SQLite would walk through all values of an attribute.
CREATE TRIGGER scim_commit_value_drop INSTEAD OF INSERT ON scim_commit
WHEN NEW.value_drop IS NOT NULL
BEGIN
  DELETE FROM scim_value
   WHERE (tenant, type, attribute, key, resource) IN (
         SELECT v.tenant, v.type, v.attribute, v.key, v.resource
           FROM json_each(NEW.value_drop) AS j
          CROSS JOIN scim_value AS v
             ON v.tenant = NEW.tenant AND v.type = NEW.type
            AND v.attribute = j.key AND v.key = j.value
            AND v.resource = NEW.resource);
END;

CREATE TRIGGER scim_commit_value_add INSTEAD OF INSERT ON scim_commit
WHEN NEW.value_add IS NOT NULL
BEGIN
  INSERT OR IGNORE INTO scim_value (tenant, type, attribute, key, resource)
  SELECT NEW.tenant, NEW.type, key, value, NEW.resource
    FROM json_each(NEW.value_add);
END;

-- What must be unique, within the tenant or (an array) among all.
CREATE TRIGGER scim_commit_unique_drop INSTEAD OF INSERT ON scim_commit
WHEN NEW.unique_drop IS NOT NULL
BEGIN
  DELETE FROM scim_unique
   WHERE (tenant, type, attribute, key) IN (
         SELECT u.tenant, u.type, u.attribute, u.key
           FROM json_each(NEW.unique_drop) AS j
          CROSS JOIN scim_unique AS u
             ON u.tenant = CASE j.type WHEN 'array' THEN ''
                           ELSE NEW.tenant END
            AND u.type = NEW.type AND u.attribute = j.key
            AND u.key = CASE j.type WHEN 'array'
                        THEN json_extract(j.value, '$[0]') ELSE j.value END
          WHERE u.resource = NEW.resource);
END;

-- While an index is built, what is there already stays.
CREATE TRIGGER scim_commit_unique_add INSTEAD OF INSERT ON scim_commit
WHEN NEW.unique_add IS NOT NULL
BEGIN
  INSERT INTO scim_unique (tenant, type, attribute, key, resource)
  SELECT CASE j.type WHEN 'array' THEN '' ELSE NEW.tenant END,
         NEW.type, j.key,
         CASE j.type WHEN 'array'
         THEN json_extract(j.value, '$[0]') ELSE j.value END,
         NEW.resource
    FROM json_each(NEW.unique_add) AS j
   WHERE NEW.action <> 'index'
      OR NOT EXISTS (
         SELECT 1
           FROM scim_unique AS u
          WHERE u.tenant = CASE j.type WHEN 'array' THEN ''
                           ELSE NEW.tenant END
            AND u.type = NEW.type AND u.attribute = j.key
            AND u.key = CASE j.type WHEN 'array'
                        THEN json_extract(j.value, '$[0]') ELSE j.value END);
END;

-- Members. type is what the id really is, else what was sent.
CREATE TRIGGER scim_commit_member_drop INSTEAD OF INSERT ON scim_commit
WHEN NEW.member_drop IS NOT NULL AND NEW.action = 'update'
BEGIN
  DELETE FROM scim_member
   WHERE "group" = NEW.resource
     AND value IN (SELECT value FROM json_each(NEW.member_drop));
END;

CREATE TRIGGER scim_commit_member_add INSTEAD OF INSERT ON scim_commit
WHEN NEW.member_add IS NOT NULL
BEGIN
  INSERT INTO scim_member ("group", value, type, display, source)
  SELECT NEW.resource,
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
END;

-- Building an index. built stays 0 until all of it is there, so that a build
-- that fails is begun anew by the next write.
CREATE TRIGGER scim_commit_rebuild INSTEAD OF INSERT ON scim_commit
WHEN NEW.action = 'rebuild'
BEGIN
  UPDATE scim_index SET built = 0 WHERE type = NEW.type AND built = 1;
  DELETE FROM scim_value WHERE type = NEW.type;
  DELETE FROM scim_unique WHERE type = NEW.type;
END;

CREATE TRIGGER scim_commit_built INSTEAD OF INSERT ON scim_commit
WHEN NEW.action = 'built'
BEGIN
  UPDATE scim_index SET built = 1 WHERE type = NEW.type;
  UPDATE scim_meta SET value = 0 WHERE name = 'stale' AND NEW.type IS NULL;
  UPDATE scim_meta
     SET value = value + 1
   WHERE name = 'generation' AND NEW.type IS NULL;
END;

-- A token, and the tenant that it admits to.
CREATE TRIGGER scim_commit_token INSTEAD OF INSERT ON scim_commit
WHEN NEW.action = 'token'
BEGIN
  INSERT OR IGNORE INTO scim_tenant (name, created)
  VALUES (NEW.tenant, NEW.time);

  INSERT INTO scim_token (tenant, label, digest, scopes, resource, created,
         expires)
  VALUES (NEW.tenant, json_extract(NEW.data, '$.label'),
         json_extract(NEW.data, '$.digest'),
         json_extract(NEW.data, '$.scopes'),
         json_extract(NEW.data, '$.resource'), NEW.time,
         json_extract(NEW.data, '$.expires'));
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
SELECT id, 'id', 'must be a URN'
  FROM scim_schema
 WHERE id IS NULL OR id NOT LIKE 'urn:_%'
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
    OR endpoint IS NULL
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
SELECT a.name, 'name or endpoint', 'is that of ' || b.name
  FROM scim_resource_type AS a
  JOIN scim_resource_type AS b ON b.rowid < a.rowid
 WHERE lower(a.name) = lower(b.name) OR lower(a.endpoint) = lower(b.endpoint)
 UNION ALL
SELECT a.id, 'id', 'is that of another schema'
  FROM scim_schema AS a
  JOIN scim_schema AS b ON b.rowid < a.rowid AND lower(a.id) = lower(b.id)
 UNION ALL
SELECT name, 'schemaExtensions', 'must be an array'
  FROM scim_resource_type
 WHERE json_type(definition, '$.schemaExtensions') <> 'array'
 UNION ALL
SELECT t.name, 'schemaExtensions[' || e.key || ']', 'names an unknown schema'
  FROM scim_resource_type AS t,
       json_each(t.definition, '$.schemaExtensions') AS e
 WHERE NOT EXISTS (
       SELECT 1
         FROM scim_schema AS s
        WHERE lower(s.id) = CASE e.type WHEN 'object'
              THEN lower(json_extract(e.value, '$.schema')) END);

-- Definitions are data: whoever changes one makes every connection read them
-- again. A definition that is replaced also makes the filter index stale, and
-- one that is wrong is refused. RAISE knows only fixed words in SQLite 3.40;
-- the error of json_extract about a path that is none shows the place.
CREATE TRIGGER scim_schema_insert AFTER INSERT ON scim_schema
BEGIN
  UPDATE scim_schema
     SET id = json_extract(definition, '$.id')
   WHERE rowid = NEW.rowid;
  SELECT json_extract('{}', coalesce(definition, 'definition') || ', ' || place
                      || ' ' || mistake)
    FROM scim_mistake
   LIMIT 1;
  UPDATE scim_meta SET value = value + 1 WHERE name = 'generation';
END;
CREATE TRIGGER scim_schema_update AFTER UPDATE OF definition ON scim_schema
BEGIN
  UPDATE scim_schema
     SET id = json_extract(definition, '$.id')
   WHERE rowid = NEW.rowid;
  SELECT json_extract('{}', coalesce(definition, 'definition') || ', ' || place
                      || ' ' || mistake)
    FROM scim_mistake
   LIMIT 1;
  UPDATE scim_index SET built = 0;
  UPDATE scim_meta SET value = 1 WHERE name = 'stale';
  UPDATE scim_meta SET value = value + 1 WHERE name = 'generation';
END;
CREATE TRIGGER scim_schema_delete AFTER DELETE ON scim_schema
BEGIN
  SELECT json_extract('{}', coalesce(definition, 'definition') || ', ' || place
                      || ' ' || mistake)
    FROM scim_mistake
   LIMIT 1;
  UPDATE scim_meta SET value = value + 1 WHERE name = 'generation';
END;
CREATE TRIGGER scim_resource_type_insert AFTER INSERT ON scim_resource_type
BEGIN
  UPDATE scim_resource_type
     SET name = json_extract(definition, '$.name'),
         endpoint = json_extract(definition, '$.endpoint')
   WHERE rowid = NEW.rowid;
  SELECT json_extract('{}', coalesce(definition, 'definition') || ', ' || place
                      || ' ' || mistake)
    FROM scim_mistake
   LIMIT 1;
  UPDATE scim_meta SET value = value + 1 WHERE name = 'generation';
END;
CREATE TRIGGER scim_resource_type_update AFTER UPDATE OF definition ON scim_resource_type
BEGIN
  UPDATE scim_resource_type
     SET name = json_extract(definition, '$.name'),
         endpoint = json_extract(definition, '$.endpoint')
   WHERE rowid = NEW.rowid;
  SELECT json_extract('{}', coalesce(definition, 'definition') || ', ' || place
                      || ' ' || mistake)
    FROM scim_mistake
   LIMIT 1;
  UPDATE scim_index SET built = 0;
  UPDATE scim_meta SET value = 1 WHERE name = 'stale';
  UPDATE scim_meta SET value = value + 1 WHERE name = 'generation';
END;
CREATE TRIGGER scim_resource_type_delete AFTER DELETE ON scim_resource_type
BEGIN
  SELECT json_extract('{}', coalesce(definition, 'definition') || ', ' || place
                      || ' ' || mistake)
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
  SELECT RAISE(ABORT, 'value must be JSON')
   WHERE NOT json_valid(NEW.value);
  UPDATE scim_meta SET value = value + 1 WHERE name = 'generation';
END;
CREATE TRIGGER scim_default_update AFTER UPDATE ON scim_default
BEGIN
  SELECT RAISE(ABORT, 'value must be JSON')
   WHERE NOT json_valid(NEW.value);
  UPDATE scim_meta SET value = value + 1 WHERE name = 'generation';
END;
CREATE TRIGGER scim_default_delete AFTER DELETE ON scim_default
BEGIN
  UPDATE scim_meta SET value = value + 1 WHERE name = 'generation';
END;
CREATE TRIGGER scim_tenant_insert AFTER INSERT ON scim_tenant
BEGIN
  SELECT RAISE(ABORT, 'settings must be a JSON object')
   WHERE NOT json_valid(NEW.settings)
      OR json_type(NEW.settings) <> 'object';
END;
CREATE TRIGGER scim_tenant_update AFTER UPDATE OF settings ON scim_tenant
BEGIN
  SELECT RAISE(ABORT, 'settings must be a JSON object')
   WHERE NOT json_valid(NEW.settings)
      OR json_type(NEW.settings) <> 'object';
END;

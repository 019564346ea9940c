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

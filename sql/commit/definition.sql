-- Definitions are data: whoever changes one makes every connection read them
-- again, and one that is wrong is refused. Each trigger below says what has
-- changed, to the one that follows: "number" is the row of a schema or a type
-- that is there, whose other columns follow from its definition; "stale" is 1
-- where a definition was replaced, so that no filter index holds any more.
CREATE VIEW scim_definition_change (source, number, definition, stale) AS
SELECT NULL, NULL, NULL, NULL
 WHERE 0;

-- RAISE knows only fixed words in SQLite 3.40; the error of json_extract about
-- a path that is none shows the place. What else is wrong is no reason to
-- refuse, so that one thing at a time can be put right.
CREATE TRIGGER scim_definition_changed
INSTEAD OF INSERT ON scim_definition_change
BEGIN
  SELECT json_extract('{}', m.definition || ', ' || m.place || ' ' || m.mistake)
    FROM scim_definition_mistake AS m
   WHERE m.source = NEW.source AND m.definition = NEW.definition
   LIMIT 1;
  UPDATE scim_schema
     SET id = NEW.definition
   WHERE NEW.source = 'scim_schema' AND rowid = NEW.number;
  UPDATE scim_resource_type
     SET name = NEW.definition,
         endpoint = (SELECT m.atom FROM json_each(definition) AS m
                      WHERE lower(m.key) = 'endpoint')
   WHERE NEW.source = 'scim_resource_type' AND rowid = NEW.number;
  UPDATE scim_index SET built = 0 WHERE NEW.stale;
  UPDATE scim_meta SET value = 1 WHERE name = 'stale' AND NEW.stale;
  UPDATE scim_meta SET value = value + 1 WHERE name = 'generation';

  -- What is there of the types that it is about need not fit them any more.
  INSERT INTO scim_meta (name, value)
  SELECT DISTINCT 'unfit ' || c.type,
         (SELECT coalesce(max(resource), 0) FROM scim_resource)
    FROM scim_count AS c
   WHERE c.type IN (SELECT NEW.definition
                     WHERE NEW.source = 'scim_resource_type'
                     UNION
                    SELECT t.type
                      FROM scim_type_schema AS t
                     WHERE NEW.source = 'scim_schema'
                       AND lower(t.schema) = lower(NEW.definition))
      ON CONFLICT (name) DO UPDATE
     SET value = excluded.value;
END;

-- INSERT OR REPLACE by the rowid is an insert of what types with resources name.
CREATE TRIGGER scim_schema_insert AFTER INSERT ON scim_schema
BEGIN
  INSERT INTO scim_definition_change
  SELECT source, number, name,
         EXISTS (SELECT 1
                   FROM scim_type_schema AS t
                   JOIN scim_count AS c ON c.type = t.type
                  WHERE lower(t.schema) = lower(name) AND c.live > 0)
    FROM scim_definition
   WHERE source = 'scim_schema' AND number = NEW.rowid;
END;

-- A schema that a type names can neither take another id nor go.
CREATE TRIGGER scim_schema_update AFTER UPDATE OF definition ON scim_schema
BEGIN
  INSERT INTO scim_definition_change
  SELECT source, number, name, 1
    FROM scim_definition
   WHERE source = 'scim_schema' AND number = NEW.rowid;

  INSERT INTO scim_definition_change
  SELECT 'scim_resource_type', NULL, t.type, 0
    FROM scim_type_schema AS t
   WHERE lower(t.schema) = lower(OLD.id)
     AND NOT EXISTS (SELECT 1 FROM scim_schema AS s
                      WHERE lower(s.id) = lower(OLD.id));
END;

CREATE TRIGGER scim_schema_delete AFTER DELETE ON scim_schema
BEGIN
  INSERT INTO scim_definition_change VALUES ('scim_schema', NULL, OLD.id, 0);

  INSERT INTO scim_definition_change
  SELECT 'scim_resource_type', NULL, t.type, 0
    FROM scim_type_schema AS t
   WHERE lower(t.schema) = lower(OLD.id)
     AND NOT EXISTS (SELECT 1 FROM scim_schema AS s
                      WHERE lower(s.id) = lower(OLD.id));
END;

-- A type that comes back with its resources need not be what it was.
CREATE TRIGGER scim_resource_type_insert AFTER INSERT ON scim_resource_type
BEGIN
  INSERT INTO scim_definition_change
  SELECT source, number, name,
         EXISTS (SELECT 1 FROM scim_count AS c
                  WHERE c.type = name AND c.live > 0)
    FROM scim_definition
   WHERE source = 'scim_resource_type' AND number = NEW.rowid;
END;

CREATE TRIGGER scim_resource_type_update
AFTER UPDATE OF definition ON scim_resource_type
BEGIN
  INSERT INTO scim_definition_change
  SELECT source, number, name, 1
    FROM scim_definition
   WHERE source = 'scim_resource_type' AND number = NEW.rowid;
END;

CREATE TRIGGER scim_resource_type_delete AFTER DELETE ON scim_resource_type
BEGIN
  INSERT INTO scim_definition_change
  VALUES ('scim_resource_type', NULL, OLD.name, 0);
END;

-- Indexes. Like defaults and rules they have a view of their own for what is
-- wrong with them: to compile all of scim_mistake for a row of them would take
-- many times as long as to look. built is what the extension says, and nothing
-- to check.
CREATE TRIGGER scim_index_insert AFTER INSERT ON scim_index
BEGIN
  SELECT json_extract('{}', m.definition || ', ' || m.place || ' ' || m.mistake)
    FROM scim_index_mistake AS m
   WHERE m.definition = NEW.type || '.' || NEW.attribute
   LIMIT 1;
  UPDATE scim_meta SET value = value + 1 WHERE name = 'generation';
END;

CREATE TRIGGER scim_index_update AFTER UPDATE OF type, attribute ON scim_index
BEGIN
  DELETE FROM scim_value WHERE type = OLD.type AND attribute = OLD.attribute;
  SELECT json_extract('{}', m.definition || ', ' || m.place || ' ' || m.mistake)
    FROM scim_index_mistake AS m
   WHERE m.definition = NEW.type || '.' || NEW.attribute
   LIMIT 1;
  UPDATE scim_meta SET value = value + 1 WHERE name = 'generation';
END;

CREATE TRIGGER scim_index_built AFTER UPDATE OF built ON scim_index
BEGIN
  UPDATE scim_meta SET value = value + 1 WHERE name = 'generation';
END;

CREATE TRIGGER scim_index_delete AFTER DELETE ON scim_index
BEGIN
  DELETE FROM scim_value WHERE type = OLD.type AND attribute = OLD.attribute;
  UPDATE scim_meta SET value = value + 1 WHERE name = 'generation';
END;

-- Tables that another program has brought to a later version are not read by
-- the definitions of before: a connection that has those looks at both numbers.
CREATE TRIGGER scim_meta_version AFTER UPDATE OF value ON scim_meta
WHEN NEW.name = 'version'
BEGIN
  UPDATE scim_meta SET value = value + 1 WHERE name = 'generation';
END;

-- Defaults.
CREATE TRIGGER scim_default_insert AFTER INSERT ON scim_default
BEGIN
  SELECT json_extract('{}', m.definition || ', ' || m.place || ' ' || m.mistake)
    FROM (SELECT name AS definition, place, mistake
            FROM scim_text_mistake
           WHERE source = 'scim_default'
           UNION ALL
          SELECT definition, place, mistake
            FROM scim_default_mistake) AS m
   WHERE m.definition = NEW.type || '.' || NEW.attribute
   LIMIT 1;
  UPDATE scim_meta SET value = value + 1 WHERE name = 'generation';
END;

CREATE TRIGGER scim_default_update AFTER UPDATE ON scim_default
BEGIN
  SELECT json_extract('{}', m.definition || ', ' || m.place || ' ' || m.mistake)
    FROM (SELECT name AS definition, place, mistake
            FROM scim_text_mistake
           WHERE source = 'scim_default'
           UNION ALL
          SELECT definition, place, mistake
            FROM scim_default_mistake) AS m
   WHERE m.definition = NEW.type || '.' || NEW.attribute
   LIMIT 1;
  UPDATE scim_meta SET value = value + 1 WHERE name = 'generation';
END;

CREATE TRIGGER scim_default_delete AFTER DELETE ON scim_default
BEGIN
  UPDATE scim_meta SET value = value + 1 WHERE name = 'generation';
END;

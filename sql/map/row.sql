-- What was noted for rows when the map was on before is noted anew.
DELETE FROM scim_map_fold WHERE map = {map};

-- The rows of the table: one trigger a step. A new row that the application has
-- ignored (RAISE(IGNORE)) or deleted at once has no link: that is the last step, so
-- it may be ignored too. (INSERT … SELECT … WHERE would put the row into a temporary table
-- first, because scim_link has triggers: an eighth of what a map costs.)
CREATE TRIGGER "scim_map.{name}.create" INSTEAD OF INSERT ON scim_map_create
WHEN NEW.map = {map}
BEGIN{references}
  INSERT INTO {table} ({columns})
  VALUES ({values});
  INSERT INTO scim_link (map, tenant, id, key, how, since)
  VALUES (NEW.map, NEW.tenant, NEW.id,
          coalesce(CASE WHEN changes() > 0 THEN {new key} END, RAISE(IGNORE)),
          NEW.how, NEW.time);
END;

CREATE TRIGGER "scim_map.{name}.link" INSTEAD OF INSERT ON scim_map_row
WHEN NEW.map = {map} AND NEW.step = 'link'
BEGIN
  DELETE FROM scim_link
   WHERE map = NEW.map AND tenant = NEW.tenant AND id = NEW.id;
  INSERT INTO scim_link (map, tenant, id, key, how, since)
  SELECT NEW.map, NEW.tenant, NEW.id, {key}, NEW.how, NEW.time
    FROM {table}
   WHERE {own};
  UPDATE {table}
     SET {set}
   WHERE {own} AND ({different});
END;

CREATE TRIGGER "scim_map.{name}.update" INSTEAD OF INSERT ON scim_map_row
WHEN NEW.map = {map} AND NEW.step = 'update'
BEGIN
  UPDATE {table}
     SET {set}
   WHERE {own} AND ({different});
END;

-- The resource is gone, and its link with it.
CREATE TRIGGER "scim_map.{name}.inactive" INSTEAD OF INSERT ON scim_map_row
WHEN NEW.map = {map} AND NEW.step = 'inactive'
BEGIN
  UPDATE {table}
     SET {set inactive}
   WHERE {own} AND ({different inactive});
END;

CREATE TRIGGER "scim_map.{name}.delete" INSTEAD OF INSERT ON scim_map_row
WHEN NEW.map = {map} AND NEW.step = 'delete'
BEGIN
  DELETE FROM {table} WHERE {own};
END;

-- What the application does to rows that have a link. A key is another one also
-- where the column's collation does not tell the two apart.
CREATE TRIGGER "scim_map.{name}.row_delete" AFTER DELETE ON {table}
BEGIN
  DELETE FROM scim_link
   WHERE map = {map} AND tenant = {old tenant} AND key = +OLD.{key};
END;

CREATE TRIGGER "scim_map.{name}.row_key" AFTER UPDATE OF {key columns} ON {table}
WHEN OLD.{key} COLLATE BINARY IS NOT NEW.{key}
  OR {old tenant} IS NOT {new tenant}
BEGIN
  UPDATE scim_link
     SET key = NEW.{key}
   WHERE map = {map} AND tenant = {old tenant} AND key = +OLD.{key}
     AND {old tenant} = {new tenant} AND NEW.{key} IS NOT NULL;
  DELETE FROM scim_link
   WHERE map = {map} AND tenant = {old tenant} AND key = +OLD.{key}
     AND OLD.{key} COLLATE BINARY IS NOT NEW.{key};
  DELETE FROM scim_link
   WHERE map = {map} AND tenant = {old tenant} AND key = +OLD.{key}
     AND {old tenant} IS NOT {new tenant};
END;

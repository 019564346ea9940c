-- Who is in a group, as rows of the join table. A row there that is not among
-- those of scim_map_member is the application's own: it is neither made twice nor
-- taken away. Where a tenant is removed, all rows of the application stay.

-- SQLite notes all pairs of a change before it writes the first, and then triggers
-- of the application may make the row of one themselves, or give others another
-- key, or none. So it is asked here, for each in its turn; a pair that is not what
-- was noted comes again with the keys that it has by now.
CREATE TRIGGER "scim_map.{name}.join_now" BEFORE INSERT ON scim_map_member
WHEN NEW.map = {map}
 AND (EXISTS (SELECT 1
                FROM {join} AS j
               WHERE j.{join group} = NEW.group_key
                 AND j.{join member} = NEW.member_key)
      OR NOT EXISTS (SELECT 1
                       FROM scim_link AS m
                      WHERE m.map = {member map} AND m.tenant = NEW.tenant
                        AND m.id = NEW.member AND m.key = NEW.member_key)
      OR NOT EXISTS (SELECT 1
                       FROM scim_resource AS r
                      CROSS JOIN scim_link AS g
                         ON g.map = {map} AND g.tenant = r.tenant AND g.id = r.id
                      WHERE r.resource = NEW."group" AND g.key = NEW.group_key))
BEGIN
  INSERT INTO scim_map_member (map, "group", member, tenant, group_key,
         member_key)
  SELECT {map}, r.resource, m.id, r.tenant, g.key, m.key
    FROM scim_resource AS r
   CROSS JOIN scim_link AS g
      ON g.map = {map} AND g.tenant = r.tenant AND g.id = r.id
   CROSS JOIN scim_link AS m
      ON m.map = {member map} AND m.tenant = r.tenant AND m.id = NEW.member
   WHERE r.resource = NEW."group"
     AND g.key IS NOT NULL AND m.key IS NOT NULL
     AND NOT EXISTS (SELECT 1
                       FROM {join} AS j
                      WHERE j.{join group} = g.key AND j.{join member} = m.key)
      ON CONFLICT (map, "group", member) DO NOTHING;
  SELECT RAISE(IGNORE);
END;

CREATE TRIGGER "scim_map.{name}.join" AFTER INSERT ON scim_map_member
WHEN NEW.map = {map}
BEGIN
  INSERT INTO {join} ({join group}, {join member})
  VALUES (NEW.group_key, NEW.member_key);
END;

CREATE TRIGGER "scim_map.{name}.part" AFTER DELETE ON scim_map_member
WHEN OLD.map = {map}
 AND {tenant stays}
BEGIN
  DELETE FROM {join}
   WHERE {join group} = OLD.group_key AND {join member} = OLD.member_key;
END;

CREATE TRIGGER "scim_map.{name}.rejoin"
AFTER UPDATE OF group_key, member_key ON scim_map_member
WHEN NEW.map = {map}
BEGIN
  UPDATE {join}
     SET {join group} = NEW.group_key, {join member} = NEW.member_key
   WHERE {join group} = OLD.group_key AND {join member} = OLD.member_key;
END;

-- A membership comes, or one of its two rows. The few pairs come first, as CROSS
-- JOIN says: SQLite 3.50 would rather go through all links of both maps.
{memberships come}

CREATE TRIGGER "scim_map.{name}.group_link" AFTER INSERT ON scim_link
WHEN NEW.map = {map}
BEGIN
  INSERT INTO scim_map_member (map, "group", member, tenant, group_key,
         member_key)
  SELECT {map}, p."group", p.member, p.tenant, g.key, m.key
    FROM scim_link AS g
    CROSS JOIN ({pairs of group}) AS p
    CROSS JOIN scim_link AS m
      ON m.map = {member map} AND m.tenant = p.tenant AND m.id = p.member
   WHERE g.map = {map} AND g.tenant = NEW.tenant AND g.id = NEW.id
     AND g.key IS NOT NULL AND m.key IS NOT NULL
   ORDER BY p."group", p.member
      ON CONFLICT (map, "group", member) DO NOTHING;
END;

CREATE TRIGGER "scim_map.{name}.member_link" AFTER INSERT ON scim_link
WHEN NEW.map = {member map}
BEGIN
  INSERT INTO scim_map_member (map, "group", member, tenant, group_key,
         member_key)
  SELECT {map}, p."group", p.member, p.tenant, g.key, m.key
    FROM ({pairs of one}) AS p
    CROSS JOIN scim_link AS g
      ON g.map = {map} AND g.tenant = p.tenant AND g.id = p.id
    CROSS JOIN scim_link AS m
      ON m.map = {member map} AND m.tenant = p.tenant AND m.id = p.member
   WHERE g.key IS NOT NULL AND m.key IS NOT NULL
   ORDER BY p."group", p.member
      ON CONFLICT (map, "group", member) DO NOTHING;
END;

-- And they go.
{memberships go}

CREATE TRIGGER "scim_map.{name}.unlink" AFTER DELETE ON scim_link
WHEN OLD.key IS NOT NULL
 AND {tenant stays}
BEGIN
  DELETE FROM scim_map_member
   WHERE OLD.map = {map} AND map = {map}
     AND "group" IN (SELECT resource
                       FROM scim_resource
                      WHERE tenant = OLD.tenant AND id = OLD.id);
  DELETE FROM scim_map_member
   WHERE OLD.map = {member map} AND map = {map}
     AND tenant = OLD.tenant AND member = OLD.id;
END;

CREATE TRIGGER "scim_map.{name}.relink" AFTER UPDATE OF key ON scim_link
WHEN NEW.key IS NOT NULL AND OLD.key IS NOT NEW.key
BEGIN
  UPDATE scim_map_member
     SET group_key = NEW.key
   WHERE NEW.map = {map} AND map = {map}
     AND "group" IN (SELECT resource
                       FROM scim_resource
                      WHERE tenant = NEW.tenant AND id = NEW.id);
  UPDATE scim_map_member
     SET member_key = NEW.key
   WHERE NEW.map = {member map} AND map = {map}
     AND tenant = NEW.tenant AND member = NEW.id;
END;

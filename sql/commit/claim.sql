-- Values that several had before they had to be unique, each of whom has a row in
-- scim_claim, and the oldest besides one in scim_unique (unique.sql). When that one
-- gives the value up, the oldest of the others becomes its owner, or a third could
-- take it; and when there are no others, there is no claim.
CREATE VIEW scim_commit_claim_add (tenant, type, resource, keys) AS
SELECT NULL, NULL, NULL, NULL
 WHERE 0;

CREATE TRIGGER scim_commit_claim_add
INSTEAD OF INSERT ON scim_commit_claim_add
WHEN NEW.keys IS NOT NULL
BEGIN
  INSERT INTO scim_claim (tenant, type, attribute, key, resource)
  SELECT u.tenant, u.type, u.attribute, u.key, c.value
    FROM json_each(NEW.keys) AS j
   CROSS JOIN scim_unique AS u
      ON u.tenant = coalesce(j.value ->> 'tenant', NEW.tenant)
     AND u.type = NEW.type AND u.attribute = j.value ->> 'attribute'
     AND u.key = j.value ->> 'key'
   CROSS JOIN json_each(json_array(u.resource, NEW.resource)) AS c
   WHERE u.resource <> NEW.resource
      ON CONFLICT DO NOTHING;

  -- No search may go by scim_unique then.
  INSERT INTO scim_meta (name, value)
  SELECT 'shared ' || NEW.type, 1
   WHERE changes() > 0
      ON CONFLICT (name) DO NOTHING;
END;

-- Before all else: what is not claimed any more is the next one's by then, and at
-- no moment nobody's, of which a trigger of the application could make use.
CREATE TRIGGER scim_commit_by_shared INSTEAD OF INSERT ON scim_commit_shared
BEGIN
  -- Each column by itself leads into the index, and the five together do not: a key
  -- has no type of its own (tables/claim.sql), and SQLite 3.40 would read the claims
  -- of all keys.
  DELETE FROM scim_claim
   WHERE tenant IN (SELECT coalesce(j.value ->> 'tenant', NEW.tenant)
                      FROM json_each(NEW.unique_drop) AS j)
     AND type = NEW.type
     AND attribute IN (SELECT j.value ->> 'attribute'
                         FROM json_each(NEW.unique_drop) AS j)
     AND key IN (SELECT j.value ->> 'key'
                   FROM json_each(NEW.unique_drop) AS j)
     AND resource = NEW.resource
     AND (+tenant, +attribute, +key) IN (
         SELECT coalesce(j.value ->> 'tenant', NEW.tenant),
                j.value ->> 'attribute', j.value ->> 'key'
           FROM json_each(NEW.unique_drop) AS j);

  INSERT INTO scim_commit (
         action, tenant, type, resource, id, version, time, doc,
         value_add, value_drop, unique_add, unique_drop,
         member_add, joins, member_drop, member_patch, groups_left, source,
         maps, token, method, target, status, scim_type, detail, before, after, data,
         jobs, inactive, digest, hash, renamed, name, email, request, shape, seq)
  VALUES (NEW.action, NEW.tenant, NEW.type, NEW.resource, NEW.id, NEW.version,
         NEW.time, NEW.doc, NEW.value_add, NEW.value_drop, NEW.unique_add,
         NEW.unique_drop, NEW.member_add, NEW.joins, NEW.member_drop,
         NEW.member_patch, NEW.groups_left, NEW.source, NEW.maps, NEW.token,
         NEW.method, NEW.target, NEW.status, NEW.scim_type, NEW.detail, NEW.before,
         NEW.after, NEW.data, NEW.jobs, NEW.inactive, NEW.digest, NEW.hash,
         NEW.renamed, NEW.name, NEW.email, NEW.request, NEW.shape, NEW.seq);
END;

CREATE TRIGGER scim_claim_gone AFTER DELETE ON scim_claim
BEGIN
  UPDATE scim_unique
     SET resource = (SELECT resource
                       FROM scim_claim
                      WHERE tenant = OLD.tenant AND type = OLD.type
                        AND attribute = OLD.attribute AND key = OLD.key
                      ORDER BY resource
                      LIMIT 1)
   WHERE tenant = OLD.tenant AND type = OLD.type
     AND attribute = OLD.attribute AND key = OLD.key
     AND resource = OLD.resource
     AND EXISTS (SELECT 1
                   FROM scim_claim
                  WHERE tenant = OLD.tenant AND type = OLD.type
                    AND attribute = OLD.attribute AND key = OLD.key);

  DELETE FROM scim_claim
   WHERE tenant = OLD.tenant AND type = OLD.type
     AND attribute = OLD.attribute AND key = OLD.key
     AND resource = (SELECT resource
                       FROM scim_unique
                      WHERE tenant = OLD.tenant AND type = OLD.type
                        AND attribute = OLD.attribute AND key = OLD.key)
     AND NOT EXISTS (SELECT 1
                       FROM scim_claim AS other
                      WHERE other.tenant = OLD.tenant
                        AND other.type = OLD.type
                        AND other.attribute = OLD.attribute
                        AND other.key = OLD.key
                        AND other.resource <> scim_claim.resource);
END;

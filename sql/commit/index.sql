-- Building an index. What is known of a document that is broken stays: its
-- values must not be given to another. built stays 0 until all of it is there,
-- so that a build that fails is begun anew by the next write.
CREATE TRIGGER scim_work_rebuild INSTEAD OF INSERT ON scim_commit_work
WHEN NEW.action = 'rebuild'
BEGIN
  UPDATE scim_index SET built = 0 WHERE type = NEW.type AND built = 1;
  DELETE FROM scim_value
   WHERE type = NEW.type
     AND resource NOT IN (SELECT resource
                            FROM scim_resource
                           WHERE type = NEW.type AND NOT json_valid(doc));
  -- The owner's claim goes with the last of the others (claim.sql).
  DELETE FROM scim_claim
   WHERE type = NEW.type
     AND NOT EXISTS (SELECT 1
                       FROM scim_unique AS u
                      WHERE u.tenant = scim_claim.tenant AND u.type = NEW.type
                        AND u.attribute = scim_claim.attribute
                        AND u.key = scim_claim.key
                        AND u.resource = scim_claim.resource);
  DELETE FROM scim_unique
   WHERE type = NEW.type
     AND resource NOT IN (SELECT resource
                            FROM scim_resource
                           WHERE type = NEW.type AND NOT json_valid(doc));
  DELETE FROM scim_meta WHERE name = 'shared ' || NEW.type;
END;

CREATE TRIGGER scim_work_built INSTEAD OF INSERT ON scim_commit_work
WHEN NEW.action = 'built'
BEGIN
  UPDATE scim_index SET built = 1 WHERE type = NEW.type;
  UPDATE scim_meta SET value = 0 WHERE name = 'stale' AND NEW.type IS NULL;
  UPDATE scim_meta
     SET value = value + 1
   WHERE name = 'generation' AND NEW.type IS NULL;
END;

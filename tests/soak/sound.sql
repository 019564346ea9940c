-- What must be none, whatever has happened to the file: each statement gives a
-- sentence and how often it is broken. For a sqlite3 with the extension.

SELECT 'the file is whole', count(*)
  FROM pragma_integrity_check WHERE integrity_check <> 'ok';
SELECT 'foreign keys lead somewhere', count(*) FROM pragma_foreign_key_check;

-- Counts.
SELECT 'scim_count counts the resources', count(*)
  FROM (SELECT tenant, type, count(*), sum(json_extract(doc, '$.active') IS DISTINCT FROM 0)
          FROM scim_resource GROUP BY 1, 2
        EXCEPT SELECT tenant, type, live, active FROM scim_count);
SELECT 'scim_count counts nothing else', count(*) FROM scim_count AS c
 WHERE live <> (SELECT count(*) FROM scim_resource AS r
                 WHERE r.tenant = c.tenant AND r.type = c.type);

-- Keys: what the documents have, and the indexes.
CREATE TEMP TABLE expected AS
  SELECT resource, 'userName' AS attribute, scim_fold(doc ->> 'userName') AS key
    FROM scim_resource WHERE type = 'User'
  UNION ALL
  SELECT resource, 'displayName', scim_fold(doc ->> 'displayName')
    FROM scim_resource WHERE doc ->> 'displayName' IS NOT NULL
  UNION ALL
  SELECT resource, 'externalId', doc ->> 'externalId'
    FROM scim_resource WHERE doc ->> 'externalId' IS NOT NULL
  UNION ALL
  SELECT resource, 'emails.value', scim_fold(e.value ->> 'value')
    FROM scim_resource, json_each(doc, '$.emails') AS e
  UNION ALL
  SELECT resource,
         'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value',
         doc -> '$."urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"' ->> '$.manager.value'
    FROM scim_resource
   WHERE doc -> '$."urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"' ->> '$.manager.value' IS NOT NULL;
SELECT 'scim_value has what the documents have', count(*) FROM (
  SELECT resource, attribute, key FROM expected EXCEPT
  SELECT resource, attribute, key FROM scim_value);
SELECT 'scim_value has nothing else', count(*) FROM (
  SELECT resource, attribute, key FROM scim_value EXCEPT
  SELECT resource, attribute, key FROM expected);
SELECT 'scim_unique has each userName', count(*) FROM (
  SELECT resource, key FROM expected WHERE attribute = 'userName' EXCEPT
  SELECT resource, key FROM scim_unique WHERE attribute = 'userName');
SELECT 'scim_unique has nothing else', count(*) FROM scim_unique
 WHERE resource NOT IN (SELECT resource FROM scim_resource);

-- Names.
SELECT 'scim_name has what the documents say', count(*) FROM (
  SELECT tenant, id, type, coalesce(doc ->> 'userName', doc ->> 'displayName'),
         NULL
    FROM scim_resource
  EXCEPT SELECT tenant, id, type, name, deleted FROM scim_name);
SELECT 'scim_name has what was deleted, and nothing else', count(*)
  FROM scim_name AS n
 WHERE NOT EXISTS (SELECT 1 FROM scim_resource AS r
                    WHERE r.tenant = n.tenant AND r.id = n.id)
   AND NOT EXISTS (SELECT 1 FROM scim_log AS l
                    WHERE l.tenant = n.tenant AND l.id = n.id
                      AND l.action = 'delete' AND l.time = n.deleted);

-- Members and the log.
SELECT 'members are in groups', count(*) FROM scim_member
 WHERE "group" NOT IN (SELECT resource FROM scim_resource WHERE type = 'Group');
SELECT 'members are there', count(*) FROM scim_member
 WHERE value NOT IN (SELECT id FROM scim_resource);
-- A group has a new version with each member that is deleted, of which the log
-- tells in the row of that one.
SELECT 'the log ends with the version that is there', count(*)
  FROM scim_resource AS r
 WHERE version - (SELECT version FROM scim_log AS l
         WHERE l.id = r.id AND l.tenant = r.tenant AND action IS NOT NULL
         ORDER BY seq DESC LIMIT 1) - (type = 'Group') * (
       SELECT count(*) FROM scim_log AS l, json_each(l.groups_left) AS g
        WHERE g.value = r.id AND l.seq > (
          SELECT max(seq) FROM scim_log AS o
           WHERE o.id = r.id AND o.tenant = r.tenant AND o.action IS NOT NULL))
       IS DISTINCT FROM 0;
SELECT 'what the log has created and not deleted is there', count(*)
  FROM (SELECT id FROM scim_log WHERE action = 'create'
        EXCEPT SELECT id FROM scim_log WHERE action = 'delete'
        EXCEPT SELECT id FROM scim_resource);
SELECT 'nothing was modified before it was created', count(*)
  FROM scim_resource WHERE modified < created;

-- Maps.
SELECT 'people have their rows as the map says', count(*)
  FROM scim_map_preview('learner');
SELECT 'groups have theirs', count(*) FROM scim_map_preview('tag');
SELECT 'no row is without a resource', count(*) FROM learner AS a
 WHERE NOT EXISTS (SELECT 1 FROM scim_link AS l
                     JOIN scim_resource AS r ON r.tenant = l.tenant AND r.id = l.id
                    WHERE l.map = 'learner' AND l.key = a.id);
SELECT 'rows of members are those of the groups', count(*) FROM (
  SELECT r.id AS tag, u.id AS member FROM scim_member AS m
    JOIN scim_resource AS r ON r.resource = m."group"
    JOIN scim_resource AS u ON u.id = m.value
  EXCEPT
  SELECT g.id, l.id FROM learner_tag AS j
    JOIN scim_link AS g ON g.map = 'tag' AND g.key = j.tag
    JOIN scim_link AS l ON l.map = 'learner' AND l.key = j.learner);
SELECT 'and no others', (SELECT count(*) FROM learner_tag)
     - (SELECT count(*) FROM scim_member);

-- The outbox, and a trigger of the application's.
SELECT 'no job is lost', count(*) FROM (
  SELECT seq, event, id FROM scim_change
   WHERE event IN ('created', 'deleted') AND type = 'User'
  EXCEPT SELECT seq, event, id FROM scim_outbox);
SELECT 'no job is of nothing', count(*) FROM (
  SELECT seq, event, id FROM scim_outbox
  EXCEPT SELECT seq, event, id FROM scim_change);
SELECT 'no job is there twice', count(*) - count(DISTINCT event || id)
  FROM scim_outbox;
SELECT 'each user has a seat', count(*) FROM (
  SELECT id FROM scim_resource WHERE type = 'User' EXCEPT SELECT id FROM seat);
SELECT 'and nobody else', (SELECT count(*) FROM seat) - (
  SELECT count(*) FROM scim_resource WHERE type = 'User');

-- Removes a part of what a tenant has: data says how many rows of each table,
-- which never are more than there are (query/tenant.sql counts), and which ones is
-- said, so that all copies of a database have the same left. From the first
-- part on the tenant is marked, so that nothing is added any more. What the
-- application has is not touched, nor scim_map_fold, which is about its rows.
CREATE TRIGGER scim_work_remove INSTEAD OF INSERT ON scim_commit_work
WHEN NEW.action = 'remove'
BEGIN
  UPDATE scim_tenant
     SET removing = NEW.time
   WHERE name = NEW.tenant AND removing IS NULL;

  DELETE FROM scim_link
   WHERE (map, tenant, id) IN (SELECT k.map, k.tenant, k.id
                                 FROM scim_link AS k
                                WHERE k.tenant = NEW.tenant
                                ORDER BY k.map, k.tenant, k.id
                                LIMIT json_extract(NEW.data, '$.link'));

  DELETE FROM scim_review
   WHERE review IN (SELECT v.review
                      FROM scim_review AS v
                     WHERE v.tenant = NEW.tenant
                     ORDER BY v.review
                     LIMIT json_extract(NEW.data, '$.review'));

  DELETE FROM scim_map_reference
   WHERE (tenant, target, map, "column", id) IN (
         SELECT f.tenant, f.target, f.map, f."column", f.id
           FROM scim_map_reference AS f
          WHERE f.tenant = NEW.tenant
          ORDER BY f.tenant, f.target, f.map, f."column", f.id
          LIMIT json_extract(NEW.data, '$.reference'));

  DELETE FROM scim_map_member
   WHERE (map, "group", member) IN (
         SELECT j.map, j."group", j.member
           FROM scim_map_member AS j
          WHERE j.tenant = NEW.tenant
          ORDER BY j.map, j."group", j.member
          LIMIT json_extract(NEW.data, '$.mapped'));

  DELETE FROM scim_outbox
   WHERE job IN (SELECT o.job
                   FROM scim_outbox AS o
                  WHERE o.tenant = NEW.tenant
                  ORDER BY o.job
                  LIMIT json_extract(NEW.data, '$.outbox'));

  DELETE FROM scim_alert
   WHERE alert IN (SELECT a.alert
                     FROM scim_alert AS a
                    WHERE a.tenant = NEW.tenant
                    ORDER BY a.alert
                    LIMIT json_extract(NEW.data, '$.alert'));

  DELETE FROM scim_former
   WHERE (tenant, type, attribute, key) IN (
         SELECT d.tenant, d.type, d.attribute, d.key
           FROM scim_former AS d
          WHERE d.tenant = NEW.tenant
          ORDER BY d.tenant, d.type, d.attribute, d.key
          LIMIT json_extract(NEW.data, '$.former'));

  DELETE FROM scim_member
   WHERE ("group", value, source) IN (
         SELECT m."group", m.value, m.source
           FROM scim_resource AS r
          CROSS JOIN scim_member AS m ON m."group" = r.resource
          WHERE r.tenant = NEW.tenant
          ORDER BY r.id, m.value, m.source
          LIMIT json_extract(NEW.data, '$.member'));

  DELETE FROM scim_value
   WHERE (tenant, type, attribute, key, resource) IN (
         SELECT v.tenant, v.type, v.attribute, v.key, v.resource
           FROM scim_value AS v
          WHERE v.tenant = NEW.tenant
          ORDER BY v.tenant, v.type, v.attribute, v.key, v.resource
          LIMIT json_extract(NEW.data, '$.value'));

  DELETE FROM scim_claim
   WHERE (tenant, type, attribute, key, resource) IN (
         SELECT c.tenant, c.type, c.attribute, c.key, c.resource
           FROM scim_claim AS c
          WHERE c.tenant = NEW.tenant
          UNION ALL
         SELECT c.tenant, c.type, c.attribute, c.key, c.resource
           FROM scim_claim AS c
          WHERE c.tenant = ''
            AND EXISTS (SELECT 1
                          FROM scim_resource AS r
                         WHERE r.resource = c.resource
                           AND r.tenant = NEW.tenant)
          ORDER BY 1, 2, 3, 4, 5
          LIMIT json_extract(NEW.data, '$.claim'));

  DELETE FROM scim_unique
   WHERE (tenant, type, attribute, key) IN (
         SELECT u.tenant, u.type, u.attribute, u.key
           FROM scim_unique AS u
          WHERE u.tenant = NEW.tenant
          UNION ALL
         SELECT u.tenant, u.type, u.attribute, u.key
           FROM scim_unique AS u
          WHERE u.tenant = ''
            AND EXISTS (SELECT 1
                          FROM scim_resource AS r
                         WHERE r.resource = u.resource
                           AND r.tenant = NEW.tenant)
          ORDER BY 1, 2, 3, 4
          LIMIT json_extract(NEW.data, '$.unique'));

  DELETE FROM scim_resource
   WHERE resource IN (SELECT r.resource
                        FROM scim_resource AS r
                       WHERE r.tenant = NEW.tenant
                       ORDER BY r.id
                       LIMIT json_extract(NEW.data, '$.resource'));

  DELETE FROM scim_name
   WHERE tenant = NEW.tenant
     AND id IN (SELECT n.id
                  FROM scim_name AS n
                 WHERE n.tenant = NEW.tenant
                 ORDER BY n.id
                 LIMIT json_extract(NEW.data, '$.name'));

  DELETE FROM scim_count
   WHERE (tenant, type) IN (SELECT c.tenant, c.type
                              FROM scim_count AS c
                             WHERE c.tenant = NEW.tenant
                             ORDER BY c.tenant, c.type
                             LIMIT json_extract(NEW.data, '$.count'));

  DELETE FROM scim_log
   WHERE seq IN (SELECT l.seq
                   FROM scim_log AS l
                  WHERE l.tenant = NEW.tenant
                    AND l.seq <= coalesce((SELECT min(c.seq)
                                             FROM scim_consumer AS c), l.seq)
                  ORDER BY l.seq
                  LIMIT json_extract(NEW.data, '$.log'));

  DELETE FROM scim_chain
   WHERE tenant = NEW.tenant
     AND NOT EXISTS (SELECT 1 FROM scim_log WHERE tenant = NEW.tenant);
  DELETE FROM scim_stay
   WHERE (tenant, group_id, member, joined) IN (
         SELECT s.tenant, s.group_id, s.member, s.joined
           FROM scim_stay AS s
          WHERE s.tenant = NEW.tenant
          ORDER BY s.tenant, s.group_id, s.member, s.joined
          LIMIT json_extract(NEW.data, '$.stay'));

  DELETE FROM scim_snapshot_member
   WHERE (tenant, group_id, value, source) IN (
         SELECT n.tenant, n.group_id, n.value, n.source
           FROM scim_snapshot_member AS n
          WHERE n.tenant = NEW.tenant
          ORDER BY n.tenant, n.group_id, n.value, n.source
          LIMIT json_extract(NEW.data, '$.known_member'));

  DELETE FROM scim_snapshot
   WHERE (tenant, id) IN (SELECT n.tenant, n.id
                            FROM scim_snapshot AS n
                           WHERE n.tenant = NEW.tenant
                           ORDER BY n.id
                           LIMIT json_extract(NEW.data, '$.known'));

  DELETE FROM scim_token
   WHERE token IN (SELECT t.token
                     FROM scim_token AS t
                    WHERE t.tenant = NEW.tenant
                    ORDER BY t.token
                    LIMIT json_extract(NEW.data, '$.token'));

  DELETE FROM scim_tenant
   WHERE name = NEW.tenant AND json_extract(NEW.data, '$.tenant');
END;

-- Customers of the platform.

-- name: tenant_by_name
-- row: tenant (id, base_url, settings, enabled, removing)
SELECT name AS id, base_url, settings, enabled, removing
  FROM scim_tenant
 WHERE name = :name;

-- What a tenant has: the rows of each table, of which no more than the limit are
-- counted, in the order in which they go. What names a resource goes before it,
-- and the tenant when there is nothing else: also not the rows of the log that
-- a consumer has not read. A table that holds rows of tenants has a line here,
-- and a DELETE in commit/tenant.sql. scim_name is looked through, which takes 0.05 s
-- of a million: to find a tenant's at once would cost each change an index.
-- name: tenant_rows
-- row: tenant_part (part, rows)
SELECT part, rows FROM (
SELECT 1 AS step, 'link' AS part,
       (SELECT count(*) FROM (SELECT 1 FROM scim_link
                               WHERE tenant = :tenant LIMIT :limit)) AS rows
 UNION ALL
SELECT 2, 'review', (SELECT count(*) FROM (SELECT 1 FROM scim_review
                                         WHERE tenant = :tenant LIMIT :limit))
 UNION ALL
SELECT 3, 'reference', (SELECT count(*) FROM (SELECT 1 FROM scim_map_reference
                                            WHERE tenant = :tenant
                                            LIMIT :limit))
 UNION ALL
SELECT 4, 'mapped', (SELECT count(*) FROM (SELECT 1 FROM scim_map_member
                                         WHERE tenant = :tenant LIMIT :limit))
 UNION ALL
SELECT 5, 'outbox', (SELECT count(*) FROM (SELECT 1 FROM scim_outbox
                                         WHERE tenant = :tenant LIMIT :limit))
 UNION ALL
SELECT 6, 'alert', (SELECT count(*) FROM (SELECT 1 FROM scim_alert
                                        WHERE tenant = :tenant LIMIT :limit))
 UNION ALL
SELECT 7, 'former', (SELECT count(*) FROM (SELECT 1 FROM scim_former
                                         WHERE tenant = :tenant LIMIT :limit))
 UNION ALL
SELECT 8, 'member',
       (SELECT count(*)
          FROM (SELECT 1
                  FROM scim_resource AS r
                 CROSS JOIN scim_member AS m ON m."group" = r.resource
                 WHERE r.tenant = :tenant
                 LIMIT :limit))
 UNION ALL
SELECT 9, 'value', (SELECT count(*) FROM (SELECT 1 FROM scim_value
                                        WHERE tenant = :tenant LIMIT :limit))
 UNION ALL
SELECT 10, 'claim',
       (SELECT count(*)
          FROM (SELECT 1
                  FROM scim_claim AS c
                 WHERE c.tenant = :tenant OR (c.tenant = '' AND EXISTS (
                       SELECT 1 FROM scim_resource AS r
                        WHERE r.resource = c.resource AND r.tenant = :tenant))
                 LIMIT :limit))
 UNION ALL
SELECT 11, 'unique',
       (SELECT count(*)
          FROM (SELECT 1
                  FROM scim_unique AS u
                 WHERE u.tenant = :tenant OR (u.tenant = '' AND EXISTS (
                       SELECT 1 FROM scim_resource AS r
                        WHERE r.resource = u.resource AND r.tenant = :tenant))
                 LIMIT :limit))
 UNION ALL
SELECT 12, 'resource', (SELECT count(*) FROM (SELECT 1 FROM scim_resource
                                           WHERE tenant = :tenant LIMIT :limit))
 UNION ALL
SELECT 13, 'name', (SELECT count(*) FROM (SELECT 1 FROM scim_name
                                       WHERE tenant = :tenant LIMIT :limit))
 UNION ALL
SELECT 14, 'count', (SELECT count(*) FROM (SELECT 1 FROM scim_count
                                        WHERE tenant = :tenant LIMIT :limit))
 UNION ALL
SELECT 15, 'log', (SELECT count(*)
                 FROM (SELECT 1
                         FROM scim_log
                        WHERE tenant = :tenant
                          AND seq <= coalesce((SELECT min(seq)
                                                 FROM scim_consumer), seq)
                        LIMIT :limit))
 UNION ALL
SELECT 16, 'stay', (SELECT count(*) FROM (SELECT 1 FROM scim_stay
                                        WHERE tenant = :tenant LIMIT :limit))
 UNION ALL
SELECT 17, 'known_member', (SELECT count(*)
                              FROM (SELECT 1 FROM scim_snapshot_member
                                     WHERE tenant = :tenant LIMIT :limit))
 UNION ALL
SELECT 18, 'known', (SELECT count(*) FROM (SELECT 1 FROM scim_snapshot
                                         WHERE tenant = :tenant LIMIT :limit))
 UNION ALL
SELECT 19, 'token', (SELECT count(*) FROM (SELECT 1 FROM scim_token
                                        WHERE tenant = :tenant LIMIT :limit))
 UNION ALL
SELECT 20, 'tenant', (SELECT count(*)
                    FROM scim_tenant
                   WHERE name = :tenant
                     AND NOT EXISTS (
                         SELECT 1
                           FROM scim_log
                          WHERE tenant = :tenant
                            AND seq > (SELECT min(seq) FROM scim_consumer))))
 ORDER BY step;

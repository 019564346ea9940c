-- Who is in which group, and since when, by whom? As the report of the same name
-- tells it of now from the log; but nothing is said to be older than the horizon
-- of a pruned log (scim_prune), whatever the clock was set to since. The IdP's
-- membership of somebody and the platform's are two rows.
--
-- In three arms, so that a name of a member finds them by an index: of resources
-- with a name, of those whose name scim_name_other has, and of ids that have none.
CREATE VIEW scim_report_group_as_of (
  tenant, group_id, group_name, member, member_name, since, source
) AS
WITH whose (source) AS (VALUES ('idp'), ('manual'))
SELECT g.tenant, g.id, g.name, s.member, u.name,
       max(iif(w.source = 'idp', s.idp, s.manual),
           (SELECT value FROM scim_meta WHERE name = 'horizon')),
       w.source
  FROM scim_resource AS g
  JOIN scim_stay AS s ON s.tenant = g.tenant AND s.group_id = g.id
  JOIN scim_resource AS u ON u.tenant = s.tenant AND u.id = s.member
 CROSS JOIN whose AS w
 WHERE g.type <> 'User' AND s."left" IS NULL AND u.name IS NOT NULL
   AND iif(w.source = 'idp', s.idp, s.manual) IS NOT NULL
 UNION ALL
SELECT g.tenant, g.id, g.name, s.member, o.name,
       max(iif(w.source = 'idp', s.idp, s.manual),
           (SELECT value FROM scim_meta WHERE name = 'horizon')),
       w.source
  FROM scim_resource AS g
  JOIN scim_stay AS s ON s.tenant = g.tenant AND s.group_id = g.id
  JOIN scim_name_other AS o ON o.tenant = s.tenant AND o.id = s.member
 CROSS JOIN whose AS w
 WHERE g.type <> 'User' AND s."left" IS NULL
   AND iif(w.source = 'idp', s.idp, s.manual) IS NOT NULL
   AND (o.deleted IS NULL
        OR NOT EXISTS (SELECT 1 FROM scim_resource AS r
                        WHERE r.tenant = s.tenant AND r.id = s.member))
 UNION ALL
SELECT g.tenant, g.id, g.name, s.member, CAST(NULL AS TEXT),
       max(iif(w.source = 'idp', s.idp, s.manual),
           (SELECT value FROM scim_meta WHERE name = 'horizon')),
       w.source
  FROM scim_resource AS g
  JOIN scim_stay AS s ON s.tenant = g.tenant AND s.group_id = g.id
 CROSS JOIN whose AS w
 WHERE g.type <> 'User' AND s."left" IS NULL
   AND iif(w.source = 'idp', s.idp, s.manual) IS NOT NULL
   AND NOT EXISTS (SELECT 1 FROM scim_resource AS r
                    WHERE r.tenant = s.tenant AND r.id = s.member)
   AND NOT EXISTS (SELECT 1 FROM scim_name_other AS o
                    WHERE o.tenant = s.tenant AND o.id = s.member);

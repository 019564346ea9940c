-- Who is in which group, and since when, by whom? As the report of the same name
-- tells it of now from the log; but nothing is said to be older than the horizon
-- of a pruned log (scim_prune), whatever the clock was set to since. The IdP's
-- membership of somebody and the platform's are two rows.
CREATE VIEW scim_report_group_as_of (
  tenant, group_id, group_name, member, member_name, since, source
) AS
WITH whose (source) AS (VALUES ('idp'), ('manual'))
SELECT g.tenant, g.id, g.name, s.member, n.name,
       max(iif(w.source = 'idp', s.idp, s.manual),
           (SELECT value FROM scim_meta WHERE name = 'horizon')),
       w.source
  FROM scim_resource AS g
  JOIN scim_stay AS s ON s.tenant = g.tenant AND s.group_id = g.id
  LEFT JOIN scim_name AS n ON n.tenant = s.tenant AND n.id = s.member
 CROSS JOIN whose AS w
 WHERE g.type <> 'User' AND s."left" IS NULL
   AND iif(w.source = 'idp', s.idp, s.manual) IS NOT NULL;

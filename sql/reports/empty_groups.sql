-- Which groups have no active user in them, directly or through a group?
-- tenant, group_id, group_name, members, created
WITH RECURSIVE reach (tenant, group_id, member) AS (
  SELECT tenant, group_id, member FROM scim_membership
   UNION
  SELECT r.tenant, r.group_id, m.member
    FROM reach AS r
    JOIN scim_membership AS m ON m.tenant = r.tenant AND m.group_id = r.member
)
SELECT g.tenant, g.id AS group_id, g.display_name AS group_name, g.members,
       g.created
  FROM scim_group AS g
 WHERE g.tenant = coalesce(:tenant, g.tenant)
   AND (g.tenant, g.id) NOT IN (
       SELECT r.tenant, r.group_id
         FROM reach AS r
         JOIN scim_user AS u ON u.tenant = r.tenant AND u.id = r.member
        WHERE u.active IS NOT 0)
 ORDER BY g.tenant, group_name;

-- Which users share an e-mail address, letter case of any script aside?
-- tenant, email (folded), user, user_name, active
WITH shared AS (
  SELECT tenant, key
    FROM scim_value
   WHERE type = 'User' AND attribute = 'emails.value'
     AND tenant = coalesce(:tenant, tenant)
   GROUP BY tenant, key
  HAVING count(*) > 1
)
SELECT s.tenant, s.key AS email, u.id AS user, u.user_name, u.active
  FROM shared AS s
  JOIN scim_value AS v USING (tenant, key)
  JOIN scim_resource AS r USING (resource)
  JOIN scim_user AS u ON u.tenant = r.tenant AND u.id = r.id
 WHERE v.type = 'User' AND v.attribute = 'emails.value'
 ORDER BY s.tenant, email, u.user_name;

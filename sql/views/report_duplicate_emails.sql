-- Which users share an e-mail address, letter case of any script aside?
CREATE VIEW scim_report_duplicate_emails (
  tenant, email, user, user_name, active
) AS
WITH shared AS (
  SELECT tenant, key
    FROM scim_value
   WHERE type = 'User' AND attribute = 'emails.value'
   GROUP BY tenant, key
  HAVING count(*) > 1
)
SELECT s.tenant, s.key, u.id, u.user_name, u.active
  FROM shared AS s
  JOIN scim_value AS v USING (tenant, key)
  JOIN scim_resource AS r USING (resource)
  JOIN scim_user AS u ON u.tenant = r.tenant AND u.id = r.id
 WHERE v.type = 'User' AND v.attribute = 'emails.value';

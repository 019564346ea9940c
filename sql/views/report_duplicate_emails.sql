-- Which users share an e-mail address, letter case of any script aside?
--
-- The address is that of the filter index, which is in the order of addresses: each
-- has its neighbour looked at. There is none by users, so that for one of them all
-- addresses of the tenant are gone through.
CREATE VIEW scim_report_duplicate_emails (
  tenant, email, user, user_name, active
) AS
SELECT v.tenant, v.key, u.id, u.user_name, u.active
  FROM scim_value AS v
  JOIN scim_resource AS r ON r.resource = v.resource AND r.tenant = v.tenant
  JOIN scim_user AS u ON u.tenant = r.tenant AND u.id = r.id
 WHERE v.type = 'User' AND v.attribute = 'emails.value'
   AND EXISTS (SELECT 1 FROM scim_value AS o
                WHERE o.tenant = v.tenant AND o.type = 'User'
                  AND o.attribute = 'emails.value' AND o.key = v.key
                  AND o.resource <> v.resource);

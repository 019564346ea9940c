-- Which users share an e-mail address, letter case of any script aside?
-- tenant, email (folded), user, user_name, active
SELECT *
  FROM scim_report_duplicate_emails
 WHERE tenant = coalesce(nullif(:tenant, ''), tenant)
 ORDER BY tenant, email, user_name;

-- Which users share an e-mail address, letter case of any script aside?
-- tenant, email (folded), user, user_name, active
SELECT *
  FROM (SELECT *
          FROM scim_report_duplicate_emails
         WHERE nullif(:tenant, '') IS NULL
         UNION ALL
        SELECT *
          FROM scim_report_duplicate_emails
         WHERE tenant = nullif(:tenant, ''))
 ORDER BY +tenant, email, user_name;

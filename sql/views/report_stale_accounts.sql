-- Which active accounts has nobody changed for 180 days?
CREATE VIEW scim_report_stale_accounts (
  tenant, user, user_name, created, modified, never_changed
) AS
SELECT u.tenant, u.id AS user, u.user_name, u.created, u.modified,
       u.modified = u.created AS never_changed
  FROM scim_user AS u
 WHERE coalesce(u.active, 1) <> 0
   AND u.modified < strftime('%Y-%m-%dT%H:%M:%fZ', 'now',
                             '-180 days');

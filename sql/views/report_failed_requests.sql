-- What failed in the last 7 days, by reason, and what did the last one say?
CREATE VIEW scim_report_failed_requests (
  tenant, label, method, status, scim_type, times, last, target, detail
) AS
SELECT l.tenant, t.label, l.method, l.status, l.scim_type,
       count(*) AS times, max(l.time) AS last, l.target, l.detail
  FROM scim_log AS l
  LEFT JOIN scim_token AS t USING (token)
 WHERE l.status >= 400
   AND l.time >= strftime('%Y-%m-%dT%H:%M:%fZ', 'now',
                          '-7 days')
 GROUP BY l.tenant, l.token, l.method, l.status, l.scim_type;

-- What the settings of each tenant say, a row each. Members of a setting that is an
-- object are settings themselves, as breaker.percent, and are nested.
--   SELECT tenant, value FROM scim_tenant_setting WHERE name = 'rate';
CREATE VIEW scim_tenant_setting (tenant, name, type, value, nested) AS
SELECT t.name, m.key, m.type, m.value, 0
  FROM scim_tenant AS t,
       json_each(iif(json_valid(t.settings), t.settings, NULL)) AS m
 WHERE t.settings <> '{}'
 UNION ALL
SELECT t.name, o.key || '.' || m.key, m.type, m.value, 1
  FROM scim_tenant AS t,
       json_each(iif(json_valid(t.settings), t.settings, NULL)) AS o
  JOIN scim_setting AS s ON s.name = lower(o.key) AND s.kind = 'object',
       json_each(iif(o.type = 'object', o.value, NULL)) AS m
 WHERE t.settings <> '{}';

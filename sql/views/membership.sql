-- One row a direct membership; who is in a group by the IdP and by the platform
-- has two. member_name is that of the member if it is
-- known here, else what the client called it. group_name is found by index.
--   SELECT member_name FROM scim_membership WHERE group_name = 'Sales';
CREATE VIEW scim_membership (
  tenant, group_id, group_name, member, member_type, member_name, source
) AS
SELECT g.tenant, g.id, g.name, m.value,
       coalesce(r.type, m.type),
       coalesce(r.name, json_extract(r.doc, '$.displayName'), m.display),
       m.source
  FROM scim_member AS m
  JOIN scim_resource AS g ON g.resource = m."group"
  LEFT JOIN scim_resource AS r ON r.tenant = g.tenant AND r.id = m.value;

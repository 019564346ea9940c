-- One row a direct membership; who is in a group by the IdP and by the platform
-- has two. member_name is as scim_name has it: of who is nobody here, what the
-- client called it. group_name and member_name are found by index.
--   SELECT member_name FROM scim_membership WHERE group_name = 'Sales';
CREATE VIEW scim_membership (
  tenant, group_id, group_name, member, member_type, member_name, source
) AS
SELECT g.tenant, g.id, g.name, m.value,
       coalesce(iif(n.deleted IS NULL, n.type, NULL), m.type), n.name, m.source
  FROM scim_member AS m
  JOIN scim_resource AS g ON g.resource = m."group"
  LEFT JOIN scim_name AS n ON n.tenant = g.tenant AND n.id = m.value;

-- Memberships that went while the map was off, and those that came. A row that
-- somebody else has taken out of the join table counts as one that came, so that
-- to switch on puts it right, as it does with columns.
DELETE FROM scim_map_member
 WHERE map = {map} AND ({gone}
    OR NOT EXISTS (SELECT 1
                     FROM scim_link AS m
                    WHERE m.map = {member map}
                      AND m.tenant = scim_map_member.tenant
                      AND m.id = scim_map_member.member
                      AND m.key = scim_map_member.member_key)
    OR NOT EXISTS (SELECT 1
                     FROM {join} AS j
                    WHERE j.{join group} = scim_map_member.group_key
                      AND j.{join member} = scim_map_member.member_key));
INSERT INTO scim_map_member (map, "group", member, tenant, group_key,
       member_key)
SELECT {map}, p."group", p.member, p.tenant, g.key, m.key
  FROM ({pairs}) AS p
  CROSS JOIN scim_link AS g
    ON g.map = {map} AND g.tenant = p.tenant AND g.id = p.id
  CROSS JOIN scim_link AS m
    ON m.map = {member map} AND m.tenant = p.tenant AND m.id = p.member
 WHERE g.key IS NOT NULL AND m.key IS NOT NULL
 ORDER BY p."group", p.member
    ON CONFLICT (map, "group", member) DO NOTHING;

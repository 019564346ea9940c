-- One row a time that somebody was in a group directly, by whomever: joined is
-- the moment from which they were, left the one from which they were no more,
-- NULL while they are. What began before the horizon of the log (scim_prune)
-- begins there, and what ended before it is left out. The tenants come
-- first for a condition on group_id alone, or on member: in each of them it is
-- one look at an index.
--   SELECT member_name, joined, left FROM scim_membership_interval
--    WHERE group_id = '…' ORDER BY joined;
CREATE VIEW scim_membership_interval (
  tenant, group_id, group_name, member, member_name, joined, left
) AS
SELECT t.name, s.group_id, g.name, s.member, m.name,
       max(s.joined, (SELECT h.value FROM scim_meta AS h
                       WHERE h.name = 'horizon')),
       s."left"
  FROM scim_tenant AS t
 CROSS JOIN scim_stay AS s ON s.tenant = t.name
  LEFT JOIN scim_name AS g ON g.tenant = s.tenant AND g.id = s.group_id
  LEFT JOIN scim_name AS m ON m.tenant = s.tenant AND m.id = s.member
 WHERE s."left" IS NULL
    OR (s."left" > s.joined
        AND s."left" > (SELECT h.value FROM scim_meta AS h
                         WHERE h.name = 'horizon'));

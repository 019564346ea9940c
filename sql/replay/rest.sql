-- What no log tells: when somebody joined a group up to the horizon, of which
-- types there have been some, and how far the numbers of the snapshot had come.
DELETE FROM main.scim_stay
 WHERE joined <= (SELECT value FROM main.scim_meta WHERE name = 'horizon');

INSERT INTO main.scim_stay (tenant, group_id, member, joined, "left", idp,
       manual)
SELECT tenant, group_id, member, joined, "left", idp, manual
  FROM {source}.scim_stay
 WHERE joined <= (SELECT value FROM main.scim_meta WHERE name = 'horizon');

INSERT INTO main.scim_count (tenant, type, live, active)
SELECT tenant, type, live, active
  FROM {source}.scim_count
 WHERE live = 0
    ON CONFLICT (tenant, type) DO NOTHING;

UPDATE main.scim_meta
   SET value = (SELECT s.value
                  FROM {source}.scim_meta AS s
                 WHERE s.name = 'horizon_resource')
 WHERE name = 'horizon_resource';

-- Who was in which group, and when: scim_stay follows what the log tells. id is
-- the group, and where somebody is deleted who was in groups_left, the member.
-- Whose memberships go is NULL where it is everybody's. A request may drop a
-- member and add it again, who has then never been out.
--
-- A stay is over when nobody holds it any more. One that ends at the moment at
-- which the next one begins goes on: no moment is between. A clock that was set
-- back may end one before it has begun: nobody was in the group then, and the
-- view leaves it out.
CREATE VIEW scim_commit_stay (
  tenant, id, time, member_add, member_drop, groups_left, source
) AS SELECT
  NULL, NULL, NULL, NULL, NULL, NULL, NULL
 WHERE 0;

CREATE TRIGGER scim_commit_stay INSTEAD OF INSERT ON scim_commit_stay
WHEN coalesce(NEW.member_add, NEW.member_drop, NEW.groups_left) IS NOT NULL
BEGIN
  UPDATE scim_stay
     SET idp = idp AND NEW.source IS NOT DISTINCT FROM 'manual',
         manual = manual AND NEW.source IS NOT DISTINCT FROM 'idp'
   WHERE tenant = NEW.tenant AND group_id = NEW.id AND "left" IS NULL
     AND member IN (SELECT value FROM json_each(NEW.member_drop))
     AND member NOT IN (SELECT value ->> 'value'
                          FROM json_each(NEW.member_add));

  UPDATE scim_stay
     SET "left" = NEW.time
   WHERE tenant = NEW.tenant AND group_id = NEW.id AND "left" IS NULL
     AND member IN (SELECT value FROM json_each(NEW.member_drop))
     AND NOT idp AND NOT manual;

  UPDATE scim_stay
     SET "left" = NEW.time, idp = 0, manual = 0
   WHERE tenant = NEW.tenant AND member = NEW.id AND "left" IS NULL
     AND group_id IN (SELECT value FROM json_each(NEW.groups_left));

  INSERT INTO scim_stay (tenant, group_id, member, joined, idp, manual)
  SELECT NEW.tenant, NEW.id, j.value ->> 'value',
         coalesce((SELECT s.joined
                     FROM scim_stay AS s
                    WHERE s.tenant = NEW.tenant AND s.group_id = NEW.id
                      AND s.member = j.value ->> 'value'
                      AND coalesce(s."left", NEW.time) >= NEW.time
                    ORDER BY s.joined DESC
                    LIMIT 1), NEW.time),
         NEW.source IS DISTINCT FROM 'manual',
         NEW.source IS NOT DISTINCT FROM 'manual'
    FROM json_each(NEW.member_add) AS j
   WHERE true
      ON CONFLICT (tenant, group_id, member, joined) DO UPDATE
     SET "left" = NULL, idp = max(idp, excluded.idp),
         manual = max(manual, excluded.manual);
END;

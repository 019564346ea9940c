-- From when to when somebody was in a group, for scim_membership_interval: left
-- is NULL while they are. The triggers of ../commit/stay.sql write a row as the
-- log tells of it. idp and manual say since when these hold the membership, by
-- what they said last, or are NULL; it lasts as long as one of them does.
CREATE TABLE scim_stay (
  tenant   TEXT NOT NULL,
  group_id TEXT NOT NULL,
  member   TEXT NOT NULL,
  joined   TEXT NOT NULL,
  "left"   TEXT,
  idp      TEXT,
  manual   TEXT,
  PRIMARY KEY (tenant, group_id, member, joined)
) STRICT, WITHOUT ROWID;

CREATE INDEX scim_stay_member ON scim_stay (member);
CREATE INDEX scim_stay_left ON scim_stay ("left") WHERE "left" IS NOT NULL;

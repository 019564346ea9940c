-- From version 14 to 15: what the log says of members who stay. It said of who was
-- given another name that he was added, and of none that he lost it.
ALTER TABLE scim_log ADD COLUMN member_patch TEXT;

UPDATE scim_meta
   SET value = iif(name = 'version', 15, value + 1)
 WHERE name IN ('version', 'generation');

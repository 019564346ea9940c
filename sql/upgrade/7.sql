-- From version 7 to 8. scim_stay says since when each source holds a membership,
-- where it said whether: the columns take texts from now on. Of what the log does
-- not tell it is since the stay began. From before version 5 it comes empty, with
-- these columns (4.sql), and is filled when the triggers are there.
PRAGMA writable_schema = 1;
UPDATE sqlite_schema
   SET sql = replace(replace(sql,
             'idp      INTEGER NOT NULL DEFAULT 0 CHECK (idp BETWEEN 0 AND 1)',
             'idp      TEXT'),
             'manual   INTEGER NOT NULL DEFAULT 0 CHECK (manual BETWEEN 0 AND 1)',
             'manual   TEXT')
 WHERE type = 'table' AND name = 'scim_stay';
PRAGMA writable_schema = RESET;

UPDATE scim_stay
   SET idp = iif(+idp, joined, NULL), manual = iif(+manual, joined, NULL);
UPDATE scim_stay
   SET idp = a.time
  FROM (SELECT max(l.seq), l.tenant, l.id, j.value ->> 'value' AS member, l.time
          FROM scim_log AS l, json_each(l.member_add) AS j
         WHERE l.action IS NOT NULL AND l.member_add IS NOT NULL
           AND coalesce(l.source, 'idp') = 'idp'
         GROUP BY 2, 3, 4) AS a
 WHERE scim_stay.tenant = a.tenant AND scim_stay.group_id = a.id
   AND scim_stay.member = a.member AND scim_stay.idp IS NOT NULL;
UPDATE scim_stay
   SET manual = a.time
  FROM (SELECT max(l.seq), l.tenant, l.id, j.value ->> 'value' AS member, l.time
          FROM scim_log AS l, json_each(l.member_add) AS j
         WHERE l.action IS NOT NULL AND l.member_add IS NOT NULL
           AND l.source = 'manual'
         GROUP BY 2, 3, 4) AS a
 WHERE scim_stay.tenant = a.tenant AND scim_stay.group_id = a.id
   AND scim_stay.member = a.member AND scim_stay.manual IS NOT NULL;

UPDATE scim_meta SET value = value + 1 WHERE name = 'generation';
UPDATE scim_meta SET value = 8 WHERE name = 'version';

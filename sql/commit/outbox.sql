-- The jobs of a change, in the order of its events. It runs when the row of the
-- log is there, whose seq they have. A job that is to be there once is left out
-- when the outbox has one of its kind for the same resource, done or not, by
-- hand or not; of a member event, for the same member of it. Within one change
-- the extension has seen to that.
CREATE VIEW scim_commit_outbox (tenant, seq, time, jobs) AS
SELECT NULL, NULL, NULL, NULL
 WHERE 0;

CREATE TRIGGER scim_commit_outbox INSTEAD OF INSERT ON scim_commit_outbox
WHEN NEW.jobs IS NOT NULL
BEGIN
  INSERT INTO scim_outbox (seq, tenant, type, id, event, kind, payload, created)
  SELECT coalesce(NEW.seq, (SELECT max(seq) FROM scim_log)), NEW.tenant,
         j.value ->> 'type', j.value ->> 'id', j.value ->> 'event',
         j.value ->> 'kind', j.value ->> 'payload', NEW.time
    FROM json_each(NEW.jobs) AS j
   WHERE NOT (j.value ->> 'once'
              AND EXISTS (
                  SELECT 1
                    FROM scim_outbox AS o
                   WHERE o.tenant = NEW.tenant AND o.kind = j.value ->> 'kind'
                     AND o.id = j.value ->> 'id'
                     AND (j.value ->> 'member' IS NULL
                          OR iif(json_valid(o.payload),
                                 json_extract(o.payload, '$.value'), NULL)
                             = j.value ->> 'member')))
   ORDER BY j.key;
END;

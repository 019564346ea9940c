-- Takes values out of a row of the log; what is left has a digest of its own.
-- data has what is left, as texts.
CREATE TRIGGER scim_work_forget_row INSTEAD OF INSERT ON scim_commit_work
WHEN NEW.action = 'forget_row'
BEGIN
  UPDATE scim_log
     SET id = NEW.data ->> 'id', target = NEW.data ->> 'target',
         detail = NEW.data ->> 'detail',
         before = NEW.data ->> 'before', after = NEW.data ->> 'after',
         member_add = NEW.data ->> 'member_add',
         member_patch = NEW.data ->> 'member_patch', forgotten = NEW.digest,
         request = NULL,
         shape = iif(before IS NEW.data ->> 'before'
                     AND after IS NEW.data ->> 'after', shape, NULL)
   WHERE seq = NEW.data ->> 'seq';
END;

CREATE TRIGGER scim_work_forget_job INSTEAD OF INSERT ON scim_commit_work
WHEN NEW.action = 'forget_job'
BEGIN
  UPDATE scim_outbox
     SET payload = NEW.data ->> 'payload', error = NULL
   WHERE job = NEW.data ->> 'job';
END;

-- What else is known of somebody who is gone. An alert quotes what the first
-- request was told that it held.
CREATE TRIGGER scim_work_forget INSTEAD OF INSERT ON scim_commit_work
WHEN NEW.action = 'forget'
BEGIN
  DELETE FROM scim_former
   WHERE tenant = NEW.tenant AND id = NEW.data ->> 'id';

  DELETE FROM scim_name
   WHERE tenant = NEW.tenant AND id = NEW.data ->> 'id' AND type IS NULL;

  UPDATE scim_name
     SET name = NULL
   WHERE tenant = NEW.tenant AND id = NEW.data ->> 'id';

  DELETE FROM scim_review
   WHERE tenant = NEW.tenant AND id = NEW.data ->> 'id';

  UPDATE scim_member
     SET display = NULL
   WHERE value = NEW.data ->> 'id' AND display IS NOT NULL
     AND EXISTS (SELECT 1 FROM scim_resource AS g
                  WHERE g.resource = "group" AND g.tenant = NEW.tenant);

  UPDATE scim_snapshot
     SET doc = '{}'
   WHERE tenant = NEW.tenant AND id = NEW.data ->> 'id';

  UPDATE scim_snapshot_member
     SET display = NULL
   WHERE tenant = NEW.tenant AND value = NEW.data ->> 'id';

  UPDATE scim_alert
     SET detail = ''
   WHERE tenant = NEW.tenant
     AND EXISTS (SELECT 1 FROM json_each(NEW.data, '$.values') AS v
                  WHERE instr(lower(detail), lower(v.value)) > 0);
END;

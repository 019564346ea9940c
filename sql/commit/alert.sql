-- The breaker: what it has held, and its release. data says of the first what
-- the alert is to say and where the window began; one that is open since then
-- counts the request, so that a scope which removes everybody leaves one row.
CREATE VIEW scim_commit_alert (tenant, token, time, data) AS
SELECT NULL, NULL, NULL, NULL
 WHERE 0;

CREATE TRIGGER scim_commit_alert INSTEAD OF INSERT ON scim_commit_alert
WHEN NEW.data IS NOT NULL
BEGIN
  INSERT INTO scim_alert (tenant, token, kind, since, detail)
  SELECT NEW.tenant, NEW.token, 'breaker', NEW.time, NEW.data ->> 'detail'
   WHERE NOT EXISTS (
         SELECT 1
           FROM scim_alert
          WHERE tenant = NEW.tenant AND kind = 'breaker' AND until IS NULL
            AND since > NEW.data ->> 'since');

  UPDATE scim_alert
     SET held = held + 1
   WHERE tenant = NEW.tenant AND kind = 'breaker' AND until IS NULL
     AND since > NEW.data ->> 'since';
END;

-- A release closes all that is open. One that comes before anything was held
-- has a row too: it is by the last of them that the breaker knows.
CREATE TRIGGER scim_work_release INSTEAD OF INSERT ON scim_commit_work
WHEN NEW.action = 'release'
BEGIN
  INSERT INTO scim_alert (tenant, kind, since, detail)
  SELECT NEW.tenant, 'breaker', NEW.time, 'released before anything was held'
   WHERE NOT EXISTS (
         SELECT 1
           FROM scim_alert
          WHERE tenant = NEW.tenant AND kind = 'breaker' AND until IS NULL);

  UPDATE scim_alert
     SET released = NEW.time, until = NEW.data ->> 'until'
   WHERE tenant = NEW.tenant AND kind = 'breaker' AND until IS NULL;
END;

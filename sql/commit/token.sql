-- A token or a client, and the tenant that it admits to. An access token, which a
-- client has asked for by HTTP, takes along those that have expired, and is
-- logged. "replaces" is 1 where the tenant wants one token an IdP: the others of
-- that IdP are revoked.
CREATE TRIGGER scim_work_token INSTEAD OF INSERT ON scim_commit_work
WHEN NEW.action = 'token'
BEGIN
  INSERT OR IGNORE INTO scim_tenant (name, created)
  VALUES (NEW.tenant, NEW.time);

  DELETE FROM scim_token
   WHERE kind = 'access' AND expires <= NEW.time
     AND json_extract(NEW.data, '$.kind') = 'access';

  INSERT INTO scim_token (token, tenant, label, digest, scopes, resource,
         created, expires, kind, client, idp, last_four)
  VALUES (1 + max((SELECT value FROM scim_meta WHERE name = 'deleted_token'),
                  (SELECT coalesce(max(token), 0) FROM scim_token)),
         NEW.tenant, json_extract(NEW.data, '$.label'),
         json_extract(NEW.data, '$.digest'),
         json_extract(NEW.data, '$.scopes'),
         json_extract(NEW.data, '$.resource'), NEW.time,
         json_extract(NEW.data, '$.expires'),
         coalesce(json_extract(NEW.data, '$.kind'), 'token'),
         json_extract(NEW.data, '$.client'),
         json_extract(NEW.data, '$.idp'),
         json_extract(NEW.data, '$.last_four'));

  UPDATE scim_token
     SET revoked = NEW.time
   WHERE json_extract(NEW.data, '$.replaces')
     AND tenant = NEW.tenant AND revoked IS NULL AND kind <> 'access'
     AND lower(idp) = lower(json_extract(NEW.data, '$.idp'))
     AND digest <> json_extract(NEW.data, '$.digest');

  INSERT INTO scim_commit_log (action, tenant, time, token, method, target,
         status, digest, hash, seq)
  SELECT 'none', NEW.tenant, NEW.time, token, 'POST', '/oauth/token', 200,
         NEW.digest, NEW.hash, NEW.seq
    FROM scim_token
   WHERE json_extract(NEW.data, '$.kind') = 'access'
     AND kind = 'client' AND client = json_extract(NEW.data, '$.client');
END;

-- Another secret. The one of before is good up to "until", or no more.
CREATE TRIGGER scim_work_rotate INSTEAD OF INSERT ON scim_commit_work
WHEN NEW.action = 'rotate'
BEGIN
  UPDATE scim_token
     SET previous_digest = iif(json_extract(NEW.data, '$.until') IS NULL, NULL,
                               digest),
         previous_until = json_extract(NEW.data, '$.until'),
         digest = json_extract(NEW.data, '$.digest'),
         last_four = json_extract(NEW.data, '$.last_four')
   WHERE token = json_extract(NEW.data, '$.token');
END;

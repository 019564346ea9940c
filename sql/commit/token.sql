-- A token, and the tenant that it admits to.
CREATE TRIGGER scim_work_token INSTEAD OF INSERT ON scim_commit_work
WHEN NEW.action = 'token'
BEGIN
  INSERT OR IGNORE INTO scim_tenant (name, created)
  VALUES (NEW.tenant, NEW.time);

  INSERT INTO scim_token (token, tenant, label, digest, scopes, resource,
         created, expires)
  VALUES (1 + max((SELECT value FROM scim_meta WHERE name = 'deleted_token'),
                  (SELECT coalesce(max(token), 0) FROM scim_token)),
         NEW.tenant, json_extract(NEW.data, '$.label'),
         json_extract(NEW.data, '$.digest'),
         json_extract(NEW.data, '$.scopes'),
         json_extract(NEW.data, '$.resource'), NEW.time,
         json_extract(NEW.data, '$.expires'));
END;

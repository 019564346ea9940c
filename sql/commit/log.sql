-- Who did what, and whose members came and went (a delete takes everybody's),
-- the hour in which a token was last used for a write, and where the chain of the
-- tenant stands. The extension computes the hash, because no built-in function
-- does.
CREATE VIEW scim_commit_log (
  action, tenant, type, id, version, time, member_add, member_drop,
  groups_left, token, method, target, status, scim_type, detail, before,
  after, source, digest, hash, request, shape, seq, member_patch
) AS SELECT
  NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
  NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
 WHERE 0;

CREATE TRIGGER scim_commit_log INSTEAD OF INSERT ON scim_commit_log
WHEN NEW.status IS NOT NULL
BEGIN
  INSERT INTO scim_commit_shape (form) VALUES (NEW.shape);

  INSERT INTO scim_log (seq, time, tenant, token, method, target, status,
         scim_type, detail, action, type, id, version, before, after,
         member_add, member_drop, groups_left, source, digest, hash,
         request, shape, member_patch)
  VALUES (coalesce(NEW.seq,
                   1 + max((SELECT value FROM scim_meta
                             WHERE name = 'deleted_seq'),
                           (SELECT coalesce(max(seq), 0) FROM scim_log))),
         NEW.time, NEW.tenant, NEW.token, NEW.method, NEW.target, NEW.status,
         NEW.scim_type, NEW.detail,
         nullif(NEW.action, 'none'),
         NEW.type, NEW.id, NEW.version, NEW.before, NEW.after,
         NEW.member_add, NEW.member_drop, NEW.groups_left,
         CASE WHEN NEW.action <> 'delete'
               AND coalesce(NEW.member_add, NEW.member_drop,
                            NEW.member_patch) IS NOT NULL
              THEN coalesce(NEW.source, 'idp')
         END,
         NEW.digest, NEW.hash, NEW.request,
         CASE typeof(NEW.shape)
         WHEN 'text'
         THEN (SELECT shape FROM scim_shape WHERE form = NEW.shape)
         ELSE NEW.shape END,
         NEW.member_patch);

  SELECT RAISE(ABORT, 'scim:400:invalidValue:the application ignores this')
   WHERE changes() = 0;

  INSERT INTO scim_chain (tenant, seq, hash)
  SELECT NEW.tenant, NEW.seq, NEW.hash
   WHERE NEW.hash IS NOT NULL
      ON CONFLICT (tenant) DO UPDATE
     SET seq = excluded.seq, hash = excluded.hash
   WHERE excluded.seq > seq;

  UPDATE scim_token
     SET last_used = substr(NEW.time, 1, 13) || ':00:00.000Z'
   WHERE token = NEW.token
     AND last_used IS NOT substr(NEW.time, 1, 13) || ':00:00.000Z';
END;

-- When a row was made that people insert. No DEFAULT says so, for it would draw the
-- clock in a database that is replicated as well, on every node another time, and
-- again when a node replays its log; and nothing could tell that it has.
CREATE TRIGGER scim_tenant_created AFTER INSERT ON scim_tenant
WHEN NEW.created = ''
BEGIN
  SELECT RAISE(ABORT,
               'this database is replicated: scim_tenant needs created')
   WHERE EXISTS (SELECT 1 FROM scim_meta WHERE name = 'replicated');

  UPDATE scim_tenant
     SET created = strftime('%Y-%m-%dT%H:%M:%fZ', 'now')
   WHERE name = NEW.name AND created = '';
END;

CREATE TRIGGER scim_outbox_created AFTER INSERT ON scim_outbox
WHEN NEW.created = ''
BEGIN
  SELECT RAISE(ABORT,
               'this database is replicated: scim_outbox needs created')
   WHERE EXISTS (SELECT 1 FROM scim_meta WHERE name = 'replicated');

  UPDATE scim_outbox
     SET created = strftime('%Y-%m-%dT%H:%M:%fZ', 'now')
   WHERE job = NEW.job AND created = '';
END;

-- A row of the log stays until every consumer has read it, whoever wants to
-- delete it. (SELECT min(seq) FROM scim_consumer) is how far pruning may go, and
-- the removal of a tenant.
CREATE TRIGGER scim_log_unread BEFORE DELETE ON scim_log
WHEN OLD.seq > (SELECT min(seq) FROM scim_consumer)
BEGIN
  SELECT RAISE(ABORT, 'scim_log: a consumer (scim_consumer) has not read it');
END;

-- A bookmark beyond the end of the log would skip, without a word, what is
-- written until the log has come so far.
CREATE TRIGGER scim_consumer_insert AFTER INSERT ON scim_consumer
WHEN NEW.seq > max((SELECT value FROM scim_meta WHERE name = 'deleted_seq'),
                   (SELECT coalesce(max(seq), 0) FROM scim_log))
BEGIN
  SELECT RAISE(ABORT, 'scim_consumer.seq is beyond the end of scim_log');
END;

CREATE TRIGGER scim_consumer_update AFTER UPDATE OF seq ON scim_consumer
WHEN NEW.seq > max((SELECT value FROM scim_meta WHERE name = 'deleted_seq'),
                   (SELECT coalesce(max(seq), 0) FROM scim_log))
BEGIN
  SELECT RAISE(ABORT, 'scim_consumer.seq is beyond the end of scim_log');
END;

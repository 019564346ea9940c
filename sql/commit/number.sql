-- The number of a row is never used again: what points at a resource, a token,
-- a review or a place in the log, in the application as well as here, must not
-- come to point at another. The next number is one more than the highest that
-- is there and the highest that is gone; only where the newest row goes is
-- there something to note. It is noted before: what a trigger of the application
-- creates when it has gone gets another one.
--
-- AUTOINCREMENT would do the same, but has to be there when a table is made. To
-- make the tables of version 1 anew, they would have to be dropped; and that
-- deletes, with foreign keys on, what an application's tables hold about them.
CREATE TRIGGER scim_resource_delete BEFORE DELETE ON scim_resource
WHEN NOT EXISTS (SELECT 1 FROM scim_resource WHERE resource > OLD.resource)
BEGIN
  UPDATE scim_meta
     SET value = OLD.resource
   WHERE name = 'deleted_resource' AND value < OLD.resource;
END;

CREATE TRIGGER scim_log_delete BEFORE DELETE ON scim_log
WHEN NOT EXISTS (SELECT 1 FROM scim_log WHERE seq > OLD.seq)
BEGIN
  UPDATE scim_meta
     SET value = OLD.seq
   WHERE name = 'deleted_seq' AND value < OLD.seq;
END;

CREATE TRIGGER scim_token_delete BEFORE DELETE ON scim_token
WHEN NOT EXISTS (SELECT 1 FROM scim_token WHERE token > OLD.token)
BEGIN
  UPDATE scim_meta
     SET value = OLD.token
   WHERE name = 'deleted_token' AND value < OLD.token;
END;

CREATE TRIGGER scim_review_delete BEFORE DELETE ON scim_review
WHEN NOT EXISTS (SELECT 1 FROM scim_review WHERE review > OLD.review)
BEGIN
  UPDATE scim_meta
     SET value = OLD.review
   WHERE name = 'deleted_review' AND value < OLD.review;
END;

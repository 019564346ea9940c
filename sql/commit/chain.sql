-- Another hash for a row. A trigger of the application may have written rows
-- within the statement that wrote this one: then it came later than was thought
-- when its hash was computed.
CREATE TRIGGER scim_work_chain INSTEAD OF INSERT ON scim_commit_work
WHEN NEW.action = 'chain'
BEGIN
  UPDATE scim_log SET hash = NEW.hash WHERE seq = NEW.data ->> 'seq';
  UPDATE scim_chain
     SET hash = NEW.hash
   WHERE tenant = NEW.tenant AND seq = NEW.data ->> 'seq';
END;

-- Rules are read with the definitions, so a change makes every connection read
-- them again; and one that is wrong is refused like a definition, but for its
-- filter, which is read by the next write, or by SELECT scim_init().
CREATE TRIGGER scim_rule_insert AFTER INSERT ON scim_rule
BEGIN
  SELECT json_extract('{}', m.rule || ' (' || m.kind || '), ' || m.place || ' '
                            || m.mistake)
    FROM scim_rule_mistake AS m
   WHERE m.rule = NEW.rule AND m.kind = NEW.kind
   LIMIT 1;
  UPDATE scim_meta SET value = value + 1 WHERE name = 'generation';
END;

-- What was wrong with the filter before is not said of the new one.
CREATE TRIGGER scim_rule_update
AFTER UPDATE OF rule, event, type, filter, kind, once ON scim_rule
BEGIN
  UPDATE scim_rule
     SET mistake = NULL
   WHERE rule = NEW.rule AND mistake IS NOT NULL;
  SELECT json_extract('{}', m.rule || ' (' || m.kind || '), ' || m.place || ' '
                            || m.mistake)
    FROM scim_rule_mistake AS m
   WHERE m.rule = NEW.rule AND m.kind = NEW.kind
   LIMIT 1;
  UPDATE scim_meta SET value = value + 1 WHERE name = 'generation';
END;

CREATE TRIGGER scim_rule_delete AFTER DELETE ON scim_rule
BEGIN
  UPDATE scim_meta SET value = value + 1 WHERE name = 'generation';
END;

-- A filter is what only the extension can read: it says here what is wrong with
-- it, and the view scim_mistake tells.
CREATE TRIGGER scim_work_rule INSTEAD OF INSERT ON scim_commit_work
WHEN NEW.action = 'rule'
BEGIN
  UPDATE scim_rule
     SET mistake = json_extract(NEW.data, '$.mistake')
   WHERE rule = json_extract(NEW.data, '$.rule');
  UPDATE scim_meta SET value = value + 1 WHERE name = 'generation';
END;

-- A shape that no change had before, by its form. A trigger of the application,
-- within which others are written, may have brought it meanwhile.
CREATE VIEW scim_commit_shape (form) AS SELECT NULL WHERE 0;

CREATE TRIGGER scim_commit_shape INSTEAD OF INSERT ON scim_commit_shape
WHEN typeof(NEW.form) = 'text'
BEGIN
  INSERT INTO scim_shape (form) VALUES (NEW.form)
      ON CONFLICT (form) DO NOTHING;
END;

CREATE TRIGGER scim_shape_insert AFTER INSERT ON scim_shape
BEGIN
  INSERT INTO scim_shape_attribute (shape, path, attribute)
  SELECT f.shape, f.path, f.attribute
    FROM scim_shape_leaf AS f
   WHERE f.shape = NEW.shape;
END;

CREATE TRIGGER scim_shape_delete AFTER DELETE ON scim_shape
BEGIN
  DELETE FROM scim_shape_attribute WHERE shape = OLD.shape;
END;

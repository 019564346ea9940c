-- Maps of the application's tables. They are made, changed and switched by
-- functions of the extension, which create triggers; only reading is for
-- everybody. mistake is written by the extension: why a definition that was right
-- cannot be read any more.
CREATE TABLE scim_map (
  name       TEXT NOT NULL PRIMARY KEY,
  definition TEXT NOT NULL,
  state      TEXT NOT NULL DEFAULT 'off' CHECK (state = 'off' OR state = 'on'),
  since      TEXT NOT NULL,
  mistake    TEXT
) STRICT;

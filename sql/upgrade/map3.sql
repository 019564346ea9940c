-- Maps as they were in version 3.
CREATE TABLE scim_map (
  name       TEXT NOT NULL PRIMARY KEY,
  definition TEXT NOT NULL,
  state      TEXT NOT NULL DEFAULT 'off' CHECK (state = 'off' OR state = 'on'),
  since      TEXT NOT NULL
) STRICT;

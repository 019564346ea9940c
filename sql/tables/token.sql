-- Bearer tokens. The secret itself is never stored: digest is its SHA-256.
CREATE TABLE scim_token (
  token     INTEGER PRIMARY KEY,
  tenant    TEXT NOT NULL,
  label     TEXT NOT NULL,
  digest    TEXT NOT NULL UNIQUE,
  scopes    TEXT NOT NULL DEFAULT 'read write',
  resource  TEXT,
  created   TEXT NOT NULL,
  expires   TEXT,
  revoked   TEXT,
  last_used TEXT
) STRICT;

-- Whoever may ask by HTTP, of three kinds: a bearer token that was minted
-- ('token'), a client that asks for tokens by OAuth 2.0 ('client'), and a token
-- that it was given, for an hour ('access'). No secret is stored: digest is its
-- SHA-256. A secret that was replaced is good until previous_until.
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
  last_used TEXT,
  kind      TEXT NOT NULL DEFAULT 'token'
            CHECK (kind = 'token' OR kind = 'client' OR kind = 'access'),
  client    TEXT,
  idp       TEXT,
  last_four TEXT,
  previous_digest TEXT,
  previous_until  TEXT
) STRICT;

CREATE UNIQUE INDEX scim_token_client ON scim_token (client)
 WHERE kind = 'client';
CREATE INDEX scim_token_access ON scim_token (expires) WHERE kind = 'access';
CREATE INDEX scim_token_previous ON scim_token (previous_digest)
 WHERE previous_digest IS NOT NULL;

-- What somebody has to look at. Of kind 'breaker': deactivations that were held,
-- one row a tenant and window, until scim_release lets them through (released,
-- up to until).
CREATE TABLE scim_alert (
  alert    INTEGER PRIMARY KEY,
  tenant   TEXT NOT NULL,
  token    INTEGER,
  kind     TEXT NOT NULL,
  since    TEXT NOT NULL,
  held     INTEGER NOT NULL DEFAULT 0,
  detail   TEXT NOT NULL,
  released TEXT,
  until    TEXT
) STRICT;

CREATE INDEX scim_alert_until ON scim_alert (tenant, kind, until);

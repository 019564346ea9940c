-- A setting of a tenant that is unknown or makes no sense is refused, with its
-- name; commit/definition.sql says why by json_extract.
CREATE TRIGGER scim_tenant_insert AFTER INSERT ON scim_tenant
BEGIN
  SELECT json_extract('{}', m.setting || ' ' || m.mistake)
    FROM scim_setting_mistake AS m
   WHERE m.tenant = NEW.name
   LIMIT 1;
END;

CREATE TRIGGER scim_tenant_update AFTER UPDATE OF settings ON scim_tenant
BEGIN
  SELECT json_extract('{}', m.setting || ' ' || m.mistake)
    FROM scim_setting_mistake AS m
   WHERE m.tenant = NEW.name
   LIMIT 1;
END;

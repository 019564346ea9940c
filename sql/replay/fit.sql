-- Why the source cannot be replayed; NULL: it can.
SELECT CASE
       WHEN EXISTS (SELECT 1 FROM {source}.scim_tenant
                     WHERE removing IS NOT NULL)
       THEN 'a tenant of it is being removed: let scim_tenant_remove end that'
       WHEN EXISTS (SELECT 1 FROM {source}.scim_meta
                     WHERE name = 'stale' AND value <> 0)
         OR EXISTS (SELECT 1 FROM {source}.scim_index WHERE built = 0)
       THEN 'an index of it is to be built: call scim_init there'
       END

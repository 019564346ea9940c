-- Transactions: of an operation, and of scim_init within that of a caller.

-- name: begin
BEGIN IMMEDIATE;

-- name: commit
COMMIT;

-- name: rollback
ROLLBACK;

-- name: probe_savepoint
SAVEPOINT scim_probe;

-- name: release_probe
RELEASE scim_probe;

-- Takes the write lock within a statement of the caller that writes elsewhere.
-- name: lock
DELETE FROM scim_meta WHERE 0;

-- name: begin_init
SAVEPOINT scim_init;

-- name: undo_init
ROLLBACK TO scim_init;

-- name: release_init
RELEASE scim_init;

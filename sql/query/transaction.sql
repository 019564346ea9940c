-- Transactions: of an operation, and of scim_init within that of a caller.

-- name: begin
BEGIN IMMEDIATE;

-- name: commit
COMMIT;

-- name: rollback
ROLLBACK;

-- Takes the write lock within a statement of the caller that writes elsewhere.
-- name: lock
DELETE FROM scim_meta WHERE 0;

-- name: begin_init
SAVEPOINT scim_init;

-- Is running for as long as the tables are created. When memory runs out while
-- SQLite parses, it runs nothing until the statement that called scim_init has
-- ended, and so does not roll back when it is told to; a query that is running
-- already, and is told to go on, makes it roll back by itself. Also for as long as
-- a request reads, so that its statements read in one transaction.
-- name: running
-- row: running (one)
SELECT 1 AS one FROM sqlite_schema UNION ALL SELECT 1;

-- name: undo_init
ROLLBACK TO scim_init;

-- name: release_init
RELEASE scim_init;

-- Around one change, so that all of it can be undone, whatever the application's
-- triggers have done in it: RAISE(FAIL) leaves half.
-- name: begin_change
SAVEPOINT scim_change;

-- name: undo_change
ROLLBACK TO scim_change;

-- name: release_change
RELEASE scim_change;

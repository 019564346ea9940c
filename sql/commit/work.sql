-- What is no change of a resource: a trigger for each action, in the files of
-- what it is about.
CREATE VIEW scim_commit_work (action, tenant, type, time, data) AS
SELECT NULL, NULL, NULL, NULL, NULL
 WHERE 0;

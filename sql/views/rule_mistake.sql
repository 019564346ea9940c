-- What is wrong in the rules of the outbox. What the extension found in a filter
-- stands in the rule itself.
CREATE VIEW scim_rule_mistake (rule, kind, place, mistake) AS
SELECT r.rule, r.kind, 'event',
       'must be created, updated, activated, deactivated, deleted, '
       || 'member_added or member_removed'
  FROM scim_rule AS r
 WHERE r.event NOT IN ('created', 'updated', 'activated', 'deactivated',
                       'deleted', 'member_added', 'member_removed')
 UNION ALL
SELECT r.rule, r.kind, 'type', 'names an unknown type'
  FROM scim_rule AS r
 WHERE r.type NOT IN (SELECT d.name FROM scim_definition AS d
                       WHERE d.source = 'scim_resource_type')
 UNION ALL
SELECT r.rule, r.kind, 'type', 'has no members'
  FROM scim_rule AS r
 WHERE r.event IN ('member_added', 'member_removed')
   AND r.type NOT IN (SELECT p.type FROM scim_path AS p
                       WHERE p.parent IS NULL AND lower(p.name) = 'members')
 UNION ALL
SELECT r.rule, r.kind, 'filter', r.mistake
  FROM scim_rule AS r
 WHERE r.mistake IS NOT NULL;

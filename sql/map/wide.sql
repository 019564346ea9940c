-- New rows that are found by what is not ASCII, by any rule.
CREATE TRIGGER "scim_map.{name}.row_insert" AFTER INSERT ON {table}
WHEN {any wide}
BEGIN{wide rules}
END;

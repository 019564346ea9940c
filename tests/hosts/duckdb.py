import sqlite3, duckdb
db = sqlite3.connect("people.db", isolation_level=None)
db.enable_load_extension(True)
db.load_extension("build/scim")
db.execute("SELECT scim_init()")
db.execute("INSERT INTO scim (method, target, body) VALUES ('POST', '/Users', ?)", ('{"userName":"ann@example.com"}',))
duckdb.sql("INSTALL sqlite; LOAD sqlite")
print(duckdb.execute("SELECT user_name FROM sqlite_scan('people.db', 'scim_user') WHERE user_name = ?", ["ann@example.com"]).fetchone()[0])

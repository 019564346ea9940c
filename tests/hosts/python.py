import sqlite3
db = sqlite3.connect("people.db")
db.enable_load_extension(True)
db.load_extension("build/scim")
db.execute("SELECT scim_init()")
db.execute("INSERT INTO scim (method, target, body) VALUES ('POST', '/Users', ?)", ('{"userName":"ann@example.com"}',))
db.commit()
print(db.execute("SELECT id IS NOT NULL FROM scim_user WHERE user_name = ?", ("ann@example.com",)).fetchone()[0])

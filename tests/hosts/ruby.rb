require 'sqlite3'
db = SQLite3::Database.new('people.db')
db.enable_load_extension(true)
db.load_extension('build/scim')
db.execute('SELECT scim_init()')
db.execute("INSERT INTO scim (method, target, body) VALUES ('POST', '/Users', ?)", ['{"userName":"ann@example.com"}'])
puts db.get_first_value('SELECT id IS NOT NULL FROM scim_user WHERE user_name = ?', ['ann@example.com'])

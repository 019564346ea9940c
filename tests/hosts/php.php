<?php
$db = new SQLite3('people.db');
$db->loadExtension('scim.so');
$db->exec("SELECT scim_init()");
$db->exec("INSERT INTO scim (method, target, body) VALUES ('POST', '/Users', '{\"userName\":\"ann@example.com\"}')");
echo $db->querySingle("SELECT id IS NOT NULL FROM scim_user WHERE user_name = 'ann@example.com'");

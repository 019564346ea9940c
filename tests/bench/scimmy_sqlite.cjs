// A SCIM server made of scimmy, scimmy-routers and better-sqlite3.
//
//     node scimmy_sqlite.cjs NODE_MODULES PORT TOKEN DATABASE
//
// What a developer would write who keeps users in SQLite: a table with a unique
// userName, each change a transaction that is synced, and a filter by userName
// asked of the index. Everything else is scimmy's own.
"use strict";
const [modules, port, token, file] = process.argv.slice(2);
const load = require("module").createRequire(
    require("path").resolve(modules) + "/");
const {randomUUID} = require("crypto");
const express = load("express");
const SCIMMY = load("scimmy").default ?? load("scimmy");
const routers = load("scimmy-routers");
const SCIMMYRouters = routers.default ?? routers;

const db = new (load("better-sqlite3"))(file);
db.pragma("journal_mode = WAL");
db.pragma("synchronous = FULL");
db.exec(`CREATE TABLE user (id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE COLLATE NOCASE, created TEXT, modified TEXT,
  doc TEXT NOT NULL) STRICT`);
const byId = db.prepare("SELECT * FROM user WHERE id = ?");
const byName = db.prepare("SELECT * FROM user WHERE name = ?");
const all = db.prepare("SELECT * FROM user ORDER BY rowid");
const put = db.prepare(`INSERT INTO user VALUES (?, ?, ?, ?, ?)
  ON CONFLICT (id) DO UPDATE SET name = excluded.name,
  modified = excluded.modified, doc = excluded.doc`);
const drop = db.prepare("DELETE FROM user WHERE id = ?");

const read = (row) => ({...JSON.parse(row.doc), id: row.id,
                        meta: {created: new Date(row.created),
                               lastModified: new Date(row.modified)}});
const find = (id) => {
  const row = byId.get(id);
  if (!row) throw new SCIMMY.Types.Error(404, null, "not found");
  return row;
};

// wanted: the userName that a filter asks for, if that is all it asks for.
const wanted = (filter) => {
  const [only, more] = filter ?? [];
  const [name, ...others] = Object.keys(only ?? {});
  const [operator, value] = [only?.[name]].flat();
  return !more && !others.length && name?.toLowerCase() === "username" &&
         operator === "eq" ? value : undefined;
};

SCIMMY.Resources.declare(SCIMMY.Resources.User)
    .ingress((resource, data) => {
      const now = new Date().toISOString();
      const old = resource.id ? find(resource.id)
                              : {id: randomUUID(), created: now};
      const document = JSON.parse(JSON.stringify(data));
      try {
        put.run(old.id, document.userName, old.created, now,
                JSON.stringify(document));
      } catch (error) {
        if (!error.code?.startsWith("SQLITE_CONSTRAINT")) throw error;
        throw new SCIMMY.Types.Error(409, "uniqueness", "taken");
      }
      return read(find(old.id));
    })
    .egress((resource) => {
      if (resource.id) return read(find(resource.id));
      const name = wanted(resource.filter);
      const rows = name === undefined ? all.all() : [byName.get(name)];
      return rows.filter(Boolean).map(read);
    })
    .degress((resource) => {
      find(resource.id);
      drop.run(resource.id);
    });
SCIMMY.Resources.User.extend(SCIMMY.Schemas.EnterpriseUser, false);

express().use("/v2", new SCIMMYRouters({
  type: "bearer",
  handler: (request) => {
    if (request.header("Authorization") !== "Bearer " + token)
      throw new Error("unauthorized");
    return "nobody";
  },
})).listen(Number(port), "127.0.0.1");

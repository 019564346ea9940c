// A SCIM server made of scimmy and scimmy-routers, with a store in memory.
//
//     node scimmy_server.cjs NODE_MODULES PORT TOKEN
//
// The store does no more than keep documents; filters, PATCH, sorting, paging
// and projections are scimmy's own. Two things are smoothed over, so that more
// can be compared: a filter that fails on a document, because the document has
// no such attribute, does not match; and numbers in a query are numbers.
"use strict";
const [modules, port, token] = process.argv.slice(2);
const load = require("module").createRequire(
    require("path").resolve(modules) + "/");
const {randomUUID} = require("crypto");
const express = load("express");
const SCIMMY = load("scimmy").default ?? load("scimmy");
const routers = load("scimmy-routers");
const SCIMMYRouters = routers.default ?? routers;

// serve: a type whose resources are unique by one attribute, or by none.
function serve(type, unique) {
  const kept = new Map();
  const find = (id) => {
    if (!kept.has(id)) throw new SCIMMY.Types.Error(404, null, "not found");
    return kept.get(id);
  };
  const taken = (id, value) => [...kept.values()].some((each) =>
    each.id !== id && each[unique].toLowerCase() === value.toLowerCase());
  const matches = (filter, document) => {
    try {
      return filter.match([document]).length > 0;
    } catch {
      return false;
    }
  };
  SCIMMY.Resources.declare(type)
      .ingress((resource, data) => {
        const old = resource.id ? find(resource.id) : {id: randomUUID()};
        const document = JSON.parse(JSON.stringify(data));
        if (unique && taken(old.id, document[unique]))
          throw new SCIMMY.Types.Error(409, "uniqueness", "taken");
        const now = new Date();
        const created = old.meta?.created ?? now;
        kept.set(old.id, {...document, id: old.id,
                          meta: {created, lastModified: now}});
        return kept.get(old.id);
      })
      .egress((resource) => {
        if (resource.id) return find(resource.id);
        const all = [...kept.values()];
        const {filter} = resource;
        return filter ? all.filter((each) => matches(filter, each)) : all;
      })
      .degress((resource) => {
        find(resource.id);
        kept.delete(resource.id);
      });
}

serve(SCIMMY.Resources.User, "userName");
serve(SCIMMY.Resources.Group);
SCIMMY.Resources.User.extend(SCIMMY.Schemas.EnterpriseUser, false);
SCIMMY.Config.set({bulk: true});

const numbers = (text) => Object.fromEntries(
    [...new URLSearchParams(text)].map(([name, value]) =>
      [name, /^-?\d+$/.test(value) && name !== "filter" ? Number(value)
                                                        : value]));

express().set("query parser", numbers).use("/v2", new SCIMMYRouters({
  type: "bearer",
  handler: (request) => {
    if (request.header("Authorization") !== "Bearer " + token)
      throw new Error("unauthorized");
    return "nobody";
  },
})).listen(Number(port), "127.0.0.1");

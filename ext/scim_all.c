/*
** scim_all.c: the whole extension as one file, for static linking.
**
**     make build/scim_all.o
**     cc program.c build/scim_all.o -lsqlite3 -lsodium -lutf8proc -lm
**
** A program that links us must not find our short names among its own: many
** have a json_new. So names.h, which the build makes from the headers, puts
** scim_ before every name that the linker sees; it comes first, behind what
** others have declared. The sources keep the short names, and so do the objects
** of the loadable extension, in which only sqlite3_scim_init is visible.
**
** The order is that of the rooms: each file after those that it calls. Here the
** statics of a module are seen by all that come after it, so no two modules
** have a name in common (tests/layers.sh).
*/
#include <sodium.h>
#include <sqlite3ext.h>
#include <utf8proc.h>

#include "names.h"

/*
** text: bytes. Memory, JSON, times, numbers and the comparison of texts; it
** knows neither SQLite's tables nor SCIM. The operation, which all above it are
** handed, is here because it needs nothing else.
*/
#include "text/arena.c"
#include "text/bag.c"
#include "text/buffer.c"
#include "text/check.c"
#include "text/contains.c"
#include "text/decimal.c"
#include "text/fold.c"
#include "text/form.c"
#include "text/instant.c"
#include "text/json.c"
#include "text/letter.c"
#include "text/lookup.c"
#include "text/operation.c"
#include "text/parse.c"
#include "text/phone.c"
#include "text/text.c"
#include "text/uri.c"

/*
** db: SQLite as we use it, without SCIM. Statements that are kept, and what an
** operation has begun and has to end.
*/
#include "db/connection.c"
#include "db/foreign.c"
#include "db/other.c"
#include "db/query.c"
#include "db/scope.c"
#include "db/transaction.c"

/*
** model: SCIM without a database, in one file a notion of the RFCs. Schemas,
** documents, filters and patches, of which each function can be tried with a
** text and no table.
*/
#include "model/budget.c"
#include "model/canonical.c"
#include "model/compose.c"
#include "model/describe.c"
#include "model/document.c"
#include "model/edit.c"
#include "model/error.c"
#include "model/event.c"
#include "model/filter.c"
#include "model/flatten.c"
#include "model/key.c"
#include "model/map.c"
#include "model/map_back.c"
#include "model/match.c"
#include "model/memo.c"
#include "model/naming.c"
#include "model/option.c"
#include "model/patch.c"
#include "model/patch_check.c"
#include "model/patch_list.c"
#include "model/patch_members.c"
#include "model/patch_object.c"
#include "model/path.c"
#include "model/projection.c"
#include "model/reference.c"
#include "model/resource.c"
#include "model/right.c"
#include "model/rule.c"
#include "model/same.c"
#include "model/schema.c"
#include "model/schema_read.c"
#include "model/shape.c"
#include "model/source.c"
#include "model/transform.c"
#include "model/unfit.c"
#include "model/value.c"

/*
** store: what is kept, and found again. All SQL is asked here, and what a
** change writes goes through commit.c.
*/
#include "store/alert.c"
#include "store/audit.c"
#include "store/audit_state.c"
#include "store/build.c"
#include "store/candidates.c"
#include "store/chain.c"
#include "store/circle.c"
#include "store/commit.c"
#include "store/definitions.c"
#include "store/drawn.c"
#include "store/explain.c"
#include "store/find.c"
#include "store/forget.c"
#include "store/former.c"
#include "store/groups.c"
#include "store/history.c"
#include "store/install.c"
#include "store/issue.c"
#include "store/keys.c"
#include "store/log.c"
#include "store/map.c"
#include "store/map_match.c"
#include "store/map_reach.c"
#include "store/map_sql.c"
#include "store/map_switch.c"
#include "store/map_table.c"
#include "store/map_walk.c"
#include "store/members.c"
#include "store/meta.c"
#include "store/outbox.c"
#include "store/plan.c"
#include "store/plan_sql.c"
#include "store/preview.c"
#include "store/provenance.c"
#include "store/prune.c"
#include "store/refusal.c"
#include "store/replay.c"
#include "store/review.c"
#include "store/search.c"
#include "store/secret.c"
#include "store/shapes.c"
#include "store/sorted.c"
#include "store/tenant.c"
#include "store/token.c"
#include "store/unclaimed.c"
#include "store/unique.c"
#include "store/written.c"

/*
** service: the protocol, from a request to its reply. handle.c calls the
** others, each of which is a step or an endpoint.
*/
#include "service/adopt.c"
#include "service/again.c"
#include "service/blot.c"
#include "service/body.c"
#include "service/breaker.c"
#include "service/bulk.c"
#include "service/bulk_circle.c"
#include "service/bulk_order.c"
#include "service/bulk_references.c"
#include "service/caller.c"
#include "service/change.c"
#include "service/create.c"
#include "service/cursor.c"
#include "service/delete.c"
#include "service/discovery.c"
#include "service/handle.c"
#include "service/known.c"
#include "service/limits.c"
#include "service/list.c"
#include "service/modify.c"
#include "service/oauth.c"
#include "service/read.c"
#include "service/rehire.c"
#include "service/replace.c"
#include "service/replicable.c"
#include "service/reply.c"
#include "service/request.c"
#include "service/route.c"
#include "service/target.c"
#include "service/trial.c"
#include "service/upsert.c"

/*
** face: what SQL sees. A file a family of functions or a virtual table, with no
** rule of SCIM in it.
*/
#include "face/adopt.c"
#include "face/apply.c"
#include "face/as_of.c"
#include "face/attributes.c"
#include "face/audit.c"
#include "face/call.c"
#include "face/client.c"
#include "face/compose.c"
#include "face/explain.c"
#include "face/filter.c"
#include "face/fold.c"
#include "face/forget.c"
#include "face/init.c"
#include "face/limits.c"
#include "face/map.c"
#include "face/preview.c"
#include "face/provenance.c"
#include "face/prune.c"
#include "face/pure.c"
#include "face/release.c"
#include "face/replay.c"
#include "face/replicable.c"
#include "face/requests.c"
#include "face/review.c"
#include "face/stmt.c"
#include "face/table.c"
#include "face/tenant.c"
#include "face/token.c"
#include "face/upsert.c"
#include "face/version.c"

/*
** The entry point, behind all that it registers.
*/
#include "scim.c"

/*
** map.h: maps at work: which row of the application's a resource has, and what
** is to be done with it.
**
** To decide and to do are two things. map_decide only reads: the preview asks
** it too. map_steps says what was decided as steps of the column maps of
** scim_commit (sql/views/map_row.sql), by which the triggers of the map
** (map_sql.h) do it, in the same statement as the change itself.
*/
#ifndef SCIM_STORE_MAP_H
#define SCIM_STORE_MAP_H

#include "commit.h"
#include "map_match.h"

typedef enum MapAct {
  MAP_ACT_NONE,     /* nothing: it has no row, and needs none */
  MAP_ACT_CREATE,   /* a new row */
  MAP_ACT_LINK,     /* a row that is there becomes its row */
  MAP_ACT_UPDATE,   /* its row is brought to the wanted values */
  MAP_ACT_INACTIVE, /* it is gone: its row becomes inactive, */
  MAP_ACT_DELETE,   /* is deleted, */
  MAP_ACT_KEEP,     /* or stays as it is */
  MAP_ACT_REVIEW,   /* a person has to say */
  MAP_ACT_REFUSE,   /* the change is an error */
  MAP_ACT_IGNORE    /* it shall have no row */
} MapAct;

/* What is decided about: a resource of the map's type, of the tenant of the
** search (map_match.h) by which rows are found. */
typedef struct MapSubject {
  Text id;
  const Json *doc;    /* NULL: it is gone */
  const Json *former; /* what it was before; NULL: nothing that is known */
  bool is_new;        /* the change creates it */
} MapSubject;

typedef struct MapDecision {
  MapAct act;
  Text key;        /* of the row, as JSON; no text when there is none yet */
  Text how;        /* of a link: "created", or the columns that matched */
  Json **row;      /* the wanted values by column, as map_project has them, but
                      with suffixes; NULL when nothing is wanted */
  Text candidates; /* of a review or refusal: a JSON array of keys */
  Text reason;     /* of a review or refusal, for a person */
  bool stale;      /* it had a row, which the application has deleted */
  bool waits;      /* it is in scim_review */
} MapDecision;

/* Decides, by what is in the tables now. An update is decided also where no
** value differs: the trigger compares. Nobody who is there is refused while he
** is inactive. */
MapDecision map_decide(MapMatch *match, const MapSubject *subject);

/* The same for a row that a person has chosen, by its key as JSON, or
** (no text) for a new one: a review's. `how` is the link's. */
MapDecision map_decide_row(MapMatch *match, const MapSubject *subject, Text key,
                           Text how);

/* What is to be done: {"map", "step", "id", "key", "how", "row", "data"}. */
typedef struct MapSteps {
  Json *notes; /* in our own tables, and before the others */
  Json *rows;  /* in the application's */
} MapSteps;

MapSteps map_steps_new(Operation *operation);

/* Adds what was decided to the steps, and what the search had to fold. A
** refusal is ERROR_UNIQUENESS and names the map. */
void map_steps(MapMatch *match, const MapSubject *subject,
               const MapDecision *decision, MapSteps *steps);

/* A step of a map itself, or of a resource that has none: a note. */
Json *map_note(Operation *operation, MapSteps *steps, Text map,
               const char *step, Text id);

/* Executes the steps outside of any request, as a review or a switch does. */
void map_commit(Operation *operation, Text tenant, Text now,
                const MapSteps *steps);

/* Completes a change of a resource of the type by what the maps that are on do
** about it: change->content, or NULL where it is deleted. Says with
** change->existed that the application may have had the person before. */
void map_change(Operation *operation, const ResourceType *type, Change *change);

/* The map of the name, on or off; NULL with an error when there is none. */
const Map *map_find(Operation *operation, Text name);

/* Notes in scim_map which maps cannot be read, for scim_mistake, and takes back
** what was noted of those that can. The definitions are loaded, and the
** operation may write. */
void map_check_definitions(Operation *operation);

/* Where a write has failed because the triggers of a map cannot be compiled any
** more, says behind the message of SQLite, which may be about something else,
** which map it is, and what of its table is gone. Any other error, or none,
** stays as it is. */
void map_explain_failure(Operation *operation);

/* "create", "link", …: the decision's word. */
const char *map_act_name(MapAct act);

#endif

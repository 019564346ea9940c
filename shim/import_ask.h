/*
** import_ask.h: an import, and whom it asks.
**
** There are two. The engine has the resources and the definitions. The book is
** a database of the import's own, of which nobody else knows: `path` has what
** the type's attributes are, since a view would take the definitions apart for
** every row; `seen` has who a row was about, so that two rows are not about
** the same one, and whoever is missing can be told. It also takes JSON apart.
*/
#ifndef SHIM_IMPORT_ASK_H
#define SHIM_IMPORT_ASK_H

#include "engine.h"
#include "rows.h"

typedef enum ImportOutcome {
  IMPORT_CREATED,
  IMPORT_CHANGED,
  IMPORT_SAME,
  IMPORT_DEACTIVATED,
  IMPORT_FAILED, /* the row; reason says why */
  IMPORT_BROKEN, /* the database; reason says why, and all has an end */
  IMPORT_WAITS   /* for its reply: nobody is told */
} ImportOutcome;

#define IMPORT_OUTCOMES (IMPORT_FAILED + 1) /* that are counted */

/* What has become of a row, or of somebody who was missing. */
typedef struct ImportResult {
  ImportOutcome outcome;
  Output key;    /* a C string */
  Output reason; /* why it failed, likewise */
  long line;     /* of the row; 0: somebody was missing */
  Output rest;   /* rows_write_rest, if it is kept or has failed */
} ImportResult;

/* Is called for each; it may take what is in the result. */
typedef void ImportDone(void *context, ImportResult *result);

/* A request on its way. */
typedef struct ImportRequest {
  ImportResult result; /* if all goes well */
  const char *method;
  Output target, body; /* C strings */
  Output options, reply, complaint;
} ImportRequest;

typedef struct Import {
  Engine *engine;
  Engine *book;         /* a database of the import's own: see import.c */
  Options book_options; /* of that */
  const Options *options;
  ImportDone *done;
  void *context;        /* its first argument */
  const Rows *rows;     /* the row is the current one; NULL: none is */
  const char *match;    /* the path of the key */
  Output kind;          /* what it is, a C string: of a complex one its value */
  bool exact;           /* in which a capital letter makes a difference */
  bool loose;           /* two texts may be one key, besides by their case */
  Output endpoint;      /* of the type, as a C string */
  long long last;       /* resource that was there before the import */
  long long at;         /* the one that was looked at last, if missing */
  long long page;       /* and the last one of its page */
  Output missing;       /* of that, as C strings: number, id, key, number ... */
  size_t told;          /* bytes of these that are done with */
  bool blind;           /* a row could not be told from any other */
  Output id, version;   /* of the row or resource, as C strings */
  Output filter, cells; /* by which it is found; what is said of it; likewise */
  Output target, body;  /* of its request, likewise */
  Output doc;           /* of who was found, likewise */
  Output created;       /* the id in the reply, likewise */
  ImportResult result;  /* of the row */
  ImportRequest requests[ENGINE_BATCH]; /* that wait */
  size_t count;                         /* of them */
} Import;

/* Where the first cells of the first row go, and how many rows there were. */
typedef struct ImportCells {
  Output *cells[4]; /* C strings then; a NULL is "" */
  long rows;
} ImportCells;

/* Keeps the reason, whoever owned it. Returns what the row has come to. */
ImportOutcome import_fail(Import *import, const char *reason);

/* Runs a statement, which on the engine only reads. IMPORT_SAME is well; what
** is not leaves the reason. */
ImportOutcome import_ask(Import *import, Engine *engine,
                         const EngineStatement *statement, EngineRow *row,
                         void *context);

/* The same for the opening, where every error is the end: returns false then,
** with the reason in complaint. */
bool import_learn(Import *import, Engine *engine,
                  const EngineStatement *statement, EngineRow *row,
                  void *context, Output *complaint);

/* scim_document, of a type, an object of paths and a document or NULL. */
extern const char import_document_sql[];

/* Whose key is in the filter; a second row is one too many. */
ImportOutcome import_ask_find(Import *import, ImportCells *kept);

/* An EngineRow: the context is an ImportCells. */
bool import_keep(void *context, const EngineValue *cells, size_t count);

/* The text that is kept: "" for none, and where there was no memory for it. */
const char *import_kept(const Output *output);

/* Values of statements; the C string of an output. */
EngineValue import_value(const Output *output);
EngineValue import_type(const Import *import);
EngineValue import_tenant(const Import *import);

/* Makes the book. Returns false, with the reason in complaint. */
bool import_open_book(Import *import, Output *complaint);

#endif

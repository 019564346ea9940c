/*
** schema.h: schemas and resource types (RFC 7643 sections 6 and 7), compiled
** from their JSON.
**
** A SchemaSet is read-only once loaded, lives in an arena of its own and
** outlives operations. Nothing here knows an attribute of User or Group.
*/
#ifndef SCIM_SCHEMA_H
#define SCIM_SCHEMA_H

#include "error.h"
#include "naming.h"

typedef enum AttributeType {
  TYPE_STRING,
  TYPE_BOOLEAN,
  TYPE_DECIMAL,
  TYPE_INTEGER,
  TYPE_DATETIME,
  TYPE_BINARY,
  TYPE_REFERENCE,
  TYPE_COMPLEX
} AttributeType;

typedef enum Mutability {
  MUTABILITY_READ_WRITE,
  MUTABILITY_READ_ONLY,
  MUTABILITY_IMMUTABLE,
  MUTABILITY_WRITE_ONLY
} Mutability;

typedef enum Returned {
  RETURNED_DEFAULT,
  RETURNED_ALWAYS,
  RETURNED_REQUEST,
  RETURNED_NEVER
} Returned;

typedef enum Uniqueness {
  UNIQUENESS_NONE,
  UNIQUENESS_SERVER,
  UNIQUENESS_GLOBAL
} Uniqueness;

typedef struct Schema Schema;
typedef struct Attribute Attribute;
struct Attribute {
  Text name;
  Text path; /* "attribute.sub", behind the URN for extensions */
  AttributeType type;
  Mutability mutability;
  Returned returned;
  Uniqueness uniqueness;
  bool multi_valued;
  bool required;
  bool case_exact;      /* also where the RFC says so by the type: base64 */
  Text reference_type;  /* the resource type that "$ref" points to, or empty */
  Attribute *parent;    /* NULL for a top-level attribute */
  Attribute *first;     /* sub-attributes */
  Attribute *next;      /* the next of the same parent or schema */
  const Schema *schema; /* where it is defined */
  bool extension;       /* below the URN of its schema in a document */
  bool kept_as_rows;    /* the members of a group: rows of scim_member */
  bool has_unkept;      /* a sub-attribute is writeOnly: documents have none */
  const Json *default_value; /* at create (scim_default), or NULL */
};

struct Schema {
  Text id;          /* its URN */
  Attribute *first; /* read to check it: types have copies of their own */
  Json *definition; /* as it is shown at /Schemas */
  Schema *next;
};

typedef struct Extension Extension;
struct Extension {
  const Schema *schema;
  bool required;    /* by every resource of the type */
  Attribute *first; /* copies, marked as extension */
  Extension *next;
};

/* An attribute with rows in scim_value (the table scim_index). */
typedef struct Index Index;
struct Index {
  const Attribute *attribute; /* not complex */
  bool built;                 /* all documents have their rows */
  Index *next;
};

typedef struct ResourceType ResourceType;
struct ResourceType {
  Text name;     /* "User" */
  Text endpoint; /* "/Users" */
  const Schema *schema;
  Attribute *first; /* common attributes, then those of the schema */
  Extension *extensions;
  Index *indexes;
  const Attribute *members; /* kept as rows: "members" with a value, or NULL */
  const Attribute *groups;  /* computed: a readOnly "groups", or NULL */
  bool shared;              /* scim_unique may lack an owner of a value */
  bool has_unkept;          /* something of it is writeOnly */
  bool stored_verbatim; /* the stored text shows all of it: every attribute is
                           returned "default", or never stored */
  Json *definition;
  ResourceType *next;
};

/* A definition that could not be read. */
typedef struct LeftOut LeftOut;
struct LeftOut {
  Text name;   /* the id of a schema, the endpoint of a type */
  Text reason; /* for a person */
  LeftOut *next;
};

/* The definitions at one moment. Operations and cursors hold the set that they
** read by, so that a change of the definitions, even in the middle of them,
** takes nothing away from under them: it makes a new set, and the old one goes
** with its last holder. */
typedef struct SchemaSet {
  Schema *schemas;
  ResourceType *types;
  bool stale;           /* a definition was replaced: no index counts */
  bool replicated;      /* nothing that is written may be drawn */
  bool utf16;           /* is in the file: its text has another order */
  long long generation; /* of the definitions in the database */
  bool seen;            /* that was read */
  unsigned seen_at;     /* in the database of this version (transaction.h) */
  struct Map *maps;     /* of the application's tables, in order (map.h) */
  LeftOut *left_out;    /* what the set does without */
  LeftOut *map_faults;  /* maps of whose mistakes scim_map says something else
                           than is so; no reason: there is none */
  struct Rule *rules;   /* which events leave a job (rule.h) */
  NamingWords naming;   /* by which attributes a resource is named */
  int holders;          /* operations and cursors that read by it */
  Arena arena;          /* all of it */
} SchemaSet;

/* A new empty set, held once. NULL without memory. */
SchemaSet *schema_set_new(void);

/* One more holder, and one less: the last one frees the set, and NULL is
** nobody's. */
SchemaSet *schema_set_hold(SchemaSet *set);
void schema_set_release(void *set);

/* What was left out under the id or endpoint, or NULL. */
const LeftOut *schema_left_out(const SchemaSet *set, Text name);

/* Look-ups, all without regard to case; NULL when there is none. */
Schema *schema_find(const SchemaSet *set, Text id);
ResourceType *schema_type(const SchemaSet *set, Text name);
ResourceType *schema_type_at(const SchemaSet *set, Text endpoint);
Extension *schema_extension(const ResourceType *type, Text urn);

/* The attribute of a list with this name. */
Attribute *schema_attribute(Attribute *first, Text name);

/* How many bytes of the path are the URN that it begins with, and the colon
** behind it: all of it for that of an extension, 0 without one. */
size_t schema_urn_size(const ResourceType *type, Text path);

/* Resolves "name", "name.sub", "urn:…:attr" and "urn:…:attr.sub" (RFC 7644
** section 3.10): the URN is the longest known one, that of the type's own
** schema or of an extension. A name without URN that the schema has not is
** looked for in the extensions. */
Attribute *schema_resolve(const ResourceType *type, Text path);

/* The words that a definition has for a characteristic (RFC 7643 section 7), in
** the order of its enum; NULL is the last. */
typedef enum SchemaWords {
  WORDS_TYPE,
  WORDS_MUTABILITY,
  WORDS_RETURNED,
  WORDS_UNIQUENESS
} SchemaWords;

const char *const *schema_words(SchemaWords words);

/* Is it the attribute "schemas", which follows from the content, whatever was
** sent? */
bool schema_is_schemas(const Attribute *attribute);

/* Is it "primary" of a multi-valued attribute? An element without it has it as
** false (RFC 7643 section 2.4). */
bool schema_is_primary(const Attribute *attribute);

/* The sub-attribute "value", or NULL. */
Attribute *schema_value(const Attribute *attribute);

/* The type of that name, for functions to which it is given. NULL with an error
** when there is none. */
const ResourceType *schema_type_named(Operation *operation, Text name);

/* The resource type of a document: by its schemas, else its
** meta.resourceType; NULL when it tells neither. */
ResourceType *schema_type_of(const SchemaSet *set, const Json *doc);

/* The same, or else the first type of the set, which is User unless the
** platform wants none. NULL with an error when the set has no types at all. */
const ResourceType *schema_type_or_first(Operation *operation, const Json *doc);

#endif

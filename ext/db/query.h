/*
** query.h: one statement within an operation.
**
** All calls do nothing once the operation has failed, and every failure of
** SQLite is set as ERROR_DATABASE, so that a function which reads or writes is
** a list of steps:
**
**     Query query = query_open(operation, STATEMENT_TENANT_BY_NAME);
**     query_bind_text(&query, TENANT_BY_NAME_NAME, name);
**     if (query_step(&query)) url = query_text(&query, TENANT_ROW_BASE_URL);
**     query_close(&query);
**
** Parameters and columns have the names that sql/embed.awk makes of the
** statement.
**
** A query belongs to the operation that opened it, which closes it at its end
** if need be. Statements are kept between calls; when the one wanted is open
** already, in an outer operation or in this one, the query gets a twin that is
** finalized when it closes.
*/
#ifndef SCIM_QUERY_H
#define SCIM_QUERY_H

#include "connection.h"
#include "statements.h"

typedef struct CachedStatement CachedStatement;

typedef struct Query {
  Operation *operation;
  CachedStatement *cached; /* NULL once the operation has failed, or closed */
} Query;

/* Opens a statement of sql/, prepared at its first use. */
Query query_open(Operation *operation, Statement statement);

/* Opens a statement that was put together; kept too, by its text. */
Query query_open_text(Operation *operation, Text text);

/* Binds a parameter. The text must live until the query is closed; no text is
** NULL, as is what is not bound. */
void query_bind_text(Query *query, int parameter, Text text);
void query_bind_blob(Query *query, int parameter, Text bytes);
void query_bind_integer(Query *query, int parameter, long long number);

/* How many parameters the statement has. */
int query_parameters(const Query *query);

/* True when there is a row. */
bool query_step(Query *query);

/* Gives the statement back. Closing twice does no harm. */
void query_close(Query *query);

/* Closes all that the operation has open, when it ends. */
void query_close_all(Operation *operation);

/* A column of the row; text, and bytes, are copied to the operation's arena,
** and NULL is no text. */
Text query_text(Query *query, int column);
Text query_blob(Query *query, int column);
long long query_integer(Query *query, int column);

/* The text where it is: only until the next step, or the end of the query. */
Text query_row_text(Query *query, int column);
bool query_is_null(Query *query, int column);

/* The text in a table of the application's, where it may be any bytes: what is
** not UTF-8 is no text, and no error. */
Text query_text_or_none(Query *query, int column);

/* The same as a person can be shown it: what is no text, or has a U+0000 in it,
** as SQL writes a blob, X'6AFF'. No text for NULL. */
Text query_shown(Query *query, int column);

/* Opens, steps once and closes. */
void query_run(Operation *operation, Statement statement);

/* Runs statements without parameters and results, one after the other; they
** are not kept. For the creation of tables. */
void query_script(Operation *operation, const char *sql);

/* The same, during which no trigger fires, an application's neither. */
void query_script_silently(Operation *operation, const char *sql);

/* The same for a script that may write to the schema: PRAGMA writable_schema
** works however the connection is set, and is as it was afterwards. Meanwhile
** foreign keys do nothing. */
void query_script_upgrading(Operation *operation, const char *sql);

/* Runs a statement without parameters whose triggers may call any function of
** SQLite, JSON functions too, which up to version 3.40 are refused where no
** schema is trusted. Only for triggers that cannot be but ours. */
void query_run_trusting(Operation *operation, Statement statement);

/* Prepares the statement, so that stepping it later needs no memory. */
void query_prepare(Operation *operation, Statement statement);

/* Steps a statement that query_prepare has prepared, whatever the operation's
** error, which stays; returns SQLite's code. Does nothing where it is not
** prepared. */
int query_step_prepared(Connection *connection, Statement statement);

/* Lets a statement that the operation has open go on, whatever the operation's
** error, and closes it. Does nothing if it is not open. */
void query_finish(Operation *operation, Statement statement);

/* The statements that are kept, by number: NULL where there is none, false
** behind the last. For the table that shows them, which also owns them: it
** says so while it is connected, and finalizes them when it is not. */
bool query_cached(const Connection *connection, int number,
                  sqlite3_stmt **statement);
void query_own(Connection *connection);
void query_disown(Connection *connection);

#endif

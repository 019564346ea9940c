/*
** handlers.h: what handles a request once it is known what it asks for. Each
** fills in the reply, or sets the operation's error. For the table of routes.
*/
#ifndef SCIM_HANDLERS_H
#define SCIM_HANDLERS_H

#include "request.h"

void create_handle(Request *request);     /* create.c: POST /Users */
void read_handle(Request *request);       /* read.c: GET /Users/{id} */
void replace_handle(Request *request);    /* replace.c: PUT */
void modify_handle(Request *request);     /* modify.c: PATCH */
void delete_handle(Request *request);     /* delete.c: DELETE */
void list_handle(Request *request);       /* list.c: GET /Users, .search */
void bulk_handle(Request *request);       /* bulk.c: POST /Bulk */
void discovery_config(Request *request);  /* discovery.c */
void discovery_types(Request *request);   /* discovery.c */
void discovery_schemas(Request *request); /* discovery.c */

#endif

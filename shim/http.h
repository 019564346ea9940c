/*
** http.h: the HTTP server: threads, connections, start and stop.
*/
#ifndef SHIM_HTTP_H
#define SHIM_HTTP_H

#include "engine.h"

typedef struct Server Server;

/* Starts to listen. Returns NULL, with the reason in complaint, if it cannot.
** options and engine must outlive the server. */
Server *http_start(const Options *options, Engine *engine, Output *complaint);

/* Returns the port that is listened on: of use when 0 was asked for. */
int http_port(const Server *server);

/* Answers 503 to what comes from now on, waits until every request at work
** has its reply, then closes everything. */
void http_stop(Server *server);

#endif

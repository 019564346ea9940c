/*
** read.c: GET /Users/{id} (RFC 7644 section 3.4.1).
*/
#include "change.h"
#include "handlers.h"
#include "reply.h"

void read_handle(Request *request) {
  Resource resource;
  if (change_find(request, &resource))
    reply_set_resource(request, 200, &resource);
}

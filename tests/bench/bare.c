/* bare REPLY: what civetweb can do at best. Answers every request with the
** bytes of a file in one write, set up as scimd sets it up. Prints its port,
** and ends with SIGTERM. */
#define _POSIX_C_SOURCE 200809L
#include <civetweb.h>
#include <signal.h>
#include <stdio.h>

#include "bench.h"

static char *reply;
static size_t reply_size;

static int answer(struct mg_connection *connection) {
  mg_write(connection, reply, reply_size);
  return 200;
}

int main(int argc, char **argv) {
  static const struct mg_callbacks callbacks = {.begin_request = answer};
  const char *settings[] = {"listening_ports",
                            "127.0.0.1:0",
                            "num_threads",
                            "64",
                            "tcp_nodelay",
                            "1",
                            "enable_keep_alive",
                            "yes",
                            "keep_alive_timeout_ms",
                            "1000",
                            "request_timeout_ms",
                            "10000",
                            "max_request_size",
                            "65536",
                            "decode_url",
                            "no",
                            "enable_auth_domain_check",
                            "no",
                            NULL};
  struct mg_server_port port = {0};
  sigset_t endings;
  int ending;
  if (argc < 2) give_up("usage", "bare REPLY");
  reply = read_file(argv[1], &reply_size);
  sigemptyset(&endings);
  sigaddset(&endings, SIGTERM);
  sigprocmask(SIG_BLOCK, &endings, NULL);
  mg_init_library(MG_FEATURES_DEFAULT);
  struct mg_context *context = mg_start(&callbacks, NULL, settings);
  if (!context) give_up("civetweb", "does not start");
  mg_get_server_ports(context, 1, &port);
  printf("%d\n", port.port);
  fflush(stdout);
  sigwait(&endings, &ending);
  mg_stop(context);
  mg_exit_library();
  return 0;
}

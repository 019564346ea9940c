/* load PORT CONNECTIONS REQUESTS [TOKEN [BASE]]: sends every request of a file
** once, over keep-alive connections with a thread each, and prints the rate and
** the latencies. Every reply is read whole, and one that is not a 2xx ends it.
** A connection that the server wants to close is opened anew. */
#define _GNU_SOURCE /* strcasestr */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench.h"

/* The reply's head and body must fit: the largest is a group of 1,000. */
#define ROOM (512 * 1024)

typedef struct Message {
  char *text;
  size_t size;
} Message;

typedef struct Client {
  pthread_t thread;
  int port;
  size_t first, step; /* which of the messages are its own */
} Client;

static Message *messages;
static double *latencies;
static size_t message_count;
static pthread_barrier_t start;

/* Rendered before the clock starts: what a client costs is not measured. */
static Message render(const Line *line, int port, const char *token,
                      const char *base) {
  size_t size = strlen(line->body), room = size + strlen(line->target) + 1024;
  Message message = {allocate(room, 1), 0};
  int n = snprintf(message.text, room,
                   "%s %s%s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n"
                   "Authorization: Bearer %s\r\n"
                   "Accept: application/scim+json\r\n",
                   line->method, base, line->target, port, token);
  if (size)
    n += snprintf(message.text + n, room - (size_t)n,
                  "Content-Type: application/scim+json; charset=utf-8\r\n"
                  "Content-Length: %zu\r\n",
                  size);
  n += snprintf(message.text + n, room - (size_t)n, "\r\n%s", line->body);
  message.size = (size_t)n;
  return message;
}

static int open_socket(int port) {
  struct sockaddr_in address = {.sin_family = AF_INET,
                                .sin_port = htons((unsigned short)port),
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int one = 1, fd = socket(AF_INET, SOCK_STREAM, 0);
  if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) != 0)
    give_up("connect", "the server does not answer");
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  return fd;
}

static void send_all(int fd, const Message *message) {
  size_t sent = 0;
  while (sent < message->size) {
    ssize_t n =
        send(fd, message->text + sent, message->size - sent, MSG_NOSIGNAL);
    if (n <= 0) give_up("send", "the server has closed the connection");
    sent += (size_t)n;
  }
}

/* The size of the whole reply, 0 while its head is not complete. */
static size_t reply_size(const char *text) {
  const char *end = strstr(text, "\r\n\r\n");
  if (!end) return 0;
  size_t size = (size_t)(end - text) + 4;
  for (const char *at = strchr(text, '\n'); at < end; at = strchr(at, '\n')) {
    at++;
    if (strncasecmp(at, "Content-Length:", 15) == 0)
      return size + strtoul(at + 15, NULL, 10);
  }
  return size;
}

/* Returns whether the connection can be used again. */
static bool read_reply(int fd, char *text) {
  size_t have = 0, want = 0;
  while (want == 0 || have < want) {
    ssize_t n = recv(fd, text + have, ROOM - 1 - have, 0);
    if (n <= 0) give_up("recv", "the server has closed the connection");
    have += (size_t)n;
    text[have] = '\0';
    if (want == 0) want = reply_size(text);
  }
  if (strncmp(text, "HTTP/1.", 7) != 0 || text[9] != '2')
    give_up("a reply", text);
  *strstr(text, "\r\n\r\n") = '\0';
  return strncmp(text, "HTTP/1.1", 8) == 0 &&
         !strcasestr(text, "\nConnection: close");
}

static void *run_client(void *argument) {
  Client *client = argument;
  char *reply = allocate(ROOM, 1);
  int fd = open_socket(client->port);
  pthread_barrier_wait(&start);
  for (size_t i = client->first; i < message_count; i += client->step) {
    double begin = seconds_now();
    if (fd < 0) fd = open_socket(client->port);
    send_all(fd, &messages[i]);
    if (!read_reply(fd, reply)) {
      close(fd);
      fd = -1;
    }
    latencies[i] = seconds_now() - begin;
  }
  if (fd >= 0) close(fd);
  free(reply);
  return NULL;
}

int main(int argc, char **argv) {
  if (argc < 4)
    give_up("usage", "load PORT CONNECTIONS REQUESTS [TOKEN [BASE]]");
  int port = atoi(argv[1]);
  size_t connections = strtoul(argv[2], NULL, 10);
  Lines lines = read_lines(argv[3]);
  message_count = lines.count;
  messages = allocate(lines.count, sizeof *messages);
  latencies = allocate(lines.count, sizeof *latencies);
  for (size_t i = 0; i < lines.count; i++)
    messages[i] = render(&lines.items[i], port, argc > 4 ? argv[4] : "none",
                         argc > 5 ? argv[5] : "/scim/v2");

  Client *clients = allocate(connections, sizeof *clients);
  pthread_barrier_init(&start, NULL, (unsigned)connections + 1);
  for (size_t i = 0; i < connections; i++) {
    clients[i] = (Client){.port = port, .first = i, .step = connections};
    if (pthread_create(&clients[i].thread, NULL, run_client, &clients[i]) != 0)
      give_up("threads", "cannot start one");
  }
  pthread_barrier_wait(&start);
  double begin = seconds_now();
  for (size_t i = 0; i < connections; i++)
    pthread_join(clients[i].thread, NULL);
  report(seconds_now() - begin, latencies, lines.count);
  return 0;
}

/*
** head_fuzz.c: bytes that arrive at scimd (shim/framing.c and all around it).
**
** scimd runs in this process, on a port of the loopback; a program can only see
** what civetweb makes of a head by being its server. The bytes are sent on one
** connection, whose other half is then closed, and all replies are read. What
** scimd says in its access log is compared with a reader of our own that knows
** RFC 9112 and no leniency: request by request it must have seen the same
** method and path, and where that reader finds no request, or one that has two
** readings, scimd must have refused it and gone on with nothing. Otherwise the
** bytes of one client could be another's request (RFC 9112 section 11.2).
**
** This replaces shim/log.c; the rest is scimd as it is, whose main runs in a
** thread, with the extension of this build.
*/
#define _POSIX_C_SOURCE 200809L
#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#define main head_fuzz_scimd /* libFuzzer has a main of its own */
#include "../../shim/main.c"
#undef main

#include "fuzz.h"

#define LINES 64 /* of the access log, for one input */

static int port;

/*
** The access log: what was seen, by method and path, and what was answered.
*/
typedef struct Line {
  char method[64], path[600];
  int status;
} Line;

static Line lines[LINES];
static int line_count;
static pthread_mutex_t lines_mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t listening = PTHREAD_COND_INITIALIZER;

void log_shown(FILE *file, const char *text) { fputs(text, file); }
void log_complaint(const char *format, ...) { (void)format; }
void log_event(const char *event, const char *format, ...) {
  (void)event;
  (void)format;
}
void log_begin(Output *line) { output_text(line, "{\"time\":\"\""); }

/* What stands between the key and the next quote. */
static void head_fuzz_field(const char *text, const char *key, char *field,
                            size_t size) {
  const char *at = strstr(text, key);
  size_t length = at ? strcspn(at + strlen(key), "\"") : 0;
  if (length >= size) length = size - 1;
  memcpy(field, at ? at + strlen(key) : "", length);
  field[length] = '\0';
}

void log_write(Output *line) {
  const char *text = output_terminate(line);
  const char *status = strstr(text, "\"status\":");
  const char *number = strstr(text, "\"port\":");
  pthread_mutex_lock(&lines_mutex);
  if (number && !port) {
    port = atoi(number + strlen("\"port\":"));
    pthread_cond_signal(&listening);
  }
  if (status && line_count < LINES) {
    Line *seen = &lines[line_count++];
    head_fuzz_field(text, "\"method\":\"", seen->method, sizeof seen->method);
    head_fuzz_field(text, "\"path\":\"", seen->path, sizeof seen->path);
    seen->status = atoi(status + 9);
  }
  pthread_mutex_unlock(&lines_mutex);
}

/*
** A reader of HTTP/1 that takes nothing but what RFC 9112 says, and of that
** nothing that a server may refuse. It cuts one request off the text.
*/
typedef struct Request {
  Text method, path;
} Request;

static bool head_fuzz_is_token(Text text) {
  for (size_t i = 0; i < text.size; i++)
    if (!text_is_letter(text.data[i]) && !text_is_digit(text.data[i]) &&
        (!text.data[i] || !strchr("!#$%&'*+-.^_`|~", text.data[i])))
      return false;
  return text.size > 0;
}

/* A line that ends in CR LF, without them; false without such an end. */
static bool head_fuzz_line(Text *text, Text *line) {
  for (size_t i = 0; i + 1 < text->size; i++) {
    if (text->data[i] == '\n') return false;
    if (text->data[i] != '\r') continue;
    if (text->data[i + 1] != '\n') return false;
    *line = text_first(*text, i);
    *text = text_after(*text, i + 2);
    return true;
  }
  return false;
}

static bool head_fuzz_first_line(Text line, Request *request) {
  request->method = text_cut(&line, ' ');
  Text target = text_cut(&line, ' ');
  request->path = text_cut(&target, '?');
  return head_fuzz_is_token(request->method) && request->path.size &&
         (text_equal(line, TEXT("HTTP/1.1")) ||
          text_equal(line, TEXT("HTTP/1.0")));
}

typedef struct Framing {
  bool has_length, chunked;
  size_t length;
} Framing;

static Text head_fuzz_trim(Text text) {
  while (text.size && strchr(" \t", text.data[0]) && text.data[0])
    text = text_after(text, 1);
  while (text.size && text.data[text.size - 1] &&
         strchr(" \t", text.data[text.size - 1]))
    text = text_without(text, 1);
  return text;
}

/* False when the field leaves room for two readings. */
static bool head_fuzz_field_line(Text line, Framing *framing) {
  const char *colon = line.size ? memchr(line.data, ':', line.size) : NULL;
  if (!colon) return false;
  Text name = text_first(line, (size_t)(colon - line.data));
  Text text = head_fuzz_trim(text_after(line, name.size + 1));
  long long length = 0;
  for (size_t i = 0; i < name.size; i++) /* civetweb: all that is visible */
    if (name.data[i] <= ' ' || name.data[i] > '~') return false;
  if (!name.size) return false;
  if (text.size && memchr(text.data, 0, text.size)) return false;
  if (text_same(name, TEXT("Content-Length"))) {
    for (size_t i = 0; i < text.size; i++)
      if (!text_is_digit(text.data[i])) return false;
    if (framing->has_length || !text_integer(text, &length)) return false;
    framing->has_length = true;
    framing->length = (size_t)length;
  } else if (text_same(name, TEXT("Transfer-Encoding"))) {
    if (framing->chunked || !text_same(text, TEXT("chunked"))) return false;
    framing->chunked = true;
  }
  return true;
}

/* The size of a chunk; false where it is none. Extensions may be refused. */
static bool head_fuzz_chunk_size(Text line, size_t *size) {
  *size = 0;
  line = text_cut(&line, ';');
  for (size_t i = 0; i < line.size; i++) {
    int digit = text_hex_digit(line.data[i]);
    if (digit < 0 || *size > 1 << 24) return false;
    *size = *size * 16 + (size_t)digit;
  }
  return line.size > 0;
}

static bool head_fuzz_chunks(Text *text) {
  Text line;
  for (size_t size = 1; size > 0;) {
    if (!head_fuzz_line(text, &line) || !head_fuzz_chunk_size(line, &size) ||
        size > text->size)
      return false;
    *text = text_after(*text, size);
    if (size && (!head_fuzz_line(text, &line) || line.size)) return false;
  }
  while (head_fuzz_line(text, &line)) /* trailers */
    if (!line.size) return true;
  return false;
}

/* The end of the first line. civetweb turns the white space there to NUL, all
** alike, and two other bytes than CR LF cannot be told from them any more: a
** line feed and a space, with which the next line is folded. */
static bool head_fuzz_start_line(Text *text, Text *line) {
  Text all = *text;
  if (head_fuzz_line(text, line)) return true;
  for (size_t i = 0; i + 2 < all.size; i++) {
    if (all.data[i] != '\r' && all.data[i] != '\n') continue;
    *line = text_first(all, i);
    *text = text_after(all, i + 2);
    return all.data[i + 1] && strchr(" \t\v\f\r", all.data[i + 1]);
  }
  return false;
}

/* Is there an end of a head in the white space, by civetweb's count? */
static bool head_fuzz_has_end(Text space) {
  for (size_t i = 0; i + 1 < space.size; i++) {
    if (space.data[i] != '\n') continue;
    if (space.data[i + 1] == '\n') return true;
    if (i + 2 < space.size && memcmp(space.data + i, "\n\r\n", 3) == 0)
      return true;
  }
  return false;
}

/* A head of HTTP/1.0 without any field: civetweb leaves nothing of the ends of
** its lines, so whatever white space they were cannot be told from what they
** should be. Nor can what comes behind four of them, as from an empty line on,
** though the head goes on, if it begins with what civetweb reads no field from.
** There is no second reading of it, since such a request is the last of its
** connection, and has no body: only where it ends would be another. */
static bool head_fuzz_is_lone(Text all, Request *request) {
  size_t size = 0, end;
  while (size < all.size && !strchr("\r\n", all.data[size])) size++;
  for (end = size;
       end < all.size && all.data[end] && strchr(" \t\v\f\r\n", all.data[end]);)
    end++;
  Text line = text_first(all, size), rest = text_after(all, size);
  if (!head_fuzz_first_line(line, request) || line.data[size - 1] != '0')
    return false;
  return head_fuzz_has_end(text_first(rest, end - size)) ||
         (end - size >= 4 && end < all.size &&
          (all.data[end] == ':' || (unsigned char)all.data[end] > '~') &&
          head_fuzz_has_end(rest));
}

/* A last field whose line, and the head, end in two line feeds, and behind them
** a CR and a NUL. civetweb leaves CR LF CR LF as the same bytes. There is no
** second reading of it: who takes a line feed for the end of a line has the
** same head, and what begins with CR and NUL is no request to anybody. */
static bool head_fuzz_ends_alike(Text *text, Text *line) {
  const char *end = text->size ? memchr(text->data, '\n', text->size) : NULL;
  if (!end) return false;
  *line = text_first(*text, (size_t)(end - text->data));
  *text = text_after(*text, line->size);
  return text->size > 2 && memcmp(text->data, "\n\n\r", 3) == 0 &&
         (text->size == 3 || text->data[3] == '\0') &&
         !memchr(line->data, '\r', line->size);
}

/* What the text begins with. */
typedef enum Reading {
  READING_WHOLE,    /* a request, which is cut off */
  READING_HEAD,     /* a head that is plain, and a body that is none */
  READING_NOT_PLAIN /* nothing, or what has two readings */
} Reading;

static Reading head_fuzz_body(Text *text, const Framing *framing) {
  if (framing->chunked)
    return framing->has_length      ? READING_NOT_PLAIN
           : head_fuzz_chunks(text) ? READING_WHOLE
                                    : READING_HEAD;
  if (framing->length > text->size) return READING_HEAD;
  *text = text_after(*text, framing->length);
  return READING_WHOLE;
}

static Reading head_fuzz_request(Text *text, Request *request) {
  Text line;
  Framing framing = {.has_length = false};
  /* An empty line before it is to be borne (RFC 9112 section 2.2). */
  if (text_begins(*text, TEXT("\r\n"))) *text = text_after(*text, 2);
  if (head_fuzz_is_lone(*text, request)) return READING_HEAD;
  if (!head_fuzz_start_line(text, &line) ||
      !head_fuzz_first_line(line, request))
    return READING_NOT_PLAIN;
  for (;;) {
    bool ends = !head_fuzz_line(text, &line);
    if (ends && !head_fuzz_ends_alike(text, &line)) return READING_NOT_PLAIN;
    if (!line.size) return head_fuzz_body(text, &framing);
    if (!head_fuzz_field_line(line, &framing)) return READING_NOT_PLAIN;
    if (ends) return READING_HEAD;
  }
}

/*
** Sending.
*/
static int head_fuzz_connect(void) {
  struct sockaddr_in to = {.sin_family = AF_INET,
                           .sin_port = htons((uint16_t)port)};
  struct linger none = {.l_onoff = 1, .l_linger = 0};
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int client = socket(AF_INET, SOCK_STREAM, 0);
  if (client < 0 || connect(client, (struct sockaddr *)&to, sizeof to) != 0)
    return -1;
  /* Thousands of connections a second must not wait for their ports. */
  setsockopt(client, SOL_SOCKET, SO_LINGER, &none, sizeof none);
  return client;
}

/* All that comes back; statuses of replies are checked by the access log. */
static void head_fuzz_talk(Text bytes) {
  static char reply[1 << 16];
  int client = head_fuzz_connect();
  if (client < 0) return;
  while (bytes.size) {
    ssize_t sent = send(client, bytes.data, bytes.size, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue; /* libFuzzer has a timer */
    if (sent <= 0) break;
    bytes = text_after(bytes, (size_t)sent);
  }
  shutdown(client, SHUT_WR);
  /* To the end: until then something may still be logged. */
  size_t size = 0;
  for (ssize_t count = 1; count > 0;) {
    size_t kept = size < sizeof reply / 2 ? size : sizeof reply / 2;
    count = recv(client, reply + kept, sizeof reply - kept, 0);
    if (count > 0) size = kept + (size_t)count;
    if (count < 0 && errno == EINTR) count = 1;
  }
  close(client);
  Text text = {reply, size};
  fuzz_check("a reply is HTTP/1.1",
             size == 0 || text_begins(text, TEXT("HTTP/1.1 ")), text);
}

/*
** Comparing.
*/

/* Is the status one that ends a connection because of what was sent? */
static bool head_fuzz_is_refusal(int status) {
  return status == 400 || status == 405 || (status >= 408 && status <= 431) ||
         status == 501 || status == 505;
}

/* A body that does not arrive may be refused for it, or not be looked at. */
static void head_fuzz_compare_line(const Line *line, Reading reading,
                                   const Request *request, Text all) {
  Text method = text_of(line->method), path = text_of(line->path);
  bool refused = head_fuzz_is_refusal(line->status);
  fuzz_check("nothing is a failure of scimd",
             line->status != 500 && line->status != 503, all);
  fuzz_check("what has two readings is refused",
             refused || reading != READING_NOT_PLAIN, all);
  if (refused) return;
  fuzz_equal("the method is that which was sent", method, request->method);
  /* Of a URL as the target the path is another (tests/shim/target.sh). */
  bool plain = request->path.data[0] == '/';
  if (plain && path.size < 500 && !strchr(line->path, '\\'))
    fuzz_equal("the path is that which was sent", path, request->path);
}

static void head_fuzz_compare(Text all) {
  Text rest = all;
  Request request;
  Reading reading = READING_WHOLE;
  for (int i = 0; i < line_count; i++) {
    fuzz_check("what is no request ends the connection",
               reading == READING_WHOLE, all);
    reading = head_fuzz_request(&rest, &request);
    head_fuzz_compare_line(&lines[i], reading, &request, all);
  }
}

/*
** scimd.
*/
static char db[64]; /* in memory, but a file */

static void head_fuzz_end(void) {
  static const char *const parts[] = {"", "-wal", "-shm"};
  char file[80];
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
    snprintf(file, sizeof file, "%s%s", db, parts[i]);
    unlink(file);
  }
}

static void *head_fuzz_serve(void *unused) {
  static char *words[] = {"scimd",    "serve",       "--db",        db,
                          "--listen", "127.0.0.1:0", "--extension", NULL};
  const char *extension = getenv("SCIM_EXTENSION");
  words[7] = strdup(extension ? extension : "build/fuzz/scim.so");
  int code = head_fuzz_scimd(8, words);
  fprintf(stderr, "scimd has ended with status %d\n", code);
  abort();
  return unused;
}

static void head_fuzz_start(void) {
  pthread_t thread;
  snprintf(db, sizeof db, "/dev/shm/head_fuzz.%d.db", (int)getpid());
  atexit(head_fuzz_end);
  pthread_create(&thread, NULL, head_fuzz_serve, NULL);
  pthread_mutex_lock(&lines_mutex);
  while (!port) pthread_cond_wait(&listening, &lines_mutex);
  pthread_mutex_unlock(&lines_mutex);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  Text text = {(const char *)data, size};
  if (!port) head_fuzz_start();
  line_count = 0;
  head_fuzz_talk(text);
  pthread_mutex_lock(&lines_mutex);
  head_fuzz_compare(text);
  pthread_mutex_unlock(&lines_mutex);
  return 0;
}

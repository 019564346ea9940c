/*
** rqlite_http.c: see rqlite_http.h.
**
** HOW IT WORKS
**
** libcurl does it (rqlite_curl.h).
**
** A handle is one connection to each node, kept open: to make one takes a round
** trip, with TLS three, and some milliseconds of both processors. A thread
** takes the one that was given back last, or makes another one, and drives it
** itself, since libcurl's own loop has no limit for the first byte alone, and
** asks too rarely whether somebody still waits.
**
** What libcurl would do by itself and must not:
**
**   send a request again, when a connection that it has kept turns out to be
**   dead: a write might then be done twice without our knowing. So a body comes
**   from a callback that cannot be rewound, and libcurl gives up;
**   follow a redirect with a GET, or to anywhere: rqlite_http_redirect;
**   go through a proxy that the environment names. A cluster is near, and what
**   is sent to it is everything;
**   read ~/.netrc, or use signals.
*/
#define _POSIX_C_SOURCE 200809L
#include "rqlite_http.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "moment.h"
#include "rqlite_curl.h"
#include "tap.h"

/* Milliseconds within which a node takes a connection. */
#define RQLITE_HTTP_CONNECT 1000L

/* Milliseconds after which it is looked again whether to go on. */
#define RQLITE_HTTP_SLICE 50

/* How often a request may be sent elsewhere. */
#define RQLITE_HTTP_REDIRECTS 3

/* No reply may be longer. One that says before how long it is, and that is
** more, is not taken at all. */
#define RQLITE_HTTP_MOST ((size_t)256 << 20)

/* Bytes of a password's file that count. */
#define RQLITE_HTTP_SECRET 1024

/* One of these is used by one thread at a time. */
typedef struct RqliteHandle {
  CURLM *multi; /* keeps the connections */
  CURL *easy;   /* is the request */
  const RqliteCurl *curl;
  struct RqliteHandle *next;
  const char *body; /* what is left to be sent */
  size_t size;
  Output *reply; /* where the reply goes */
  FILE *file;    /* where it goes with status 200; or NULL */
  bool begun;    /* some of it has come */
  bool large;    /* it is too long */
  char error[CURL_ERROR_SIZE];
} RqliteHandle;

struct RqliteHttp {
  RqliteCurl curl;
  const char
      *authority; /* the certificates that are trusted; NULL: the usual */
  char secret[RQLITE_HTTP_SECRET]; /* user:password; "": none */
  struct curl_slist *headers;
  pthread_mutex_t mutex;
  RqliteHandle *idle; /* under the mutex */
};

/*
** Opening.
*/

/* The first line of the file is user:password. On the command line everybody
** could read it. */
static bool rqlite_http_read_secret(RqliteHttp *http, const char *path,
                                    Output *complaint) {
  FILE *file = fopen(path, "r");
  if (!file) {
    output_format(complaint, "%s: %s", path, strerror(errno));
    return false;
  }
  if (!fgets(http->secret, sizeof http->secret, file)) http->secret[0] = '\0';
  fclose(file);
  http->secret[strcspn(http->secret, "\r\n")] = '\0';
  if (strchr(http->secret, ':')) return true;
  output_format(complaint, "%s: there is no user:password in its first line",
                path);
  return false;
}

/* What is wrong with a file is said before anything is sent. */
static bool rqlite_http_prepare(RqliteHttp *http, const Options *options,
                                Output *complaint) {
  if (!rqlite_curl_load(&http->curl)) {
    output_text(complaint, "--engine rqlite needs " RQLITE_CURL_LIBRARY
                           ", which cannot be loaded (Debian: libcurl4)");
    return false;
  }
  http->authority = options->rqlite_ca;
  http->headers =
      http->curl.curl_slist_append(NULL, "Content-Type: application/json");
  /* Or it would ask before it sends a large body, and wait. */
  if (http->headers)
    http->headers = http->curl.curl_slist_append(http->headers, "Expect:");
  if (!http->headers) output_text(complaint, "out of memory");
  return http->headers &&
         (!options->rqlite_user ||
          rqlite_http_read_secret(http, options->rqlite_user, complaint));
}

RqliteHttp *rqlite_http_open(const Options *options, Output *complaint) {
  RqliteHttp *http = calloc(1, sizeof *http);
  if (!http) {
    output_text(complaint, "out of memory");
    return NULL;
  }
  pthread_mutex_init(&http->mutex, NULL);
  if (rqlite_http_prepare(http, options, complaint)) return http;
  rqlite_http_close(http);
  return NULL;
}

/*
** Handles.
*/

/* A CURLOPT_READFUNCTION: the body in pieces, as the socket takes them. */
static size_t rqlite_http_send(char *room, size_t one, size_t most,
                               void *context) {
  RqliteHandle *handle = context;
  size_t size = one * most < handle->size ? one * most : handle->size;
  memcpy(room, handle->body, size);
  handle->body += size;
  handle->size -= size;
  return size;
}

/* What is too much, or has no room, ends the transfer. */
static size_t rqlite_http_receive(char *bytes, size_t one, size_t count,
                                  void *context) {
  RqliteHandle *handle = context;
  size_t size = one * count;
  long status = 0;
  handle->begun = true;
  if (handle->file)
    handle->curl->curl_easy_getinfo(handle->easy, CURLINFO_RESPONSE_CODE,
                                    &status);
  if (status == 200) return fwrite(bytes, 1, size, handle->file);
  handle->large = handle->reply->size + size > RQLITE_HTTP_MOST;
  if (handle->large) return 0;
  output_bytes(handle->reply, bytes, size);
  return handle->reply->failed ? 0 : size;
}

/* A head is the first byte already: a node sends it when the statement has come
** to its end, and the rest then comes as fast as the network is. */
static size_t rqlite_http_receive_head(char *bytes, size_t one, size_t count,
                                       void *context) {
  (void)bytes;
  ((RqliteHandle *)context)->begun = true;
  return one * count;
}

/* What is the same for all requests. That --rqlite-ca takes the place of the
** system's certificates is meant: a cluster has its own. */
static void rqlite_http_set_up(const RqliteHttp *http, RqliteHandle *handle) {
  const RqliteCurl *curl = &http->curl;
  CURL *easy = handle->easy;
  curl->curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl->curl_easy_setopt(easy, CURLOPT_PROXY, "");
  curl->curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl->curl_easy_setopt(easy, CURLOPT_HTTP_VERSION,
                         (long)CURL_HTTP_VERSION_1_1);
  curl->curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, RQLITE_HTTP_CONNECT);
  curl->curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
  curl->curl_easy_setopt(easy, CURLOPT_HTTPHEADER, http->headers);
  curl->curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, handle->error);
  curl->curl_easy_setopt(easy, CURLOPT_READFUNCTION, rqlite_http_send);
  curl->curl_easy_setopt(easy, CURLOPT_READDATA, handle);
  curl->curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, rqlite_http_receive);
  curl->curl_easy_setopt(easy, CURLOPT_WRITEDATA, handle);
  curl->curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION,
                         rqlite_http_receive_head);
  curl->curl_easy_setopt(easy, CURLOPT_HEADERDATA, handle);
  if (http->authority)
    curl->curl_easy_setopt(easy, CURLOPT_CAINFO, http->authority);
  if (!http->secret[0]) return;
  curl->curl_easy_setopt(easy, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
  curl->curl_easy_setopt(easy, CURLOPT_USERPWD, http->secret);
}

/* The request goes before the connections that it may have open. */
static void rqlite_http_free_handle(const RqliteHttp *http,
                                    RqliteHandle *handle) {
  if (handle->easy) http->curl.curl_easy_cleanup(handle->easy);
  if (handle->multi) http->curl.curl_multi_cleanup(handle->multi);
  free(handle);
}

/* Returns NULL without memory. */
static RqliteHandle *rqlite_http_new_handle(const RqliteHttp *http) {
  RqliteHandle *handle = calloc(1, sizeof *handle);
  if (!handle) return NULL;
  handle->curl = &http->curl;
  handle->multi = http->curl.curl_multi_init();
  handle->easy = http->curl.curl_easy_init();
  if (!handle->multi || !handle->easy) {
    rqlite_http_free_handle(http, handle);
    return NULL;
  }
  rqlite_http_set_up(http, handle);
  return handle;
}

/* The one that was given back last: its connections are those that are least
** likely to have been closed by the other side. */
static RqliteHandle *rqlite_http_take(RqliteHttp *http) {
  pthread_mutex_lock(&http->mutex);
  RqliteHandle *handle = http->idle;
  if (handle) http->idle = handle->next;
  pthread_mutex_unlock(&http->mutex);
  return handle ? handle : rqlite_http_new_handle(http);
}

/* There are never more than threads that have called at one time, so that none
** is ever thrown away. */
static void rqlite_http_give(RqliteHttp *http, RqliteHandle *handle) {
  pthread_mutex_lock(&http->mutex);
  handle->next = http->idle;
  http->idle = handle;
  pthread_mutex_unlock(&http->mutex);
}

/* Of one that was opened in part there may be no headers. */
void rqlite_http_close(RqliteHttp *http) {
  while (http->idle) rqlite_http_free_handle(http, rqlite_http_take(http));
  if (http->headers) http->curl.curl_slist_free_all(http->headers);
  pthread_mutex_destroy(&http->mutex);
  free(http);
}

/*
** A transfer.
*/

/* Is it to end before its time? */
static bool rqlite_http_is_over(const RqliteHandle *handle,
                                const RqliteCall *call, RqliteEnd *end) {
  long long now = moment_now();
  if (call->stop && call->stop(call->who)) {
    *end = RQLITE_STOPPED;
    return true;
  }
  *end = RQLITE_LATE;
  return now >= call->whole || (!handle->begun && now >= call->first);
}

/* Returns the outcome of the one transfer that there is. A multi handle has a
** list of messages, since it could have many. */
static CURLcode rqlite_http_outcome(const RqliteHttp *http,
                                    RqliteHandle *handle) {
  int left;
  const CURLMsg *message =
      http->curl.curl_multi_info_read(handle->multi, &left);
  return message && message->msg == CURLMSG_DONE ? message->data.result
                                                 : CURLE_FAILED_INIT;
}

/* What it was, if it was not a reply: a connection that was not there has sent
** nothing. */
static RqliteEnd rqlite_http_judge(const RqliteHttp *http,
                                   RqliteHandle *handle) {
  long sent = 0;
  CURLcode code = rqlite_http_outcome(http, handle);
  if (code == CURLE_OK) return RQLITE_REPLIED;
  if (handle->large || code == CURLE_FILESIZE_EXCEEDED) return RQLITE_LARGE;
  http->curl.curl_easy_getinfo(handle->easy, CURLINFO_REQUEST_SIZE, &sent);
  if (!handle->error[0])
    snprintf(handle->error, sizeof handle->error, "%s",
             http->curl.curl_easy_strerror(code));
  return sent ? RQLITE_CUT : RQLITE_UNSENT;
}

/* What recv receives meanwhile is no client's (tap.h). */
static RqliteEnd rqlite_http_run(const RqliteHttp *http, RqliteHandle *handle,
                                 const RqliteCall *call) {
  const RqliteCurl *curl = &http->curl;
  RqliteEnd end = RQLITE_CUT;
  int running = 1;
  tap_pause(true);
  curl->curl_multi_add_handle(handle->multi, handle->easy);
  while (curl->curl_multi_perform(handle->multi, &running) == CURLM_OK &&
         running && !rqlite_http_is_over(handle, call, &end))
    curl->curl_multi_poll(handle->multi, NULL, 0, RQLITE_HTTP_SLICE, NULL);
  if (!running) end = rqlite_http_judge(http, handle);
  curl->curl_multi_remove_handle(handle->multi, handle->easy);
  tap_pause(false);
  return end;
}

/*
** A call.
*/

/* Sends the request to a node. What was there of a reply is kept only if all of
** it is. */
static RqliteEnd rqlite_http_try(const RqliteHttp *http, RqliteHandle *handle,
                                 const RqliteCall *call, const char *url,
                                 Output *reply) {
  const RqliteCurl *curl = &http->curl;
  handle->body = call->body;
  handle->size = call->size;
  handle->reply = reply;
  handle->file = call->file;
  handle->begun = false;
  handle->large = false;
  handle->error[0] = '\0';
  output_clear(reply);
  curl->curl_easy_setopt(handle->easy, CURLOPT_URL, url);
  curl->curl_easy_setopt(handle->easy, CURLOPT_MAXFILESIZE_LARGE,
                         (curl_off_t)(call->file ? 0 : RQLITE_HTTP_MOST));
  if (call->body) {
    curl->curl_easy_setopt(handle->easy, CURLOPT_POST, 1L);
    curl->curl_easy_setopt(handle->easy, CURLOPT_POSTFIELDSIZE_LARGE,
                           (curl_off_t)call->size);
  } else {
    curl->curl_easy_setopt(handle->easy, CURLOPT_HTTPGET, 1L);
  }
  return rqlite_http_run(http, handle, call);
}

/* The length of what a URL has before its path, 0 if it is not one that a
** password may be sent to: of http or https, and not without TLS where there
** was TLS before. */
static size_t rqlite_http_origin(const char *url, const char *before) {
  bool secure = strncmp(url, "https://", 8) == 0;
  if (!secure &&
      (strncmp(url, "http://", 7) != 0 || strncmp(before, "https://", 8) == 0))
    return 0;
  size_t scheme = secure ? 8 : 7;
  size_t host = strcspn(url + scheme, "/?#");
  return memchr(url + scheme, '@', host) ? 0 : scheme + host;
}

/* Is the reply one that sends us to another node, for the same (RFC 9110
** section 15.4)? Then the URL becomes that node's. */
static bool rqlite_http_redirect(const RqliteHttp *http, RqliteHandle *handle,
                                 const RqliteCall *call, long status,
                                 Output *url) {
  const char *place = NULL;
  if (status != 301 && status != 302 && status != 307 && status != 308)
    return false;
  http->curl.curl_easy_getinfo(handle->easy, CURLINFO_REDIRECT_URL, &place);
  size_t size = place ? rqlite_http_origin(place, call->node) : 0;
  size_t path = strcspn(call->path, "?");
  if (!size || strncmp(place + size, call->path, path) != 0 ||
      !strchr("?#", place[size + path]))
    return false;
  output_clear(url);
  output_bytes(url, place, size);
  output_text(url, call->path);
  output_terminate(url);
  return !url->failed;
}

/* A node's reply, or that of the one it names: rqlite is told by its operator
** whether followers pass a request on or send its client to the leader. */
static RqliteEnd rqlite_http_follow(const RqliteHttp *http,
                                    RqliteHandle *handle,
                                    const RqliteCall *call, long *status,
                                    Output *reply) {
  Output url = {0};
  int left = RQLITE_HTTP_REDIRECTS;
  RqliteEnd end;
  output_text(&url, call->node);
  output_text(&url, call->path);
  output_terminate(&url);
  do {
    end =
        rqlite_http_try(http, handle, call, url.failed ? "" : url.data, reply);
    *status = 0;
    if (end == RQLITE_REPLIED)
      http->curl.curl_easy_getinfo(handle->easy, CURLINFO_RESPONSE_CODE,
                                   status);
  } while (left-- > 0 &&
           rqlite_http_redirect(http, handle, call, *status, &url));
  output_free(&url);
  return end;
}

RqliteEnd rqlite_http_call(RqliteHttp *http, const RqliteCall *call,
                           long *status, Output *reply) {
  RqliteHandle *handle = rqlite_http_take(http);
  *status = 0;
  output_clear(reply);
  if (!handle) {
    output_text(reply, "out of memory");
    return RQLITE_UNSENT;
  }
  RqliteEnd end = rqlite_http_follow(http, handle, call, status, reply);
  if (end != RQLITE_REPLIED) {
    output_clear(reply);
    output_text(reply, handle->error[0] ? handle->error : "no answer in time");
  }
  rqlite_http_give(http, handle);
  return end;
}

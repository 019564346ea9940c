/*
** rates.c: see rates.h.
**
** HOW IT WORKS
**
** A bucket holds what somebody has used, and leaks at the rate that he may use
** (a token bucket, seen from its other side):
**
**     level  =  used - (now - at) * rate, or 0          allowed: level < burst
**
** so that one at level 0 is as good as none, and may be given to another. Each
** has a rate and a burst of its own: at first those of its table, which are the
** command line's; a caller's may then be his tenant's. Two tables have buckets:
** of addresses, by the tokens that were refused to them, and of callers who
** were let in, by their requests. A table is of one size for ever. A key
** belongs to one row of it, which has eight places and a lock of its own; when
** these are taken, the one goes that says least: the lowest, and of those the
** one that was touched longest ago. One more bucket is for the refusals of all
** addresses.
**
** Where many clients come from one address (a proxy, a NAT), one who guesses
** must not lock the others out. So the limit is for strangers only: whoever was
** let in is in the table of callers until he is refused, or 4096 others were
** let in, and is not asked where he comes from. When an address has used up its
** burst, its strangers have what leaks out of the bucket: so many are asked
** about in a second, whoever comes first, and the others come again.
**
** Keys are made by SipHash-2-4 (Aumasson and Bernstein, 2012) with a random key
** of the process: nobody can choose a token or an address so as to meet that of
** another, and from a key no token can be told.
*/
#define _POSIX_C_SOURCE 200809L
#include "rates.h"

#include <arpa/inet.h>
#include <assert.h>
#include <pthread.h>
#include <sqlite3.h>
#include <string.h>

#include "moment.h"

/* A table has room for RATES_ROWS * RATES_PLACES keys: 212 KiB. */
#define RATES_ROWS 512
#define RATES_PLACES 8

typedef struct RatesBucket {
  uint64_t key; /* 0: free */
  double used;  /* as it was at that time */
  double at;    /* seconds of a clock that is never set */
  float rate, burst;
  uint64_t tenant; /* of a caller: the key of whose he is */
  double asked;    /* and when his terms were asked for; 0: never */
} RatesBucket;

typedef struct RatesRow {
  pthread_mutex_t mutex;
  RatesBucket places[RATES_PLACES];
} RatesRow;

typedef struct RatesTable {
  float rate, burst; /* of a bucket that is new */
  RatesRow rows[RATES_ROWS];
} RatesTable;

static RatesTable rates_addresses;
static RatesTable rates_callers;
static RatesRow rates_all; /* its first place alone */
static uint64_t rates_key[2];

/* In seconds. */
static double rates_now(void) {
  return (double)moment_now() / (double)MOMENT_SECOND;
}

/*
** Keys.
*/

static uint64_t rates_turn(uint64_t word, int bits) {
  return word << bits | word >> (64 - bits);
}

/* SipRound, so many times. */
static void rates_mix(uint64_t v[4], int rounds) {
  while (rounds-- > 0) {
    v[0] += v[1];
    v[2] += v[3];
    v[1] = rates_turn(v[1], 13) ^ v[0];
    v[3] = rates_turn(v[3], 16) ^ v[2];
    v[0] = rates_turn(v[0], 32) + v[3];
    v[2] += v[1];
    v[3] = rates_turn(v[3], 21) ^ v[0];
    v[1] = rates_turn(v[1], 17) ^ v[2];
    v[2] = rates_turn(v[2], 32);
  }
}

/* Takes a word of the message in. */
static void rates_take(uint64_t v[4], uint64_t word) {
  v[3] ^= word;
  rates_mix(v, 2);
  v[0] ^= word;
}

/* Takes a text in, by words of eight bytes; the last one, of what is left, ends
** in the text's length, so that two texts are another message than the one that
** both would make together. */
static void rates_take_text(uint64_t v[4], const char *text, size_t size) {
  uint64_t word;
  size_t left = size;
  for (; left >= sizeof word; text += sizeof word, left -= sizeof word) {
    memcpy(&word, text, sizeof word);
    rates_take(v, word);
  }
  word = (uint64_t)size << 56;
  for (size_t i = 0; i < left; i++)
    word |= (uint64_t)(unsigned char)text[i] << (i * 8);
  rates_take(v, word);
}

/* 0 is the mark of a free place. */
uint64_t rates_caller(const char *text, size_t size, const char *more,
                      size_t more_size) {
  uint64_t v[4] = {
      rates_key[0] ^ 0x736f6d6570736575U, rates_key[1] ^ 0x646f72616e646f6dU,
      rates_key[0] ^ 0x6c7967656e657261U, rates_key[1] ^ 0x7465646279746573U};
  rates_take_text(v, text, size);
  rates_take_text(v, more, more_size);
  v[2] ^= 0xff;
  rates_mix(v, 4);
  uint64_t key = v[0] ^ v[1] ^ v[2] ^ v[3];
  return key ? key : 1;
}

/* ::ffff:192.0.2.1 is the address in it. What is no address at all, as a name,
** is taken as it is. */
uint64_t rates_address(const char *address) {
  static const char mapped[] = "::ffff:";
  char bytes[16];
  if (strncmp(address, mapped, sizeof mapped - 1) == 0 && strchr(address, '.'))
    address += sizeof mapped - 1;
  if (inet_pton(AF_INET6, address, bytes) == 1)
    return rates_caller(bytes, 8, "6", 1);
  return rates_caller(address, strlen(address), "4", 1);
}

/*
** Buckets.
*/

static double rates_level(const RatesBucket *bucket, double now) {
  double level = bucket->used - (now - bucket->at) * (double)bucket->rate;
  return level > 0 ? level : 0;
}

static RatesRow *rates_row(RatesTable *table, uint64_t key) {
  return &table->rows[key % RATES_ROWS];
}

/* Returns the key's bucket, or NULL. The row is locked. */
static RatesBucket *rates_find(RatesRow *row, uint64_t key) {
  for (int i = 0; i < RATES_PLACES; i++)
    if (row->places[i].key == key) return &row->places[i];
  return NULL;
}

/* Does the one say less than the other? */
static bool rates_is_less(const RatesBucket *one, const RatesBucket *other,
                          double now) {
  double difference = rates_level(one, now) - rates_level(other, now);
  return difference < 0 || (difference <= 0 && one->at < other->at);
}

/* Returns the key's bucket, a new one if it has none. The row is locked. */
static RatesBucket *rates_get(RatesTable *table, uint64_t key, double now) {
  RatesRow *row = rates_row(table, key);
  RatesBucket *bucket = rates_find(row, key);
  if (bucket) return bucket;
  bucket = &row->places[0];
  for (int i = 1; i < RATES_PLACES; i++)
    if (rates_is_less(&row->places[i], bucket, now)) bucket = &row->places[i];
  *bucket = (RatesBucket){
      .key = key, .at = now, .rate = table->rate, .burst = table->burst};
  return bucket;
}

/* Brings a bucket up to date. */
static void rates_touch(RatesBucket *bucket, double now) {
  bucket->used = rates_level(bucket, now);
  bucket->at = now;
}

static void rates_add(RatesBucket *bucket, double now) {
  rates_touch(bucket, now);
  bucket->used += 1;
}

/* A bucket never holds more than its burst: however many were asked about at
** once, the wait is for one place. */
static void rates_spend(RatesBucket *bucket, double now) {
  rates_add(bucket, now);
  if (bucket->used > (double)bucket->burst) bucket->used = bucket->burst;
}

/* In how many whole seconds has the bucket room for one more? */
static int rates_seconds(const RatesBucket *bucket, double now) {
  double over = rates_level(bucket, now) + 1 - (double)bucket->burst;
  if (bucket->rate <= 0) return 0;
  return over > 0 ? (int)(over / (double)bucket->rate) + 1 : 0;
}

/*
** The limits.
*/

static void rates_clear(RatesRow *row) {
  memset(row->places, 0, sizeof row->places);
  pthread_mutex_init(&row->mutex, NULL);
}

/* The key is new each time: what was in the tables could not be found again. */
void rates_configure(const RatesLimits *limits) {
  sqlite3_randomness((int)sizeof rates_key, rates_key);
  rates_addresses.rate = (float)limits->failures;
  rates_addresses.burst = (float)(limits->failures * RATES_FAILURE_BURST);
  rates_callers.rate = (float)limits->rate;
  rates_callers.burst = (float)limits->burst;
  for (int i = 0; i < RATES_ROWS; i++) {
    rates_clear(&rates_addresses.rows[i]);
    rates_clear(&rates_callers.rows[i]);
  }
  rates_clear(&rates_all);
  rates_all.places[0].rate = rates_addresses.rate * RATES_ALL;
  rates_all.places[0].burst = rates_addresses.burst * RATES_ALL;
}

/* Who is found is touched, so that he is not the next to go. */
bool rates_knows(uint64_t caller, uint64_t *tenant, bool *asks) {
  RatesRow *row = rates_row(&rates_callers, caller);
  double now = rates_now();
  *tenant = 0;
  *asks = false;
  pthread_mutex_lock(&row->mutex);
  RatesBucket *bucket = rates_find(row, caller);
  if (bucket) {
    rates_touch(bucket, now);
    *tenant = bucket->tenant;
    *asks = now - bucket->asked > RATES_TERMS;
    if (*asks) bucket->asked = now;
  }
  pthread_mutex_unlock(&row->mutex);
  return bucket;
}

/* The later of the two that both the address and all together allow. */
int rates_wait(uint64_t address) {
  RatesRow *row = rates_row(&rates_addresses, address);
  double now = rates_now();
  if (rates_addresses.rate <= 0) return 0;
  pthread_mutex_lock(&row->mutex);
  const RatesBucket *bucket = rates_find(row, address);
  int own = bucket ? rates_seconds(bucket, now) : 0;
  pthread_mutex_unlock(&row->mutex);
  pthread_mutex_lock(&rates_all.mutex);
  int all = rates_seconds(&rates_all.places[0], now);
  pthread_mutex_unlock(&rates_all.mutex);
  return own > all ? own : all;
}

/* He is forgotten whether there is a limit or not. */
void rates_refuse(uint64_t address, uint64_t caller) {
  RatesRow *row = rates_row(&rates_callers, caller);
  double now = rates_now();
  pthread_mutex_lock(&row->mutex);
  RatesBucket *bucket = rates_find(row, caller);
  if (bucket) *bucket = (RatesBucket){0};
  pthread_mutex_unlock(&row->mutex);
  if (rates_addresses.rate <= 0) return;
  row = rates_row(&rates_addresses, address);
  pthread_mutex_lock(&row->mutex);
  rates_spend(rates_get(&rates_addresses, address, now), now);
  pthread_mutex_unlock(&row->mutex);
  pthread_mutex_lock(&rates_all.mutex);
  rates_spend(&rates_all.places[0], now);
  pthread_mutex_unlock(&rates_all.mutex);
}

/* Time goes on for his bucket, and what is in it stays. */
void rates_admit(uint64_t caller) {
  RatesRow *row = rates_row(&rates_callers, caller);
  double now = rates_now();
  pthread_mutex_lock(&row->mutex);
  rates_touch(rates_get(&rates_callers, caller, now), now);
  pthread_mutex_unlock(&row->mutex);
}

/* Where a rate alone is said, the burst is as much. Without a limit nothing is
** in the bucket; else what is in it stays, up to the burst, so that new terms
** are no new burst. */
void rates_set_terms(uint64_t caller, const RatesTerms *terms) {
  RatesRow *row = rates_row(&rates_callers, caller);
  double now = rates_now();
  float rate = rates_callers.rate, burst = rates_callers.burst;
  if (terms->rate >= 0) rate = burst = (float)terms->rate;
  if (terms->burst > 0) burst = (float)terms->burst;
  pthread_mutex_lock(&row->mutex);
  RatesBucket *bucket = rates_find(row, caller);
  if (bucket) {
    rates_touch(bucket, now);
    bucket->rate = rate;
    bucket->burst = burst;
    bucket->tenant = terms->tenant;
    bucket->asked = now;
    if (rate <= 0) bucket->used = 0;
    if (bucket->used > (double)burst) bucket->used = burst;
  }
  pthread_mutex_unlock(&row->mutex);
}

/* What was not allowed is not counted: one who asks too often gets his rate. */
int rates_count(uint64_t caller) {
  RatesRow *row = rates_row(&rates_callers, caller);
  double now = rates_now();
  pthread_mutex_lock(&row->mutex);
  RatesBucket *bucket = rates_find(row, caller);
  int wait = bucket ? rates_seconds(bucket, now) : 0;
  if (bucket && !wait && bucket->rate > 0) rates_add(bucket, now);
  pthread_mutex_unlock(&row->mutex);
  return wait;
}

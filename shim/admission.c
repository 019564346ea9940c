/*
** admission.c: see admission.h.
**
** A caller is known by all that he sends to prove who he is: the header field
** Authorization, and the segment of the path that names a tenant, because a
** token may be good at one URL and not at another. A client of OAuth may have
** put his secret into the body; then that is what he is known by.
*/
#include "admission.h"

#include "metrics.h"
#include "target.h"

/* The keys are made and the one table is looked at; no SQL, and no memory. */
void admission_begin(Admission *admission, const Exchange *exchange,
                     const Output *tenant, const Output *form) {
  const char *header = exchange_header(exchange, "Authorization");
  size_t size = header ? target_value_size(header) : 0;
  uint64_t key = rates_caller(header, size, tenant->data, tenant->size);
  if (form)
    key = rates_caller((const char *)&key, sizeof key, form->data, form->size);
  *admission = (Admission){.caller = key,
                           .address = exchange->info->remote_addr,
                           .has_token = size > 0,
                           .is_client = form != NULL};
  admission->known = rates_knows(key, &admission->tenant, &admission->asks);
  if (admission_is_new(admission)) admission->asks = true;
}

bool admission_is_new(const Admission *admission) {
  return admission->has_token && !admission->known;
}

/* One who is known is told of his own limit only, and a stranger of that for
** strangers: a token that is good goes on working wherever it comes from, and
** keeps its connection. */
int admission_delay(const Admission *admission, Exchange *exchange) {
  int seconds = admission->known
                    ? rates_count(admission->caller)
                    : rates_wait(rates_address(admission->address));
  if (!seconds) return 0;
  Output headers = {0};
  output_format(&headers, "Retry-After: %d\r\n", seconds);
  metrics_throttled(admission->known ? METRICS_TOKEN : METRICS_STRANGERS);
  if (admission->known) exchange_admit(exchange);
  exchange_fail(exchange, 429, output_terminate(&headers),
                admission->known
                    ? "There are too many requests with this token."
                    : "There are too many requests without a valid token.");
  output_free(&headers);
  return 429;
}

void admission_grant(const Admission *admission) {
  rates_admit(admission->caller);
}

void admission_set_terms(const Admission *admission, const RatesTerms *terms) {
  rates_set_terms(admission->caller, terms);
}

void admission_refuse(const Admission *admission) {
  metrics_refused(admission->is_client   ? METRICS_CLIENT
                  : admission->has_token ? METRICS_INVALID
                                         : METRICS_MISSING);
  rates_refuse(rates_address(admission->address), admission->caller);
}

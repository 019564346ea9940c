#!/bin/bash
# Runs targets of libFuzzer, each for FUZZ_SECONDS from its kept corpus, and
# file_fuzz; make fuzz builds them.
#
#   FUZZ_BUILD=build/fuzz bash tests/fuzz/fuzz.sh json filter file
#
# What libFuzzer finds on its way stays in build/fuzz/corpus, from where a later
# run goes on; the kept corpus (tests/fuzz/corpus) does not grow by itself. With
# FUZZ_SECONDS=0 it is played, and nothing else. An input that goes wrong is kept
# in build/fuzz/found, and the line that plays it again is printed.
build=${FUZZ_BUILD:-build/fuzz}
seconds=${FUZZ_SECONDS:-60}
export UBSAN_OPTIONS=print_stacktrace=1
export SCIM_EXTENSION=${SCIM_EXTENSION:-$build/scim.so}
mkdir -p "$build/found" "$build/log"

# one <target>: a line with its figures.
one() {
  local log=$build/log/$1 limit=(-max_total_time="$seconds")
  [ "$seconds" -gt 0 ] || limit=(-runs=0)
  mkdir -p "$build/corpus/$1"
  "$build/tests/fuzz/${1}_fuzz" "${limit[@]}" -max_len=4096 -timeout=300 \
    -rss_limit_mb=3000 -print_final_stats=1 -dict=tests/fuzz/scim.dict \
    -artifact_prefix="$build/found/$1-" \
    "$build/corpus/$1" "tests/fuzz/corpus/$1" >"$log" 2>&1
  local code=$?
  if [ "$code" -eq 0 ]; then
    printf 'ok - %s: %s\n' "$1" "$(awk '
      /^stat::number_of_executed_units/ { runs = $2 }
      / cov: / { for (i = 1; i < NF; i++) {
        if ($i == "cov:") cov = $(i + 1); if ($i == "ft:") ft = $(i + 1)
        if ($i == "corp:") corp = $(i + 1) } }
      END { printf "%d runs, coverage %d, features %d, corpus %s\n", runs, cov,
        ft, corp }' "$log")"
  else
    printf 'not ok - %s\n' "$1"
    grep -aE -A 12 '^not ok|^  (got|want):|ERROR|runtime error|_fuzz\.c|/(ext|shim)/' "$log" |
      grep -avE '^#|NEW_FUNC|fuzzer::|libc|^--|^0x|^Base64' | cut -c1-400 |
      head -n 40 | sed 's/^/  /'
    printf '  again with: SCIM_EXTENSION=%s %s/tests/fuzz/%s_fuzz %s\n' \
      "$SCIM_EXTENSION" "$build" "$1" \
      "$(sed -n 's/.*Test unit written to //p' "$log" | tail -n 1)"
  fi
}

# Damaged files have rounds and no corpus.
one_file() {
  local log=$build/log/file
  if build/asan/tests/fuzz/file_fuzz "$((seconds > 0 ? seconds : 1))" \
    "${FUZZ_SEED:-1}" >"$log" 2>&1; then
    sed -n 's/^ok - /ok - file: /p' "$log"
  else
    echo 'not ok - file'
    tail -n 60 "$log" | sed 's/^/  /'
  fi
}

run() {
  if [ "$1" = file ]; then one_file; else one "$1"; fi
}
export -f run one one_file
export build seconds

outcome=$(mktemp)
printf '%s\n' "$@" |
  xargs -P "${FUZZ_JOBS:-$(nproc)}" -I{} bash -c 'run "$1"' _ {} | tee "$outcome"
passed=$(grep -c '^ok ' "$outcome")
failed=$(grep -c '^not ok ' "$outcome")
rm -f "$outcome"
printf '%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ] && [ "$passed" -eq $# ]

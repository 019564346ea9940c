# scim: a SQLite extension that is a SCIM 2.0 service provider, and scimd, its
# HTTP shim. `make run` shows it at work, `make test` checks it, `make help`
# says what else there is.
#
# Asserts are on in build/ and in every build that tests run in. What is
# installed, shown and measured (make install, run, bench) is built without
# them, in build/release.
#
# CC, CPPFLAGS, CFLAGS and LDFLAGS are the packager's, and PREFIX and DESTDIR
# say where it goes. BUILD, ASSERTS and INSTRUMENT (options for the compiler and
# the linker) tell the builds of this file apart.

PREFIX  ?= /usr/local
VERSION := 0.1.0
BUILD   ?= build
CC      ?= cc
CFLAGS  ?= -O2 $(LINES)
WARN    := -std=c11 -Wall -Wextra -Wconversion -Wcast-qual -Wpedantic -Wshadow \
  -Wno-overlength-strings
ASSERTS ?= on
# What a build for tests tells of where it is: the lines. They take a tenth less to
# compile, and half the disk; make debug has the rest.
LINES   := $(if $(filter on,$(ASSERTS)),-g1,-g)

EXT_SOURCES  := ext/scim.c $(sort $(wildcard ext/*/*.c))
SHIM_SOURCES := $(sort $(wildcard shim/*.c))
C_TESTS      := $(sort $(wildcard tests/*/*_test.c))
SHELL_TESTS  := $(filter-out tests/bench/% tests/fuzz/% tests/interop/% tests/cluster/% tests/warm/% %/install.sh,$(sort $(wildcard tests/*/*.sh))) \
  tests/layers.sh tests/idp/replay.py

EXT_OBJECTS  := $(EXT_SOURCES:%.c=$(BUILD)/obj/%.o)
CORE_OBJECTS := $(EXT_OBJECTS) $(BUILD)/obj/tests/api.o
SHIM_OBJECTS := $(SHIM_SOURCES:%.c=$(BUILD)/obj/%.o)
# In a Turkish locale awk would write another I.
AWK          := LC_ALL=C awk
GENERATED    := $(BUILD)/gen/statements.h $(BUILD)/gen/sql.h
TEST_BINARIES := $(C_TESTS:%.c=$(BUILD)/%)
# Python with the libraries of tests/requirements.txt, for all builds.
TEST_PYTHON  := build/python/ready

# What a shared library is called here.
SYSTEM    := $(shell uname -s)
SUFFIX    := $(if $(filter Darwin,$(SYSTEM)),dylib,$(if $(filter MINGW% MSYS% CYGWIN%,$(SYSTEM)),dll,so))
EXTENSION := scim.$(SUFFIX)

EXT_LIBS  := -lsodium -lutf8proc -lm
SHIM_LIBS := -lcivetweb -lsqlite3 -lpthread
DEFINES   := -DSCIM_VERSION='"$(VERSION)"' -DSCIM_LIBDIR='"$(PREFIX)/lib"' \
  -DSCIM_FILE='"$(EXTENSION)"'
ifneq ($(ASSERTS),on)
DEFINES   += -DNDEBUG
endif

# What civetweb's TLS may need: shim/tls/libssl.c. Only where OpenSSL 3 is.
TLS_LIBRARIES := $(if $(filter Linux,$(SYSTEM)),$(shell \
  echo 'int main(void) { return 0; }' | $(CC) $(CFLAGS) $(LDFLAGS) -x c - \
  -o /dev/null -l:libssl.so.3 2>/dev/null && echo libcrypto.so libssl.so))
TLS_LIBRARIES := $(TLS_LIBRARIES:%=$(BUILD)/scim-tls/%)

# A step is told in a word and what it makes. make V=1 shows the commands.
Q   := $(if $(V),,@)
say  = $(if $(V),,$(info $() $(1) $@))

COMPILE := $(CC) $(CPPFLAGS) $(CFLAGS) $(INSTRUMENT) $(WARN) $(DEFINES)
LINK    := $(CC) $(CFLAGS) $(INSTRUMENT) $(LDFLAGS)

PACKAGES := gcc make libsqlite3-dev libcivetweb-dev libjsmn-dev \
  libsodium-dev libutf8proc-dev libcurl4-openssl-dev libcmocka-dev sqlite3 curl jq gojq python3 \
  procps openssl stunnel4 strace
LINT_PACKAGES := clang-format clang-tidy cppcheck valgrind

.PHONY: all help release debug deps lint-deps interop-deps java-deps npm-deps go-deps \
  run run-tls install test tests suite check asan valgrind coverage metrics interop hosts lint bench \
  clean
.DELETE_ON_ERROR:

# What the tests are about; scim_all.o they make for themselves, in a hurry.
PRODUCTS := $(BUILD)/$(EXTENSION) $(BUILD)/scimd $(TLS_LIBRARIES) $(BUILD)/gen/install.sql

all: $(PRODUCTS) $(BUILD)/scim_all.o ## the extension (scim_all.o is for linking) and scimd, in build/

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' \
	  $(firstword $(MAKEFILE_LIST))

# ---- Build

# What scim_init runs, in this order. SQLite runs the triggers of one event
# newest first, so the order of commit/ is the one in which they run, turned
# round.
SQL_TABLES  := $(sort $(wildcard sql/tables/*.sql))
SQL_VIEWS   := $(sort $(wildcard sql/views/*.sql))
SQL_COMMIT  := $(patsubst %,sql/commit/%.sql,commit value unique claim member \
  resource name stay shape log outbox work prune forget map former alert steps index token tenant \
  definition setting created number consumer rule statistics)
UPGRADES    := $(foreach digits,[0-9] [0-9][0-9],$(sort $(patsubst \
  sql/upgrade/%.sql,%,$(wildcard sql/upgrade/$(digits).sql))))
SQL_UPGRADE := $(UPGRADES:%=sql/upgrade/%.sql)
SQL_QUERIES := $(sort $(wildcard sql/query/*.sql))
SQL_MAP     := $(sort $(wildcard sql/map/*.sql))
SQL_REPLAY  := $(sort $(wildcard sql/replay/*.sql))
SQL_JSON    := $(sort $(wildcard sql/schemas/*.json))

$(BUILD)/gen/statements.h: $(SQL_QUERIES) sql/embed.awk
	@mkdir -p $(@D)
	$(call say,GEN)
	$(Q)$(AWK) -v mode=statements -f sql/embed.awk $(SQL_QUERIES) > $@

# A statement, a parameter or a column that no C names is dead, or forgotten.
$(BUILD)/gen/statements.used: $(SQL_QUERIES) $(EXT_SOURCES) sql/embed.awk
	@mkdir -p $(@D)
	$(call say,GEN)
	$(Q)$(AWK) -v mode=unused -f sql/embed.awk $(SQL_QUERIES) $(EXT_SOURCES)
	@touch $@

$(BUILD)/gen/sql.h: $(SQL_TABLES) $(SQL_VIEWS) $(SQL_COMMIT) $(SQL_UPGRADE) \
  $(SQL_JSON) $(SQL_MAP) $(SQL_REPLAY) sql/embed.awk
	@mkdir -p $(@D)
	$(call say,GEN)
	$(Q)printf '#ifndef SCIM_SQL_H\n#define SCIM_SQL_H\n' > $@
	$(Q)$(AWK) -v mode=list -v name=tables_sql -f sql/embed.awk $(SQL_TABLES) >> $@
	$(Q)$(AWK) -v mode=list -v name=views_sql -f sql/embed.awk $(SQL_VIEWS) >> $@
	$(Q)$(AWK) -v mode=list -v name=commit_sql -f sql/embed.awk $(SQL_COMMIT) >> $@
	$(Q)$(AWK) -v mode=list -v name=upgrade_sql -f sql/embed.awk $(SQL_UPGRADE) >> $@
	$(Q)$(AWK) -v mode=text -f sql/embed.awk $(SQL_JSON) >> $@
	$(Q)$(AWK) -v mode=text -f sql/embed.awk $(SQL_MAP) > $(@D)/map_templates.h
	$(Q)$(AWK) -v mode=text -f sql/embed.awk $(SQL_REPLAY) > $(@D)/replay_templates.h
	$(Q)echo '#endif' >> $@

# The same as one script, for a stock sqlite3.
$(BUILD)/gen/install.sql: $(SQL_TABLES) $(SQL_VIEWS) $(SQL_COMMIT)
	@mkdir -p $(@D)
	$(call say,GEN)
	$(Q)cat $^ > $@

$(BUILD)/obj/ext/%.o: ext/%.c $(GENERATED)
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(COMPILE) -fPIC -fvisibility=hidden -MMD -MP -I$(BUILD)/gen -c $< -o $@

# The unit tests link the same, with what gives it the functions of the SQLite
# that they link.
$(BUILD)/obj/tests/api.o: tests/api.c
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(COMPILE) -MMD -MP -c $< -o $@

$(BUILD)/obj/shim/%.o: shim/%.c
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(COMPILE) -MMD -MP -c $< -o $@

$(BUILD)/$(EXTENSION): $(EXT_OBJECTS) $(BUILD)/gen/statements.used
	$(call say,LD)
	$(Q)$(LINK) -shared -o $@ $(EXT_OBJECTS) $(EXT_LIBS)

$(BUILD)/scimd: $(SHIM_OBJECTS)
	$(call say,LD)
	$(Q)$(LINK) -o $@ $^ $(SHIM_LIBS)

$(BUILD)/scim-tls/%.so: shim/tls/%.c
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) $(WARN) -fPIC -shared -o $@ $< $(LDFLAGS) \
	  -Wl,-soname,$(@F) -Wl,--no-as-needed -l:$(@F).3

# Not optimised: there are a hundred, and what they test are the objects. For the
# same reason by the linker that takes half the time, where the compiler has it.
QUICK_LINK := $(shell echo 'int main(void) { return 0; }' | $(CC) $(CFLAGS) \
  $(LDFLAGS) -fuse-ld=gold -x c - -o /dev/null 2>/dev/null && echo -fuse-ld=gold)
# The objects are put together once for all of them.
$(BUILD)/obj/core.o: $(CORE_OBJECTS)
	$(call say,LD)
	$(Q)$(CC) $(CFLAGS) $(INSTRUMENT) -r -nostdlib -o $@ $^

$(BUILD)/tests/%: tests/%.c $(BUILD)/obj/core.o
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(COMPILE) -O0 $(QUICK_LINK) $(LDFLAGS) -DSQLITE_CORE -MMD -MP -MF $@.d -MT $@ -I$(BUILD)/gen -o $@ $< \
	  $(BUILD)/obj/core.o $(EXT_LIBS) -lsqlite3 -lcmocka -lpthread

-include $(CORE_OBJECTS:.o=.d) $(SHIM_OBJECTS:.o=.d) $(TEST_BINARIES:=.d)

# What keeps a program warm under valgrind (tests/warm/server.c). glibc's alone.
$(BUILD)/warm/server.so: tests/warm/server.c tests/warm/warm.h
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(COMPILE) -shared -fPIC -o $@ $< $(LDFLAGS) -lsqlite3 -ldl

$(BUILD)/warm/client: tests/warm/client.c tests/warm/warm.h
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(COMPILE) -o $@ $< $(LDFLAGS)

# Faults that valgrind must see there.
$(BUILD)/warm/fault.so: tests/warm/fault.c
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(COMPILE) -O0 -shared -fPIC -o $@ $< $(LDFLAGS)

# ---- One file
#
# The extension as one object to be linked into a program (ext/scim_all.c). In
# it every name that the linker sees begins with scim_. That is done by macros
# which come before everything else, since C has no other portable way: hidden
# symbols still clash when linked statically, objcopy --prefix-symbols is GNU's,
# and to write the prefix out would make every line of the sources longer.

$(BUILD)/gen/names.h: $(sort $(wildcard ext/*/*.h)) ext/names.awk
	@mkdir -p $(@D)
	$(call say,GEN)
	$(Q)$(AWK) -f ext/names.awk $(filter %.h,$^) > $@

$(BUILD)/scim_all.o: ext/scim_all.c $(EXT_SOURCES) $(GENERATED) $(BUILD)/gen/names.h
	$(call say,CC)
	$(Q)$(COMPILE) -DSQLITE_CORE -I$(BUILD)/gen -c $< -o $@

# The same for tests: a library to load, an object, and a program that has it
# linked in. Not optimised, and not for a debugger, which takes a sixth of the time.
$(BUILD)/one/$(EXTENSION): ext/scim_all.c $(EXT_SOURCES) $(GENERATED) $(BUILD)/gen/names.h
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(COMPILE) -O0 -g0 -fPIC -fvisibility=hidden -I$(BUILD)/gen -shared -o $@ $< $(LDFLAGS) $(EXT_LIBS)

$(BUILD)/one/scim_all.o: ext/scim_all.c $(EXT_SOURCES) $(GENERATED) $(BUILD)/gen/names.h
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(COMPILE) -O0 -g0 -DSQLITE_CORE -I$(BUILD)/gen -c $< -o $@

$(BUILD)/tests/face/static_test: tests/face/static_test.c $(BUILD)/one/scim_all.o
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(COMPILE) $(LDFLAGS) -DSQLITE_CORE -MMD -MP -MF $@.d -MT $@ -o $@ $^ \
	  $(EXT_LIBS) -lsqlite3 -lcmocka -lpthread

release: ## both without asserts, in build/release
	@$(MAKE) --no-print-directory -j$$(nproc) BUILD=$(BUILD)/release ASSERTS=off all

# No SQLITE_DEBUG: it would need a SQLite built with it, which Debian's is not.
debug: deps ## both and the unit tests for gdb, in build/debug, and how to start it
	$(call install_packages,gdb)
	@$(MAKE) --no-print-directory -j$$(nproc) BUILD=$(BUILD)/debug CFLAGS='-O0 -g3' all tests
	@sed 's|@|$(BUILD)/debug|g' tests/gdb.txt

# ---- Packages

define install_packages
	@known=$$(dpkg-query -W -f='/$${Package} $${Status}\n' $(1) 2>/dev/null); \
	missing=; for p in $(1); do \
	  case $$known in \
	    */$$p\ install\ ok\ installed* | */$$p\ hold\ ok\ installed*) ;; \
	    *) missing="$$missing $$p" ;; \
	  esac; \
	done; \
	if [ -z "$$missing" ]; then :; \
	elif command -v apt-get >/dev/null; then \
	  sudo=; [ "$$(id -u)" = 0 ] || sudo=sudo; \
	  $$sudo apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
	else echo "Not a Debian system. Please install what these packages hold:$$missing"; exit 1; fi
endef

deps: ## installs what the build and the tests need (Debian)
	$(call install_packages,$(PACKAGES))

# Debian's Python before others, which may be without venv; and its pip as it is
# packed, since to unpack that takes longer than to install the libraries.
$(TEST_PYTHON): tests/requirements.txt
	$(call install_packages,python3-venv)
	@python=/usr/bin/python3; [ -x $$python ] || python=python3; \
	  rm -rf $(@D); pip=$$(ls /usr/share/python-wheels/pip-*.whl 2>/dev/null | tail -n 1); \
	  $$python -m venv $${pip:+--without-pip} $(@D) && \
	  if [ -n "$$pip" ]; then set -- "$$pip/pip"; else set -- -m pip; fi && \
	  $(@D)/bin/python "$$@" install -q --disable-pip-version-check --no-compile -r $<
	@touch $@

lint-deps:
	$(call install_packages,$(PACKAGES) $(LINT_PACKAGES))

interop-deps:
	$(call install_packages,python3-venv)
	@command -v npm >/dev/null || $(MAKE) --no-print-directory npm-deps
	@{ command -v mvn && command -v javac; } >/dev/null || \
	  $(MAKE) --no-print-directory java-deps
java-deps:
	$(call install_packages,maven default-jdk-headless)
npm-deps:
	$(call install_packages,nodejs npm)

go-deps:
	$(call install_packages,golang-go)

# ---- Use

run: deps release ## a demo: a database, a token, and a server until Ctrl-C
	@sh tests/demo.sh $(BUILD)/release

run-tls: deps release ## the same over https, with a certificate of its own
	$(call install_packages,openssl)
	@sh tests/demo.sh $(BUILD)/release tls

install: release ## into PREFIX (/usr/local), below DESTDIR
	install -d $(DESTDIR)$(PREFIX)/lib $(DESTDIR)$(PREFIX)/bin
	install -m 644 $(BUILD)/release/$(EXTENSION) $(DESTDIR)$(PREFIX)/lib/$(EXTENSION)
	install -m 755 $(BUILD)/release/scimd $(DESTDIR)$(PREFIX)/bin/scimd
	$(if $(TLS_LIBRARIES),install -d $(DESTDIR)$(PREFIX)/lib/scim-tls)
	$(if $(TLS_LIBRARIES),install -m 644 $(TLS_LIBRARIES:$(BUILD)/%=$(BUILD)/release/%) $(DESTDIR)$(PREFIX)/lib/scim-tls)
	install -d $(DESTDIR)$(PREFIX)/lib/systemd/system
	sed 's|/usr/local|$(PREFIX)|' shim/scimd.service >$(DESTDIR)$(PREFIX)/lib/systemd/system/scimd.service

# ---- Checks

test: deps ## every test, with an eighth of cases that are many (SHARE=1: all); the last line is "N passed, N failed"
	@$(MAKE) --no-print-directory -j$$(nproc) suite

tests: $(BUILD)/one/scim_all.o $(BUILD)/one/$(EXTENSION) $(TEST_BINARIES)

# What takes long, and Python, for which something is fetched, is begun before the
# rest, so that nothing is waited for at the end.
#
# Of cases of which there are many it tries one in so many; the sanitizers try all,
# and so does make check (tests/run.sh).
SHARE ?= 8
suite: $(TEST_PYTHON) $(PRODUCTS) tests
	@BUILD=$(BUILD) SHARE=$(SHARE) bash tests/run.sh $(TEST_BINARIES) $(SHELL_TESTS)

# Those whose path has the word, or one of them: make check T=bulk, make check
# T=tests/model, make check T='malloc claim'.
CHECKED := $(foreach test,$(C_TESTS) $(SHELL_TESTS),$(if $(strip \
  $(foreach word,$(T),$(findstring $(word),$(test)))),$(test)))
CHECKED := $(CHECKED:%.c=$(BUILD)/%)
check: deps ## the tests whose path has T in it, with all their cases: make check T=bulk
	$(if $(CHECKED),,$(error No test has "$(T)" in its path))
	$(foreach word,$(T),$(if $(findstring $(word),$(C_TESTS) $(SHELL_TESTS)),,$(error No test has "$(word)" in its path)))
	@$(MAKE) --no-print-directory -j$$(nproc) $(PRODUCTS) $(filter $(TEST_BINARIES),$(CHECKED)) \
	  $(if $(filter %/one_file.sh,$(CHECKED)),$(BUILD)/one/$(EXTENSION) $(BUILD)/one/scim_all.o) \
	  $(if $(filter %/oauth_library.sh %/newest.sh,$(CHECKED)),$(TEST_PYTHON))
	@BUILD=$(BUILD) bash tests/run.sh $(CHECKED)

# How far clang's analyzer goes through a function, in states of it: its own
# limit. It takes nearly all of the time, which is in proportion.
LINT_STATES := 225000
ANALYZER = $(addprefix --extra-arg=,-Xclang -analyzer-config -Xclang max-nodes=$(LINT_STATES))
lint: lint-deps ## clang-format, cppcheck, clang-tidy, and the layering
	@$(MAKE) --no-print-directory $(GENERATED)
	clang-format --dry-run -Werror $(wildcard ext/*.[ch] ext/*/*.[ch] shim/*.[ch] tests/*/*.[ch])
	cppcheck --quiet --error-exitcode=1 --std=c11 --enable=warning,portability --inline-suppr --suppress=missingIncludeSystem -I$(BUILD)/gen ext shim
	printf '%s\n' $(EXT_SOURCES) $(SHIM_SOURCES) | \
	  xargs -P$$(nproc) -I{} clang-tidy --quiet $(ANALYZER) {} -- -std=c11 -I$(BUILD)/gen $(DEFINES) 2>/dev/null
	bash tests/layers.sh

# The whole suite, with every undefined behaviour and every leak an error.
# Programs that load the extension get the sanitizer's library put in front.
ASAN := -fsanitize=address,undefined -fno-omit-frame-pointer -fno-sanitize-recover=all
asan: deps $(TEST_PYTHON) ## every test under AddressSanitizer and UBSan
	@$(MAKE) --no-print-directory -j$$(nproc) BUILD=build/asan INSTRUMENT='$(ASAN)' all tests
	@BUILD=build/asan SANITIZED=1 bash tests/run.sh $(C_TESTS:%.c=build/asan/%) $(SHELL_TESTS)

# The walk over failing allocations is left to the sanitizers: SQLite itself
# reads what it has not set when memory runs out.
# So are the scripts about waits: under valgrind one thread runs at a time, so
# slowly that waits end which should not.
WAITS := $(addprefix %/shim/,door.sh guest.sh wal.sh wal_limit.sh keeper.sh \
  readers.sh queue.sh bodies.sh database.sh place.sh admission.sh smuggling.sh)
# All of it takes most of an hour of two processors; .ci/run says what else it
# leaves to the sanitizers.
LEAVE ?=
valgrind: lint-deps $(TEST_PYTHON) ## every test under valgrind, but for failing allocations and waits
	@$(MAKE) --no-print-directory -j$$(nproc) all tests $(BUILD)/warm/server.so $(BUILD)/warm/client $(BUILD)/warm/fault.so
	@BUILD=$(BUILD) VALGRIND=1 bash tests/run.sh \
	  $(filter-out %/malloc_test,$(TEST_BINARIES)) $(filter-out $(WAITS) $(LEAVE),$(SHELL_TESTS)) tests/warm/seen.sh

# What the suite runs of the code, by gcov. Without asserts: the branch of one
# that fails is never taken. Counts are exact though scimd has threads; those of
# an earlier run are forgotten.
COVERAGE := --coverage -fprofile-update=atomic
coverage: deps $(TEST_PYTHON) ## how much of the code every test together runs; with floors
	@$(MAKE) --no-print-directory -j$$(nproc) BUILD=build/coverage CFLAGS='-O0 -g' ASSERTS=off \
	  INSTRUMENT='$(COVERAGE)' all tests
	@find build/coverage -name '*.gcda' -delete
	@BUILD=build/coverage bash tests/run.sh $(C_TESTS:%.c=build/coverage/%) $(SHELL_TESTS)
	@python3 tests/coverage.py build/coverage

metrics: ## what can be counted of the code: comments, lengths, tests by name
	@python3 tests/metrics.py

# Suites that others wrote, and the same requests asked of other servers.
interop: deps interop-deps ## suites that others wrote, and comparison with other servers
	@$(MAKE) --no-print-directory -j$$(nproc) all
	@BUILD=$(BUILD) bash tests/interop/interop.sh

# Other servers, for comparison, in the versions named here.
PEERS := build/peers/ready
$(PEERS): Makefile
	$(call install_packages,python3-venv)
	@command -v npm >/dev/null || $(MAKE) --no-print-directory npm-deps
	@rm -rf $(@D) && /usr/bin/python3 -m venv $(@D)/python && \
	  $(@D)/python/bin/pip install -q --disable-pip-version-check \
	    scim2-server==0.8.3 && \
	  npm install --prefix $(@D)/node --silent --no-audit --no-fund \
	    scimmy@1.3.5 scimmy-routers@1.3.2 express@5.3.0 better-sqlite3@11.7.0
	@touch $@

# What the README's snippets need besides the shell and Python.
hosts: deps ## the README's snippet of each language, and every view in Datasette
	-$(call install_packages,python3-venv g++ tcl libsqlite3-tcl php-cli php-sqlite3 ruby-sqlite3)
	-@command -v npm >/dev/null || $(MAKE) --no-print-directory npm-deps
	-@command -v go >/dev/null || $(MAKE) --no-print-directory go-deps
	@$(MAKE) --no-print-directory -j$$(nproc) all
	@bash tests/hosts/install.sh
	@BUILD=$(BUILD) HOSTS=all bash tests/hosts/hosts.sh

bench: deps release $(PEERS) ## figures, each with its limit measured in the same run; GROWTH=1000000 for a million users, ANSWERS=1000000 for what views take of them
	@BUILD=$(BUILD)/release PEERS=$(dir $(PEERS)) bash tests/bench/bench.sh

clean: ## removes build/
	rm -rf $(BUILD)

# ---- Other machines
#
# The unit tests where words, bytes, floating point and the C library differ:
# make machines, or one of them, as make machine-s390x. A machine is a compiler
# and what runs its programs; the rest is the build above, in a folder of its
# own. What it links comes from tests/machines.sh into that folder, so that the
# host's packages stay as they are.

MACHINES      := clang i386 s390x musl
MACHINE_TESTS := $(filter tests/text/% tests/db/% tests/model/% tests/store/%,\
  $(C_TESTS))

libraries = -isystem build/$*/libraries/include -Lbuild/$*/libraries/lib

clang_PACKAGES := clang
clang_CC       := clang
clang_ALSO     := all

i386_PACKAGES := gcc-i686-linux-gnu libc6-dev-i386-cross
i386_CC        = i686-linux-gnu-gcc $(libraries)
i386_RUN      := /usr/i686-linux-gnu/lib/ld-linux.so.2 --library-path \
  /usr/i686-linux-gnu/lib:build/i386/libraries/lib

s390x_PACKAGES := gcc-s390x-linux-gnu libc6-dev-s390x-cross qemu-user
s390x_CC        = s390x-linux-gnu-gcc $(libraries)
s390x_RUN      := qemu-s390x -L /usr/s390x-linux-gnu \
  -E LD_LIBRARY_PATH=build/s390x/libraries/lib

musl_PACKAGES := musl-tools tcl xz-utils
musl_CC        = musl-gcc $(libraries)

.PHONY: machines $(MACHINES:%=machine-%)
.SECONDARY: $(MACHINES:%=build/%/libraries/ready)

# One after the other: each uses all processors, and apt-get can run but once.
machines: ## the unit tests with clang, for i386 and s390x, and with musl
	@for machine in $(MACHINES); do \
	  $(MAKE) --no-print-directory machine-$$machine || exit 1; \
	done

$(MACHINES:%=machine-%): machine-%: deps
	$(call install_packages,$($*_PACKAGES))
	@$(MAKE) --no-print-directory build/$*/libraries/ready
	@$(MAKE) --no-print-directory -j$$(nproc) BUILD=build/$* CC='$($*_CC)' \
	  $($*_ALSO) $(MACHINE_TESTS:%.c=build/$*/%)
	@echo "On $*:"
	@BUILD=build/$* SCIM_CASES=5000 TEST_WRAPPER='$($*_RUN)' \
	  bash tests/run.sh $(MACHINE_TESTS:%.c=build/$*/%)

build/%/libraries/ready: tests/machines.sh
	bash $< $* $(@D)
	@touch $@

# ---- What goes wrong around it
#
# Clients write while scimd is killed, its disk fails, its clock jumps, others
# lock, copy and rewrite its file: make soak SOAK=3600 for an hour, SOAK_SEED=7
# for the order of another run, SOAK_KINDS="kill full" for some of the rounds.

SOAK ?= 600
SOAK_SEED ?=

.PHONY: soak
soak: deps ## scimd under load while everything goes wrong, for SOAK seconds (600)
	@$(MAKE) --no-print-directory -j$$(nproc) all $(BUILD)/soak/faults.so
	@BUILD=$(BUILD) /usr/bin/python3 tests/soak/soak.py $(SOAK) $(SOAK_SEED)

$(BUILD)/soak/faults.so: tests/soak/faults.c
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(COMPILE) -shared -fPIC -o $@ $< -ldl

# ---- Past one machine
#
# The extension and scimd on three nodes of rqlite, which fail one after the
# other: make cluster CLUSTER=quick for fewer kills and rows. rqlited is built
# from the module of tests/cluster/go.mod, for all builds; where what that takes
# cannot be had, it says "skipped: …", and fails.

CLUSTER ?= full

.PHONY: cluster
cluster: deps ## three nodes of rqlite, killed, stopped, emptied, upgraded; CLUSTER=quick for less
	@$(MAKE) --no-print-directory -j$$(nproc) all
	@bash tests/cluster/build.sh build/rqlited
	@BUILD=$(BUILD) CLUSTER=$(CLUSTER) /usr/bin/python3 tests/cluster/run.py

# ---- What cannot be trusted
#
# libFuzzer's targets, tests/fuzz/*_fuzz.c, each from a kept corpus and for
# FUZZ_SECONDS; and file_fuzz, which damages a database again and again and
# calls everything, each round from a seed. One that goes wrong says how to play
# it again: make fuzz FUZZ_SECONDS=600 FUZZ_SEED=1000000, or FUZZ="json file"
# for some of them.

FUZZ_SECONDS ?= 60
FUZZ_SEED    ?= 1
FUZZ         ?= json filter patch request head file
FUZZ_PACKAGES := clang libclang-rt-14-dev
FUZZ_BUILD   := build/fuzz
FUZZ_PARTS   := -fsanitize=fuzzer-no-link,address,undefined \
  -fno-omit-frame-pointer -fno-sanitize-recover=all
FUZZ_TARGETS := $(patsubst %,$(FUZZ_BUILD)/tests/fuzz/%_fuzz,$(filter-out file,$(FUZZ)))

.PHONY: fuzz fuzz-targets
fuzz: deps ## requests, filters, JSON, heads and files by chance, for FUZZ_SECONDS (60) each
	$(call install_packages,$(FUZZ_PACKAGES))
	@$(MAKE) --no-print-directory -j$$(nproc) BUILD=$(FUZZ_BUILD) CC=clang \
	  CFLAGS='-O1 -g' INSTRUMENT='$(FUZZ_PARTS)' fuzz-targets
	$(if $(filter file,$(FUZZ)),@$(MAKE) --no-print-directory -j$$(nproc) \
	  BUILD=build/asan INSTRUMENT='$(ASAN)' build/asan/tests/fuzz/file_fuzz)
	@FUZZ_BUILD=$(FUZZ_BUILD) FUZZ_SECONDS=$(FUZZ_SECONDS) FUZZ_SEED=$(FUZZ_SEED) \
	  bash tests/fuzz/fuzz.sh $(FUZZ)

fuzz-targets: $(FUZZ_BUILD)/$(EXTENSION) $(FUZZ_TARGETS)

# With libFuzzer's main. That of heads is scimd with its log replaced.
$(FUZZ_BUILD)/tests/fuzz/%_fuzz: tests/fuzz/%_fuzz.c $(CORE_OBJECTS)
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(COMPILE) -fsanitize=fuzzer $(LDFLAGS) -DSQLITE_CORE -MMD -MP -MF $@.d -MT $@ \
	  -I$(BUILD)/gen -o $@ $< $(CORE_OBJECTS) $(EXT_LIBS) -lsqlite3 -lcmocka -lpthread

$(FUZZ_BUILD)/tests/fuzz/head_fuzz: tests/fuzz/head_fuzz.c $(SHIM_OBJECTS) $(CORE_OBJECTS)
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(COMPILE) -fsanitize=fuzzer $(LDFLAGS) -MMD -MP -MF $@.d -MT $@ -o $@ $< \
	  $(filter-out %/main.o %/log.o,$(SHIM_OBJECTS)) \
	  $(filter $(BUILD)/obj/ext/text/% $(BUILD)/obj/tests/%,$(CORE_OBJECTS)) $(EXT_LIBS) $(SHIM_LIBS)

-include $(FUZZ_TARGETS:=.d)

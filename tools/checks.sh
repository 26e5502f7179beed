# The checks of .ci/run, one function each: true when passed, 77 when this machine cannot run it (then
# the last line says why). Sourced by .ci/run after tools/lib.sh.
# shellcheck shell=bash

# Seconds that each libFuzzer target gets, and minutes for all of clang-tidy.
FUZZ_SECONDS=${FUZZ_SECONDS:-20}
TIDY_MINUTES=${TIDY_MINUTES:-15}

CONFIGURE_OPTIONS=()

export ASAN_OPTIONS=detect_stack_use_after_return=1:strict_init_order=1
export UBSAN_OPTIONS=print_stacktrace=1
export TSAN_OPTIONS=suppressions=$ROOT/tools/tsan.supp:halt_on_error=1:second_deadlock_stack=1

cannot_run() {
  say "$1"
  return 77
}

# sources SUFFIX...: the project's files that end so, one a line.
sources() { git ls-files -co --exclude-standard -- "${@/#/*}" | sort -u; }

shell_scripts() {
  local file
  git ls-files -co --exclude-standard | while read -r file; do
    [ -f "$file" ] || continue
    case $file in
      *.sh) say "$file" ;;
      *.*) ;;
      *) head -n 1 "$file" | grep -qE '^#!.*\b(ba|da)?sh$' && say "$file" ;;
    esac
  done
}

# Names the files only: clang-format's own output is a screen for every line.
unformatted() {
  local files
  files=$(clang-format-14 --dry-run -Werror "$@" 2>&1 | sed -n 's/^\([^ :]*\):[0-9]*:[0-9]*: error.*/\1/p' | sort -u)
  [ -z "$files" ] && return
  say "$files"
  say "to mend it: clang-format-14 -i" "${files//$'\n'/ }"
  return 1
}

check_format() {
  local files
  mapfile -t files < <(sources .cc .h)
  step format unformatted "${files[@]}"
}

check_shell() {
  local files
  mapfile -t files < <(shell_scripts)
  step shell shellcheck -x "${files[@]}"
}

check_layers() { step layers python3 tools/check_layers.py; }
check_tests() { step tests python3 tools/check_tests.py; }
check_sizes() { step sizes python3 tools/check_sizes.py; }
check_checkers() { step checkers python3 -m unittest discover -s tools -p 'test_*.py'; }

check_all_tests() { ./test; }

# tests_of PRESET CTEST_OPTIONS...: names of its tests, which are also the names of their targets.
tests_of() {
  local preset=$1
  shift
  ctest --test-dir "build/$preset" -N "$@" | sed -n 's/^ *Test *#[0-9]*: //p'
}

# targets_of PRESET CTEST_OPTIONS...: what to build for these tests. A test without a target of its
# name is a script that drives the binary.
targets_of() {
  local preset=$1 name
  ninja -C "build/$preset" -t targets all | sed -n 's/: phony$//p' | sort >"$LOGS/$preset.targets"
  tests_of "$@" | while read -r name; do
    if grep -qxF "$name" "$LOGS/$preset.targets"; then say "$name"; else say tidings; fi
  done | sort -u
}

# run_built PRESET CTEST_OPTIONS...: configures, builds only the tests that it runs, runs them.
run_built() {
  local preset=$1 targets
  shift
  step "configure-$preset" cmake --preset "$preset" "${CONFIGURE_OPTIONS[@]}" || return 1
  mapfile -t targets < <(targets_of "$preset" "$@")
  [ ${#targets[@]} -gt 0 ] || { say "no test is of this kind: $*"; return 1; }
  step "build-$preset" cmake --build "build/$preset" --target "${targets[@]}" || return 1
  run_ctest "$preset" "$preset" "$@"
}

check_asan() { run_built asan -L '^(unit|contract|golden|fuzz)$' -LE '^(e2e|slow)$'; }

check_tsan() {
  # Address space randomisation of newer kernels is more than GCC 12's tsan can bear.
  local probe=$ROOT/build/tsan-probe
  say 'int main() {}' | g++ -fsanitize=thread -x c++ - -o "$probe" 2>"$LOGS/tsan-probe.log" ||
    cannot_run "g++ cannot link with -fsanitize=thread: $(tail -n 1 "$LOGS/tsan-probe.log")" || return
  if ! "$probe" 2>/dev/null; then
    setarch "$(uname -m)" -R "$probe" 2>"$LOGS/tsan-probe.log" ||
      cannot_run "tsan does not start here: $(head -n 1 "$LOGS/tsan-probe.log")" || return
    # shellcheck disable=SC2034 # read by run_ctest
    CTEST_PREFIX=(setarch "$(uname -m)" -R)
  fi
  run_built tsan -L '^threads$'
}

check_fuzz() {
  command -v clang++-19 >/dev/null || cannot_run "clang++-19 is not installed" || return
  CONFIGURE_OPTIONS=("-DTIDINGS_FUZZ_SECONDS=$FUZZ_SECONDS")
  run_built fuzz -L '^fuzz$'
}

check_tidy() {
  command -v clang-tidy-19 >/dev/null || cannot_run "clang-tidy-19 is not installed" || return
  step configure-tidy cmake --preset tidy || return 1
  # What protobuf and the page make is included too.
  step build-tidy cmake --build build/tidy --target tidings_proto tidings_proto_grpc web || return 1
  step tidy python3 tools/tidy.py --build build/tidy --minutes "$TIDY_MINUTES" || return 1
  if ! tail -n 1 "$LOGS/tidy.log" | grep -q ' 0 NOT RUN'; then
    cannot_run "$(tail -n 1 "$LOGS/tidy.log"); they are due the next time"
  fi
}

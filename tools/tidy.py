#!/usr/bin/env python3
"""Runs clang-tidy on what changed since it was last clean: a source is due when itself, a header of
ours that it includes (over any number of steps), .clang-tidy or the tool's version has changed.

Clean results are remembered in ~/.cache/tidings-tidy by content, so a clone in another folder knows
them too. After --minutes no further file is begun; the rest is counted, and due the next time.
"""

import argparse
import concurrent.futures
import hashlib
import json
import os
import pathlib
import subprocess
import sys
import time

import source_tree

TOOL = "clang-tidy-19"
# Fewer enabled checks than this means that .clang-tidy has lost some (a typing error disables them).
MIN_CHECKS = 120
# An assertion is an if to the tool; a product of small literals does not overflow; fixtures are never
# copied; a test may fill a vector as it reads best.
NOT_IN_TESTS = ("-readability-function-cognitive-complexity,-readability-function-size,"
                "-bugprone-implicit-widening-of-multiplication-result,"
                "-cppcoreguidelines-special-member-functions,-performance-inefficient-vector-operation")


def enabled_checks(root):
    listed = subprocess.run([TOOL, f"--config-file={root / '.clang-tidy'}", "--list-checks"],
                            check=True, capture_output=True, text=True).stdout
    return [line.strip() for line in listed.splitlines()[1:] if line.strip()]


def headers_of(root, source, seen):
    """Adds to `seen` every file of ours that the source includes, directly or not."""
    for _, quoted, included in source_tree.includes(source):
        path = root / "src" / included
        if quoted and path.is_file() and path not in seen:
            seen.add(path)
            headers_of(root, path, seen)
    return seen


def key_of(root, source, salt):
    """What the result for this source depends on, as a hash."""
    digest = hashlib.sha256(salt + (NOT_IN_TESTS.encode() if is_test(source) else b""))
    for path in sorted({source, *headers_of(root, source, set())}):
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def sources_of(root, build):
    """The project's own sources in the compilation database (not generated ones)."""
    entries = json.loads((build / "compile_commands.json").read_text(encoding="utf-8"))
    found = {pathlib.Path(entry["directory"], entry["file"]).resolve() for entry in entries}
    return sorted(path for path in found if root in path.parents and root / "build" not in path.parents)


def is_test(source):
    return source.stem.endswith(("_test", "_contract", "_fuzz")) or "testing" in source.parts


def tidy(root, build, source):
    checks = [f"--checks={NOT_IN_TESTS}"] if is_test(source) else []
    result = subprocess.run(
        [TOOL, "-p", str(build), "--quiet", "--extra-arg=-Wno-unknown-warning-option", *checks,
         str(source)],
        cwd=root, capture_output=True, text=True, check=False)
    return result.returncode == 0, result.stdout


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=pathlib.Path, default=pathlib.Path("build/tidy"))
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--all", action="store_true", help="also what is known to be clean")
    options = parser.parse_args()

    root = pathlib.Path(".").resolve()
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache"), "tidings-tidy")
    cache.mkdir(parents=True, exist_ok=True)
    checks = enabled_checks(root)
    if len(checks) < MIN_CHECKS:
        sys.exit(f".clang-tidy enables {len(checks)} checks; at least {MIN_CHECKS} are expected")

    version = subprocess.run([TOOL, "--version"], check=True, capture_output=True).stdout
    salt = version + (root / ".clang-tidy").read_bytes()
    sources = sources_of(root, options.build)
    due = [(source, cache / key_of(root, source, salt)) for source in sorted(sources, key=is_test)]
    due = [(source, stamp) for source, stamp in due if options.all or not stamp.exists()]
    deadline = time.monotonic() + options.minutes * 60
    dirty, left = [], 0

    def work(item):
        if time.monotonic() > deadline:
            return item, None, ""
        return item, *tidy(root, options.build, item[0])

    with concurrent.futures.ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        for number, ((source, stamp), clean, text) in enumerate(pool.map(work, due), start=1):
            name = source.relative_to(root)
            if clean is None:
                left += 1
            elif clean:
                stamp.touch()
                print(f"[{number}/{len(due)}] {name}: clean", flush=True)
            else:
                dirty.append(name)
                print(f"[{number}/{len(due)}] {name}: FINDINGS\n{text}", flush=True)
    for name in dirty:
        print(f"findings in {name}")
    print(f"tidy: {len(sources)} sources: {len(sources) - len(due)} unchanged, "
          f"{len(due) - left - len(dirty)} clean, {len(dirty)} with findings, "
          f"{left} NOT RUN (out of time)")
    sys.exit(1 if dirty else 0)


if __name__ == "__main__":
    main()

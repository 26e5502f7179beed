#!/usr/bin/env python3
"""Runs clang-tidy on what changed since it was last clean. The unit is what the build compiles in one
go, which is many sources joined: most of the time goes into reading libraries' headers. A unit is due
when a source of it, a header of ours that one includes (over any number of steps), .clang-tidy or the
tool's version has changed.

Clean results are remembered in ~/.cache/tidings-tidy by content, so a clone in another folder knows
them too. After --minutes no further unit is begun; the rest is counted, and due the next time.
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
# The joined file is nothing but such includes.
NOT_WHEN_JOINED = "-bugprone-suspicious-include"


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


class Unit:
    """What is compiled in one go: the joined sources of a target, or one source alone."""

    def __init__(self, root, file):
        self.file = file
        self.is_joined = "Unity" in file.parts
        joined = [path for _, _, path in source_tree.includes(file)] if self.is_joined else [file]
        own = (pathlib.Path(path) for path in joined)
        self.sources = sorted(p for p in own if root in p.parents and root / "build" not in p.parents)
        self.is_test = all(is_test(source) for source in self.sources)

    def name(self, root):
        folder = self.sources[0].parent.relative_to(root)
        return f"{folder}/{' '.join(source.name for source in self.sources)}"


def key_of(root, unit, salt):
    """What the result for this unit depends on, as a hash."""
    digest = hashlib.sha256(salt + (NOT_IN_TESTS.encode() if unit.is_test else b""))
    headers = set()
    for source in unit.sources:
        headers_of(root, source, headers)
    for path in sorted({*unit.sources, *headers}):
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def units_of(root, build):
    """What the compilation database compiles of the project's own sources (not generated ones)."""
    entries = json.loads((build / "compile_commands.json").read_text(encoding="utf-8"))
    files = {pathlib.Path(entry["directory"], entry["file"]).resolve() for entry in entries}
    units = (Unit(root, file) for file in sorted(files))
    return [unit for unit in units if unit.sources]


def is_test(source):
    return source.stem.endswith(("_test", "_contract", "_fuzz")) or "testing" in source.parts


def tidy(root, build, unit):
    off = ([NOT_IN_TESTS] if unit.is_test else []) + ([NOT_WHEN_JOINED] if unit.is_joined else [])
    checks = [f"--checks={','.join(off)}"] if off else []
    result = subprocess.run(
        [TOOL, "-p", str(build), "--quiet", "--extra-arg=-Wno-unknown-warning-option", *checks,
         # Ours, and what is joined; not what the build makes.
         f"--header-filter=^{root}/(apps|src|sdk|tests|tools)/",
         str(unit.file)],
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
    units = sorted(units_of(root, options.build), key=lambda unit: unit.is_test)
    due = [(unit, cache / key_of(root, unit, salt)) for unit in units]
    due = [(unit, stamp) for unit, stamp in due if options.all or not stamp.exists()]
    deadline = time.monotonic() + options.minutes * 60
    dirty, left = [], 0

    def work(item):
        if time.monotonic() > deadline:
            return item, None, ""
        return item, *tidy(root, options.build, item[0])

    with concurrent.futures.ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        for number, ((unit, stamp), clean, text) in enumerate(pool.map(work, due), start=1):
            name = unit.name(root)
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
    print(f"tidy: {len(units)} units: {len(units) - len(due)} unchanged, "
          f"{len(due) - left - len(dirty)} clean, {len(dirty)} with findings, "
          f"{left} NOT RUN (out of time)")
    sys.exit(1 if dirty else 0)


if __name__ == "__main__":
    main()

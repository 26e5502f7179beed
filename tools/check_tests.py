#!/usr/bin/env python3
"""Checks that every test runs: each *_test.cc, *_fuzz.cc and test_*.py is named in its CMakeLists.txt,
every receiver, store, codec and forwarder has what its kind must pass, and nothing is skipped.

Run from the root of the project: tools/check_tests.py [ROOT]
"""

import re

import source_tree

# Kind of component -> (what its tests must contain somewhere, how that is called).
REQUIRED = {
    "store": ((r'#include "store/testing/event_store_contract\.h"', "the store's contract suite"),
              (r"INSTANTIATE_(TYPED_)?TEST_SUITE_P", "an INSTANTIATE_TEST_SUITE_P of it")),
    "receiver": ((r'#include "receiver/testing/receiver_contract\.h"', "the receiver's contract suite"),
                 (r"INSTANTIATE_(TYPED_)?TEST_SUITE_P", "an INSTANTIATE_TEST_SUITE_P of it")),
    "forwarder": ((r'#include "forwarder/testing/forwarder_contract\.h"',
                   "the forwarder's contract suite"),),
    "codec": ((r"LLVMFuzzerTestOneInput", "a fuzz target (*_fuzz.cc)"),
              (r"(?i)TEST(_F|_P)?\(\w*Differential|RoundTrip\w*", "a differential test")),
}
SKIPS = re.compile(r"GTEST_SKIP|\bDISABLED_|pytest\.mark\.(skip|xfail)|pytest\.skip\(|importorskip")


def unlisted(root):
    """Tests that no CMakeLists.txt names."""
    for path in source_tree.files(root, ".cc", ".py"):
        if not (path.name.endswith(("_test.cc", "_fuzz.cc", "_bench.cc"))
                or (path.name.startswith("test_") and root / "tests" in path.parents)):
            continue
        folder = path.parent
        named = False
        while root in (folder, *folder.parents) and not named:
            lists = folder / "CMakeLists.txt"
            name = path.relative_to(folder).as_posix()
            named = lists.is_file() and re.search(
                rf"(?<![\w/.]){re.escape(name.removesuffix('.py'))}(?![\w])",
                lists.read_text(encoding="utf-8")) is not None
            folder = folder.parent
        if not named:
            yield f"{path.relative_to(root)}: in no CMakeLists.txt, so it never runs"


def without_contract(root):
    """Components that lack what every component of their kind has."""
    for kind, demands in REQUIRED.items():
        for folder in sorted((root / "src" / kind).glob("*/")):
            if folder.name == "testing" or not any(folder.glob("*.cc")):
                continue
            texts = [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.cc"))
                     if path.name.endswith(("_test.cc", "_fuzz.cc"))]
            for pattern, what in demands:
                if not any(re.search(pattern, text) for text in texts):
                    yield (f"{folder.relative_to(root)}: its tests lack {what} "
                           f"(docs/guides/add-a-{kind}.md)")


def skipped(root):
    for path in source_tree.files(root, "_test.cc", ".py"):
        if root / "tools" in path.parents:
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if SKIPS.search(line):
                yield f"{path.relative_to(root)}:{number}: a test that does not run is no test"


def check(root):
    return [*unlisted(root), *without_contract(root), *skipped(root)]


if __name__ == "__main__":
    source_tree.run(check)

#!/usr/bin/env python3
"""Checks that no source is longer than one thing needs to be, and no file too big for a repository.

Functions are clang-tidy's part (.clang-tidy). Run from the root of the project:
tools/check_sizes.py [ROOT]
"""

import source_tree

MAX_LINES = 600
MAX_BYTES = 1 << 20
SOURCES = (".cc", ".h", ".py", ".sh", ".java", ".proto", ".ts", ".tsx", ".mjs", ".css", "CMakeLists.txt", ".cmake")


def check(root):
    findings = []
    for path in source_tree.files(root, ""):
        name = path.relative_to(root)
        size = path.stat().st_size
        if size > MAX_BYTES:
            findings.append(f"{name}: {size} bytes; at most {MAX_BYTES}")
        elif path.name.endswith(SOURCES):
            lines = path.read_bytes().count(b"\n")
            if lines > MAX_LINES:
                findings.append(f"{name}: {lines} lines; at most {MAX_LINES}: split it by purpose")
    return findings


if __name__ == "__main__":
    source_tree.run(check)

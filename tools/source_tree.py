"""What the checks of the sources share: the project's files, and how a finding is told."""

import pathlib
import re
import subprocess
import sys

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)


def files(root, *suffixes):
    """The tracked and not ignored files below root with one of the suffixes, sorted."""
    if (root / ".git").exists():
        listed = subprocess.run(
            ["git", "-C", str(root), "ls-files", "-co", "--exclude-standard", "-z"],
            check=True, capture_output=True, text=True).stdout.split("\0")
        found = (root / name for name in listed if name)
    else:
        found = root.rglob("*")
    return sorted(path for path in set(found) if path.is_file() and path.name.endswith(suffixes))


def includes(path):
    """(line number, is quoted, what) of every #include of a file."""
    text = path.read_text(encoding="utf-8")
    for match in INCLUDE.finditer(text):
        yield text.count("\n", 0, match.start(2)) + 1, match.group(1) == '"', match.group(2)


def run(check):
    """Ends the program with check(root)'s findings: one line each, exit code 1 when there are any."""
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()
    findings = check(root)
    for finding in findings:
        print(finding)
    print(f"{len(findings)} finding(s)")
    sys.exit(1 if findings else 0)

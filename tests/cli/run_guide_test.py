#!/usr/bin/env python3
"""Runs the sessions of a guide against a server of their own and compares what they print.

A session is a block of the guide between ```console and ```: lines that begin with `$ ` are typed (a
line that ends in a backslash goes on in the next), what follows them must be printed, on stdout and
stderr together. What depends on when or where the test runs (how long something has been open by now,
when a report was received) is not compared. With UPDATE_GOLDEN=1 an answer that has changed is
written into the guide.

Usage: run_guide_test.py TIDINGS GUIDE.md
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import urllib.request

from run_cli_test import COMMAND_SECONDS, START_SECONDS, start_server

DEFAULT_HTTP = "127.0.0.1:12800"
SESSION = re.compile(r"(?<=^```console\n)(.*?)(?=^```$)", re.MULTILINE | re.DOTALL)
STEP = re.compile(r"^\$ ((?:.*\\\n)*.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)
# A time since then: the days of the guide are long gone. A receipt; a query's duration.
PASSING = re.compile(r'\b\d+d(?:\d+h)?\b|(?<=received_first: )\d+|(?<=received_last: )\d+'
                     r'|(?<="received_first":)\d+|(?<="received_last":)\d+|(?<="ago":)\d+'
                     r'|(?<="took_ms":)\d+')


def comparable(text):
    """Without what passes, and without the widths of columns that hang on it."""
    return [re.sub(r"\s+", " ", PASSING.sub("-", line)).strip() for line in text.splitlines()]


def await_intervals(address):
    """Until the server has made the intervals of the demo's Flink job, and they are all there."""
    deadline = time.monotonic() + START_SECONDS
    while True:
        get = lambda path: urllib.request.urlopen(f"http://{address}{path}", timeout=60).read()
        is_read = b'tidings_feed_lag{reader="derive"} 0\n' in get("/metrics")
        if is_read and b'"id"' in get("/api/v1/events?from=0&name=Downtime&derived=true"):
            return
        assert time.monotonic() < deadline, "no intervals were made of the demo's job"
        time.sleep(0.1)


def run(command, address, environment):
    done = subprocess.run(["bash", "-c", command.replace(DEFAULT_HTTP, address)], env=environment,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
                          timeout=COMMAND_SECONDS, stdin=subprocess.DEVNULL)
    printed = done.stdout.replace(address, DEFAULT_HTTP)
    return printed if not printed or printed.endswith("\n") else printed + "\n"


def checked(guide, address, environment):
    """The guide with the answers of today, and what is different in them."""
    differences = []

    def step(match):
        command, expected = match.groups()
        printed = run(command, address, environment)
        if command.startswith("tidings demo"):
            await_intervals(address)
        if comparable(printed) == comparable(expected):
            return match.group(0)
        differences.append(f"$ {command}\nis said to give:\n{expected}\ngave:\n{printed}")
        return f"$ {command}\n{printed}"

    sessions = SESSION.sub(lambda session: STEP.sub(step, session.group(0)), guide)
    return sessions, differences


def main():
    binary, path = sys.argv[1], pathlib.Path(sys.argv[2])
    guide = path.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as name, open(f"{name}/log", "w", encoding="utf-8") as log:
        server, address = start_server(binary, pathlib.Path(name), log)
        environment = {
            "PATH": f"{pathlib.Path(binary).resolve().parent}:{os.environ['PATH']}", "TZ": "UTC",
            "TIDINGS_ADDRESS": address, "XDG_CONFIG_HOME": name}
        try:
            answered, differences = checked(guide, address, environment)
        finally:
            server.terminate()
            server.wait(START_SECONDS)
    steps = sum(len(STEP.findall(session)) for session in SESSION.findall(guide))
    if differences and os.environ.get("UPDATE_GOLDEN") == "1":
        path.write_text(answered, encoding="utf-8")
        print(f"{len(differences)} of {steps} answers were written")
        return
    print("\n\n".join(differences) or f"{steps} commands as the guide says")
    sys.exit(1 if differences or not steps else 0)


if __name__ == "__main__":
    main()

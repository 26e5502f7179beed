#!/usr/bin/env python3
"""Runs command lines against a server of their own and compares what they print.

A test file is a session: comments (`#`), `$ COMMAND` (a line for the shell; `tidings` is the program
under test), then the lines that it must print on stdout, `! LINE` for stderr, and `? CODE` for an exit
code other than 0. `[..]` in an expected line stands for anything, `$NAME=` before a command keeps its
output in a variable of the shell for the rest of the file.

Usage: run_cli_test.py TIDINGS FILE.test
"""

import os
import pathlib
import re
import select
import subprocess
import sys
import tempfile

START_SECONDS = 60
COMMAND_SECONDS = 60


class Step:
    """One command with everything that is expected of it."""

    def __init__(self, line, command):
        self.line = line
        kept = re.match(r"\$(\w+)= (.*)", command)
        self.variable, self.command = kept.groups() if kept else (None, command)
        self.out, self.err, self.code = [], [], 0


def steps_of(path):
    steps = []
    for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if text.startswith("#"):
            continue
        if text.startswith("$ "):
            steps.append(Step(number, text[2:]))
        elif text.startswith("! "):
            steps[-1].err.append(text[2:])
        elif text.startswith("? "):
            steps[-1].code = int(text[2:])
        elif steps and (text or steps[-1].out):
            steps[-1].out.append(text)
    for step in steps:
        while step.out and not step.out[-1]:
            step.out.pop()
    return steps


def matches(expected, actual):
    """Whether the lines are the expected ones, up to `[..]` and spaces at the end."""
    if len(expected) != len(actual):
        return False
    return all(re.fullmatch(".*".join(map(re.escape, want.rstrip().split("[..]"))), got.rstrip())
               for want, got in zip(expected, actual))


def start_server(binary, directory, log):
    """The running server and its address."""
    server = subprocess.Popen(
        [binary, "serve", "--data-dir", directory / "data", "--set", "http.address=127.0.0.1:0",
         "--set", "grpc.address=127.0.0.1:0", "--set", "otlp.grpc_address=127.0.0.1:0",
         "--set", "otlp.http_address=127.0.0.1:0"],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, text=True)
    ready, _, _ = select.select([server.stdout], [], [], START_SECONDS)
    line = server.stdout.readline() if ready else ""
    address = re.search(r"HTTP http://(\S+:\d+)", line)
    if not address:
        server.kill()
        sys.exit(f"the server did not start: {line!r}; {pathlib.Path(log.name).read_text()}")
    return server, address.group(1)


def run_step(step, environment):
    """What is wrong with a step's outcome, or an empty text."""
    done = subprocess.run(["bash", "-c", step.command], env=environment, capture_output=True,
                          text=True, timeout=COMMAND_SECONDS, check=False, stdin=subprocess.DEVNULL)
    if step.variable and done.returncode == 0:
        environment[step.variable] = done.stdout.strip()
        return ""
    out, err = done.stdout.splitlines(), done.stderr.splitlines()
    if matches(step.out, out) and matches(step.err, err) and step.code == done.returncode:
        return ""
    told = "\n".join([*out, *(f"! {line}" for line in err), f"? {done.returncode}"])
    return f"line {step.line}: $ {step.command}\ngave:\n{told}"


def main():
    binary, path = sys.argv[1], pathlib.Path(sys.argv[2]).resolve()
    steps = steps_of(path)
    with tempfile.TemporaryDirectory() as name, open(f"{name}/log", "w", encoding="utf-8") as log:
        directory = pathlib.Path(name)
        server, address = start_server(binary, directory, log)
        environment = {
            "PATH": f"{pathlib.Path(binary).resolve().parent}:{os.environ['PATH']}", "TZ": "UTC",
            "TIDINGS_ADDRESS": address, "ADDRESS": address, "XDG_CONFIG_HOME": name, "DIR": name}
        try:
            mistakes = [told for told in (run_step(step, environment) for step in steps) if told]
        finally:
            server.terminate()
            code = server.wait(START_SECONDS)
    if code != 0:
        mistakes.append(f"the server ended with {code} after SIGTERM")
    print("\n\n".join(mistakes) or f"{len(steps)} commands as expected")
    sys.exit(1 if mistakes or not steps else 0)


if __name__ == "__main__":
    main()

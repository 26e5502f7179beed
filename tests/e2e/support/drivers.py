"""The gRPC clients of several languages, each a program that makes one call as it is described."""

import json
import os
import pathlib
import subprocess
import sys

TOOLS = pathlib.Path(os.environ.get("E2E_TOOLS", "build/e2e")).resolve()
HERE = pathlib.Path(__file__).resolve().parents[1]
COLLECT = "/skywalking.v3.EventService/collect"

# name -> the command that takes a description.
DRIVERS = {
    "grpc-c++": [str(TOOLS / "bin" / "cpp_driver")],
    "grpc-java": ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp",
                  f"{TOOLS / 'java' / 'stubs'}:{TOOLS / 'java' / 'stubs' / 'lib'}/*", "Driver"],
    "grpcio": [sys.executable, "-B", str(HERE / "grpc" / "driver.py")],
    "grpc-go": [str(TOOLS / "bin" / "go_driver")],
    "grpc-js": ["node", str(TOOLS / "node" / "driver.js")],
}

RESULT_SECONDS = 120


class Call:
    """A call under way in a process of its own. The words of the description: grpc/README.md."""

    def __init__(self, client, address, directory, method=COLLECT, messages=(), **more):
        described = {"address": address, "method": method, "half_close": True, "streams": 1,
                     "messages": write_files(directory, messages), "metadata": {},
                     "metadata_bin": {}, "hold": False, "gzip": False, "cancel_after_ms": 0,
                     "cancel_after_answers": 0, "deadline_ms": 0, "keepalive_ms": 0, **more}
        self.process = subprocess.Popen(
            [*DRIVERS[client], json.dumps(described)], text=True, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env={**os.environ, "GRPC_VERBOSITY": "NONE"})

    def outcomes(self, word=""):
        """What became of each stream; with `word` (`end`, `cancel`) a call that holds goes on."""
        told, errors = self.process.communicate(word + "\n" if word else None, RESULT_SECONDS)
        assert self.process.returncode == 0, errors
        return json.loads(told)

    def outcome(self, word=""):
        (one,) = self.outcomes(word)
        return one


def write_files(directory, messages):
    paths = []
    for number, message in enumerate(messages):
        path = directory / f"message-{number}"
        path.write_bytes(message)
        paths.append(str(path))
    return paths

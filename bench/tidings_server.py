"""A server of its own for a benchmark in Python: started on free ports, asked, weighed, stopped."""

import contextlib
import http.client
import json
import os
import pathlib
import socket
import statistics
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
BINARY = os.environ.get("TIDINGS_BINARY", str(ROOT / "build/release/bin/tidings"))
START_SECONDS = 60
REPEATS = 100


def free_address():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{one.getsockname()[1]}"


def folder_bytes(folder):
    # The ballast holds nothing.
    return sum(path.stat().st_size for path in pathlib.Path(folder).rglob("*")
               if path.is_file() and path.name != "ballast")


def cpu_of_tree(pid):
    """CPU seconds of a process, of its children, and of those that it has waited for."""
    tick = os.sysconf("SC_CLK_TCK")
    total = 0
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(stat.parent.name) == pid:
            total += sum(int(field) for field in fields[11:15])
        elif int(fields[1]) == pid:
            total += sum(int(field) for field in fields[11:13])
    return total / tick


def quantile(times, share):
    """The least time that the share of all is below; of 100 times, 0.99 is the longest."""
    return sorted(times)[min(int(len(times) * share), len(times) - 1)]


def p50_and_p99(times):
    return f"{statistics.median(times):.2f} / {quantile(times, 0.99):.2f}"


@contextlib.contextmanager
def running(server):
    try:
        yield server
    finally:
        server.stop()


class Tidings:
    """An empty server on `folder`, ready when it stands."""

    def __init__(self, folder):
        self.folder = folder
        self.http, self.grpc, self.otlp_grpc, self.otlp_http = (free_address() for _ in range(4))
        self.process = subprocess.Popen(
            [BINARY, "serve", "--data-dir", folder, "--set", f"http.address={self.http}",
             "--set", f"grpc.address={self.grpc}", "--set", f"otlp.grpc_address={self.otlp_grpc}",
             "--set", f"otlp.http_address={self.otlp_http}", "--set", "log.level=warn"],
            stdout=subprocess.DEVNULL)
        self._wait_until_ready()

    def _wait_until_ready(self):
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            with contextlib.suppress(OSError):
                if self.ask("/readyz")[0] == 200:
                    return
            time.sleep(0.05)
        self.stop()
        sys.exit(f"the server at {self.http} has not become ready")

    def connect(self):
        return http.client.HTTPConnection(self.http)

    def ask(self, path, method="GET", body=None):
        """Status and body."""
        connection = self.connect()
        connection.request(method, path, body=body)
        answer = connection.getresponse()
        return answer.status, answer.read()

    def export(self):
        """All events as NDJSON, in pieces."""
        connection = self.connect()
        connection.request("GET", "/api/v1/export?from=0")
        answer = connection.getresponse()
        while piece := answer.read(1 << 20):
            yield piece

    def compact(self):
        status, body = self.ask("/api/v1/admin/compact", "POST")
        assert status == 200, body

    def cpu_seconds(self):
        return cpu_of_tree(self.process.pid)

    def weigh(self, work):
        """Seconds that some work took, and CPU seconds of the server meanwhile."""
        began, cpu = time.monotonic(), self.cpu_seconds()
        work()
        return time.monotonic() - began, self.cpu_seconds() - cpu

    def resident_bytes(self):
        pages = int(pathlib.Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")

    def run(self, *command, **options):
        """A command of the binary that asks this server; what it printed."""
        command = [BINARY, command[0], "--address", self.http, *command[1:]]
        return subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE, **options).stdout

    def bench(self, *flags):
        """What `tidings bench` tells; flags may send the load elsewhere."""
        if "--grpc-address" not in flags:
            flags += ("--grpc-address", self.grpc)
        return json.loads(self.run("bench", "-o", "json", *flags))

    def time_question(self, path, repeats=REPEATS):
        """Milliseconds of each answer, over one connection that is warm."""
        connection = self.connect()
        times = []
        for _ in range(repeats + 5):
            began = time.perf_counter()
            connection.request("GET", path)
            answer = connection.getresponse()
            body = answer.read()
            assert answer.status == 200, body
            times.append((time.perf_counter() - began) * 1e3)
        return times[5:]

    def stop(self):
        self.process.terminate()
        self.process.wait()

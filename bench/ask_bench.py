#!/usr/bin/env python3
"""What asking, moving and following events costs on a full store, from outside, in one run.

    bench/ask_bench.py [EVENTS] [MOVED]          default 10000000 stored, 2000000 imported

Fills a server of its own, then times pages, `tidings list`, the export of everything, the import of
other events on top, and the tail to 100 readers. Beside them: a page of one event and an answer
without any (what a call costs at least), the export's bytes through a bare socket, and the same
number of events by gRPC. Needs a release build, and 1 kB of disk per event in build/.
Prints Markdown.
"""

import json
import pathlib
import selectors
import socket
import statistics
import subprocess
import sys
import tempfile
import time

from tidings_server import BINARY, ROOT, Tidings, p50_and_p99, quantile, running

EVERYTHING = "from=0&to=2100-01-01T00:00:00Z"
READERS = 100
TOLD = 200
RUNS_OF_LIST = 50
PIECE = 1 << 20


def row(what, figure, beside=""):
    print(f"| {what} | {figure} | {beside} |", flush=True)


def rate(events, seconds, cpu):
    return f"{events / seconds:,.0f}/s, server {cpu / events * 1e6:.1f} us each"


def fill(tidings, events, seed):
    """Seconds, and CPU seconds of the server."""
    told = tidings.bench("--protocol", "grpc-batched", "--batch", "1000", "--in-flight", "4", "--seed",
                         str(seed), "--events", str(events), "--no-floor")["server"]
    return told["acknowledged_reports"] / told["reports_per_second"], told["server_cpu_seconds"]


def time_pages(tidings):
    newest = json.loads(tidings.ask(f"/api/v1/events?{EVERYTHING}&limit=1")[1])["events"][0]
    service = newest["source"]["service"]
    least = p50_and_p99(tidings.time_question(f"/api/v1/events?{EVERYTHING}&limit=1"))
    nothing = p50_and_p99(tidings.time_question("/api/v1/openapi.json", 20))
    for what, path in (("page of 100, newest first", f"/api/v1/events?{EVERYTHING}&limit=100"),
                       ("page of 100 of one service", f"/api/v1/events?{EVERYTHING}&service={service}"),
                       ("by id", f"/api/v1/events/{newest['id']}")):
        row(f"{what}, p50 / p99 ms", p50_and_p99(tidings.time_question(path)),
            f"page of 1: {least}; the OpenAPI text: {nothing}")


def time_list(tidings):
    def times(*command):
        took = []
        for _ in range(RUNS_OF_LIST):
            began = time.perf_counter()
            subprocess.run([BINARY, *command], check=True, stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL)
            took.append((time.perf_counter() - began) * 1e3)
        return f"{statistics.median(took):.1f} / {quantile(took, 0.9):.1f}"

    row("`tidings list`, whole process, p50 / p90 ms", times("list", "--address", tidings.http),
        f"`tidings version`: {times('version')}")


def socket_rate(size):
    """GB/s of that many bytes from one process to another, and nothing else."""
    writer, reader = socket.socketpair()
    code = f"import socket\ns=socket.socket(fileno={writer.fileno()})\np=b'x'*{PIECE}\n" \
           f"for _ in range({size // PIECE + 1}): s.sendall(p)"
    with subprocess.Popen([sys.executable, "-c", code], pass_fds=[writer.fileno()]):
        writer.close()
        moved, began = len(reader.recv(PIECE)), time.monotonic()
        while piece := reader.recv(PIECE):
            moved += len(piece)
    reader.close()
    return moved / (time.monotonic() - began) / 1e9


def time_export(tidings, events):
    resident = [tidings.resident_bytes() >> 20]
    for _ in range(2):
        size = lines = 0

        def read():
            nonlocal size, lines
            for piece in tidings.export():
                size += len(piece)
                lines += piece.count(b"\n")

        took, cpu = tidings.weigh(read)
        assert lines == events, f"{lines} events of {events}"
        resident.append(tidings.resident_bytes() >> 20)
        row(f"export as NDJSON, {size / 1e9:.1f} GB", rate(events, took, cpu),
            f"{size / took / 1e9:.2f} GB/s; through a bare socket {socket_rate(size):.2f}")
    row("resident memory before, after one, after two exports, MiB", " / ".join(map(str, resident)))


def time_import(tidings, moved, folder):
    file = pathlib.Path(folder) / "moved.ndjson"
    (pathlib.Path(folder) / "other").mkdir()
    with running(Tidings(pathlib.Path(folder) / "other")) as other, file.open("wb") as out:
        fill(other, moved, seed=3)
        out.writelines(other.export())

    def bring():
        tidings.run("import", str(file), stderr=subprocess.DEVNULL)

    first = rate(moved, *tidings.weigh(bring))
    tidings.compact()
    row("import of NDJSON, durable", first, f"by gRPC: {rate(moved, *fill(tidings, moved, seed=4))}")
    tidings.compact()
    row("the same file again", rate(moved, *tidings.weigh(bring)))


class Follower:
    """A reader of the tail that was let in."""

    def __init__(self, tidings):
        host, port = tidings.http.split(":")
        self.socket = socket.create_connection((host, int(port)))
        self.socket.sendall(b"GET /api/v1/tail?layer=TAILED HTTP/1.1\r\nHost: bench\r\n\r\n")
        self.unread = b""
        self.take(b"\r\n\r\n")

    def receive(self):
        data = self.socket.recv(PIECE)
        assert data, "the server has ended a tail"
        self.unread += data

    def has_taken(self, marker):
        """Whether it has come; what stands before it is dropped."""
        before, found, self.unread = self.unread.partition(marker)
        self.unread = self.unread if found else before
        return bool(found)

    def take(self, marker):
        while not self.has_taken(marker):
            self.receive()


def time_tail(tidings):
    """From the acknowledgement of a report to each of the readers that get it."""
    selector = selectors.DefaultSelector()
    followers = [Follower(tidings) for _ in range(READERS)]
    for follower in followers:
        selector.register(follower.socket, selectors.EVENT_READ, follower)
    delays, reports = [], tidings.connect()
    for number in range(TOLD):
        event = {"name": "Tailed", "layer": "TAILED", "service": "bench", "start": "now"}
        reports.request("POST", "/api/v1/events", body=json.dumps(event),
                        headers={"content-type": "application/json"})
        answer = reports.getresponse()
        body, acknowledged = answer.read(), time.perf_counter()
        assert answer.status == 200, body
        missing = set(followers)
        while missing:
            ready = selector.select(timeout=30)
            assert ready, f"{len(missing)} readers were not told of report {number}"
            for key, _ in ready:
                key.data.receive()
                if key.data.has_taken(b"event: changed"):
                    missing.discard(key.data)
                    delays.append((time.perf_counter() - acknowledged) * 1e3)
    row(f"tail, {READERS} readers, {TOLD} reports, p50 / p99 ms", p50_and_p99(delays))
    selector.close()
    for follower in followers:
        follower.socket.close()


def main():
    events = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000
    moved = int(sys.argv[2]) if len(sys.argv) > 2 else 2_000_000
    with tempfile.TemporaryDirectory(dir=ROOT / "build") as folder:
        own = pathlib.Path(folder) / "own"
        own.mkdir()
        with running(Tidings(own)) as tidings:
            print(f"| {events:,} events stored | | beside |\n| --- | --- | --- |")
            row("filled", rate(events, *fill(tidings, events, seed=2)))
            tidings.compact()
            time_pages(tidings)
            time_list(tidings)
            time_export(tidings, events)
            time_tail(tidings)
            time_import(tidings, moved, folder)


if __name__ == "__main__":
    main()

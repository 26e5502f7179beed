#!/usr/bin/env python3
"""OTLP, side by side in one run: Tidings, its floor, and the OpenTelemetry Collector.

    tests/e2e/setup.sh collector && bench/otlp_peers.py [EVENTS]

The Collector writes to its file exporter (page cache), or to its persistent queue with fsync (an OK
means: on disk), whose exporter reaches nobody, so that only the taking in is measured. A row is a
line of Markdown. CPU is the server's while the load ran.
"""

import contextlib
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import time

from tidings_server import ROOT, START_SECONDS, Tidings, free_address, running

COLLECTOR = ROOT / "build/e2e/bin/collector"
EVENTS = sys.argv[1] if len(sys.argv) > 1 else "1000000"
LOADS = [("otlp-grpc", 1, 4), ("otlp-grpc", 4, 4), ("otlp-http", 4, 1), ("otlp-http", 16, 1),
         ("otlp-json", 4, 1), ("otlp-json", 16, 1)]
FILE = """
exporters: { file: { path: $DIRECTORY/records.json } }
service: { pipelines: { logs: { receivers: [otlp], exporters: [file] } } }
"""
QUEUE = """
extensions: { file_storage: { directory: $DIRECTORY, fsync: true } }
exporters:
  otlp:
    endpoint: 127.0.0.1:9
    tls: { insecure: true }
    sending_queue: { storage: file_storage, queue_size: 10000000 }
service:
  extensions: [file_storage]
  pipelines: { logs: { receivers: [otlp], exporters: [otlp] } }
"""


def wait_for(address):
    host, port = address.rsplit(":", 1)
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            socket.create_connection((host, int(port))).close()
            return
        except ConnectionRefusedError:
            assert time.monotonic() < deadline, f"nothing listens on {address}"
            time.sleep(0.05)


@contextlib.contextmanager
def started(command, addresses, log):
    with subprocess.Popen(command, stdout=log, stderr=log) as process:
        try:
            for address in addresses:
                wait_for(address)
            yield
        finally:
            process.terminate()


@contextlib.contextmanager
def collector(configuration, directory, log):
    """Its addresses for OTLP over gRPC and over HTTP."""
    grpc, http = addresses = [free_address() for _ in range(2)]
    receivers = (f"receivers: {{ otlp: {{ protocols: {{ grpc: {{ endpoint: {grpc} }}, "
                 f"http: {{ endpoint: {http} }} }} }} }}\n")
    path = pathlib.Path(directory) / "collector.yaml"
    path.write_text(receivers + configuration.replace("$DIRECTORY", directory))
    with started([COLLECTOR, "--config", path], addresses, log):
        yield addresses


def bench(tidings, target, load, *more):
    protocol, connections, in_flight = load
    return tidings.bench("--grpc-address", target, "--protocol", protocol, "--batch", "1000",
                         "--connections", str(connections), "--in-flight", str(in_flight),
                         "--events", EVENTS, *more)


def tell(who, load, told):
    rate = told["reports_per_second"]
    cpu = told["server_cpu_seconds"] / told["acknowledged_reports"] * 1e6
    print(f"| {who} | {load[0]} | {load[1]} x {load[2]} | {rate:,.0f} | {cpu:.2f} | "
          f"{told['p50_ms']:.0f} / {told['p99_ms']:.0f} | {os.getloadavg()[0]:.1f} |", flush=True)


def measure(load, log):
    is_grpc = load[0] == "otlp-grpc"
    with tempfile.TemporaryDirectory(dir=ROOT / "build") as directory, \
            running(Tidings(directory)) as tidings:
        told = bench(tidings, tidings.otlp_grpc if is_grpc else tidings.otlp_http, load)
        tell("Tidings, durable", load, told["server"])
        tell("floor: read and dropped", load, told["floor"])
    for who, configuration in (("Collector, file", FILE), ("Collector, queue with fsync", QUEUE)):
        with tempfile.TemporaryDirectory(dir=ROOT / "build") as directory, \
                tempfile.TemporaryDirectory(dir=ROOT / "build") as idle, \
                running(Tidings(idle)) as tidings, \
                collector(configuration, directory, log) as (grpc, otlp_http):
            told = bench(tidings, grpc if is_grpc else otlp_http, load, "--no-floor")
            tell(who, load, told["server"])


def main():
    print("| who | protocol | connections x under way | records/s | server CPU s per million | "
          "p50 / p99 ms | load after |\n| --- | --- | --- | --- | --- | --- | --- |", flush=True)
    with open(ROOT / "build" / "otlp_peers.log", "ab") as log:
        for load in LOADS:
            measure(load, log)


if __name__ == "__main__":
    main()

"""Three times what the server can do: it goes on doing what it can, remembers nothing, lies to nobody,
and stops cleanly as often as it is told to. The long forms are tools/long/overload and tools/long/stop.
"""

import os
import time

import pytest

from support import load, oracle
from support.bystander import Bystander
from support.process import memory
from support.rest import Rest

SECONDS = float(os.environ.get("OVERLOAD_SECONDS", "30"))
PEAK_SECONDS = min(SECONDS / 2, 60)
STOPS = int(os.environ.get("STOP_ROUNDS", "8"))
GOODPUT_SHARE = 0.8
MEMORY_BYTES = 160 << 20
MEMORY_BYTES_PER_EVENT = 2  # what tells in memory that an id is new
BATCH = 200
SMALL = ["limits.inflight_bytes=1MiB", "limits.inflight_bytes_per_connection=512KiB"]


class Flood(load.HttpReporter):
    """As many reports as go; only counts, and remembers nothing else."""

    def __init__(self, server, name):
        super().__init__(server, name, "overload")
        self.stored = 0
        self.refused = 0

    def run(self):
        number = 0
        while not self.stopping.is_set():
            number += 1
            reports = [{"id": f"{self.name}-{number}-{index}", "name": "Flood", "start": load.START,
                        "message": "x" * 300} for index in range(BATCH)]
            if self.send(reports):
                self.stored += BATCH
            else:
                self.refused += 1


def flood_for(server, clients, seconds, name):
    """Reports stored per second by so many clients, and how much each stored."""
    floods = [Flood(server, f"{name}-{number}") for number in range(clients)]
    begun = time.monotonic()
    for flood in floods:
        flood.start()
    time.sleep(seconds)  # not a wait for something: the length of the load
    for flood in floods:
        flood.stopping.set()
    for flood in floods:
        flood.join()
    shares = [flood.stored for flood in floods]
    return sum(shares) / (time.monotonic() - begun), shares


@pytest.mark.unsanitized
def test_overload_leaves_goodput_memory_and_fairness(server):
    """There is room for a dozen batches, and 24 clients."""
    server.settings = SMALL
    server.restart()
    peak, _ = flood_for(server, 4, PEAK_SECONDS, "peak")
    before = memory(server)
    with Bystander(server, "fair") as bystander:
        goodput, shares = flood_for(server, 24, SECONDS, "over")
    grown = memory(server) - before
    again, _ = flood_for(server, 4, PEAK_SECONDS, "again")
    assert goodput >= GOODPUT_SHARE * min(peak, again), (peak, goodput, again)
    assert grown < MEMORY_BYTES + MEMORY_BYTES_PER_EVENT * sum(shares), f"{grown} bytes more"
    assert min(shares) > 0.2 * sum(shares) / len(shares), f"not fair: {shares}"
    assert not [one for one in bystander.failures if b"Come back later" not in one]
    assert len(bystander.latencies) > 10


def test_answers_under_overload_are_true(server):
    """Each batch that was answered 200 is there; the others whole or not at all."""
    server.settings = [*SMALL, "receivers.skywalking_http.max_wait=20ms"]
    server.restart()
    reporters = load.reporters(server, "true", of_each=12)
    for reporter in reporters:
        reporter.start()
    time.sleep(2)  # not a wait for something: the length of the load
    for reporter in reporters:
        reporter.stop()
    assert oracle.check(server, reporters) > 0


def test_stop_under_load_again_and_again(server):
    """SIGTERM: no acknowledged report is lost, and nobody waits for an answer in vain."""
    everybody = []
    for number in range(STOPS):
        reporters = load.reporters(server, f"stop{number}", of_each=1)
        for reporter in reporters:
            reporter.start()
        time.sleep(0.15)  # not a wait for something: some load before the signal
        server.stop()
        begun = time.monotonic()
        for reporter in reporters:
            reporter.stop()
        assert time.monotonic() - begun < 25, "a client was left without an answer"
        everybody += reporters
        server.start()
    oracle.check(server, everybody)
    assert sum(len(reporter.acknowledged()) for reporter in everybody) > STOPS
    assert Rest(server.http).call("GET", "/readyz").status == 200

"""Questions that cost much, as many as go, beside ingest: each is answered or refused with a reason,
what nobody waits for ends, and reports are acknowledged nearly as fast as without them."""

import http.client
import json
import socket
import struct
import subprocess
import sys

import pytest

from attacks.questions import ANSWERED, QUESTIONS
from support.attack import FLOOR_SECONDS, ROUNDS, RUN
from support.bystander import Bystander
from support.process import metric
from support.rest import Rest, expect
from support.server import Server
from support.waiting import until

NOW = 1_700_000_000_000
TEN_YEARS = 3_650 * 86_400_000
EVENTS = 50_000
SAMPLES = 200


class Reporter(Bystander):
    """Nothing but reports."""

    def _ask(self):
        report = {"uuid": f"{self.name}-{len(self.latencies)}", "name": "B", "startTime": NOW}
        self.connection.request("POST", "/v3/events", json.dumps([report]),
                                {"Content-Type": "application/json"})
        answer = self.connection.getresponse()
        told = answer.read()
        if answer.status != 200:
            self.failures.append(told)


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """A server with events of ten years, all of which are under way together at the end."""
    server = Server(tmp_path_factory.mktemp("storm")).start()
    for at in range(0, EVENTS, 10_000):
        expect(Rest(server.http).report([
            {"id": f"e-{n}", "name": f"name {n % 50}", "service": f"s-{n % 40}",
             "instance": f"i-{n % 400}", "message": "a" * 100 + f" {n}",
             "parameters": {"k": f"v-{n % 2_000}"}, "start": NOW - n * TEN_YEARS // EVENTS, "end": NOW}
            for n in range(at, at + 10_000)]))
    yield server
    server.stop()


def p99_of_reports(server, name):
    with Reporter(server, name) as reporter:
        reporter.wait_for(SAMPLES)
    assert not reporter.failures
    return reporter.p99()


def p99_beside_the_storm(server, name):
    """The storm begins before and ends after, in a process of its own; what it was told is checked."""
    with subprocess.Popen([sys.executable, "-B", RUN, "query_storm", server.http, server.grpc],
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as storm:
        asked = metric(server, "tidings_query_duration_seconds_count")
        until(lambda: metric(server, "tidings_query_duration_seconds_count") > asked, "it is on")
        p99 = p99_of_reports(server, name)
        told, _ = storm.communicate(timeout=300)
    told = json.loads(told)
    assert not told["unclear"]
    assert set(told["asked"]) == set(QUESTIONS) and all(told["asked"].values())
    return p99


@pytest.mark.unsanitized
def test_reports_are_taken_beside_a_storm_of_questions(filled):
    for number in range(ROUNDS):
        before = p99_of_reports(filled, f"before {number}")
        beside = p99_beside_the_storm(filled, f"beside {number}")
        quiet = max(before, p99_of_reports(filled, f"after {number}"))
        if beside < max(2 * quiet, FLOOR_SECONDS):
            break
    assert beside < max(2 * quiet, FLOOR_SECONDS), (beside, quiet)


def test_questions_that_nobody_waits_for_end(filled):
    method, path, _ = ANSWERED["wildcards"]  # the slowest of them
    ended = metric(filled, "tidings_abandoned_queries_total")

    def hang_up():
        for _ in range(20):
            connection = http.client.HTTPConnection(filled.http, timeout=60)
            connection.request(method, path)
            # As a process that ends with an answer unread: a mere close may be only half of one.
            connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.close()
        return metric(filled, "tidings_abandoned_queries_total") > ended

    until(hang_up, "a question was left alone")

"""kill -9 under load, also while it recovers: what was acknowledged is there, once, rightly joined.

The long form is tools/long/crash.
"""

import os
import random
import time

from support import grpc_client, load, oracle, wire
from support.clients import send
from support.rest import Rest
from support.waiting import until

ROUNDS = int(os.environ.get("CRASH_ROUNDS", "6"))
SEED = int(os.environ.get("CRASH_SEED", "1"))


def under_load(server, seed, seconds):
    """Both protocols report until the server is killed at some moment."""
    reporters = load.reporters(server, seed)
    for reporter in reporters:
        reporter.start()
    time.sleep(seconds)  # not a wait for something: the random moment of the kill
    server.kill()
    for reporter in reporters:
        reporter.stop()
    return reporters


def kill_during_start(server, chance):
    """Kills a server somewhere between its first instruction and shortly after it is ready."""
    server.launch()
    time.sleep(chance.uniform(0, 0.3))
    server.kill()


def test_nothing_acknowledged_is_lost_by_kill(server):
    chance, everybody = random.Random(SEED), []
    for number in range(ROUNDS):
        everybody += under_load(server, f"{SEED}.{number}", chance.uniform(0.05, 2.0))
        for _ in range(chance.randrange(3)):
            kill_during_start(server, chance)
        server.start()
        oracle.check(server, everybody)
    answered = sum(len(reporter.acknowledged()) for reporter in everybody)
    assert answered > 100 * ROUNDS, f"only {answered} reports were answered: no load"


def test_what_was_unanswered_can_be_sent_again_and_what_was_answered_changes_nothing(server):
    everybody = under_load(server, "resend", 1.0)
    server.start()
    for reporter in everybody:
        for reports, _ in reporter.sent:
            send(server, reports)
    before = Rest(server.http).list(from_=0, limit=10_000)
    for reporter in everybody:
        for reports, _ in reporter.sent:
            send(server, reports, "skywalking-http")
    assert Rest(server.http).list(from_=0, limit=10_000) == before
    for reporter in everybody:
        reporter.sent = [(reports, True) for reports, _ in reporter.sent]
    oracle.check(server, everybody)


def test_open_stream_ends_with_an_error_when_the_server_dies(server):
    with grpc_client.OpenStream(server.grpc) as stream:
        stream.send(wire.event({"id": "dies", "name": "D", "start": load.START}))
        until(lambda: Rest(server.http).status_of("dies") == 200, "the event is visible")
        server.kill()
        assert stream.outcome().code.name == "UNAVAILABLE"
    server.start()

"""While the store is being opened: probes are told so, and who reports comes back or waits."""

import http.client
import os
import pathlib
import threading

import pytest

from support import load, wire
from support.grpc_client import collect
from support.rest import Rest, request
from support.waiting import until


@pytest.fixture
def starting(server):
    """A server that starts for as long as nobody writes what stands in its file of views."""
    server.stop()
    views = server.data / "views.json"
    os.mkfifo(views)
    server.launch()
    server.ready_line = ""

    def is_listening():
        try:
            return request(server.http, "GET", "/healthz").status == 200
        except OSError:
            return False

    until(is_listening, "the server takes connections")
    yield server
    if not server.ready_line and server.running():
        server.kill()


def waits_to_be_accepted(address):
    """Whether a connection does, by the length of the listening socket's queue (proc(5))."""
    port = f":{int(address.rsplit(':', 1)[1]):04X}"
    for line in pathlib.Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]:
        _, local, _, state, queues = line.split()[:5]
        if local.endswith(port) and state == "0A":
            return int(queues.split(":")[1], 16) > 0
    return False


def let_open(server):
    (server.data / "views.json").write_text('{"views": []}', encoding="utf-8")
    server.await_ready()
    (server.data / "views.json").unlink()


def test_probes_and_http_are_told_and_grpc_waits(starting):
    ready = request(starting.http, "GET", "/readyz")
    assert ready.status == 503
    assert ready.body.startswith(b"starting\n")
    refused = Rest(starting.http).report([{"id": "early", "name": "E", "start": load.START}])
    assert refused.status == 503
    assert refused.headers["retry-after"]
    assert b"the server is starting" in refused.body
    outcomes = []
    report = wire.event({"id": "patient", "name": "P", "start": load.START})
    patient = threading.Thread(target=lambda: outcomes.append(collect(starting.grpc, [report])))
    patient.start()
    until(lambda: waits_to_be_accepted(starting.grpc), "the client has connected")
    assert not outcomes
    let_open(starting)
    patient.join()
    assert [outcome.code.name for outcome in outcomes] == ["OK"]
    assert request(starting.http, "GET", "/readyz").status == 200
    assert Rest(starting.http).status_of("patient") == 200
    assert Rest(starting.http).status_of("early") == 404


def test_otlp_over_http_is_told_to_come_again(starting):
    answer = request(starting.otlp_http, "POST", "/v1/logs", b"", {"Content-Type": "application/x-protobuf"})
    assert answer.status == 503
    assert answer.headers["retry-after"]
    let_open(starting)
    again = request(starting.otlp_http, "POST", "/v1/logs", b"", {"Content-Type": "application/x-protobuf"})
    assert again.status == 200


def test_a_store_that_cannot_be_opened_ends_the_server(starting):
    def probe():
        try:
            return request(starting.http, "GET", "/readyz").status
        except (OSError, http.client.HTTPException):
            return None

    assert probe() == 503
    (starting.data / "views.json").write_text("no views", encoding="utf-8")
    until(lambda: probe() is None, "the addresses are given back")
    assert starting.process.wait(60) == 1
    assert "is no file of saved views" in starting.log()
